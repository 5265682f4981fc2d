/* func_check.c - what is wrong with the parameters of a def.
 *
 * Sources: typing spec, "generics.html#paramspec" and "#self",
 * "historical.html#positional-only-parameters", "narrowing.html",
 * "callables.html#unpack-for-keyword-arguments".
 */
#include "infer/check.h"
#include "infer/expr_int.h"
#include "infer/class.h"
#include "infer/func.h"
#include "infer/typevar.h"

typedef struct {
  Ctx *ctx;
  DefId def;
  NodeId node;
  NodeList params;
  SignatureView view;
  TypeId returns; /* as written; null: not */
  uint32_t flags;
  ClassId owner;
} FuncCheck;

static NodeId annotation_of(const FuncCheck *f, uint32_t i) {
  return (NodeId){ast_at(f->ctx->ast, ast_item(f->params, i))->b};
}

/* ---- P.args and P.kwargs ----------------------------------------------------------- */

static bool is_part(TypeId t, bool kwargs) {
  return type_kind(t) == TYPE_KIND_PARAM_SPEC_PART &&
         type_param_spec_is_kwargs(t) == kwargs;
}

/* Whether the ParamSpec comes from elsewhere than the two parameters alone. */
static bool is_in_scope(const FuncCheck *f, TypeId var) {
  TypeVarView v = type_var_view(var);
  if (v.scope_node.v == 0) return false;
  if (v.scope_node.v != f->node.v ||
      v.scope_module.v != f->ctx->module->id.v ||
      ast_function(f->ctx->ast, f->node)->type_params)
    return true;
  TypeVarScope scope = {v.scope_module, v.scope_node};
  TypeVec vars = {0};
  for (uint32_t i = 0; i < f->view.n; i++) {
    TypeId t = f->view.params[i].type;
    if (type_kind(t) != TYPE_KIND_PARAM_SPEC_PART)
      typevar_collect(f->ctx->scratch, t, typevar_is_of, &scope, &vars);
  }
  for (uint32_t i = 0; i < vars.n; i++)
    if (type_eq(vars.v[i], var)) return true;
  return false;
}

static void check_param_spec_parts(const FuncCheck *f) {
  uint32_t args = UINT32_MAX, kwargs = UINT32_MAX;
  for (uint32_t i = 0; i < f->view.n; i++) {
    const Param *p = &f->view.params[i];
    if (p->kind == PARAM_VARIADIC) args = i;
    if (p->kind == PARAM_KEYWORD_VARIADIC) kwargs = i;
  }
  TypeId a = args == UINT32_MAX ? TYPE(NEVER) : f->view.params[args].type;
  TypeId k = kwargs == UINT32_MAX ? TYPE(NEVER) : f->view.params[kwargs].type;
  bool has_a = is_part(a, false), has_k = is_part(k, true);
  if (!has_a && !has_k) return;
  NodeId at = annotation_of(f, has_a ? args : kwargs);
  Ctx *ctx = f->ctx;
  if (!has_a || !has_k ||
      !type_eq(type_param_spec_of(a), type_param_spec_of(k))) {
    ctx_report(ctx, RULE_INVALID_PARAMSPEC, at,
               "`*args: P.args` must be accompanied by `**kwargs: P.kwargs`");
    return;
  }
  if (kwargs != args + 1)
    ctx_report(ctx, RULE_INVALID_PARAMSPEC, annotation_of(f, kwargs),
               "No parameters may stand between `*args: P.args` and "
               "`**kwargs: P.kwargs`");
  TypeId var = type_param_spec_of(a);
  if (!is_in_scope(f, var))
    ctx_report(ctx, RULE_INVALID_PARAMSPEC, at,
               "ParamSpec `%" PRIstr "` is not in scope here",
               STR_ARG(name_text(type_var_view(var).name)));
}

/* ---- names ---------------------------------------------------------------------------- */

static bool is_private(NameId name) {
  Str s = name.v ? name_text(name) : STR_EMPTY;
  return str_starts(s, STR("__")) && !str_ends(s, STR("__"));
}

