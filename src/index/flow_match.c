/* flow_match.c - match statements.
 *
 * The spine is the path on which no case has matched so far.  A case narrows
 * the subject, when that is a place or a tuple of places, by its predicate;
 * behind a case without a guard the subject is narrowed by its negation.  Captures are bound where the
 * pattern matched, and stay bound when the guard then fails.
 */
#include "index/index_int.h"

/* ---- patterns ----------------------------------------------------------- */

static void visit_pattern(Builder *b, uint32_t node, PredId pred);

static void visit_patterns(Builder *b, uint32_t extra, PredId pred) {
  NodeList list = node_list(b, extra);
  for (uint32_t i = 0; i < list.n; i++) visit_pattern(b, list.v[i], pred);
}

static void capture(Builder *b, uint32_t name, PredId pred) {
  if (!name) return;
  const AstNode *n = node_at(b, name);
  if (n->kind != AST_Name || n->op == EXPR_LOAD) {
    flow_expr(b, name);
    return;
  }
  b->defs.v[n->b].pred = pred;
  flow_store(b, name);
}

static void visit_pattern(Builder *b, uint32_t node, PredId pred) {
  AstNode n = *node_at(b, node);
  switch (n.kind) {
  case AST_MatchValue:
  case AST_MatchSingleton: flow_expr(b, n.a); return;
  case AST_MatchOr:
  case AST_MatchSequence: visit_patterns(b, n.a, pred); return;
  case AST_MatchMapping:
    visit_patterns(b, n.a, pred);
    capture(b, n.b, pred);
    return;
  case AST_MatchItem:
    flow_expr(b, n.a);
    visit_pattern(b, n.b, pred);
    return;
  case AST_MatchClass:
    flow_expr(b, n.a);
    visit_patterns(b, n.b, pred);
    return;
  case AST_MatchKeyword: visit_pattern(b, n.b, pred); return;
  case AST_MatchStar: capture(b, n.a, pred); return;
  case AST_MatchAs:
    if (n.a) visit_pattern(b, n.a, pred);
    capture(b, n.b, pred);
    return;
  default: flow_expr(b, node);
  }
}

/* True for patterns that match anything: `_`, `x`, `... | _`, `(_ as x)`. */
static bool is_irrefutable(const Builder *b, uint32_t node) {
  const AstNode *n = node_at(b, node);
  if (n->kind == AST_MatchAs) return !n->a || is_irrefutable(b, n->a);
  if (n->kind != AST_MatchOr) return false;
  NodeList list = node_list(b, n->a);
  return list.n && is_irrefutable(b, list.v[list.n - 1]);
}

/* ---- cases -------------------------------------------------------------- */

typedef struct {
  PlaceList places; /* that patterns may narrow */
  uint32_t subject; /* the subject's place, or 0 */
  PredId previous; /* newest case without a guard */
  Target end;
} Match;

/* A guard that binds what a tuple was made of: the subject tells no more of it. */
static bool rebinds(Builder *b, uint32_t guard, const PlaceList *places) {
  for (uint32_t i = guard; i < node_end(b, guard); i++) {
    const AstNode *n = node_at(b, i);
    if (n->kind != AST_NamedExpr) continue;
    uint32_t target = place_of_expr(b, n->a);
    for (uint32_t k = 0; k < places->n; k++)
      if (target == places->v[k]) return true;
  }
  return false;
}

/* The paths on which the case matches, and does not. */
static Outcomes try_case(Builder *b, uint32_t node, Match *m) {
  AstNode n = *node_at(b, node);
  bool any = is_irrefutable(b, n.a);
  ReachId reach = b->frame->reach;
  uint32_t subject = m->subject ? flow_base(b, m->subject) : 0;
  PredId pred = predicate_new(b, PRED_PATTERN, node, subject, m->previous);
  Segment s = state_open(b);
  Target yes = state_target(b), no = state_target(b);
  uint32_t begin = b->changes.n;
  if (!any) {
    if (!n.b) flow_narrow(b, &m->places, pred, false);
    state_arm_changes(b, no, begin, reach_pred(b, reach, pred, false));
    uint32_t from = b->changes.n;
    flow_narrow(b, &m->places, pred, true);
    for (uint32_t i = from; i < b->changes.n; i++)
      state_set(b, b->changes.v[i].place, b->changes.v[i].value);
    b->frame->reach = reach_pred(b, reach, pred, true);
  }
  visit_pattern(b, n.a, pred);
  if (n.b) flow_cond(b, n.b, yes, no);
  else state_arm(b, yes);
  state_close(b, s, no);
  Outcomes out;
  state_take(b, no, &out.no);
  state_take(b, yes, &out.yes);
  b->frame->reach = reach;
  if (!n.b) m->previous = pred;
  else if (rebinds(b, n.b, &m->places)) m->places.n = m->subject != 0;
  return out;
}

static void visit_case(Builder *b, uint32_t node, Match *m) {
  flow_mark(b, node);
  Outcomes out = try_case(b, node, m);
  Segment body = state_open(b);
  state_apply(b, &out.yes);
  flow_body(b, node_at(b, node)->c);
  state_arm(b, m->end);
  state_close(b, body, m->end);
  state_apply(b, &out.no);
}

void flow_match(Builder *b, uint32_t node) {
  AstNode n = *node_at(b, node);
  Match m = {.subject = 0};
  m.subject = predicate_subject(b, n.a, &m.places);
  flow_expr(b, n.a);
  Segment s = state_open(b);
  m.end = state_target(b);
  NodeList cases = node_list(b, n.b);
  for (uint32_t i = 0; i < cases.n; i++) visit_case(b, cases.v[i], &m);
  state_arm(b, m.end);
  state_close_to(b, s, m.end);
}
