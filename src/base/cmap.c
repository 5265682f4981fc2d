/* cmap.c - the concurrent, insert-only map.
 *
 * Problem: many threads intern names and types. Nearly every call asks for
 * something that is there already; such a call must not write to shared memory.
 * The table must grow while others read and insert, and two threads that insert
 * the same key at once must agree on one handle.
 *
 * Representation: levels T0, T1, ... of slots, each bigger than the one before,
 * chained from the newest to the oldest (`older` never changes). A slot is one
 * 64-bit word: 0, or a 32-bit tag from the hash above a non-zero 32-bit handle.
 * In each level a key owns a window: up to WINDOW slots in a row from a place
 * that its hash decides. Let S(K) be the windows of K in T0, T1, ... one behind
 * the other: an endless sequence of slots that depends on K's hash alone.
 *
 * Invariants
 * (1) A slot that is not 0 never changes.
 * (2) A key K is put into slot t of S(K) only by a compare-exchange from 0,
 *     by a thread that has seen every slot before t in S(K) not 0 and not K.
 *
 * So no key is in two slots: say K is in s and t, s before t in S(K). Whoever
 * put K into t had seen s not 0 and not K before; by (1) s can never hold K.
 * The map is ordinary open addressing on an endless probe sequence; growing
 * adds slots to its end and moves nothing. There is nothing to migrate, to
 * freeze, to free or to wait for, hence nothing that could block a reader.
 *
 * Find may look at the levels in any order, since a hit is a hit anywhere. It
 * begins with `main`, the level that holds most keys. If K's window there is
 * not full, then by (2) K is in no newer level at that moment, and find goes on
 * with the older ones; otherwise with all. A miss is right, too: K is only ever
 * in one slot, and when find looked there (or ruled it out), it was not there
 * yet.
 *
 * Insert does the same, and remembers the first empty slot of the oldest level
 * that has one in K's window; every older level's window it has seen full, so
 * (2) holds at that slot. If the compare-exchange fails, the slot has just been
 * filled: insert looks whether by K, and goes on from there. If all windows are
 * full it adds a level (a compare-exchange on `newest`; who loses uses the
 * winner's) and goes on in that one alone. Each failure means that some other
 * thread has succeeded, so the map is lock-free.
 *
 * `main` is a hint: any level is right. It moves to a newer level when an
 * insertion there has to go past its first cache line, which begins when about
 * a third of the level is full.
 *
 * Memory order: the record behind a handle is written before the releasing
 * compare-exchange on the slot, and read after the acquiring load of it in
 * level_scan. A level's fields and zero slots are written before the releasing
 * compare-exchange on `newest` (and the release of `main`), and read after the
 * acquiring load of either. That a thread which learned of K elsewhere also
 * finds it: then K's insertion happens before the find, so the find reads
 * `newest` and the slot at least that new.
 *
 * Cost: a hit in the main level touches one or two cache lines; a level that is
 * full costs a scan of its window, 4 lines. Levels grow by 4, large ones by 2,
 * so there are O(log n), one if `expect` was right. The first windows of 32
 * overflow at 60% load, and at 88% two keys of a hundred have gone on to the
 * next level.
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
  FIRST_SLOTS = 1024,
  LINE_SLOTS = 8,
  FULL = 50,      /* percent */
  LARGE = 1 << 18 /* slots from which levels only double */
};
#define TAG(hash) ((uint32_t)(hash))
#endif
enum { MAX_LEVELS = 64, HUGE_FROM = 4 << 20 };

typedef struct CMapLevel CMapLevel;
struct CMapLevel {
  CMapLevel *older;
  uint64_t multiplier; /* odd, another one in each level */
  uint64_t mask;       /* slots - 1; slots is a power of two */
  uint32_t shift;      /* 64 - log2 of the number of possible places */
  uint32_t window;     /* min(WINDOW, slots) */
  uint32_t index;      /* 0 for the oldest */
  char pad[CACHE_LINE - 36];
  AtomicU64 slots[];
};
static_assert(offsetof(CMapLevel, slots) == CACHE_LINE, "slots fill lines");

