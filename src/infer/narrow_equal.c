/* narrow_equal.c - what == and != say of a value.
 *
 * Problem: `__eq__` can be overridden, in a subclass too.  Typing spec,
 * "Literals: interactions with narrowing", leaves to the checker what it makes
 * of a comparison.  Users write `if mode == "r":` and expect Literal["r"].
 *
 * Representation: an Equality says by which `__eq__` the values of a type are
 * compared.  It is taken for granted that subclasses keep the `__eq__` that they
 * inherit; a class with one of its own may be equal to anything.
 *
 *   Literal["a", "b"] | None == "a"     Literal["a"]
 *   str | int | None == "a"             Literal["a"]
 *   C | None == <C>                     C            (object.__eq__)
 *   str != "a"                          str & ~Literal["a"]
 *   int != 1                            int & ~Literal[1] & ~Literal[True]
 *   Literal[1] | bool == True           Literal[1, True]
 *
 * Only int, str and bytes themselves become literals: a value of a subclass is
 * equal to "a" without being it.
 */
#include "infer/narrow_int.h"

#include "infer/member.h"
#include "infer/special/special.h"

#define NO_ARGS ((TypeSpan){NULL, 0})

static bool is_none(TypeId t) { return type_eq(t, TYPE_KNOWN(NoneType)); }

/* ---- which values are equal ---------------------------------------------- */


typedef enum {
  EQ_IDENTITY, /* object.__eq__ */
  EQ_VALUE,    /* that of int, str, ...: by the member's value */
  EQ_CUSTOM
} EqKind;

static EqKind enum_equality(Ctx *ctx, TypeId literal) {
  TypeId instance = type_instance(type_class(literal), NO_ARGS);
  ClassMember member =
      class_lookup(ctx->worker, instance, NAME_ID(dunder_eq), 0);
  if (type_is_null(member.type) || member.dynamic) return EQ_CUSTOM;
  if (class_is(member.owner, KNOWN_object) ||
      class_is(member.owner, KNOWN_Enum))
    return EQ_IDENTITY;
  if (class_is(member.owner, KNOWN_int) || class_is(member.owner, KNOWN_str) ||
      class_is(member.owner, KNOWN_bytes))
    return EQ_VALUE;
  return EQ_CUSTOM;
}

/* The literal whose equality the value has: itself, or an IntEnum member's
 * number. Null: not known. */
static TypeId plain_value(Ctx *ctx, TypeId t) {
  if (type_kind(t) != TYPE_KIND_LITERAL_ENUM) return t;
  switch (enum_equality(ctx, t)) {
  case EQ_IDENTITY: return t;
  case EQ_VALUE: {
    TypeId value = enum_member_value(ctx->worker, type_class(t), type_name(t));
    bool known = !type_is_null(value) && type_is_literal(value) &&
                 type_kind(value) != TYPE_KIND_LITERAL_ENUM;
    return known ? value : TYPE_NULL;
  }
  default: return TYPE_NULL;
  }
}

/* None and `...`: the type has one value, equal to itself alone. */
static bool is_sole(TypeId t) {
  return is_none(t) || (type_kind(t) == TYPE_KIND_INSTANCE &&
                        class_is(type_class(t), KNOWN_EllipsisType));
}

bool narrow_is_value(TypeId t) { return type_is_literal(t) || is_sole(t); }

static bool is_number(TypeId t) {
  TypeKind kind = type_kind(t);
  return kind == TYPE_KIND_LITERAL_INT || kind == TYPE_KIND_LITERAL_BOOL;
}

