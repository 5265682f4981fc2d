/* flow_expr.c - the flow inside expressions: loads, tests, short circuits.
 *
 * Most expressions hold nothing that changes or branches the state; the first
 * pass has listed the nodes that do (and/or, conditional expressions, walrus,
 * lambdas, comprehensions, yields).  An expression without one of them is not
 * walked but scanned: its names lie in a range of nodes, and each takes the
 * present value of its place.  Tracked members sit directly before their name
 * in pre-order, so they are found from the name, upwards.
 *
 * Tests are control flow: flow_cond sends paths to two targets.  No expression
 * can make what follows unreachable (only statement-level calls count), so
 * the reach behind an expression is the reach before it.
 */
#include "index/index_int.h"

/* ---- loads -------------------------------------------------------------- */

/* The members above a name: values where something is known of them. */
static void load_members(Builder *b, uint32_t i, uint32_t place) {
  for (uint32_t j = i; j > 1; j--) {
    AstNode *n = &b->nodes[j - 1];
    if ((n->kind != AST_Attribute && n->kind != AST_Subscript) || n->a != j ||
        n->op != EXPR_LOAD)
      return;
    place = place_child(b, place, n);
    if (!place) return;
    n->c = b->cur[place];
  }
}

static void load_name(Builder *b, uint32_t i, AstNode *n) {
  if (n->op != EXPR_LOAD) return;
  ASSERT(n->b & TEMP_MARK);
  uint32_t place = b->final[n->b & ~TEMP_MARK];
  if (b->frame->lazy_names) {
    n->b = flow_lazy(b, place, i);
    return;
  }
  uint32_t value = b->cur[place];
  n->b = value ? value : flow_init(b, place);
  if (b->info[place].child) load_members(b, i, place);
}

static void scan_loads(Builder *b, uint32_t i, uint32_t end) {
  for (; i < end; i++)
    if (b->nodes[i].kind == AST_Name) load_name(b, i, &b->nodes[i]);
}

/* First node at or behind `node` that needs a walk. */
static uint32_t next_complex(Builder *b, uint32_t node) {
  const uint32_t *v = b->complex.v;
  uint32_t at = b->complex_at, n = b->complex.n;
  while (at < n && v[at] < node) at++;
  while (at > 0 && v[at - 1] >= node) at--;
  b->complex_at = at;
  return at < n ? v[at] : UINT32_MAX;
}

/* ---- tests -------------------------------------------------------------- */

/* Pushes NARROW of each place on Builder.changes. */
void flow_narrow(Builder *b, const PlaceList *places, PredId pred,
                 bool holds) {
  for (uint32_t i = 0; i < places->n; i++) {
    uint32_t base = flow_base(b, places->v[i]);
    uint32_t value = state_flow(b, FLOW_NARROW, holds, base, pred.v);
    vec_push(&b->changes, b->scratch, (Change){places->v[i], value});
  }
}

/* An atomic test, and the one that its name stands for. */
typedef struct {
  PlaceList places;
  PredId pred;
  const Alias *alias; /* or NULL */
  PredId *alias_preds;
} Atom;

static void arm_outcome(Builder *b, const Atom *atom, bool holds,
                        Target target) {
  if (!target) return;
  PredId pred = atom->pred;
  uint32_t begin = b->changes.n;
  flow_narrow(b, &atom->places, pred, holds);
  if (atom->alias) alias_narrow(b, atom->alias, holds, atom->alias_preds);
  state_arm_changes(b, target, begin,
                    reach_pred(b, b->frame->reach, pred, holds));
}

/* The test that an atomic one names: `ok`, or itself, `ok := x is None`; what a
 * call in a walrus narrows is among the atom's own places. */
static const Alias *named_test(const Builder *b, uint32_t node,
                               const PlaceList *places) {
  const AstNode *n = node_at(b, node);
  bool named = n->kind == AST_Name ||
               (n->kind == AST_NamedExpr &&
                node_at(b, n->b)->kind != AST_Call);
  return named && places->n ? alias_find(b, places->v[0]) : NULL;
}

static void cond_atom(Builder *b, uint32_t node, Target yes, Target no) {
  int constant = predicate_constant(b, node);
  if (predicate_is_type_checking(b, node)) {
    flow_expr(b, node);
    constant = 1;
  }
  if (constant >= 0) {
    state_arm(b, constant ? yes : no);
    return;
  }
  Atom atom = {.alias = NULL};
  predicate_places(b, node, &atom.places);
  flow_expr(b, node);
  if (b->frame->reach.v == REACH_NEVER) return;
  atom.alias = named_test(b, node, &atom.places);
  atom.pred = predicate_new(b, PRED_EXPR, node, 0, (PredId){0});
  if (atom.alias) atom.alias_preds = alias_predicates(b, atom.alias);
  arm_outcome(b, &atom, true, yes);
  arm_outcome(b, &atom, false, no);
}

