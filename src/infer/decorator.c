/* decorator.c - what decorators make of a def.
 *
 * A def statement binds a FUNCTION: the def by identity, with its generic
 * surroundings as a mapping.  Decorators that only state facts (staticmethod,
 * classmethod, overload, final, ...) leave it a FUNCTION and are read as flags by
 * whoever asks (func_flags); property makes a PROPERTY; any other is called,
 * from the inside out.
 *
 * A decorator that is not known gives Unknown.  One without annotations is taken
 * to keep the function, when nothing better is known of its result than Unknown or
 * that it takes any arguments and returns something unknown: such wrappers nearly
 * always do.
 *
 * Sources: typing spec, "overload.html", "class-compat.html", "qualifiers.html";
 * Python reference, "Function definitions".
 */
#include "infer/check.h"
#include "infer/class.h"
#include "infer/expr_int.h"
#include "infer/func.h"
#include "infer/queries.h"
#include "infer/typevar.h"
#include "types/callable.h"


enum { MAPPING_MAX = 60 }; /* variables of a def's surroundings */

/* ---- which decorator ------------------------------------------------------------- */

static const struct {
  const char *module, *name;
  DecoratorKind kind;
} known_decorators[] = {
#define DECORATOR(module, name, kind) {module, name, DECORATOR_##kind},
#include "infer/decorators.def"
#undef DECORATOR
};

DecoratorKind decorator_of_value(const Infer *infer, TypeId value) {
  ModuleId module;
  NameId name;
  if (type_kind(value) == TYPE_KIND_FUNCTION) {
    module = type_module_id(value);
    name = type_name(value);
  } else if (type_kind(value) == TYPE_KIND_CLASS) {
    module = class_at(type_class(value))->module;
    name = class_at(type_class(value))->name;
  } else {
    return DECORATOR_OTHER;
  }
  const Module *m = modules_at(infer->modules, module);
  if (m->origin != ORIGIN_STDLIB &&
      !str_is(name_text(m->name), "typing_extensions"))
    return DECORATOR_OTHER;
  Str in = name_text(m->name), text = name_text(name);
  for (size_t i = 0; i < ARRAY_LEN(known_decorators); i++)
    if (str_is(text, known_decorators[i].name) &&
        str_is(in, known_decorators[i].module))
      return known_decorators[i].kind;
  return DECORATOR_OTHER;
}

/* `x.setter` and the like, where x is a property; *value gets the property. */
static DecoratorKind accessor_kind(Ctx *ctx, NodeId node, TypeId *value) {
  const AstNode *n = ast_at(ctx->ast, node);
  Str attr = name_text((NameId){n->b});
  DecoratorKind kind = DECORATOR_OTHER;
  if (str_is(attr, "setter")) kind = DECORATOR_SETTER;
  else if (str_is(attr, "getter")) kind = DECORATOR_GETTER;
  else if (str_is(attr, "deleter")) kind = DECORATOR_DELETER;
  if (kind == DECORATOR_OTHER) return kind;
  TypeId base = expr_infer(ctx, (NodeId){n->a}, TYPE_NULL);
  if (type_kind(base) != TYPE_KIND_PROPERTY) return DECORATOR_OTHER;
  *value = base;
  return kind;
}

DecoratorKind decorator_kind(Ctx *ctx, NodeId decorator, TypeId *value) {
  NodeId node = decorator;
  if (ast_kind(ctx->ast, node) == AST_Call)
    node = (NodeId){ast_at(ctx->ast, node)->a};
  else if (ast_kind(ctx->ast, node) == AST_Attribute) {
    DecoratorKind accessor = accessor_kind(ctx, node, value);
    if (accessor != DECORATOR_OTHER) return accessor;
  }
  *value = expr_infer(ctx, node, TYPE_NULL);
  DecoratorKind kind = decorator_of_value(ctx->worker->infer, *value);
  if (kind != DECORATOR_OTHER || type_kind(*value) != TYPE_KIND_CLASS)
    return kind;
  /* A class of one's own that derives from property. */
  ClassId id = type_class(*value);
  if (class_is(id, KNOWN_cached_property)) return DECORATOR_OTHER;
  if (class_derives(ctx->worker, id, CLASS_ID(property)))
    return DECORATOR_PROPERTY;
  if (class_derives(ctx->worker, id, CLASS_ID(classmethod)))
    return DECORATOR_CLASS;
  if (class_derives(ctx->worker, id, CLASS_ID(staticmethod)))
    return DECORATOR_STATIC;
  return DECORATOR_OTHER;
}

