/* access_check.c - stores to attributes and subscripts, `del` of them, and
 * properties that are read.
 *
 * Each member of a union has to take the store; the first that does not is reported.
 * A property or another data descriptor of the class is asked by a call of its
 * setter, deleter, `__set__` or `__delete__`, with the object, so that the annotation
 * of its first parameter counts, overloads and type variables too (Python
 * reference, "Implementing Descriptors").  Everything else has a declared type, or
 * takes anything.
 */
#include "infer/check.h"
#include "infer/expr_int.h"
#include "infer/partial_container.h"
#include "infer/special/special.h"
#include "infer/stmt_int.h"

typedef struct {
  Ctx *ctx;
  NodeId target;
  NameId name;
  TypeId whole;   /* what stands before the dot */
  TypeId value;   /* null: a `del` */
  bool was_read;  /* what is missing has been reported */
} Store;

static TypeId object_of(Ctx *ctx, NodeId target) {
  NodeId object = {ast_at(ctx->ast, target)->a};
  return alias_expand(ctx->world, expr_infer(ctx, object, TYPE_NULL));
}

/* An intersection stands for that part of it that has the attribute. */
static TypeId part_with(Ctx *ctx, TypeId object, NameId name) {
  object = alias_expand(ctx->world, object);
  if (type_kind(object) != TYPE_KIND_INTERSECTION) return object;
  TypeSpan parts = type_intersection_view(object).positive;
  for (uint32_t i = 0; i < parts.n; i++) {
    TypeId part = alias_expand(ctx->world, parts.v[i]);
    if (type_is_dynamic(part)) return part;
    if (!type_is_null(attr_read(ctx->worker, part, name).type)) return part;
  }
  return object;
}

/* ---- attributes ---------------------------------------------------------------- */

static bool is_object(TypeId t) {
  return type_kind(t) == TYPE_KIND_INSTANCE ||
         type_kind(t) == TYPE_KIND_TYPE_VAR;
}

static CallResult call_hook(const Store *s, const AttrHook *hook,
                            TypeId object) {
  if (type_is_dynamic(hook->callee))
    return (CallResult){hook->callee, true};
  Argument args[2];
  uint32_t n = 0;
  if (!hook->is_bound) args[n++] = (Argument){.type = object};
  if (!type_is_null(s->value)) args[n++] = (Argument){.type = s->value};
  Ctx quiet = expr_quiet(s->ctx);
  return call_value(&quiet, hook->callee, (Arguments){args, n}, TYPE_NULL,
                    ID_NONE(NodeId));
}

static bool report_value(const Store *s, TypeId declared) {
  if (!ctx_reports(s->ctx, RULE_INVALID_ASSIGNMENT)) return true;
  ctx_report(s->ctx, RULE_INVALID_ASSIGNMENT, s->target,
             "Object of type `%s` is not assignable to attribute "
             "`%" PRIstr "` of type `%s`",
             display_short(s->ctx->world, s->value),
             STR_ARG(name_text(s->name)),
             display_short(s->ctx->world, declared));
  return true;
}

static bool report_read_only(const Store *s, TypeId object) {
  ctx_report(s->ctx, RULE_INVALID_ASSIGNMENT, s->target,
             type_is_null(s->value)
                 ? "Attribute `%" PRIstr "` on type `%s` cannot be deleted"
                 : "Attribute `%" PRIstr "` on type `%s` is read-only",
             STR_ARG(name_text(s->name)),
             display_short(s->ctx->world, object));
  return true;
}

/* super() hands on what is read, but neither stores nor deletions: not even those
 * for a property of the base. */
static bool report_super(const Store *s, TypeId object) {
  if (s->was_read) return true;
  ctx_report(s->ctx, RULE_INVALID_ASSIGNMENT, s->target,
             "Attribute `%" PRIstr "` cannot be %s through `%s`",
             STR_ARG(name_text(s->name)),
             type_is_null(s->value) ? "deleted" : "assigned",
             display_short(s->ctx->world, object));
  return true;
}

