/* state.c - the state of the walk, and how paths join.
 *
 * Problem: at every join each place gets the phi of its values on the paths
 * that arrive.  A function may have thousands of places and thousands of
 * branches, and most branches change nothing, so neither a branch nor a join
 * may cost more than what changed.
 *
 * State: cur[place], one array for the module, and the frame's reach.  A write
 * inside a *segment* is logged with the old value.  A segment is a stretch of
 * the walk that starts and ends at the same state: a branch, a loop, a whole
 * `if`.  Paths that leave it, each for a target (the end of the `if`, the
 * loop's exit, ...), are recorded as *arms*: the position in the log at which
 * the path left the segment's spine, its changes on top of the spine there, and
 * its reach.  Closing a segment merges its arms target by target into one
 * arm each, relative to the segment's start, undoes the log, and hands the
 * arms to the segment around.  So a write is looked at once per segment that
 * encloses it: cost is writes x nesting, never places x branches.
 *
 * Merging n arms of one target: the value of a place changes along the arms
 * only where the spine wrote it between two arms or an arm changed it itself.
 * So each place touched has a few ranges of arms with equal value; the edge of
 * a range is the OR of the arms' reaches (a segment tree, made on demand:
 * O(log n) nodes a range; its balance also keeps the search for simplifications
 * in reach.c short).
 *
 * A member whose value is 0 (as looked up) on one path is 0 behind the join:
 * its declared type holds what it had elsewhere.  But a path that ends in a call may
 * turn out to end there, and one of an exception not to be.  For the rest see
 * phi.c.
 */
#include "base/bits.h"
#include "index/index_int.h"

/* Where a reader first meets what the value starts from: a DefId; 0 for what
 * is there before the scope's first definition. */
static uint32_t order_of(const Builder *b, FlowKind kind, uint32_t a) {
  switch (kind) {
  case FLOW_DEF: return a;
  case FLOW_NARROW:
  case FLOW_STAR: return b->orders.v[a];
  case FLOW_PHI: return b->orders.v[b->extra.v[a + 1]]; /* they are sorted */
  default: return 0;
  }
}

/* A new flow node. */
uint32_t state_flow(Builder *b, FlowKind kind, uint32_t c, uint32_t a,
                    uint32_t w) {
  uint32_t id = b->flows.n;
  vec_push(&b->orders, b->scratch, order_of(b, kind, a));
  vec_push(&b->flows, b->scratch,
           (Flow){.kind = kind, .c = c & 0xFFFFFF, .a = a, .b = w});
  return id;
}

/* A member with a value is on its symbol's list; one without may be. */
static void put(Builder *b, uint32_t place, uint32_t flow) {
  b->cur[place] = flow;
  PlaceInfo *info = &b->info[place];
  if (!flow || info->is_known || info->root == place) return;
  PlaceInfo *root = &b->info[info->root];
  info->is_known = true;
  info->known_next = root->known;
  root->known = place;
}

/* The place has that value from here on. */
void state_set(Builder *b, uint32_t place, uint32_t flow) {
  if (b->frame->segments)
    vec_push(&b->log, b->scratch, (LogEntry){place, b->cur[place]});
  put(b, place, flow);
}

/* True when `member` hangs on `place`, by an item first if `items`. */
static bool is_below(const Builder *b, uint32_t member, uint32_t place,
                     bool items) {
  for (uint32_t at = member; at;) {
    uint32_t parent = b->places[at].parent.v;
    if (parent == place)
      return !items || b->places[at].kind != PLACE_ATTRIBUTE;
    at = parent;
  }
  return false;
}

static void forget(Builder *b, uint32_t place, bool items) {
  if (!b->info[place].child) return;
  uint32_t *link = &b->info[b->info[place].root].known;
  while (*link) {
    uint32_t member = *link;
    PlaceInfo *info = &b->info[member];
    if (b->cur[member] && !is_below(b, member, place, items)) {
      link = &info->known_next;
      continue;
    }
    *link = info->known_next;
    info->is_known = false;
    if (b->cur[member]) state_set(b, member, 0);
  }
}

/* Forgets all that is known of the members below. */
void state_forget_members(Builder *b, uint32_t place) {
  forget(b, place, false);
}

