/* class_names.c - which names a class itself may define, at a glance.
 *
 * Problem: a member is looked for in each class of an MRO, and most classes do
 * not have it; to find that out took a probe of the module's symbols and a
 * search among its implicit attributes, each in memory of its own.
 *
 * Representation: a set of bits for each class, eight or more for each name that
 * its scope or a method through `self` gives it, one bit set for each.  Made
 * when first asked for, from the index alone.  It may say "perhaps" wrongly, one
 * time in eight or less, and never "no".
 */
#include "infer/class_names.h"

#include "base/bits.h"
#include "base/hash.h"

enum { BITS_A_NAME = 8, BITS_LEAST = 64 };

typedef struct {
  uint32_t mask; /* bits - 1 */
  uint64_t words[];
} ClassNames;

static uint32_t bit_of(const ClassNames *names, NameId name) {
  return (uint32_t)hash_u64(name.v) & names->mask;
}

static void set_bit(ClassNames *names, NameId name) {
  uint32_t bit = bit_of(names, name);
  names->words[bit / 64] |= (uint64_t)1 << bit % 64;
}

static ClassNames *names_make(Arena *arena, const Index *index,
                              ScopeId scope) {
  const Scope *s = &index->scopes[scope.v];
  uint32_t first = index_implicit_from(index, scope);
  uint32_t end = index_implicit_from(index, (ScopeId){scope.v + 1});
  uint32_t count = s->place_end - s->place_begin + end - first;
  uint32_t bits = (uint32_t)bits_ceil_pow2(
      MAX((uint64_t)BITS_LEAST, (uint64_t)count * BITS_A_NAME));
  ClassNames *names = arena_zalloc(arena, sizeof(ClassNames) + bits / 8,
                                   _Alignof(ClassNames));
  names->mask = bits - 1;
  for (uint32_t i = s->place_begin; i < s->place_end; i++)
    if (index->places[i].kind == PLACE_SYMBOL)
      set_bit(names, index->places[i].name);
  for (uint32_t i = first; i < end; i++)
    set_bit(names, index->implicit[i].name);
  return names;
}

bool class_may_name(InferWorker *worker, ClassId id, NameId name) {
  ClassState *state = class_state(worker, id);
  ClassNames *names = atomic_ptr_load_acquire(&state->names);
  if (UNLIKELY(names == NULL)) {
    void *empty = NULL;
    names = names_make(worker->memo, state->module->index, class_at(id)->scope);
    if (!atomic_ptr_cas_acq_rel(&state->names, &empty, names)) names = empty;
  }
  uint32_t bit = bit_of(names, name);
  bool may = names->words[bit / 64] >> bit % 64 & 1;
  ASSERT(may || index_symbol(state->module->index, class_at(id)->scope,
                             name).v == 0);
  return may;
}