static bool report_missing(const Store *s, TypeId object) {
  if (s->was_read || !ctx_reports(s->ctx, RULE_UNRESOLVED_ATTRIBUTE))
    return true;
  World *world = s->ctx->world;
  Str name = name_text(s->name);
  if (type_kind(s->whole) == TYPE_KIND_UNION)
    ctx_report(s->ctx, RULE_UNRESOLVED_ATTRIBUTE, s->target,
               "Attribute `%" PRIstr "` is not defined on `%s` in union `%s`",
               STR_ARG(name), display_short(world, object),
               display_short(world, s->whole));
  else
    ctx_report(s->ctx, RULE_UNRESOLVED_ATTRIBUTE, s->target,
               "Unresolved attribute `%" PRIstr "` on type `%s`",
               STR_ARG(name), display_short(world, object));
  return true;
}

/* The hook of a descriptor refuses the object or the value. */
static bool report_hook(const Store *s, TypeId object) {
  Attr attr = attr_write(s->ctx->worker, object, s->name);
  bool typed = !type_is_null(s->value) && !type_is_null(attr.type);
  if (typed && !relate_assignable(s->ctx->world, s->value, attr.type))
    return report_value(s, attr.type);
  if (!ctx_reports(s->ctx, RULE_INVALID_ASSIGNMENT)) return true;
  ctx_report(s->ctx, RULE_INVALID_ASSIGNMENT, s->target,
             "The descriptor of attribute `%" PRIstr
             "` does not take this %s on an object of type `%s`",
             STR_ARG(name_text(s->name)), type_is_null(s->value) ? "deletion" : "assignment",
             display_short(s->ctx->world, object));
  return true;
}

/* Attributes whose value is nearly always a stand-in for the real one: None, a
 * class that somebody replaces. */
static bool is_open(TypeId t) {
  switch (type_kind(t)) {
  case TYPE_KIND_INSTANCE: return class_is(type_class(t), KNOWN_NoneType);
  case TYPE_KIND_TUPLE:
  case TYPE_KIND_UNION:
  case TYPE_KIND_LITERAL_INT:
  case TYPE_KIND_LITERAL_STR:
  case TYPE_KIND_LITERAL_BYTES:
  case TYPE_KIND_LITERAL_BOOL:
  case TYPE_KIND_LITERAL_ENUM: return false;
  default: return true;
  }
}

/* What may take the place of a function: what can be called as it is, whatever it
 * gives if nobody wrote that.  The names of a lambda's parameters do not count. */
static TypeId replaceable(World *world, TypeId function) {
  TypeId t = call_signature(world, function);
  if (type_is_null(t) || type_kind(t) != TYPE_KIND_CALLABLE) return TYPE_NULL;
  SignatureView v = type_signature_view(t);
  if (!(v.flags & SIGNATURE_INFERRED_RETURN)) return t;
  Param *params = ARENA_ARRAY(world->scratch, Param, v.n + 1);
  for (uint32_t i = 0; i < v.n; i++) {
    params[i] = v.params[i];
    if (type_kind(function) == TYPE_KIND_CALLABLE &&
        params[i].kind == PARAM_POSITIONAL_OR_KEYWORD)
      params[i].kind = PARAM_POSITIONAL_ONLY;
  }
  return type_callable(params, v.n, TYPE(UNKNOWN), v.type_params, v.flags);
}

/* What may be stored from outside in an attribute that nobody declares: what the
 * assignments of its class, or module, make it. Null: anything. */
