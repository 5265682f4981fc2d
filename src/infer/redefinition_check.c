/* redefinition_check.c - functions and classes that a second definition of the
 * name takes the place of before anything could use them.
 *
 * Mostly two tests or methods were given one name, and the first never runs.  The
 * second definition must run whenever the first does (same reachability, calls in
 * between aside), find the first one as the name's value, and no use of the name
 * may stand between them, be it in a function that runs later.  Decorators may hand
 * a function on, or combine it with the one before: only those that are known to
 * give back what stands for it are looked through.
 */
#include "infer/check.h"
#include "infer/func.h"

static bool is_definition(const Def *def) {
  return def->kind == DEF_FUNCTION || def->kind == DEF_CLASS;
}

/* Names of underscores alone are thrown away on purpose. */
static bool is_placeholder_name(NameId name) {
  Str s = name_text(name);
  for (uint32_t i = 0; i < s.len; i++)
    if (s.ptr[i] != '_') return false;
  return true;
}

static uint32_t decorators_of(const Ast *ast, const Def *def) {
  return def->kind == DEF_FUNCTION ? ast_function(ast, def->node)->decorators
                                   : ast_class(ast, def->node)->decorators;
}

/* Decorators after which nobody else knows the function. */
static bool is_kept_by_nobody(const Ast *ast, NodeId decorator) {
  static const char *const known[] = {
      "staticmethod", "classmethod",    "property",
      "override",     "abstractmethod", "contextmanager",
      "cache",        "lru_cache",      "cached_property"};
  const AstNode *n = ast_at(ast, decorator);
  if (n->kind == AST_Call) n = ast_at(ast, (NodeId){n->a});
  NameId name = {n->kind == AST_Name        ? n->a
                 : n->kind == AST_Attribute ? n->b
                                            : 0};
  for (size_t i = 0; name.v && i < ARRAY_LEN(known); i++)
    if (str_is(name_text(name), known[i])) return true;
  return false;
}

static bool is_lost(Ctx *ctx, DefId d) {
  const Def *def = &ctx->index->defs[d.v];
  if (def->kind == DEF_FUNCTION &&
      (func_flags(ctx->worker, ctx->module, d) & FUNC_OVERLOAD))
    return false;
  NodeList list = ast_list(ctx->ast, decorators_of(ctx->ast, def));
  for (uint32_t i = 0; i < list.n; i++)
    if (!is_kept_by_nobody(ctx->ast, ast_item(list, i))) return false;
  return true;
}

/* Whether the point of `later` is reached from that of `first` by calls that
 * return alone. */
static bool follows(const Index *index, ReachId first, ReachId later) {
  while (later.v != first.v) {
    const Reach *r = &index->reaches[later.v];
    if (r->kind != REACH_CALL) return false;
    later = (ReachId){r->a};
  }
  return true;
}

/* A use of the name behind the first definition and before the second one's
 * body. */
static bool is_used(const Ast *ast, NodeId first, const Def *second,
                    NameId name) {
  uint32_t list = second->kind == DEF_FUNCTION
                      ? ast_function(ast, second->node)->body
                      : ast_class(ast, second->node)->body;
  NodeList body = ast_list(ast, list);
  uint32_t from = ast_end(ast, first).v, to = ast_end(ast, second->node).v;
  for (uint32_t i = from; i < to; i++) {
    const AstNode *n = ast_at(ast, (NodeId){i});
    if (body.n && i >= ast_item(body, 0).v && i > second->node.v) return false;
    if (n->kind == AST_Name && n->a == name.v) return true;
  }
  return false;
}

void check_redefinition(Ctx *ctx, DefId later) {
  if (!ctx_reports(ctx, RULE_REDEFINITION)) return;
  const Index *index = ctx->index;
  const Def *second = &index->defs[later.v];
  if (!is_definition(second) || second->prev.v == 0) return;
  const Flow *before = &index->flows[second->prev.v];
  if (before->kind != FLOW_DEF) return;
  const Def *first = &index->defs[before->a];
  if (!is_definition(first) || first->scope.v != second->scope.v) return;
  NameId name = index->places[second->place.v].name;
  if (is_placeholder_name(name) ||
      !follows(index, first->reach, second->reach) ||
      !is_lost(ctx, (DefId){before->a}) ||
      is_used(ctx->ast, first->node, second, name))
    return;
  check_report_name(ctx, RULE_REDEFINITION, first->node,
                    "%s `%" PRIstr "` is defined again before anything uses it",
                    first->kind == DEF_FUNCTION ? "Function" : "Class",
                    STR_ARG(name_text(name)));
  uint32_t start = second->kind == DEF_FUNCTION
                       ? ast_function(ctx->ast, second->node)->name_start
                       : ast_class(ctx->ast, second->node)->name_start;
  Span span = {start, start + name_text(name).len};
  diag_note(ctx->diags, ctx->module->module->file, &span,
            "here it gets another meaning");
}