Truth narrow_values_equal(Ctx *ctx, TypeId a, TypeId b) {
  TypeKind ka = type_kind(a), kb = type_kind(b);
  if (ka == TYPE_KIND_LITERAL_ENUM || kb == TYPE_KIND_LITERAL_ENUM) {
    if (ka == kb && type_class(a).v == type_class(b).v) {
      /* Members that are no aliases have different values. */
      if (enum_equality(ctx, a) == EQ_CUSTOM) return TRUTH_AMBIGUOUS;
      return name_eq(type_name(a), type_name(b)) ? TRUTH_ALWAYS : TRUTH_NEVER;
    }
    a = plain_value(ctx, a);
    if (!type_is_null(a)) b = plain_value(ctx, b);
    if (type_is_null(a) || type_is_null(b)) return TRUTH_AMBIGUOUS;
  }
  bool same = false;
  if (is_number(a) && is_number(b))
    same = type_int_value(a) == type_int_value(b);
  else if (type_is_literal(a) && type_is_literal(b))
    same = type_literal_same(a, b);
  else same = is_sole(a) && type_eq(a, b);
  return same ? TRUTH_ALWAYS : TRUTH_NEVER;
}

/* ---- equality of types --------------------------------------------------- */

enum {
  NEGATIVES_MAX = 64,  /* values that are taken away from one type by != */
  ENUM_SPLIT_MAX = 256 /* members of an enum that is compared by member */
};

/* bool and enums as the union of their values; other types: themselves. */
static TypeId split_finite(World *world, TypeId t) {
  if (type_kind(t) != TYPE_KIND_INSTANCE) return t;
  if (type_eq(t, TYPE_KNOWN(bool))) {
    TypeId both[2] = {TYPE(TRUE), TYPE(FALSE)};
    return type_list((TypeSpan){both, 2});
  }
  if (!(world->class_flags(world, type_class(t)) & CLASS_ENUM)) return t;
  TypeId all = world->enum_members(world, type_class(t));
  bool fits = !type_is_null(all) && type_kind(all) == TYPE_KIND_LIST &&
              type_args(all).n > 0 && type_args(all).n <= ENUM_SPLIT_MAX;
  return fits ? all : t;
}

/* By which __eq__ values are compared. */
typedef enum {
  EQUALITY_OPEN,   /* their own, or not known */
  EQUALITY_KNOWN,  /* some class's of the standard library, a dataclass's */
  EQUALITY_NONE,   /* None is equal to None alone */
  EQUALITY_SELF,   /* object's: each is equal to itself alone */
  EQUALITY_NUMBER, /* int's, float's, complex's */
  EQUALITY_STR,
  EQUALITY_BYTES
} Equality;

static Equality equality_of_class(Ctx *ctx, TypeId instance) {
  World *world = ctx->world;
  ClassId id = type_class(instance);
  uint32_t flags = world->class_flags(world, id);
  if (class_is(id, KNOWN_object) ||
      (flags & (CLASS_PROTOCOL | CLASS_UNKNOWN_BASE)))
    return EQUALITY_OPEN;
  ClassMember member =
      class_lookup(ctx->worker, instance, NAME_ID(dunder_eq), 0);
  if (type_is_null(member.type) || member.dynamic) return EQUALITY_OPEN;
  if (class_is(member.owner, KNOWN_object) ||
      class_is(member.owner, KNOWN_Enum))
    return flags & CLASS_TYPED_DICT ? EQUALITY_KNOWN : EQUALITY_SELF;
  if (class_is(member.owner, KNOWN_int) ||
      class_is(member.owner, KNOWN_float) ||
      class_is(member.owner, KNOWN_complex))
    return EQUALITY_NUMBER;
  if (class_is(member.owner, KNOWN_str)) return EQUALITY_STR;
  if (class_is(member.owner, KNOWN_bytes) ||
      class_is(member.owner, KNOWN_bytearray) ||
      class_is(member.owner, KNOWN_memoryview))
    return EQUALITY_BYTES;
  if (member.def.v == 0) return EQUALITY_KNOWN;
  uint8_t origin = modules_at(ctx->worker->infer->modules,
                              class_at(member.owner)->module)
                       ->origin;
  return origin == ORIGIN_STDLIB ? EQUALITY_KNOWN : EQUALITY_OPEN;
}