/* The same for items: some `place[...]` was stored or deleted. */
void state_forget_items(Builder *b, uint32_t place) { forget(b, place, true); }

/* ---- segments and arms -------------------------------------------------- */

Target state_target(Builder *b) { return ++b->targets; }

/* Starts a stretch that state_close will undo. */
Segment state_open(Builder *b) {
  b->frame->segments++;
  return (Segment){b->log.n, b->arms.n, b->changes.n};
}

/* The path as it is now leads to `target`, if it can be reached. */
void state_arm(Builder *b, Target target) {
  state_arm_changes(b, target, b->changes.n, b->frame->reach);
}

/* The same, with changes that lie behind `begin` on Builder.changes. */
void state_arm_changes(Builder *b, Target target, uint32_t begin,
                       ReachId reach) {
  if (!target || reach.v == REACH_NEVER) return;
  vec_push(&b->arms, b->scratch,
           (Arm){target, b->log.n, begin, b->changes.n, reach});
}

static void undo(Builder *b, uint32_t mark) {
  while (b->log.n > mark) {
    LogEntry e = vec_pop(&b->log);
    put(b, e.place, e.old);
  }
}

/* ---- merging ------------------------------------------------------------ */

/* The record of a place in the merge at hand. */
Touched *state_touch(Builder *b, uint32_t place) {
  Merge *m = &b->merge;
  if (!b->slot[place]) {
    vec_push(&m->touched, b->scratch, (Touched){.place = place});
    b->slot[place] = m->touched.n;
  }
  return &m->touched.v[b->slot[place] - 1];
}

static void event(Builder *b, uint32_t *first, uint32_t *last,
                      uint32_t key, uint32_t value) {
  Merge *m = &b->merge;
  uint32_t id = m->events.n;
  vec_push(&m->events, b->scratch, (Event){0, key, value});
  if (*last) m->events.v[*last].next = id;
  else *first = id;
  *last = id;
}

/* Adds a value to the record. */
void state_touch_value(Builder *b, Touched *t, uint32_t key, uint32_t value) {
  event(b, &t->arm, &t->arm_last, key, value);
}

/* Lists, place by place, what the spine wrote since `log` and what the arms
 * changed. */
static void collect_events(Builder *b, uint32_t log) {
  Merge *m = &b->merge;
  vec_clear(&m->touched);
  vec_clear(&m->events);
  vec_push(&m->events, b->scratch, (Event){0});
  for (uint32_t i = log; i < b->log.n; i++) {
    Touched *t = state_touch(b, b->log.v[i].place);
    event(b, &t->spine, &t->spine_last, i, b->log.v[i].old);
  }
  for (uint32_t k = 0; k < m->arms.n; k++) {
    const Arm *arm = &m->arms.v[k];
    for (uint32_t i = arm->begin; i < arm->end; i++) {
      Change c = b->changes.v[i];
      Touched *t = state_touch(b, c.place);
      event(b, &t->arm, &t->arm_last, k, c.value);
    }
  }
}

/* A node of the segment tree over the arms' reaches, made when asked for.
 * Node 1 is the root; leaves start at `leaves`, a power of two. */
static ReachId tree_node(Builder *b, uint32_t i, uint32_t leaves) {
  Merge *m = &b->merge;
  if (i >= leaves)
    return i - leaves < m->arms.n ? m->arms.v[i - leaves].reach
                                  : REACH_ID_NEVER;
  if (!m->tree.v[i]) {
    ReachId left = tree_node(b, 2 * i, leaves);
    ReachId right = tree_node(b, 2 * i + 1, leaves);
    m->tree.v[i] = reach_or(b, left, right).v;
  }
  return (ReachId){m->tree.v[i]};
}

