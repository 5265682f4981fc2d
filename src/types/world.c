/* world.c - classes as the algebra sees them: MRO entries, fallbacks. */
#include "types/algebra.h"
#include "types/relcache.h"

#define NO_ARGS ((TypeSpan){NULL, 0})

/* The class of an MRO entry, 0 for Unknown. */
static ClassId entry_class(TypeId entry) {
  switch (type_kind(entry)) {
  case TYPE_KIND_INSTANCE: return type_class(entry);
  case TYPE_KIND_TUPLE: return CLASS_ID(tuple);
  default: return (ClassId){0};
  }
}

/* The entry of `class_id` in the MRO of `derived`, in terms of derived's own
 * type parameters; null when it is no base. */
static TypeId mro_entry(World *world, ClassId derived, ClassId class_id) {
  TypeId mro = world->class_mro(world, derived);
  if (type_is_null(mro) || type_kind(mro) != TYPE_KIND_LIST) return TYPE_NULL;
  TypeSpan entries = type_args(mro);
  for (uint32_t i = 0; i < entries.n; i++)
    if (entry_class(entries.v[i]).v == class_id.v) return entries.v[i];
  return TYPE_NULL;
}

/* The instance of the class tuple that behaves like this TUPLE. Aliases among
 * the elements stay lazy: one may hold the very tuple. */
static TypeId tuple_fallback(World *world, TypeId tuple) {
  TupleView v = type_tuple_view(tuple);
  ArenaMark mark = arena_mark(world->scratch);
  uint32_t n = 0, room = v.prefix.n + v.suffix.n + 1;
  TypeId *elements = ARENA_ARRAY(world->scratch, TypeId, room);
  for (uint32_t i = 0; i < v.prefix.n; i++) elements[n++] = v.prefix.v[i];
  if (!type_is_null(v.middle)) {
    bool unpacked = type_kind(v.middle) == TYPE_KIND_UNPACKED;
    elements[n++] = unpacked ? TYPE_KNOWN(object) : v.middle;
  }
  for (uint32_t i = 0; i < v.suffix.n; i++) elements[n++] = v.suffix.v[i];
  TypeId element = union_of_lazy(world, (TypeSpan){elements, n});
  arena_reset_to(world->scratch, mark);
  return type_instance(CLASS_ID(tuple), (TypeSpan){&element, 1});
}

static TypeId as_instance_of(World *world, TypeId t, ClassId class_id) {
  if (type_kind(t) == TYPE_KIND_TUPLE) {
    if (class_is(class_id, KNOWN_tuple)) return t;
    t = tuple_fallback(world, t);
  }
  if (type_kind(t) != TYPE_KIND_INSTANCE) return TYPE_NULL;
  if (type_class(t).v == class_id.v) return t;
  TypeId entry = mro_entry(world, type_class(t), class_id);
  if (type_is_null(entry) || !type_has(entry, TYPE_HAS_TYPE_VAR)) return entry;
  return subst(world, entry, subst_mapping_of(world, t));
}

/* `t` seen as that class, type arguments put in; null when it is no base. */
TypeId world_as_instance_of(World *world, TypeId t, ClassId class_id) {
  TypeKind kind = type_kind(t);
  if (kind == TYPE_KIND_INSTANCE && type_class(t).v == class_id.v) return t;
  if (class_is(class_id, KNOWN_object)) return TYPE_KNOWN(object);
  PairCache *cache = &world->relcache->as_instances;
  uint32_t hit = pair_get(cache, t.v, class_id.v);
  if (hit) return (TypeId){hit == TYPE(NEVER).v ? 0 : hit};
  uint64_t before = world->provisional;
  TypeId result = as_instance_of(world, t, class_id);
  if (world->provisional == before)
    pair_put(cache, t.v, class_id.v, result.v ? result.v : TYPE(NEVER).v);
  return result;
}

/* Any argument of a type parameter. */
static TypeId unknown_argument(TypeId var) {
  switch (type_var_view(var).kind) {
  case TYPE_VAR_TUPLE: return type_tuple(NO_ARGS, TYPE(UNKNOWN), NO_ARGS);
  case TYPE_VAR_PARAM_SPEC: return type_params(NULL, 0, SIGNATURE_GRADUAL);
  default: return TYPE(UNKNOWN);
  }
}

