/* flow_loop.c - for and while.
 *
 * A place bound in the loop has, at the top of each round, its value before
 * the loop or the one that comes back: a LOOP node, made before the body is
 * walked (the first pass knows what the body binds) and completed behind it.
 * Places that the body only narrows need none: what comes back is part of what
 * went in.  A LOOP whose value never comes back keeps one operand, the entry.
 *
 *   while: header, test -> body -> back        exit: not test, else, breaks
 *   for:   iterable, header, target -> body    exit: empty, back, else, breaks
 *
 * A for loop's zero rounds are an edge of their own, under PRED_NOT_EMPTY: so
 * what the body binds is bound behind the loop exactly when infer knows the
 * iterable not to be empty.
 *
 * Members of which something is known are forgotten at the header when the
 * body binds, not only deletes, what they hang on.
 */
#include "index/index_int.h"

static void open_header(Builder *b, uint32_t def, uint32_t place, void *ctx) {
  const Def *d = &b->defs.v[def];
  if (b->slot[place] || (!(d->flags & DEF_BINDS) && d->kind != DEF_DELETE))
    return;
  uint32_t entry = flow_value(b, place);
  /* What is deleted is no other object in the next round. */
  if (d->kind != DEF_DELETE) state_forget_members(b, place);
  if (!entry) return; /* a member about which nothing is known */
  b->slot[place] = 1;
  uint32_t reach = b->frame->reach.v;
  uint32_t header =
      state_flow(b, FLOW_LOOP, reach < 1u << 24 ? reach : 0, 0, 0);
  b->orders.v[header] = b->orders.v[entry];
  vec_push(&b->loops, b->scratch, place);
  vec_push(&b->loops, b->scratch, header);
  vec_push(&b->loops, b->scratch, entry);
  vec_push(&b->loops, b->scratch, reach);
  state_set(b, place, header);
}

/* Members whose knowledge the range of nodes drops without a definition. */
void flow_forget_range(Builder *b, uint32_t begin, uint32_t end) {
  uint32_t lo = 0, hi = b->forgets.n / 2;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (b->forgets.v[2 * mid] < begin) lo = mid + 1;
    else hi = mid;
  }
  for (; 2 * lo < b->forgets.n && b->forgets.v[2 * lo] < end; lo++) {
    uint32_t place = b->forgets.v[2 * lo + 1] >> 1;
    if (b->forgets.v[2 * lo + 1] & 1) {
      state_forget_items(b, place);
      continue;
    }
    if (b->places[place].kind != PLACE_SYMBOL && b->cur[place])
      state_set(b, place, 0);
    state_forget_members(b, place);
  }
}

/* Makes the headers of what is bound in the range of nodes. */
uint32_t flow_loop_open(Builder *b, uint32_t begin, uint32_t end) {
  uint32_t mark = b->loops.n;
  flow_forget_range(b, begin, end);
  flow_each_def(b, begin, end, open_header, NULL);
  for (uint32_t i = mark; i < b->loops.n; i += 4) b->slot[b->loops.v[i]] = 0;
  return mark;
}

/* True when the value is the header itself, narrowed at most. */
static bool is_self(const Builder *b, uint32_t value, uint32_t header) {
  while (value != header && b->flows.v[value].kind == FLOW_NARROW)
    value = b->flows.v[value].a;
  return value == header;
}

static void complete(Builder *b, uint32_t i, uint32_t value, ReachId edge) {
  uint32_t header = b->loops.v[i + 1], at = b->extra.n;
  bool back = edge.v != REACH_NEVER && !is_self(b, value, header) &&
              value != b->loops.v[i + 2];
  vec_push(&b->extra, b->scratch, back ? 2u : 1u);
  vec_push(&b->extra, b->scratch, b->loops.v[i + 2]);
  vec_push(&b->extra, b->scratch, b->loops.v[i + 3]);
  if (back) {
    vec_push(&b->extra, b->scratch, value);
    vec_push(&b->extra, b->scratch, edge.v);
  }
  b->flows.v[header].a = at;
}

/* Completes the headers since `mark` with what comes back along `back`,
 * which is relative to the state at the headers. */
