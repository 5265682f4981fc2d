/* subst.c - type variables replaced by types; aliases expanded.
 *
 * Source: typing spec "Generics". A type without type variables is returned at
 * once, and so is a part without: the flags of a record tell. A variable's
 * identity is its declaration and its scope, so nothing is captured by a
 * replacement, except in a call of a function with itself as argument, where
 * one pass over the value is what is wanted.
 *
 * A replaced variable disappears also from the list of those that a signature
 * binds: substitution is instantiation.
 *
 * Results are remembered by (type, mapping) in the worker's cache; they are
 * functions of the two, except where normalising a union asked a query that is
 * not final.
 */
#include "types/caps.h"
#include "types/rebuild.h"
#include "types/relcache.h"

typedef struct {
  Rebuild base;
  TypeId mapping;
  const TypePair *pairs;
  uint32_t n;
} Substitution;

static TypeId lookup(const Substitution *s, TypeId var) {
  for (uint32_t i = 0; i < s->n; i++)
    if (s->pairs[i].var.v == var.v) return s->pairs[i].value;
  return var;
}

static TypeId subst_part(Rebuild *r, TypeId t) {
  Substitution *s = (Substitution *)(void *)r;
  if (!type_has(t, TYPE_HAS_TYPE_VAR)) return t;
  if (type_kind(t) == TYPE_KIND_TYPE_VAR) return lookup(s, t);
  PairCache *cache = &r->world->relcache->substitutions;
  uint32_t hit = pair_get(cache, t.v, s->mapping.v);
  if (hit) return (TypeId){hit};
  uint64_t before = r->world->provisional;
  TypeId result = rebuild(r, t);
  if (r->world->provisional == before)
    pair_put(cache, t.v, s->mapping.v, result.v);
  return result;
}

/* `t` with each variable of the mapping replaced. */
TypeId subst(World *world, TypeId t, TypeId mapping) {
  if (type_is_null(t) || type_is_null(mapping) ||
      !type_has(t, TYPE_HAS_TYPE_VAR))
    return t;
  Substitution s = {{world, subst_part}, mapping, NULL, 0};
  s.n = type_mapping_pairs(mapping, &s.pairs);
  return subst_part(&s.base, t);
}

static TypeId mapping_of(World *world, ClassId class_id, TypeSpan args) {
  TypeSpan params = type_args(world->class_type_params(world, class_id));
  uint32_t n = MIN(params.n, args.n);
  if (n == 0) return TYPE_NULL;
  ArenaMark mark = arena_mark(world->scratch);
  TypePair *pairs = ARENA_ARRAY_RAW(world->scratch, TypePair, n);
  for (uint32_t i = 0; i < n; i++)
    pairs[i] = (TypePair){params.v[i], args.v[i]};
  TypeId result = type_mapping(pairs, n);
  arena_reset_to(world->scratch, mark);
  return result;
}

/* Parameters of the class of an INSTANCE or GENERIC_ALIAS -> its arguments;
 * null when there are none. */
TypeId subst_mapping_of(World *world, TypeId instance) {
  TypeKind kind = type_kind(instance);
  if (kind != TYPE_KIND_INSTANCE && kind != TYPE_KIND_GENERIC_ALIAS)
    return TYPE_NULL;
  TypeSpan args = type_args(instance);
  if (args.n == 0) return TYPE_NULL;
  PairCache *cache = &world->relcache->mappings;
  uint32_t hit = pair_get(cache, instance.v, 0);
  if (hit) return (TypeId){hit};
  uint64_t before = world->provisional;
  TypeId result = mapping_of(world, type_class(instance), args);
  if (!type_is_null(result) && world->provisional == before)
    pair_put(cache, instance.v, 0, result.v);
  return result;
}