/* ---- flags ------------------------------------------------------------------------ */

static uint32_t flags_of_kind(DecoratorKind kind) {
  switch (kind) {
  case DECORATOR_STATIC: return FUNC_STATIC;
  case DECORATOR_CLASS: return FUNC_CLASS;
  case DECORATOR_PROPERTY:
  case DECORATOR_SETTER:
  case DECORATOR_GETTER:
  case DECORATOR_DELETER: return FUNC_PROPERTY;
  case DECORATOR_ABSTRACT_PROPERTY: return FUNC_PROPERTY | FUNC_ABSTRACT;
  case DECORATOR_ABSTRACT_CLASS: return FUNC_CLASS | FUNC_ABSTRACT;
  case DECORATOR_ABSTRACT_STATIC: return FUNC_STATIC | FUNC_ABSTRACT;
  case DECORATOR_ABSTRACT: return FUNC_ABSTRACT;
  case DECORATOR_OVERLOAD: return FUNC_OVERLOAD;
  case DECORATOR_FINAL: return FUNC_FINAL;
  case DECORATOR_OVERRIDE: return FUNC_OVERRIDE;
  case DECORATOR_NO_TYPE_CHECK: return FUNC_NO_TYPE_CHECK;
  case DECORATOR_TYPE_CHECK_ONLY: return FUNC_TYPE_CHECK_ONLY;
  case DECORATOR_DEPRECATED: return FUNC_DEPRECATED;
  case DECORATOR_TRANSFORM: return FUNC_TRANSFORM;
  case DECORATOR_DISJOINT_BASE:
  case DECORATOR_KEEP: return 0;
  default: return FUNC_DECORATED;
  }
}

/* Facts that a method's name alone gives (Python reference, "Data model"). */
static uint32_t flags_of_name(const ModuleState *m, const Def *d, NameId name) {
  if (m->index->scopes[d->scope.v].kind != SCOPE_CLASS) return 0;
  if (name_is(name, NAME_dunder_new)) return FUNC_STATIC | FUNC_NEW;
  if (name_is(name, NAME_dunder_init_subclass) ||
      name_is(name, NAME_dunder_class_getitem))
    return FUNC_CLASS;
  return 0;
}

TypeId func_flags_compute(InferWorker *worker, ModuleState *module,
                          uint32_t index) {
  const Def *d = &module->index->defs[index];
  const AstFunction *f = ast_function(module->ast, d->node);
  Ctx ctx = ctx_quiet(worker, module, d->scope);
  uint32_t flags = flags_of_name(module, d, f->name);
  NodeList list = ast_list(module->ast, f->decorators);
  for (uint32_t i = 0; i < list.n; i++) {
    TypeId value;
    flags |= flags_of_kind(decorator_kind(&ctx, ast_item(list, i), &value));
  }
  return query_number(flags);
}

uint32_t func_flags(InferWorker *worker, ModuleState *module, DefId def) {
  const Def *d = &module->index->defs[def.v];
  if (d->kind != DEF_FUNCTION) return 0;
  const AstFunction *f = ast_function(module->ast, d->node);
  uint32_t by_name = flags_of_name(module, d, f->name);
  if (f->decorators == 0) return by_name;
  return query_to_number(query(worker, QUERY_FUNC_FLAGS, module, def.v),
                         by_name);
}

