/* construct.c - calling a class.
 *
 * Typing spec, "Constructors".  A metaclass's own __call__ takes the arguments first; when it
 * returns something else than an instance, that is all.  Then __new__; when it gives
 * an instance of the class, __init__ of what it gave.  construct_bind.c makes generic
 * functions of the two, whose variables are the class's type parameters and their own.
 */
#include "infer/call_int.h"
#include "infer/check.h"
#include "infer/construct_int.h"
#include "infer/func.h"

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

/* INSTANCE: what is known of the object that a class makes; null: nothing. */
static TypeId nominal_of(World *world, TypeId made) {
  made = alias_expand(world, made);
  if (type_kind(made) == TYPE_KIND_TYPE_VAR) {
    TypeVarBounds bounds = world->type_var_bounds(world, made);
    if (!type_is_null(bounds.constraints)) return TYPE_NULL;
    made = type_is_null(bounds.bound) ? TYPE_KNOWN(object)
                                      : alias_expand(world, bounds.bound);
  }
  TypeId nominal = type_kind(made) == TYPE_KIND_INSTANCE
                       ? made
                       : world_nominal_fallback(world, made);
  bool known = !type_is_null(nominal) &&
               type_kind(nominal) == TYPE_KIND_INSTANCE;
  return known ? nominal : TYPE_NULL;
}

/* False: nothing is known of the class. */
static bool receiver_of(World *world, TypeId object, Receiver *out) {
  TypeId made = alias_expand(world, object_instance(world, object));
  TypeId nominal = nominal_of(world, made);
  *out = (Receiver){made, nominal, undecided_params(world, object)};
  return !type_is_null(nominal) && type_kind(out->params) == TYPE_KIND_LIST;
}

/* ---- __new__ and __init__ ---------------------------------------------------------- */

typedef enum {
  METHOD_NONE,    /* object's, which does not count */
  METHOD_KNOWN,
  METHOD_UNKNOWN, /* decorated beyond recognition, or a base is not known */
  METHOD_REFUSES  /* its first parameter does not take the receiver */
} MethodState;

typedef struct {
  MethodState state;
  TypeId signature; /* METHOD_KNOWN: CALLABLE or OVERLOADED; METHOD_UNKNOWN: dynamic */
  TypeId refused;   /* METHOD_REFUSES: what the parameter asks for; null: overloads */
} Method;

static Method find_method(World *world, const Receiver *receiver,
                          bool is_new) {
  ClassMember member = class_lookup(
      world->self, receiver->nominal,
      is_new ? NAME_ID(dunder_new) : NAME_ID(dunder_init), MEMBER_SKIP_OBJECT);
  if (member.dynamic) return (Method){METHOD_UNKNOWN, TYPE(UNKNOWN), TYPE_NULL};
  if (type_is_null(member.type)) return (Method){METHOD_NONE, TYPE_NULL, TYPE_NULL};
  if (type_is_dynamic(member.type))
    return (Method){METHOD_UNKNOWN, member.type, TYPE_NULL};
  TypeId refused;
  TypeId t = construct_bind(world, receiver, member.type, is_new, &refused);
  if (type_is_null(t)) return (Method){METHOD_REFUSES, TYPE_NULL, refused};
  if (type_is_dynamic(t)) return (Method){METHOD_UNKNOWN, t, TYPE_NULL};
  return (Method){METHOD_KNOWN, t, TYPE_NULL};
}

/* Answers that used nothing unfinished are kept; `made` tells what is nominal. */
static Method method_of(World *world, const Receiver *receiver, bool is_new) {
  InferWorker *worker = world->self;
  uint64_t hash =
      hash_u64(hmap_pair(receiver->made.v, receiver->params.v) + is_new);
  ConstructorEntry *entry =
      &worker->constructors.entries[hash % CONSTRUCTOR_CACHE_SIZE];
  if (entry->made.v == receiver->made.v &&
      entry->params.v == receiver->params.v && entry->is_new == is_new)
    return (Method){entry->state, entry->signature, entry->refused};
  uint64_t provisional = world->provisional;
  Method m = find_method(world, receiver, is_new);
  if (world->provisional == provisional)
    *entry = (ConstructorEntry){receiver->made, receiver->params, is_new,
                                (uint8_t)m.state, m.signature, m.refused};
  return m;
}

