/* types_dump.h - the structure of types as text, and their invariants.
 *
 * Layer: types.  Memory: none.  Threads: any; types_verify_all one thread.
 */
#ifndef TYPES_TYPES_DUMP_H
#define TYPES_TYPES_DUMP_H

#include "base/str.h"
#include "types/type.h"

/* One line: (instance list (instance int)). Names only, so it needs no World
 * and is the same in every run. */
void types_dump(TypeId type, StrBuf *out);
/* Panics when the record breaks an invariant of its kind; parts are not
 * followed, since they are verified as records of their own. */
void types_verify(TypeId type);
/* All records of the interner. Returns their number. */
uint64_t types_verify_all(void);

#endif
