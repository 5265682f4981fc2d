/* meet.c - intersections and negation in normal form.
 *
 * An intersection has positive and negative members, none of them a union:
 * unions are multiplied out, so that every type is a union of intersections of
 * atoms (DNF). Of a pair of positive members of which one is a subtype of the
 * other, the narrower stays; disjoint ones make Never; a negative member that
 * is disjoint from a positive one says nothing and is dropped; one that
 * contains a positive one makes Never. What is dynamic stays beside static
 * members (`Any & int`); a negative dynamic member counts as a positive one,
 * since the negation of an unknown set is an unknown set.
 *
 *   list[int] & list[Unknown]       list[int]     isinstance() gives the
 *     right one
 *   Sequence[int] & list[Unknown]   list[int]
 *   bool & ~Literal[True]           Literal[False]; likewise enums
 *   LiteralString & ~AlwaysTruthy   Literal[""]
 *
 * Products over a cap are not formed: the left operand stands for the result,
 * which is sound for narrowing, where it is the type before the test.
 *
 * Source: Castagna et al. on set-theoretic types; typing spec "Concepts". */
#include "base/vec.h"
#include "types/algebra.h"
#include "types/caps.h"
#include "types/relate.h"
#include "types/relcache.h"

typedef VEC(TypeId) TypeVec;
typedef struct {
  World *world;
  TypeVec positive, negative;
  bool never;
} Meet;

static void add_positive(Meet *m, TypeId t);
static void add_negative(Meet *m, TypeId t);

static void vec_remove(TypeVec *v, uint32_t i) {
  memmove(v->v + i, v->v + i + 1, (v->n - i - 1) * sizeof(TypeId));
  v->n--;
}

/* ---- generic instances of which parts are not known ---------------------- */

/* The arguments of both where at most one side knows each; null otherwise. */
static TypeId merge_args(World *world, TypeId a, TypeId b) {
  TypeSpan x = type_args(a), y = type_args(b);
  if (x.n != y.n || x.n == 0) return TYPE_NULL;
  TypeId *args = ARENA_ARRAY_RAW(world->scratch, TypeId, x.n);
  for (uint32_t i = 0; i < x.n; i++) {
    if (x.v[i].v == y.v[i].v || type_is_dynamic(y.v[i])) args[i] = x.v[i];
    else if (type_is_dynamic(x.v[i])) args[i] = y.v[i];
    else return TYPE_NULL;
  }
  return type_instance(type_class(a), (TypeSpan){args, x.n});
}

/* Whether `known` says more than the argument `own`: what someone wrote as Any
 * is no longer Unknown. */
static bool says_more(TypeId known, TypeId own) {
  if (!type_is_dynamic(own)) return false;
  return !type_is_dynamic(known) || (type_eq(known, TYPE(ANY)) &&
                                     type_eq(own, TYPE(UNKNOWN)));
}

/* tuple[Unknown, ...] as one whose elements a base of tuple knows; null when it
 * is another tuple or the base knows nothing. */
static TypeId specialise_tuple(World *world, TypeId tuple, TypeId base) {
  if (type_kind(tuple) != TYPE_KIND_TUPLE ||
      type_kind(base) != TYPE_KIND_INSTANCE)
    return TYPE_NULL;
  TupleView v = type_tuple_view(tuple);
  if (v.prefix.n || v.suffix.n || type_is_null(v.middle)) return TYPE_NULL;
  TypeId identity = world_instance_identity(world, CLASS_ID(tuple));
  TypeId var = type_kind(identity) == TYPE_KIND_TUPLE
                   ? type_tuple_view(identity).middle
                   : type_args(identity).v[0];
  TypeId seen = world_as_instance_of(world, identity, type_class(base));
  if (type_is_null(seen) || type_kind(seen) != TYPE_KIND_INSTANCE)
    return TYPE_NULL;
  TypeSpan from = type_args(seen), to = type_args(base);
  for (uint32_t j = 0; j < from.n && j < to.n; j++)
    if (from.v[j].v == var.v && says_more(to.v[j], v.middle))
      return type_tuple((TypeSpan){0}, to.v[j], (TypeSpan){0});
  return TYPE_NULL;
}

