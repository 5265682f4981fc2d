/* typevar_check.c - what is wrong with TypeVar(...), ParamSpec(...),
 * TypeVarTuple(...) and TypeAliasType(...) calls.
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
  if (ctx_reports(ctx, RULE_INVALID_TYPE_VARIABLE_DEFAULT) &&
      !allows(ctx, &limits, t))
    ctx_report(ctx, RULE_INVALID_TYPE_VARIABLE_DEFAULT, fallback,
               "The default `%s` does not fit the %s of the type variable",
               display_short(ctx->world, t),
               limits.constraints.n ? "constraints" : "bound");
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

/* ---- TypeAliasType --------------------------------------------------------------------- */

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
