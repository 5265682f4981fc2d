/* hmap.c - how the single-thread maps grow: by rehashing into twice the size.
 */
#include "base/hmap.h"
#include "base/bits.h"
#include "base/mem.h"

#define HMAP_DEFINE_GROW(NAME, MAP, SLOT)                                  \
  static void NAME##_table(MAP *m, uint32_t cap) {                         \
    m->slots = m->arena ? ARENA_ARRAY(m->arena, SLOT, cap)                 \
                        : (SLOT *)mem_zalloc(mem_array_size(cap,           \
                                                            sizeof(SLOT))); \
    m->cap = cap;                                                          \
  }                                                                        \
  void NAME##_init(MAP *m, Arena *arena, uint32_t expect) {                \
    *m = (MAP){.arena = arena};                                            \
    if (expect == 0) return;                                               \
    uint64_t cap = bits_ceil_pow2((uint64_t)expect * 4 / 3 + 1);           \
    if (cap > (uint64_t)1 << 31) panic("map of %u keys", expect);          \
    NAME##_table(m, (uint32_t)cap);                                        \
  }                                                                        \
  void NAME##_clear(MAP *m) {                                              \
    if (m->n) memset(m->slots, 0, m->cap * sizeof(SLOT));                  \
    m->n = 0;                                                              \
  }                                                                        \
  void NAME##_free(MAP *m) {                                               \
    ASSERT(!m->arena);                                                     \
    mem_free(m->slots);                                                    \
    *m = (MAP){0};                                                         \
  }                                                                        \
  void NAME##_grow(MAP *m) {                                               \
    SLOT *old = m->slots;                                                  \
    uint32_t cap = m->cap;                                                 \
    if (cap > (uint32_t)1 << 30) panic("map of more than 2^30 keys");      \
    NAME##_table(m, cap ? cap * 2 : 8);                                    \
    for (uint32_t i = 0; i < cap; i++)                                     \
      if (old[i].val) *NAME##_slot(m, old[i].key) = old[i];                \
    if (!m->arena) mem_free(old);                                          \
  }

HMAP_DEFINE_GROW(hmap64, HMap64, HMap64Slot)
HMAP_DEFINE_GROW(hmap32, HMap32, HMap32Slot)
