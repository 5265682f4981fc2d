/* global_check.c - `global x` where the module itself never binds x.
 *
 * The function may be the first to bind it, but readers of the module look for x at
 * its top level; mostly the name is misspelt.
 */
#include "infer/check.h"
#include "infer/modvalue.h"

/* The definition is run, or read, with the module's top level. */
static bool is_top_level(const Index *index, ScopeId scope) {
  for (; scope.v; scope = index->scopes[scope.v].parent) {
    ScopeKind kind = (ScopeKind)index->scopes[scope.v].kind;
    if (kind == SCOPE_FUNCTION || kind == SCOPE_LAMBDA) return false;
  }
  return true;
}

static bool is_bound(Ctx *ctx, NameId name) {
  const Index *index = ctx->index;
  PlaceId place = index_symbol(index, (ScopeId){1}, name);
  DefId d = place.v ? index->places[place.v].first_def : (DefId){0};
  for (; d.v; d = index->defs[d.v].next)
    if (is_top_level(index, index->defs[d.v].scope)) return true;
  /* A star import may bring any name. */
  return (index->scopes[1].flags & SCOPE_STAR_IMPORT) ||
         !type_is_null(
             module_implicit_attribute(ctx->worker, ctx->module, name));
}

void check_global(Ctx *ctx, NodeId node) {
  if (!ctx_reports(ctx, RULE_UNRESOLVED_GLOBAL)) return;
  NodeList list = ast_list(ctx->ast, ast_at(ctx->ast, node)->a);
  for (uint32_t i = 0; i < list.n; i++) {
    NodeId item = ast_item(list, i);
    NameId name = {ast_at(ctx->ast, item)->a};
    if (is_bound(ctx, name)) continue;
    Str text = name_text(name);
    ctx_report(ctx, RULE_UNRESOLVED_GLOBAL, item,
               "Invalid global declaration of `%" PRIstr "`: `%" PRIstr
               "` has no declarations or bindings in the global scope",
               STR_ARG(text), STR_ARG(text));
  }
}
