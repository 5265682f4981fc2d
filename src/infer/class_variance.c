/* class_variance.c - the variance of a class's type parameters.
 *
 * A legacy parameter has the variance that its TypeVar declares.  For a PEP 695
 * parameter (or infer_variance=True) the class is walked: where the parameter
 * occurs in the types of members and in the arguments of bases, with the
 * polarity of each place.  What occurs nowhere is bivariant, which is where
 * the walk of mutually recursive classes starts: the query is a number, and
 * inside a cycle it reads as bivariant for all parameters, the bottom of the
 * lattice
 *
 *     bivariant < covariant, contravariant < invariant
 *
 * Each round can only go up in it, so the rounds of query.c end, and the answer
 * is the same whatever class was asked first.
 *
 * Left out, as in the typing spec ("generics.html#variance-inference"): __init__,
 * __new__ and the receiver; a name that starts with an underscore, a Final, a
 * read-only property and a frozen dataclass's field are read-only.
 */
#include "infer/class.h"
#include "infer/func.h"
#include "infer/special/special.h"
#include "infer/typevar.h"

enum {
  VARIANCE_PARAMS = 12 /* two bits each in a number of 24 */
};

/* The lattice as bits: 0 bivariant, 1 co-, 2 contravariant, 3 invariant. */
typedef struct {
  World *world;
  TypeId var;
  uint32_t found; /* bits so far */
  HMap64 seen;
} Walk;

static uint32_t bits_of(Variance v) {
  switch (v) {
  case VARIANCE_COVARIANT: return 1;
  case VARIANCE_CONTRAVARIANT: return 2;
  case VARIANCE_BIVARIANT: return 0;
  default: return 3;
  }
}

static Variance of_bits(uint32_t bits) {
  static const Variance by_bits[] = {VARIANCE_BIVARIANT, VARIANCE_COVARIANT,
                                     VARIANCE_CONTRAVARIANT,
                                     VARIANCE_INVARIANT};
  return by_bits[bits & 3];
}

/* polarity: 1 positive, 2 negative, 3 both. */
static uint32_t flip(uint32_t polarity) {
  return (polarity & 1) << 1 | (polarity & 2) >> 1;
}

static uint32_t compose(uint32_t polarity, uint32_t bits) {
  switch (bits) {
  case 0: return 0;
  case 1: return polarity;
  case 2: return flip(polarity);
  default: return 3;
  }
}

static void walk(Walk *w, TypeId t, uint32_t polarity);

static void walk_span(Walk *w, TypeSpan span, uint32_t polarity) {
  for (uint32_t i = 0; i < span.n; i++) walk(w, span.v[i], polarity);
}

static void walk_signature(Walk *w, TypeId t, uint32_t polarity) {
  SignatureView view = type_signature_view(t);
  for (uint32_t i = 0; i < view.n; i++)
    walk(w, view.params[i].type, flip(polarity));
  if (!type_is_null(view.returns)) walk(w, view.returns, polarity);
}

static void walk_instance(Walk *w, TypeId t, uint32_t polarity) {
  TypeSpan args = type_args(t);
  ClassId id = type_class(t);
  for (uint32_t i = 0; i < args.n; i++) {
    if (!type_has(args.v[i], TYPE_HAS_TYPE_VAR)) continue;
    uint32_t bits = bits_of(class_variance(w->world, id, i));
    uint32_t inner = compose(polarity, bits);
    if (inner) walk(w, args.v[i], inner);
  }
}

static void walk_alias(Walk *w, TypeId t, uint32_t polarity) {
  /* A recursive alias: once with each polarity. */
  uint64_t key = hmap_pair(t.v, polarity);
  if (w->seen.arena == NULL) hmap64_init(&w->seen, w->world->scratch, 8);
  if (key && hmap64_get(&w->seen, key)) return;
  bool found;
  *hmap64_find_or_insert(&w->seen, key, &found) = 1;
  walk(w, alias_expand(w->world, t), polarity);
}

static void walk(Walk *w, TypeId t, uint32_t polarity) {
  if (type_is_null(t) || !type_has(t, TYPE_HAS_TYPE_VAR)) return;
  if ((w->found & polarity) == polarity && polarity == 3) return;
  switch (type_kind(t)) {
  case TYPE_KIND_TYPE_VAR:
    if (type_eq(t, w->var)) w->found |= polarity;
    return;
  case TYPE_KIND_INSTANCE:
  case TYPE_KIND_GENERIC_ALIAS: walk_instance(w, t, polarity); return;
  case TYPE_KIND_CALLABLE:
  case TYPE_KIND_PARAMS: walk_signature(w, t, polarity); return;
  case TYPE_KIND_FUNCTION:
    walk(w, w->world->signature(w->world, t), polarity);
    return;
  case TYPE_KIND_TUPLE: {
    TupleView view = type_tuple_view(t);
    walk_span(w, view.prefix, polarity);
    walk(w, view.middle, polarity);
    walk_span(w, view.suffix, polarity);
    return;
  }
  case TYPE_KIND_UNION:
  case TYPE_KIND_OVERLOADED: walk_span(w, type_args(t), polarity); return;
  case TYPE_KIND_INTERSECTION: {
    IntersectionView view = type_intersection_view(t);
    walk_span(w, view.positive, polarity);
    walk_span(w, view.negative, flip(polarity));
    return;
  }
  case TYPE_KIND_SUBCLASS_OF:
  case TYPE_KIND_UNPACKED:
  case TYPE_KIND_TYPE_FORM: walk(w, type_inner(t), polarity); return;
  case TYPE_KIND_TYPE_GUARD:
    walk(w, type_inner(t), type_guard_is(t) ? 3 : polarity);
    return;
  case TYPE_KIND_PARAM_SPEC_PART:
    walk(w, type_param_spec_of(t), polarity);
    return;
  case TYPE_KIND_TYPE_ALIAS: walk_alias(w, t, polarity); return;
  default: return;
  }
}