static Equality equality_of(Ctx *ctx, TypeId t) {
  World *world = ctx->world;
  if (type_is_dynamic(t)) return EQUALITY_OPEN;
  switch (type_kind(t)) {
  case TYPE_KIND_LITERAL_INT:
  case TYPE_KIND_LITERAL_BOOL: return EQUALITY_NUMBER;
  case TYPE_KIND_LITERAL_STR:
  case TYPE_KIND_LITERAL_STRING: return EQUALITY_STR;
  case TYPE_KIND_LITERAL_BYTES: return EQUALITY_BYTES;
  case TYPE_KIND_INTERSECTION: {
    TypeSpan positive = type_intersection_view(t).positive;
    for (uint32_t i = 0; i < positive.n; i++) {
      Equality e = equality_of(ctx, positive.v[i]);
      if (e != EQUALITY_OPEN) return e;
    }
    return EQUALITY_OPEN;
  }
  default: break;
  }
  if (is_none(t)) return EQUALITY_NONE;
  TypeId nominal = world_nominal_fallback(world, t);
  if (type_is_null(nominal) || type_kind(nominal) != TYPE_KIND_INSTANCE)
    return EQUALITY_OPEN;
  return equality_of_class(ctx, nominal);
}

/* Whether a value of type `a` can be equal to one of type `b`, no unions. */
static bool kinds_meet(Ctx *ctx, TypeId a, TypeId b) {
  if (narrow_is_value(a) && narrow_is_value(b))
    return narrow_values_equal(ctx, a, b) != TRUTH_NEVER;
  Equality ea = equality_of(ctx, a), eb = equality_of(ctx, b);
  if (ea == EQUALITY_OPEN || eb == EQUALITY_OPEN) return true;
  if (ea == EQUALITY_NONE || eb == EQUALITY_NONE) return ea == eb;
  if (ea == EQUALITY_KNOWN || eb == EQUALITY_KNOWN) return true;
  if (ea == EQUALITY_SELF && eb == EQUALITY_SELF)
    return !meet_disjoint(ctx->world, a, b);
  return ea == eb;
}

/* Whether the value, one type, can be equal to something of type `other`. */
static bool may_equal(Ctx *ctx, TypeId value, TypeId other) {
  World *world = ctx->world;
  other = alias_expand(world, other);
  TypeSpan others = union_members(world, &other);
  for (uint32_t i = 0; i < others.n; i++) {
    TypeId finite = split_finite(world, alias_expand(world, others.v[i]));
    TypeSpan each = {&finite, 1};
    if (type_kind(finite) == TYPE_KIND_LIST) each = type_args(finite);
    for (uint32_t k = 0; k < each.n; k++)
      if (kinds_meet(ctx, value, each.v[k])) return true;
  }
  return false;
}

/* The one of int, str and bytes that the type is, perhaps less some values. */
static TypeId plain_builtin(TypeId t) {
  if (type_kind(t) == TYPE_KIND_INTERSECTION) {
    TypeSpan positive = type_intersection_view(t).positive;
    if (positive.n != 1) return TYPE_NULL;
    t = positive.v[0];
  }
  bool is = type_eq(t, TYPE_KNOWN(int)) || type_eq(t, TYPE_KNOWN(str)) ||
            type_eq(t, TYPE_KNOWN(bytes));
  return is ? t : TYPE_NULL;
}

static bool is_literal_of(TypeId t, TypeId builtin) {
  switch (type_kind(t)) {
  case TYPE_KIND_LITERAL_INT:
  case TYPE_KIND_LITERAL_BOOL: return type_eq(builtin, TYPE_KNOWN(int));
  case TYPE_KIND_LITERAL_STR: return type_eq(builtin, TYPE_KNOWN(str));
  case TYPE_KIND_LITERAL_BYTES: return type_eq(builtin, TYPE_KNOWN(bytes));
  default: return false;
  }
}

