/* flow_try.c - try and with: where an exception may come from anywhere.
 *
 * An exception may leave a block at any point.  What a place may hold there is
 * its value before the block or one of the values that definitions in the
 * block gave it: the *any-point state*, one phi a place that the block binds,
 * whose operands are listed from the definitions in the block's range of
 * nodes.  (What the block narrows is part of what it bound.  What its last
 * statement binds is left out: nothing can raise behind that.)
 *
 *   try:      body, then else                  -> end
 *   except:   any point of the body            -> end
 *   finally:  any point of all of these, once. Behind it, on the normal path,
 *             a place that it does not bind is as it was at `end`; reach is
 *             that of `end` and of the finally's own end.  Paths that break or
 *             continue through it take what it binds along.
 *   with:     body -> end; any point of the body -> end, under REACH_SUPPRESS.
 */
#include "index/index_int.h"

static uint32_t first_of(const Builder *b, uint32_t extra, uint32_t none) {
  NodeList list = node_list(b, extra);
  return list.n ? list.v[0] : none;
}

static uint32_t end_of(const Builder *b, uint32_t extra, uint32_t none) {
  NodeList list = node_list(b, extra);
  return list.n ? node_end(b, list.v[list.n - 1]) : none;
}

/* ---- the any-point state ------------------------------------------------ */

static bool is_simple_target(const Builder *b, uint32_t node) {
  const AstNode *n = node_at(b, node);
  if (n->kind == AST_Name) return true;
  if (n->kind == AST_Starred) return is_simple_target(b, n->a);
  if (n->kind != AST_Tuple && n->kind != AST_List) return false;
  NodeList list = node_list(b, n->a);
  for (uint32_t i = 0; i < list.n; i++)
    if (!is_simple_target(b, list.v[i])) return false;
  return true;
}

/* The node whose definitions are the last thing that the body does: behind
 * them nothing can raise.  0: none. */
static uint32_t last_binding(const Builder *b, uint32_t body) {
  NodeList list = node_list(b, body);
  if (!list.n) return 0;
  uint32_t last = list.v[list.n - 1];
  const AstNode *n = node_at(b, last);
  switch (n->kind) {
  case AST_Assign:
    list = node_list(b, n->a);
    for (uint32_t i = 0; i < list.n; i++)
      if (!is_simple_target(b, list.v[i])) return 0;
    return last;
  case AST_AnnAssign:
  case AST_AugAssign: return is_simple_target(b, n->a) ? last : 0;
  case AST_FunctionDef:
  case AST_ClassDef: return last;
  case AST_Import:
  case AST_ImportFrom:
    list = node_list(b, n->kind == AST_Import ? n->a : n->b);
    return list.n ? list.v[list.n - 1] : 0;
  default: return 0;
  }
}

/* ctx: a node whose definitions do not count. */
static void list_def(Builder *b, uint32_t def, uint32_t place, void *ctx) {
  const Def *d = &b->defs.v[def];
  if (d->kind != DEF_DELETE && !d->flow.v) return;
  if (d->node.v == *(const uint32_t *)ctx) return;
  state_touch_value(b, state_touch(b, place), def, 0);
}

/* What a place holds before the nodes that any_point lists; 0: nothing is known
 * of a member.  Where a block may turn out to be left by its end alone (`edge`), a
 * member whose holder is not bound there is what it is looked up as. */
static uint32_t entry_value(Builder *b, uint32_t place, ReachId edge) {
  uint32_t value = flow_value(b, place);
  if (value || !edge.v) return value;
  uint32_t holder = place;
  while (b->places[holder].kind != PLACE_SYMBOL) {
    holder = b->places[holder].parent.v;
    if (b->slot[holder]) return 0;
  }
  return flow_base(b, place);
}

/* Pushes on Builder.changes what places bound in the nodes [begin, end), less
 * those that `skip` binds, hold at any point there.  Requires: the state before
 * the block.  `edge`: of all operands, or 0 = reach of each definition. */
static void any_point(Builder *b, uint32_t begin, uint32_t end, uint32_t skip,
                      ReachId edge) {
  Merge *m = &b->merge;
  vec_clear(&m->touched);
  vec_clear(&m->events);
  vec_push(&m->events, b->scratch, (Event){0});
  flow_each_def(b, begin, end, list_def, &skip);
  ReachId before = edge.v ? edge : b->frame->reach;
  for (uint32_t i = 0; i < m->touched.n; i++) {
    Touched t = m->touched.v[i];
    uint32_t entry = entry_value(b, t.place, edge), value = 0;
    if (entry) {
      vec_clear(&m->edges);
      vec_push(&m->edges, b->scratch, (FlowEdge){{entry}, before});
      for (uint32_t e = t.arm; e; e = m->events.v[e].next) {
        const Def *d = &b->defs.v[m->events.v[e].key];
        FlowId flow = d->kind == DEF_DELETE ? FLOW_ID_UNBOUND : d->flow;
        if (d->reach.v == REACH_NEVER) continue;
        ReachId reach = edge.v ? edge : d->reach;
        vec_push(&m->edges, b->scratch, (FlowEdge){flow, reach});
      }
      value = phi_make(b, t.place, before);
    }
    vec_push(&b->changes, b->scratch, (Change){t.place, value});
  }
  for (uint32_t i = 0; i < m->touched.n; i++) b->slot[m->touched.v[i].place] = 0;
}