/* ---- the value of a def --------------------------------------------------------------- */

typedef struct {
  TypePair pairs[MAPPING_MAX];
  uint32_t n;
} Surroundings;

static void surround(Surroundings *s, TypeId var) {
  for (uint32_t i = 0; i < s->n; i++)
    if (type_eq(s->pairs[i].var, var)) return;
  if (s->n < MAPPING_MAX) s->pairs[s->n++] = (TypePair){var, var};
}

static void surround_list(Surroundings *s, TypeId list) {
  TypeSpan vars = type_args(list);
  for (uint32_t i = 0; i < vars.n; i++)
    if (type_kind(vars.v[i]) == TYPE_KIND_TYPE_VAR) surround(s, vars.v[i]);
}

/* The type variables that the scopes around a def bind, mapped to themselves:
 * whoever sees the def through a class or call puts their values in. */
static TypeId surroundings_of(InferWorker *worker, ModuleState *m,
                              const Def *d) {
  const Index *index = m->index;
  Surroundings s = {.n = 0};
  NodeId method = d->node;
  for (ScopeId id = d->scope; id.v; id = index->scopes[id.v].parent) {
    const Scope *scope = &index->scopes[id.v];
    if (scope->kind == SCOPE_FUNCTION) {
      method = scope->node;
      DefId outer = func_def_of_scope(m, id);
      if (outer.v) surround_list(&s, func_type_params(worker, m, outer));
    } else if (scope->kind == SCOPE_CLASS) {
      ClassId class_id = class_of_scope(worker, m, id);
      surround_list(&s, class_type_params(&worker->world, class_id));
      surround(&s, typevar_self(worker, m, class_id, method));
      break;
    }
  }
  return s.n ? type_mapping(s.pairs, s.n) : TYPE_NULL;
}

/* Whether overloads come before this def, so that it is their implementation. */
static bool implements_overloads(InferWorker *worker, ModuleState *m,
                                 DefId def) {
  const Index *index = m->index;
  PlaceId place = index->defs[def.v].place;
  DefId before = {0};
  for (DefId d = index->places[place.v].first_def; d.v && d.v != def.v;
       d = index->defs[d.v].next)
    before = d;
  if (before.v == 0 || index->defs[before.v].kind != DEF_FUNCTION) return false;
  return (func_flags(worker, m, before) & FUNC_OVERLOAD) != 0;
}

TypeId func_value_compute(InferWorker *worker, ModuleState *module,
                          uint32_t index) {
  DefId def = {index};
  const Def *d = &module->index->defs[index];
  const AstFunction *f = ast_function(module->ast, d->node);
  TypeId value = type_function(module->id, def, f->name,
                               surroundings_of(worker, module, d));
  NodeList list = ast_list(module->ast, f->decorators);
  if (list.n == 0) return value;
  uint32_t flags = func_flags(worker, module, def);
  if (!(flags & (FUNC_DECORATED | FUNC_PROPERTY))) return value;
  if (!(flags & FUNC_PROPERTY) && implements_overloads(worker, module, def))
    return value;
  Ctx ctx = ctx_quiet(worker, module, d->scope);
  for (uint32_t i = list.n; i-- > 0;)
    value = decorator_apply(&ctx, value, ast_item(list, i));
  return value;
}

TypeId func_value(InferWorker *worker, ModuleState *module, DefId def) {
  return query(worker, QUERY_FUNCTION_VALUE, module, def.v);
}

/* ---- applying one ---------------------------------------------------------------------- */

/* A def without a return annotation, or a call of one; of a union (of defs in
 * branches) all members. */