static TypeId inferred_type(Ctx *ctx, TypeId object, NameId name) {
  switch (type_kind(object)) {
  case TYPE_KIND_INSTANCE:
  case TYPE_KIND_CLASS:
  case TYPE_KIND_GENERIC_ALIAS:
  case TYPE_KIND_MODULE: break;
  default: return TYPE_NULL;
  }
  Attr attr = attr_read(ctx->worker, object, name);
  if (type_is_null(attr.type) || attr.is_dynamic) return TYPE_NULL;
  switch (type_kind(attr.type)) {
  case TYPE_KIND_FUNCTION:
  case TYPE_KIND_BOUND_METHOD:
  case TYPE_KIND_CALLABLE: return replaceable(ctx->world, attr.type);
  case TYPE_KIND_PROPERTY: return TYPE_KNOWN(property);
  default: break;
  }
  if (is_open(attr.type)) return TYPE_NULL;
  return promote_literals(ctx->world, attr.type);
}

/* What the class's own `__setattr__` says of a store under a name that nothing
 * else declares; true when it was reported. */
static bool check_setattr(const Store *s, TypeId object) {
  Ctx *ctx = s->ctx;
  if (!is_object(object) || type_is_null(s->value) ||
      type_has(s->value, TYPE_HAS_DIVERGENT))
    return false;
  NameId hook = NAME_ID(dunder_setattr);
  ClassMember member =
      class_lookup(ctx->worker, object, hook, MEMBER_SKIP_OBJECT);
  if (type_is_null(member.type) || member.dynamic) return false;
  TypeId args[2] = {type_literal_str(s->name), s->value};
  Ctx quiet = expr_quiet(ctx);
  CallResult r = call_dunder(&quiet, object, hook, args, 2);
  bool never = r.ok && type_eq(r.returns, TYPE(NEVER)) &&
               !method_is_unannotated(
                   ctx->worker, attr_dunder(ctx->worker, object, hook));
  if ((r.ok && !never) || !ctx_reports(ctx, RULE_INVALID_ASSIGNMENT))
    return !r.ok || never;
  ctx_report(ctx, RULE_INVALID_ASSIGNMENT, s->target,
             never ? "Cannot assign `%s` to attribute `%" PRIstr
                     "`: `__setattr__` of `%s` never returns"
                   : "Cannot assign `%s` to attribute `%" PRIstr
                     "`: `__setattr__` of `%s` does not take it",
             display_short(ctx->world, s->value), STR_ARG(name_text(s->name)),
             display_short(ctx->world, object));
  return true;
}

/* The metaclass of a class object, where it has a data descriptor under the name
 * that is not one of `type`. Null: it has none. */
static TypeId metaclass_with(Ctx *ctx, TypeId object, NameId name) {
  World *world = ctx->world;
  TypeId instance = object;
  switch (type_kind(object)) {
  case TYPE_KIND_CLASS:
  case TYPE_KIND_GENERIC_ALIAS: break;
  case TYPE_KIND_SUBCLASS_OF: instance = type_inner(object); break;
  default: return TYPE_NULL;
  }
  if (type_kind(instance) == TYPE_KIND_TYPE_VAR)
    instance = world->type_var_bounds(world, instance).bound;
  if (type_is_null(instance) || (type_kind(instance) != TYPE_KIND_INSTANCE &&
                                 type_kind(instance) != TYPE_KIND_CLASS &&
                                 type_kind(instance) != TYPE_KIND_GENERIC_ALIAS))
    return TYPE_NULL;
  TypeId meta = class_metaclass(world, type_class(instance));
  if (type_kind(meta) != TYPE_KIND_INSTANCE || type_eq(meta, TYPE_KNOWN(type)))
    return TYPE_NULL;
  ClassMember m = class_lookup(ctx->worker, meta, name, MEMBER_BODY_ONLY);
  bool is = !type_is_null(m.type) && !m.dynamic &&
            !class_is(m.owner, KNOWN_type) &&
            !class_is(m.owner, KNOWN_object) &&
            attr_is_data_descriptor(ctx->worker, m.type);
  return is ? meta : TYPE_NULL;
}