/* Puts the walk at any point of the nodes [begin, end). */
static void enter_any_point(Builder *b, uint32_t begin, uint32_t end,
                            uint32_t skip) {
  uint32_t mark = b->changes.n;
  flow_forget_range(b, begin, end);
  any_point(b, begin, end, skip, (ReachId){0});
  for (uint32_t i = mark; i < b->changes.n; i++) {
    state_forget_members(b, b->changes.v[i].place);
    state_set(b, b->changes.v[i].place, b->changes.v[i].value);
  }
  b->changes.n = mark;
}

/* ---- handlers ----------------------------------------------------------- */

static void visit_handler(Builder *b, uint32_t handler, Target end) {
  AstHandler h = *ast_handler(b->ast, (NodeId){handler});
  Segment s = state_open(b);
  flow_mark(b, handler);
  flow_expr0(b, h.type.v);
  flow_bind(b, h.def);
  flow_body(b, h.body);
  if (h.def.v)
    state_set(b, b->def_track.v[h.def.v], FLOW_ID_UNBOUND.v);
  state_arm(b, end);
  state_close(b, s, end);
}

/* The handlers share one spine: the any-point state of the body. */
static void visit_handlers(Builder *b, const AstTry *t, Target end) {
  NodeList list = node_list(b, t->handlers);
  if (!list.n) return;
  ReachId before = b->frame->reach;
  Segment s = state_open(b);
  enter_any_point(b, first_of(b, t->body, list.v[0]),
                  end_of(b, t->body, list.v[0]), last_binding(b, t->body));
  for (uint32_t i = 0; i < list.n; i++) {
    b->frame->reach = before;
    visit_handler(b, list.v[i], end);
  }
  b->frame->reach = before;
  state_close(b, s, end);
}

static bool catches_import_error(const Builder *b, uint32_t type) {
  if (!type) return true;
  const AstNode *n = node_at(b, type);
  if (n->kind == AST_Tuple) {
    NodeList list = node_list(b, n->a);
    for (uint32_t i = 0; i < list.n; i++)
      if (catches_import_error(b, list.v[i])) return true;
    return false;
  }
  uint32_t name = n->kind == AST_Name        ? n->a
                  : n->kind == AST_Attribute ? n->b
                                             : 0;
  if (!name) return false;
  Str text = name_text((NameId){name});
  return str_is(text, "ImportError") || str_is(text, "ModuleNotFoundError") ||
         str_is(text, "Exception") || str_is(text, "BaseException");
}

/* The try body; returns the path behind it, relative to the state before. */
static Arm visit_body(Builder *b, const AstTry *t) {
  NodeList list = node_list(b, t->handlers);
  uint32_t flags = b->frame->import_flags;
  for (uint32_t i = 0; i < list.n; i++)
    if (catches_import_error(
            b, ast_handler(b->ast, (NodeId){list.v[i]})->type.v))
      b->frame->import_flags |= IMPORT_IN_TRY;
  Segment s = state_open(b);
  Target done = state_target(b);
  flow_body(b, t->body);
  state_arm(b, done);
  state_close(b, s, done);
  b->frame->import_flags = flags;
  Arm arm;
  state_take(b, done, &arm);
  return arm;
}

/* What runs behind a body that raised nothing; in source order it comes after
 * the handlers. */
static void visit_else(Builder *b, const AstTry *t, const Arm *done,
                       Target end) {
  Segment s = state_open(b);
  state_apply(b, done);
  flow_body(b, t->orelse);
  state_arm(b, end);
  state_close(b, s, end);
}

/* ---- finally ------------------------------------------------------------ */

static void keep_def(Builder *b, uint32_t def, uint32_t place, void *ctx) {
  b->slot[place] = 1;
}

static void drop_def(Builder *b, uint32_t def, uint32_t place, void *ctx) {
  b->slot[place] = 0;
}

/* Copies those changes of the finally's end whose places it binds to the top
 * of Builder.changes. */
