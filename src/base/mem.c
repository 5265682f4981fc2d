/* mem.c - the heap: malloc that cannot fail, and what the process holds. */
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* jemalloc's control function where it is linked. */
extern int mallctl(const char *name, void *old, size_t *old_len, void *new_,
                   size_t new_len) __attribute__((weak));

static COLD NORETURN void out_of_memory(size_t size) {
  panic("out of memory (%zu bytes)", size);
}

void *mem_alloc(size_t size) {
  void *p = malloc(size ? size : 1);
  if (UNLIKELY(!p)) out_of_memory(size);
  return p;
}

void *mem_zalloc(size_t size) {
  void *p = calloc(1, size ? size : 1);
  if (UNLIKELY(!p)) out_of_memory(size);
  return p;
}

void *mem_realloc(void *old, size_t size) {
  void *p = realloc(old, size ? size : 1);
  if (UNLIKELY(!p)) out_of_memory(size);
  return p;
}

void *mem_aligned(size_t size, size_t align) {
  ASSERT(align && (align & (align - 1)) == 0);
  void *p = NULL;
  if (align < sizeof(void *)) align = sizeof(void *);
  if (posix_memalign(&p, align, size ? size : 1) != 0) out_of_memory(size);
  return p;
}

void mem_free(void *p) { free(p); }

size_t mem_array_size(size_t count, size_t size) {
  size_t total;
  if (UNLIKELY(__builtin_mul_overflow(count, size, &total)))
    panic("array of %zu elements is too large", count);
  return total;
}

size_t mem_resident(void) {
  FILE *f = fopen("/proc/self/statm", "r");
  if (!f) return 0;
  unsigned long total = 0, pages = 0;
  int got = fscanf(f, "%lu %lu", &total, &pages);
  fclose(f);
  return got == 2 ? (size_t)pages * (size_t)sysconf(_SC_PAGESIZE) : 0;
}

size_t mem_resident_peak(void) {
  struct rusage u;
  if (getrusage(RUSAGE_SELF, &u) != 0) return 0;
  return (size_t)u.ru_maxrss * 1024;
}

void mem_purge(void) {
  /* 4096 is jemalloc's MALLCTL_ARENAS_ALL. */
  if (mallctl) mallctl("arena.4096.purge", NULL, NULL, NULL, 0);
}
