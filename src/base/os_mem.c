/* os_mem.c - pages from the system. */
#include "base/os_mem.h"

#include <sys/mman.h>
#include <unistd.h>

OsBindFn os_bind_hook;

size_t os_page_size(void) {
  static AtomicU64 size; /* written with the same value by all */
  size_t s = atomic_u64_load_relaxed(&size);
  if (UNLIKELY(s == 0)) {
    s = (size_t)sysconf(_SC_PAGESIZE);
    atomic_u64_store_relaxed(&size, s);
  }
  return s;
}

static size_t page_round(size_t size) {
  size_t page = os_page_size();
  return (MAX(size, (size_t)1) + page - 1) & ~(page - 1);
}

void *os_pages(size_t size) {
  if (size > SIZE_MAX / 2) return NULL;
  void *p = mmap(NULL, page_round(size), PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return p == MAP_FAILED ? NULL : p;
}

void *os_pages_must(size_t size) {
  void *p = os_pages(size);
  if (!p) panic("out of memory (%zu bytes of pages)", size);
  return p;
}

void os_pages_free(void *p, size_t size) {
  if (p) munmap(p, page_round(size));
}

void *os_reserve(size_t size) {
  void *p = mmap(NULL, page_round(size), PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return p == MAP_FAILED ? NULL : p;
}

void os_huge_hint(void *p, size_t size, bool huge) {
#ifdef MADV_HUGEPAGE
  madvise(p, page_round(size), huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
#endif
}

void os_protect(void *p, size_t size, bool readonly) {
  int prot = readonly ? PROT_READ : PROT_READ | PROT_WRITE;
  if (mprotect(p, page_round(size), prot) != 0) panic("mprotect failed");
}

void os_discard(void *p, size_t size) {
  if (madvise(p, page_round(size), MADV_DONTNEED) != 0)
    panic("madvise failed");
}

void os_drop(const void *p, size_t size) {
  uintptr_t page = os_page_size();
  uintptr_t begin = ((uintptr_t)p + page - 1) & ~(page - 1);
  uintptr_t end = ((uintptr_t)p + size) & ~(page - 1);
  if (begin >= end) return;
  int rc = madvise((void *)begin, end - begin, MADV_DONTNEED);
  (void)rc; /* a part that is not mapped is nothing to drop */
}

void os_bind(void *p, size_t size, int node) {
  if (os_bind_hook) os_bind_hook(p, page_round(size), node);
}

bool vregion_init(VRegion *r, const char *name, uint64_t want,
                  uint64_t least) {
  const uint64_t reach = (uint64_t)8 << 32; /* of a u32 handle */
  *r = (VRegion){.name = name};
  for (uint64_t size = MIN(want, reach); size >= least && size > 0;
       size /= 2) {
    r->base = (char *)os_reserve(size);
    if (r->base) {
      r->size = size;
      /* Handle 0 is "none"; the first line stays unused. */
      atomic_u64_store_relaxed(&r->next, CACHE_LINE);
      return true;
    }
  }
  return false;
}

void vregion_free(VRegion *r) {
  os_pages_free(r->base, r->size);
  *r = (VRegion){0};
}

uint64_t vregion_claim(VRegion *r, uint64_t size, uint64_t align) {
  ASSERT(align && (align & (align - 1)) == 0);
  if (align < 8) align = 8;
  if (size > r->size) return 0;
  size = (size + 7) & ~(uint64_t)7;
  uint64_t at = atomic_u64_fetch_add_relaxed(&r->next, size + (align - 8));
  at = (at + align - 1) & ~(align - 1);
  return at + size <= r->size ? at : 0;
}

uint64_t vregion_used(const VRegion *r) {
  uint64_t next = atomic_u64_load_relaxed(&r->next);
  return MIN(next, r->size);
}