static void keep_bound(Builder *b, const AstTry *t, const Arm *end) {
  uint32_t from = first_of(b, t->final, 0), to = end_of(b, t->final, 0);
  flow_each_def(b, from, to, keep_def, NULL);
  for (uint32_t i = end->begin; i < end->end; i++) {
    Change c = b->changes.v[i];
    if (b->slot[c.place]) vec_push(&b->changes, b->scratch, c);
  }
  flow_each_def(b, from, to, drop_def, NULL);
}

/* A path that came to the finally and goes on behind it. */
static void extend(Builder *b, Arm *arm, const Arm *end, uint32_t from,
                   uint32_t to, ReachId before) {
  uint32_t begin = b->changes.n;
  for (uint32_t i = arm->begin; i < arm->end; i++) {
    Change c = b->changes.v[i];
    vec_push(&b->changes, b->scratch, c);
  }
  for (uint32_t i = from; i < to; i++) {
    Change c = b->changes.v[i];
    vec_push(&b->changes, b->scratch, c);
  }
  arm->begin = begin;
  arm->end = b->changes.n;
  if (end->reach.v != before.v)
    arm->reach = reach_and(b, arm->reach, end->reach);
}

/* A return of the try leaves the function only if the finally comes to its
 * end, `end`; what the finally returns itself takes its place otherwise. */
static void limit_returns(Builder *b, uint32_t from, uint32_t to,
                          const Arm *end, ReachId before) {
  for (uint32_t i = from; i < to; i++) {
    NodeReach *r = &b->open_returns.v[i];
    if (!end) r->reach = REACH_ID_NEVER;
    else if (end->reach.v != before.v)
      r->reach = reach_and(b, r->reach, end->reach);
  }
}

/* Walks the finally, and leads all paths since `s`, and the returns from the
 * `returns`-th on, through it. */
static void visit_finally(Builder *b, uint32_t node, const AstTry *t,
                          Segment s, uint32_t returns) {
  ReachId before = b->frame->reach;
  uint32_t own_returns = b->open_returns.n;
  Segment fin = state_open(b);
  Target out = state_target(b);
  enter_any_point(b, node, first_of(b, t->final, node), 0);
  flow_body(b, t->final);
  state_arm(b, out);
  state_close(b, fin, out);
  Arm end;
  uint32_t arms = fin.arm; /* paths through, below those that left inside */
  if (!state_take(b, out, &end)) {
    limit_returns(b, returns, own_returns, NULL, before);
    for (uint32_t i = arms; i < b->arms.n; i++)
      b->arms.v[s.arm + i - arms] = b->arms.v[i];
    b->arms.n -= arms - s.arm;
    return;
  }
  limit_returns(b, returns, own_returns, &end, before);
  uint32_t from = b->changes.n;
  keep_bound(b, t, &end);
  uint32_t to = b->changes.n;
  for (uint32_t i = s.arm; i < arms; i++)
    extend(b, &b->arms.v[i], &end, from, to, before);
}

void flow_try(Builder *b, uint32_t node) {
  AstTry t = *ast_try(b->ast, (NodeId){node});
  Segment all = state_open(b);
  Segment s = state_open(b);
  Target end = state_target(b);
  ReachId before = b->frame->reach;
  uint32_t returns = b->open_returns.n;
  Arm done = visit_body(b, &t);
  if (!t.orelse) visit_else(b, &t, &done, end);
  b->frame->reach = before;
  visit_handlers(b, &t, end);
  if (t.orelse) visit_else(b, &t, &done, end);
  b->frame->reach = before;
  state_close(b, s, end);
  if (t.final) visit_finally(b, node, &t, s, returns);
  state_close_to(b, all, end);
}

/* ---- with --------------------------------------------------------------- */

void flow_with(Builder *b, uint32_t node) {
  AstNode n = *node_at(b, node);
  NodeList items = node_list(b, n.a);
  ReachId suppressed = REACH_ID_NEVER;
  for (uint32_t i = 0; i < items.n; i++) {
    const AstNode *item = node_at(b, items.v[i]);
    flow_expr(b, item->a);
    if (item->b) flow_store(b, item->b);
    ReachId r = reach_suppress(b, b->frame->reach, items.v[i]);
    suppressed = reach_or(b, suppressed, r);
  }
  Segment s = state_open(b);
  Target end = state_target(b);
  ReachId before = b->frame->reach;
  Segment body = state_open(b);
  flow_body(b, n.b);
  state_arm(b, end);
  state_close(b, body, end);
  b->frame->reach = before;
  if (suppressed.v != REACH_NEVER) {
    uint32_t begin = b->changes.n;
    any_point(b, first_of(b, n.b, node), end_of(b, n.b, node),
              last_binding(b, n.b), suppressed);
    state_arm_changes(b, end, begin, suppressed);
  }
  state_close_to(b, s, end);
}
