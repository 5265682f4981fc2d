/* typevar_check.c - what is wrong with type parameter lists and with TypeVar(...),
 * ParamSpec(...), TypeVarTuple(...) and TypeAliasType(...) calls.
 *
 * Sources: typing spec, "generics.html" (introduction, upper bounds, ParamSpec,
 * TypeVarTuple, defaults, variance), "aliases.html#typealiastype".
 */
#include "infer/alias.h"
#include "infer/check.h"
#include "infer/class.h"
#include "infer/special/special.h"
#include "infer/typevar.h"

static bool is_true(const Ast *ast, NodeId node) {
  return node.v && ast_kind(ast, node) == AST_True;
}

static NodeId keyword(const Ctx *ctx, NodeId call, const char *name) {
  return special_argument(ctx->ast, call, UINT32_MAX, name);
}

void check_assigned_name(Ctx *ctx, NodeId call, DefId def, NameId name) {
  if (!ctx_reports(ctx, RULE_MISMATCHED_TYPE_NAME)) return;
  NodeId target = ctx->module->index->defs[def.v].target;
  if (target.v == 0 || ast_kind(ctx->ast, target) != AST_Name) return;
  NameId assigned = {ast_at(ctx->ast, target)->a};
  if (name_eq(assigned, name)) return;
  NodeId first = special_argument(ctx->ast, call, 0, "name");
  ctx_report(ctx, RULE_MISMATCHED_TYPE_NAME, first.v ? first : call,
             "The name `%" PRIstr "` must match the variable `%" PRIstr
             "` that it is assigned to",
             STR_ARG(name_text(name)), STR_ARG(name_text(assigned)));
}

/* ---- variance keywords ------------------------------------------------------------- */

static void check_variance(Ctx *ctx, NodeId call, Rule rule) {
  bool co = is_true(ctx->ast, keyword(ctx, call, "covariant"));
  bool contra = is_true(ctx->ast, keyword(ctx, call, "contravariant"));
  bool infer = is_true(ctx->ast, keyword(ctx, call, "infer_variance"));
  if (co && contra)
    ctx_report(ctx, rule, call,
               "A type variable cannot be both covariant and contravariant");
  else if ((co || contra) && infer)
    ctx_report(ctx, rule, call,
               "A type variable with `infer_variance=True` cannot declare its "
               "variance");
}

/* ---- TypeVar ------------------------------------------------------------------------- */

static uint32_t annot_where_of(const Ctx *ctx) {
  return ANNOT_ALIAS | (ctx->module->module->is_stub ? ANNOT_DEFERRED : 0);
}

/* A bound, constraint or default as a type, reported on. */
static TypeId part(Ctx *ctx, NodeId node, Rule rule, const char *what) {
  TypeId t = annot_type(ctx, node, annot_where_of(ctx));
  if (what && type_has(t, TYPE_HAS_TYPE_VAR))
    ctx_report(ctx, rule, node, "%s of a type variable cannot be generic", what);
  return t;
}

typedef struct {
  TypeVec constraints;
  TypeId bound;
} Limits;

static bool allows(Ctx *ctx, const Limits *limits, TypeId t) {
  World *world = ctx->world;
  if (type_kind(t) == TYPE_KIND_TYPE_VAR) {
    /* The default is another variable: all that it may be must be allowed. */
    TypeVarBounds b = type_var_bounds(world, t);
    if (!type_is_null(b.constraints)) {
      TypeSpan list = type_args(b.constraints);
      for (uint32_t i = 0; i < list.n; i++)
        if (!allows(ctx, limits, list.v[i])) return false;
      return true;
    }
    t = type_is_null(b.bound) ? TYPE_KNOWN(object) : b.bound;
  }
  if (limits->constraints.n) {
    for (uint32_t i = 0; i < limits->constraints.n; i++)
      if (relate_equivalent(world, t, limits->constraints.v[i])) return true;
    return type_is_dynamic(t);
  }
  return type_is_null(limits->bound) ||
         relate_assignable(world, t, limits->bound);
}

static void check_default(Ctx *ctx, const Limits *limits, NodeId fallback,
                          TypeId t) {
  if (ctx_reports(ctx, RULE_INVALID_TYPE_VARIABLE_DEFAULT) &&
      !allows(ctx, limits, t))
    ctx_report(ctx, RULE_INVALID_TYPE_VARIABLE_DEFAULT, fallback,
               "The default `%s` does not fit the %s of the type variable",
               display_short(ctx->world, t),
               limits->constraints.n ? "constraints" : "bound");
}