/* Derived[Unknown...] seen as a base whose arguments `base` knows: the
 * arguments of derived that follow from them. */
static TypeId specialise(World *world, TypeId derived, TypeId base) {
  TypeId identity = world_instance_identity(world, type_class(derived));
  TypeId seen = world_as_instance_of(world, identity, type_class(base));
  if (type_is_null(seen) || type_kind(seen) != TYPE_KIND_INSTANCE)
    return TYPE_NULL;
  TypeSpan vars = type_args(identity), own = type_args(derived);
  TypeSpan from = type_args(seen), to = type_args(base);
  if (vars.n == 0 || own.n != vars.n || from.n != to.n) return TYPE_NULL;
  TypeId *args = ARENA_ARRAY_RAW(world->scratch, TypeId, own.n);
  bool changed = false;
  for (uint32_t i = 0; i < own.n; i++) {
    args[i] = own.v[i];
    for (uint32_t j = 0; j < from.n; j++)
      if (from.v[j].v == vars.v[i].v && says_more(to.v[j], own.v[i])) {
        args[i] = to.v[j];
        changed = true;
        break;
      }
  }
  if (!changed) return TYPE_NULL;
  return type_instance(type_class(derived), (TypeSpan){args, own.n});
}

/* One instance that both are, as far as arguments that are Any or Unknown let
 * one say so; null otherwise. */
static TypeId meet_instances(World *world, TypeId a, TypeId b) {
  const uint32_t dynamic = TYPE_HAS_ANY | TYPE_HAS_UNKNOWN;
  TypeId tuple = specialise_tuple(world, a, b);
  if (type_is_null(tuple)) tuple = specialise_tuple(world, b, a);
  if (!type_is_null(tuple)) return tuple;
  if (type_kind(a) != TYPE_KIND_INSTANCE || type_kind(b) != TYPE_KIND_INSTANCE)
    return TYPE_NULL;
  if (!type_has(a, dynamic) && !type_has(b, dynamic)) return TYPE_NULL;
  ArenaMark mark = arena_mark(world->scratch);
  TypeId result = TYPE_NULL, seen;
  if (type_class(a).v == type_class(b).v) result = merge_args(world, a, b);
  else if (seen = world_as_instance_of(world, b, type_class(a)),
           !type_is_null(seen))
    result = specialise(world, b, a);
  else if (seen = world_as_instance_of(world, a, type_class(b)),
           !type_is_null(seen))
    result = specialise(world, a, b);
  arena_reset_to(world->scratch, mark);
  return result;
}

/* ---- members ------------------------------------------------------------- */

static void add_dynamic(Meet *m, TypeId t) {
  for (uint32_t i = 0; i < m->positive.n; i++) {
    if (!type_is_dynamic(m->positive.v[i])) continue;
    if (t.v == TYPE(DIVERGENT).v) m->positive.v[i] = t;
    return;
  }
  vec_push(&m->positive, m->world->scratch, t);
}

/* Compares `t` with positive member i.  False: t says nothing new, or all is
 * over.  Sets *gone when member i says nothing beside t. */
static bool against_positive(Meet *m, uint32_t i, TypeId *t, bool *gone) {
  TypeId e = m->positive.v[i];
  if (e.v == t->v) return false;
  if (type_is_dynamic(e)) return true;
  TypeId both = meet_instances(m->world, e, *t);
  if (!type_is_null(both)) {
    if (both.v == e.v) return false;
    *t = both;
    *gone = true;
    return true;
  }
  if (relate_subtype(m->world, e, *t)) return false;
  if (relate_subtype(m->world, *t, e)) {
    *gone = true;
    return true;
  }
  if (meet_disjoint(m->world, e, *t)) m->never = true;
  /* Nothing but object, of which the other says more. */
  if (type_kind(*t) == TYPE_KIND_SENTINEL) return false;
  *gone = type_kind(e) == TYPE_KIND_SENTINEL;
  return !m->never;
}

