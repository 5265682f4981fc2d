/* disjoint.c - whether no value can be in both of two types.
 *
 * One-sided: "true" is certain, "false" means not known. What makes two types
 * disjoint:
 *   - literals of different values; None, literals, functions, modules and
 *     class objects against classes that they are no instances of;
 *   - a final class against one that it does not derive from;
 *   - classes of which no class can derive both: each has a base whose memory
 *     layout is its own ("disjoint base", PEP 800), and neither derives
 *       from the
 *     other. The builtin ones are listed below;
 *   - tuples of different lengths, or with disjoint elements;
 *   - what follows for unions, intersections, bounds and NewTypes.
 * A class with an unknown base may be anything. */
#include "base/panic.h"
#include "types/algebra.h"
#include "types/relate.h"

static bool any_disjoint(World *world, TypeSpan members, TypeId t) {
  for (uint32_t i = 0; i < members.n; i++)
    if (meet_disjoint(world, members.v[i], t)) return true;
  return false;
}

static bool all_disjoint(World *world, TypeSpan members, TypeId t) {
  for (uint32_t i = 0; i < members.n; i++)
    if (!meet_disjoint(world, members.v[i], t)) return false;
  return true;
}

/* ---- nominal instances --------------------------------------------------- */

/* The first class of the MRO that has a layout of its own; 0 for none. */
static ClassId solid_base(World *world, ClassId class_id) {
  static const uint8_t solid[] = {
      KNOWN_int,           KNOWN_float,      KNOWN_complex,
      KNOWN_str,           KNOWN_bytes,      KNOWN_bytearray,
      KNOWN_memoryview,    KNOWN_list,       KNOWN_dict,
      KNOWN_set,           KNOWN_frozenset,  KNOWN_tuple,
      KNOWN_slice,         KNOWN_range,      KNOWN_property,
      KNOWN_super,         KNOWN_type,       KNOWN_NoneType,
      KNOWN_BaseException, KNOWN_ModuleType, KNOWN_FunctionType,
      KNOWN_MethodType,    KNOWN_enumerate,  KNOWN_deque,
  };
  TypeId mro = world->class_mro(world, class_id);
  if (type_is_null(mro) || type_kind(mro) != TYPE_KIND_LIST)
    return (ClassId){0};
  TypeSpan entries = type_args(mro);
  for (uint32_t i = 0; i < entries.n; i++) {
    TypeKind kind = type_kind(entries.v[i]);
    if (kind == TYPE_KIND_TUPLE) return CLASS_ID(tuple);
    if (kind != TYPE_KIND_INSTANCE) continue;
    ClassId c = type_class(entries.v[i]);
    for (uint32_t k = 0; k < ARRAY_LEN(solid); k++)
      if (solid[k] == c.v) return c;
    if (world->class_flags(world, c) & CLASS_DISJOINT_BASE) return c;
  }
  return (ClassId){0};
}

static bool derives(World *world, ClassId derived, ClassId base) {
  if (derived.v == base.v || class_is(base, KNOWN_object)) return true;
  TypeId instance = type_instance(derived, (TypeSpan){NULL, 0});
  return !type_is_null(world_as_instance_of(world, instance, base));
}

static ClassId layout(World *world, ClassId c, uint32_t flags) {
  return flags & CLASS_TYPED_DICT ? CLASS_ID(dict) : solid_base(world, c);
}

/* The flags of a class; an enum with members is final (typing spec, "Enums"). */
static uint32_t flags_of(World *world, ClassId c) {
  uint32_t flags = world->class_flags(world, c);
  if ((flags & CLASS_ENUM) && type_args(world->enum_members(world, c)).n)
    flags |= CLASS_FINAL;
  return flags;
}

/* `t` is of exactly this class or one derived from it. */
static bool classes_disjoint(World *world, TypeId a, TypeId b) {
  ClassId x = type_class(a), y = type_class(b);
  if (x.v == y.v || derives(world, x, y) || derives(world, y, x)) return false;
  uint32_t p = flags_of(world, x), q = flags_of(world, y);
  if ((p | q) & CLASS_UNKNOWN_BASE) return false;
  if (p & CLASS_PROTOCOL)
    return (q & CLASS_FINAL) && !relate_assignable(world, b, a);
  if (q & CLASS_PROTOCOL)
    return (p & CLASS_FINAL) && !relate_assignable(world, a, b);
  if ((p | q) & CLASS_FINAL) return true;
  ClassId s = layout(world, x, p), t = layout(world, y, q);
  return s.v && t.v && !derives(world, s, t) && !derives(world, t, s);
}