void check_type_var_call(Ctx *ctx, NodeId call) {
  const Ast *ast = ctx->ast;
  NodeList args = ast_list(ast, ast_at(ast, call)->b);
  Limits limits = {.bound = TYPE_NULL};
  check_variance(ctx, call, RULE_INVALID_LEGACY_TYPE_VARIABLE);
  for (uint32_t i = 1; i < args.n; i++) {
    NodeId node = ast_item(args, i);
    AstKind kind = ast_kind(ast, node);
    if (kind == AST_Keyword || kind == AST_Starred) continue;
    TypeId t = part(ctx, node, RULE_INVALID_TYPE_VARIABLE_CONSTRAINTS,
                    "A constraint");
    vec_push(&limits.constraints, ctx->scratch, t);
  }
  NodeId bound = keyword(ctx, call, "bound");
  NodeId fallback = keyword(ctx, call, "default");
  if (bound.v)
    limits.bound =
        part(ctx, bound, RULE_INVALID_TYPE_VARIABLE_BOUND, "The bound");
  if (limits.constraints.n == 1)
    ctx_report(ctx, RULE_INVALID_TYPE_VARIABLE_CONSTRAINTS, call,
               "A type variable cannot have only one constraint");
  if (limits.constraints.n && bound.v)
    ctx_report(ctx, RULE_INVALID_LEGACY_TYPE_VARIABLE, call,
               "A type variable cannot have both a bound and constraints");
  if (fallback.v == 0) return;
  TypeId t = part(ctx, fallback, RULE_INVALID_TYPE_VARIABLE_DEFAULT, NULL);
  check_default(ctx, &limits, fallback, t);
}

void check_param_spec_call(Ctx *ctx, NodeId call) {
  check_variance(ctx, call, RULE_INVALID_PARAMSPEC);
  NodeId fallback = keyword(ctx, call, "default");
  if (fallback.v) annot_params_where(ctx, fallback, annot_where_of(ctx));
}

void check_type_var_tuple_call(Ctx *ctx, NodeId call) {
  const Ast *ast = ctx->ast;
  check_variance(ctx, call, RULE_INVALID_LEGACY_TYPE_VARIABLE);
  if (special_argument(ast, call, 1, "").v)
    ctx_report(ctx, RULE_INVALID_LEGACY_TYPE_VARIABLE, call,
               "A TypeVarTuple takes no constraints");
  bool bounds = python_at_least(ctx->worker->infer->options->python_version, 3,
                                15);
  if (keyword(ctx, call, "bound").v && !bounds)
    ctx_report(ctx, RULE_INVALID_LEGACY_TYPE_VARIABLE, call,
               "A TypeVarTuple takes no bound");
}

/* ---- type parameter lists -------------------------------------------------------------- */

/* A class whose bases bind a legacy type variable of that name. */
static bool binds_legacy(const Ctx *ctx, ScopeId scope, NameId name) {
  ClassId id = class_of_scope(ctx->worker, ctx->module, scope);
  if (id.v == 0) return false;
  TypeSpan params = type_args(class_type_params(ctx->world, id));
  for (uint32_t i = 0; i < params.n; i++)
    if (type_kind(params.v[i]) == TYPE_KIND_TYPE_VAR &&
        name_eq(type_var_view(params.v[i]).name, name))
      return true;
  return false;
}

/* A type parameter list, or a generic class, around this one that has the name. */
static bool is_shadowing(const Ctx *ctx, NameId name) {
  const Index *index = ctx->module->index;
  ScopeId s = index->scopes[ctx->scope.v].parent;
  for (; s.v; s = index->scopes[s.v].parent)
    if ((index->scopes[s.v].kind == SCOPE_TYPE_PARAMS &&
         index_symbol(index, s, name).v) ||
        (index->scopes[s.v].kind == SCOPE_CLASS && binds_legacy(ctx, s, name)))
      return true;
  return false;
}

/* One bound or constraint: no type variables in it. */
static TypeId check_limit(Ctx *ctx, NodeId node, Rule rule) {
  TypeId t = annot_type(ctx, node, ANNOT_DEFERRED | ANNOT_ALIAS);
  if (type_has(t, TYPE_HAS_TYPE_VAR))
    ctx_report(ctx, rule, node, "The bound or constraint of a type parameter "
                                "cannot be generic");
  return t;
}

