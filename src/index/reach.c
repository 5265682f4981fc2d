/* reach.c - the DAG of reachability conditions.
 *
 * A node says when a point of a scope is reached, in terms of the conditions
 * of points before it; ALWAYS is the start of the scope.  Nodes are
 * hash-consed, and operands always have smaller ids than the node that uses
 * them: a reader may evaluate a whole scope in id order, and must not recurse
 * blindly, since a function of n statement-level calls is a chain of length n.
 *
 * Dominators.  Each node but ALWAYS has one other node that must hold for it to
 * hold: `before` of a chain's node; for OR and AND the nearest condition that
 * both operands go through, kept in `c`.  So a reader evaluates an edge from
 * the point where the branches parted, and a join relative to its dominator:
 * n joins in a row cost n.  Every operand that reach_or swallows is dominated
 * by reach_dominator of the result.
 *
 * Simplification keeps what structured code would otherwise pile up: the two
 * outcomes of a test that rejoin are the condition before the test, also
 * through `and`/`or` chains (`or(r+a+b, or(r-a, r+a-b)) = r`), and a
 * condition swallows those that imply it.  The search for such a partner goes
 * down right arms of an OR only, a bounded number of steps, so building is
 * linear.
 */
#include "index/index_int.h"

#define FUEL 16      /* steps down an OR in search of a partner */
#define ANCESTORS 6  /* steps up a chain in search of an implied condition */

static uint64_t reach_hash(uint32_t head, uint32_t x, uint32_t y) {
  return hash_mix(hmap_pair(x, y), head);
}

static void reach_grow(Builder *b) {
  uint32_t cap = b->reach_mask ? (b->reach_mask + 1) * 2 : 256;
  b->reach_slots = ARENA_ARRAY(b->scratch, uint32_t, cap);
  b->reach_mask = cap - 1;
  b->reach_ors = ARENA_ARRAY(b->scratch, ReachOr, cap);
  for (uint32_t id = 1; id < b->reaches.n; id++) {
    const Reach *r = &b->reaches.v[id];
    uint32_t head = r->kind | r->c << 8;
    uint32_t at = (uint32_t)reach_hash(head, r->a, r->b) & b->reach_mask;
    while (b->reach_slots[at]) at = (at + 1) & b->reach_mask;
    b->reach_slots[at] = id;
  }
}

/* Makes the two fixed nodes. */
void reach_init(Builder *b) {
  vec_push(&b->reaches, b->scratch, (Reach){0});
  vec_push(&b->reaches, b->scratch, (Reach){.kind = REACH_ALWAYS});
  vec_push(&b->reaches, b->scratch, (Reach){.kind = REACH_NEVER});
  for (uint32_t i = 0; i < 3; i++)
    vec_push(&b->reach_up, b->scratch, (ReachUp){1, 1, 0});
  reach_grow(b);
}

/* Hangs the newest node below `parent`.  Jump pointers span as in a skew binary
 * number system: as far as two equal jumps before, or just to the parent. */
static void hang(Builder *b, uint32_t parent) {
  const ReachUp *v = b->reach_up.v, *up = &v[parent];
  const ReachUp *far = &v[up->jump];
  bool doubles = up->depth - far->depth == far->depth - v[far->jump].depth;
  ReachUp entry = {parent, doubles ? far->jump : parent, up->depth + 1};
  vec_push(&b->reach_up, b->scratch, entry);
}

/* The nearest condition that both go through. */
static uint32_t common(const Builder *b, uint32_t x, uint32_t y) {
  const ReachUp *v = b->reach_up.v;
  if (v[x].depth < v[y].depth) {
    uint32_t swap = x;
    x = y;
    y = swap;
  }
  while (v[x].depth > v[y].depth)
    x = v[v[x].jump].depth >= v[y].depth ? v[x].jump : v[x].parent;
  while (x != y) {
    bool far = v[x].jump != v[y].jump;
    x = far ? v[x].jump : v[x].parent;
    y = far ? v[y].jump : v[y].parent;
  }
  return x;
}

static ReachId make(Builder *b, ReachKind kind, uint32_t c, uint32_t x,
                    uint32_t y) {
  if (b->reaches.n >= b->reach_mask - b->reach_mask / 4) reach_grow(b);
  uint32_t head = (uint32_t)kind | c << 8;
  uint32_t at = (uint32_t)reach_hash(head, x, y) & b->reach_mask;
  for (; b->reach_slots[at]; at = (at + 1) & b->reach_mask) {
    const Reach *r = &b->reaches.v[b->reach_slots[at]];
    if (r->kind == kind && r->c == c && r->a == x && r->b == y)
      return (ReachId){b->reach_slots[at]};
  }
  b->reach_slots[at] = b->reaches.n;
  vec_push(&b->reaches, b->scratch,
           (Reach){.kind = kind, .c = c & 0xFFFFFF, .a = x, .b = y});
  hang(b, kind == REACH_OR || kind == REACH_AND ? c : x);
  return (ReachId){b->reaches.n - 1};
}

static bool never(ReachId r) { return r.v == REACH_NEVER; }

/* Reached when `before` is and the predicate holds (or does not). */
ReachId reach_pred(Builder *b, ReachId before, PredId pred, bool holds) {
  if (never(before)) return before;
  return make(b, REACH_PRED, holds, before.v, pred.v);
}

