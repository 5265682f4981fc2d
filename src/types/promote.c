/* promote.c - types made simpler: literals widened, depth cut, Divergent gone,
 * Any made opaque; types compared but for the order of their members.
 *
 * Source for literals: typing spec "Literals", "Type inference"; engine.md,
 * "Queries, purity, cycles", for the last two.
 */
#include "types/rebuild.h"
#include "types/relate.h"

/* ---- literals ------------------------------------------------------------ */

typedef struct {
  Rebuild base;
  bool invariant; /* functions and class objects too */
  bool numbers;   /* only numbers */
} Promotion;

/* What `float` and `complex` are as annotations: a value's class alone cannot
 * be written, so an invariant argument must not be it. */
static TypeId promote_instance(TypeId t) {
  if (t.v == TYPE_KNOWN(float).v) return type_float_annotation();
  if (t.v == TYPE_KNOWN(complex).v) return type_complex_annotation();
  return t;
}

/* `int | float` as an expression gives it becomes `float`; one that an
 * annotation wrote stays. */
static TypeId promote_part(Rebuild *r, TypeId t);

/* Covariant arguments may be literals; in the others the class would be another. */
static TypeId promote_arguments(Rebuild *r, TypeId t) {
  World *world = r->world;
  TypeSpan args = type_args(t);
  ArenaMark mark = arena_mark(world->scratch);
  TypeId *copy = ARENA_ARRAY(world->scratch, TypeId, args.n);
  for (uint32_t i = 0; i < args.n; i++) {
    bool widens = world->class_variance(world, type_class(t), i) ==
                  VARIANCE_COVARIANT;
    copy[i] = widens ? promote_part(r, args.v[i]) : args.v[i];
  }
  TypeId result = type_instance(type_class(t), (TypeSpan){copy, args.n});
  arena_reset_to(world->scratch, mark);
  return result;
}

static TypeId promote_intersection(Rebuild *r, TypeId t) {
  TypeSpan positive = type_intersection_view(t).positive;
  if (positive.n == 0) return t;
  TypeId result = TYPE_KNOWN(object);
  for (uint32_t i = 0; i < positive.n; i++)
    result = meet_of2(r->world, result, promote_part(r, positive.v[i]));
  return result;
}

static bool is_promotable_union(TypeId t) {
  if (type_has(t, TYPE_HAS_PROMOTABLE)) return true;
  TypeSpan members = type_members(t);
  for (uint32_t i = 0; i < members.n; i++)
    if (type_kind(members.v[i]) == TYPE_KIND_INTERSECTION) return true;
  return false;
}

static TypeId promote_callable(Rebuild *r, TypeId t) {
  World *world = r->world;
  switch (type_kind(t)) {
  case TYPE_KIND_FUNCTION: {
    TypeId signature = world->signature(world, t);
    return type_is_null(signature) ? t : signature;
  }
  case TYPE_KIND_CLASS:
    return type_subclass_of(world_instance_unknown(world, type_class(t)));
  case TYPE_KIND_GENERIC_ALIAS:
    return type_subclass_of(type_instance(type_class(t), type_args(t)));
  case TYPE_KIND_KNOWN_VALUE:
    return type_known_value_kind(t) == KNOWN_VALUE_NEW_TYPE
               ? t /* is called as a function */
               : world_nominal_fallback(world, t);
  case TYPE_KIND_SPECIAL_FORM:
    return special_form_is_class(type_form(t))
               ? type_subclass_of(TYPE(UNKNOWN))
               : world_nominal_fallback(world, t);
  default: return t;
  }
}