/* What a type parameter's bound or list of constraints allows, reported on. */
static Limits check_limits(Ctx *ctx, NodeId bound) {
  Limits limits = {.bound = TYPE_NULL};
  if (bound.v == 0) return limits;
  if (ast_kind(ctx->ast, bound) != AST_Tuple) {
    limits.bound = check_limit(ctx, bound, RULE_INVALID_TYPE_VARIABLE_BOUND);
    return limits;
  }
  NodeList items = ast_list(ctx->ast, ast_at(ctx->ast, bound)->a);
  if (items.n < 2)
    ctx_report(ctx, RULE_INVALID_TYPE_VARIABLE_CONSTRAINTS, bound,
               "A type variable needs at least two constraints");
  for (uint32_t k = 0; k < items.n; k++)
    vec_push(&limits.constraints, ctx->scratch,
             check_limit(ctx, ast_item(items, k),
                         RULE_INVALID_TYPE_VARIABLE_CONSTRAINTS));
  return limits;
}

void check_typevar_list(Ctx *ctx, uint32_t list) {
  NodeList params = ast_list(ctx->ast, list);
  const uint32_t where = ANNOT_DEFERRED | ANNOT_ALIAS;
  uint32_t variadic = 0;
  for (uint32_t i = 0; i < params.n; i++) {
    NodeId node = ast_item(params, i);
    const AstNode *p = ast_at(ctx->ast, node);
    NodeId bound = {p->b}, fallback = {p->c};
    if (is_shadowing(ctx, (NameId){p->a}))
      ctx_report(ctx, RULE_SHADOWED_TYPE_VARIABLE, node,
                 "Type parameter `%" PRIstr
                 "` has the name of one of an enclosing scope",
                 STR_ARG(name_text((NameId){p->a})));
    if (p->op == TYPE_PARAM_TYPE_VAR_TUPLE && ++variadic == 2)
      ctx_report(ctx, RULE_INVALID_GENERIC_CLASS, node,
                 "Only one TypeVarTuple is allowed in a list of type parameters");
    if (fallback.v && variadic && p->op == TYPE_PARAM_TYPE_VAR)
      ctx_report(ctx, RULE_INVALID_TYPE_VARIABLE_DEFAULT, node,
                 "Type parameter `%" PRIstr
                 "` with a default follows a TypeVarTuple",
                 STR_ARG(name_text((NameId){p->a})));
    Limits limits = check_limits(ctx, bound);
    if (fallback.v == 0) continue;
    if (p->op == TYPE_PARAM_PARAM_SPEC)
      annot_params_where(ctx, fallback, where);
    else if (p->op == TYPE_PARAM_TYPE_VAR_TUPLE)
      annot_element(ctx, fallback, where);
    else
      check_default(ctx, &limits, fallback,
                    annot_element(ctx, fallback, where));
  }
}

/* ---- TypeAliasType --------------------------------------------------------------------- */

void check_alias_name(Ctx *ctx, NodeId call) {
  NodeId name = special_argument(ctx->ast, call, 0, "name");
  if (name.v)
    ctx_report(ctx, RULE_INVALID_TYPE_ALIAS_TYPE, name,
               "The name of a TypeAliasType must be a string literal");
}

void check_alias_call(Ctx *ctx, NodeId call, DefId def, NameId name) {
  const Ast *ast = ctx->ast;
  NodeId params = special_argument(ast, call, 2, "type_params");
  if (params.v && ast_kind(ast, params) != AST_Tuple)
    ctx_report(ctx, RULE_INVALID_TYPE_ALIAS_TYPE, params,
               "The type parameters must be a tuple display");
  NodeId value = special_argument(ast, call, 1, "value");
  if (value.v == 0) return;
  TypeId t = annot_type(ctx, value, annot_where_of(ctx));
  TypeVec vars = {0};
  typevar_collect(ctx->scratch, t, typevar_is_free, NULL, &vars);
  TypeSpan own = type_args(alias_type_params(ctx->worker, ctx->module, def));
  for (uint32_t i = 0; i < vars.n; i++) {
    bool listed = false;
    for (uint32_t k = 0; k < own.n; k++) listed |= type_eq(own.v[k], vars.v[i]);
    if (!listed)
      ctx_report(ctx, RULE_INVALID_TYPE_ALIAS_TYPE, value,
                 "Type variable `%" PRIstr
                 "` is not among the type parameters of the alias",
                 STR_ARG(name_text(type_var_view(vars.v[i]).name)));
  }
  if (ctx_reports(ctx, RULE_CYCLIC_TYPE_ALIAS_DEFINITION) &&
      alias_is_cyclic(ctx->worker, ctx->module, def))
    ctx_report(ctx, RULE_CYCLIC_TYPE_ALIAS_DEFINITION, call,
               "Cyclic definition of `%" PRIstr "`", STR_ARG(name_text(name)));
}