static bool is_untyped(Ctx *ctx, TypeId decorator) {
  if (type_kind(decorator) == TYPE_KIND_UNION) {
    TypeSpan members = type_members(decorator);
    for (uint32_t i = 0; i < members.n; i++)
      if (!type_eq(members.v[i], TYPE(UNKNOWN)) &&
          !is_untyped(ctx, members.v[i]))
        return false;
    return true;
  }
  if (type_kind(decorator) == TYPE_KIND_BOUND_METHOD)
    decorator = type_bound_function(decorator);
  if (type_kind(decorator) != TYPE_KIND_FUNCTION) return false;
  ModuleState *m = module_state(ctx->worker, type_module_id(decorator));
  NodeId node = m->index->defs[type_def(decorator).v].node;
  return ast_function(m->ast, node)->returns.v == 0;
}

/* One of several decorators, by some condition, of which one is untyped. */
static bool is_partly_untyped(Ctx *ctx, TypeId decorator) {
  TypeSpan members = type_members(decorator);
  for (uint32_t i = 0; i < members.n; i++)
    if (is_untyped(ctx, members.v[i])) return true;
  return false;
}

/* The signature of what an unannotated decorator made; null: no function. */
static TypeId wrapper_signature(World *world, TypeId t) {
  switch (type_kind(t)) {
  case TYPE_KIND_CALLABLE: return t;
  case TYPE_KIND_FUNCTION: return callable_of(world, t);
  case TYPE_KIND_INSTANCE: /* functools.wraps */
    return class_is(type_class(t), KNOWN_Wrapped) ? callable_of(world, t)
                                                  : TYPE_NULL;
  default: return TYPE_NULL;
  }
}

/* (*args, **kwargs) without annotations. */
static bool takes_anything(const SignatureView *view) {
  for (uint32_t i = 0; i < view->n; i++) {
    const Param *p = &view->params[i];
    if (p->kind != PARAM_VARIADIC && p->kind != PARAM_KEYWORD_VARIADIC)
      return false;
    if (p->flags & PARAM_ANNOTATED) return false;
  }
  return view->n == 2;
}

/* As many parameters of the same kinds. */
static bool takes_the_same(World *world, const SignatureView *view,
                           TypeId value) {
  TypeId own = wrapper_signature(world, value);
  if (type_is_null(own) || type_kind(own) != TYPE_KIND_CALLABLE) return false;
  SignatureView v = type_signature_view(own);
  if (v.n != view->n) return false;
  for (uint32_t i = 0; i < v.n; i++) {
    uint8_t a = v.params[i].kind, b = view->params[i].kind;
    if (MAX(a, PARAM_POSITIONAL_OR_KEYWORD) !=
        MAX(b, PARAM_POSITIONAL_OR_KEYWORD))
      return false;
  }
  return true;
}

static bool is_partly_unknown(World *world, TypeId t) {
  TypeSpan members = union_members(world, &t);
  for (uint32_t i = 0; i < members.n; i++)
    if (type_eq(members.v[i], TYPE(UNKNOWN))) return true;
  return false;
}

/* Whether what a wrapper for any arguments returns may be what the function
 * itself returns: Unknown, or some Unknown in the same kind of object (a
 * coroutine of an Unknown, where the function is a coroutine function). */
static bool returns_alike(World *world, TypeId returns, TypeId value) {
  TypeSpan members = union_members(world, &returns);
  for (uint32_t i = 0; i < members.n; i++)
    if (type_is_dynamic(members.v[i])) return true;
  TypeId own = wrapper_signature(world, value);
  if (type_is_null(own) || type_kind(own) != TYPE_KIND_CALLABLE) return true;
  own = type_signature_view(own).returns;
  if (type_is_dynamic(own) || type_eq(own, returns)) return true;
  return members.n == 1 && type_kind(returns) == TYPE_KIND_INSTANCE &&
         type_kind(own) == TYPE_KIND_INSTANCE &&
         type_has(returns, TYPE_HAS_UNKNOWN) &&
         type_class(returns).v == type_class(own).v;
}

/* What an unannotated decorator makes of `value`, given what its body says.  A
 * wrapper of which the result is not wholly known passes on that of the
 * function, when it takes the same arguments. */