static void check_positional_names(const FuncCheck *f) {
  bool ordinary = false;
  for (uint32_t i = 0; i < f->params.n; i++) {
    const AstNode *p = ast_at(f->ctx->ast, ast_item(f->params, i));
    if (p->op == PARAM_POSITIONAL_ONLY) return; /* the def says `/` itself */
    if (p->op != PARAM_POSITIONAL_OR_KEYWORD) break;
    bool receiver = i == 0 && (f->view.flags & SIGNATURE_METHOD);
    if (receiver) continue;
    if (!is_private((NameId){p->a})) {
      ordinary = true;
    } else if (ordinary) {
      ctx_report(f->ctx, RULE_INVALID_LEGACY_POSITIONAL_PARAMETER,
                 ast_item(f->params, i),
                 "Parameter `%" PRIstr "` is named as positional-only but "
                 "follows a parameter that can be passed by name",
                 STR_ARG(name_text((NameId){p->a})));
      return;
    }
  }
}

/* ---- **kwargs: Unpack[TD] ---------------------------------------------------------------- */

static void check_unpacked_kwargs(const FuncCheck *f) {
  Ctx *ctx = f->ctx;
  if (f->view.n == 0) return;
  const Param *last = &f->view.params[f->view.n - 1];
  if (last->kind != PARAM_KEYWORD_VARIADIC || !(last->flags & PARAM_UNPACKED))
    return;
  NodeId at = annotation_of(f, f->view.n - 1);
  TypeId dict = last->type;
  if (type_kind(dict) == TYPE_KIND_UNPACKED) dict = type_inner(dict);
  dict = alias_expand(ctx->world, dict);
  if (type_is_dynamic(dict)) return;
  if (type_kind(dict) != TYPE_KIND_INSTANCE ||
      !(class_flags(ctx->world, type_class(dict)) & CLASS_TYPED_DICT)) {
    ctx_report(ctx, RULE_INVALID_TYPE_FORM, at,
               "`Unpack` of `**kwargs` must hold a TypedDict, not `%s`",
               display_short(ctx->world, dict));
    return;
  }
  for (uint32_t i = 0; i + 1 < f->view.n; i++) {
    const Param *p = &f->view.params[i];
    if (p->kind == PARAM_POSITIONAL_ONLY || p->kind == PARAM_VARIADIC) continue;
    Member m = ctx->world->class_member(ctx->world, type_class(dict), p->name);
    if (type_is_null(m.type)) continue;
    ctx_report(ctx, RULE_INVALID_TYPE_FORM, at,
               "Item `%" PRIstr "` of `%s` is also a parameter of its own",
               STR_ARG(name_text(p->name)), display_short(ctx->world, dict));
  }
}

/* ---- guards --------------------------------------------------------------------------------- */

static void check_guard(const FuncCheck *f) {
  Ctx *ctx = f->ctx;
  if (type_is_null(f->returns) ||
      type_kind(f->returns) != TYPE_KIND_TYPE_GUARD)
    return;
  uint32_t first = f->view.flags & SIGNATURE_METHOD ? 1 : 0;
  NodeId at = ast_function(ctx->ast, f->node)->returns;
  const char *form = type_guard_is(f->returns) ? "TypeIs" : "TypeGuard";
  if (first >= f->view.n || f->view.params[first].kind > PARAM_POSITIONAL_OR_KEYWORD) {
    ctx_report(ctx, RULE_INVALID_TYPE_GUARD_DEFINITION, at,
               "`%s` function must have a parameter to narrow", form);
    return;
  }
  if (!type_guard_is(f->returns)) return;
  TypeId narrowed = type_inner(f->returns), from = f->view.params[first].type;
  if (relate_assignable(ctx->world, narrowed, from)) return;
  ctx_report(ctx, RULE_INVALID_TYPE_GUARD_DEFINITION, at,
             "Narrowed type `%s` is not assignable to the declared parameter "
             "type `%s`",
             display_short(ctx->world, narrowed),
             display_short(ctx->world, from));
}

/* ---- Self ----------------------------------------------------------------------------------- */

static bool mentions_self(const FuncCheck *f, uint32_t i) {
  return annotation_of(f, i).v &&
         type_has(f->view.params[i].type, TYPE_HAS_SELF);
}

