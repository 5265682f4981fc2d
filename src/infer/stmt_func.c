/* stmt_func.c - headers of functions, implicit returns, imports.
 *
 * Typing spec, "Annotating functions"; a function that may reach its end returns
 * None there, unless it is a stub, abstract, an overload, or a protocol's.
 */
#include "infer/check.h"
#include "infer/class.h"
#include "infer/expr_int.h"
#include "infer/func.h"
#include "infer/stmt_int.h"
#include "infer/typevar.h"

static uint32_t deferral(const Ctx *ctx) {
  bool deferred =
      ctx->module->module->is_stub || ctx->index->future_annotations ||
      python_at_least(ctx->worker->infer->options->python_version, 3, 14);
  return deferred ? ANNOT_DEFERRED : 0;
}

static bool is_any_var(TypeId var, const void *unused) {
  (void)var;
  (void)unused;
  return true;
}

/* What a default has to fit: type variables inside a type may be anything, but a
 * parameter of the variable's own type takes whatever the caller decides on. */
static TypeId default_target(Ctx *ctx, TypeId declared) {
  if (!type_has(declared, TYPE_HAS_TYPE_VAR)) return declared;
  World *world = ctx->world;
  TypeVec vars = {0};
  typevar_collect(ctx->scratch, declared, is_any_var, NULL, &vars);
  TypePair *pairs = ARENA_ARRAY(ctx->scratch, TypePair, vars.n + 1);
  for (uint32_t i = 0; i < vars.n; i++)
    pairs[i] = (TypePair){vars.v[i], typevar_unknown(vars.v[i])};
  TypeId mapping = type_mapping(pairs, vars.n);
  TypeSpan members = union_members(world, &declared);
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = 0; i < members.n; i++)
    union_add(builder, type_kind(members.v[i]) == TYPE_KIND_TYPE_VAR
                           ? members.v[i]
                           : subst(world, members.v[i], mapping));
  return union_end(builder);
}

static void check_param(Ctx *header, Ctx *around, NodeId param) {
  const AstNode *p = ast_at(header->ast, param);
  TypeId declared = TYPE_NULL;
  if (p->b) {
    uint32_t where = ANNOT_PARAM | deferral(header);
    if (p->op == PARAM_VARIADIC) where |= ANNOT_ARGS;
    if (p->op == PARAM_KEYWORD_VARIADIC) where |= ANNOT_KWARGS;
    declared = annot_type(header, (NodeId){p->b}, where);
  }
  if (p->c == 0) return;
  NodeId value_node = {p->c};
  TypeId value = expr_infer(around, value_node, declared);
  if (type_is_null(declared) || type_is_dynamic(declared)) return;
  if (ast_kind(header->ast, value_node) == AST_Ellipsis) return;
  declared = default_target(header, declared);
  if (relate_assignable(header->world, value, declared)) return;
  const char *a, *b;
  if (!ctx_reports(header, RULE_INVALID_PARAMETER_DEFAULT)) return;
  display_pair(header->world, value, declared, &a, &b);
  ctx_report(header, RULE_INVALID_PARAMETER_DEFAULT, value_node,
             "Default value of type `%s` is not assignable to annotated "
             "parameter type `%s`",
             a, b);
}

void check_function_header(Ctx *ctx, NodeId node) {
  const AstFunction *function = ast_function(ctx->ast, node);
  DefId def = func_def_of_node(ctx->module, node);
  if (def.v == 0) return;
  decorator_check(ctx, def);
  check_redefinition(ctx, def);
  Ctx header = func_header_ctx(ctx->worker, ctx->module, def);
  header.diags = ctx->diags;
  header.counts = NULL;
  header.unreachable = ctx->unreachable;
  check_typevar_list(&header, function->type_params);
  check_overload_set(ctx, def);
  check_parameters(ctx, def);
  NodeList params = ast_list(ctx->ast, function->params);
  for (uint32_t i = 0; i < params.n; i++)
    check_param(&header, ctx, ast_item(params, i));
  if (function->returns.v)
    annot_type(&header, function->returns, ANNOT_RETURN | deferral(ctx));
}