static TypeId wrapped_one(World *world, TypeId value, TypeId result) {
  if (type_is_dynamic(result) && !type_eq(result, TYPE(DIVERGENT)))
    return value;
  TypeId signature = wrapper_signature(world, result);
  if (type_is_null(signature) || type_kind(signature) != TYPE_KIND_CALLABLE)
    return result;
  SignatureView view = type_signature_view(signature);
  bool inferred = (view.flags & SIGNATURE_INFERRED_RETURN) != 0 ||
                  type_kind(result) == TYPE_KIND_INSTANCE;
  if (inferred && takes_anything(&view))
    return returns_alike(world, view.returns, value) ? value : result;
  return is_partly_unknown(world, view.returns) &&
                 takes_the_same(world, &view, value)
             ? value
             : result;
}

/* One of several results that is not known better leaves the function: what the
 * others are for (the decorator itself, to be called with settings) is a guess. */
static TypeId wrapped(World *world, TypeId value, TypeId result) {
  TypeSpan members = union_members(world, &result);
  if (members.n == 1) return wrapped_one(world, value, result);
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId one = wrapped_one(world, value, members.v[i]);
    if (type_eq(one, value)) return value;
    union_add(builder, one);
  }
  return union_end(builder);
}

static TypeId apply_call(Ctx *ctx, TypeId value, NodeId node, TypeId callee) {
  bool untyped = is_untyped(ctx, callee);
  TypeId decorator = callee;
  if (ast_kind(ctx->ast, node) == AST_Call) {
    decorator = expr_infer(ctx, node, TYPE_NULL);
    if (type_is_dynamic(decorator) && untyped) return value;
    untyped = untyped || is_untyped(ctx, decorator);
  }
  if (type_is_dynamic(decorator))
    return type_eq(decorator, TYPE(DIVERGENT)) ? decorator : TYPE(UNKNOWN);
  Argument argument = {.type = value};
  CallResult result = call_value(ctx, decorator, (Arguments){&argument, 1},
                                 TYPE_NULL, ID_NONE(NodeId));
  /* One that says what it gives means it of what it does not take, too. */
  if (!result.ok && (untyped || type_is_null(result.returns)))
    return TYPE(UNKNOWN);
  if (!untyped) {
    /* The rest of what such a one was found to return is a guess as well. */
    bool guess = type_has(result.returns, TYPE_HAS_UNKNOWN) &&
                 (is_partly_untyped(ctx, callee) ||
                  is_partly_untyped(ctx, decorator));
    guess |= type_kind(result.returns) == TYPE_KIND_UNION &&
             is_partly_unknown(ctx->world, result.returns);
    return guess ? value : result.returns;
  }
  return wrapped(ctx->world, value, result.returns);
}

TypeId decorator_apply(Ctx *ctx, TypeId value, NodeId decorator) {
  TypeId what;
  switch (decorator_kind(ctx, decorator, &what)) {
  case DECORATOR_PROPERTY:
  case DECORATOR_ABSTRACT_PROPERTY:
    return type_property(value, TYPE_NULL, TYPE_NULL);
  case DECORATOR_SETTER: {
    PropertyView view = type_property_view(what);
    return type_property(view.getter, value, view.deleter);
  }
  case DECORATOR_GETTER: {
    PropertyView view = type_property_view(what);
    return type_property(value, view.setter, view.deleter);
  }
  case DECORATOR_DELETER: {
    PropertyView view = type_property_view(what);
    return type_property(view.getter, view.setter, value);
  }
  case DECORATOR_OTHER:
  case DECORATOR_DATACLASS:
  case DECORATOR_TOTAL_ORDERING: return apply_call(ctx, value, decorator, what);
  default: return value;
  }
}

/* ---- classes ----------------------------------------------------------------------- */