/* The literals among `other`, for an int, str or bytes; all of the member when
 * something else among it may be equal to it. */
static TypeId equal_builtin(Ctx *ctx, TypeId member, TypeId builtin,
                            TypeId other) {
  World *world = ctx->world;
  TypeSpan others = union_members(world, &other);
  UnionBuilder *builder = union_begin(world);
  bool whole = false;
  for (uint32_t i = 0; i < others.n && !whole; i++) {
    TypeId o = alias_expand(world, others.v[i]);
    if (is_literal_of(o, builtin))
      union_add(builder, type_eq(member, builtin) ? o
                                                  : meet_of2(world, member, o));
    else
      whole = kinds_meet(ctx, member, o);
  }
  TypeId literals = union_end(builder);
  return whole ? member : literals;
}

static TypeId unequal_part(Ctx *ctx, TypeId member, TypeId value);

/* One of the two for each value of a bool or an enum. */
static TypeId equal_finite(Ctx *ctx, TypeId member, TypeId values, TypeId other,
                           bool equal) {
  TypeSpan each = type_args(values);
  UnionBuilder *builder = union_begin(ctx->world);
  uint32_t kept = 0;
  for (uint32_t i = 0; i < each.n; i++) {
    TypeId t = equal ? narrow_equal_part(ctx, each.v[i], other)
                     : unequal_part(ctx, each.v[i], other);
    if (type_eq(t, each.v[i])) kept++;
    union_add(builder, t);
  }
  TypeId result = union_end(builder);
  return kept == each.n ? member : result;
}

static TypeId type_var_bound(World *world, TypeId t) {
  if (type_kind(t) != TYPE_KIND_TYPE_VAR) return TYPE_NULL;
  TypeVarBounds bounds = world->type_var_bounds(world, t);
  return type_is_null(bounds.bound) ? TYPE_NULL
                                    : alias_expand(world, bounds.bound);
}

static bool all_values(World *world, TypeId t) {
  TypeSpan members = union_members(world, &t);
  for (uint32_t i = 0; i < members.n; i++)
    if (!narrow_is_value(members.v[i]) &&
        type_kind(split_finite(world, members.v[i])) != TYPE_KIND_LIST)
      return false;
  return true;
}

/* The bool or enum of which an intersection is a part; null: none. */
static TypeId finite_part(World *world, TypeId t) {
  if (type_kind(t) != TYPE_KIND_INTERSECTION) return TYPE_NULL;
  TypeSpan positive = type_intersection_view(t).positive;
  for (uint32_t i = 0; i < positive.n; i++)
    if (type_kind(split_finite(world, positive.v[i])) == TYPE_KIND_LIST)
      return positive.v[i];
  return TYPE_NULL;
}

/* LiteralString, perhaps less some strings. */
static bool is_literal_string(TypeId t) {
  if (type_eq(t, TYPE(LITERAL_STRING))) return true;
  if (type_kind(t) != TYPE_KIND_INTERSECTION) return false;
  IntersectionView v = type_intersection_view(t);
  return v.positive.n == 1 && type_eq(v.positive.v[0], TYPE(LITERAL_STRING));
}

/* An enum that is not split (a Flag, a very large one), compared with its own
 * members: they are equal to themselves alone. */
static bool is_enum_of(Ctx *ctx, TypeId member, TypeId other) {
  if (type_kind(member) != TYPE_KIND_INSTANCE) return false;
  TypeSpan others = union_members(ctx->world, &other);
  for (uint32_t i = 0; i < others.n; i++)
    if (type_kind(others.v[i]) != TYPE_KIND_LITERAL_ENUM ||
        type_class(others.v[i]).v != type_class(member).v)
      return false;
  return enum_equality(ctx, others.v[0]) != EQ_CUSTOM;
}

