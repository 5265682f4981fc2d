/* redundant.c - whether a type adds nothing to a union with another.
 *
 * This decides how unions are simplified, so it is asked for every pair of
 * members. It is one-sided ("false" also means "not worth finding out") and
 * nominal: it follows MROs, variance, literals, tuples, type[...] and bounds,
 * and asks for no member of any class. So a union never starts the inference of
 * a method's return type, and cannot become part of a cycle of queries that its
 * own members do not form. Two unions that differ only in members that are
 * structurally redundant are equivalent all the same (relate.c).
 *
 * Any and Unknown are never dropped, and absorb nothing: they are visible in
 * what a reader sees, alone or as a type argument; only `object` takes all.
 *
 * Ends because each step looks at smaller parts or at a bound, which is not
 * generic in itself. */
#include "types/relate.h"

#include "base/panic.h"

#define DYNAMIC (TYPE_HAS_ANY | TYPE_HAS_UNKNOWN | TYPE_HAS_DIVERGENT)

static bool redundant(World *world, TypeId a, TypeId b);

static bool args_redundant(World *world, TypeId a, TypeId b) {
  TypeSpan x = type_args(a), y = type_args(b);
  if (x.n != y.n) return false;
  for (uint32_t i = 0; i < x.n; i++) {
    TypeId p = x.v[i], q = y.v[i];
    if (p.v == q.v) continue;
    if (type_has(p, DYNAMIC) || type_has(q, DYNAMIC)) return false;
    switch (world->class_variance(world, type_class(a), i)) {
    case VARIANCE_BIVARIANT:
    case VARIANCE_COVARIANT:
      if (!redundant(world, p, q)) return false;
      break;
    case VARIANCE_CONTRAVARIANT:
      if (!redundant(world, q, p)) return false;
      break;
    default: return false;
    }
  }
  return true;
}

/* `b` is a nominal instance. */
static bool instance_redundant(World *world, TypeId a, TypeId b) {
  TypeId base = world_nominal_fallback(world, a);
  if (type_is_null(base)) return false;
  TypeId seen = world_as_instance_of(world, base, type_class(b));
  if (type_is_null(seen)) return false;
  if (seen.v == b.v)
    return seen.v == base.v || type_kind(base) != TYPE_KIND_INSTANCE ||
           !(world->class_flags(world, type_class(base)) & CLASS_TYPED_DICT);
  if (type_kind(seen) != TYPE_KIND_INSTANCE) return false;
  return args_redundant(world, seen, b);
}

static bool spans_redundant(World *world, TypeSpan a, TypeSpan b) {
  if (a.n != b.n) return false;
  for (uint32_t i = 0; i < a.n; i++)
    if (!redundant(world, a.v[i], b.v[i])) return false;
  return true;
}

static bool tuple_redundant(World *world, TypeId a, TypeId b) {
  if (type_has(a, DYNAMIC) || type_has(b, DYNAMIC)) return false;
  TupleView x = type_tuple_view(a), y = type_tuple_view(b);
  if (!type_is_null(y.middle) && type_is_null(x.middle)) {
    if (y.prefix.n || y.suffix.n) return false;
    for (uint32_t i = 0; i < x.prefix.n; i++)
      if (!redundant(world, x.prefix.v[i], y.middle)) return false;
    return true;
  }
  if (type_is_null(x.middle) != type_is_null(y.middle)) return false;
  if (!type_is_null(x.middle) && !redundant(world, x.middle, y.middle))
    return false;
  return spans_redundant(world, x.prefix, y.prefix) &&
         spans_redundant(world, x.suffix, y.suffix);
}

static bool in_span(TypeId t, TypeSpan span) {
  for (uint32_t i = 0; i < span.n; i++)
    if (span.v[i].v == t.v || type_literal_same(span.v[i], t)) return true;
  return false;
}

/* Whether the literal is surely no value of `t`: another literal, something of
 * another class, or what is true where this is false. */
static bool is_outside(World *world, TypeId literal, TypeId t) {
  TypeKind kind = type_kind(literal);
  if (type_is_literal(t)) return !type_literal_same(t, literal);
  if (kind == TYPE_KIND_LITERAL_ENUM) return false;
  if (type_kind(t) == TYPE_KIND_INSTANCE)
    return type_args(t).n == 0 && !redundant(world, literal, t) &&
           !(world->class_flags(world, type_class(t)) & CLASS_PROTOCOL);
  bool number = kind == TYPE_KIND_LITERAL_INT || kind == TYPE_KIND_LITERAL_BOOL;
  bool truth = number ? type_int_value(literal) != 0
                      : name_text(type_name(literal)).len > 0;
  if (t.v == TYPE(ALWAYS_FALSY).v) return truth;
  if (t.v == TYPE(ALWAYS_TRUTHY).v) return !truth;
  return false;
}