/* A def without a written return type: what it gives is not asked for here. */
static bool lacks_return(InferWorker *worker, TypeId callee) {
  if (type_kind(callee) != TYPE_KIND_FUNCTION) return false;
  ModuleState *m = module_state(worker, type_module_id(callee));
  const Def *d = &m->index->defs[type_def(callee).v];
  return d->kind != DEF_FUNCTION || !ast_function(m->ast, d->node)->returns.v;
}

/* An object of a class that is no metaclass; not what EnumMeta takes off again. */
static bool is_plain_object(InferWorker *worker, TypeId t) {
  return type_kind(t) == TYPE_KIND_INSTANCE &&
         !class_is(type_class(t), KNOWN_enum_member) &&
         !class_is(type_class(t), KNOWN_enum_nonmember) &&
         !class_derives(worker, type_class(t), CLASS_ID(type)) &&
         !class_is(type_class(t), KNOWN_object);
}

/* Most decorators give the class back, whatever they are annotated with: `type`,
 * a Callable, Any.  One that gives an object of another class means it. */
TypeId decorator_class_value(Ctx *ctx, DefId def, TypeId value) {
  const Ast *ast = ctx->module->ast;
  const AstClass *c = ast_class(ast, ctx->index->defs[def.v].node);
  NodeList list = ast_list(ast, c->decorators);
  Ctx quiet = list.n ? ctx_quiet(ctx->worker, ctx->module,
                                 ctx->index->defs[def.v].scope)
                     : *ctx;
  for (uint32_t i = list.n; i-- > 0;) {
    NodeId node = ast_item(list, i);
    TypeId callee;
    if (decorator_kind(&quiet, node, &callee) != DECORATOR_OTHER) continue;
    if (type_is_dynamic(callee) || lacks_return(ctx->worker, callee)) break;
    if (ast_kind(ast, node) == AST_Call) {
      callee = expr_infer(&quiet, node, TYPE_NULL);
      if (type_is_dynamic(callee) || lacks_return(ctx->worker, callee)) break;
    }
    Argument argument = {.type = value};
    CallResult r = call_value(&quiet, callee, (Arguments){&argument, 1},
                              TYPE_NULL, ID_NONE(NodeId));
    if (r.ok && is_plain_object(ctx->worker, r.returns)) value = r.returns;
  }
  return value;
}

/* Calls the decorator with what it decorates, reporting. */
static CallResult check_decorator(Ctx *ctx, Ctx *quiet, NodeId node,
                                  TypeId what, TypeId value) {
  TypeId callee = ast_kind(ctx->ast, node) == AST_Call
                      ? expr_infer(quiet, node, TYPE_NULL)
                      : what;
  Argument argument = {.type = value};
  if (type_is_dynamic(callee)) return (CallResult){callee, true};
  return call_value(ctx, callee, (Arguments){&argument, 1}, TYPE_NULL, node);
}

/* @deprecated, @dataclass_transform without the call that makes the decorator. */
static bool lacks_call(const Ctx *ctx, NodeId node, DecoratorKind kind) {
  return (kind == DECORATOR_DEPRECATED || kind == DECORATOR_TRANSFORM) &&
         ast_kind(ctx->ast, node) != AST_Call;
}

void decorator_check_class(Ctx *ctx, ClassId id, NodeList list) {
  if (ctx->diags == NULL || ctx->unreachable) return;
  TypeId value = type_class_object(id);
  Ctx quiet = expr_quiet(ctx);
  for (uint32_t i = list.n; i-- > 0 && !type_is_dynamic(value);) {
    NodeId node = ast_item(list, i);
    TypeId what;
    DecoratorKind kind = decorator_kind(&quiet, node, &what);
    if (kind != DECORATOR_OTHER && !lacks_call(ctx, node, kind)) continue;
    TypeId next = check_decorator(ctx, &quiet, node, what, value).returns;
    /* A decorator that returns type[T], or nobody knows what, returns the class. */
    if (!type_is_dynamic(next) && type_is_null(callable_made(ctx->world, next)))
      value = next;
  }
}