/* Kinds whose values are of exactly the class of their fallback. */
static bool is_exact(TypeKind kind) {
  switch (kind) {
  case TYPE_KIND_LITERAL_INT:
  case TYPE_KIND_LITERAL_BOOL:
  case TYPE_KIND_LITERAL_STR:
  case TYPE_KIND_LITERAL_BYTES:
  case TYPE_KIND_LITERAL_ENUM:
  case TYPE_KIND_LITERAL_STRING:
  case TYPE_KIND_FUNCTION:
  case TYPE_KIND_BOUND_METHOD:
  case TYPE_KIND_MODULE:
  case TYPE_KIND_CLASS:
  case TYPE_KIND_GENERIC_ALIAS:
  case TYPE_KIND_NAMED_SENTINEL:
  case TYPE_KIND_PROPERTY: return true;
  default: return false;
  }
}

/* An exact `a` against the instance `b`. */
static bool exact_disjoint(World *world, TypeId a, TypeId b) {
  TypeId base = world_nominal_fallback(world, a);
  if (type_is_null(base) || type_kind(base) != TYPE_KIND_INSTANCE) return false;
  if (derives(world, type_class(base), type_class(b))) return false;
  uint32_t flags = world->class_flags(world, type_class(b));
  flags |= world->class_flags(world, type_class(base));
  if (flags & CLASS_UNKNOWN_BASE) return false;
  if (world->class_flags(world, type_class(b)) & CLASS_PROTOCOL)
    return !relate_assignable(world, a, b);
  return true;
}

/* ---- tuples -------------------------------------------------------------- */

static TypeId element(TupleView v, uint32_t i) {
  return i < v.prefix.n ? v.prefix.v[i] : v.middle;
}

static bool tuples_disjoint(World *world, TypeId a, TypeId b) {
  TupleView x = type_tuple_view(a), y = type_tuple_view(b);
  bool open_x = !type_is_null(x.middle), open_y = !type_is_null(y.middle);
  uint32_t m = x.prefix.n + x.suffix.n, n = y.prefix.n + y.suffix.n;
  if (!open_x && !open_y && m != n) return true;
  if (!open_x && m < n) return true;
  if (!open_y && n < m) return true;
  uint32_t common = MAX(x.prefix.n, y.prefix.n);
  if (open_x && x.suffix.n) common = MIN(common, x.prefix.n);
  if (open_y && y.suffix.n) common = MIN(common, y.prefix.n);
  for (uint32_t i = 0; i < common; i++) {
    TypeId p = element(x, i), q = element(y, i);
    if (type_is_null(p) || type_is_null(q)) break;
    if (type_kind(p) == TYPE_KIND_UNPACKED ||
        type_kind(q) == TYPE_KIND_UNPACKED)
      break;
    if (meet_disjoint(world, p, q)) return true;
  }
  return false;
}

/* ---- class objects ------------------------------------------------------- */

static TypeId made_by(World *world, TypeId t) {
  switch (type_kind(t)) {
  case TYPE_KIND_CLASS:
  case TYPE_KIND_GENERIC_ALIAS:
    return world_instance_unknown(world, type_class(t));
  case TYPE_KIND_SUBCLASS_OF: return type_inner(t);
  default: return TYPE_NULL;
  }
}

static bool class_objects_disjoint(World *world, TypeId a, TypeId b) {
  bool exact_a = type_kind(a) != TYPE_KIND_SUBCLASS_OF;
  bool exact_b = type_kind(b) != TYPE_KIND_SUBCLASS_OF;
  if (exact_a && exact_b) return type_class(a).v != type_class(b).v;
  TypeId x = made_by(world, a), y = made_by(world, b);
  if (type_kind(x) != TYPE_KIND_INSTANCE || type_kind(y) != TYPE_KIND_INSTANCE)
    return meet_disjoint(world, x, y);
  uint32_t flags = world->class_flags(world, type_class(x)) |
                   world->class_flags(world, type_class(y));
  if (flags & (CLASS_UNKNOWN_BASE | CLASS_PROTOCOL)) return false;
  if (exact_a) return !derives(world, type_class(x), type_class(y));
  if (exact_b) return !derives(world, type_class(y), type_class(x));
  return classes_disjoint(world, x, y);
}

/* ---- all kinds ----------------------------------------------------------- */

static bool type_var_disjoint(World *world, TypeId var, TypeId t) {
  TypeVarBounds bounds = world->type_var_bounds(world, var);
  if (!type_is_null(bounds.constraints))
    return all_disjoint(world, type_args(bounds.constraints), t);
  return !type_is_null(bounds.bound) && meet_disjoint(world, bounds.bound, t);
}

static bool intersection_disjoint(World *world, TypeId a, TypeId t) {
  IntersectionView v = type_intersection_view(a);
  if (any_disjoint(world, v.positive, t)) return true;
  for (uint32_t i = 0; i < v.negative.n; i++)
    if (!type_is_dynamic(t) && relate_subtype(world, t, v.negative.v[i]))
      return true;
  return false;
}

