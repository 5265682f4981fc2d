/* exports_check.c - names in `__all__` that the module does not have.
 *
 * A star import of such a module fails at run time.  A module that may make names
 * where nobody sees it, through globals() or by exec, is left alone; so is one with
 * a `__getattr__`, which has whatever it is asked for.
 */
#include "infer/check.h"
#include "infer/modvalue.h"

/* What may bind any name: globals(), vars(), exec(), setattr() and the ways of
 * enum to spread members. */
static bool makes_names(const Ctx *ctx) {
  static const char *const makers[] = {"globals", "vars",        "exec",
                                       "setattr", "global_enum", "_convert_"};
  const Ast *ast = ctx->ast;
  for (uint32_t i = 1; i < ast->node_count; i++) {
    const AstNode *n = &ast->nodes[i];
    if (n->kind != AST_Name && n->kind != AST_Attribute) continue;
    Str name = name_text((NameId){n->kind == AST_Name ? n->a : n->b});
    for (size_t k = 0; k < sizeof makers / sizeof *makers; k++)
      if (str_is(name, makers[k])) return true;
  }
  return false;
}

static bool is_unreachable(Ctx *ctx, NodeId node) {
  return reach_truth(ctx, index_reach_at(ctx->index, node), REACH_ID_ALWAYS) ==
         TRUTH_NEVER;
}

void check_exports(Ctx *ctx) {
  if (!ctx_reports(ctx, RULE_UNRESOLVED_EXPORT)) return;
  const Index *index = ctx->index;
  for (uint32_t i = 0; i < index->all_count; i++) {
    const AllEntry *entry = &index->all[i];
    if (entry->kind != ALL_NAME) continue;
    bool maybe = false;
    TypeId type = module_attribute(ctx->worker, ctx->module->id, entry->value,
                                   &maybe);
    if (!type_is_null(type) || is_unreachable(ctx, entry->node)) continue;
    if (makes_names(ctx)) return;
    ctx_report(ctx, RULE_UNRESOLVED_EXPORT, entry->node,
               "`__all__` holds `%" PRIstr "`, which the module does not define",
               STR_ARG(name_text(entry->value)));
  }
}