/* True when it was reported. */
static bool store_one(const Store *s, TypeId object) {
  Ctx *ctx = s->ctx;
  object = part_with(ctx, object, s->name);
  if (type_is_dynamic(object)) return false;
  if (type_kind(object) == TYPE_KIND_SUPER) return report_super(s, object);
  if (type_kind(object) == TYPE_KIND_LITERAL_ENUM)
    object = world_nominal_fallback(ctx->world, object);
  if (check_attribute_write(ctx, object, s->name, s->target) ||
      check_generic_attribute(ctx, object, s->name, s->target))
    return true;
  AttrHook hook = {0};
  if (is_object(object))
    hook = attr_hook(ctx->worker, object, s->name, false);
  if (hook.is_descriptor) {
    if (type_is_null(hook.callee)) return report_read_only(s, object);
    return !call_hook(s, &hook, object).ok && report_hook(s, object);
  }
  TypeId meta = metaclass_with(ctx, object, s->name);
  if (!type_is_null(meta)) {
    hook = attr_hook(ctx->worker, meta, s->name, false);
    if (type_is_null(hook.callee)) return report_read_only(s, object);
    return !call_hook(s, &hook, meta).ok && report_hook(s, meta);
  }
  Attr attr = attr_write(ctx->worker, object, s->name);
  if (attr.is_dynamic && check_setattr(s, object)) return true;
  if (attr.is_inferred) {
    TypeId inferred = inferred_type(ctx, object, s->name);
    if (!type_is_null(inferred)) attr.type = inferred;
  }
  if (!type_is_null(attr.type))
    return !type_is_dynamic(attr.type) &&
           !relate_assignable(ctx->world, s->value, attr.type) &&
           report_value(s, attr.type);
  Attr readable = attr_read(ctx->worker, object, s->name);
  /* A __getattr__ is for reading only. */
  if (type_is_null(readable.type) || readable.is_dynamic)
    return report_missing(s, object);
  return type_kind(readable.type) != TYPE_KIND_TYPE_VAR &&
         report_read_only(s, object);
}

static void store_each(const Store *s, bool (*one)(const Store *, TypeId)) {
  TypeId whole = s->whole;
  TypeSpan members = union_members(s->ctx->world, &whole);
  for (uint32_t i = 0; i < members.n; i++)
    if (one(s, members.v[i])) return;
}

static Store store_of(Ctx *ctx, NodeId target, TypeId value, TypeId object) {
  return (Store){.ctx = ctx, .target = target, .whole = object, .value = value,
                 .name = {ast_at(ctx->ast, target)->b}};
}

void check_attribute_store(Ctx *ctx, NodeId target, TypeId value) {
  Store s = store_of(ctx, target, value, object_of(ctx, target));
  store_each(&s, store_one);
}

void check_attribute_restore(Ctx *ctx, NodeId target, TypeId value) {
  Ctx quiet = expr_quiet(ctx);
  Store s = store_of(ctx, target, value, object_of(&quiet, target));
  s.was_read = true;
  store_each(&s, store_one);
}

TypeId attribute_expected(Ctx *ctx, NodeId target) {
  Ctx quiet = expr_quiet(ctx);
  TypeId whole = object_of(&quiet, target), wanted = TYPE_NULL;
  NameId name = {ast_at(ctx->ast, target)->b};
  TypeSpan members = union_members(ctx->world, &whole);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId object = part_with(ctx, members.v[i], name);
    if (type_is_dynamic(object)) continue;
    Attr attr = attr_write(ctx->worker, object, name);
    TypeId one = attr.is_inferred ? inferred_type(ctx, object, name) : attr.type;
    if (type_is_null(one) || type_is_dynamic(one)) continue;
    if (!type_is_null(wanted) && !type_eq(wanted, one)) return TYPE_NULL;
    wanted = one;
  }
  return wanted;
}

