/* cmap.c - the concurrent, insert-only map.
 *
 * Problem: many threads intern names and types. Nearly every call asks for
 * something that is there already; such a call must not write to shared memory.
 * The table must grow while others read and insert, and two threads that insert
 * the same key at once must agree on one handle.
 *
 * Representation: levels T0, T1, ... of slots, chained by `newer`. A slot is
 * one 64-bit word: 0, or a 32-bit tag from the hash above a non-zero 32-bit
 * handle. In each level a key owns a window: up to WINDOW slots in a row from a
 * place that its hash decides. Let S(K) be the windows of K in T0, T1, ... one
 * behind the other: an endless sequence of slots that depends on K's hash
 * alone.
 *
 * Invariants
 *   1. A slot that is not 0 never changes, nor does a `newer` that is not NULL.
 *   2. A key K is put into slot t of S(K) only by a compare-exchange from 0, by
 *      a thread that has seen all slots before t in S(K) not 0 and not K.
 *
 * So no key is in two slots: say K is in s and t, s before t in S(K). Whoever
 * put K into t had seen s not 0 and not K before; by 1 s can never hold K.
 * The map is ordinary open addressing on an endless probe sequence; growing
 * adds slots to its end and moves nothing. There is nothing to migrate, to
 * freeze, to free or to wait for, hence nothing that could block a reader.
 *
 * Find walks S(K) to K, or to the first empty slot, or to the end of the last
 * level. At the moment when it saw that slot empty (or `newer` NULL) K was not
 * behind it by 2, nor before it, since find saw that later or has seen it
 * taken by another key: the miss is right.
 *
 * Insert walks in the same way and puts the candidate into the first empty
 * slot. If the compare-exchange fails, the slot has just been filled: insert
 * looks whether by K, and goes on from there. Behind the last level it adds a
 * new one by a compare-exchange on `newer`; who loses uses the winner's. Each
 * failure means that some other thread has succeeded, so the map is lock-free.
 *
 * Memory order: the record behind a handle is written before the releasing
 * compare-exchange on the slot (cmap_insert), and read after the acquiring load
 * of it (level_scan). A level's fields and zero slots are written before the
 * releasing compare-exchange on `newer` (level_add), and read after the
 * acquiring load of it (level_newer). A thread that has learned elsewhere that
 * K is in the map finds it: what the inserter saw of S(K) happens before, so
 * the walk sees it too.
 *
 * Cost: a hit touches the key's cache line in each level up to its own; that of
 * the next level is prefetched meanwhile. Levels grow by 4, large ones by 2, so
 * there are O(log n), one if `expect` was right; the first and hottest keys are
 * in the first. The first windows of 32 overflow at 60% load, and at 88% two
 * keys of a hundred have gone on to the next level.
 *
 * A hash that maps many keys to the same 64 bits would fill windows while
 * levels are nearly empty. Such a level is not followed by a bigger one, and
 * after MAX_LEVELS the map panics, by name: the hash is broken.
 */
#include "base/cmap.h"
#include "base/bits.h"
#include "base/os_mem.h"

#ifdef TAIPAN_STRESS
enum { WINDOW = 2, FIRST_SLOTS = 2, LINE_SLOTS = 1, FULL = 0, LARGE = 2 };
#define TAG(hash) ((uint32_t)(hash) & 3)
#else
enum {
  WINDOW = 32,
  FIRST_SLOTS = 4096,
  LINE_SLOTS = 8,
  FULL = 25,      /* percent */
  LARGE = 1 << 20 /* slots from which levels only double */
};
#define TAG(hash) ((uint32_t)(hash))
#endif
enum { MAX_LEVELS = 64, HUGE_FROM = 4 << 20 };

struct CMapLevel {
  AtomicPtr newer;     /* CMapLevel *; NULL: this is the last */
  uint64_t multiplier; /* odd, another one in each level */
  uint64_t mask;       /* slots - 1; slots is a power of two */
  uint32_t shift;      /* 64 - log2 of the number of possible places */
  uint32_t window;     /* min(WINDOW, slots) */
  uint32_t index;      /* 0 for the first */
  char pad[CACHE_LINE - 36];
  AtomicU64 slots[];
};
static_assert(offsetof(CMapLevel, slots) == CACHE_LINE, "slots fill lines");

static size_t level_bytes(uint64_t slots) {
  return sizeof(CMapLevel) + (size_t)slots * sizeof(AtomicU64);
}

static CMapLevel *level_create(uint32_t index, uint64_t slots) {
  ASSERT(slots >= LINE_SLOTS * 2 && (slots & (slots - 1)) == 0);
  size_t bytes = level_bytes(slots);
  CMapLevel *l = (CMapLevel *)os_pages_must(bytes);
  /* A newer level is sparse at first. */
  if (bytes >= HUGE_FROM) os_huge_hint(l, bytes, index == 0);
  os_bind(l, bytes, -1);
  l->index = index;
  l->multiplier = 0x9E3779B97F4A7C15u + 2 * (uint64_t)index *
                                            0x632BE59BD9B4E019u;
  l->mask = slots - 1;
  l->window = (uint32_t)MIN((uint64_t)WINDOW, slots);
  l->shift = 64 - bits_log2(slots / LINE_SLOTS);
  return l;
}

