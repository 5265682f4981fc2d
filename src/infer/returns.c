/* returns.c - inferred return types.
 *
 * The type that a def without a return annotation gives: the union of its
 * `return` expressions that can be reached, and None when its end can be.  Only these
 * expressions are evaluated, with what they reach through the use-def graph, not
 * the whole body.  Typing spec, "Type inference for return values" leaves it open;
 * what a body that is only a placeholder returns is not known.
 */
#include "infer/func.h"
#include "infer/queries.h"

enum { RETURN_UNION_MAX = 24 }; /* members; a wider union is Unknown */

/* Nothing but a docstring, `...`, pass, or raise NotImplementedError. */
static bool is_placeholder(const Ast *ast, uint32_t body) {
  NodeList list = ast_list(ast, body);
  bool only_docstring = true;
  for (uint32_t i = 0; i < list.n; i++) {
    NodeId node = ast_item(list, i);
    const AstNode *n = ast_at(ast, node);
    if (n->kind == AST_ExprStmt) {
      AstKind kind = ast_kind(ast, (NodeId){n->a});
      if (kind == AST_Ellipsis) return true;
      if (kind == AST_Str) continue;
    }
    if (n->kind == AST_Raise && n->a) {
      NodeId raised = {n->a};
      if (ast_kind(ast, raised) == AST_Call)
        raised = (NodeId){ast_at(ast, raised)->a};
      return ast_kind(ast, raised) == AST_Name &&
             str_is(ast_text(ast, raised), "NotImplementedError");
    }
    only_docstring = false;
    break;
  }
  return only_docstring && list.n > 0;
}

TypeId func_return_compute(InferWorker *worker, ModuleState *module,
                           uint32_t index) {
  const Index *ix = module->index;
  const Def *def = &ix->defs[index];
  const Ast *ast = module->ast;
  ScopeId scope = index_scope_of(ix, def->node);
  const Scope *s = &ix->scopes[scope.v];
  Ctx ctx = ctx_quiet(worker, module, scope);
  uint32_t flags = func_flags(worker, module, (DefId){index});
  if (flags & (FUNC_ABSTRACT | FUNC_OVERLOAD | FUNC_NO_TYPE_CHECK))
    return TYPE(UNKNOWN);
  if (is_placeholder(ast, ast_function(ast, def->node)->body))
    return TYPE(UNKNOWN);
  World *world = ctx.world;
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = s->return_begin; i < s->return_end; i++) {
    NodeReach r = ix->returns[i];
    if (reach_truth(&ctx, r.reach, REACH_ID_ALWAYS) == TRUTH_NEVER) continue;
    NodeId value = {ast_at(ast, r.node)->a};
    union_add(builder, value.v ? expr_infer(&ctx, value, TYPE_NULL)
                               : world_known(world, KNOWN_NoneType));
  }
  if (reach_truth(&ctx, s->end_reach, REACH_ID_ALWAYS) != TRUTH_NEVER)
    union_add(builder, world_known(world, KNOWN_NoneType));
  TypeId type = union_end(builder);
  if (type_kind(type) == TYPE_KIND_UNION &&
      type_members(type).n > RETURN_UNION_MAX) {
    type = promote_literals(world, type);
    if (type_kind(type) == TYPE_KIND_UNION &&
        type_members(type).n > RETURN_UNION_MAX)
      type = TYPE(UNKNOWN);
  }
  return type;
}

TypeId func_inferred_return(InferWorker *worker, ModuleState *module,
                            DefId def) {
  return query(worker, QUERY_RETURN, module, def.v);
}
