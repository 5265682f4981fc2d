/* descriptor.c - binding a class's values to what they are read through.
 *
 * Functions become bound methods, properties and what has a `__get__` are
 * called, Self becomes the receiver (data model, "Invoking descriptors").
 */
#include "infer/class.h"
#include "infer/func.h"
#include "infer/member_int.h"
#include "infer/special/special.h"
#include "infer/typevar.h"
#include "types/callable.h"

/* A method whose return type nobody wrote. What an unannotated `__get__` gives depends on
 * whether there is an instance, which its inferred type does not tell. */
bool method_is_unannotated(InferWorker *worker, TypeId method) {
  TypeId signature = call_signature(&worker->world, method);
  return !type_is_null(signature) &&
         type_kind(signature) == TYPE_KIND_CALLABLE &&
         (type_signature_view(signature).flags & SIGNATURE_INFERRED_RETURN);
}

static TypeId call_get(InferWorker *worker, TypeId descriptor,
                       Access access) {
  if (type_kind(descriptor) != TYPE_KIND_INSTANCE) return descriptor;
  /* What @wraps makes is still a function, whatever typeshed's class says. */
  if (class_is(type_class(descriptor), KNOWN_Wrapped)) {
    TypeId signature = callable_of(&worker->world, descriptor);
    return access.through_class || type_is_null(signature)
               ? descriptor
               : type_bound_method(access.receiver, signature);
  }
  TypeId get = attr_dunder(worker, descriptor, NAME_ID(dunder_get));
  if (type_is_null(get)) {
    /* A data descriptor that does not read: the instance's own value. */
    bool sets = !type_is_null(
        attr_dunder(worker, descriptor, NAME_ID(dunder_set)));
    return sets && !access.through_class ? TYPE(UNKNOWN) : descriptor;
  }
  if (method_is_unannotated(worker, get)) return TYPE(UNKNOWN);
  ModuleState *m = module_state(worker, worker->infer->builtins);
  Ctx ctx = ctx_quiet(worker, m, (ScopeId){1});
  ctx.sites = CALL_SITES_MAX;
  World *world = &worker->world;
  TypeId args[2] = {access.through_class ? world_known(world, KNOWN_NoneType)
                                         : access.receiver,
                    access.class_object};
  CallResult r = call_dunder(&ctx, descriptor, NAME_ID(dunder_get), args, 2);
  return r.ok ? r.returns : TYPE(UNKNOWN);
}

static TypeId bind_function(InferWorker *worker, TypeId function,
                            Access access) {
  ModuleState *m = module_state(worker, type_module_id(function));
  uint32_t flags = func_flags(worker, m, type_def(function));
  if (flags & FUNC_NEW) return func_explicit_new(&worker->world, function);
  if (flags & FUNC_STATIC) return function;
  if (flags & FUNC_CLASS)
    return type_bound_method(access.class_object, function);
  if (access.through_class)
    return subst_self(&worker->world, function, access.receiver);
  return type_bound_method(access.receiver, function);
}

static TypeId bind_property(InferWorker *worker, TypeId property,
                            Access access) {
  if (access.through_class) return property;
  TypeId getter = type_property_view(property).getter;
  if (type_is_null(getter)) return TYPE(UNKNOWN);
  ModuleState *m = module_state(worker, worker->infer->builtins);
  Ctx ctx = ctx_quiet(worker, m, (ScopeId){1});
  ctx.sites = CALL_SITES_MAX;
  Argument self = {.type = access.receiver};
  Arguments args = {&self, 1};
  /* A function is bound, so that Self becomes the receiver. */
  if (type_kind(getter) == TYPE_KIND_FUNCTION) {
    getter = type_bound_method(access.receiver, getter);
    args.n = 0;
  }
  return call_value(&ctx, getter, args, TYPE_NULL, ID_NONE(NodeId)).returns;
}