static CMapLevel *level_newer(const CMapLevel *l) {
  return (CMapLevel *)atomic_ptr_load_acquire(&l->newer);
}

static inline uint64_t level_home(const CMapLevel *l, uint64_t hash) {
  return ((hash * l->multiplier) >> l->shift) * LINE_SLOTS;
}

/* The key's handle if it is in its window of this level at or after *step.
 * Otherwise 0, and *step is the first empty slot's place in the window, or
 * l->window if it is full. */
static inline uint32_t level_scan(const CMapLevel *l, uint64_t hash, CMapEq eq,
                                  const void *key, void *ctx, uint32_t *step) {
  uint64_t home = level_home(l, hash);
  uint32_t tag = TAG(hash);
  for (uint32_t i = *step; i < l->window; i++) {
    uint64_t s = atomic_u64_load_acquire(&l->slots[(home + i) & l->mask]);
    if (s == 0) {
      *step = i;
      return 0;
    }
    if ((uint32_t)(s >> 32) == tag && LIKELY(eq((uint32_t)s, key, ctx)))
      return (uint32_t)s;
  }
  *step = l->window;
  return 0;
}

void cmap_init(CMap *m, const char *name, uint64_t expect) {
  uint64_t slots = FIRST_SLOTS;
#ifdef TAIPAN_STRESS
  (void)expect;
#else
  /* At most two thirds full if the guess was right. */
  if (expect > (uint64_t)1 << 40) panic("map %s: too many keys", name);
  slots = MAX(slots, bits_ceil_pow2(expect + expect / 2));
#endif
  *m = (CMap){level_create(0, slots), name};
}

void cmap_free(CMap *m) {
  CMapLevel *l = m->first;
  while (l) {
    CMapLevel *newer = level_newer(l);
    os_pages_free(l, level_bytes(l->mask + 1));
    l = newer;
  }
  m->first = NULL;
}

uint32_t cmap_find(const CMap *m, uint64_t hash, CMapEq eq, const void *key,
                   void *ctx) {
  const CMapLevel *l = m->first;
  for (;;) {
    const CMapLevel *newer = level_newer(l);
    if (newer) __builtin_prefetch(&newer->slots[level_home(newer, hash)]);
    uint32_t step = 0;
    uint32_t found = level_scan(l, hash, eq, key, ctx, &step);
    if (found) return found;
    if (step < l->window || !newer) return 0;
    l = newer;
  }
}

/* True if at least FULL percent of the slots are taken. */
static bool level_well_filled(const CMapLevel *l) {
  uint64_t used = 0;
  for (uint64_t i = 0; i <= l->mask; i++)
    used += atomic_u64_load_relaxed(&l->slots[i]) != 0;
  return used * 100 >= (l->mask + 1) * FULL;
}

/* The level behind `full`, made if it is not there yet. */
static COLD CMapLevel *level_add(const CMap *m, CMapLevel *full) {
  if (full->index + 1 >= MAX_LEVELS)
    panic("map %s: too many keys with equal hashes", m->name);
  uint64_t slots = full->mask + 1;
  if (level_well_filled(full)) slots *= slots < LARGE ? 4 : 2;
  CMapLevel *l = level_create(full->index + 1, slots);
  void *seen = NULL;
  if (atomic_ptr_cas_acq_rel(&full->newer, &seen, l)) return l;
  os_pages_free(l, level_bytes(slots));
  return (CMapLevel *)seen;
}

uint32_t cmap_insert(CMap *m, uint64_t hash, CMapEq eq, const void *key,
                     void *ctx, uint32_t candidate) {
  ASSERT(candidate != 0);
  const uint64_t word = (uint64_t)TAG(hash) << 32 | candidate;
  CMapLevel *l = m->first;
  uint32_t step = 0;
  for (;;) {
    CMapLevel *newer = level_newer(l);
    if (newer) __builtin_prefetch(&newer->slots[level_home(newer, hash)]);
    uint32_t found = level_scan(l, hash, eq, key, ctx, &step);
    if (found) return found;
    if (step < l->window) {
      /* All of S(key) before this slot is taken, and not by the key. */
      uint64_t seen = 0;
      AtomicU64 *slot = &l->slots[(level_home(l, hash) + step) & l->mask];
      if (atomic_u64_cas_acq_rel(slot, &seen, word)) return candidate;
      continue; /* look who was faster */
    }
    l = newer ? newer : level_add(m, l);
    step = 0;
  }
}

void cmap_each(const CMap *m, void (*fn)(uint32_t handle, void *ctx),
               void *ctx) {
  for (const CMapLevel *l = m->first; l; l = level_newer(l))
    for (uint64_t i = 0; i <= l->mask; i++) {
      uint64_t s = atomic_u64_load_acquire(&l->slots[i]);
      if (s) fn((uint32_t)s, ctx);
    }
}

CMapStats cmap_stats(const CMap *m) {
  CMapStats st = {0};
  for (const CMapLevel *l = m->first; l; l = level_newer(l)) {
    st.levels++;
    st.slots += l->mask + 1;
    st.bytes += level_bytes(l->mask + 1);
    for (uint64_t i = 0; i <= l->mask; i++)
      st.keys += atomic_u64_load_relaxed(&l->slots[i]) != 0;
  }
  return st;
}