static TypeId promote_part(Rebuild *r, TypeId t) {
  bool invariant = ((Promotion *)(void *)r)->invariant;
  switch (type_kind(t)) {
  case TYPE_KIND_LITERAL_BOOL:
  case TYPE_KIND_LITERAL_STR:
  case TYPE_KIND_LITERAL_BYTES:
  case TYPE_KIND_LITERAL_ENUM:
    if (((Promotion *)(void *)r)->numbers) return t;
    FALLTHROUGH;
  case TYPE_KIND_LITERAL_INT:
    if (!type_has(t, TYPE_IS_PROMOTABLE)) return t;
    return world_nominal_fallback(r->world, t);
  case TYPE_KIND_SENTINEL: return TYPE_KNOWN(object);
  case TYPE_KIND_INSTANCE:
    if (type_args(t).n && type_has(t, TYPE_HAS_PROMOTABLE))
      return promote_arguments(r, t);
    return promote_instance(t);
  case TYPE_KIND_TUPLE:
    if (!invariant && !type_has(t, TYPE_HAS_PROMOTABLE)) return t;
    return rebuild(r, t);
  case TYPE_KIND_UNION:
    if (!invariant && !is_promotable_union(t)) return t;
    return rebuild(r, t);
  case TYPE_KIND_INTERSECTION: return promote_intersection(r, t);
  case TYPE_KIND_LITERAL_STRING: return TYPE_KNOWN(str);
  case TYPE_KIND_FUNCTION:
  case TYPE_KIND_CLASS:
  case TYPE_KIND_KNOWN_VALUE:
  case TYPE_KIND_SPECIAL_FORM:
  case TYPE_KIND_GENERIC_ALIAS: return invariant ? promote_callable(r, t) : t;
  default: return t;
  }
}

/* Inferred literals widened to their class, in tuples and unions too. */
TypeId promote_literals(World *world, TypeId t) {
  TypeKind kind = type_kind(t);
  if (!type_has(t, TYPE_HAS_PROMOTABLE) && kind != TYPE_KIND_INTERSECTION &&
      kind != TYPE_KIND_UNION)
    return t;
  Promotion p = {{world, promote_part}, false, false};
  return promote_part(&p.base, t);
}

TypeId promote_numbers(World *world, TypeId t) {
  if (!type_has(t, TYPE_HAS_PROMOTABLE)) return t;
  Promotion p = {{world, promote_part}, false, true};
  return promote_part(&p.base, t);
}

/* The same for the argument of an invariant container: functions become their
 * signatures, class objects type[...], special forms and types written as
 * values their class. */
TypeId promote_invariant(World *world, TypeId t) {
  Promotion p = {{world, promote_part}, true, false};
  return promote_part(&p.base, t);
}

static TypeId declared_part(Rebuild *r, TypeId t) {
  if (!type_has(t, TYPE_HAS_PROMOTABLE)) return t;
  if (type_is_literal(t)) return type_literal_declared(t);
  TypeKind kind = type_kind(t);
  return kind == TYPE_KIND_TUPLE || kind == TYPE_KIND_UNION ? rebuild(r, t) : t;
}

/* Literals as an annotation means them: they do not widen any more. */
TypeId literals_declared(World *world, TypeId t) {
  Rebuild r = {world, declared_part};
  return declared_part(&r, t);
}

/* ---- depth --------------------------------------------------------------- */

typedef struct {
  Rebuild base;
  uint32_t left;
} Cut;

static TypeId cut_part(Rebuild *r, TypeId t) {
  Cut *cut = (Cut *)(void *)r;
  if (type_at(t)->depth <= cut->left) return t;
  TypeKind kind = type_kind(t);
  if (kind == TYPE_KIND_MAPPING || kind == TYPE_KIND_LIST) return rebuild(r, t);
  /* A union is no level of its own: its members are written beside it. */
  if (cut->left <= 1 && kind != TYPE_KIND_UNION) return TYPE(UNKNOWN);
  uint32_t step = kind == TYPE_KIND_UNION ? 0 : 1;
  cut->left -= step;
  TypeId result = rebuild(r, t);
  cut->left += step;
  return result;
}