static void add_parts(Meet *m, TypeId t) {
  IntersectionView v = type_intersection_view(t);
  for (uint32_t i = 0; i < v.positive.n && !m->never; i++)
    add_positive(m, v.positive.v[i]);
  for (uint32_t i = 0; i < v.negative.n && !m->never; i++)
    add_negative(m, v.negative.v[i]);
}

static void add_positive(Meet *m, TypeId t) {
  if (type_is_dynamic(t)) {
    add_dynamic(m, t);
    return;
  }
  if (type_kind(t) == TYPE_KIND_INTERSECTION) {
    add_parts(m, t);
    return;
  }
  if (t.v == TYPE_KNOWN(object).v) return;
  if (t.v == TYPE(NEVER).v) m->never = true;
  uint32_t at = m->positive.n;
  for (uint32_t i = 0; i < m->positive.n && !m->never;) {
    bool gone = false;
    if (!against_positive(m, i, &t, &gone)) return;
    if (gone) {
      vec_remove(&m->positive, i);
      if (at > i) at = i;
    } else {
      i++;
    }
  }
  for (uint32_t i = 0; i < m->negative.n && !m->never;) {
    if (relate_subtype(m->world, t, m->negative.v[i])) m->never = true;
    else if (meet_disjoint(m->world, t, m->negative.v[i]))
      vec_remove(&m->negative, i);
    else i++;
  }
  if (m->never) return;
  vec_push(&m->positive, m->world->scratch, t);
  at = MIN(at, m->positive.n - 1);
  for (uint32_t i = m->positive.n - 1; i > at; i--)
    m->positive.v[i] = m->positive.v[i - 1];
  m->positive.v[at] = t;
}

/* `t` is no union and no intersection. */
static void add_negative(Meet *m, TypeId t) {
  World *world = m->world;
  if (t.v == TYPE(NEVER).v) return;
  if (type_is_dynamic(t)) {
    add_dynamic(m, t);
    return;
  }
  if (t.v == TYPE_KNOWN(object).v) m->never = true;
  for (uint32_t i = 0; i < m->positive.n && !m->never; i++) {
    TypeId p = m->positive.v[i];
    if (type_is_dynamic(p)) continue;
    if (relate_subtype(world, p, t)) m->never = true;
    else if (meet_disjoint(world, p, t)) return;
  }
  for (uint32_t i = 0; i < m->negative.n && !m->never;) {
    if (relate_subtype(world, t, m->negative.v[i])) return;
    if (relate_subtype(world, m->negative.v[i], t)) vec_remove(&m->negative, i);
    else i++;
  }
  if (!m->never) vec_push(&m->negative, world->scratch, t);
}

/* ---- finite types -------------------------------------------------------- */

/* The values of a type that has few: bool, enums; an empty span otherwise.
 * Of LiteralString those that may be false: see expand_finite. */
static TypeSpan finite_values(World *world, TypeId t) {
  static const TypeId bools[2] = {{2u * TYPE_FIXED_TRUE},
                                  {2u * TYPE_FIXED_FALSE}};
  if (type_kind(t) != TYPE_KIND_INSTANCE) return (TypeSpan){NULL, 0};
  if (t.v == TYPE_KNOWN(bool).v) return (TypeSpan){bools, 2};
  if (!(world->class_flags(world, type_class(t)) & CLASS_ENUM))
    return (TypeSpan){NULL, 0};
  TypeId all = world->enum_members(world, type_class(t));
  if (type_is_null(all) || type_args(all).n > CAP_ENUM_EXPANSION)
    return (TypeSpan){NULL, 0};
  return type_args(all);
}