/* All but the last operand of `and` (`or`): paths that end early go to `out`,
 * and the walk goes on where the operand was true (false). */
static void cond_operands(Builder *b, NodeList list, bool is_and,
                          Target out) {
  for (uint32_t i = 0; i + 1 < list.n; i++) {
    Segment s = state_open(b);
    Target on = state_target(b);
    flow_cond(b, list.v[i], is_and ? on : out, is_and ? out : on);
    state_close(b, s, on);
    Arm arm;
    state_take(b, on, &arm);
    state_apply(b, &arm);
  }
}

/* Visits the test from the present state; paths go to yes and no.  The state
 * changes: to be called inside a segment. */
void flow_cond(Builder *b, uint32_t node, Target yes, Target no) {
  const AstNode *n = node_at(b, node);
  if (n->kind == AST_UnaryOp && n->op == UNARY_NOT) {
    flow_cond(b, n->a, no, yes);
    return;
  }
  if (n->kind != AST_BoolOp) {
    cond_atom(b, node, yes, no);
    return;
  }
  NodeList list = node_list(b, n->a);
  bool is_and = n->op == BOOL_AND;
  cond_operands(b, list, is_and, is_and ? no : yes);
  flow_cond(b, list.v[list.n - 1], yes, no);
}

/* Both outcomes relative to the present state, which stays as it is. */
Outcomes flow_test(Builder *b, uint32_t node, bool want_no) {
  ReachId reach = b->frame->reach;
  Segment s = state_open(b);
  Target yes = state_target(b), no = want_no ? state_target(b) : 0;
  flow_cond(b, node, yes, no);
  state_close(b, s, no);
  Outcomes out;
  if (no) state_take(b, no, &out.no);
  else out.no = (Arm){.reach = REACH_ID_NEVER};
  state_take(b, yes, &out.yes);
  b->frame->reach = reach;
  return out;
}

/* ---- expressions that branch -------------------------------------------- */

static void visit_bool_op(Builder *b, const AstNode *n) {
  NodeList list = node_list(b, n->a);
  ReachId reach = b->frame->reach;
  Segment s = state_open(b);
  Target end = state_target(b);
  cond_operands(b, list, n->op == BOOL_AND, end);
  flow_expr(b, list.v[list.n - 1]);
  state_arm(b, end);
  state_close_to(b, s, end);
  b->frame->reach = reach;
}

static void visit_if_exp(Builder *b, const AstNode *n) {
  ReachId reach = b->frame->reach;
  Segment s = state_open(b);
  Target end = state_target(b);
  Outcomes out = flow_test(b, n->a, true);
  Segment body = state_open(b);
  state_apply(b, &out.yes);
  flow_expr(b, n->b);
  state_arm(b, end);
  state_close(b, body, end);
  state_apply(b, &out.no);
  flow_expr(b, n->c);
  state_arm(b, end);
  state_close_to(b, s, end);
  b->frame->reach = reach;
}

static void visit_yield(Builder *b, uint32_t node) {
  uint32_t value = node_at(b, node)->a;
  if (value) flow_expr(b, value);
  vec_push(&b->open_yields, b->scratch,
           (NodeReach){{node}, b->frame->reach});
}

/* ---- comprehensions ----------------------------------------------------- */

static void count_def(Builder *b, uint32_t def, uint32_t place, void *ctx) {
  ++*(uint32_t *)ctx;
}

/* The clauses and the element; rounds that an `if` cuts short go to `end`. */
static void visit_clauses(Builder *b, const AstNode *n, Target end) {
  NodeList list = node_list(b, n->b);
  for (uint32_t k = 0; k < list.n; k++) {
    const AstNode *c = node_at(b, list.v[k]);
    if (k > 0) flow_expr(b, c->b);
    flow_store(b, c->a);
    NodeList ifs = node_list(b, c->c);
    for (uint32_t i = 0; i < ifs.n; i++) {
      Segment s = state_open(b);
      Target on = state_target(b);
      flow_cond(b, ifs.v[i], on, end);
      state_close(b, s, on);
      Arm arm;
      state_take(b, on, &arm);
      state_apply(b, &arm);
    }
  }
  flow_expr(b, n->a);
}