/* ---- implicit returns ------------------------------------------------------------- */

/* Whether a statement stands under `if TYPE_CHECKING:`. */
static bool is_for_checkers(const Ast *ast, NodeId node) {
  for (NodeId i = node; i.v-- > 1;) {
    if (ast_kind(ast, i) != AST_IfClause || ast_end(ast, i).v <= node.v)
      continue;
    const AstNode *test = ast_at(ast, (NodeId){ast_at(ast, i)->a});
    NameId name = {test->kind == AST_Name        ? test->a
                   : test->kind == AST_Attribute ? test->b
                                                 : 0};
    if (name_is(name, NAME_TYPE_CHECKING)) return true;
  }
  return false;
}

/* Whether the missing return value is no mistake: the body is written elsewhere,
 * or by subclasses. */
static bool may_be_empty(Ctx *ctx, DefId def, BodyKind body) {
  if (body == BODY_CODE) return false;
  /* `...` is a stub anywhere; `if TYPE_CHECKING:` blocks hold others, too. */
  if (body == BODY_ELLIPSIS || ctx->module->module->is_stub) return true;
  uint32_t flags = func_flags(ctx->worker, ctx->module, def);
  if (flags & (FUNC_OVERLOAD | FUNC_ABSTRACT)) return true;
  ClassId owner = func_class(ctx->worker, ctx->module, def);
  if (owner.v && (class_flags(ctx->world, owner) & CLASS_PROTOCOL)) return true;
  return is_for_checkers(ctx->ast, ctx->index->defs[def.v].node);
}

/* What a function with a `yield` returns is a generator; true if that was
 * reported. */
static bool check_generator_return(Ctx *ctx, NodeId returns, bool is_async,
                                   DefId def) {
  TypeId want = func_declared_return(ctx->worker, ctx->module, def);
  if (type_is_null(want)) return false;
  TypeId any[3] = {TYPE(UNKNOWN), TYPE(UNKNOWN), TYPE(UNKNOWN)};
  TypeId made =
      is_async ? type_instance(CLASS_ID(AsyncGeneratorType), (TypeSpan){any, 2})
               : type_instance(CLASS_ID(GeneratorType), (TypeSpan){any, 3});
  if (relate_assignable(ctx->world, made, want)) return false;
  ctx_report(ctx, RULE_INVALID_RETURN_TYPE, returns,
             "Return type does not match returned value: expected `%s`, found "
             "a generator",
             display_short(ctx->world, want));
  return true;
}

void check_implicit_return(Ctx *ctx, ScopeId scope, DefId def) {
  const Scope *s = &ctx->index->scopes[scope.v];
  const AstFunction *function = ast_function(ctx->ast, s->node);
  if (function->returns.v == 0) return;
  if ((s->flags & SCOPE_GENERATOR) &&
      check_generator_return(ctx, function->returns,
                             (s->flags & SCOPE_ASYNC) != 0, def))
    return;
  TypeId want = func_expected_return(ctx, def);
  if (type_is_null(want) || type_is_dynamic(want)) return;
  TypeId none = world_known(ctx->world, KNOWN_NoneType);
  if (relate_assignable(ctx->world, none, want)) return;
  if (reach_truth(ctx, s->end_reach, REACH_ID_ALWAYS) == TRUTH_NEVER) return;
  BodyKind body = func_body_kind(ctx->ast, s->node);
  if (may_be_empty(ctx, def, body)) return;
  if (type_eq(want, TYPE(NEVER)))
    ctx_report(ctx, RULE_NORETURN_RETURNS, function->returns,
               "Function can implicitly return `None`, but is declared to "
               "never return");
  else if (body != BODY_CODE)
    ctx_report(ctx, RULE_EMPTY_BODY, function->returns,
               "Function has no body and always returns `None`, which is not "
               "assignable to return type `%s`",
               display_short(ctx->world, want));
  else
    ctx_report(ctx, RULE_INVALID_RETURN_TYPE, function->returns,
               "%s can implicitly return `None`, which is not assignable "
               "to return type `%s`",
               s->flags & SCOPE_GENERATOR ? "Generator" : "Function",
               display_short(ctx->world, want));
}