/* Behind a call: unless it never returns. */
ReachId reach_call(Builder *b, ReachId before, uint32_t node) {
  if (never(before)) return before;
  return make(b, REACH_CALL, 0, before.v, node);
}

/* Behind a with block that was left by an exception. */
ReachId reach_suppress(Builder *b, ReachId before, uint32_t item) {
  if (never(before)) return before;
  return make(b, REACH_SUPPRESS, 0, before.v, item);
}

/* ---- or, and ------------------------------------------------------------ */

static const Reach *at(const Builder *b, ReachId r) {
  return &b->reaches.v[r.v];
}

static bool is_join(const Reach *r) {
  return r->kind == REACH_OR || r->kind == REACH_AND;
}

/* The nearest condition that both go through. */
ReachId reach_common(const Builder *b, ReachId x, ReachId y) {
  return (ReachId){common(b, x.v, y.v)};
}

/* The condition that all paths of a join with that reach go through. */
ReachId reach_dominator(const Builder *b, ReachId r) {
  return is_join(at(b, r)) ? (ReachId){at(b, r)->c} : r;
}

static ReachId join(Builder *b, ReachKind kind, ReachId x, ReachId y,
                    uint32_t over) {
  return make(b, kind, over < 1u << 24 ? over : REACH_ALWAYS, x.v, y.v);
}

/* True when x is y with more conditions on top. */
static bool implies(const Builder *b, ReachId x, ReachId y) {
  for (int i = 0; i < ANCESTORS; i++) {
    if (x.v == y.v) return true;
    const Reach *r = at(b, x);
    bool chain = r->kind == REACH_PRED || r->kind == REACH_CALL ||
                 r->kind == REACH_SUPPRESS;
    if (!chain || r->a < y.v) return false;
    x.v = r->a;
  }
  return false;
}

/* True when x and y are the two outcomes of one test: *before is their or. */
bool reach_complement(const Builder *b, ReachId x, ReachId y,
                      ReachId *before) {
  const Reach *r = at(b, x), *s = at(b, y);
  before->v = r->a;
  return r->kind == REACH_PRED && s->kind == REACH_PRED && r->a == s->a &&
         r->b == s->b && r->c != s->c;
}

/* x or y when one swallows the other or both are one test, else 0. */
static ReachId merge_pair(const Builder *b, ReachId x, ReachId y) {
  ReachId before;
  if (implies(b, x, y)) return y;
  if (implies(b, y, x)) return x;
  return reach_complement(b, x, y, &before) ? before : (ReachId){0};
}

/* Merges x into an operand of the OR y, if it finds one; else 0. */
static ReachId merge_into(Builder *b, ReachId x, ReachId y, int fuel) {
  Reach r = *at(b, y);
  if (r.kind != REACH_OR || fuel == 0) return (ReachId){0};
  ReachId left = {r.a}, right = {r.b};
  ReachId m = merge_pair(b, x, right);
  if (!m.v) m = merge_into(b, x, right, fuel - 1);
  if (m.v) return reach_or(b, left, m);
  m = merge_pair(b, x, left);
  return m.v ? reach_or(b, m, right) : m;
}

/* The OR x, taken apart, merged into y; 0 when neither operand merges. */
static ReachId merge_parts(Builder *b, ReachId x, ReachId y) {
  Reach r = *at(b, x);
  if (r.kind != REACH_OR) return (ReachId){0};
  ReachId left = {r.a}, right = {r.b};
  ReachId m = merge_into(b, right, y, FUEL);
  if (m.v) return reach_or(b, left, m);
  m = merge_into(b, left, y, FUEL);
  return m.v ? reach_or(b, m, right) : m;
}

static ReachId or_simplified(Builder *b, ReachId x, ReachId y) {
  uint32_t over = common(b, x.v, y.v);
  if (over == x.v || over == y.v) return (ReachId){over};
  ReachId m = merge_pair(b, x, y);
  if (!m.v) m = merge_into(b, x, y, FUEL);
  if (!m.v) m = merge_into(b, y, x, FUEL);
  if (!m.v) m = merge_parts(b, x, y);
  if (!m.v) m = merge_parts(b, y, x);
  return m.v ? m : join(b, REACH_OR, x, y, over);
}

/* Reached when one of the two is. */
ReachId reach_or(Builder *b, ReachId x, ReachId y) {
  if (x.v == y.v || never(y) || x.v == REACH_ALWAYS) return x;
  if (never(x) || y.v == REACH_ALWAYS) return y;
  if (at(b, x)->kind != REACH_OR && at(b, y)->kind != REACH_OR)
    return or_simplified(b, x, y);
  uint32_t hash = (uint32_t)reach_hash(0, x.v, y.v);
  ReachOr *memo = &b->reach_ors[hash & b->reach_mask];
  if (memo->x == x.v && memo->y == y.v) return (ReachId){memo->answer};
  ReachId r = or_simplified(b, x, y);
  b->reach_ors[hash & b->reach_mask] = (ReachOr){x.v, y.v, r.v};
  return r;
}

/* Reached when both are. */
ReachId reach_and(Builder *b, ReachId x, ReachId y) {
  if (x.v == y.v || never(x) || y.v == REACH_ALWAYS) return x;
  if (never(y) || x.v == REACH_ALWAYS) return y;
  uint32_t over = common(b, x.v, y.v);
  if (over == y.v) return x;
  if (over == x.v) return y;
  return join(b, REACH_AND, x, y, over);
}
