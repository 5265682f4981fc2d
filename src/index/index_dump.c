#include "index/index_int.h"
void index_dump(const Index *index, StrBuf *out) {}
