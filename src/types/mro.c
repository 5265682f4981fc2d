/* mro.c - C3 linearisation.
 *
 * The MRO of a class is the merge of the MROs of its bases and of the list of
 * the bases: again and again the first head that stands in no other list's tail
 * is taken. Source: Barrett et al., A monotonic superclass linearization for
 * Dylan; Python's "The Python 2.3 Method Resolution Order".
 *
 * Instead of looking through tails, each class counts the tails that it stands
 * in; taking a head makes the next entry of its list a head, which lowers that
 * one's count. Cost: the sum of the lengths, times the number of bases. Ends
 * since each round takes one class out. */
#include "types/mro.h"

#include "base/hmap.h"

ClassId mro_entry_class(TypeId entry) {
  switch (type_kind(entry)) {
  case TYPE_KIND_INSTANCE: return type_class(entry);
  case TYPE_KIND_TUPLE: return CLASS_ID(tuple);
  default: return (ClassId){0};
  }
}

typedef struct {
  const TypeSpan *lists; /* the bases' MROs */
  uint32_t n;
  uint32_t *at;  /* position in each */
  uint32_t base; /* position in the list of the bases */
  HMap32 tails;  /* class -> 1 + number of tails it stands in */
} Merge;

static uint32_t key(TypeId entry) { return mro_entry_class(entry).v; }

static void tail_add(Merge *m, TypeId entry, int32_t by) {
  uint32_t old = hmap32_get(&m->tails, key(entry));
  if (old == 0) old = 1;
  hmap32_put(&m->tails, key(entry), (uint32_t)((int32_t)old + by));
}

static bool in_tail(const Merge *m, TypeId entry) {
  return hmap32_get(&m->tails, key(entry)) > 1;
}

/* Moves a list past its head if that is the class. */
static void advance(Merge *m, uint32_t i, uint32_t class_key) {
  TypeSpan list = m->lists[i];
  if (m->at[i] >= list.n || key(list.v[m->at[i]]) != class_key) return;
  m->at[i]++;
  if (m->at[i] < list.n) tail_add(m, list.v[m->at[i]], -1);
}

static void take(Merge *m, TypeId entry) {
  uint32_t k = key(entry);
  for (uint32_t i = 0; i < m->n; i++) advance(m, i, k);
  if (m->base < m->n && key(m->lists[m->base].v[0]) == k) {
    m->base++;
    if (m->base < m->n) tail_add(m, m->lists[m->base].v[0], -1);
  }
}

static TypeId next(const Merge *m) {
  for (uint32_t i = 0; i < m->n; i++) {
    TypeSpan list = m->lists[i];
    if (m->at[i] < list.n && !in_tail(m, list.v[m->at[i]]))
      return list.v[m->at[i]];
  }
  return TYPE_NULL;
}

/* See mro.h. */
uint32_t mro_merge(Arena *scratch, const TypeSpan *mros, uint32_t n,
                   TypeId *out) {
  ArenaMark mark = arena_mark(scratch);
  Merge m = {mros, n, ARENA_ARRAY(scratch, uint32_t, n + 1), 0, {0}};
  hmap32_init(&m.tails, scratch, 32);
  uint32_t left = 0, count = 0;
  for (uint32_t i = 0; i < n; i++) {
    ASSERT(mros[i].n > 0);
    left += mros[i].n;
    for (uint32_t j = 1; j < mros[i].n; j++) tail_add(&m, mros[i].v[j], 1);
    if (i > 0) tail_add(&m, mros[i].v[0], 1);
  }
  for (uint32_t done = 0; done < left;) {
    TypeId entry = next(&m);
    if (type_is_null(entry)) {
      count = 0;
      break;
    }
    out[count++] = entry;
    take(&m, entry);
    done = 0;
    for (uint32_t i = 0; i < n; i++) done += m.at[i];
  }
  arena_reset_to(scratch, mark);
  return count;
}
