#include "index/index_int.h"
void index_verify(const Index *index) {}
