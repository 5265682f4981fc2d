/* os_mem.h - memory from the system: pages, big reservations, NUMA hints.
 *
 * Layer: base.  Memory: mmap.  Threads: any, but see VRegion.
 */
#ifndef TAIPAN_BASE_OS_MEM_H
#define TAIPAN_BASE_OS_MEM_H

#include "base/atomic.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Zeroed pages, or NULL.  size is rounded up to pages. */
void *os_pages(size_t size);
/* The same, panics instead of NULL. */
void *os_pages_must(size_t size);
void os_pages_free(void *p, size_t size);
/* Address space without memory; pages appear when touched.  NULL if the
 * system refuses. */
void *os_reserve(size_t size);
size_t os_page_size(void);
/* Asks for huge pages, or for none where the system gives them unasked. */
void os_huge_hint(void *p, size_t size, bool huge);
/* Makes pages read-only (a debug build's freeze) or writable again. */
void os_protect(void *p, size_t size, bool readonly);
/* The memory is not needed now; it reads as zero when touched again. */
void os_discard(void *p, size_t size);
/* A wish, for memory of any kind, mapped or not: the process need not hold the
 * pages inside.  A file's are read again when touched, others are zero. */
void os_drop(const void *p, size_t size);

/* Called with each fresh range and the wanted node (-1: interleave); set by
 * sched's topology, NULL = the system's own placement. */
typedef void (*OsBindFn)(void *p, size_t size, int node);
extern OsBindFn os_bind_hook;
void os_bind(void *p, size_t size, int node);

/* One big range of addresses in which workers claim blocks; a record is named
 * by offset / 8, so a u32 handle reaches 32 GiB.
 *
 *   operation       who           promise
 *   vregion_claim   any thread    wait-free (one atomic add); blocks are
 *                                 disjoint, zeroed, aligned to `align`
 *   vregion_at      any thread    pure
 *   init, free      one thread    not concurrent with anything
 */
typedef struct {
  char *base;
  uint64_t size;
  AtomicU64 next; /* offset of the first unclaimed byte */
  const char *name;
} VRegion;

/* Reserves `want` bytes, or half of it, and so on, down to `least`.  False if
 * even that is refused. */
bool vregion_init(VRegion *r, const char *name, uint64_t want, uint64_t least);
void vregion_free(VRegion *r);
/* Offset of `size` fresh bytes (both rounded up to 8; align: a power of two,
 * at most a page), never 0; 0 when the region is full. */
uint64_t vregion_claim(VRegion *r, uint64_t size, uint64_t align);
/* Bytes claimed so far. */
uint64_t vregion_used(const VRegion *r);

static inline void *vregion_at(const VRegion *r, uint32_t handle) {
  return r->base + (uint64_t)handle * 8;
}
static inline uint32_t vregion_handle(const VRegion *r, const void *p) {
  return (uint32_t)((uint64_t)((const char *)p - r->base) / 8);
}

#ifdef __cplusplus
}
#endif
#endif
