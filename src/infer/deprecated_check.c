/* deprecated_check.c - uses of what is marked with @deprecated.
 *
 * A name, attribute or import whose value is a deprecated function or class; a
 * call that chooses a deprecated overload; and what calls a method without
 * naming it: operators, properties, `__call__`.
 *
 * Source: typing spec, "directives.html#deprecated".
 */
#include "infer/check.h"
#include "infer/class.h"
#include "infer/func.h"

typedef struct {
  ModuleState *module;
  NodeId node; /* FunctionDef or ClassDef */
} Marked;

static uint32_t decorators_of(const Marked *m) {
  const Ast *ast = m->module->ast;
  return ast_kind(ast, m->node) == AST_ClassDef
             ? ast_class(ast, m->node)->decorators
             : ast_function(ast, m->node)->decorators;
}

/* The text in @deprecated("..."); empty: there is none. */
static Str reason_of(Ctx *ctx, const Marked *m, ScopeId scope) {
  const Ast *ast = m->module->ast;
  Ctx at = ctx_quiet(ctx->worker, m->module, scope);
  NodeList list = ast_list(ast, decorators_of(m));
  for (uint32_t i = 0; i < list.n; i++) {
    NodeId node = ast_item(list, i);
    TypeId value;
    if (ast_kind(ast, node) != AST_Call ||
        decorator_kind(&at, node, &value) != DECORATOR_DEPRECATED)
      continue;
    NodeList args = ast_list(ast, ast_at(ast, node)->b);
    if (args.n == 0 || ast_kind(ast, ast_item(args, 0)) != AST_Str)
      return STR_EMPTY;
    return ast->values[ast_at(ast, ast_item(args, 0))->a].text;
  }
  return STR_EMPTY;
}

static void report(Ctx *ctx, NodeId node, const char *kind, Str name,
                   Str reason) {
  ctx_report(ctx, RULE_DEPRECATED, node,
             "%s `%" PRIstr "` is deprecated%s%" PRIstr, kind, STR_ARG(name),
             reason.len ? ": " : "", STR_ARG(reason));
}

/* A function that is deprecated as a whole, not one of its overloads. */
static bool is_deprecated(InferWorker *worker, ModuleState *m, DefId def) {
  uint32_t flags = func_flags(worker, m, def);
  return (flags & FUNC_DEPRECATED) && !(flags & FUNC_OVERLOAD);
}

/* Reports a FUNCTION, also a bound one. */
static void report_function(Ctx *ctx, TypeId function, NodeId node,
                            const char *kind) {
  if (type_is_null(function)) return;
  if (type_kind(function) == TYPE_KIND_BOUND_METHOD)
    function = type_bound_function(function);
  if (type_kind(function) != TYPE_KIND_FUNCTION) return;
  ModuleState *m = module_state(ctx->worker, type_module_id(function));
  DefId def = type_def(function);
  if (!is_deprecated(ctx->worker, m, def)) return;
  const Def *d = &m->index->defs[def.v];
  Marked marked = {m, d->node};
  if (kind == NULL)
    kind = func_class(ctx->worker, m, def).v ? "Method" : "Function";
  report(ctx, node, kind, name_text(type_name(function)),
         reason_of(ctx, &marked, d->scope));
}

static void report_class(Ctx *ctx, ClassId id, NodeId node) {
  const AstClass *c = class_ast(ctx->worker, id);
  if (c == NULL || c->decorators == 0 ||
      !(class_flags(ctx->world, id) & CLASS_DEPRECATED))
    return;
  const ClassInfo *info = class_at(id);
  Marked marked = {class_module(ctx->worker, id), info->node};
  ScopeId scope = marked.module->index->defs[info->def.v].scope;
  report(ctx, node, "Class", name_text(info->name),
         reason_of(ctx, &marked, scope));
}

void check_deprecated_use(Ctx *ctx, NodeId node, TypeId value) {
  if (type_is_null(value) || !ctx_reports(ctx, RULE_DEPRECATED)) return;
  switch (type_kind(value)) {
  case TYPE_KIND_FUNCTION:
  case TYPE_KIND_BOUND_METHOD: report_function(ctx, value, node, NULL); return;
  case TYPE_KIND_CLASS:
  case TYPE_KIND_GENERIC_ALIAS:
    report_class(ctx, type_class(value), node);
    return;
  default: return;
  }
}

void check_deprecated_getter(Ctx *ctx, TypeId getter, NodeId node) {
  if (ctx_reports(ctx, RULE_DEPRECATED))
    report_function(ctx, getter, node, "Property");
}

void check_deprecated_setter(Ctx *ctx, TypeId property, NodeId node) {
  if (type_kind(property) != TYPE_KIND_PROPERTY ||
      !ctx_reports(ctx, RULE_DEPRECATED))
    return;
  report_function(ctx, type_property_view(property).setter, node,
                  "Setter of property");
}

void check_deprecated_method(Ctx *ctx, TypeId object, NameId name,
                             NodeId node) {
  if (!ctx_reports(ctx, RULE_DEPRECATED) || type_is_dynamic(object) ||
      type_is_literal(object))
    return;
  report_function(ctx, attr_dunder(ctx->worker, object, name), node, NULL);
}

/* The only deprecated overload of a name; 0: there are more. */
static DefId only_overload(InferWorker *worker, ModuleState *m, DefId def) {
  PlaceId place = m->index->defs[def.v].place;
  DefId found = {0};
  const uint32_t both = FUNC_OVERLOAD | FUNC_DEPRECATED;
  for (DefId d = m->index->places[place.v].first_def; d.v;
       d = m->index->defs[d.v].next) {
    if ((func_flags(worker, m, d) & both) != both) continue;
    if (found.v) return (DefId){0};
    found = d;
  }
  return found;
}

static Str reason_of_overload(Ctx *ctx, TypeId callee) {
  if (type_is_null(callee)) return STR_EMPTY;
  if (type_kind(callee) == TYPE_KIND_BOUND_METHOD)
    callee = type_bound_function(callee);
  if (type_kind(callee) != TYPE_KIND_FUNCTION) return STR_EMPTY;
  ModuleState *m = module_state(ctx->worker, type_module_id(callee));
  DefId def = only_overload(ctx->worker, m, type_def(callee));
  if (def.v == 0) return STR_EMPTY;
  const Def *d = &m->index->defs[def.v];
  Marked marked = {m, d->node};
  return reason_of(ctx, &marked, d->scope);
}

void check_deprecated_overload(Ctx *ctx, TypeId callee, Str name,
                               TypeId chosen, NodeId node) {
  if (type_kind(chosen) != TYPE_KIND_CALLABLE ||
      !(type_signature_view(chosen).flags & SIGNATURE_DEPRECATED) ||
      !ctx_reports(ctx, RULE_DEPRECATED))
    return;
  if (ast_kind(ctx->ast, node) == AST_Call)
    node = (NodeId){ast_at(ctx->ast, node)->a};
  report(ctx, node, "This overload of", name, reason_of_overload(ctx, callee));
}