static bool splits(TypeSpan members, TypeId value) {
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId t = members.v[i];
    if (t.v == TYPE(ALWAYS_TRUTHY).v || t.v == TYPE(ALWAYS_FALSY).v)
      return true;
    if (type_kind(t) == type_kind(value)) return true;
  }
  return false;
}

static bool has_handle(TypeSpan span, TypeId t) {
  for (uint32_t i = 0; i < span.n; i++)
    if (span.v[i].v == t.v) return true;
  return false;
}

static TypeId meet_finish(Meet *m);

/* A finite positive member that the others cut: the union of what is left.
 * Null if there is none. */
static TypeId expand_finite(Meet *m) {
  World *world = m->world;
  for (uint32_t i = 0; i < m->positive.n; i++) {
    TypeId t = m->positive.v[i];
    TypeSpan values = finite_values(world, t);
    TypeSpan positive = {m->positive.v, m->positive.n};
    TypeSpan negative = {m->negative.v, m->negative.n};
    TypeId empty;
    if (t.v == TYPE(LITERAL_STRING).v &&
        has_handle(negative, TYPE(ALWAYS_TRUTHY))) {
      empty = type_literal_declared(type_literal_str(name_intern(STR(""))));
      values = (TypeSpan){&empty, 1};
    }
    if (values.n == 0) continue;
    if (!splits(negative, values.v[0]) && !splits(positive, values.v[0]))
      continue;
    UnionBuilder *b = union_begin(world);
    bool decides = false;
    for (uint32_t k = 0; k < values.n; k++) {
      Meet one = {.world = world};
      add_positive(&one, values.v[k]);
      for (uint32_t j = 0; j < positive.n && !one.never; j++)
        if (j != i) add_positive(&one, positive.v[j]);
      for (uint32_t j = 0; j < negative.n && !one.never; j++)
        add_negative(&one, negative.v[j]);
      TypeId left = meet_finish(&one);
      decides |= type_eq(left, TYPE(NEVER)) || type_is_literal(left);
      union_add(b, left);
    }
    TypeId result = union_end(b);
    if (decides) return result;
  }
  return TYPE_NULL;
}

/* What a type variable may be at most: its bound, or any of its constraints;
 * null: anything. */
static TypeId variable_range(World *world, TypeId t) {
  if (type_kind(t) != TYPE_KIND_TYPE_VAR) return TYPE_NULL;
  TypeVarBounds bounds = world->type_var_bounds(world, t);
  if (type_is_null(bounds.constraints)) return bounds.bound;
  return union_of(world, type_args(bounds.constraints));
}

/* A variable of whose range the negative members leave nothing: self of an
 * enum, when all members have been asked for. */
static bool is_used_up(const Meet *m) {
  World *world = m->world;
  for (uint32_t i = 0; i < m->positive.n; i++) {
    TypeId rest = variable_range(world, m->positive.v[i]);
    if (type_is_null(rest) || type_is_dynamic(rest)) continue;
    for (uint32_t k = 0; k < m->negative.n; k++)
      rest = meet_without(world, rest, m->negative.v[k]);
    if (rest.v == TYPE(NEVER).v) return true;
  }
  return false;
}

/* `T & ~int` of a T that is int or str: `T & str`, the union of such terms
 * when several constraints are left.  Null: none of them is ruled out. */
