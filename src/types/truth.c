/* truth.c - whether bool(value) is decided by the type.
 *
 * Source: Python reference "Truth value testing". An instance's truth is what
 * `__bool__` is declared to return, else what `__len__` is, when that is a
 * literal; a class that has neither can be derived from by one that has, unless
 * it is final. */
#include "types/algebra.h"
#include "types/relate_int.h"
#include "types/relcache.h"

static Truth negate(Truth t) {
  return t == TRUTH_ALWAYS  ? TRUTH_NEVER
         : t == TRUTH_NEVER ? TRUTH_ALWAYS
                            : TRUTH_AMBIGUOUS;
}

static Truth of_bool(bool value) { return value ? TRUTH_ALWAYS : TRUTH_NEVER; }

/* The return type of calling a method without arguments, as far as its one
 * signature says it. */
static TypeId declared_return(World *world, TypeId method) {
  for (uint32_t i = 0; i < 8 && !type_is_null(method); i++) {
    switch (type_kind(method)) {
    case TYPE_KIND_BOUND_METHOD: method = type_bound_function(method); break;
    case TYPE_KIND_FUNCTION: method = world->signature(world, method); break;
    case TYPE_KIND_CALLABLE: return type_signature_view(method).returns;
    default: return TYPE_NULL;
    }
  }
  return TYPE_NULL;
}

static Truth literal_truth(TypeId t) {
  if (type_is_null(t)) return TRUTH_AMBIGUOUS;
  TypeKind kind = type_kind(t);
  if (kind == TYPE_KIND_LITERAL_BOOL || kind == TYPE_KIND_LITERAL_INT)
    return of_bool(type_int_value(t) != 0);
  return TRUTH_AMBIGUOUS;
}

static Truth instance_truth(World *world, TypeId t) {
  ClassId c = type_class(t);
  if (class_is(c, KNOWN_NoneType)) return TRUTH_NEVER;
  if (class_is(c, KNOWN_object) || class_is(c, KNOWN_int) ||
      class_is(c, KNOWN_str) || class_is(c, KNOWN_bool))
    return TRUTH_AMBIGUOUS;
  uint32_t flags = world->class_flags(world, c);
  if (flags & (CLASS_UNKNOWN_BASE | CLASS_PROTOCOL)) return TRUTH_AMBIGUOUS;
  if (flags & CLASS_TYPED_DICT)
    return typed_dict_is_never_empty(world, t) ? TRUTH_ALWAYS : TRUTH_AMBIGUOUS;
  Member m = world->member(world, t, NAME_ID(dunder_bool));
  if (!type_is_null(m.type) && !(m.flags & MEMBER_POSSIBLY_MISSING))
    return literal_truth(declared_return(world, m.type));
  if (!type_is_null(m.type)) return TRUTH_AMBIGUOUS;
  m = world->member(world, t, NAME_ID(dunder_len));
  if (!type_is_null(m.type))
    return m.flags & MEMBER_POSSIBLY_MISSING
               ? TRUTH_AMBIGUOUS
               : literal_truth(declared_return(world, m.type));
  return flags & CLASS_FINAL ? TRUTH_ALWAYS : TRUTH_AMBIGUOUS;
}

static Truth all_same(World *world, TypeSpan members) {
  Truth first = members.n ? type_truth(world, members.v[0]) : TRUTH_AMBIGUOUS;
  for (uint32_t i = 1; i < members.n && first != TRUTH_AMBIGUOUS; i++)
    if (type_truth(world, members.v[i]) != first) return TRUTH_AMBIGUOUS;
  return first;
}

static Truth intersection_truth(World *world, TypeId t) {
  IntersectionView v = type_intersection_view(t);
  for (uint32_t i = 0; i < v.negative.n; i++) {
    if (v.negative.v[i].v == TYPE(ALWAYS_TRUTHY).v) return TRUTH_NEVER;
    if (v.negative.v[i].v == TYPE(ALWAYS_FALSY).v) return TRUTH_ALWAYS;
  }
  for (uint32_t i = 0; i < v.positive.n; i++) {
    Truth p = type_truth(world, v.positive.v[i]);
    if (p != TRUTH_AMBIGUOUS) return p;
  }
  return TRUTH_AMBIGUOUS;
}

