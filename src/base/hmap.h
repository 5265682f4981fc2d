/* hmap.h - single-thread maps from u64 or u32 keys to u32 values.
 *
 * Layer: base.  Memory: an arena (an outgrown table is abandoned) or, with a
 * NULL arena, the heap (then hmap_free).  Threads: one owner.
 *
 * Open addressing, linear probing, powers of two, at most 3/4 full.  Every key
 * is allowed, 0 included: a slot is empty when its value is 0, so VALUES MUST
 * NOT BE 0 (handles never are).
 * A zeroed map is empty and in the heap.
 */
#ifndef TAIPAN_BASE_HMAP_H
#define TAIPAN_BASE_HMAP_H

#include "base/arena.h"
#include "base/hash.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  uint64_t key;
  uint32_t val;
} HMap64Slot;
typedef struct {
  uint32_t key;
  uint32_t val;
} HMap32Slot;

typedef struct {
  HMap64Slot *slots;
  uint32_t n, cap; /* cap: 0 or a power of two */
  Arena *arena;
} HMap64;
typedef struct {
  HMap32Slot *slots;
  uint32_t n, cap;
  Arena *arena;
} HMap32;

/* Room for `expect` keys; arena NULL = heap. */
void hmap64_init(HMap64 *m, Arena *arena, uint32_t expect);
void hmap32_init(HMap32 *m, Arena *arena, uint32_t expect);
/* Forgets all keys, keeps the table. */
void hmap64_clear(HMap64 *m);
void hmap32_clear(HMap32 *m);
/* Heap maps only. */
void hmap64_free(HMap64 *m);
void hmap32_free(HMap32 *m);
void hmap64_grow(HMap64 *m);
void hmap32_grow(HMap32 *m);

#ifdef TAIPAN_STRESS
#define HMAP_HASH(h) ((h) & 7)
#else
#define HMAP_HASH(h) (h)
#endif

#define HMAP_DEFINE(NAME, MAP, SLOT, KEY)                                   \
  static inline SLOT *NAME##_slot(const MAP *m, KEY key) {                  \
    uint32_t mask = m->cap - 1;                                             \
    uint32_t i = (uint32_t)HMAP_HASH(hash_u64(key)) & mask;                 \
    while (m->slots[i].val != 0 && m->slots[i].key != key)                  \
      i = (i + 1) & mask;                                                   \
    return &m->slots[i];                                                    \
  }                                                                         \
  /* The value, or 0 if the key is not there. */                            \
  static inline uint32_t NAME##_get(const MAP *m, KEY key) {                \
    return m->cap ? NAME##_slot(m, key)->val : 0;                           \
  }                                                                         \
  /* Place of the key's value; *found tells if it was there.  If it was not, \
   * the caller must set it to something other than 0 before the next call. \
   */                                                                       \
  static inline uint32_t *NAME##_find_or_insert(MAP *m, KEY key,            \
                                                bool *found) {              \
    if (UNLIKELY(m->n >= m->cap - m->cap / 4)) NAME##_grow(m);              \
    SLOT *s = NAME##_slot(m, key);                                          \
    *found = s->val != 0;                                                   \
    if (!*found) {                                                          \
      s->key = key;                                                         \
      m->n++;                                                               \
    }                                                                       \
    return &s->val;                                                         \
  }                                                                         \
  /* Sets or replaces; returns the old value or 0. */                       \
  static inline uint32_t NAME##_put(MAP *m, KEY key, uint32_t val) {        \
    ASSERT(val != 0);                                                       \
    bool found;                                                             \
    uint32_t *p = NAME##_find_or_insert(m, key, &found);                    \
    uint32_t old = found ? *p : 0;                                          \
    *p = val;                                                               \
    return old;                                                             \
  }                                                                         \
  /* Removes the key, if it is there: what stands behind it moves up. */     \
  static inline void NAME##_remove(MAP *m, KEY key) {                       \
    if (m->cap == 0) return;                                                \
    uint32_t mask = m->cap - 1;                                             \
    uint32_t hole = (uint32_t)(NAME##_slot(m, key) - m->slots);             \
    if (m->slots[hole].val == 0) return;                                    \
    for (uint32_t i = (hole + 1) & mask; m->slots[i].val != 0;              \
         i = (i + 1) & mask) {                                              \
      uint32_t home = (uint32_t)HMAP_HASH(hash_u64(m->slots[i].key)) & mask; \
      if (((i - home) & mask) < ((i - hole) & mask)) continue;              \
      m->slots[hole] = m->slots[i];                                         \
      hole = i;                                                             \
    }                                                                       \
    m->slots[hole].val = 0;                                                 \
    m->n--;                                                                 \
  }

HMAP_DEFINE(hmap64, HMap64, HMap64Slot, uint64_t)
HMAP_DEFINE(hmap32, HMap32, HMap32Slot, uint32_t)
#undef HMAP_DEFINE

/* Two u32 as one key. */
static inline uint64_t hmap_pair(uint32_t hi, uint32_t lo) {
  return (uint64_t)hi << 32 | lo;
}

#ifdef __cplusplus
}
#endif
#endif
