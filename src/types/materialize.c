/* materialize.c - the bounds of what a gradual type may turn out to be.
 *
 * Any and Unknown stand for some type that nobody has said.  The top
 * materialisation puts object for them where the type grows with them and Never
 * where it shrinks; the bottom one the other way round.  In an invariant
 * position neither is right, and no type that we have is: list[Any] has no top
 * below object that says it is a list.  There the argument stays as it is.
 *
 * Source: typing spec, "Concepts", on materialisation.
 */
#include "types/algebra.h"
#include "types/callable.h"

static TypeSpan map_span(World *world, TypeSpan span, bool top) {
  TypeId *out = ARENA_ARRAY(world->scratch, TypeId, span.n + 1);
  for (uint32_t i = 0; i < span.n; i++)
    out[i] = type_materialize(world, span.v[i], top);
  return (TypeSpan){out, span.n};
}

static TypeId map_instance(World *world, TypeId t, bool top) {
  ClassId id = type_class(t);
  TypeSpan args = type_args(t);
  TypeSpan params = type_args(world->class_type_params(world, id));
  if (args.n != params.n) return t;
  TypeId *out = ARENA_ARRAY(world->scratch, TypeId, args.n + 1);
  for (uint32_t i = 0; i < args.n; i++) {
    out[i] = args.v[i];
    if (type_var_view(params.v[i]).kind != TYPE_VAR_PLAIN) continue;
    Variance v = world->class_variance(world, id, i);
    if (v == VARIANCE_INVARIANT) continue;
    bool same = v != VARIANCE_CONTRAVARIANT;
    out[i] = type_materialize(world, args.v[i], same ? top : !top);
  }
  return type_instance(id, (TypeSpan){out, args.n});
}

static TypeId map_tuple(World *world, TypeId t, bool top) {
  TupleView v = type_tuple_view(t);
  TypeSpan prefix = map_span(world, v.prefix, top);
  TypeSpan suffix = map_span(world, v.suffix, top);
  TypeId middle = type_is_null(v.middle)
                      ? v.middle
                      : type_materialize(world, v.middle, top);
  return type_tuple(prefix, middle, suffix);
}

static TypeId map_union(World *world, TypeId t, bool top) {
  return union_of(world, map_span(world, type_members(t), top));
}

static TypeId map_intersection(World *world, TypeId t, bool top) {
  IntersectionView v = type_intersection_view(t);
  TypeSpan positive = map_span(world, v.positive, top);
  TypeSpan negative = map_span(world, v.negative, !top);
  TypeId out = meet_of(world, positive);
  for (uint32_t i = 0; i < negative.n; i++)
    out = meet_without(world, out, negative.v[i]);
  return out;
}

static TypeId map_signature(World *world, TypeId t, bool top) {
  SignatureView v = type_signature_view(t);
  TypeId returns = type_materialize(world, v.returns, top);
  if (v.flags & SIGNATURE_GRADUAL) {
    if (!top || v.n) return t;
    return type_callable(NULL, 0, returns, v.type_params,
                         v.flags | SIGNATURE_TOP);
  }
  Param *params = ARENA_ARRAY(world->scratch, Param, v.n + 1);
  for (uint32_t i = 0; i < v.n; i++) {
    params[i] = v.params[i];
    params[i].type = type_materialize(world, params[i].type, !top);
  }
  return type_callable(params, v.n, returns, v.type_params, v.flags);
}

static TypeId map_subclass(World *world, TypeId t, bool top) {
  TypeId inner = type_inner(t);
  if (type_is_dynamic(inner)) return top ? TYPE_KNOWN(type) : TYPE(NEVER);
  return subclass_of(world, type_materialize(world, inner, top));
}

TypeId type_materialize(World *world, TypeId t, bool top) {
  switch (type_kind(t)) { /* `(...) -> int` has no Any in it, but is gradual */
  case TYPE_KIND_ANY:
  case TYPE_KIND_UNKNOWN: return top ? TYPE_KNOWN(object) : TYPE(NEVER);
  case TYPE_KIND_INSTANCE: return map_instance(world, t, top);
  case TYPE_KIND_TUPLE: return map_tuple(world, t, top);
  case TYPE_KIND_UNION: return map_union(world, t, top);
  case TYPE_KIND_INTERSECTION: return map_intersection(world, t, top);
  case TYPE_KIND_CALLABLE: return map_signature(world, t, top);
  case TYPE_KIND_SUBCLASS_OF: return map_subclass(world, t, top);
  default: return t;
  }
}