static Truth tuple_truth(TypeId t) {
  TupleView v = type_tuple_view(t);
  if (v.prefix.n + v.suffix.n > 0) return TRUTH_ALWAYS;
  return type_is_null(v.middle) ? TRUTH_NEVER : TRUTH_AMBIGUOUS;
}

/* An enum member is true unless the class (or int, str mixed in) says how. */
static Truth enum_truth(World *world, TypeId t) {
  TypeId instance = world_nominal_fallback(world, t);
  Member m = world->member(world, instance, NAME_ID(dunder_bool));
  if (!type_is_null(m.type))
    return literal_truth(declared_return(world, m.type));
  m = world->member(world, instance, NAME_ID(dunder_len));
  return type_is_null(m.type) ? TRUTH_ALWAYS : TRUTH_AMBIGUOUS;
}

static Truth class_object_truth(World *world, TypeId t) {
  if (type_kind(t) == TYPE_KIND_SUBCLASS_OF) {
    t = type_inner(t);
    if (type_kind(t) != TYPE_KIND_INSTANCE) return TRUTH_AMBIGUOUS;
  }
  uint32_t flags = world->class_flags(world, type_class(t));
  return flags & (CLASS_CUSTOM_METACLASS | CLASS_UNKNOWN_BASE | CLASS_ENUM)
             ? TRUTH_AMBIGUOUS
             : TRUTH_ALWAYS;
}

static Truth type_var_truth(World *world, TypeId t) {
  TypeVarBounds bounds = world->type_var_bounds(world, t);
  if (!type_is_null(bounds.constraints))
    return all_same(world, type_args(bounds.constraints));
  return type_is_null(bounds.bound) ? TRUTH_AMBIGUOUS
                                    : type_truth(world, bounds.bound);
}

static Truth truth_of(World *world, TypeId t) {
  switch (type_kind(t)) {
  case TYPE_KIND_LITERAL_INT:
  case TYPE_KIND_LITERAL_BOOL: return of_bool(type_int_value(t) != 0);
  case TYPE_KIND_LITERAL_STR:
  case TYPE_KIND_LITERAL_BYTES: return of_bool(name_text(type_name(t)).len > 0);
  case TYPE_KIND_LITERAL_ENUM: return enum_truth(world, t);
  case TYPE_KIND_INSTANCE: return instance_truth(world, t);
  case TYPE_KIND_TUPLE: return tuple_truth(t);
  case TYPE_KIND_UNION: return all_same(world, type_members(t));
  case TYPE_KIND_INTERSECTION: return intersection_truth(world, t);
  case TYPE_KIND_TYPE_VAR: return type_var_truth(world, t);
  case TYPE_KIND_NEW_TYPE:
    return type_truth(world, world->new_type_base(world, t));
  case TYPE_KIND_CLASS:
  case TYPE_KIND_GENERIC_ALIAS:
  case TYPE_KIND_SUBCLASS_OF: return class_object_truth(world, t);
  case TYPE_KIND_SENTINEL:
  case TYPE_KIND_NAMED_SENTINEL:
  case TYPE_KIND_MODULE:
  case TYPE_KIND_FUNCTION:
  case TYPE_KIND_BOUND_METHOD:
  case TYPE_KIND_PROPERTY:
  case TYPE_KIND_SPECIAL_FORM:
  case TYPE_KIND_KNOWN_VALUE:
  case TYPE_KIND_ALWAYS_TRUTHY: return TRUTH_ALWAYS;
  case TYPE_KIND_ALWAYS_FALSY: return TRUTH_NEVER;
  default: return TRUTH_AMBIGUOUS;
  }
}

/* Whether bool(value) is decided by the type. */
Truth type_truth(World *world, TypeId t) {
  t = alias_expand(world, t);
  PairCache *cache = &world->relcache->truths;
  uint32_t hit = pair_get(cache, t.v, 0);
  if (hit) return (Truth)(hit - 1);
  uint64_t before = world->provisional;
  Truth result = truth_of(world, t);
  if (world->provisional == before) pair_put(cache, t.v, 0, result + 1u);
  return result;
}

