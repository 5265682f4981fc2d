/* variance.c - where a type variable occurs in a type.
 *
 * The variances form a lattice: BIVARIANT (does not matter) below COVARIANT and
 * CONTRAVARIANT, INVARIANT above. A type is walked once; what is found at each
 * position is composed with the position's own variance, and the results are
 * joined. All operations are monotone, so a class's variance, which is the join
 * over its members, can be computed as the least fixpoint over all classes that
 * depend on each other, whatever the order.
 *
 * Source: typing spec "Generics: variance inference"; Altidor et al., Taming
 * the wildcards. */
#include "types/variance.h"

#include "types/algebra.h"
#include "types/caps.h"

/* Bits: 1 covariant use, 2 contravariant use. */
static uint32_t uses(Variance v) {
  switch (v) {
  case VARIANCE_BIVARIANT: return 0;
  case VARIANCE_COVARIANT: return 1;
  case VARIANCE_CONTRAVARIANT: return 2;
  default: return 3;
  }
}

static Variance of_uses(uint32_t u) {
  static const Variance all[4] = {VARIANCE_BIVARIANT, VARIANCE_COVARIANT,
                                  VARIANCE_CONTRAVARIANT, VARIANCE_INVARIANT};
  return all[u & 3];
}

/* Both occur. */
Variance variance_join(Variance a, Variance b) {
  return of_uses(uses(a) | uses(b));
}

/* One inside the other. */
Variance variance_compose(Variance outer, Variance inner) {
  uint32_t o = uses(outer), i = uses(inner), flipped = (i >> 1) | (i & 1) << 1;
  return of_uses((o & 1 ? i : 0) | (o & 2 ? flipped : 0));
}

typedef struct {
  World *world;
  TypeId var;
  uint32_t found; /* uses */
  uint32_t depth;
} Walk;

static void walk(Walk *w, TypeId t, uint32_t at);

static void walk_in(Walk *w, TypeId t, uint32_t at, Variance inner) {
  uint32_t u = uses(inner), flipped = (at >> 1) | (at & 1) << 1;
  walk(w, t, (u & 1 ? at : 0) | (u & 2 ? flipped : 0));
}

static void walk_span(Walk *w, TypeSpan span, uint32_t at) {
  for (uint32_t i = 0; i < span.n; i++) walk(w, span.v[i], at);
}

static void walk_args(Walk *w, ClassId class_id, TypeSpan args, uint32_t at) {
  for (uint32_t i = 0; i < args.n; i++)
    if (type_has(args.v[i], TYPE_HAS_TYPE_VAR))
      walk_in(w, args.v[i], at,
              w->world->class_variance(w->world, class_id, i));
}

static void walk_signature(Walk *w, TypeId t, uint32_t at) {
  SignatureView v = type_signature_view(t);
  /* A parameter list alone is ordered as its types are. */
  bool list = type_kind(t) == TYPE_KIND_PARAMS;
  for (uint32_t i = 0; i < v.n; i++)
    walk_in(w, v.params[i].type, at,
            list ? VARIANCE_COVARIANT : VARIANCE_CONTRAVARIANT);
  if (!type_is_null(v.returns)) walk(w, v.returns, at);
}

static void walk_tuple(Walk *w, TypeId t, uint32_t at) {
  TupleView v = type_tuple_view(t);
  walk_span(w, v.prefix, at);
  if (!type_is_null(v.middle)) walk(w, v.middle, at);
  walk_span(w, v.suffix, at);
}

static void walk_property(Walk *w, TypeId t, uint32_t at) {
  PropertyView v = type_property_view(t);
  if (!type_is_null(v.getter)) walk(w, v.getter, at);
  if (!type_is_null(v.setter)) walk(w, v.setter, at);
}

static void walk_kind(Walk *w, TypeId t, uint32_t at) {
  switch (type_kind(t)) {
  case TYPE_KIND_TYPE_VAR:
    if (t.v == w->var.v) w->found |= at;
    return;
  case TYPE_KIND_INSTANCE:
  case TYPE_KIND_GENERIC_ALIAS:
    walk_args(w, type_class(t), type_args(t), at);
    return;
  case TYPE_KIND_TUPLE: walk_tuple(w, t, at); return;
  case TYPE_KIND_CALLABLE:
  case TYPE_KIND_PARAMS: walk_signature(w, t, at); return;
  case TYPE_KIND_OVERLOADED:
  case TYPE_KIND_UNION: walk_span(w, type_args(t), at); return;
  case TYPE_KIND_INTERSECTION: {
    IntersectionView v = type_intersection_view(t);
    walk_span(w, v.positive, at);
    for (uint32_t i = 0; i < v.negative.n; i++)
      walk_in(w, v.negative.v[i], at, VARIANCE_CONTRAVARIANT);
    return;
  }
  case TYPE_KIND_FUNCTION: {
    TypeId signature = w->world->signature(w->world, t);
    if (!type_is_null(signature)) walk(w, signature, at);
    return;
  }
  case TYPE_KIND_BOUND_METHOD: walk(w, type_bound_function(t), at); return;
  case TYPE_KIND_PROPERTY: walk_property(w, t, at); return;
  case TYPE_KIND_TYPE_ALIAS: walk(w, alias_expand(w->world, t), at); return;
  case TYPE_KIND_PARAM_SPEC_PART: walk(w, type_param_spec_of(t), at); return;
  case TYPE_KIND_TYPE_GUARD:
    walk_in(w, type_inner(t), at,
            type_guard_is(t) ? VARIANCE_INVARIANT : VARIANCE_COVARIANT);
    return;
  case TYPE_KIND_SUBCLASS_OF:
  case TYPE_KIND_UNPACKED:
  case TYPE_KIND_TYPE_FORM:
  case TYPE_KIND_QUALIFIED: walk(w, type_inner(t), at); return;
  default: return;
  }
}

static void walk(Walk *w, TypeId t, uint32_t at) {
  if (at == 0 || (w->found & at) == at || w->depth > CAP_RELATE_DEPTH) return;
  TypeKind kind = type_kind(t);
  if (!type_has(t, TYPE_HAS_TYPE_VAR | TYPE_HAS_ALIAS) &&
      kind != TYPE_KIND_FUNCTION && kind != TYPE_KIND_BOUND_METHOD)
    return;
  w->depth++;
  walk_kind(w, t, at);
  w->depth--;
}

/* See variance.h. */
Variance variance_in(World *world, TypeId t, TypeId var) {
  Walk w = {world, var, 0, 0};
  walk(&w, t, 1);
  return of_uses(w.found);
}