/* ---- imports ------------------------------------------------------------------------- */

static bool matches_glob(StrList globs, Str name) {
  for (uint32_t i = 0; i < globs.n; i++) {
    Str g = globs.v[i];
    if (str_eq(g, name)) return true;
    if (str_ends(g, STR(".**")) || str_ends(g, STR(".*"))) {
      uint32_t cut = str_rfind_byte(g, '.');
      Str stem = str_slice(g, 0, cut);
      if (str_starts(name, stem) &&
          (name.len == stem.len || name.ptr[stem.len] == '.'))
        return true;
    }
    if (str_is(g, "*") || str_is(g, "**")) return true;
  }
  return false;
}

static bool is_allowed(const Ctx *ctx, Str name) {
  const FileOptions *options = ctx->module->module->options;
  return options && (matches_glob(options->allowed_unresolved_imports, name) ||
                     matches_glob(options->replace_imports_with_any, name));
}

void check_import(Ctx *ctx, NodeId node) {
  NodeList list = ast_list(ctx->ast, ast_at(ctx->ast, node)->a);
  for (uint32_t i = 0; i < list.n; i++) {
    NodeId alias = ast_item(list, i);
    bool unresolved, maybe;
    import_value(ctx, alias, &unresolved, &maybe);
    Str name = name_text((NameId){ast_at(ctx->ast, alias)->a});
    if (unresolved && !is_allowed(ctx, name))
      ctx_report(ctx, RULE_UNRESOLVED_IMPORT, alias,
                 "Cannot resolve imported module `%" PRIstr "`",
                 STR_ARG(name));
  }
}

void check_import_from(Ctx *ctx, NodeId node) {
  const AstNode *n = ast_at(ctx->ast, node);
  ModuleId from = import_from_module(ctx->worker, ctx->module, node);
  Str name = n->a ? name_text((NameId){n->a}) : STR("");
  if (from.v == 0) {
    if (is_allowed(ctx, name)) return;
    StrBuf dotted;
    strbuf_init(&dotted, ctx->scratch);
    strbuf_fill(&dotted, '.', n->c);
    strbuf_put(&dotted, name);
    if (name_is((NameId){n->a}, NAME_dunder_future)) return;
    ctx_report(ctx, RULE_UNRESOLVED_IMPORT, node,
               "Cannot resolve imported module `%" PRIstr "`",
               STR_ARG(strbuf_str(&dotted)));
    return;
  }
  if (n->op == 1) return;
  NodeList list = ast_list(ctx->ast, n->b);
  for (uint32_t i = 0; i < list.n; i++) {
    NodeId alias = ast_item(list, i);
    bool unresolved, maybe;
    TypeId value = import_value(ctx, alias, &unresolved, &maybe);
    check_deprecated_use(ctx, alias, value);
    if (maybe && !unresolved)
      ctx_report(ctx, RULE_POSSIBLY_MISSING_IMPORT, alias,
                 "Member `%" PRIstr "` of module `%" PRIstr "` may be missing",
                 STR_ARG(name_text((NameId){ast_at(ctx->ast, alias)->a})),
                 STR_ARG(name_text(
                     modules_at(ctx->worker->infer->modules, from)->name)));
    if (!unresolved || str_is(name, "__future__")) continue; /* parse reports */
    Str module = name_text(
        modules_at(ctx->worker->infer->modules, from)->name);
    ctx_report(ctx, RULE_UNRESOLVED_IMPORT, alias,
               "Module `%" PRIstr "` has no member `%" PRIstr "`",
               STR_ARG(module),
               STR_ARG(name_text((NameId){ast_at(ctx->ast, alias)->a})));
  }
}