static size_t level_bytes(uint64_t slots) {
  return sizeof(CMapLevel) + (size_t)slots * sizeof(AtomicU64);
}

static CMapLevel *level_create(CMapLevel *older, uint64_t slots) {
  ASSERT(slots >= LINE_SLOTS * 2 && (slots & (slots - 1)) == 0);
  size_t bytes = level_bytes(slots);
  CMapLevel *l = (CMapLevel *)os_pages_must(bytes);
  if (bytes >= HUGE_FROM) os_huge_hint(l, bytes);
  os_bind(l, bytes, -1);
  l->older = older;
  l->index = older ? older->index + 1 : 0;
  l->multiplier = 0x9E3779B97F4A7C15u + 2 * (uint64_t)l->index *
                                            0x632BE59BD9B4E019u;
  l->mask = slots - 1;
  l->window = (uint32_t)MIN((uint64_t)WINDOW, slots);
  l->shift = 64 - bits_log2(slots / LINE_SLOTS);
  return l;
}

static CMapLevel *newest_level(const CMap *m) {
  return (CMapLevel *)atomic_ptr_load_acquire(&m->newest);
}
static CMapLevel *main_level(const CMap *m) {
  return (CMapLevel *)atomic_ptr_load_acquire(&m->main);
}

/* The key's handle if it is in its window of this level at or after *step.
 * Otherwise 0, and *step is the first empty slot's place in the window, or
 * l->window if it is full. */