/* What stands for a type parameter that nobody gave. */
static TypeId default_argument(World *world, TypeId var, TypeId mapping) {
  TypeVarBounds bounds = world->type_var_bounds(world, var);
  return type_is_null(bounds.default_type)
             ? unknown_argument(var)
             : subst(world, bounds.default_type, mapping);
}

static TypeId instance_unknown(World *world, ClassId class_id) {
  TypeSpan params = type_args(world->class_type_params(world, class_id));
  if (class_is(class_id, KNOWN_tuple))
    return type_tuple(NO_ARGS, TYPE(UNKNOWN), NO_ARGS);
  if (params.n == 0) return type_instance(class_id, NO_ARGS);
  ArenaMark mark = arena_mark(world->scratch);
  TypeId *args = ARENA_ARRAY(world->scratch, TypeId, params.n);
  TypePair *pairs = ARENA_ARRAY(world->scratch, TypePair, params.n);
  for (uint32_t i = 0; i < params.n; i++) {
    TypeId mapping = i ? type_mapping(pairs, i) : TYPE_NULL;
    args[i] = default_argument(world, params.v[i], mapping);
    pairs[i] = (TypePair){params.v[i], args[i]};
  }
  TypeId result = type_instance(class_id, (TypeSpan){args, params.n});
  arena_reset_to(world->scratch, mark);
  return result;
}

static TypeId instance_identity(World *world, ClassId class_id) {
  TypeId params = world->class_type_params(world, class_id);
  return type_instance(class_id, type_args(params));
}

static TypeId instance_kept(World *world, PairCache *cache, ClassId class_id,
                            TypeId (*make)(World *, ClassId)) {
  uint32_t hit = pair_get(cache, class_id.v, 0);
  if (hit) return (TypeId){hit};
  uint64_t before = world->provisional;
  TypeId result = make(world, class_id);
  if (world->provisional == before) pair_put(cache, class_id.v, 0, result.v);
  return result;
}

/* Type parameters replaced by their defaults (which may name earlier ones) or
 * Unknown. */
TypeId world_instance_unknown(World *world, ClassId class_id) {
  return instance_kept(world, &world->relcache->unknowns, class_id,
                       instance_unknown);
}

TypeId world_instance_open(World *world, ClassId class_id) {
  TypeSpan params = type_args(world->class_type_params(world, class_id));
  ArenaMark mark = arena_mark(world->scratch);
  TypeId *args = ARENA_ARRAY(world->scratch, TypeId, params.n + 1);
  for (uint32_t i = 0; i < params.n; i++)
    args[i] = unknown_argument(params.v[i]);
  TypeId result = type_instance(class_id, (TypeSpan){args, params.n});
  arena_reset_to(world->scratch, mark);
  return result;
}

/* With the class's own type parameters as arguments. */
TypeId world_instance_identity(World *world, ClassId class_id) {
  return instance_kept(world, &world->relcache->identities, class_id,
                       instance_identity);
}

TypeId world_known(World *world, KnownClass known) {
  (void)world;
  return type_instance((ClassId){known}, NO_ARGS);
}

/* partial[R] of what is left of a function: R of all its overloads, without the
 * type variables that it binds. */
static TypeId partial_fallback(World *world, TypeId left) {
  TypeSpan items = type_kind(left) == TYPE_KIND_OVERLOADED
                       ? type_args(left)
                       : (TypeSpan){&left, 1};
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = 0; i < items.n; i++) {
    SignatureView v = type_signature_view(items.v[i]);
    TypeSpan vars = type_args(v.type_params);
    TypePair *pairs = ARENA_ARRAY(world->scratch, TypePair, vars.n + 1);
    for (uint32_t k = 0; k < vars.n; k++)
      pairs[k] = (TypePair){vars.v[k], TYPE(UNKNOWN)};
    union_add(builder, subst(world, v.returns, type_mapping(pairs, vars.n)));
  }
  TypeId returns = union_end(builder);
  return type_instance(CLASS_ID(partial), (TypeSpan){&returns, 1});
}