/* A call that makes an instance without looking at arguments. */
static TypeId plain_constructor(const Receiver *receiver) {
  return type_callable(NULL, 0, receiver->made, receiver->params, 0);
}

/* The return type of __new__, or of a metaclass's __call__, says that __init__ is not
 * called: no instance of the class. */
static bool is_other_return(World *world, TypeId returns, TypeId instance) {
  if (type_eq(returns, TYPE(NEVER)) || type_is_dynamic(returns))
    return !type_eq(returns, TYPE(UNKNOWN));
  TypeId store = returns;
  TypeSpan members = union_members(world, &store);
  if (type_kind(instance) == TYPE_KIND_TYPE_VAR)
    instance = world->type_var_bounds(world, instance).bound;
  TypeId nominal = type_is_null(instance)
                       ? TYPE_NULL
                       : world_nominal_fallback(world, instance);
  if (type_is_null(nominal)) return false;
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

/* A parameter of a signature's own list that its parameters mention: what a
 * call gives for it is no default. */
static bool is_solved_by(World *world, TypeId signature, TypeId var) {
  if (type_kind(signature) == TYPE_KIND_OVERLOADED) {
    TypeSpan items = type_args(signature);
    for (uint32_t i = 0; i < items.n; i++)
      if (is_solved_by(world, items.v[i], var)) return true;
    return false;
  }
  SignatureView v = type_signature_view(signature);
  TypePair pair = {var, TYPE_KNOWN(object)};
  TypeId mapping = type_mapping(&pair, 1);
  for (uint32_t i = 0; i < v.n; i++)
    if (!type_eq(subst(world, v.params[i].type, mapping), v.params[i].type))
      return true;
  return false;
}

/* What __init__ is called on, when __new__ gave `made`: an instance of a subclass, or
 * one with arguments that __new__ has decided. */
static Receiver made_by_new(World *world, const Receiver *r, TypeId signature,
                            TypeId made) {
  if (type_kind(made) != TYPE_KIND_INSTANCE ||
      type_kind(r->made) != TYPE_KIND_INSTANCE)
    return *r;
  TypeSpan params = type_args(r->params), given = type_args(made);
  if (type_class(made).v != type_class(r->made).v)
    return (Receiver){made, made, TYPE(EMPTY_LIST)};
  if (params.n == 0) return (Receiver){made, made, r->params};
  TypeId *args = ARENA_ARRAY(world->scratch, TypeId, given.n + 1);
  TypeId *open = ARENA_ARRAY(world->scratch, TypeId, params.n + 1);
  uint32_t n = 0;
  for (uint32_t i = 0; i < given.n; i++) {
    bool decided = i >= params.n ||
                   (!type_is_dynamic(given.v[i]) &&
                    !type_eq(given.v[i], params.v[i]) &&
                    is_solved_by(world, signature, params.v[i]));
    args[i] = decided ? given.v[i] : params.v[i];
    if (!decided) open[n++] = params.v[i];
  }
  TypeId instance = type_instance(type_class(made), (TypeSpan){args, given.n});
  return (Receiver){instance, instance, type_list((TypeSpan){open, n})};
}

/* ---- the metaclass ------------------------------------------------------------------- */

/* A metaclass's own __call__ (type's does not count), bound; null: none. */
static TypeId metaclass_call(World *world, TypeId object) {
  TypeId nominal = nominal_of(world, object_instance(world, object));
  if (type_is_null(nominal)) return TYPE_NULL;
  TypeId meta = class_metaclass(world, type_class(nominal));
  if (type_is_dynamic(meta) || type_kind(meta) != TYPE_KIND_INSTANCE ||
      class_is(type_class(meta), KNOWN_type) ||
      class_is(type_class(meta), KNOWN_ABCMeta) ||
      (class_flags(world, type_class(nominal)) & CLASS_ENUM))
    return TYPE_NULL;
  ClassMember member =
      class_lookup(world->self, meta, NAME_ID(dunder_call), 0);
  if (type_is_null(member.type) || member.dynamic ||
      class_is(member.owner, KNOWN_type))
    return TYPE_NULL;
  return type_bound_method(object, member.type);
}

/* One without a return annotation acts like type's. */
static bool declares_return(World *world, TypeId method) {
  TypeId signature = call_signature(world, method);
  if (type_is_null(signature)) return false;
  return type_kind(signature) != TYPE_KIND_CALLABLE ||
         !(type_signature_view(signature).flags & SIGNATURE_INFERRED_RETURN);
}

/* True: the metaclass has said it all; *result is the answer. */
static bool call_metaclass(Ctx *ctx, TypeId object, Arguments args,
                           TypeId expected, NodeId node, CallResult *result) {
  World *world = ctx->world;
  TypeId method = metaclass_call(world, object);
  if (type_is_null(method)) return false;
  TypeId instance = object_instance(world, object);
  bool declared = declares_return(world, method);
  CallResult r = call_value(ctx, method, args, expected, ID_NONE(NodeId));
  if (r.ok && (!declared || type_eq(r.returns, TYPE(UNKNOWN)) ||
               !is_other_return(world, r.returns, instance)))
    return false;
  *result = call_value(ctx, method, args, expected, node);
  if (!declared) result->returns = instance;
  return true;
}

/* ---- as a callable ------------------------------------------------------------------- */

/* tuple[T, ...] has a kind of its own, which what becomes of T would not give. */
static TypeId making_tuple(TypeId signature) {
  if (type_kind(signature) != TYPE_KIND_CALLABLE) return signature;
  SignatureView v = type_signature_view(signature);
  if (type_kind(v.returns) != TYPE_KIND_INSTANCE ||
      !class_is(type_class(v.returns), KNOWN_tuple) ||
      type_args(v.returns).n != 1)
    return signature;
  TypeId made = type_tuple((TypeSpan){0}, type_args(v.returns).v[0],
                           (TypeSpan){0});
  return type_callable(v.params, v.n, made, v.type_params, v.flags);
}

TypeId class_constructor(World *world, TypeId object) {
  TypeId method = metaclass_call(world, object);
  if (!type_is_null(method) && declares_return(world, method)) {
    TypeId signature = call_signature(world, method);
    if (is_other_return(world, first_return(signature),
                        object_instance(world, object)))
      return signature;
  }
  Receiver receiver;
  if (!receiver_of(world, object, &receiver)) return TYPE_NULL;
  Method new = method_of(world, &receiver, true);
  Method init = method_of(world, &receiver, false);
  if (new.state > METHOD_KNOWN || init.state > METHOD_KNOWN) return TYPE_NULL;
  bool has_new = new.state == METHOD_KNOWN;
  if (has_new && (init.state == METHOD_NONE ||
                  is_other_return(world, first_return(new.signature),
                                  receiver.made)))
    return making_tuple(new.signature);
  return init.state == METHOD_KNOWN ? init.signature
                                    : plain_constructor(&receiver);
}

/* ---- calls ----------------------------------------------------------------------------- */

static bool has_unknown_base(World *world, TypeId object) {
  TypeId nominal = nominal_of(world, object_instance(world, object));
  if (type_is_null(nominal)) return true;
  TypeId mro = class_mro(world, type_class(nominal));
  if (type_kind(mro) != TYPE_KIND_LIST) return true;
  TypeSpan entries = type_args(mro);
  for (uint32_t i = 0; i < entries.n; i++)
    if (type_is_dynamic(entries.v[i])) return true;
  return type_is_dynamic(class_metaclass(world, type_class(nominal)));
}

static void report_refused(Ctx *ctx, const Receiver *receiver,
                           const Method *method, bool is_new, CalleeName name,
                           NodeId node) {
  /* What a parameter of the class stands for is not known inside the class. */
  if (!node.v || type_has(receiver->nominal, TYPE_HAS_TYPE_VAR)) return;
  if (type_is_null(method->refused)) {
    ctx_report(ctx, RULE_NO_MATCHING_OVERLOAD, node,
               "No overload of %s `%" PRIstr "` takes `%s`", name.kind,
               STR_ARG(name.name),
               display_short(ctx->world, receiver->nominal));
    return;
  }
  const char *a, *b;
  TypeId found = receiver->nominal;
  if (is_new) found = type_generic_alias(type_class(found), type_args(found));
  display_pair(ctx->world, method->refused, found, &a, &b);
  ctx_report(ctx, RULE_INVALID_ARGUMENT_TYPE, node,
             "Argument `%s` of `%s` is incorrect: Expected `%s`, found `%s`",
             is_new ? "cls" : "self", is_new ? "__new__" : "__init__", a, b);
}

static CallResult call_method(Ctx *ctx, const Receiver *receiver,
                              const Method *method, bool is_new,
                              Arguments args, TypeId expected, CalleeName name,
                              NodeId node) {
  name.is_init = !is_new;
  if (method->state == METHOD_KNOWN)
    return type_kind(method->signature) == TYPE_KIND_OVERLOADED
               ? call_overloaded(ctx, method->signature, args, expected, name,
                                 node)
               : check_call(ctx, method->signature, args, expected, name,
                            node);
  if (node.v) arguments_finish(ctx, args);
  if (method->state == METHOD_UNKNOWN)
    return (CallResult){TYPE(UNKNOWN), true};
  report_refused(ctx, receiver, method, is_new, name, node);
  return (CallResult){receiver->nominal, false};
}

/* __new__, and __init__ unless __new__ gave something else. */
static CallResult call_constructor(Ctx *ctx, TypeId object,
                                   const Receiver *receiver, Arguments args,
                                   TypeId expected, NodeId node) {
  World *world = ctx->world;
  CalleeName name = call_name(world, object);
  name.makes = true;
  Method new = method_of(world, receiver, true);
  Method init = method_of(world, receiver, false);
  if (new.state == METHOD_NONE && init.state == METHOD_NONE)
    return check_call(ctx, plain_constructor(receiver), args, expected, name,
                      node);
  if (new.state == METHOD_NONE)
    return call_method(ctx, receiver, &init, false, args, expected, name,
                       node);
  if (init.state == METHOD_NONE || new.state != METHOD_KNOWN)
    return call_method(ctx, receiver, &new, true, args, expected, name, node);
  CallResult made = call_method(ctx, receiver, &new, true, args, expected,
                                name, ID_NONE(NodeId));
  if (!made.ok || is_other_return(world, made.returns, receiver->made))
    return call_method(ctx, receiver, &new, true, args, expected, name, node);
  Receiver it = made_by_new(world, receiver, new.signature, made.returns);
  if (!type_eq(it.made, receiver->made)) {
    init = method_of(world, &it, false);
    if (init.state == METHOD_NONE)
      return call_method(ctx, receiver, &new, true, args, expected, name,
                         node);
  }
  return call_method(ctx, &it, &init, false, args, expected, name, node);
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
  CallResult result;
  if (call_metaclass(ctx, object, args, expected, node, &result))
    return result;
  if (type_kind(inner) == TYPE_KIND_INSTANCE &&
      (class_flags(world, type_class(inner)) & CLASS_ENUM)) {
    /* Color("red") looks a member up. */
    if (node.v) arguments_finish(ctx, args);
    if (args.n == 0)
      ctx_report(ctx, RULE_MISSING_ARGUMENT, node,
                 "No value provided to look up a member of enum `%s`",
                 display_short(world, inner));
    return (CallResult){inner, true};
  }
  Receiver receiver;
  if (has_unknown_base(world, object) ||
      !receiver_of(world, object, &receiver)) {
    if (node.v) arguments_finish(ctx, args);
    TypeId returns = kind == TYPE_KIND_CLASS
                         ? world_instance_unknown(world, type_class(object))
                         : inner;
    return (CallResult){returns, true};
  }
  CallResult r =
      call_constructor(ctx, object, &receiver, args, expected, node);
  /* type[T] makes a T, also where T's bound names itself as what __new__
   * returns. */
  if (type_kind(inner) == TYPE_KIND_TYPE_VAR &&
      (type_is_dynamic(r.returns) || !is_other_return(world, r.returns, inner)))
    r.returns = inner;
  return r;
}
