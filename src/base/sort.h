/* sort.h - a stable sort with a context, and one for u64 keys.
 *
 * Layer: base.  Memory: a temporary of n elements from the heap.
 * Threads: any.
 */
#ifndef TAIPAN_BASE_SORT_H
#define TAIPAN_BASE_SORT_H

#include "base/defs.h"

#ifdef __cplusplus
extern "C" {
#endif

/* < 0, 0, > 0 as a comes before, is equal to, comes after b. */
typedef int (*SortCmp)(const void *a, const void *b, void *ctx);

/* Stable merge sort of n elements of elem_size bytes. */
void sort_stable(void *v, size_t n, size_t elem_size, SortCmp cmp, void *ctx);
void sort_u32(uint32_t *v, size_t n);
void sort_u64(uint64_t *v, size_t n);

#ifdef __cplusplus
}
#endif
#endif