/* The class has its own `__delattr__`. */
static bool deletes_itself(Ctx *ctx, TypeId object) {
  NameId name = name_intern(STR("__delattr__"));
  return is_object(object) &&
         !type_is_null(
             class_lookup(ctx->worker, object, name, MEMBER_SKIP_OBJECT).type);
}

static bool delete_one(const Store *s, TypeId object) {
  Ctx *ctx = s->ctx;
  object = part_with(ctx, object, s->name);
  if (type_is_dynamic(object)) return false;
  if (type_kind(object) == TYPE_KIND_SUPER) return report_super(s, object);
  if (check_attribute_write(ctx, object, s->name, s->target)) return true;
  if (deletes_itself(ctx, object)) return false;
  if (is_object(object)) {
    AttrHook hook = attr_hook(ctx->worker, object, s->name, true);
    if (hook.is_descriptor && type_is_null(hook.callee))
      return report_read_only(s, object);
    if (hook.is_descriptor)
      return !call_hook(s, &hook, object).ok && report_hook(s, object);
  }
  Attr attr = attr_read(ctx->worker, object, s->name);
  if (!type_is_null(attr.type)) return false;
  return report_missing(s, object);
}

/* A `__get__` that does not take the object. */
static void check_descriptor_read(Ctx *ctx, TypeId object, NameId name,
                                  const ClassMember *m, NodeId node) {
  ClassId id = type_class(m->type);
  if (m->is_instance || m->dynamic || class_is(id, KNOWN_Wrapped) ||
      class_is(id, KNOWN_cached_property) ||
      class_is(id, KNOWN_staticmethod) || class_is(id, KNOWN_classmethod))
    return;
  NameId get = NAME_ID(dunder_get);
  TypeId method = attr_dunder(ctx->worker, m->type, get);
  if (type_is_null(method) || type_kind(method) != TYPE_KIND_BOUND_METHOD)
    return;
  TypeId args[2] = {object, type_subclass_of(object)};
  Ctx quiet = expr_quiet(ctx);
  if (call_dunder(&quiet, m->type, get, args, 2).ok ||
      !ctx_reports(ctx, RULE_INVALID_ATTRIBUTE_ACCESS))
    return;
  ctx_report(ctx, RULE_INVALID_ATTRIBUTE_ACCESS, node,
             "The descriptor `%s` of attribute `%" PRIstr
             "` does not take an object of type `%s`",
             display_short(ctx->world, m->type), STR_ARG(name_text(name)),
             display_short(ctx->world, object));
}

void check_property_read(Ctx *ctx, TypeId object, NameId name, NodeId node) {
  if (!is_object(object)) return;
  ClassMember m = class_lookup(ctx->worker, object, name, 0);
  if (type_is_null(m.type)) return;
  if (type_kind(m.type) == TYPE_KIND_INSTANCE)
    check_descriptor_read(ctx, object, name, &m, node);
  if (type_kind(m.type) != TYPE_KIND_PROPERTY) return;
  TypeId getter = type_property_view(m.type).getter;
  if (type_is_null(getter) && !class_module(ctx->worker, m.owner)->module->is_stub)
    ctx_report(ctx, RULE_INVALID_ATTRIBUTE_ACCESS, node,
               "Property `%" PRIstr "` of type `%s` has no getter",
               STR_ARG(name_text(name)), display_short(ctx->world, object));
  check_deprecated_getter(ctx, getter, node);
  if (type_is_null(getter) || type_kind(getter) != TYPE_KIND_FUNCTION) return;
  TypeId signature = ctx->world->signature(ctx->world, getter);
  if (type_kind(signature) != TYPE_KIND_CALLABLE) return;
  SignatureView v = type_signature_view(signature);
  if (v.n && (v.params[0].flags & PARAM_ANNOTATED))
    call_value(ctx, type_bound_method(object, getter), (Arguments){0},
               TYPE_NULL, node);
}

/* The target stands for an attribute of the object that the method around is
 * called on, or of its class. */