/* A property calls what it is made of with the object, and its setter with the
 * value, too. */
static void check_accessor(Ctx *ctx, NodeId node, DecoratorKind kind,
                           TypeId value) {
  bool sets = kind == DECORATOR_SETTER;
  Argument args[2] = {{.type = TYPE(UNKNOWN)}, {.type = TYPE(UNKNOWN)}};
  Ctx quiet = expr_quiet(ctx);
  if (type_is_dynamic(value) ||
      call_value(&quiet, value, (Arguments){args, sets ? 2 : 1}, TYPE_NULL,
                 ID_NONE(NodeId))
          .ok)
    return;
  ctx_report(ctx, RULE_INVALID_ARGUMENT_TYPE, node,
             "A property calls its %s with %s, which `%s` does not take",
             sets                         ? "setter"
             : kind == DECORATOR_DELETER ? "deleter"
                                         : "getter",
             sets ? "the object and a value" : "the object alone",
             display_short(ctx->world, value));
}

void decorator_check(Ctx *ctx, DefId def) {
  const Def *d = &ctx->module->index->defs[def.v];
  const AstFunction *f = ast_function(ctx->ast, d->node);
  NodeList list = ast_list(ctx->ast, f->decorators);
  for (uint32_t i = 0; i < list.n; i++)
    expr_infer(ctx, ast_item(list, i), TYPE_NULL);
  for (uint32_t i = 0; i < list.n; i++)
    check_disjoint_decorator(ctx, ast_item(list, i), "function");
  if (list.n == 0 || ctx->diags == NULL || ctx->unreachable) return;
  TypeId value = type_function(ctx->module->id, def, f->name,
                               surroundings_of(ctx->worker, ctx->module, d));
  /* An implementation is decorated without its overloads. */
  if (implements_overloads(ctx->worker, ctx->module, def))
    value = func_signature(ctx->worker, ctx->module, def);
  Ctx quiet = *ctx;
  quiet.diags = NULL;
  quiet.counts = NULL;
  for (uint32_t i = list.n; i-- > 0;) {
    NodeId node = ast_item(list, i);
    TypeId what;
    DecoratorKind kind = decorator_kind(&quiet, node, &what);
    TypeId next = decorator_apply(&quiet, value, node);
    if (flags_of_kind(kind) & FUNC_PROPERTY)
      check_accessor(ctx, node, kind, value);
    else if ((kind == DECORATOR_OTHER && !type_is_dynamic(value)) ||
             lacks_call(ctx, node, kind))
      check_decorator(ctx, &quiet, node, what, value);
    value = next;
  }
}

/* ---- overloads --------------------------------------------------------------------------- */

/* The signature that one overload adds, Self named as in `def`. */
static TypeId overload_signature(InferWorker *worker, ModuleState *m,
                                 DefId overload, DefId def) {
  TypeId t = TYPE_NULL;
  if (func_flags(worker, m, overload) & FUNC_DECORATED) {
    TypeId value = func_value(worker, m, overload);
    if (type_kind(value) == TYPE_KIND_CALLABLE) t = value;
  }
  if (type_is_null(t)) t = func_signature(worker, m, overload);
  if (overload.v == def.v || !type_has(t, TYPE_HAS_SELF)) return t;
  ClassId class_id = func_class(worker, m, def);
  if (class_id.v == 0) return t;
  NodeId node = m->index->defs[def.v].node;
  return subst_self(&worker->world, t, typevar_self(worker, m, class_id, node));
}

bool func_overload_is_open(InferWorker *worker, ModuleState *module,
                           DefId overload, DefId def) {
  const Index *ix = module->index;
  ReachId here = ix->defs[overload.v].reach, there = ix->defs[def.v].reach;
  if (here.v == there.v || module->module->is_stub) return false;
  Ctx ctx = ctx_quiet(worker, module, ix->defs[def.v].scope);
  return reach_truth_beside(&ctx, here, there) == TRUTH_AMBIGUOUS;
}

