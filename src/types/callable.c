/* callable.c - what a value is when it is called.
 *
 * Source: typing spec "Callables", "Constructors", "Generics: self types".
 */
#include "types/callable.h"

#include "base/vec.h"
#include "types/relate.h"
#include "types/variance.h"

TypeId callable_gradual(TypeId returns) {
  return type_callable(NULL, 0, returns, TYPE_NULL, SIGNATURE_GRADUAL);
}

TypeId callable_params(TypeId callable) {
  SignatureView v = type_signature_view(callable);
  return type_params(v.params, v.n,
                     v.flags & (SIGNATURE_GRADUAL | SIGNATURE_TOP));
}

/* The position of the pair in *at. */
bool callable_has_param_spec(SignatureView v, uint32_t *at) {
  for (uint32_t i = 0; i + 1 < v.n; i++)
    if (type_is_param_spec_pair(&v.params[i])) {
      *at = i;
      return true;
    }
  return false;
}

TypeId callable_made(World *world, TypeId t) {
  switch (type_kind(t)) {
  case TYPE_KIND_CLASS: return world_instance_unknown(world, type_class(t));
  case TYPE_KIND_GENERIC_ALIAS:
    if (class_is(type_class(t), KNOWN_tuple)) return type_args(t).v[0];
    return type_instance(type_class(t), type_args(t));
  case TYPE_KIND_SUBCLASS_OF: return type_inner(t);
  default: return TYPE_NULL;
  }
}

/* ---- receivers ----------------------------------------------------------- */

typedef VEC(TypePair) PairVec;

static bool binds(TypeId type_params, TypeId var) {
  TypeSpan vars = type_args(type_params);
  for (uint32_t i = 0; i < vars.n; i++)
    if (vars.v[i].v == var.v) return true;
  return false;
}

/* What the receiver says about type variables in the declared type of the
 * first parameter: matched where both have the same shape. */
static void match_receiver(World *world, TypeId declared, TypeId receiver,
                           TypeId type_params, PairVec *out) {
  if (!type_has(declared, TYPE_HAS_TYPE_VAR)) return;
  switch (type_kind(declared)) {
  case TYPE_KIND_TYPE_VAR:
    if (type_var_view(declared).kind == TYPE_VAR_PLAIN &&
        binds(type_params, declared))
      vec_push(out, world->scratch, ((TypePair){declared, receiver}));
    return;
  case TYPE_KIND_SUBCLASS_OF: {
    TypeId made = callable_made(world, receiver);
    if (!type_is_null(made))
      match_receiver(world, type_inner(declared), made, type_params, out);
    return;
  }
  case TYPE_KIND_INSTANCE: {
    TypeId base = world_nominal_fallback(world, receiver);
    if (type_is_null(base)) return;
    base = world_as_instance_of(world, base, type_class(declared));
    if (type_is_null(base) || type_kind(base) != TYPE_KIND_INSTANCE) return;
    TypeSpan x = type_args(declared), y = type_args(base);
    for (uint32_t i = 0; i < x.n && i < y.n; i++)
      if (type_kind(x.v[i]) == TYPE_KIND_TYPE_VAR && binds(type_params, x.v[i]))
        vec_push(out, world->scratch, ((TypePair){x.v[i], y.v[i]}));
    return;
  }
  default: return;
  }
}

/* The same signature, binding only those variables that have no pair. */
static TypeId without_solved(World *world, TypeId callable,
                             const PairVec *pairs) {
  SignatureView v = type_signature_view(callable);
  TypeSpan own = type_args(v.type_params);
  TypeId *left = ARENA_ARRAY_RAW(world->scratch, TypeId, own.n + 1);
  uint32_t n = 0;
  for (uint32_t i = 0; i < own.n; i++) {
    bool solved = false;
    for (uint32_t k = 0; k < pairs->n; k++)
      solved |= pairs->v[k].var.v == own.v[i].v;
    if (!solved) left[n++] = own.v[i];
  }
  return type_callable(v.params, v.n, v.returns, type_list((TypeSpan){left, n}),
                       v.flags);
}

static TypeId without_first(SignatureView v) {
  bool drop = v.n > 0 && v.params[0].kind <= PARAM_POSITIONAL_OR_KEYWORD;
  return type_callable(v.params + drop, v.n - drop, v.returns, v.type_params,
                       v.flags & ~(uint32_t)SIGNATURE_METHOD);
}

/* A literal's method may return another value of its class. The parameters of a
 * generic class without arguments are open. */
static TypeId self_of(World *world, TypeId receiver) {
  if (type_kind(receiver) == TYPE_KIND_CLASS)
    return world_instance_identity(world, type_class(receiver));
  TypeId made = callable_made(world, receiver);
  if (!type_is_null(made)) return made;
  bool literal = type_is_literal(receiver) ||
                 type_kind(receiver) == TYPE_KIND_LITERAL_STRING;
  return literal ? world_nominal_fallback(world, receiver) : receiver;
}

