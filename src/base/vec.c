/* vec.c - how vectors grow: by doubling, in place where the arena can. */
#include "base/vec.h"

static uint32_t grown_cap(uint32_t cap, uint64_t need, size_t elem_size) {
  if (need > UINT32_MAX) panic("vector of more than 2^32 elements");
  uint64_t first = elem_size <= 4 ? 8 : elem_size <= 64 ? 4 : 1;
#ifdef TAIPAN_STRESS
  uint64_t next = need + 0 * (cap + first);
#else
  uint64_t next = MAX((uint64_t)cap * 2, first);
#endif
  next = MAX(next, need);
  return (uint32_t)MIN(next, UINT32_MAX);
}

void *vec_grow(void *v, uint32_t n, uint32_t *cap, uint64_t need,
               size_t elem_size, size_t align, Arena *arena) {
  uint32_t new_cap = grown_cap(*cap, need, elem_size);
  (void)n;
  v = arena_realloc(arena, v, *cap * elem_size,
                    arena_array_size(new_cap, elem_size), align);
  *cap = new_cap;
  return v;
}

void *hvec_grow(void *v, uint32_t *cap, uint64_t need, size_t elem_size) {
  uint32_t new_cap = grown_cap(*cap, need, elem_size);
  v = mem_realloc(v, mem_array_size(new_cap, elem_size));
  *cap = new_cap;
  return v;
}
