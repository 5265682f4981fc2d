/* class_mro.c - the method resolution order.
 *
 * C3 linearisation (Barrett et al., "A Monotonic Superclass Linearization for
 * Dylan", 1996; Python's own since 2.3) over the MROs of the bases, whose
 * entries are types in terms of this class's parameters: Base[int] gives the MRO
 * of Base with int put in.  Classes are told apart by identity; where the same class
 * comes with different arguments the first wins.
 *
 * A dynamic base stands for any classes, so its entry (Unknown) may come anywhere: it
 * is merged like a class of its own.  When the bases have no common order, the
 * MRO is the class, Unknown and object: silence rather than a guess.
 *
 * Ends: each step takes one class out of the lists.  Cost: quadratic in the length
 * of the MRO, which is short.
 */
#include "infer/class.h"

TypeId class_mro_compute(InferWorker *worker, ModuleState *module,
                         uint32_t index);

typedef struct {
  TypeSpan items;
  uint32_t at;
} Line;

/* Identity of an entry: its class; all dynamic entries are one. */
static uint32_t key_of(TypeId entry) {
  switch (type_kind(entry)) {
  case TYPE_KIND_INSTANCE: return type_class(entry).v;
  case TYPE_KIND_TUPLE: return KNOWN_tuple;
  default: return 0;
  }
}

static bool in_tail(const Line *lines, uint32_t n, uint32_t key) {
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t k = lines[i].at + 1; k < lines[i].items.n; k++)
      if (key_of(lines[i].items.v[k]) == key) return true;
  return false;
}

/* The next head that stands in no tail, null when there is none. */
static TypeId take_head(Line *lines, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    Line *line = &lines[i];
    if (line->at == line->items.n) continue;
    TypeId head = line->items.v[line->at];
    uint32_t key = key_of(head);
    if (in_tail(lines, n, key)) continue;
    for (uint32_t k = 0; k < n; k++)
      if (lines[k].at < lines[k].items.n &&
          key_of(lines[k].items.v[lines[k].at]) == key)
        lines[k].at++;
    return head;
  }
  return TYPE_NULL;
}

static bool all_taken(const Line *lines, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    if (lines[i].at < lines[i].items.n) return false;
  return true;
}

/* The MRO of a base as this class sees it. */
static TypeSpan line_of_base(InferWorker *worker, TypeId base) {
  World *world = &worker->world;
  Arena *arena = worker->scratch;
  if (type_is_dynamic(base)) {
    TypeId *v = ARENA_ARRAY(arena, TypeId, 2);
    v[0] = base;
    v[1] = TYPE_KNOWN(object);
    return (TypeSpan){v, 2};
  }
  TypeId nominal = world_nominal_fallback(world, base);
  TypeId mro = class_mro(world, type_class(nominal));
  if (type_kind(mro) != TYPE_KIND_LIST) return line_of_base(worker, mro);
  TypeSpan entries = type_args(mro);
  TypeId *v = ARENA_ARRAY(arena, TypeId, entries.n);
  bool generic = type_args(nominal).n != 0;
  TypeId mapping = generic ? subst_mapping_of(world, nominal) : TYPE_NULL;
  for (uint32_t i = 0; i < entries.n; i++) {
    v[i] = entries.v[i];
    if (generic && type_has(v[i], TYPE_HAS_TYPE_VAR))
      v[i] = subst(world, v[i], mapping);
  }
  if (entries.n) v[0] = base;
  return (TypeSpan){v, entries.n};
}

/* Appends the merged order; false when there is none. */
static bool merge(InferWorker *worker, ClassId id, TypeSpan bases,
                  TypeVec *out) {
  Arena *arena = worker->scratch;
  Line *lines = ARENA_ARRAY(arena, Line, bases.n + 1);
  for (uint32_t i = 0; i < bases.n; i++)
    lines[i].items = line_of_base(worker, bases.v[i]);
  lines[bases.n].items = bases;
  /* A class that derives from itself. */
  for (uint32_t i = 0; i <= bases.n; i++)
    for (uint32_t k = 0; k < lines[i].items.n; k++)
      if (key_of(lines[i].items.v[k]) == id.v) return false;
  while (!all_taken(lines, bases.n + 1)) {
    TypeId head = take_head(lines, bases.n + 1);
    if (type_is_null(head)) return false;
    vec_push(out, arena, head);
  }
  return true;
}

TypeId class_mro_compute(InferWorker *worker, ModuleState *unused,
                         uint32_t index) {
  ClassId id = {index};
  TypeVec out = {0};
  TypeId self = world_instance_identity(&worker->world, id);
  vec_push(&out, worker->scratch, self);
  TypeId list = class_bases(worker, id);
  if (type_kind(list) != TYPE_KIND_LIST) return list;
  TypeSpan bases = type_args(list);
  if (merge(worker, id, bases, &out)) return type_list(type_vec_span(&out));
  vec_clear(&out);
  vec_push(&out, worker->scratch, self);
  vec_push(&out, worker->scratch, TYPE(UNKNOWN));
  vec_push(&out, worker->scratch, TYPE_KNOWN(object));
  return type_list(type_vec_span(&out));
}

/* LIST: the class itself first, object last (World.class_mro). */
TypeId class_mro(World *world, ClassId id) {
  return query(world->self, QUERY_CLASS_MRO, NULL, id.v);
}