/* Self needs a receiver whose type is not written otherwise, in no metaclass. */
static void check_self(const FuncCheck *f) {
  Ctx *ctx = f->ctx;
  if (f->owner.v == 0) return;
  const char *problem = NULL;
  bool has_receiver = f->view.n && (f->view.flags & SIGNATURE_METHOD);
  if ((f->flags & FUNC_STATIC) && !(f->flags & FUNC_NEW))
    problem = "a static method";
  else if (class_derives(ctx->worker, f->owner, CLASS_ID(type)))
    problem = "a metaclass";
  else if (has_receiver && annotation_of(f, 0).v && !mentions_self(f, 0))
    problem = "a method whose receiver has another type";
  if (problem == NULL) return;
  for (uint32_t i = has_receiver ? 1 : 0; i < f->view.n; i++)
    if (mentions_self(f, i))
      ctx_report(ctx, RULE_INVALID_TYPE_FORM, annotation_of(f, i),
                 "`Self` cannot be used in %s", problem);
  if (!type_is_null(f->returns) && type_has(f->returns, TYPE_HAS_SELF))
    ctx_report(ctx, RULE_INVALID_TYPE_FORM,
               ast_function(ctx->ast, f->node)->returns,
               "`Self` cannot be used in %s", problem);
}

/* ---- __init__ ------------------------------------------------------------------------------- */

static bool is_outer_variable(TypeId var, const void *check) {
  const FuncCheck *f = check;
  TypeVarView v = type_var_view(var);
  return v.kind != TYPE_VAR_SELF && v.scope_node.v != 0 &&
         (v.scope_node.v != f->node.v ||
          v.scope_module.v != f->ctx->module->id.v);
}

/* The annotation of self decides what a call makes: the class's own variables,
 * to be decided by the call, cannot stand in it. */
static void check_init_receiver(const FuncCheck *f) {
  Ctx *ctx = f->ctx;
  NameId name = ast_function(ctx->ast, f->node)->name;
  if (f->owner.v == 0 || f->view.n == 0 || !name_is(name, NAME_dunder_init) ||
      !(f->view.flags & SIGNATURE_METHOD) || !annotation_of(f, 0).v)
    return;
  TypeVec vars = {0};
  typevar_collect(ctx->scratch, f->view.params[0].type, is_outer_variable, f,
                  &vars);
  for (uint32_t i = 0; i < vars.n; i++)
    ctx_report(ctx, RULE_INVALID_INIT_TYPE_VARIABLE, annotation_of(f, 0),
               "First parameter of `__init__` cannot use type variable `%" PRIstr
               "` from an outer scope",
               STR_ARG(name_text(type_var_view(vars.v[i]).name)));
}

/* A constructor gives nothing back. */
static void check_init_returns(const FuncCheck *f) {
  Ctx *ctx = f->ctx;
  World *world = ctx->world;
  const AstFunction *function = ast_function(ctx->ast, f->node);
  if (f->owner.v == 0 || !name_is(function->name, NAME_dunder_init) ||
      type_is_null(f->returns) || function->returns.v == 0 ||
      relate_assignable(world, f->returns, TYPE_KNOWN(NoneType)))
    return;
  ctx_report(ctx, RULE_INVALID_RETURN_TYPE, function->returns,
             "`__init__` must return `None`, not `%s`",
             display_short(world, f->returns));
}

/* Whether the annotation of a receiver may take instances of the class: protocols
 * are asked where the method is called. */
static bool takes_class(const FuncCheck *f, TypeId want) {
  World *world = f->ctx->world;
  want = alias_expand(world, want);
  switch (type_kind(want)) {
  case TYPE_KIND_UNION: {
    TypeSpan members = type_members(want);
    for (uint32_t i = 0; i < members.n; i++)
      if (takes_class(f, members.v[i])) return true;
    return false;
  }
  case TYPE_KIND_TYPE_VAR: {
    TypeVarBounds b = type_var_bounds(world, want);
    if (!type_is_null(b.constraints)) {
      TypeSpan list = type_args(b.constraints);
      for (uint32_t i = 0; i < list.n; i++)
        if (takes_class(f, list.v[i])) return true;
      return false;
    }
    return type_is_null(b.bound) || takes_class(f, b.bound);
  }
  case TYPE_KIND_INSTANCE:
    return (class_flags(world, type_class(want)) & CLASS_PROTOCOL) ||
           class_derives(f->ctx->worker, f->owner, type_class(want)) ||
           (class_flags(world, f->owner) & CLASS_UNKNOWN_BASE);
  default: return true;
  }
}