/* OR of the reaches of arms [lo, hi]. */
static ReachId range_reach(Builder *b, uint32_t lo, uint32_t hi) {
  Merge *m = &b->merge;
  if (lo == hi) return m->arms.v[lo].reach;
  uint32_t leaves = (uint32_t)bits_ceil_pow2(m->arms.n);
  if (!m->tree.n) {
    vec_reserve(&m->tree, b->scratch, leaves);
    m->tree.n = leaves;
    memset(m->tree.v, 0, leaves * sizeof(uint32_t));
  }
  if (lo == 0 && hi == m->arms.n - 1) return tree_node(b, 1, leaves);
  /* From right to left, so that what is joined with a node of the tree is the
   * same for all ranges that end at the last arm (reach.c remembers it). */
  uint32_t left[32], n = 0;
  ReachId r = REACH_ID_NEVER;
  hi = hi == m->arms.n - 1 ? 2 * leaves : hi + leaves + 1;
  for (lo += leaves; lo < hi; lo /= 2, hi /= 2) {
    if (lo & 1) left[n++] = lo++;
    if (hi & 1) r = reach_or(b, tree_node(b, --hi, leaves), r);
  }
  while (n) r = reach_or(b, tree_node(b, left[--n], leaves), r);
  return r;
}

/* The reach of the join. */
static ReachId total(Builder *b) {
  return range_reach(b, 0, b->merge.arms.n - 1);
}

