/* mem.h - the heap, for base/ and for the few long-lived buffers of sched.
 *
 * Layer: base.  Memory: jemalloc by linking.  Threads: any.
 * Outside base/ memory comes from arenas (arena.h); house.md, rule 4.
 */
#ifndef TAIPAN_BASE_MEM_H
#define TAIPAN_BASE_MEM_H

#include "base/defs.h"

#ifdef __cplusplus
extern "C" {
#endif

/* None of these returns NULL: out of memory is a panic.  Size 0 is allowed. */
void *mem_alloc(size_t size);
void *mem_zalloc(size_t size);
void *mem_realloc(void *old, size_t size);
/* align: a power of two.  Freed by mem_free. */
void *mem_aligned(size_t size, size_t align);
void mem_free(void *p);

/* count * size, or a panic on overflow. */
size_t mem_array_size(size_t count, size_t size);

/* Bytes of this process that are resident now, and their peak; 0 = unknown. */
size_t mem_resident(void);
size_t mem_resident_peak(void);

/* Hands free pages of the allocator back to the system now. */
void mem_purge(void);

#ifdef __cplusplus
}
#endif
#endif
