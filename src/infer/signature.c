/* signature.c - what can be called, as a CALLABLE or OVERLOADED.
 *
 * A bound method's signature is its function's without the first parameter:
 * type variables that only the receiver decides are solved by it, Self becomes
 * the receiver.  An overload whose `self` annotation does not take the receiver is left out.
 */
#include "infer/call_int.h"

/* The instance that Self stands for, seen from a receiver. */
static TypeId self_of(World *world, TypeId receiver) {
  switch (type_kind(receiver)) {
    case TYPE_KIND_CLASS:
      return world_instance_identity(world, type_class(receiver));
    case TYPE_KIND_GENERIC_ALIAS:
      return type_instance(type_class(receiver), type_args(receiver));
    case TYPE_KIND_SUBCLASS_OF: return type_inner(receiver);
    default: return receiver;
  }
}

/* The type variables of `all` that `mapping` does not replace. */
static TypeId remaining_params(Arena *scratch, TypeId all, TypeId mapping) {
  const TypePair *pairs;
  uint32_t n = type_mapping_pairs(mapping, &pairs), kept = 0;
  TypeSpan vars = type_args(all);
  TypeId *keep = ARENA_ARRAY(scratch, TypeId, vars.n + 1);
  for (uint32_t i = 0; i < vars.n; i++) {
    bool solved = false;
    for (uint32_t k = 0; k < n; k++)
      if (type_eq(pairs[k].var, vars.v[i])) solved = true;
    if (!solved) keep[kept++] = vars.v[i];
  }
  return type_list((TypeSpan){keep, kept});
}

/* A class method that is called through a generic class without arguments solves
 * its parameters as well, as the constructor does. */
static TypeId with_class_params(World *world, TypeId own, ClassId id) {
  TypeId params = world->class_type_params(world, id);
  if (type_kind(params) != TYPE_KIND_LIST || type_args(params).n == 0)
    return own;
  TypeSpan a = type_args(own), b = type_args(params);
  TypeId *all = ARENA_ARRAY(world->scratch, TypeId, a.n + b.n);
  for (uint32_t i = 0; i < a.n; i++) all[i] = a.v[i];
  for (uint32_t i = 0; i < b.n; i++) all[a.n + i] = b.v[i];
  return type_list((TypeSpan){all, a.n + b.n});
}

/* A generic class without arguments as the class object with its parameters. */
static TypeId with_own_params(World *world, TypeId receiver) {
  if (type_kind(receiver) != TYPE_KIND_CLASS) return receiver;
  TypeId identity = world_instance_identity(world, type_class(receiver));
  if (type_kind(identity) != TYPE_KIND_INSTANCE || type_args(identity).n == 0)
    return receiver;
  return type_generic_alias(type_class(receiver), type_args(identity));
}

/* Null: the first parameter does not take the receiver. */
static TypeId bind_callable(World *world, TypeId callable, TypeId receiver) {
  SignatureView view = type_signature_view(callable);
  if (view.n == 0 || view.params[0].kind > PARAM_POSITIONAL_OR_KEYWORD) {
    /* (*args) takes the receiver and keeps all its parameters. */
    return subst_self_bound(world, callable, self_of(world, receiver));
  }
  const Param *first = &view.params[0];
  TypeId mapping = TYPE_NULL;
  if ((first->flags & PARAM_ANNOTATED) && !type_is_dynamic(first->type)) {
    TypeId self = self_of(world, receiver);
    TypeId want = subst_self_bound(world, first->type, self);
    if (type_args(view.type_params).n &&
        type_has(want, TYPE_HAS_TYPE_VAR)) {
      Solver *solver = solver_create(world, view.type_params);
      TypeId object = with_own_params(world, receiver);
      if (!solver_assign(solver, object, want)) return TYPE_NULL;
      mapping = solver_partial(solver);
    } else if (!relate_assignable(world, receiver, want)) {
      return TYPE_NULL;
    }
  }
  TypeId type_params = view.type_params;
  if (!type_is_null(mapping))
    type_params = remaining_params(world->scratch, view.type_params, mapping);
  if (type_kind(receiver) == TYPE_KIND_CLASS)
    type_params = with_class_params(world, type_params, type_class(receiver));
  TypeId rest = type_callable(view.params + 1, view.n - 1, view.returns,
                              type_params,
                              view.flags & ~(uint32_t)SIGNATURE_METHOD);
  if (!type_is_null(mapping)) rest = subst(world, rest, mapping);
  return subst_self_bound(world, rest, self_of(world, receiver));
}

static TypeId bind_overloads(World *world, TypeId overloaded,
                             TypeId receiver) {
  TypeSpan items = type_args(overloaded);
  TypeId *bound = ARENA_ARRAY(world->scratch, TypeId, items.n + 1);
  uint32_t n = 0;
  for (uint32_t i = 0; i < items.n; i++) {
    TypeId t = bind_callable(world, items.v[i], receiver);
    if (!type_is_null(t)) bound[n++] = t;
  }
  return n == 0 ? TYPE_NULL : type_overloaded((TypeSpan){bound, n});
}

TypeId call_bind_return(World *world, TypeId callee, TypeId returns) {
  TypeId receiver = TYPE_NULL;
  if (type_kind(callee) == TYPE_KIND_BOUND_METHOD) {
    receiver = type_receiver(callee);
    callee = type_bound_function(callee);
  }
  if (!type_has(returns, TYPE_HAS_TYPE_VAR)) return returns;
  TypeId mapping = type_kind(callee) == TYPE_KIND_FUNCTION
                       ? type_mapping_of(callee)
                       : TYPE_NULL;
  if (!type_is_null(mapping)) returns = subst(world, returns, mapping);
  return type_is_null(receiver)
             ? returns
             : subst_self_bound(world, returns, self_of(world, receiver));
}

static TypeId bound_signature(World *world, TypeId method) {
  TypeId function = type_bound_function(method);
  TypeId signature = call_signature(world, function);
  if (type_is_null(signature)) return TYPE_NULL;
  TypeId receiver = type_receiver(method);
  if (type_kind(signature) == TYPE_KIND_CALLABLE)
    return bind_callable(world, signature, receiver);
  if (type_kind(signature) == TYPE_KIND_OVERLOADED)
    return bind_overloads(world, signature, receiver);
  return signature;
}

/* Answers that used nothing unfinished are kept. */
static TypeId bound_signature_kept(World *world, TypeId method) {
  InferWorker *worker = world->self;
  SignatureEntry *entry =
      &worker->signatures.entries[hash_u64(method.v) % SIGNATURE_CACHE_SIZE];
  if (entry->method.v == method.v) return entry->signature;
  uint64_t provisional = world->provisional;
  TypeId signature = bound_signature(world, method);
  if (world->provisional == provisional)
    *entry = (SignatureEntry){method, signature};
  return signature;
}

TypeId call_signature(World *world, TypeId callee) {
  switch (type_kind(callee)) {
    case TYPE_KIND_CALLABLE:
    case TYPE_KIND_OVERLOADED: return callee;
    case TYPE_KIND_FUNCTION: return world->signature(world, callee);
    case TYPE_KIND_BOUND_METHOD: return bound_signature_kept(world, callee);
    default: return TYPE_NULL;
  }
}
