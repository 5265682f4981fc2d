/* condition_check.c - values whose truth is asked for, and code that cannot run.
 *
 * bool(x) calls x.__bool__, which must be there as a method without further
 * parameters and give a bool (Python reference, "Truth value testing").
 */
#include "infer/check.h"
#include "infer/class.h"
#include "infer/expr_int.h"
#include "infer/narrow_int.h"
#include "infer/stmt_int.h"

/* ---- bool() ------------------------------------------------------------------------ */

static bool has_truth(Ctx *ctx, TypeId t) {
  InferWorker *worker = ctx->worker;
  if (type_kind(t) == TYPE_KIND_INTERSECTION) {
    TypeSpan positive = type_intersection_view(t).positive;
    for (uint32_t i = 0; i < positive.n; i++)
      if (!has_truth(ctx, positive.v[i])) return false;
    return true;
  }
  if (type_kind(t) != TYPE_KIND_INSTANCE ||
      class_at(type_class(t))->module.v == worker->infer->builtins.v ||
      (class_flags(ctx->world, type_class(t)) & CLASS_UNKNOWN_BASE))
    return true;
  TypeId method = attr_dunder(worker, t, NAME_ID(dunder_bool));
  /* `__bool__ = None` refuses. */
  if (type_is_null(method)) {
    TypeId own = class_lookup(worker, t, NAME_ID(dunder_bool), 0).type;
    return type_is_null(own) || !type_eq(own, TYPE_KNOWN(NoneType));
  }
  if (type_is_dynamic(method)) return true;
  CallResult r = call_value(ctx, method, (Arguments){0}, TYPE_NULL,
                            ID_NONE(NodeId));
  return r.ok && relate_assignable(ctx->world, r.returns, TYPE_KNOWN(bool));
}

void check_truth(Ctx *ctx, TypeId t, NodeId node) {
  if (!ctx_reports(ctx, RULE_UNSUPPORTED_BOOL_CONVERSION)) return;
  /* Operands but the last have been asked already, `not` gives a bool. */
  while (ast_kind(ctx->ast, node) == AST_BoolOp) {
    NodeList values = ast_list(ctx->ast, ast_at(ctx->ast, node)->a);
    if (values.n == 0) return;
    node = ast_item(values, values.n - 1);
    Ctx quiet = expr_quiet(ctx);
    t = expr_infer(&quiet, node, TYPE_NULL);
  }
  t = alias_expand(ctx->world, t);
  TypeSpan members = union_members(ctx->world, &t);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId m = alias_expand(ctx->world, members.v[i]);
    if (has_truth(ctx, m)) continue;
    ctx_report(ctx, RULE_UNSUPPORTED_BOOL_CONVERSION, node,
               "Boolean conversion is not supported for type `%s`: its "
               "`__bool__` is no method that returns a bool",
               display_short(ctx->world, m));
    return;
  }
}

/* ---- conditions that are always true -------------------------------------------------- */

/* What a value of the type is that has no other truth; NULL: nobody knows. */
static const char *always_true(TypeId t) {
  switch (type_kind(t)) {
  case TYPE_KIND_FUNCTION: return "function";
  case TYPE_KIND_BOUND_METHOD: return "method";
  case TYPE_KIND_INSTANCE:
    return class_is(type_class(t), KNOWN_CoroutineType) ? "coroutine" : NULL;
  default: return NULL;
  }
}

/* A function that an instance has as an attribute may be a default, which others
 * set to None. */
static bool is_default(Ctx *ctx, TypeId t, const AstNode *n) {
  if (n->kind != AST_Attribute || type_kind(t) != TYPE_KIND_FUNCTION)
    return false;
  Ctx quiet = expr_quiet(ctx);
  TypeKind kind = type_kind(expr_infer(&quiet, (NodeId){n->a}, TYPE_NULL));
  return kind != TYPE_KIND_MODULE && kind != TYPE_KIND_CLASS;
}