/* A value that can be called, against `b`. */
static bool callable_disjoint(World *world, TypeId a, TypeId b) {
  TypeId base = world_nominal_fallback(world, b);
  if (type_is_null(base) || type_kind(base) != TYPE_KIND_INSTANCE) return false;
  bool final = is_exact(type_kind(b)) ||
               (world->class_flags(world, type_class(base)) & CLASS_FINAL);
  return final && !relate_assignable(world, b, a);
}

/* Kinds that say something of any other type, the most telling first: so that
 * the answer is the same both ways round. 0 for the other kinds. */
static uint32_t rank(TypeKind kind) {
  switch (kind) {
  case TYPE_KIND_NEVER: return 8;
  case TYPE_KIND_UNION: return 7;
  case TYPE_KIND_ANY:
  case TYPE_KIND_UNKNOWN:
  case TYPE_KIND_DIVERGENT: return 6;
  case TYPE_KIND_INTERSECTION: return 5;
  case TYPE_KIND_TYPE_VAR: return 4;
  case TYPE_KIND_NEW_TYPE: return 3;
  case TYPE_KIND_ALWAYS_TRUTHY:
  case TYPE_KIND_ALWAYS_FALSY: return 2;
  case TYPE_KIND_CALLABLE:
  case TYPE_KIND_OVERLOADED: return 1;
  default: return 0;
  }
}

/* `a` has a rank, and `b` none that is higher. */
static bool by_rank(World *world, TypeId a, TypeId b) {
  switch (type_kind(a)) {
  case TYPE_KIND_NEVER: return true;
  case TYPE_KIND_UNION: return all_disjoint(world, type_members(a), b);
  case TYPE_KIND_INTERSECTION:
    return intersection_disjoint(world, a, b) ||
           (type_kind(b) == TYPE_KIND_INTERSECTION &&
            intersection_disjoint(world, b, a));
  case TYPE_KIND_TYPE_VAR:
    return type_var_disjoint(world, a, b) ||
           (type_kind(b) == TYPE_KIND_TYPE_VAR &&
            type_var_disjoint(world, b, a));
  case TYPE_KIND_NEW_TYPE:
    return meet_disjoint(world, world->new_type_base(world, a), b);
  case TYPE_KIND_ALWAYS_TRUTHY: return type_truth(world, b) == TRUTH_NEVER;
  case TYPE_KIND_ALWAYS_FALSY: return type_truth(world, b) == TRUTH_ALWAYS;
  case TYPE_KIND_CALLABLE:
  case TYPE_KIND_OVERLOADED: return callable_disjoint(world, a, b);
  default: return false;
  }
}

/* Neither side is of a one-sided kind. */
static bool pair_disjoint(World *world, TypeId a, TypeId b) {
  TypeKind ka = type_kind(a), kb = type_kind(b);
  if (type_is_literal(a) && type_is_literal(b)) return !type_literal_same(a, b);
  if (ka == TYPE_KIND_TUPLE && kb == TYPE_KIND_TUPLE)
    return tuples_disjoint(world, a, b);
  if (!type_is_null(made_by(world, a)) && !type_is_null(made_by(world, b)))
    return class_objects_disjoint(world, a, b);
  if (kb == TYPE_KIND_INSTANCE && is_exact(ka))
    return exact_disjoint(world, a, b);
  if (ka == TYPE_KIND_INSTANCE && is_exact(kb))
    return exact_disjoint(world, b, a);
  if (is_exact(ka) && is_exact(kb) && ka != TYPE_KIND_LITERAL_STRING &&
      kb != TYPE_KIND_LITERAL_STRING)
    return ka != kb || a.v != b.v;
  TypeId x = world_nominal_fallback(world, a);
  TypeId y = world_nominal_fallback(world, b);
  if (type_is_null(x) || type_is_null(y)) return false;
  if (type_kind(x) != TYPE_KIND_INSTANCE || type_kind(y) != TYPE_KIND_INSTANCE)
    return false;
  return classes_disjoint(world, x, y);
}

/* True only if no value can be in both. */
bool meet_disjoint(World *world, TypeId a, TypeId b) {
  STACK_GUARD();
  a = alias_expand(world, a);
  b = alias_expand(world, b);
  if (a.v == b.v) return a.v == TYPE(NEVER).v;
  uint32_t x = rank(type_kind(a)), y = rank(type_kind(b));
  if (MAX(x, y) < 8 &&
      (a.v == TYPE_KNOWN(object).v || b.v == TYPE_KNOWN(object).v))
    return false;
  if (x == 0 && y == 0) return pair_disjoint(world, a, b);
  return x >= y ? by_rank(world, a, b) : by_rank(world, b, a);
}