/* A class method that is reached through a generic class without arguments binds
 * the class's parameters that are left in it, too, as the constructor does. */
static TypeId with_class_params(World *world, TypeId callable, ClassId id) {
  TypeId params = world->class_type_params(world, id);
  if (type_kind(params) != TYPE_KIND_LIST || type_args(params).n == 0)
    return callable;
  SignatureView v = type_signature_view(callable);
  TypeSpan own = type_args(v.type_params), of_class = type_args(params);
  TypeId *all = ARENA_ARRAY_RAW(world->scratch, TypeId, own.n + of_class.n);
  uint32_t n = 0;
  for (uint32_t i = 0; i < own.n; i++) all[n++] = own.v[i];
  for (uint32_t i = 0; i < of_class.n; i++)
    if (variance_in(world, callable, of_class.v[i]) != VARIANCE_BIVARIANT)
      all[n++] = of_class.v[i];
  if (n == own.n) return callable;
  return type_callable(v.params, v.n, v.returns,
                       type_list((TypeSpan){all, n}), v.flags);
}

static TypeId bind_one(World *world, TypeId signature, TypeId receiver) {
  SignatureView v = type_signature_view(signature);
  TypeId result = without_first(v);
  if (!type_has(signature, TYPE_HAS_TYPE_VAR)) return result;
  if (type_has(signature, TYPE_HAS_SELF))
    result = subst_self_bound(world, result, self_of(world, receiver));
  if (v.n == 0 || v.params[0].kind > PARAM_POSITIONAL_OR_KEYWORD) return result;
  ArenaMark mark = arena_mark(world->scratch);
  PairVec pairs = {0};
  bool made = !type_is_null(callable_made(world, receiver));
  match_receiver(world, v.params[0].type,
                 made ? receiver : self_of(world, receiver), v.type_params,
                 &pairs);
  if (pairs.n)
    result = subst(world, without_solved(world, result, &pairs),
                   type_mapping(pairs.v, pairs.n));
  if (type_kind(receiver) == TYPE_KIND_CLASS)
    result = with_class_params(world, result, type_class(receiver));
  arena_reset_to(world->scratch, mark);
  return result;
}

/* Whether an overload's `self: C[int]` rules the receiver out. Only classes are
 * compared; what a type variable or a protocol takes is left to calls. */
static bool refuses(World *world, TypeId signature, TypeId receiver) {
  SignatureView v = type_signature_view(signature);
  if (v.n == 0 || v.params[0].kind > PARAM_POSITIONAL_OR_KEYWORD ||
      !(v.params[0].flags & PARAM_ANNOTATED))
    return false;
  TypeId want = v.params[0].type;
  return type_kind(want) == TYPE_KIND_INSTANCE &&
         !type_has(want, TYPE_HAS_TYPE_VAR) &&
         !(world->class_flags(world, type_class(want)) & CLASS_PROTOCOL) &&
         !relate_assignable(world, receiver, want);
}

/* A signature (or overloads) without its receiver parameter. */
TypeId callable_bind(World *world, TypeId signature, TypeId receiver) {
  if (type_kind(signature) == TYPE_KIND_CALLABLE)
    return bind_one(world, signature, receiver);
  if (type_kind(signature) != TYPE_KIND_OVERLOADED) return signature;
  ArenaMark mark = arena_mark(world->scratch);
  TypeSpan all = type_args(signature);
  TypeId *bound = ARENA_ARRAY_RAW(world->scratch, TypeId, all.n);
  uint32_t n = 0;
  for (uint32_t i = 0; i < all.n; i++)
    if (!refuses(world, all.v[i], receiver))
      bound[n++] = callable_bind(world, all.v[i], receiver);
  TypeId result = n == 0 ? callable_bind(world, all.v[0], receiver)
                         : type_overloaded((TypeSpan){bound, n});
  arena_reset_to(world->scratch, mark);
  return result;
}

/* The same signature with fresh copies of the type variables that it binds. */
TypeId callable_fresh(World *world, TypeId callable, uint32_t number) {
  TypeSpan vars = type_args(type_signature_view(callable).type_params);
  if (vars.n == 0) return callable;
  ArenaMark mark = arena_mark(world->scratch);
  TypePair *pairs = ARENA_ARRAY_RAW(world->scratch, TypePair, vars.n);
  for (uint32_t i = 0; i < vars.n; i++) {
    TypeVarView v = type_var_view(vars.v[i]);
    v.synthetic = (uint8_t)number;
    pairs[i] = (TypePair){vars.v[i], type_var(&v)};
  }
  TypeId result = subst(world, callable, type_mapping(pairs, vars.n));
  arena_reset_to(world->scratch, mark);
  return result;
}

/* ---- kinds --------------------------------------------------------------- */