static TypeId expand_constraints(Meet *m) {
  World *world = m->world;
  if (m->negative.n == 0) return TYPE_NULL;
  for (uint32_t i = 0; i < m->positive.n; i++) {
    if (type_kind(m->positive.v[i]) != TYPE_KIND_TYPE_VAR) continue;
    TypeId list = world->type_var_bounds(world, m->positive.v[i]).constraints;
    TypeSpan all = type_is_null(list) ? (TypeSpan){0} : type_args(list);
    UnionBuilder *b = union_begin(world);
    uint32_t left = 0;
    for (uint32_t k = 0; k < all.n; k++) {
      Meet one = {.world = world};
      add_positive(&one, m->positive.v[i]);
      add_positive(&one, all.v[k]);
      for (uint32_t j = 0; j < m->positive.n && !one.never; j++)
        if (j != i) add_positive(&one, m->positive.v[j]);
      for (uint32_t j = 0; j < m->negative.n && !one.never; j++)
        add_negative(&one, m->negative.v[j]);
      if (one.never) continue;
      left++;
      union_add(b, type_intersection_raw(
                       (TypeSpan){one.positive.v, one.positive.n},
                       (TypeSpan){one.negative.v, one.negative.n}));
    }
    TypeId result = union_end(b);
    if (left < all.n) return result;
  }
  return TYPE_NULL;
}

static TypeId meet_finish(Meet *m) {
  if (m->never) return TYPE(NEVER);
  if (m->positive.n == 1 && m->negative.n == 0) return m->positive.v[0];
  if (m->positive.n == 0 && m->negative.n == 0) return TYPE_KNOWN(object);
  if (m->negative.n && is_used_up(m)) return TYPE(NEVER);
  TypeId left = expand_constraints(m);
  if (!type_is_null(left)) return left;
  TypeId finite = expand_finite(m);
  if (!type_is_null(finite)) return finite;
  return type_intersection_raw((TypeSpan){m->positive.v, m->positive.n},
                               (TypeSpan){m->negative.v, m->negative.n});
}

/* ---- answers that are kept ------------------------------------------------ */

static TypeId pair_kept(World *world, PairCache *cache, TypeId a, TypeId b,
                        TypeId (*compute)(World *, TypeId, TypeId)) {
  uint32_t hit = pair_get(cache, a.v, b.v);
  if (hit) return (TypeId){hit};
  uint64_t before = world->provisional;
  TypeId result = compute(world, a, b);
  if (world->provisional == before) pair_put(cache, a.v, b.v, result.v);
  return result;
}

/* ---- products ------------------------------------------------------------ */

/* Neither is a union. */
static TypeId meet_terms(World *world, TypeId a, TypeId b) {
  if (a.v == b.v) return a;
  if (type_is_literal(a) && type_is_literal(b))
    return type_literal_same(a, b) ? a : TYPE(NEVER);
  ArenaMark mark = arena_mark(world->scratch);
  Meet m = {.world = world};
  add_positive(&m, a);
  if (!m.never) add_positive(&m, b);
  TypeId result = meet_finish(&m);
  arena_reset_to(world->scratch, mark);
  return result;
}

/* A term with each member of a union; literals are looked up. */
static void meet_into(UnionBuilder *out, World *world, TypeId term, TypeId t) {
  TypeSpan members = union_members(world, &t);
  bool literal = type_is_literal(term);
  if (literal && type_kind(t) == TYPE_KIND_UNION &&
      (type_union_has(t, term) ||
       type_union_has(t, type_literal_declared(term)) ||
       type_union_has(t, type_literal_promotable(term)))) {
    union_add(out, term);
    return;
  }
  if (literal && (type_union_flags(t) & UNION_ALL_LITERALS)) return;
  for (uint32_t i = 0; i < members.n; i++)
    union_add(out, meet_terms(world, term, members.v[i]));
}

static TypeId meet_compute(World *world, TypeId a, TypeId b) {
  TypeSpan x = union_members(world, &a), y = union_members(world, &b);
  if (x.n == 1 && y.n == 1) return meet_terms(world, a, b);
  bool literals =
      (type_union_flags(a) | type_union_flags(b)) & UNION_ALL_LITERALS;
  if (!literals && (uint64_t)x.n * y.n > CAP_MEET_TERMS) return a;
  ArenaMark mark = arena_mark(world->scratch);
  UnionBuilder *out = union_begin(world);
  for (uint32_t i = 0; i < x.n; i++) meet_into(out, world, x.v[i], b);
  TypeId result = union_end(out);
  arena_reset_to(world->scratch, mark);
  return result;
}

