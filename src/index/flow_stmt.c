/* flow_stmt.c - statements, in the order of execution.
 *
 * Each statement leaves the state as it is behind it; one that cannot be
 * passed (return, raise, break, continue) leaves reach NEVER.  A call that is
 * a statement adds REACH_CALL: infer decides whether it returns.
 */
#include "index/index_int.h"

static void visit_list(Builder *b, uint32_t extra) {
  NodeList list = node_list(b, extra);
  for (uint32_t i = 0; i < list.n; i++) flow_expr(b, list.v[i]);
}

static void stop(Builder *b) { b->frame->reach = REACH_ID_NEVER; }

/* ---- assignments -------------------------------------------------------- */

static void visit_assign(Builder *b, uint32_t node) {
  AstNode n = *node_at(b, node);
  NodeList targets = node_list(b, n.a);
  const AstNode *target = node_at(b, targets.v[0]);
  bool named = targets.n == 1 && target->kind == AST_Name &&
               target->op != EXPR_LOAD;
  uint32_t tests = named ? alias_tests(b, n.b) : 0;
  flow_expr(b, n.b);
  if (named) alias_name(b, target->b, n.b, tests);
  for (uint32_t i = 0; i < targets.n; i++) flow_store(b, targets.v[i]);
}

static void visit_ann_assign(Builder *b, uint32_t node) {
  AstNode n = *node_at(b, node);
  flow_annotation(b, n.b);
  flow_expr0(b, n.c);
  flow_store(b, n.a);
}

/* ---- branches ----------------------------------------------------------- */

static void visit_clause(Builder *b, uint32_t clause, Target end) {
  AstNode n = *node_at(b, clause);
  flow_mark(b, clause);
  if (!n.a) {
    flow_body(b, n.b);
    state_arm(b, end);
    stop(b);
    return;
  }
  Outcomes out = flow_test(b, n.a, true);
  uint32_t flags = b->frame->import_flags;
  if (predicate_is_type_checking(b, n.a))
    b->frame->import_flags |= IMPORT_TYPE_CHECKING;
  Segment body = state_open(b);
  state_apply(b, &out.yes);
  flow_body(b, n.b);
  state_arm(b, end);
  state_close(b, body, end);
  b->frame->import_flags = flags;
  state_apply(b, &out.no);
}

/* The spine of an `if` is the path on which all tests so far were false. */
static void visit_if(Builder *b, uint32_t node) {
  NodeList clauses = node_list(b, node_at(b, node)->a);
  Segment s = state_open(b);
  Target end = state_target(b);
  for (uint32_t i = 0; i < clauses.n; i++)
    visit_clause(b, clauses.v[i], end);
  state_arm(b, end);
  state_close_to(b, s, end);
}

static void visit_assert(Builder *b, uint32_t node) {
  AstNode n = *node_at(b, node);
  uint32_t arms = b->arms.n, changes = b->changes.n;
  Outcomes out = flow_test(b, n.a, n.b != 0);
  if (n.b) {
    Segment s = state_open(b);
    state_apply(b, &out.no);
    flow_expr(b, n.b);
    state_close(b, s, 0);
  }
  state_apply(b, &out.yes);
  if (b->arms.n == arms) b->changes.n = changes;
}

/* ---- simple statements -------------------------------------------------- */

static void visit_return(Builder *b, uint32_t node) {
  flow_expr0(b, node_at(b, node)->a);
  vec_push(&b->open_returns, b->scratch,
           (NodeReach){{node}, b->frame->reach});
  stop(b);
}

static void visit_expr_stmt(Builder *b, uint32_t node) {
  uint32_t expr = node_at(b, node)->a;
  flow_expr(b, expr);
  const AstNode *n = node_at(b, expr);
  if (n->kind == AST_Await) n = node_at(b, n->a);
  if (n->kind == AST_Call)
    b->frame->reach = reach_call(b, b->frame->reach, expr);
}