static TypeId with_return(World *world, TypeId signature, TypeId returns) {
  if (type_is_null(signature)) return signature;
  if (type_kind(signature) == TYPE_KIND_CALLABLE) {
    SignatureView v = type_signature_view(signature);
    return type_callable(v.params, v.n, returns, v.type_params, v.flags);
  }
  if (type_kind(signature) != TYPE_KIND_OVERLOADED) return signature;
  ArenaMark mark = arena_mark(world->scratch);
  TypeSpan all = type_args(signature);
  TypeId *v = ARENA_ARRAY_RAW(world->scratch, TypeId, all.n);
  for (uint32_t i = 0; i < all.n; i++)
    v[i] = with_return(world, all.v[i], returns);
  TypeId result = type_overloaded((TypeSpan){v, all.n});
  arena_reset_to(world->scratch, mark);
  return result;
}

static TypeId class_object_of(TypeId instance) {
  if (type_kind(instance) == TYPE_KIND_TUPLE)
    return type_generic_alias(CLASS_ID(tuple), (TypeSpan){&instance, 1});
  if (type_kind(instance) != TYPE_KIND_INSTANCE) return TYPE_NULL;
  return type_generic_alias(type_class(instance), type_args(instance));
}

/* type[T] makes a T by the constructor of T's bound; without one, nothing is
 * known of what it takes. */
static TypeId subclass_callable(World *world, TypeId t) {
  TypeId inner = alias_expand(world, type_inner(t));
  if (type_is_dynamic(inner)) return callable_gradual(inner);
  if (type_kind(inner) == TYPE_KIND_TYPE_VAR) {
    TypeId bound = world->type_var_bounds(world, inner).bound;
    TypeId object =
        type_is_null(bound) ? TYPE_NULL : class_object_of(bound);
    if (type_is_null(object)) return callable_gradual(inner);
    return with_return(world, world->constructor(world, object), inner);
  }
  TypeId object = class_object_of(inner);
  return type_is_null(object) ? TYPE_NULL : world->constructor(world, object);
}

static TypeId new_type_callable(World *world, TypeId t) {
  Param p = {.type = world->new_type_base(world, t),
             .kind = PARAM_POSITIONAL_ONLY,
             .flags = PARAM_SYNTHETIC_NAME | PARAM_ANNOTATED};
  return type_callable(&p, 1, t, TYPE_NULL, 0);
}

static TypeId intersection_callable(World *world, TypeId t) {
  TypeSpan positive = type_intersection_view(t).positive;
  for (uint32_t i = 0; i < positive.n; i++) {
    TypeId signature = callable_of(world, positive.v[i]);
    if (!type_is_null(signature)) return signature;
  }
  return TYPE_NULL;
}

/* One step towards a signature; null: none. */
static TypeId step(World *world, TypeId t) {
  switch (type_kind(t)) {
  case TYPE_KIND_FUNCTION: return world->signature(world, t);
  case TYPE_KIND_BOUND_METHOD: {
    TypeId inner = callable_of(world, type_bound_function(t));
    return type_is_null(inner) ? inner
                               : callable_bind(world, inner, type_receiver(t));
  }
  case TYPE_KIND_CLASS:
  case TYPE_KIND_GENERIC_ALIAS: {
    TypeId signature = world->constructor(world, t);
    if (!type_is_null(signature)) return signature;
    return callable_gradual(callable_made(world, t));
  }
  case TYPE_KIND_SUBCLASS_OF: return subclass_callable(world, t);
  case TYPE_KIND_INSTANCE: {
    Member m = world->member(world, t, NAME_ID(dunder_call));
    return m.flags & MEMBER_POSSIBLY_MISSING ? TYPE_NULL : m.type;
  }
  case TYPE_KIND_LITERAL_ENUM: return world_nominal_fallback(world, t);
  case TYPE_KIND_NEW_TYPE: return world->new_type_base(world, t);
  case TYPE_KIND_KNOWN_VALUE:
    switch (type_known_value_kind(t)) {
    case KNOWN_VALUE_NEW_TYPE: return new_type_callable(world, type_inner(t));
    case KNOWN_VALUE_PARTIAL: return type_inner(t);
    default: return TYPE_NULL;
    }
  case TYPE_KIND_TYPE_VAR: return world->type_var_bounds(world, t).bound;
  case TYPE_KIND_INTERSECTION: return intersection_callable(world, t);
  case TYPE_KIND_TYPE_ALIAS: return alias_expand(world, t);
  default: return TYPE_NULL;
  }
}

/* The signatures of a value when it is called, or null. */
TypeId callable_of(World *world, TypeId t) {
  enum { STEPS = 8 }; /* __call__ of a __call__ of ... */
  for (uint32_t i = 0; i < STEPS && !type_is_null(t); i++) {
    TypeKind kind = type_kind(t);
    if (kind == TYPE_KIND_CALLABLE || kind == TYPE_KIND_OVERLOADED ||
        kind == TYPE_KIND_DIVERGENT)
      return t;
    t = step(world, t);
  }
  return TYPE_NULL;
}
