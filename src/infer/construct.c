/* construct.c - calling a class.
 *
 * Typing spec, "Constructors": a metaclass's own __call__ decides alone when it
 * returns something else than an instance; then __new__, and __init__ when __new__ gives an
 * instance of the class.  The class's type parameters are solved by the arguments, as if the
 * constructor were one generic function.
 */
#include "infer/call_int.h"
#include "infer/check.h"
#include "infer/func.h"

static TypeId with_class_params(World *world, TypeId callable, TypeId params,
                                TypeId returns) {
  SignatureView v = type_signature_view(callable);
  TypeSpan a = type_args(params), b = type_args(v.type_params);
  TypeId *all = ARENA_ARRAY(world->scratch, TypeId, a.n + b.n + 1);
  for (uint32_t i = 0; i < a.n; i++) all[i] = a.v[i];
  for (uint32_t i = 0; i < b.n; i++) all[a.n + i] = b.v[i];
  return type_callable(v.params, v.n,
                       type_is_null(returns) ? v.returns : returns,
                       type_list((TypeSpan){all, a.n + b.n}), v.flags);
}

/* A constructor's signature(s) with the class's type parameters to be solved. */
static TypeId generic_signature(World *world, TypeId signature, TypeId params,
                                TypeId returns) {
  if (type_kind(signature) == TYPE_KIND_CALLABLE)
    return with_class_params(world, signature, params, returns);
  if (type_kind(signature) != TYPE_KIND_OVERLOADED) return signature;
  TypeSpan items = type_args(signature);
  TypeId *out = ARENA_ARRAY(world->scratch, TypeId, items.n + 1);
  for (uint32_t i = 0; i < items.n; i++)
    out[i] = with_class_params(world, items.v[i], params, returns);
  return type_overloaded((TypeSpan){out, items.n});
}

/* `self` annotations choose the specialisation: def __init__(self: C[int], ...). */
static TypeId init_signature(InferWorker *worker, TypeId instance,
                             TypeId params, TypeId init) {
  World *world = &worker->world;
  TypeId bound = type_bound_method(instance, init);
  TypeId raw = type_kind(init) == TYPE_KIND_FUNCTION
                   ? world->signature(world, init)
                   : init;
  TypeId signature = call_signature(world, bound);
  if (type_is_null(signature)) return TYPE_NULL;
  if (type_kind(raw) != TYPE_KIND_OVERLOADED)
    return generic_signature(world, signature, params, instance);
  TypeSpan items = type_args(raw);
  TypeId *out = ARENA_ARRAY(world->scratch, TypeId, items.n + 1);
  for (uint32_t i = 0; i < items.n; i++) {
    SignatureView v = type_signature_view(items.v[i]);
    TypeId returns = instance;
    if (v.n && (v.params[0].flags & PARAM_ANNOTATED) &&
        type_kind(v.params[0].type) == TYPE_KIND_INSTANCE &&
        !type_eq(v.params[0].type, instance))
      returns = v.params[0].type;
    TypeId rest =
        v.n ? type_callable(v.params + 1, v.n - 1, returns, v.type_params,
                            v.flags)
            : items.v[i];
    out[i] = with_class_params(world, subst_self(world, rest, instance),
                               params, returns);
  }
  return type_overloaded((TypeSpan){out, items.n});
}

static TypeId new_signature(InferWorker *worker, TypeId instance,
                            TypeId params, TypeId new) {
  World *world = &worker->world;
  TypeId identity = type_generic_alias(type_class(instance), type_args(instance));
  TypeId signature = call_signature(world, type_bound_method(identity, new));
  if (type_is_null(signature)) return TYPE_NULL;
  bool declared = true;
  if (type_kind(signature) == TYPE_KIND_CALLABLE)
    declared = !(type_signature_view(signature).flags &
                 SIGNATURE_INFERRED_RETURN);
  return generic_signature(world, signature, params,
                           declared ? TYPE_NULL : instance);
}

/* Parameters of the class that its arguments have not decided. */
static TypeId undecided_params(World *world, TypeId object) {
  return type_kind(object) == TYPE_KIND_CLASS
             ? class_type_params(world, type_class(object))
             : TYPE(EMPTY_LIST);
}

static TypeId object_instance(World *world, TypeId object) {
  switch (type_kind(object)) {
    case TYPE_KIND_CLASS:
      return world_instance_identity(world, type_class(object));
    case TYPE_KIND_GENERIC_ALIAS:
      return type_instance(type_class(object), type_args(object));
    default: return type_inner(object);
  }
}

/* What makes instances of a class: null where the class has none of its own (object's do not
 * count), Unknown where it is not known. */
typedef struct {
  TypeId instance;       /* what is made, in terms of the parameters to be solved */
  TypeId new_signature, init_signature;
} Constructor;