static void check_always_true(Ctx *ctx, TypeId t, NodeId node) {
  const AstNode *n = ast_at(ctx->ast, node);
  if (n->kind == AST_UnaryOp && n->op == UNARY_NOT) {
    check_always_true(ctx, TYPE_NULL, (NodeId){n->a});
    return;
  }
  if (n->kind == AST_BoolOp) {
    NodeList values = ast_list(ctx->ast, n->a);
    for (uint32_t i = 0; i < values.n; i++)
      check_always_true(ctx, TYPE_NULL, ast_item(values, i));
    return;
  }
  if (type_is_null(t)) {
    if (n->kind != AST_Name && n->kind != AST_Attribute) return;
    Ctx quiet = expr_quiet(ctx);
    t = expr_infer(&quiet, node, TYPE_NULL);
  }
  const char *what = always_true(t);
  if (what && !is_default(ctx, t, n))
    ctx_report(ctx, RULE_REDUNDANT_CONDITION, node,
               "A %s is always true as a condition: `%s` is not %s", what,
               display_short(ctx->world, t),
               str_is(str_from(what), "coroutine") ? "awaited" : "called");
}

void check_test(Ctx *ctx, TypeId t, NodeId node) {
  check_truth(ctx, t, node);
  if (ctx_reports(ctx, RULE_REDUNDANT_CONDITION))
    check_always_true(ctx, t, node);
}

void check_assert(Ctx *ctx, TypeId t, NodeId node) {
  check_test(ctx, t, node);
  const AstNode *n = ast_at(ctx->ast, node);
  if (n->kind == AST_Tuple && ast_list(ctx->ast, n->a).n)
    ctx_report(ctx, RULE_REDUNDANT_CONDITION, node,
               "A tuple with items is always true: `assert` takes a condition "
               "and a message without parentheses");
}

/* ---- unreachable code ----------------------------------------------------------------- */

/* A test of the version, the platform, or TYPE_CHECKING. */
static bool asks_environment(const Ast *ast, NodeId test) {
  for (NodeId i = test; i.v < ast_end(ast, test).v; i.v++) {
    const AstNode *n = ast_at(ast, i);
    NameId name = {n->kind == AST_Name        ? n->a
                   : n->kind == AST_Attribute ? n->b
                                              : 0};
    if (name.v == 0) continue;
    Str s = name_text(name);
    bool os_name = str_is(s, "name") && n->kind == AST_Attribute &&
                   ast_kind(ast, (NodeId){n->a}) == AST_Name &&
                   str_is(name_text((NameId){ast_at(ast, (NodeId){n->a})->a}),
                          "os");
    if (os_name || str_is(s, "TYPE_CHECKING") || str_is(s, "MYPY") ||
        str_is(s, "version_info") || str_is(s, "platform"))
      return true;
  }
  return false;
}

/* Whether a condition that does not hold would, under another version, platform
 * or kind of run. */
static bool is_by_environment(Ctx *ctx, ReachId reach) {
  const Index *index = ctx->module->index;
  while (reach.v > REACH_ID_NEVER.v) {
    const Reach *r = &index->reaches[reach.v];
    switch ((ReachKind)r->kind) {
    case REACH_PRED: {
      const Pred *pred = &index->preds[r->b];
      if (pred->kind == PRED_EXPR && asks_environment(ctx->ast, pred->node))
        return true;
      reach = (ReachId){r->a};
      break;
    }
    case REACH_OR:
      if (is_by_environment(ctx, (ReachId){r->a})) return true;
      reach = (ReachId){r->b};
      break;
    default: reach = (ReachId){r->a}; break;
    }
  }
  return false;
}

/* The index leaves no condition behind where TYPE_CHECKING decides: the innermost
 * if statement around tells. */