bool narrow_may_equal(Ctx *ctx, TypeId a, TypeId b) {
  a = alias_expand(ctx->world, a);
  TypeSpan members = union_members(ctx->world, &a);
  for (uint32_t i = 0; i < members.n; i++)
    if (may_equal(ctx, alias_expand(ctx->world, members.v[i]), b)) return true;
  return false;
}

/* The part of `member` that may be equal to `other`. */
TypeId narrow_equal_part(Ctx *ctx, TypeId member, TypeId other) {
  World *world = ctx->world;
  if (narrow_is_value(member))
    return may_equal(ctx, member, other) ? member : TYPE(NEVER);
  TypeId finite = split_finite(world, member);
  if (type_kind(finite) == TYPE_KIND_LIST)
    return equal_finite(ctx, member, finite, other, true);
  TypeId part = finite_part(world, member);
  if (!type_is_null(part)) {
    TypeId equal = narrow_equal_part(ctx, part, other);
    return type_eq(equal, part) ? member : meet_of2(world, member, equal);
  }
  if (is_enum_of(ctx, member, other)) return meet_of2(world, member, other);
  if (is_literal_string(member) && all_values(world, other)) {
    TypeId both = meet_of2(world, member, other);
    TypeSpan others = union_members(world, &other);
    for (uint32_t i = 0; i < others.n; i++)
      if (type_kind(others.v[i]) == TYPE_KIND_LITERAL_ENUM) return member;
    return both;
  }
  TypeId bound = type_var_bound(world, member);
  if (!type_is_null(bound) && all_values(world, bound) &&
      all_values(world, other)) {
    Test test = narrow_equal(other);
    return meet_of2(world, member, narrow_members(ctx, &test, bound, true));
  }
  if (type_kind(member) == TYPE_KIND_TYPE_VAR) return member;
  TypeId builtin = plain_builtin(member);
  if (!type_is_null(builtin))
    return equal_builtin(ctx, member, builtin, other);
  return may_equal(ctx, member, other) ? member : TYPE(NEVER);
}

/* `member` without what is surely equal to the value. */
static TypeId unequal_part(Ctx *ctx, TypeId member, TypeId value) {
  World *world = ctx->world;
  if (type_is_dynamic(member)) return member;
  if (narrow_is_value(member))
    return narrow_values_equal(ctx, member, value) == TRUTH_ALWAYS ? TYPE(NEVER)
                                                            : member;
  TypeId finite = split_finite(world, member);
  if (type_kind(finite) == TYPE_KIND_LIST)
    return equal_finite(ctx, member, finite, value, false);
  if (type_kind(value) == TYPE_KIND_LITERAL_ENUM &&
      narrow_values_equal(ctx, value, value) != TRUTH_ALWAYS)
    return member;
  if (type_kind(member) == TYPE_KIND_INTERSECTION &&
      type_intersection_view(member).negative.n >= NEGATIVES_MAX)
    return member;
  TypeId rest = meet_without(world, member, type_literal_declared(value));
  TypeId builtin = plain_builtin(member);
  if (type_is_null(builtin) || !type_eq(builtin, TYPE_KNOWN(int)) ||
      type_kind(value) != TYPE_KIND_LITERAL_INT ||
      (type_int_value(value) != 0 && type_int_value(value) != 1))
    return rest;
  return meet_without(world, rest, type_literal_bool(type_int_value(value)));
}

static TypeId apply_equal(Ctx *ctx, const Test *test, TypeId member,
                          bool holds) {
  TypeId other = alias_expand(ctx->world, test->operand);
  if (type_is_dynamic(other) || type_is_dynamic(member)) return member;
  if (holds) return narrow_equal_part(ctx, member, other);
  if (type_kind(other) == TYPE_KIND_UNION) return member;
  return narrow_is_value(other) ? unequal_part(ctx, member, other) : member;
}

Test narrow_equal(TypeId operand) {
  return (Test){.apply = apply_equal, .operand = operand};
}