static TypeId known_value_fallback(World *world, TypeId t) {
  switch (type_known_value_kind(t)) {
  case KNOWN_VALUE_TYPE_VAR:
    if (type_kind(type_inner(t)) != TYPE_KIND_TYPE_VAR)
      return TYPE_KNOWN(TypeVar);
    switch (type_var_view(type_inner(t)).kind) {
    case TYPE_VAR_TUPLE: return TYPE_KNOWN(TypeVarTuple);
    case TYPE_VAR_PARAM_SPEC: return TYPE_KNOWN(ParamSpec);
    default: return TYPE_KNOWN(TypeVar);
    }
  case KNOWN_VALUE_NEW_TYPE: return TYPE_KNOWN(NewType);
  case KNOWN_VALUE_TYPE_ALIAS: return TYPE_KNOWN(TypeAliasType);
  case KNOWN_VALUE_UNION: return TYPE_KNOWN(UnionType);
  case KNOWN_VALUE_PARTIAL: return partial_fallback(world, type_inner(t));
  default: return TYPE_KNOWN(GenericAlias);
  }
}

static TypeId class_object_fallback(World *world, TypeId t) {
  TypeId inner = t;
  if (type_kind(t) == TYPE_KIND_SUBCLASS_OF) {
    inner = type_inner(t);
    if (type_kind(inner) == TYPE_KIND_TUPLE)
      return world->class_metaclass(world, CLASS_ID(tuple));
    if (type_kind(inner) == TYPE_KIND_TYPE_VAR) {
      inner = world->type_var_bounds(world, inner).bound;
      if (type_is_null(inner)) return TYPE_KNOWN(type);
    }
    if (type_kind(inner) != TYPE_KIND_INSTANCE) return TYPE_KNOWN(type);
  }
  return world->class_metaclass(world, type_class(inner));
}

static TypeId param_spec_part_fallback(TypeId t) {
  TypeId object = TYPE_KNOWN(object);
  if (!type_param_spec_is_kwargs(t))
    return type_tuple(NO_ARGS, object, NO_ARGS);
  TypeId args[2] = {TYPE_KNOWN(str), object};
  return type_instance(CLASS_ID(dict), (TypeSpan){args, 2});
}

/* The instance that a type behaves as for members; null if there is none
 * (dynamic types, Never, unions, intersections, type variables). */
TypeId world_nominal_fallback(World *world, TypeId t) {
  switch (type_kind(t)) {
  case TYPE_KIND_INSTANCE: return t;
  case TYPE_KIND_LITERAL_INT: return TYPE_KNOWN(int);
  case TYPE_KIND_LITERAL_BOOL: return TYPE_KNOWN(bool);
  case TYPE_KIND_LITERAL_STR:
  case TYPE_KIND_LITERAL_STRING: return TYPE_KNOWN(str);
  case TYPE_KIND_LITERAL_BYTES: return TYPE_KNOWN(bytes);
  case TYPE_KIND_LITERAL_ENUM: return type_instance(type_class(t), NO_ARGS);
  case TYPE_KIND_TUPLE: return tuple_fallback(world, t);
  case TYPE_KIND_CLASS:
  case TYPE_KIND_GENERIC_ALIAS:
  case TYPE_KIND_SUBCLASS_OF: return class_object_fallback(world, t);
  case TYPE_KIND_MODULE: return TYPE_KNOWN(ModuleType);
  case TYPE_KIND_FUNCTION: return TYPE_KNOWN(FunctionType);
  case TYPE_KIND_BOUND_METHOD: return TYPE_KNOWN(MethodType);
  case TYPE_KIND_PROPERTY: return TYPE_KNOWN(property);
  case TYPE_KIND_PARAM_SPEC_PART: return param_spec_part_fallback(t);
  case TYPE_KIND_NEW_TYPE:
    return world_nominal_fallback(world, world->new_type_base(world, t));
  case TYPE_KIND_SPECIAL_FORM: return TYPE_KNOWN(SpecialFormClass);
  case TYPE_KIND_KNOWN_VALUE: return known_value_fallback(world, t);
  case TYPE_KIND_SUPER: return TYPE_KNOWN(super);
  case TYPE_KIND_TYPE_GUARD: return TYPE_KNOWN(bool);
  case TYPE_KIND_NAMED_SENTINEL: return type_sentinel_instance(t);
  case TYPE_KIND_CALLABLE:
    /* A method that a decorator or a call makes is a function. */
    return type_at(t)->aux & SIGNATURE_METHOD ? TYPE_KNOWN(FunctionType)
                                              : TYPE_KNOWN(object);
  case TYPE_KIND_SENTINEL:
  case TYPE_KIND_OVERLOADED:
  case TYPE_KIND_TYPE_FORM:
  case TYPE_KIND_ALWAYS_TRUTHY:
  case TYPE_KIND_ALWAYS_FALSY: return TYPE_KNOWN(object);
  default: return TYPE_NULL;
  }
}