/* `t` cut at `depth` levels: what lies deeper becomes Unknown. */
TypeId type_cut_depth(World *world, TypeId t, uint32_t depth) {
  Cut cut = {{world, cut_part}, depth};
  return cut_part(&cut.base, t);
}

/* ---- Divergent ----------------------------------------------------------- */

static TypeId drop_part(Rebuild *r, TypeId t) {
  if (!type_has(t, TYPE_HAS_DIVERGENT)) return t;
  if (type_kind(t) == TYPE_KIND_DIVERGENT) return TYPE(UNKNOWN);
  return rebuild(r, t);
}

/* `t` without Divergent, which union_of has kept out of unions; elsewhere it
 * becomes Unknown. */
TypeId type_drop_divergent(World *world, TypeId t) {
  Rebuild r = {world, drop_part};
  return drop_part(&r, t);
}

/* ---- materialisations ---------------------------------------------------- */

static TypeId opaque_part(Rebuild *r, TypeId t) {
  if (!type_has(t, TYPE_HAS_ANY | TYPE_HAS_UNKNOWN)) return t;
  /* A variable that nobody declares and nobody solves: equal to itself only. */
  if (type_is_dynamic(t))
    return type_var(&(TypeVarView){.kind = TYPE_VAR_PLAIN});
  return rebuild(r, t);
}

TypeId type_any_opaque(World *world, TypeId t) {
  Rebuild r = {world, opaque_part};
  return opaque_part(&r, t);
}

/* ---- order --------------------------------------------------------------- */

enum { SAME_MEMBERS_MAX = 64, SAME_DEPTH_MAX = 8 };

static bool same(TypeId a, TypeId b, uint32_t depth);

static bool same_spans(TypeSpan a, TypeSpan b, uint32_t depth) {
  if (a.n != b.n) return false;
  for (uint32_t i = 0; i < a.n; i++)
    if (!same(a.v[i], b.v[i], depth)) return false;
  return true;
}

static bool same_members(TypeSpan a, TypeSpan b, uint32_t depth) {
  if (a.n != b.n || a.n > SAME_MEMBERS_MAX) return false;
  for (uint32_t i = 0; i < a.n; i++) {
    uint32_t k = 0;
    while (k < b.n && !same(a.v[i], b.v[k], depth)) k++;
    if (k == b.n) return false;
  }
  return true;
}

static bool same_tuples(TypeId a, TypeId b, uint32_t depth) {
  TupleView x = type_tuple_view(a), y = type_tuple_view(b);
  if (type_is_null(x.middle) != type_is_null(y.middle)) return false;
  return same_spans(x.prefix, y.prefix, depth) &&
         same_spans(x.suffix, y.suffix, depth) &&
         (type_is_null(x.middle) || same(x.middle, y.middle, depth));
}

static bool same(TypeId a, TypeId b, uint32_t depth) {
  if (type_eq(a, b)) return true;
  if (type_kind(a) != type_kind(b) || depth == 0) return false;
  depth--;
  switch (type_kind(a)) {
  case TYPE_KIND_UNION:
    return type_union_flags(a) == type_union_flags(b) &&
           same_members(type_members(a), type_members(b), depth);
  case TYPE_KIND_INSTANCE:
  case TYPE_KIND_GENERIC_ALIAS:
    return type_class(a).v == type_class(b).v &&
           same_spans(type_args(a), type_args(b), depth);
  case TYPE_KIND_TUPLE: return same_tuples(a, b, depth);
  case TYPE_KIND_LIST: return same_spans(type_args(a), type_args(b), depth);
  case TYPE_KIND_QUALIFIED:
    return type_qualifiers(a) == type_qualifiers(b) &&
           same(type_inner(a), type_inner(b), depth);
  default: return false;
  }
}

/* Whether the types differ in nothing but the order of union members, here or
 * in type arguments.  Asks no questions; false when that would take long. */
bool type_same_but_order(TypeId a, TypeId b) {
  return same(a, b, SAME_DEPTH_MAX);
}