/* False: nothing is known of the class. */
static bool constructor_of(World *world, TypeId object, Constructor *out) {
  InferWorker *worker = world->self;
  TypeId instance = alias_expand(world, object_instance(world, object));
  *out = (Constructor){.instance = instance};
  if (type_is_dynamic(instance)) return false;
  TypeId nominal = instance;
  if (type_kind(nominal) == TYPE_KIND_TYPE_VAR) {
    TypeVarBounds bounds = world->type_var_bounds(world, nominal);
    if (type_is_null(bounds.bound)) return false;
    nominal = alias_expand(world, bounds.bound);
  }
  if (type_kind(nominal) != TYPE_KIND_INSTANCE) {
    nominal = world_nominal_fallback(world, nominal);
    if (type_is_null(nominal) || type_kind(nominal) != TYPE_KIND_INSTANCE)
      return false;
  }
  TypeId params = undecided_params(world, object);
  if (type_kind(params) != TYPE_KIND_LIST) return false;
  ClassMember new =
      class_lookup(worker, nominal, NAME_ID(dunder_new), MEMBER_SKIP_OBJECT);
  ClassMember init =
      class_lookup(worker, nominal, NAME_ID(dunder_init), MEMBER_SKIP_OBJECT);
  if (new.dynamic || init.dynamic) return false;
  bool generic = !type_eq(instance, nominal); /* type[T]: the result is a T */
  if (!type_is_null(new.type)) {
    TypeId t = type_is_dynamic(new.type)
                   ? new.type
                   : new_signature(worker, nominal, params, new.type);
    if (type_is_null(t)) t = TYPE(UNKNOWN); /* some object, decorated */
    if (generic && !type_is_dynamic(t))
      t = generic_signature(world, t, params, instance);
    out->new_signature = t;
  }
  if (!type_is_null(init.type)) {
    TypeId t = type_is_dynamic(init.type)
                   ? init.type
                   : init_signature(worker, nominal, params, init.type);
    if (type_is_null(t)) t = TYPE(UNKNOWN);
    if (generic && !type_is_dynamic(t))
      t = generic_signature(world, t, params, instance);
    out->init_signature = t;
  }
  return true;
}

/* The return type of __new__ says that __init__ is not called: no instance of
 * the class (typing spec, "Constructors: __new__ method"). */
static bool is_other_return(World *world, TypeId returns, TypeId instance) {
  if (type_eq(returns, TYPE(NEVER)) || type_is_dynamic(returns))
    return !type_eq(returns, TYPE(UNKNOWN));
  TypeId store = returns;
  TypeSpan members = union_members(world, &store);
  TypeId nominal = world_nominal_fallback(world, instance);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId m = world_nominal_fallback(world, members.v[i]);
    if (type_kind(members.v[i]) == TYPE_KIND_TYPE_VAR) continue;
    if (type_is_null(m) || type_kind(m) != TYPE_KIND_INSTANCE ||
        type_is_null(world_as_instance_of(world, m, type_class(nominal))))
      return true;
  }
  return false;
}

static TypeId first_return(TypeId signature) {
  if (type_kind(signature) == TYPE_KIND_OVERLOADED)
    signature = type_args(signature).v[0];
  return type_signature_view(signature).returns;
}

TypeId class_constructor(World *world, TypeId object) {
  Constructor c;
  if (!constructor_of(world, object, &c)) return TYPE_NULL;
  bool has_new = !type_is_null(c.new_signature);
  bool has_init = !type_is_null(c.init_signature);
  if ((has_new && type_is_dynamic(c.new_signature)) ||
      (has_init && type_is_dynamic(c.init_signature)))
    return TYPE_NULL;
  if (!has_new && !has_init)
    return type_callable(NULL, 0, c.instance, undecided_params(world, object),
                         0);
  if (has_new && (!has_init || is_other_return(world,
                                               first_return(c.new_signature),
                                               c.instance)))
    return c.new_signature;
  return c.init_signature;
}

/* A metaclass's own __call__ (type's does not count), bound; null: none. */
static TypeId metaclass_call(Ctx *ctx, TypeId object) {
  World *world = ctx->world;
  TypeId instance = object_instance(world, object);
  TypeId nominal = world_nominal_fallback(world, instance);
  if (type_is_null(nominal) || type_kind(nominal) != TYPE_KIND_INSTANCE)
    return TYPE_NULL;
  TypeId meta = class_metaclass(world, type_class(nominal));
  if (type_is_dynamic(meta) || type_kind(meta) != TYPE_KIND_INSTANCE ||
      class_is(type_class(meta), KNOWN_type) ||
      class_is(type_class(meta), KNOWN_ABCMeta))
    return TYPE_NULL;
  ClassMember member =
      class_lookup(ctx->worker, meta, NAME_ID(dunder_call), 0);
  if (type_is_null(member.type) || member.dynamic ||
      class_is(member.owner, KNOWN_type))
    return TYPE_NULL;
  return type_bound_method(object, member.type);
}