static inline uint32_t level_scan(const CMapLevel *l, uint64_t hash, CMapEq eq,
                                  const void *key, void *ctx, uint32_t *step) {
  uint64_t home = ((hash * l->multiplier) >> l->shift) * LINE_SLOTS;
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

static AtomicU64 *level_slot(CMapLevel *l, uint64_t hash, uint32_t step) {
  uint64_t home = ((hash * l->multiplier) >> l->shift) * LINE_SLOTS;
  return &l->slots[(home + step) & l->mask];
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
  m->name = name;
  CMapLevel *first = level_create(NULL, slots);
  atomic_ptr_store_release(&m->newest, first);
  atomic_ptr_store_release(&m->main, first);
}

void cmap_free(CMap *m) {
  CMapLevel *l = newest_level(m);
  while (l) {
    CMapLevel *older = l->older;
    os_pages_free(l, level_bytes(l->mask + 1));
    l = older;
  }
  atomic_ptr_store_relaxed(&m->newest, NULL);
  atomic_ptr_store_relaxed(&m->main, NULL);
}

uint32_t cmap_find(const CMap *m, uint64_t hash, CMapEq eq, const void *key,
                   void *ctx) {
  const CMapLevel *first = main_level(m);
  uint32_t step = 0;
  uint32_t found = level_scan(first, hash, eq, key, ctx, &step);
  if (LIKELY(found)) return found;
  const CMapLevel *l = step < first->window ? first->older : newest_level(m);
  for (; l; l = l->older) {
    if (l == first) continue;
    step = 0;
    found = level_scan(l, hash, eq, key, ctx, &step);
    if (found) return found;
  }
  return 0;
}

/* True if at least FULL percent of the slots are taken. */
static bool level_well_filled(const CMapLevel *l) {
  uint64_t used = 0;
  for (uint64_t i = 0; i <= l->mask; i++)
    used += atomic_u64_load_relaxed(&l->slots[i]) != 0;
  return used * 100 >= (l->mask + 1) * FULL;
}

/* Adds a level behind `full`, or returns the one that another thread has just
 * added there. */
static COLD CMapLevel *level_add(CMap *m, CMapLevel *full) {
  if (full->index + 1 >= MAX_LEVELS)
    panic("map %s: too many keys with equal hashes", m->name);
  uint64_t slots = full->mask + 1;
  if (level_well_filled(full)) slots *= slots < LARGE ? 4 : 2;
  CMapLevel *l = level_create(full, slots);
  void *seen = full;
  if (atomic_ptr_cas_acq_rel(&m->newest, &seen, l)) return l;
  os_pages_free(l, level_bytes(slots));
  l = (CMapLevel *)seen;
  while (l->older != full) l = l->older;
  return l;
}

/* The level after `l`, towards the newest; NULL if l is the newest. */
static CMapLevel *level_after(const CMap *m, const CMapLevel *l) {
  CMapLevel *next = newest_level(m);
  if (next == l) return NULL;
  while (next->older != l) next = next->older;
  return next;
}

/* Where a key is, or where it may be put. */
typedef struct {
  CMapLevel *level;
  uint32_t step;  /* in the key's window there */
  uint32_t found; /* the handle, if the key is there */
} Place;

/* Finds the key, or the first empty slot of S(key); neither: level is NULL, and
 * *newest is a level that is full, with all before it. */
static Place find_place(const CMap *m, uint64_t hash, CMapEq eq,
                        const void *key, void *ctx, CMapLevel **newest) {
  Place p = {0};
  CMapLevel *first = main_level(m);
  uint32_t step = 0;
  p.found = level_scan(first, hash, eq, key, ctx, &step);
  if (p.found) return p;
  CMapLevel *l = first->older;
  if (step < first->window)
    p = (Place){first, step, 0};
  else
    l = *newest = newest_level(m);
  for (; l; l = l->older) {
    if (l == first) continue;
    step = 0;
    p.found = level_scan(l, hash, eq, key, ctx, &step);
    if (p.found) return p;
    if (step < l->window) p = (Place){l, step, 0};
  }
  return p;
}

uint32_t cmap_insert(CMap *m, uint64_t hash, CMapEq eq, const void *key,
                     void *ctx, uint32_t candidate) {
  ASSERT(candidate != 0);
  CMapLevel *newest = NULL;
  Place p = find_place(m, hash, eq, key, ctx, &newest);
  if (p.found) return p.found;
  const uint64_t word = (uint64_t)TAG(hash) << 32 | candidate;
  if (!p.level) p = (Place){level_add(m, newest), 0, 0};
  for (;;) {
    /* Here all of S(key) before p is full and not the key. */
    uint64_t seen = 0;
    if (p.step < p.level->window &&
        atomic_u64_cas_acq_rel(level_slot(p.level, hash, p.step), &seen, word))
      break;
    p.found = level_scan(p.level, hash, eq, key, ctx, &p.step);
    if (p.found) return p.found;
    if (p.step < p.level->window) continue;
    CMapLevel *next = level_after(m, p.level);
    p = (Place){next ? next : level_add(m, p.level), 0, 0};
  }
  if (p.step >= LINE_SLOTS && main_level(m)->index < p.level->index)
    atomic_ptr_store_release(&m->main, p.level);
  return candidate;
}

void cmap_each(const CMap *m, void (*fn)(uint32_t handle, void *ctx),
               void *ctx) {
  for (const CMapLevel *l = newest_level(m); l; l = l->older)
    for (uint64_t i = 0; i <= l->mask; i++) {
      uint64_t s = atomic_u64_load_acquire(&l->slots[i]);
      if (s) fn((uint32_t)s, ctx);
    }
}

CMapStats cmap_stats(const CMap *m) {
  CMapStats st = {0};
  for (const CMapLevel *l = newest_level(m); l; l = l->older) {
    st.levels++;
    st.slots += l->mask + 1;
    st.bytes += level_bytes(l->mask + 1);
    for (uint64_t i = 0; i <= l->mask; i++)
      st.keys += atomic_u64_load_relaxed(&l->slots[i]) != 0;
  }
  return st;
}
