/* returns.c - inferred return types.
 *
 * The type that a def without a return annotation gives: the union of its
 * `return` expressions that can be reached, and None when its end can be.  Only these
 * expressions are evaluated, with what they reach through the use-def graph, not
 * the whole body.  Typing spec, "Type inference for return values" leaves it open;
 * what a body that is only a placeholder returns is not known.
 */
#include "infer/func.h"
#include "infer/partial_container.h"
#include "infer/queries.h"

enum { RETURN_UNION_MAX = 20 }; /* members; a wider union is Unknown */

static bool raises_not_implemented(const Ast *ast, const AstNode *raise) {
  if (raise->a == 0) return false;
  NodeId raised = {raise->a};
  if (ast_kind(ast, raised) == AST_Call)
    raised = (NodeId){ast_at(ast, raised)->a};
  return ast_kind(ast, raised) == AST_Name &&
         str_is(ast_text(ast, raised), "NotImplementedError");
}

BodyKind func_body_kind(const Ast *ast, NodeId function) {
  NodeList list = ast_list(ast, ast_function(ast, function)->body);
  BodyKind kind = BODY_DOCSTRING;
  for (uint32_t i = 0; i < list.n; i++) {
    const AstNode *n = ast_at(ast, ast_item(list, i));
    if (n->kind == AST_Pass) {
      if (kind == BODY_DOCSTRING) kind = BODY_PASS;
      continue;
    }
    if (n->kind == AST_Raise && kind == BODY_DOCSTRING && i + 1 == list.n &&
        raises_not_implemented(ast, n))
      return BODY_NOT_IMPLEMENTED;
    if (n->kind != AST_ExprStmt) return BODY_CODE;
    AstKind value = ast_kind(ast, (NodeId){n->a});
    if (value == AST_Ellipsis) kind = BODY_ELLIPSIS;
    else if (value != AST_Str) return BODY_CODE;
  }
  return list.n ? kind : BODY_CODE;
}

/* A sentinel that the function makes is another object in each call. */
static TypeId outside(InferWorker *worker, ModuleState *m, ScopeId scope,
                      TypeId t) {
  TypeSpan members = union_members(&worker->world, &t);
  for (uint32_t i = 0; i < members.n; i++)
    if (type_kind(members.v[i]) == TYPE_KIND_SENTINEL &&
        type_module_id(members.v[i]).v == m->id.v &&
        m->index->defs[type_def(members.v[i]).v].scope.v == scope.v)
      return world_known(&worker->world, KNOWN_object);
  return t;
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
  BodyKind body = func_body_kind(ast, def->node);
  if (body != BODY_CODE && body != BODY_PASS) return TYPE(UNKNOWN);
  World *world = ctx.world;
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = s->return_begin; i < s->return_end; i++) {
    NodeReach r = ix->returns[i];
    if (reach_truth(&ctx, r.reach, REACH_ID_ALWAYS) == TRUTH_NEVER) continue;
    NodeId value = {ast_at(ast, r.node)->a};
    union_add(builder, value.v ? container_opened(
                                     &ctx, value,
                                     expr_infer(&ctx, value, TYPE_NULL))
                               : world_known(world, KNOWN_NoneType));
  }
  if (reach_truth(&ctx, s->end_reach, REACH_ID_ALWAYS) != TRUTH_NEVER)
    union_add(builder, world_known(world, KNOWN_NoneType));
  TypeId type = outside(worker, module, scope, union_end(builder));
  if (type_kind(type) == TYPE_KIND_UNION &&
      type_members(type).n > RETURN_UNION_MAX) {
    type = promote_literals(world, type);
    if (type_kind(type) == TYPE_KIND_UNION &&
        type_members(type).n > RETURN_UNION_MAX)
      type = TYPE(UNKNOWN);
  }
  return type;
}

TypeId return_value_compute(InferWorker *worker, ModuleState *module,
                            uint32_t index) {
  NodeId node = module->index->returns[index - 1].node;
  Ctx ctx = ctx_quiet(worker, module, index_enclosing(module->index, node));
  NodeId value = {ast_at(module->ast, node)->a};
  if (value.v == 0) return TYPE_KNOWN(NoneType);
  return container_opened(&ctx, value, expr_infer(&ctx, value, TYPE_NULL));
}

TypeId func_inferred_return(InferWorker *worker, ModuleState *module,
                            DefId def) {
  return query(worker, QUERY_RETURN, module, def.v);
}