/* First arm behind `k` that left the spine after the write at `log`. */
static uint32_t first_after(const Merge *m, uint32_t k, uint32_t log) {
  uint32_t lo = k + 1, hi = m->arms.n;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (m->arms.v[mid].pos <= log) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

/* Cuts the arms into ranges in which the place has one value: m->edges[i].value
 * on arms [m->lo[i], m->hi[i]]. */
static void cut_ranges(Builder *b, const Touched *t) {
  Merge *m = &b->merge;
  const Event *ev = m->events.v;
  uint32_t spine = t->spine, arm = t->arm;
  vec_clear(&m->edges);
  vec_clear(&m->lo);
  vec_clear(&m->hi);
  for (uint32_t k = 0; k < m->arms.n;) {
    while (spine && ev[spine].key < m->arms.v[k].pos) spine = ev[spine].next;
    uint32_t value = spine ? ev[spine].value : b->cur[t->place];
    uint32_t next = m->arms.n;
    if (arm && ev[arm].key == k) {
      for (; arm && ev[arm].key == k; arm = ev[arm].next)
        value = ev[arm].value;
      next = k + 1;
    } else {
      if (spine) next = first_after(m, k, ev[spine].key);
      if (arm && ev[arm].key < next) next = ev[arm].key;
    }
    vec_push(&m->edges, b->scratch, (FlowEdge){{value}, {0}});
    vec_push(&m->lo, b->scratch, k);
    vec_push(&m->hi, b->scratch, next - 1);
    k = next;
  }
}

enum { OPEN_DEPTH = 4 }; /* joins looked through for paths that may be none */

/* Types may say that the path is none: it ends in a call, or is that of an
 * exception that a with swallows. */
static bool is_open(const Builder *b, ReachId reach, int depth) {
  const Reach *r = &b->reaches.v[reach.v];
  if (r->kind == REACH_CALL || r->kind == REACH_SUPPRESS) return true;
  return r->kind == REACH_OR && depth < OPEN_DEPTH &&
         is_open(b, (ReachId){r->a}, depth + 1) &&
         is_open(b, (ReachId){r->b}, depth + 1);
}

/* A member of which nothing is known in arm `i`, where types may say that this is
 * no path: the member is what it is looked up as there, unless its holder
 * changes as well.  0: nothing is known. */
static uint32_t looked_up(Builder *b, uint32_t place, uint32_t i) {
  if (!is_open(b, b->merge.arms.v[i].reach, 0)) return 0;
  uint32_t holder = place;
  while (b->places[holder].kind != PLACE_SYMBOL) {
    holder = b->places[holder].parent.v;
    if (b->slot[holder]) return 0;
  }
  return flow_base(b, place);
}

static uint32_t merge_place(Builder *b, const Touched *t) {
  Merge *m = &b->merge;
  cut_ranges(b, t);
  bool symbol = b->places[t->place].kind == PLACE_SYMBOL, same = true;
  for (uint32_t i = 0; i < m->edges.n; i++) {
    uint32_t *value = &m->edges.v[i].value.v;
    if (!*value && symbol) *value = flow_init(b, t->place);
    if (!*value && m->lo.v[i] == m->hi.v[i])
      *value = looked_up(b, t->place, m->lo.v[i]);
    if (!*value) return 0;
    if (*value != m->edges.v[0].value.v) same = false;
  }
  if (same) return m->edges.v[0].value.v;
  for (uint32_t i = 0; i < m->edges.n; i++)
    m->edges.v[i].edge = range_reach(b, m->lo.v[i], m->hi.v[i]);
  return phi_make(b, t->place, total(b));
}

/* Merges b->merge.arms: changes go to merge.out. */
static Arm merge_arms(Builder *b, Target target, uint32_t log) {
  Merge *m = &b->merge;
  vec_clear(&m->tree);
  collect_events(b, log);
  uint32_t begin = m->out.n;
  for (uint32_t i = 0; i < m->touched.n; i++) {
    Touched t = m->touched.v[i];
    uint32_t base = t.spine ? m->events.v[t.spine].value : b->cur[t.place];
    uint32_t value = merge_place(b, &t);
    if (value != base)
      vec_push(&m->out, b->scratch, (Change){t.place, value});
  }
  for (uint32_t i = 0; i < m->touched.n; i++) b->slot[m->touched.v[i].place] = 0;
  return (Arm){target, 0, begin, m->out.n, total(b)};
}

/* Merges the arms of one target since s.arm, and marks them as done. */
static void merge_target(Builder *b, Segment s, Target target) {
  Merge *m = &b->merge;
  vec_clear(&m->arms);
  for (uint32_t i = s.arm; i < b->arms.n; i++) {
    if (b->arms.v[i].target != target) continue;
    vec_push(&m->arms, b->scratch, b->arms.v[i]);
    b->arms.v[i].target = 0;
  }
  if (m->arms.n)
    vec_push(&m->results, b->scratch, merge_arms(b, target, s.log));
}

/* True when nothing is to be merged: one arm a target, no writes. */
static bool is_plain(const Builder *b, Segment s) {
  if (b->log.n != s.log) return false;
  uint32_t n = b->arms.n - s.arm;
  if (n < 2) return true;
  const Arm *arms = &b->arms.v[s.arm];
  return n == 2 && arms[0].target != arms[1].target;
}

/* Undoes the segment; all its arms become one arm a target, in the segment
 * around; that of `last` ends up on top. */
void state_close(Builder *b, Segment s, Target last) {
  b->frame->segments--;
  if (is_plain(b, s)) {
    if (b->arms.n == s.arm) b->changes.n = s.change;
    return;
  }
  Merge *m = &b->merge;
  vec_clear(&m->out);
  vec_clear(&m->results);
  for (uint32_t i = s.arm; i < b->arms.n; i++) {
    Target target = b->arms.v[i].target;
    if (target && target != last) merge_target(b, s, target);
  }
  merge_target(b, s, last);
  undo(b, s.log);
  b->changes.n = s.change;
  vec_append(&b->changes, b->scratch, m->out.v, m->out.n);
  b->arms.n = s.arm;
  for (uint32_t i = 0; i < m->results.n; i++) {
    Arm arm = m->results.v[i];
    arm.begin += s.change;
    arm.end += s.change;
    arm.pos = s.log;
    vec_push(&b->arms, b->scratch, arm);
  }
}

/* Takes the newest arm of the target off the stack; false: no path. */
bool state_take(Builder *b, Target target, Arm *out) {
  for (uint32_t i = b->arms.n; i-- > 0;) {
    if (b->arms.v[i].target != target) continue;
    *out = b->arms.v[i];
    b->arms.n--;
    for (; i < b->arms.n; i++) b->arms.v[i] = b->arms.v[i + 1];
    return true;
  }
  *out = (Arm){.target = target, .reach = REACH_ID_NEVER};
  return false;
}

/* Goes on along that arm. */
void state_apply(Builder *b, const Arm *arm) {
  for (uint32_t i = arm->begin; i < arm->end; i++)
    state_set(b, b->changes.v[i].place, b->changes.v[i].value);
  b->frame->reach = arm->reach;
}

/* Closes, and goes on where `target` is; REACH_NEVER when no path leads
 * there. */
void state_close_to(Builder *b, Segment s, Target target) {
  state_close(b, s, target);
  Arm arm;
  if (b->arms.n == s.arm) {
    b->frame->reach = REACH_ID_NEVER;
    return;
  }
  state_take(b, target, &arm);
  state_apply(b, &arm);
  if (b->arms.n == s.arm) b->changes.n = s.change;
}
