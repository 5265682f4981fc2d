/* phi.c - phis, simplified while they are made.
 *
 * What is left of a join when nothing was bound must be the value before the
 * branches, or a function's values become a heap of unions of themselves.  So
 *
 *   1. operands with equal values are one, under the OR of their edges;
 *   2. NARROW(x,P) and NARROW(x,not P) on the two outcomes of P are x, on the
 *      edge before P (not when a call in a branch may not have returned: then
 *      the edges are no complements);
 *   3. an operand that is itself a phi, whose join's reach is just its edge,
 *      is replaced by its operands, so that 1 and 2 see them.
 *
 * The operands wait on a stack, last one on top (elif chains collapse from
 * their end).  Each is compared with the newest WINDOW finished ones, and comes
 * back when it has changed; a change shortens the whole, or takes a phi apart
 * while there are at most FLAT_MAX operands.  So the cost is linear in them.
 *
 * Operands are in the order in which a reader of the source first meets what
 * they start from (Builder.orders): that is the order of a union's members.
 */
#include "base/sort.h"
#include "index/index_int.h"

#define FLAT_MAX 64
#define WINDOW 64

static const Flow *flow_at(const Builder *b, uint32_t id) {
  return &b->flows.v[id];
}

static void drop(EdgeVec *list, uint32_t i) {
  list->n--;
  for (; i < list->n; i++) list->v[i] = list->v[i + 1];
}

/* Replaces a phi by its operands, on the stack; false when it stays one. */
static bool take_apart(Builder *b, FlowEdge e) {
  Merge *m = &b->merge;
  const Flow *f = flow_at(b, e.value.v);
  uint32_t n = f->kind == FLOW_PHI ? b->extra.v[f->a] : 0;
  if (n == 0 || m->todo.n + m->done.n + n > FLAT_MAX ||
      b->extra.v[f->a + 1 + 2 * n] != e.edge.v)
    return false;
  for (uint32_t k = 0; k < n; k++) {
    const uint32_t *pair = &b->extra.v[f->a + 1 + 2 * k];
    vec_push(&m->todo, b->scratch, (FlowEdge){{pair[0]}, {pair[1]}});
  }
  return true;
}

/* Merges *e with a finished operand, which is removed; false when none fits. */
static bool join(Builder *b, FlowEdge *e) {
  EdgeVec *done = &b->merge.done;
  const Flow *f = flow_at(b, e->value.v);
  for (uint32_t i = done->n; i-- > 0 && done->n - i <= WINDOW;) {
    FlowEdge d = done->v[i];
    if (d.value.v == e->value.v) {
      e->edge = reach_or(b, e->edge, d.edge);
      drop(done, i);
      return true;
    }
    const Flow *g = flow_at(b, d.value.v);
    ReachId before;
    if (f->kind != FLOW_NARROW || g->kind != FLOW_NARROW || f->a != g->a ||
        f->b != g->b || f->c == g->c ||
        !reach_complement(b, e->edge, d.edge, &before))
      continue;
    *e = (FlowEdge){{f->a}, before};
    drop(done, i);
    return true;
  }
  return false;
}

static int by_order(const void *x, const void *y, void *ctx) {
  const uint32_t *orders = ((const Builder *)ctx)->orders.v;
  uint32_t a = orders[((const FlowEdge *)x)->value.v];
  uint32_t c = orders[((const FlowEdge *)y)->value.v];
  return (a > c) - (a < c);
}

/* The operands have been finished from the last to the first. */
static void put_in_order(Builder *b, EdgeVec *list) {
  for (uint32_t i = 0, k = list->n; i + 1 < k; i++) {
    FlowEdge e = list->v[i];
    list->v[i] = list->v[--k];
    list->v[k] = e;
  }
  for (uint32_t i = 1; i < list->n; i++) {
    if (by_order(&list->v[i - 1], &list->v[i], b) <= 0) continue;
    sort_stable(list->v, list->n, sizeof(FlowEdge), by_order, b);
    return;
  }
}

/* A phi over b->merge.edges at a join with that reach, simplified; 0 for a
 * member about which nothing is known. */
uint32_t phi_make(Builder *b, uint32_t place, ReachId reach) {
  Merge *m = &b->merge;
  vec_clear(&m->todo);
  vec_clear(&m->done);
  vec_append(&m->todo, b->scratch, m->edges.v, m->edges.n);
  ReachId base = reach_dominator(b, reach);
  bool apart = false;
  while (m->todo.n) {
    FlowEdge e = vec_pop(&m->todo);
    if (take_apart(b, e)) {
      apart = true;
      continue;
    }
    EdgeVec *to = join(b, &e) ? &m->todo : &m->done;
    vec_push(to, b->scratch, e);
  }
  if (m->done.n == 1) {
    uint32_t v = m->done.v[0].value.v;
    bool plain = b->places[place].kind != PLACE_SYMBOL &&
                 flow_at(b, v)->kind == FLOW_MEMBER;
    return plain ? 0 : v;
  }
  put_in_order(b, &m->done);
  uint32_t at = b->extra.n;
  vec_push(&b->extra, b->scratch, m->done.n);
  for (uint32_t i = 0; i < m->done.n; i++) {
    vec_push(&b->extra, b->scratch, m->done.v[i].value.v);
    vec_push(&b->extra, b->scratch, m->done.v[i].edge.v);
    /* what was taken apart may have parted further up */
    if (apart) base = reach_common(b, base, m->done.v[i].edge);
  }
  vec_push(&b->extra, b->scratch, reach.v);
  return state_flow(b, FLOW_PHI, base.v < 1u << 24 ? base.v : 0, at, 0);
}