/* An annotated receiver: what it says has to be a supertype of the class. An overload
 * may be there for some of its subclasses only. */
static void check_receiver(const FuncCheck *f) {
  Ctx *ctx = f->ctx;
  if (f->owner.v == 0 || f->view.n == 0 || (f->flags & FUNC_STATIC) ||
      (f->flags & FUNC_OVERLOAD) || !(f->view.flags & SIGNATURE_METHOD) ||
      annotation_of(f, 0).v == 0 ||
      class_derives(ctx->worker, f->owner, CLASS_ID(type)))
    return;
  TypeId want = alias_expand(ctx->world, f->view.params[0].type);
  bool of_class = (f->flags & (FUNC_CLASS | FUNC_NEW)) != 0;
  if (of_class && type_kind(want) != TYPE_KIND_SUBCLASS_OF) return;
  if (takes_class(f, of_class ? type_inner(want) : want)) return;
  ctx_report(ctx, RULE_INVALID_SELF_ANNOTATION, annotation_of(f, 0),
             "The annotation of `%" PRIstr "` must be a supertype of class "
             "`%" PRIstr "` or a protocol, not `%s`",
             STR_ARG(name_text(f->view.params[0].name)),
             STR_ARG(name_text(class_at(f->owner)->name)),
             display_short(ctx->world, want));
}

/* `@final` of a function that is no method is what is wrong, not the function. */
static void check_final_function(Ctx *ctx, const AstFunction *function) {
  NodeList decorators = ast_list(ctx->ast, function->decorators);
  Ctx quiet = expr_quiet(ctx);
  for (uint32_t i = 0; i < decorators.n; i++) {
    NodeId node = ast_item(decorators, i);
    TypeId t = expr_infer(&quiet, node, TYPE_NULL);
    if (type_kind(t) == TYPE_KIND_FUNCTION &&
        str_is(name_text(type_name(t)), "final"))
      ctx_report(ctx, RULE_FINAL_ON_NON_METHOD, node,
                 "`@final` cannot be applied to a function that is no method");
  }
}

void check_parameters(Ctx *ctx, DefId def) {
  if (ctx->diags == NULL || ctx->unreachable) return;
  NodeId node = ctx->module->index->defs[def.v].node;
  const AstFunction *function = ast_function(ctx->ast, node);
  TypeId signature = func_signature(ctx->worker, ctx->module, def);
  if (type_kind(signature) != TYPE_KIND_CALLABLE) return;
  FuncCheck f = {.ctx = ctx,
                 .def = def,
                 .node = node,
                 .params = ast_list(ctx->ast, function->params),
                 .view = type_signature_view(signature),
                 .returns = func_declared_return(ctx->worker, ctx->module, def),
                 .flags = func_flags(ctx->worker, ctx->module, def),
                 .owner = func_class(ctx->worker, ctx->module, def)};
  if ((f.flags & FUNC_FINAL) && f.owner.v == 0)
    check_final_function(ctx, function);
  if ((f.flags & FUNC_FINAL) && (f.flags & FUNC_ABSTRACT))
    check_report_name(ctx, RULE_ABSTRACT_AND_FINAL_METHOD, node,
                      "Method `%" PRIstr "` cannot be both abstract and final",
                      STR_ARG(name_text(function->name)));
  if (f.view.n != f.params.n) return;
  check_param_spec_parts(&f);
  check_positional_names(&f);
  check_unpacked_kwargs(&f);
  check_guard(&f);
  check_self(&f);
  check_init_receiver(&f);
  check_init_returns(&f);
  check_receiver(&f);
  for (uint32_t i = 0; i < f.params.n; i++)
    check_unknown_parameter(ctx, ast_item(f.params, i), &f.view.params[i]);
}