static bool is_own_attribute(Ctx *ctx, NodeId target) {
  const AstNode *object = ast_at(ctx->ast, (NodeId){ast_at(ctx->ast, target)->a});
  if (object->kind != AST_Name) return false;
  const Index *index = ctx->index;
  for (ScopeId s = ctx->scope; s.v; s = index->scopes[s.v].parent) {
    if (index->scopes[s.v].kind == SCOPE_CLASS) return false;
    if (index->scopes[s.v].kind != SCOPE_FUNCTION ||
        class_enclosing(ctx->worker, ctx->module, s).v == 0)
      continue;
    NodeId def = index->scopes[s.v].node;
    NodeList params = ast_list(ctx->ast, ast_function(ctx->ast, def)->params);
    return params.n && ast_at(ctx->ast, ast_item(params, 0))->a == object->a;
  }
  return false;
}

void check_annotated_target(Ctx *ctx, NodeId target, NodeId annotation,
                            TypeId value) {
  AstKind kind = ast_kind(ctx->ast, target);
  if (kind == AST_Attribute && is_own_attribute(ctx, target)) return;
  ctx_report(ctx, RULE_INVALID_TYPE_FORM, annotation,
             kind == AST_Attribute
                 ? "Only attributes of a method's own object can be annotated"
                 : "Items cannot be annotated");
  if (type_is_null(value)) return;
  if (kind == AST_Attribute) check_attribute_store(ctx, target, value);
  else check_subscript_store(ctx, target, value);
}

/* ---- subscripts ---------------------------------------------------------------- */

static bool is_typed_dict(World *world, TypeId t) {
  return type_kind(t) == TYPE_KIND_INSTANCE &&
         (class_flags(world, type_class(t)) & CLASS_TYPED_DICT);
}

/* object[key] = value where object is a TypedDict; true when it was reported. */
static bool store_key(Ctx *ctx, TypeId object, TypeId key, TypeId value,
                      NodeId target) {
  TypeId want = typed_dict_get(ctx, object, key, target);
  if (type_is_null(want) || relate_assignable(ctx->world, value, want))
    return false;
  if (!ctx_reports(ctx, RULE_INVALID_ASSIGNMENT)) return true;
  const char *a, *b;
  display_pair(ctx->world, value, want, &a, &b);
  ctx_report(ctx, RULE_INVALID_ASSIGNMENT, target,
             "Object of type `%s` is not assignable to `%s`", a, b);
  return true;
}

static void store_item(Ctx *ctx, TypeId object, TypeId index, TypeId value,
                       NodeId target) {
  World *world = ctx->world;
  if (is_typed_dict(world, object)) {
    if (typed_dict_check_store(ctx, object, index, target, false)) return;
    /* Whichever of several keys it is, its item takes the value. */
    TypeSpan keys = union_members(world, &index);
    for (uint32_t i = 0; i < keys.n; i++)
      if (store_key(ctx, object, keys.v[i], value, target)) return;
    return;
  }
  TypeId setitem = attr_dunder(ctx->worker, object, NAME_ID(dunder_setitem));
  if (type_is_null(setitem)) {
    ctx_report(ctx, RULE_INVALID_ASSIGNMENT, target,
               "Cannot assign to a subscript on an object of type `%s` with "
               "no `__setitem__` method",
               display_short(world, object));
    return;
  }
  TypeId args[2] = {index, value};
  if (call_dunder(ctx, object, NAME_ID(dunder_setitem), args, 2).ok) return;
  ctx_report(ctx, RULE_INVALID_ASSIGNMENT, target,
             "Cannot assign value of type `%s` to key of type `%s` on `%s`",
             display_short(world, value), display_short(world, index),
             display_short(world, object));
}