/* ---- members ------------------------------------------------------------------------ */

static bool is_read_only_name(NameId name) {
  Str s = name_text(name);
  bool dunder = str_starts(s, STR("__")) && str_ends(s, STR("__"));
  return str_starts(s, STR("_")) && !dunder;
}

/* The signature without its receiver. */
static void walk_method(Walk *w, TypeId t) {
  if (type_kind(t) == TYPE_KIND_OVERLOADED) {
    TypeSpan items = type_args(t);
    for (uint32_t i = 0; i < items.n; i++) walk_method(w, items.v[i]);
    return;
  }
  if (type_kind(t) != TYPE_KIND_CALLABLE) {
    walk(w, t, 1);
    return;
  }
  SignatureView view = type_signature_view(t);
  uint32_t first = view.flags & SIGNATURE_METHOD ? 1 : 0;
  for (uint32_t i = first; i < view.n; i++) walk(w, view.params[i].type, 2);
  walk(w, view.returns, 1);
}

static void walk_getter(Walk *w, TypeId getter) {
  if (!type_is_null(getter) && type_kind(getter) == TYPE_KIND_FUNCTION)
    walk_method(w, w->world->signature(w->world, getter));
}

static void walk_member(Walk *w, ClassId id, NameId name) {
  InferWorker *worker = w->world->self;
  ClassMember m = class_own_member(worker, id, name);
  if (type_is_null(m.type)) return;
  if (type_kind(m.type) == TYPE_KIND_FUNCTION) {
    walk_method(w, w->world->signature(w->world, m.type));
    return;
  }
  if (type_kind(m.type) == TYPE_KIND_PROPERTY) {
    PropertyView view = type_property_view(m.type);
    walk_getter(w, view.getter);
    walk_getter(w, view.setter);
    return;
  }
  bool read_only = is_read_only_name(name) ||
                   (m.qualifiers & (QUALIFIER_FINAL | QUALIFIER_READ_ONLY)) ||
                   (class_flags(w->world, id) &
                    (CLASS_DATACLASS_FROZEN | CLASS_NAMED_TUPLE));
  walk(w, m.type, read_only ? 1 : 3);
}

static void walk_members(Walk *w, ClassId id) {
  InferWorker *worker = w->world->self;
  ModuleState *m = class_module(worker, id);
  PlaceVec places = {0};
  special_places(worker, id, &places);
  for (uint32_t i = 0; i < places.n; i++) {
    NameId name = m->index->places[places.v[i].v].name;
    if (name_is(name, NAME_dunder_init) || name_is(name, NAME_dunder_new))
      continue;
    walk_member(w, id, name);
  }
  const Index *index = m->index;
  NameId last = {0};
  for (uint32_t i = 0; i < index->implicit_count; i++) {
    const ImplicitAttribute *a = &index->implicit[i];
    if (a->class_scope.v != class_at(id)->scope.v || name_eq(a->name, last))
      continue;
    last = a->name;
    if (index_symbol(index, a->class_scope, a->name).v == 0)
      walk_member(w, id, a->name);
  }
}

static uint32_t inferred(InferWorker *worker, ClassId id, TypeId var) {
  Walk w = {.world = &worker->world, .var = var};
  TypeSpan bases = type_args(class_bases(worker, id));
  walk_span(&w, bases, 1);
  if (w.found != 3) walk_members(&w, id);
  return w.found;
}

TypeId class_variance_compute(InferWorker *worker, ModuleState *unused,
                              uint32_t index) {
  ClassId id = {index};
  World *world = &worker->world;
  TypeSpan params = type_args(class_type_params(world, id));
  uint32_t packed = 0;
  for (uint32_t i = 0; i < params.n && i < VARIANCE_PARAMS; i++) {
    uint32_t bits = 3;
    if (type_kind(params.v[i]) == TYPE_KIND_TYPE_VAR) {
      bits = typevar_infers_variance(worker, params.v[i])
                 ? inferred(worker, id, params.v[i])
                 : bits_of(type_var_variance(world, params.v[i]));
    }
    packed |= bits << (2 * i);
  }
  return query_number(packed);
}

/* Variance of a type parameter (World.class_variance). */
Variance class_variance(World *world, ClassId id, uint32_t type_param) {
  if (class_is(id, KNOWN_tuple)) return VARIANCE_COVARIANT;
  if (type_param >= VARIANCE_PARAMS) return VARIANCE_INVARIANT;
  TypeId v = query(world->self, QUERY_CLASS_VARIANCE, NULL, id.v);
  uint32_t packed = query_to_number(v, 0);
  return of_bits(packed >> (2 * type_param));
}