TypeId meet_of2(World *world, TypeId a, TypeId b) {
  a = alias_expand(world, a);
  b = alias_expand(world, b);
  if (a.v == b.v || b.v == TYPE_KNOWN(object).v) return a;
  if (a.v == TYPE_KNOWN(object).v) return b;
  if (a.v == TYPE(NEVER).v || b.v == TYPE(NEVER).v) return TYPE(NEVER);
  return pair_kept(world, &world->relcache->meets, a, b, meet_compute);
}

/* The intersection of the members, simplified; of none: object. */
TypeId meet_of(World *world, TypeSpan members) {
  TypeId result = TYPE_KNOWN(object);
  for (uint32_t i = 0; i < members.n; i++)
    result = meet_of2(world, result, members.v[i]);
  return result;
}

/* ---- negation ------------------------------------------------------------ */

/* a & ~t, neither of them a union, t no intersection. */
static TypeId without_term(World *world, TypeId a, TypeId t) {
  if (type_is_literal(a) && type_is_literal(t))
    return type_literal_same(a, t) ? TYPE(NEVER) : a;
  ArenaMark mark = arena_mark(world->scratch);
  Meet m = {.world = world};
  add_positive(&m, a);
  if (!m.never) add_negative(&m, t);
  TypeId result = meet_finish(&m);
  arena_reset_to(world->scratch, mark);
  return result;
}

/* a & ~(P & ~N) = (a & ~P) | (a & N). */
static TypeId without_intersection(World *world, TypeId a, TypeId t) {
  IntersectionView v = type_intersection_view(t);
  UnionBuilder *out = union_begin(world);
  for (uint32_t i = 0; i < v.positive.n; i++)
    union_add(out, without_term(world, a, v.positive.v[i]));
  for (uint32_t i = 0; i < v.negative.n; i++)
    union_add(out, meet_of2(world, a, v.negative.v[i]));
  return union_end(out);
}

/* `term` is no union. */
static TypeId without_union(World *world, TypeId term, TypeId b) {
  TypeSpan members = union_members(world, &b);
  if (type_is_literal(term) && type_kind(b) == TYPE_KIND_UNION) {
    if (type_union_has(b, type_literal_declared(term)) ||
        type_union_has(b, type_literal_promotable(term)))
      return TYPE(NEVER);
    if (type_union_flags(b) & UNION_ALL_LITERALS) return term;
  }
  TypeId result = term;
  for (uint32_t i = 0; i < members.n && result.v != TYPE(NEVER).v; i++) {
    TypeId t = members.v[i];
    if (type_kind(result) == TYPE_KIND_UNION)
      result = meet_without(world, result, t);
    else if (type_kind(t) == TYPE_KIND_INTERSECTION)
      result = without_intersection(world, result, t);
    else result = without_term(world, result, t);
  }
  return result;
}

static TypeId without_compute(World *world, TypeId a, TypeId b) {
  TypeSpan x = union_members(world, &a);
  ArenaMark mark = arena_mark(world->scratch);
  TypeId result;
  if (x.n == 1) {
    result = without_union(world, a, b);
  } else {
    UnionBuilder *out = union_begin(world);
    for (uint32_t i = 0; i < x.n; i++)
      union_add(out, without_union(world, x.v[i], b));
    result = union_end(out);
  }
  arena_reset_to(world->scratch, mark);
  return result;
}

/* a & ~b */
TypeId meet_without(World *world, TypeId a, TypeId b) {
  a = alias_expand(world, a);
  b = alias_expand(world, b);
  if (a.v == TYPE(NEVER).v || b.v == TYPE(NEVER).v) return a;
  return pair_kept(world, &world->relcache->withouts, a, b, without_compute);
}

TypeId meet_negate(World *world, TypeId t) {
  return meet_without(world, TYPE_KNOWN(object), t);
}