static bool is_in_environment_branch(const Ast *ast, NodeId node) {
  NodeId around = node;
  do around.v--;
  while (around.v && (ast_kind(ast, around) != AST_If ||
                      ast_end(ast, around).v <= node.v));
  if (around.v == 0) return false;
  NodeList clauses = ast_list(ast, ast_at(ast, around)->a);
  for (uint32_t i = 0; i < clauses.n; i++) {
    NodeId test = {ast_at(ast, ast_item(clauses, i))->a};
    if (test.v && asks_environment(ast, test)) return true;
  }
  return false;
}

/* What says itself that it is not meant to run: raise, assert False, pass, `...`,
 * a call that never returns. */
static bool is_guard(Ctx *ctx, NodeId node) {
  const AstNode *n = ast_at(ctx->ast, node);
  switch ((AstKind)n->kind) {
  case AST_Raise:
  case AST_Pass: return true;
  case AST_Assert: return ast_kind(ctx->ast, (NodeId){n->a}) == AST_False;
  case AST_ExprStmt: {
    NodeId value = {n->a};
    if (ast_kind(ctx->ast, value) == AST_Ellipsis) return true;
    Ctx quiet = expr_quiet(ctx);
    return ast_kind(ctx->ast, value) == AST_Call &&
           type_eq(expr_infer(&quiet, value, TYPE_NULL), TYPE(NEVER));
  }
  default: return false;
  }
}

void check_unreachable(Ctx *ctx, NodeId node, ReachId reach) {
  if (!ctx_reports(ctx, RULE_UNREACHABLE_CODE) || is_guard(ctx, node) ||
      is_by_environment(ctx, reach) ||
      (reach.v == REACH_ID_NEVER.v && is_in_environment_branch(ctx->ast, node)))
    return;
  ctx_report(ctx, RULE_UNREACHABLE_CODE, node, "This code can never run");
}

/* ---- comparisons of what has nothing in common --------------------------------------- */

/* The type of an operand whatever has been assigned to it last: what others store
 * in an attribute counts, and one that nobody has declared may hold anything. */
static TypeId declared_operand(Ctx *ctx, TypeId t, NodeId node) {
  if (type_kind(t) == TYPE_KIND_FUNCTION ||
      type_kind(t) == TYPE_KIND_BOUND_METHOD)
    return TYPE(UNKNOWN); /* subclasses override methods */
  const AstNode *n = ast_at(ctx->ast, node);
  if (n->kind != AST_Attribute) return t;
  Ctx quiet = expr_quiet(ctx);
  TypeId object = expr_infer(&quiet, (NodeId){n->a}, TYPE_NULL);
  Attr attr = attr_write(ctx->worker, object, (NameId){n->b});
  return type_is_null(attr.type) || attr.is_inferred ? TYPE(UNKNOWN)
                                                     : attr.type;
}

void check_comparison(Ctx *ctx, CompareOperator op, TypeId left_type,
                      TypeId right_type, NodeId left_node, NodeId right_node,
                      NodeId node) {
  bool identity = op == CMP_IS || op == CMP_IS_NOT;
  if ((!identity && op != CMP_EQ && op != CMP_NOT_EQ) ||
      !ctx_reports(ctx, RULE_UNNECESSARY_COMPARISON))
    return;
  TypeId left = declared_operand(ctx, left_type, left_node);
  TypeId right = declared_operand(ctx, right_type, right_node);
  TypeId none = TYPE_KNOWN(NoneType);
  if (type_is_dynamic(left) || type_is_dynamic(right)) return;
  if (type_eq(left, none) || type_eq(right, none) ||
      type_eq(left, TYPE(NEVER)) || type_eq(right, TYPE(NEVER)) ||
      asks_environment(ctx->ast, node))
    return;
  bool meets = identity ? !meet_disjoint(ctx->world, left, right)
                        : narrow_may_equal(ctx, left, right);
  if (meets) return;
  const char *a, *b;
  display_pair(ctx->world, left, right, &a, &b);
  ctx_report(ctx, RULE_UNNECESSARY_COMPARISON, node,
             "The comparison is always %s: `%s` and `%s` have no value in common",
             op == CMP_EQ || op == CMP_IS ? "false" : "true", a, b);
}
