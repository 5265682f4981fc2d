/* sort.c - merge sort from the bottom up, with insertion sort for short runs.
 *
 * n log n comparisons, stable, one temporary of n elements; elements are moved
 * by memcpy.  u32 and u64 have a radix sort, eight bits a pass, which skips the
 * passes in which all keys agree.
 */
#include "base/sort.h"
#include "base/mem.h"

#include <string.h>

enum { RUN = 8 };

static void insertion(char *v, size_t n, size_t size, SortCmp cmp, void *ctx,
                      char *tmp) {
  for (size_t i = 1; i < n; i++) {
    size_t j = i;
    while (j > 0 && cmp(v + (j - 1) * size, v + i * size, ctx) > 0) j--;
    if (j == i) continue;
    memcpy(tmp, v + i * size, size);
    memmove(v + (j + 1) * size, v + j * size, (i - j) * size);
    memcpy(v + j * size, tmp, size);
  }
}

/* Merges the runs [0, m) and [m, n) of src into dst. */
static void merge(const char *src, char *dst, size_t m, size_t n, size_t size,
                  SortCmp cmp, void *ctx) {
  size_t i = 0, j = m;
  while (i < m && j < n) {
    bool right = cmp(src + i * size, src + j * size, ctx) > 0;
    size_t *from = right ? &j : &i;
    memcpy(dst, src + *from * size, size);
    dst += size;
    ++*from;
  }
  memcpy(dst, src + i * size, (m - i) * size);
  dst += (m - i) * size;
  memcpy(dst, src + j * size, (n - j) * size);
}

void sort_stable(void *v, size_t n, size_t size, SortCmp cmp, void *ctx) {
  if (n < 2) return;
  char *a = (char *)v;
  char *b = (char *)mem_alloc(mem_array_size(n, size));
  for (size_t i = 0; i < n; i += RUN)
    insertion(a + i * size, MIN((size_t)RUN, n - i), size, cmp, ctx, b);
  char *src = a, *dst = b;
  for (size_t width = RUN; width < n; width *= 2) {
    for (size_t i = 0; i < n; i += 2 * width) {
      size_t len = MIN(2 * width, n - i);
      merge(src + i * size, dst + i * size, MIN(width, len), len, size, cmp,
            ctx);
    }
    char *t = src;
    src = dst;
    dst = t;
  }
  if (src != a) memcpy(a, src, n * size);
  mem_free(b);
}

#define SORT_DEFINE_RADIX(NAME, T)                                   \
  void NAME(T *v, size_t n) {                                        \
    if (n < 2) return;                                               \
    T *b = (T *)mem_alloc(mem_array_size(n, sizeof(T)));             \
    T *src = v, *dst = b;                                            \
    for (unsigned shift = 0; shift < 8 * sizeof(T); shift += 8) {    \
      size_t at[257] = {0};                                          \
      for (size_t i = 0; i < n; i++) at[(src[i] >> shift & 255) + 1]++; \
      if (at[(src[0] >> shift & 255) + 1] == n) continue;            \
      for (unsigned i = 1; i < 257; i++) at[i] += at[i - 1];         \
      for (size_t i = 0; i < n; i++)                                 \
        dst[at[src[i] >> shift & 255]++] = src[i];                   \
      T *t = src;                                                    \
      src = dst;                                                     \
      dst = t;                                                       \
    }                                                                \
    if (src != v) memcpy(v, src, n * sizeof(T));                     \
    mem_free(b);                                                     \
  }

SORT_DEFINE_RADIX(sort_u32, uint32_t)
SORT_DEFINE_RADIX(sort_u64, uint64_t)