static TypeId when(World *world, TypeId t, TypeId not_wanted, Truth wanted) {
  t = alias_expand(world, t);
  TypeSpan members = union_members(world, &t);
  if (members.n == 1) {
    Truth truth = type_truth(world, t);
    if (truth == wanted) return t;
    if (truth == negate(wanted)) return TYPE(NEVER);
    return meet_without(world, t, not_wanted);
  }
  ArenaMark mark = arena_mark(world->scratch);
  UnionBuilder *b = union_begin(world);
  for (uint32_t i = 0; i < members.n; i++)
    union_add(b, when(world, members.v[i], not_wanted, wanted));
  TypeId result = union_end(b);
  arena_reset_to(world->scratch, mark);
  return result;
}

/* The part of `t` whose values may be true. */
TypeId type_when_true(World *world, TypeId t) {
  return when(world, t, TYPE(ALWAYS_FALSY), TRUTH_ALWAYS);
}

TypeId type_when_false(World *world, TypeId t) {
  return when(world, t, TYPE(ALWAYS_TRUTHY), TRUTH_NEVER);
}

/* ---- tests that were made before ---------------------------------------------------- */

/* Whether an instance's truth is the same for as long as it lives: that of a list
 * is not.  What says nothing of truth counts as true. */
static bool instance_is_fixed(World *world, TypeId t) {
  static const KnownClass immutable[] = {
      KNOWN_NoneType, KNOWN_bool,    KNOWN_int,   KNOWN_str,      KNOWN_bytes,
      KNOWN_float,    KNOWN_complex, KNOWN_range, KNOWN_frozenset};
  ClassId c = type_class(t);
  for (size_t i = 0; i < ARRAY_LEN(immutable); i++)
    if (class_is(c, immutable[i])) return true;
  uint32_t flags = world->class_flags(world, c);
  if (flags & CLASS_ENUM) return true;
  if (class_is(c, KNOWN_object) || (flags & (CLASS_UNKNOWN_BASE | CLASS_TYPED_DICT)))
    return false;
  return type_is_null(world->member(world, t, NAME_ID(dunder_bool)).type) &&
         type_is_null(world->member(world, t, NAME_ID(dunder_len)).type);
}

static bool is_fixed(World *world, TypeId t) {
  t = alias_expand(world, t);
  switch (type_kind(t)) {
  case TYPE_KIND_INSTANCE: return instance_is_fixed(world, t);
  case TYPE_KIND_ANY:
  case TYPE_KIND_UNKNOWN:
  case TYPE_KIND_DIVERGENT:
  case TYPE_KIND_TYPE_VAR: return false;
  case TYPE_KIND_NEW_TYPE:
    return is_fixed(world, world->new_type_base(world, t));
  default: return true;
  }
}

static TypeId part_retested(World *world, TypeId t) {
  if (type_kind(t) != TYPE_KIND_INTERSECTION) return t;
  IntersectionView v = type_intersection_view(t);
  for (uint32_t i = 0; i < v.positive.n; i++)
    if (is_fixed(world, v.positive.v[i])) return t;
  TypeId *rest = ARENA_ARRAY_RAW(world->scratch, TypeId, v.negative.n);
  uint32_t n = 0;
  for (uint32_t i = 0; i < v.negative.n; i++)
    if (v.negative.v[i].v != TYPE(ALWAYS_TRUTHY).v &&
        v.negative.v[i].v != TYPE(ALWAYS_FALSY).v)
      rest[n++] = v.negative.v[i];
  if (n == v.negative.n) return t;
  TypeId result = meet_of(world, v.positive);
  for (uint32_t i = 0; i < n; i++) result = meet_without(world, result, rest[i]);
  return result;
}

/* A list that was not empty when it was tested may be so now. */
TypeId type_retested(World *world, TypeId t) {
  TypeSpan members = union_members(world, &t);
  bool any = false;
  for (uint32_t i = 0; i < members.n && !any; i++)
    any = type_kind(members.v[i]) == TYPE_KIND_INTERSECTION;
  if (!any) return t;
  ArenaMark mark = arena_mark(world->scratch);
  UnionBuilder *b = union_begin(world);
  for (uint32_t i = 0; i < members.n; i++)
    union_add(b, part_retested(world, members.v[i]));
  TypeId result = union_end(b);
  arena_reset_to(world->scratch, mark);
  return result;
}