void check_subscript_store(Ctx *ctx, NodeId target, TypeId value) {
  TypeId object = object_of(ctx, target);
  TypeId index =
      expr_infer(ctx, (NodeId){ast_at(ctx->ast, target)->b}, TYPE_NULL);
  TypeSpan members = union_members(ctx->world, &object);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId m = alias_expand(ctx->world, members.v[i]);
    if (type_is_dynamic(m)) continue;
    m = container_mixed(ctx, (NodeId){ast_at(ctx->ast, target)->a}, m);
    store_item(ctx, m, index, value, target);
  }
}

/* Reading the item failed, and said so. */
static bool is_unreadable(Ctx *ctx, TypeId object, TypeId index) {
  Ctx quiet = expr_quiet(ctx);
  if (is_typed_dict(ctx->world, object))
    return type_is_null(
        typed_dict_get(&quiet, object, index, ID_NONE(NodeId)));
  return !call_dunder(&quiet, object, NAME_ID(dunder_getitem), &index, 1).ok;
}

void check_subscript_restore(Ctx *ctx, NodeId target, TypeId value) {
  Ctx quiet = expr_quiet(ctx);
  TypeId object = object_of(&quiet, target);
  TypeId index =
      expr_infer(&quiet, (NodeId){ast_at(ctx->ast, target)->b}, TYPE_NULL);
  TypeSpan members = union_members(ctx->world, &object);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId m = alias_expand(ctx->world, members.v[i]);
    if (!type_is_dynamic(m) && !is_unreadable(ctx, m, index))
      store_item(ctx, m, index, value, target);
  }
}

/* `del object[key]` needs a __delitem__ that takes the key. */
static void delete_item(Ctx *ctx, TypeId object, TypeId key, NodeId target) {
  World *world = ctx->world;
  if (is_typed_dict(world, object)) {
    typed_dict_check_store(ctx, object, key, target, true);
    return;
  }
  TypeKind kind = type_kind(object);
  if (kind != TYPE_KIND_INSTANCE && kind != TYPE_KIND_TUPLE &&
      !type_is_literal(object))
    return;
  NameId name = NAME_ID(dunder_delitem);
  if (type_is_null(attr_dunder(ctx->worker, object, name))) {
    ctx_report(ctx, RULE_NOT_SUBSCRIPTABLE, target,
               "Cannot delete subscript on object of type `%s` with no "
               "`__delitem__` method",
               display_short(world, object));
    return;
  }
  if (call_dunder(ctx, object, name, &key, 1).ok) return;
  ctx_report(ctx, RULE_INVALID_ARGUMENT_TYPE, target,
             "Method `__delitem__` of type `%s` cannot be called with key of "
             "type `%s`",
             display_short(world, object), display_short(world, key));
}

static void delete_target(Ctx *ctx, NodeId target) {
  const AstNode *n = ast_at(ctx->ast, target);
  switch ((AstKind)n->kind) {
  case AST_Tuple:
  case AST_List: {
    NodeList list = ast_list(ctx->ast, n->a);
    for (uint32_t i = 0; i < list.n; i++) delete_target(ctx, ast_item(list, i));
    return;
  }
  case AST_Attribute: {
    Store s = store_of(ctx, target, TYPE_NULL, object_of(ctx, target));
    store_each(&s, delete_one);
    return;
  }
  case AST_Subscript: {
    TypeId object = object_of(ctx, target);
    TypeId key = expr_infer(ctx, (NodeId){n->b}, TYPE_NULL);
    TypeSpan members = union_members(ctx->world, &object);
    for (uint32_t i = 0; i < members.n; i++)
      delete_item(ctx, alias_expand(ctx->world, members.v[i]), key, target);
    return;
  }
  case AST_Name: expr_check_deleted(ctx, target); return;
  default: return;
  }
}

void check_delete(Ctx *ctx, NodeId node) {
  NodeList targets = ast_list(ctx->ast, ast_at(ctx->ast, node)->a);
  for (uint32_t i = 0; i < targets.n; i++)
    delete_target(ctx, ast_item(targets, i));
}