/* The overloads that hold at `def`, or its own signature. */
TypeId func_overloads_compute(InferWorker *worker, ModuleState *module,
                              uint32_t index) {
  const Index *ix = module->index;
  DefId def = {index};
  Ctx ctx = ctx_quiet(worker, module, ix->defs[index].scope);
  TypeVec run = {0};
  DefId d = ix->places[ix->defs[index].place.v].first_def;
  for (; d.v; d = ix->defs[d.v].next) {
    const Def *one = &ix->defs[d.v];
    if (d.v != def.v &&
        reach_truth(&ctx, one->reach, REACH_ID_ALWAYS) == TRUTH_NEVER)
      continue;
    bool overload = one->kind == DEF_FUNCTION &&
                    (func_flags(worker, module, d) & FUNC_OVERLOAD);
    if (overload && !func_overload_is_open(worker, module, d, def)) {
      TypeId t = overload_signature(worker, module, d, def);
      if (type_kind(t) == TYPE_KIND_CALLABLE)
        vec_push(&run, worker->scratch, t);
    }
    if (d.v == def.v) break;
    if (!overload) run.n = 0;
  }
  if (run.n == 0) return func_signature(worker, module, def);
  return type_overloaded(type_vec_span(&run));
}

TypeId func_overloads(InferWorker *worker, ModuleState *module, DefId def) {
  const Index *index = module->index;
  DefId first = index->places[index->defs[def.v].place.v].first_def;
  if (first.v == def.v) return func_signature(worker, module, def);
  return query(worker, QUERY_OVERLOADS, module, def.v);
}

static bool is_identity(TypeId mapping) {
  const TypePair *pairs;
  uint32_t n = type_mapping_pairs(mapping, &pairs);
  for (uint32_t i = 0; i < n; i++)
    if (!type_eq(pairs[i].var, pairs[i].value)) return false;
  return true;
}

/* World.signature: CALLABLE or OVERLOADED of a FUNCTION, its mapping applied. */
TypeId func_callable(World *world, TypeId function) {
  InferWorker *worker = world->self;
  ModuleState *m = module_state(worker, type_module_id(function));
  TypeId t = func_overloads(worker, m, type_def(function));
  TypeId mapping = type_mapping_of(function);
  if (type_is_null(mapping) || !type_has(t, TYPE_HAS_TYPE_VAR) ||
      is_identity(mapping))
    return t;
  return subst(world, t, mapping);
}

static bool is_self(TypeId var, const void *unused) {
  return type_var_view(var).kind == TYPE_VAR_SELF;
}

static TypeId with_self_param(World *world, TypeId callable) {
  if (type_kind(callable) != TYPE_KIND_CALLABLE ||
      !type_has(callable, TYPE_HAS_SELF))
    return callable;
  SignatureView v = type_signature_view(callable);
  TypeVec vars = {0};
  typevar_collect(world->scratch, callable, is_self, NULL, &vars);
  for (uint32_t i = 0; i < type_args(v.type_params).n; i++)
    vec_push(&vars, world->scratch, type_args(v.type_params).v[i]);
  return type_callable(v.params, v.n, v.returns,
                       type_list(type_vec_span(&vars)), v.flags);
}

TypeId func_explicit_new(World *world, TypeId function) {
  TypeId t = func_callable(world, function);
  if (type_kind(t) != TYPE_KIND_OVERLOADED) return with_self_param(world, t);
  TypeSpan items = type_args(t);
  TypeId *out = ARENA_ARRAY(world->scratch, TypeId, items.n);
  for (uint32_t i = 0; i < items.n; i++)
    out[i] = with_self_param(world, items.v[i]);
  return type_overloaded((TypeSpan){out, items.n});
}