/* A loop, of which nothing is seen outside but what a walrus binds. */
static void visit_comprehension(Builder *b, uint32_t node) {
  const AstNode *n = node_at(b, node);
  NodeList list = node_list(b, n->b);
  if (list.n) flow_expr(b, node_at(b, list.v[0])->b);
  Frame saved = *b->frame;
  uint32_t end = node_end(b, node), leaks = 0;
  flow_each_def(b, node, end, count_def, &leaks);
  Segment s = state_open(b);
  Target out = leaks ? state_target(b) : 0;
  state_arm(b, out);
  uint32_t mark = leaks ? flow_loop_open(b, node, end) : 0;
  ScopeId scope = index_scope_of(b->out, (NodeId){node});
  b->frame->scope = scope;
  b->frame->loop_start = MIN(saved.loop_start, node);
  visit_clauses(b, n, out);
  flow_scope_end(b, scope);
  state_arm(b, out);
  b->frame->scope = saved.scope;
  b->frame->loop_start = saved.loop_start;
  state_close(b, s, out);
  if (leaks) {
    Arm arm;
    state_take(b, out, &arm);
    flow_loop_close(b, mark, &arm);
    state_apply(b, &arm);
  }
  b->frame->reach = saved.reach;
}

static void visit_named(Builder *b, const AstNode *n) {
  uint32_t target = n->a, value = n->b;
  uint32_t tests = alias_tests(b, value);
  flow_expr(b, value);
  alias_name(b, node_at(b, target)->b, value, tests);
  flow_store(b, target);
}

/* ---- the walk ----------------------------------------------------------- */

static void visit_children(Builder *b, uint32_t node, uint32_t end) {
  const AstNode *n = node_at(b, node);
  if (n->kind == AST_Name) load_name(b, node, &b->nodes[node]);
  for (uint32_t c = node + 1; c < end; c = node_end(b, c)) flow_expr(b, c);
}

/* Visits an expression (or a part of one): fills the USE words of its loads. */
void flow_expr(Builder *b, uint32_t node) {
  uint32_t end = node_end(b, node);
  if (next_complex(b, node) >= end) {
    scan_loads(b, node, end);
    return;
  }
  const AstNode *n = node_at(b, node);
  switch (n->kind) {
  case AST_BoolOp: visit_bool_op(b, n); return;
  case AST_IfExp: visit_if_exp(b, n); return;
  case AST_NamedExpr: visit_named(b, n); return;
  case AST_Lambda: flow_lambda(b, node); return;
  case AST_ListComp:
  case AST_SetComp:
  case AST_GeneratorExp:
  case AST_DictComp: visit_comprehension(b, node); return;
  case AST_Yield:
  case AST_YieldFrom: visit_yield(b, node); return;
  default: visit_children(b, node, end);
  }
}

void flow_expr0(Builder *b, uint32_t node) {
  if (node) flow_expr(b, node);
}

/* Reads the names as a lazy scope would. */
void flow_lazy_expr(Builder *b, uint32_t node) {
  bool saved = b->frame->lazy_names;
  b->frame->lazy_names = true;
  flow_expr(b, node);
  b->frame->lazy_names = saved;
}

/* Lazy where annotations are. */
void flow_annotation(Builder *b, uint32_t node) {
  if (b->deferred) flow_lazy_expr(b, node);
  else flow_expr(b, node);
}

/* ---- stores ------------------------------------------------------------- */

static void store_member(Builder *b, uint32_t target) {
  const AstNode *n = node_at(b, target);
  uint32_t place = 0, holder = 0;
  if (!n->c) place = place_of_expr(b, target);
  if (!n->c && !place && n->kind == AST_Subscript)
    holder = place_of_expr(b, n->a);
  flow_expr(b, n->a);
  if (n->kind == AST_Subscript) flow_expr(b, n->b);
  if (n->c) {
    flow_bind(b, (DefId){n->c});
  } else if (place) {
    state_set(b, place, 0);
    state_forget_members(b, place);
  } else if (holder) {
    state_forget_items(b, holder);
  }
}

/* Binds (or deletes) every target in the expression. */
void flow_store(Builder *b, uint32_t target) {
  const AstNode *n = node_at(b, target);
  switch (n->kind) {
  case AST_Name:
    if (n->op == EXPR_LOAD) flow_expr(b, target);
    else flow_bind(b, (DefId){n->b});
    return;
  case AST_Attribute:
  case AST_Subscript:
    if (n->op == EXPR_LOAD) flow_expr(b, target);
    else store_member(b, target);
    return;
  case AST_Starred: flow_store(b, n->a); return;
  case AST_Tuple:
  case AST_List: {
    NodeList list = node_list(b, n->a);
    for (uint32_t i = 0; i < list.n; i++) flow_store(b, list.v[i]);
    return;
  }
  default: flow_expr(b, target);
  }
}