/* a beside P & ~N. */
static bool in_intersection(World *world, TypeId a, TypeId b) {
  IntersectionView y = type_intersection_view(b);
  if (type_kind(a) == TYPE_KIND_INTERSECTION) {
    IntersectionView x = type_intersection_view(a);
    for (uint32_t i = 0; i < y.positive.n; i++)
      if (!in_span(y.positive.v[i], x.positive)) return false;
    for (uint32_t i = 0; i < y.negative.n; i++)
      if (!in_span(y.negative.v[i], x.negative)) return false;
    return true;
  }
  if (!type_is_literal(a)) return false;
  for (uint32_t i = 0; i < y.negative.n; i++)
    if (!is_outside(world, a, y.negative.v[i])) return false;
  for (uint32_t i = 0; i < y.positive.n; i++)
    if (!redundant(world, a, y.positive.v[i])) return false;
  return true;
}

static bool any_positive(World *world, TypeId a, TypeId b) {
  TypeSpan positive = type_intersection_view(a).positive;
  for (uint32_t i = 0; i < positive.n; i++)
    if (redundant(world, positive.v[i], b)) return true;
  return false;
}

static bool type_var_redundant(World *world, TypeId a, TypeId b) {
  TypeVarBounds bounds = world->type_var_bounds(world, a);
  if (!type_is_null(bounds.bound) && !type_has(bounds.bound, TYPE_HAS_TYPE_VAR))
    return redundant(world, bounds.bound, b);
  if (type_is_null(bounds.constraints)) return false;
  TypeSpan choices = type_args(bounds.constraints);
  for (uint32_t i = 0; i < choices.n; i++)
    if (!redundant(world, choices.v[i], b)) return false;
  return choices.n > 0;
}

/* The instance that a class object makes; null for other types. */
static TypeId class_object_instance(World *world, TypeId t) {
  switch (type_kind(t)) {
  case TYPE_KIND_CLASS: return world_instance_unknown(world, type_class(t));
  case TYPE_KIND_GENERIC_ALIAS:
    return type_instance(type_class(t), type_args(t));
  case TYPE_KIND_SUBCLASS_OF: return type_inner(t);
  default: return TYPE_NULL;
  }
}

/* `b` is type[...]. */
static bool class_object_redundant(World *world, TypeId a, TypeId b) {
  TypeId instance = class_object_instance(world, a), inner = type_inner(b);
  if (type_is_null(instance) || type_is_dynamic(instance) ||
      type_is_dynamic(inner))
    return false;
  if (type_kind(instance) == TYPE_KIND_INSTANCE &&
      type_kind(inner) == TYPE_KIND_INSTANCE &&
      type_class(instance).v == type_class(inner).v)
    return type_kind(a) == TYPE_KIND_CLASS || instance.v == inner.v;
  return redundant(world, instance, inner);
}

static bool union_redundant(World *world, TypeId a, TypeId b) {
  if (type_kind(b) == TYPE_KIND_UNION && type_union_has(b, a)) return true;
  TypeSpan x = type_members(a), y = type_members(b);
  if (x.n) {
    for (uint32_t i = 0; i < x.n; i++)
      if (!redundant(world, x.v[i], b)) return false;
    return true;
  }
  for (uint32_t i = 0; i < y.n; i++)
    if (redundant(world, a, y.v[i])) return true;
  return false;
}

static bool redundant(World *world, TypeId a, TypeId b) {
  STACK_GUARD();
  if (a.v == b.v || b.v == TYPE_KNOWN(object).v) return true;
  if (type_is_dynamic(a) || type_is_dynamic(b)) return false;
  TypeKind ka = type_kind(a), kb = type_kind(b);
  if (ka == TYPE_KIND_NEVER) return true;
  if (kb == TYPE_KIND_NEVER) return false;
  if (ka == TYPE_KIND_UNION || kb == TYPE_KIND_UNION)
    return union_redundant(world, a, b);
  if (kb == TYPE_KIND_INTERSECTION) return in_intersection(world, a, b);
  if (ka == TYPE_KIND_INTERSECTION) return any_positive(world, a, b);
  if (ka == TYPE_KIND_TYPE_VAR) return type_var_redundant(world, a, b);
  switch (kb) {
  case TYPE_KIND_INSTANCE:
    if (ka == TYPE_KIND_SUBCLASS_OF && type_is_dynamic(type_inner(a)))
      return false;
    return instance_redundant(world, a, b);
  case TYPE_KIND_LITERAL_INT:
  case TYPE_KIND_LITERAL_BOOL:
  case TYPE_KIND_LITERAL_STR:
  case TYPE_KIND_LITERAL_BYTES:
  case TYPE_KIND_LITERAL_ENUM: return type_literal_same(a, b);
  case TYPE_KIND_LITERAL_STRING: return ka == TYPE_KIND_LITERAL_STR;
  case TYPE_KIND_TUPLE:
    return ka == TYPE_KIND_TUPLE && tuple_redundant(world, a, b);
  case TYPE_KIND_SUBCLASS_OF: return class_object_redundant(world, a, b);
  default: return false;
  }
}

/* source adds nothing to a union with target. */
bool relate_redundant(World *world, TypeId source, TypeId target) {
  return redundant(world, source, target);
}