static bool has_unknown_base(World *world, TypeId object) {
  TypeId instance = object_instance(world, object);
  TypeId nominal = world_nominal_fallback(world, instance);
  if (type_is_null(nominal) || type_kind(nominal) != TYPE_KIND_INSTANCE)
    return true;
  TypeId mro = class_mro(world, type_class(nominal));
  if (type_kind(mro) != TYPE_KIND_LIST) return true;
  TypeSpan entries = type_args(mro);
  for (uint32_t i = 0; i < entries.n; i++)
    if (type_is_dynamic(entries.v[i])) return true;
  return type_is_dynamic(class_metaclass(world, type_class(nominal)));
}

static CallResult call_part(Ctx *ctx, TypeId signature, Arguments args,
                            TypeId expected, CalleeName name, NodeId node) {
  if (type_kind(signature) == TYPE_KIND_OVERLOADED)
    return call_overloaded(ctx, signature, args, expected, name, node);
  if (type_kind(signature) == TYPE_KIND_CALLABLE)
    return check_call(ctx, signature, args, expected, name, node);
  if (node.v) arguments_finish(ctx, args);
  return (CallResult){TYPE(UNKNOWN), true};
}

/* __new__, and __init__ unless __new__ gave something else. */
static CallResult call_constructor(Ctx *ctx, TypeId object,
                                   const Constructor *c, Arguments args,
                                   TypeId expected, NodeId node) {
  World *world = ctx->world;
  CalleeName name = call_name(world, object), init = name;
  init.is_init = true;
  bool has_new = !type_is_null(c->new_signature);
  bool has_init = !type_is_null(c->init_signature);
  if (!has_new && !has_init) {
    TypeId plain = type_callable(NULL, 0, c->instance,
                                 undecided_params(world, object), 0);
    return check_call(ctx, plain, args, expected, name, node);
  }
  if (!has_new)
    return call_part(ctx, c->init_signature, args, expected, init, node);
  if (!has_init)
    return call_part(ctx, c->new_signature, args, expected, name, node);
  CallResult made = call_part(ctx, c->new_signature, args, expected, name,
                              ID_NONE(NodeId));
  if (type_is_dynamic(c->new_signature)) {
    if (node.v) arguments_finish(ctx, args);
    return made;
  }
  if (!made.ok || is_other_return(world, made.returns, c->instance))
    return call_part(ctx, c->new_signature, args, expected, name, node);
  return call_part(ctx, c->init_signature, args, expected, init, node);
}

CallResult call_class(Ctx *ctx, TypeId object, Arguments args, TypeId expected,
                      NodeId node) {
  World *world = ctx->world;
  TypeId inner = object_instance(world, object);
  if (type_kind(inner) == TYPE_KIND_UNION) {
    TypeSpan members = type_members(inner);
    UnionBuilder *builder = union_begin(world);
    if (node.v) arguments_finish(ctx, args);
    for (uint32_t i = 0; i < members.n; i++)
      union_add(builder, call_class(ctx, type_subclass_of(members.v[i]), args,
                                    expected, ID_NONE(NodeId))
                             .returns);
    return (CallResult){union_end(builder), true};
  }
  TypeKind kind = type_kind(object);
  if (kind == TYPE_KIND_CLASS || kind == TYPE_KIND_GENERIC_ALIAS)
    check_instantiation(ctx, type_class(object), node);
  TypeId meta = metaclass_call(ctx, object);
  if (!type_is_null(meta) &&
      !(type_kind(inner) == TYPE_KIND_INSTANCE &&
        (class_flags(world, type_class(inner)) & CLASS_ENUM))) {
    CallResult r = call_value(ctx, meta, args, expected, ID_NONE(NodeId));
    /* One that returns the instance, or is not annotated, leaves the word to
     * __new__ and __init__. */
    if (!type_eq(r.returns, TYPE(UNKNOWN)) &&
        is_other_return(world, r.returns, inner))
      return call_value(ctx, meta, args, expected, node);
  }
  if (type_kind(inner) == TYPE_KIND_INSTANCE &&
      (class_flags(world, type_class(inner)) & CLASS_ENUM)) {
    /* Color("red") looks a member up. */
    if (node.v) arguments_finish(ctx, args);
    return (CallResult){inner, true};
  }
  Constructor c;
  if (has_unknown_base(world, object) ||
      !constructor_of(world, object, &c)) {
    if (node.v) arguments_finish(ctx, args);
    TypeId result = type_kind(object) == TYPE_KIND_CLASS
                        ? world_instance_unknown(world, type_class(object))
                        : inner;
    return (CallResult){result, true};
  }
  return call_constructor(ctx, object, &c, args, expected, node);
}