uint32_t member_def_flags(InferWorker *worker, const ClassMember *member) {
  if (member->def.v == 0 || member->owner.v == 0) return 0;
  ModuleState *m = module_state(worker, class_at(member->owner)->module);
  return func_flags(worker, m, member->def);
}

/* Declared as `x: T` in the class body, not as `self.x: T`. */
static bool is_declared_in_body(InferWorker *worker,
                                const ClassMember *member) {
  if (member->def.v == 0 || member->owner.v == 0) return false;
  ModuleState *m = module_state(worker, class_at(member->owner)->module);
  NodeId target = m->index->defs[member->def.v].target;
  return target.v && ast_kind(m->ast, target) == AST_Name;
}

bool member_is_declared_descriptor(InferWorker *worker,
                                   const ClassMember *member, NameId method) {
  return member->is_instance && member->declared &&
         type_kind(member->type) == TYPE_KIND_INSTANCE &&
         is_declared_in_body(worker, member) &&
         !type_is_null(attr_dunder(worker, member->type, method));
}

/* f for a member that a class body binds by `name = staticmethod(f)`; null for
 * others.  Its class can tell neither the overloads nor the type variables of f. */
static TypeId static_function(InferWorker *worker, const ClassMember *member) {
  if (!class_is(type_class(member->type), KNOWN_staticmethod) ||
      member->def.v == 0 || member->owner.v == 0)
    return TYPE_NULL;
  ModuleState *m = module_state(worker, class_at(member->owner)->module);
  const Def *d = &m->index->defs[member->def.v];
  if (d->kind != DEF_ASSIGN || (d->flags & DEF_IN_UNPACK)) return TYPE_NULL;
  NodeId call = {ast_at(m->ast, d->node)->b};
  if (ast_kind(m->ast, call) != AST_Call) return TYPE_NULL;
  NodeList args = ast_list(m->ast, ast_at(m->ast, call)->b);
  if (args.n != 1) return TYPE_NULL;
  Ctx ctx = ctx_quiet(worker, m, d->scope);
  TypeId callee =
      expr_infer(&ctx, (NodeId){ast_at(m->ast, call)->a}, TYPE_NULL);
  TypeId f = expr_infer(&ctx, ast_item(args, 0), TYPE_NULL);
  bool is_it = type_kind(callee) == TYPE_KIND_CLASS &&
               class_is(type_class(callee), KNOWN_staticmethod) &&
               type_kind(f) == TYPE_KIND_FUNCTION;
  return is_it ? f : TYPE_NULL;
}

TypeId member_bind(InferWorker *worker, const ClassMember *member,
                          Access access) {
  World *world = &worker->world;
  TypeId type = member->type;
  if (member->is_instance &&
      !member_is_declared_descriptor(worker, member, NAME_ID(dunder_get)))
    return subst_self_bound(world, type, access.receiver);
  if (type_kind(type) == TYPE_KIND_TYPE_ALIAS) {
    TypeId plain = alias_expand(world, type);
    if (type_kind(plain) == TYPE_KIND_CALLABLE ||
        type_kind(plain) == TYPE_KIND_OVERLOADED)
      type = plain;
  }
  switch (type_kind(type)) {
    case TYPE_KIND_FUNCTION: return bind_function(worker, type, access);
    case TYPE_KIND_PROPERTY: return bind_property(worker, type, access);
    case TYPE_KIND_CALLABLE:
    case TYPE_KIND_OVERLOADED:
      /* What another decorator made of a classmethod or staticmethod. */
      switch (member_def_flags(worker, member) & (FUNC_CLASS | FUNC_STATIC)) {
        case FUNC_CLASS: return type_bound_method(access.class_object, type);
        case FUNC_STATIC: return type;
        default: break;
      }
      /* A callable that is declared as a variable is not bound, unless it is a
       * ClassVar; one that a decorator returned is a method. */
      if (access.through_class ||
          (member->declared && !(member->qualifiers & QUALIFIER_CLASS_VAR)))
        return subst_self_bound(world, type, access.receiver);
      return type_bound_method(access.receiver, type);
    case TYPE_KIND_INSTANCE: {
      TypeId function = static_function(worker, member);
      return type_is_null(function)
                 ? subst_self_bound(world, call_get(worker, type, access),
                                    access.receiver)
                 : function;
    }
    case TYPE_KIND_UNION: {
      TypeSpan members = type_members(type);
      UnionBuilder *builder = union_begin(world);
      for (uint32_t i = 0; i < members.n; i++) {
        ClassMember one = *member;
        one.type = members.v[i];
        union_add(builder, member_bind(worker, &one, access));
      }
      return union_end(builder);
    }
    default: return subst_self_bound(world, type, access.receiver);
  }
}