/* The mapping that does what `inner` does and then what `outer` does. */
TypeId subst_compose(World *world, TypeId inner, TypeId outer) {
  if (type_is_null(inner)) return outer;
  if (type_is_null(outer)) return inner;
  const TypePair *a, *b;
  uint32_t n = type_mapping_pairs(inner, &a), m = type_mapping_pairs(outer, &b);
  ArenaMark mark = arena_mark(world->scratch);
  TypePair *pairs = ARENA_ARRAY_RAW(world->scratch, TypePair, n + m);
  uint32_t count = n;
  for (uint32_t i = 0; i < n; i++)
    pairs[i] = (TypePair){a[i].var, subst(world, a[i].value, outer)};
  for (uint32_t j = 0; j < m; j++) {
    bool there = false;
    for (uint32_t i = 0; i < n && !there; i++) there = a[i].var.v == b[j].var.v;
    if (!there) pairs[count++] = b[j];
  }
  TypeId result = type_mapping(pairs, count);
  arena_reset_to(world->scratch, mark);
  return result;
}

typedef struct {
  Rebuild base;
  TypeId self;
  TypeSpan classes; /* whose Self is meant; none: everybody's */
} SelfSubstitution;

/* Whether the Self belongs to one of the classes. */
static bool is_self_of(TypeSpan classes, TypeId var) {
  TypeVarView view = type_var_view(var);
  for (uint32_t i = 0; i < classes.n; i++) {
    if (type_kind(classes.v[i]) != TYPE_KIND_INSTANCE) return true;
    const ClassInfo *info = class_at(type_class(classes.v[i]));
    if (info->module.v == view.module.v && info->def.v == view.def.v &&
        (info->def.v || info->node.v == view.scope_node.v))
      return true;
  }
  return classes.n == 0;
}

static TypeId self_part(Rebuild *r, TypeId t) {
  if (!type_has(t, TYPE_HAS_SELF)) return t;
  SelfSubstitution *s = (SelfSubstitution *)(void *)r;
  if (type_kind(t) == TYPE_KIND_TYPE_VAR)
    return is_self_of(s->classes, t) ? s->self : t;
  /* The Self of a method is that of the object it is bound to. */
  if (type_kind(t) == TYPE_KIND_BOUND_METHOD &&
      !type_has(type_receiver(t), TYPE_HAS_SELF))
    return t;
  return rebuild(r, t);
}

/* The Self of a literal's methods is its class: FL.A | FL.B is not FL.A. */
static TypeId self_type(World *world, TypeId self) {
  return type_is_literal(self) || type_kind(self) == TYPE_KIND_LITERAL_STRING
             ? world_nominal_fallback(world, self)
             : self;
}

/* Every Self replaced by `self`. */
TypeId subst_self(World *world, TypeId t, TypeId self) {
  if (type_is_null(t) || !type_has(t, TYPE_HAS_SELF)) return t;
  self = self_type(world, self);
  SelfSubstitution s = {{world, self_part}, self, {NULL, 0}};
  return self_part(&s.base, t);
}

/* The Self of the classes of `receiver` replaced by it: in list[Self].pop the
 * Self is another's. */
TypeId subst_self_bound(World *world, TypeId t, TypeId receiver) {
  if (type_is_null(t) || !type_has(t, TYPE_HAS_SELF)) return t;
  receiver = self_type(world, receiver);
  SelfSubstitution s = {{world, self_part}, receiver, {NULL, 0}};
  TypeId nominal = receiver;
  if (type_kind(receiver) == TYPE_KIND_TYPE_VAR)
    nominal = world->type_var_bounds(world, receiver).bound;
  if (!type_is_null(nominal)) nominal = world_nominal_fallback(world, nominal);
  if (!type_is_null(nominal) && type_kind(nominal) == TYPE_KIND_INSTANCE) {
    TypeId mro = world->class_mro(world, type_class(nominal));
    if (type_kind(mro) == TYPE_KIND_LIST) s.classes = type_args(mro);
  }
  return self_part(&s.base, t);
}

/* `t`, or what it stands for when it is an alias, as long as that is one. */
TypeId alias_expand(World *world, TypeId t) {
  for (uint32_t i = 0; type_kind(t) == TYPE_KIND_TYPE_ALIAS; i++) {
    if (i == CAP_ALIAS_STEPS) return TYPE(UNKNOWN);
    t = world->alias_value(world, t);
    if (type_is_null(t)) return TYPE(UNKNOWN);
  }
  return t;
}