static void visit_import(Builder *b, uint32_t node) {
  NodeList list = node_list(b, node_at(b, node)->a);
  for (uint32_t i = 0; i < list.n; i++) {
    imports_request(b, list.v[i], (NameId){node_at(b, list.v[i])->a}, 0, 0);
    flow_bind(b, place_def_at(b, list.v[i]));
  }
}

/* More than any real module needs; past it star imports do not hide what the
 * module binds itself, so that stars x names stays bounded. */
#define STAR_MAX (1u << 18)

/* `from m import *`: each name that the scope binds may come from it. */
static void visit_star(Builder *b, uint32_t node) {
  const Scope *s = &b->scopes.v[b->frame->scope.v];
  for (uint32_t p = s->place_begin; p < s->place_end; p++) {
    const Place *place = &b->places[p];
    if (place->kind != PLACE_SYMBOL || !(place->flags & PLACE_BOUND) ||
        p >= 1u << 24 || b->stars == STAR_MAX)
      continue;
    b->stars++;
    state_set(b, p, state_flow(b, FLOW_STAR, p, flow_value(b, p), node));
    state_forget_members(b, p);
  }
}

static void visit_import_from(Builder *b, uint32_t node) {
  AstNode n = *node_at(b, node);
  bool star = n.op & 1;
  imports_request(b, node, (NameId){n.a}, n.c,
                  IMPORT_FROM | (star ? IMPORT_STAR : 0u));
  if (star) visit_star(b, node);
  NodeList list = node_list(b, n.b);
  for (uint32_t i = 0; i < list.n; i++)
    flow_bind(b, place_def_at(b, list.v[i]));
}

static void visit_targets(Builder *b, uint32_t extra) {
  NodeList list = node_list(b, extra);
  for (uint32_t i = 0; i < list.n; i++) flow_store(b, list.v[i]);
}

/* ---- dispatch ----------------------------------------------------------- */

static void visit_statement(Builder *b, uint32_t node) {
  AstNode n = *node_at(b, node);
  switch (n.kind) {
  case AST_ExprStmt: visit_expr_stmt(b, node); break;
  case AST_Assign: visit_assign(b, node); break;
  case AST_AnnAssign: visit_ann_assign(b, node); break;
  case AST_AugAssign:
    flow_expr(b, n.b);
    flow_store(b, n.a);
    break;
  case AST_If: visit_if(b, node); break;
  case AST_Return: visit_return(b, node); break;
  case AST_FunctionDef: flow_def_function(b, node); break;
  case AST_ClassDef: flow_def_class(b, node); break;
  case AST_For: flow_for(b, node); break;
  case AST_While: flow_while(b, node); break;
  case AST_Try: flow_try(b, node); break;
  case AST_With: flow_with(b, node); break;
  case AST_Match: flow_match(b, node); break;
  case AST_Assert: visit_assert(b, node); break;
  case AST_Import: visit_import(b, node); break;
  case AST_ImportFrom: visit_import_from(b, node); break;
  case AST_TypeAlias: flow_type_alias(b, node); break;
  case AST_Delete: visit_targets(b, n.a); break;
  case AST_Raise:
    flow_expr0(b, n.a);
    flow_expr0(b, n.b);
    stop(b);
    break;
  case AST_Break:
    state_arm(b, b->frame->break_target);
    stop(b);
    break;
  case AST_Continue:
    state_arm(b, b->frame->continue_target);
    stop(b);
    break;
  case AST_ErrorStmt: visit_list(b, n.a); break;
  default: break;
  }
}

void flow_body(Builder *b, uint32_t extra) {
  NodeList list = node_list(b, extra);
  for (uint32_t i = 0; i < list.n; i++) {
    flow_mark(b, list.v[i]);
    visit_statement(b, list.v[i]);
    if (b->frame->scope.v == 1) exports_statement(b, list.v[i]);
  }
}