bool attr_is_data_descriptor(InferWorker *worker, TypeId type) {
  if (type_kind(type) == TYPE_KIND_PROPERTY) return true;
  return type_kind(type) == TYPE_KIND_INSTANCE &&
         !type_is_null(attr_dunder(worker, type, NAME_ID(dunder_set)));
}

TypeId member_stored_through(InferWorker *worker, TypeId type,
                                       Access access) {
  World *world = &worker->world;
  if (type_kind(type) == TYPE_KIND_PROPERTY) {
    TypeId setter = type_property_view(type).setter;
    if (type_is_null(setter)) return TYPE_NULL;
    TypeId signature = type_kind(setter) == TYPE_KIND_FUNCTION
                           ? world->signature(world, setter)
                           : setter;
    if (type_kind(signature) != TYPE_KIND_CALLABLE) return TYPE(UNKNOWN);
    SignatureView view = type_signature_view(signature);
    return view.n > 1 ? subst_self_bound(world, view.params[1].type,
                                         access.receiver)
                      : TYPE(UNKNOWN);
  }
  if (type_kind(type) != TYPE_KIND_INSTANCE) return type;
  TypeId set = attr_dunder(worker, type, NAME_ID(dunder_set));
  if (type_is_null(set)) return type;
  if (type_kind(set) != TYPE_KIND_BOUND_METHOD) return TYPE(UNKNOWN);
  TypeId function = type_bound_function(set);
  TypeId signature = type_kind(function) == TYPE_KIND_FUNCTION
                         ? world->signature(world, function)
                         : function;
  if (type_kind(signature) != TYPE_KIND_CALLABLE) return TYPE(UNKNOWN);
  SignatureView view = type_signature_view(signature);
  return view.n > 2 && !type_has(view.params[2].type, TYPE_HAS_TYPE_VAR)
             ? view.params[2].type
             : TYPE(UNKNOWN);
}

TypeId attr_after_store(InferWorker *worker, TypeId object, NameId name,
                        PropertyStore *store) {
  *store = STORE_CONVERTS;
  if (type_kind(object) != TYPE_KIND_INSTANCE &&
      type_kind(object) != TYPE_KIND_TYPE_VAR)
    return TYPE_NULL;
  ClassMember member = class_lookup(worker, object, name, MEMBER_BODY_ONLY);
  if (type_is_null(member.type) || member.dynamic ||
      !attr_is_data_descriptor(worker, member.type))
    return TYPE_NULL;
  TypeId read = attr_read(worker, object, name).type;
  if (type_kind(member.type) == TYPE_KIND_PROPERTY && !type_is_null(read)) {
    TypeId getter = type_property_view(member.type).getter;
    Access access = {object, type_subclass_of(object), false};
    TypeId taken = member_stored_through(worker, member.type, access);
    bool inferred =
        !type_is_null(getter) && method_is_unannotated(worker, getter);
    if (inferred && type_eq(taken, TYPE(UNKNOWN))) *store = STORE_UNTYPED;
    else if (!inferred && type_eq(taken, read)) *store = STORE_KEEPS;
  }
  return read;
}