void flow_loop_close(Builder *b, uint32_t mark, const Arm *back) {
  uint32_t *v = b->loops.v;
  for (uint32_t i = mark; i < b->loops.n; i += 4)
    b->slot[v[i]] = v[i + 1];
  for (uint32_t i = back->begin; i < back->end; i++) {
    Change c = b->changes.v[i];
    if (!b->slot[c.place]) continue;
    uint32_t value = c.value;
    if (!value) {
      uint32_t parent = flow_base(b, b->places[c.place].parent.v);
      value = state_flow(b, FLOW_MEMBER, 0, c.place, parent);
    }
    b->slot[c.place] = value;
  }
  for (uint32_t i = mark; i < b->loops.n; i += 4) {
    complete(b, i, b->slot[v[i]], back->reach);
    b->slot[v[i]] = 0;
  }
  b->loops.n = mark;
}

typedef struct {
  Target exit, again;
  uint32_t start;
} LoopContext;

static LoopContext enter(Builder *b, uint32_t node, Target exit,
                         Target again) {
  Frame *f = b->frame;
  LoopContext saved = {f->break_target, f->continue_target, f->loop_start};
  f->break_target = exit;
  f->continue_target = again;
  f->loop_start = MIN(f->loop_start, node);
  return saved;
}

static void leave(Builder *b, LoopContext saved) {
  b->frame->break_target = saved.exit;
  b->frame->continue_target = saved.again;
  b->frame->loop_start = saved.start;
}

static uint32_t list_end(const Builder *b, uint32_t extra, uint32_t none) {
  NodeList list = node_list(b, extra);
  return list.n ? node_end(b, list.v[list.n - 1]) : none;
}

void flow_while(Builder *b, uint32_t node) {
  AstNode n = *node_at(b, node);
  Segment s = state_open(b);
  Target exit = state_target(b), again = state_target(b);
  uint32_t end = list_end(b, n.b, node_end(b, n.a));
  uint32_t mark = flow_loop_open(b, n.a, end);
  LoopContext saved = enter(b, node, exit, again);
  Outcomes out = flow_test(b, n.a, true);
  Segment body = state_open(b);
  state_apply(b, &out.yes);
  flow_body(b, n.b);
  state_arm(b, again);
  state_close(b, body, again);
  Arm back;
  state_take(b, again, &back);
  flow_loop_close(b, mark, &back);
  leave(b, saved);
  state_apply(b, &out.no);
  flow_body(b, n.c);
  state_arm(b, exit);
  state_close_to(b, s, exit);
}

/* One round: target, body; the arm comes back to the header. */
static Arm for_round(Builder *b, uint32_t node, const AstFor *f,
                     Target exit) {
  Segment body = state_open(b);
  Target again = state_target(b);
  LoopContext saved = enter(b, node, exit, again);
  flow_store(b, f->target.v);
  flow_body(b, f->body);
  state_arm(b, again);
  state_close(b, body, again);
  leave(b, saved);
  Arm back;
  state_take(b, again, &back);
  return back;
}

void flow_for(Builder *b, uint32_t node) {
  AstFor f = *ast_for(b->ast, (NodeId){node});
  flow_expr(b, f.iter.v);
  PredId pred = predicate_new(b, PRED_NOT_EMPTY, node, 0, (PredId){0});
  Segment s = state_open(b);
  Target exit = state_target(b), done = state_target(b);
  ReachId before = b->frame->reach;
  Segment rounds = state_open(b);
  state_arm_changes(b, done, b->changes.n,
                    reach_pred(b, before, pred, false));
  uint32_t end = list_end(b, f.body, node_end(b, f.target.v));
  uint32_t mark = flow_loop_open(b, f.target.v, end);
  b->frame->reach = reach_pred(b, before, pred, true);
  Arm back = for_round(b, node, &f, exit);
  flow_loop_close(b, mark, &back);
  back.target = done;
  back.pos = b->log.n;
  if (back.reach.v != REACH_NEVER) vec_push(&b->arms, b->scratch, back);
  state_close(b, rounds, done);
  Arm arm;
  state_take(b, done, &arm);
  state_apply(b, &arm);
  flow_body(b, f.orelse);
  state_arm(b, exit);
  state_close_to(b, s, exit);
}
