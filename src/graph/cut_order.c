/* cut_order.c - small feedback arc sets by ordering the nodes.
 *
 * 1 An order by Eades, Lin and Smyth ("A fast and effective heuristic for the
 *   feedback arc set problem", 1993): sinks go to the end, sources to the
 *   front, otherwise the node with the largest outdegree minus indegree goes to
 *   the front.  Linear, by buckets.  At most half of the edges less a sixth of
 *   the nodes are backward.
 * 2 Sifting: each node in turn moves to the place that makes fewest of its
 *   edges backward; only the places beside its neighbours matter.  Passes go on
 *   until one brings nothing, or SIFT_PASSES.  Places are labels with gaps, so
 *   that a move costs no more than the node's edges.
 * 3 The backward edges are the cut; then each is put back if that closes no
 *   cycle, which makes the cut minimal, though not always smallest.  A bound on
 *   the work (RESTORE_STEPS) keeps this linear on huge components.
 */
#include "graph/cut_int.h"

#include "base/sort.h"

#define SIFT_PASSES 8
#define RESTORE_STEPS ((uint64_t)50 << 20)
#define NONE UINT32_MAX

/* ---- 1: Eades, Lin, Smyth ----------------------------------------------- */

typedef struct {
  const Csr *out, *in;
  uint32_t *outdegree, *indegree;
  uint32_t *head;        /* by bucket: a node or NONE */
  uint32_t *next, *prev; /* chains of the buckets */
  uint32_t *bucket;      /* by node; NONE when placed */
  uint32_t buckets, top; /* no bucket above top holds a node */
  uint32_t offset;       /* bucket of difference 0 */
} Els;

enum { ELS_SINKS, ELS_FIRST };

/* 0: sinks; the last: sources; between them by outdegree - indegree. */
static uint32_t els_bucket(const Els *s, uint32_t node) {
  if (s->outdegree[node] == 0) return ELS_SINKS;
  if (s->indegree[node] == 0) return s->buckets - 1;
  return s->offset + s->outdegree[node] - s->indegree[node];
}

static void els_insert(Els *s, uint32_t node) {
  uint32_t b = els_bucket(s, node);
  s->bucket[node] = b;
  s->next[node] = s->head[b];
  s->prev[node] = NONE;
  if (s->head[b] != NONE) s->prev[s->head[b]] = node;
  s->head[b] = node;
  s->top = MAX(s->top, b);
}

static void els_remove(Els *s, uint32_t node) {
  uint32_t next = s->next[node], prev = s->prev[node];
  if (prev == NONE) s->head[s->bucket[node]] = next;
  else s->next[prev] = next;
  if (next != NONE) s->prev[next] = prev;
  s->bucket[node] = NONE;
}

/* Takes the node out of the graph. */
static void els_place(Els *s, uint32_t node) {
  els_remove(s, node);
  for (uint32_t e = s->out->first[node]; e < s->out->first[node + 1]; e++) {
    uint32_t to = s->out->to[e];
    if (s->bucket[to] == NONE) continue;
    els_remove(s, to);
    s->indegree[to]--;
    els_insert(s, to);
  }
  for (uint32_t e = s->in->first[node]; e < s->in->first[node + 1]; e++) {
    uint32_t from = s->in->to[e];
    if (s->bucket[from] == NONE) continue;
    els_remove(s, from);
    s->outdegree[from]--;
    els_insert(s, from);
  }
}

/* Fills order with all nodes. */
static void els_run(const Csr *out, const Csr *in, Arena *scratch,
                    uint32_t *order) {
  uint32_t n = out->n, most = 0;
  Els s = {.out = out, .in = in};
  s.outdegree = ARENA_ARRAY(scratch, uint32_t, n);
  s.indegree = ARENA_ARRAY(scratch, uint32_t, n);
  for (uint32_t i = 0; i < n; i++) {
    s.outdegree[i] = out->first[i + 1] - out->first[i];
    s.indegree[i] = in->first[i + 1] - in->first[i];
    most = MAX(most, MAX(s.outdegree[i], s.indegree[i]));
  }
  s.offset = ELS_FIRST + most;
  s.buckets = s.offset + most + 2;
  s.head = ARENA_ARRAY_RAW(scratch, uint32_t, s.buckets);
  s.next = ARENA_ARRAY_RAW(scratch, uint32_t, n);
  s.prev = ARENA_ARRAY_RAW(scratch, uint32_t, n);
  s.bucket = ARENA_ARRAY_RAW(scratch, uint32_t, n);
  for (uint32_t i = 0; i < s.buckets; i++) s.head[i] = NONE;
  for (uint32_t i = n; i-- > 0;) els_insert(&s, i);
  uint32_t front = 0, back = n;
  while (front < back) {
    uint32_t node = s.head[ELS_SINKS];
    if (node != NONE) {
      order[--back] = node;
    } else {
      while (s.head[s.top] == NONE) s.top--;
      node = s.head[s.top];
      order[front++] = node;
    }
    els_place(&s, node);
  }
}

/* ---- 2: sifting --------------------------------------------------------- */

#define LABEL_GAP ((uint64_t)1 << 32)

typedef struct {
  const Csr *out, *in;
  uint64_t *label;       /* place in the order */
  uint32_t *next, *prev; /* the order as a ring; node n is its end */
} Sift;

static void relabel(Sift *s) {
  uint64_t label = LABEL_GAP;
  for (uint32_t v = s->next[s->out->n]; v != s->out->n; v = s->next[v]) {
    s->label[v] = label;
    label += LABEL_GAP;
  }
}

static void sift_link(Sift *s, uint32_t before, uint32_t v) {
  uint32_t after = s->next[before];
  s->prev[v] = before;
  s->next[v] = after;
  s->next[before] = v;
  s->prev[after] = v;
}

/* Puts v right behind `before` (n: at the front). */
static void sift_move(Sift *s, uint32_t v, uint32_t before) {
  uint32_t n = s->out->n;
  s->next[s->prev[v]] = s->next[v];
  s->prev[s->next[v]] = s->prev[v];
  sift_link(s, before, v);
  uint64_t low = before == n ? 0 : s->label[before];
  uint64_t high = s->next[v] == n ? low + 2 * LABEL_GAP : s->label[s->next[v]];
  if (high - low < 2) relabel(s);
  else s->label[v] = low + (high - low) / 2;
}

typedef struct {
  uint64_t label;
  uint32_t node;
  int32_t delta; /* what passing it adds to the backward edges */
} Neighbour;

static int neighbour_cmp(const void *a, const void *b, void *ctx) {
  const Neighbour *x = (const Neighbour *)a, *y = (const Neighbour *)b;
  return (x->label > y->label) - (x->label < y->label);
}

/* Moves v to its best place; true if that made fewer edges backward.  Going
 * from the front: passing an out-neighbour makes that edge backward, passing an
 * in-neighbour makes its edge forward. */
static bool sift_node(Sift *s, uint32_t v, Neighbour *around) {
  uint32_t k = 0;
  int32_t cost = 0, best = 0, now = 0;
  uint32_t place = s->out->n;
  for (uint32_t e = s->out->first[v]; e < s->out->first[v + 1]; e++)
    around[k++] = (Neighbour){s->label[s->out->to[e]], s->out->to[e], 1};
  for (uint32_t e = s->in->first[v]; e < s->in->first[v + 1]; e++)
    around[k++] = (Neighbour){s->label[s->in->to[e]], s->in->to[e], -1};
  sort_stable(around, k, sizeof(*around), neighbour_cmp, NULL);
  for (uint32_t i = 0; i < k; i++) {
    cost += around[i].delta;
    if (around[i].label < s->label[v]) now = cost;
    /* a neighbour may be there in both directions: only behind both */
    if (i + 1 < k && around[i + 1].node == around[i].node) continue;
    if (cost >= best) continue;
    best = cost;
    place = around[i].node;
  }
  if (best >= now) return false;
  sift_move(s, v, place);
  return true;
}

static void sift_run(const Csr *out, const Csr *in, Arena *scratch,
                     const uint32_t *order, uint64_t *label) {
  uint32_t n = out->n, most = 0;
  Sift s = {.out = out, .in = in, .label = label};
  s.next = ARENA_ARRAY_RAW(scratch, uint32_t, (size_t)n + 1);
  s.prev = ARENA_ARRAY_RAW(scratch, uint32_t, (size_t)n + 1);
  s.next[n] = s.prev[n] = n;
  for (uint32_t i = 0; i < n; i++) {
    sift_link(&s, s.prev[n], order[i]);
    most = MAX(most, out->first[i + 1] - out->first[i] + in->first[i + 1] -
                         in->first[i]);
  }
  relabel(&s);
  Neighbour *around = ARENA_ARRAY_RAW(scratch, Neighbour, most);
  for (uint32_t pass = 0; pass < SIFT_PASSES; pass++) {
    bool moved = false;
    for (uint32_t v = 0; v < n; v++) moved |= sift_node(&s, v, around);
    if (!moved) return;
    relabel(&s);
  }
}

/* ---- 3: what is not needed goes back ------------------------------------ */

typedef struct {
  const CutGraph *g;
  const uint8_t *cut;
  uint32_t *stack;
  uint32_t *seen; /* by node: the last search that met it */
  uint32_t search;
  uint64_t steps;
} Restore;

/* True if `to` is reached from `from` over edges that are not cut. */
static bool reaches(Restore *r, uint32_t from, uint32_t to) {
  const Csr *g = &r->g->g;
  uint32_t len = 0;
  r->search++;
  r->stack[len++] = from;
  r->seen[from] = r->search;
  while (len) {
    uint32_t node = r->stack[--len];
    if (node == to) return true;
    r->steps += 1 + g->first[node + 1] - g->first[node];
    for (uint32_t e = g->first[node]; e < g->first[node + 1]; e++) {
      if (r->cut[e] || r->seen[g->to[e]] == r->search) continue;
      r->seen[g->to[e]] = r->search;
      r->stack[len++] = g->to[e];
    }
  }
  return false;
}

static void restore_run(const CutGraph *g, Arena *scratch, uint8_t *cut) {
  Restore r = {.g = g, .cut = cut};
  r.stack = ARENA_ARRAY_RAW(scratch, uint32_t, g->g.n);
  r.seen = ARENA_ARRAY(scratch, uint32_t, g->g.n);
  for (uint32_t e = 0; e < g->edges && r.steps < RESTORE_STEPS; e++)
    if (cut[e]) cut[e] = reaches(&r, g->g.to[e], g->from[e]);
}

uint32_t cut_by_order(const CutGraph *g, Arena *scratch, uint8_t *cut) {
  ArenaMark mark = arena_mark(scratch);
  Csr in = csr_reverse(&g->g, scratch);
  uint32_t *order = ARENA_ARRAY_RAW(scratch, uint32_t, g->g.n);
  uint64_t *label = ARENA_ARRAY(scratch, uint64_t, (size_t)g->g.n + 1);
  els_run(&g->g, &in, scratch, order);
  sift_run(&g->g, &in, scratch, order, label);
  for (uint32_t e = 0; e < g->edges; e++)
    cut[e] = label[g->from[e]] > label[g->g.to[e]];
  restore_run(g, scratch, cut);
  uint32_t size = 0;
  for (uint32_t e = 0; e < g->edges; e++) size += cut[e];
  arena_reset_to(scratch, mark);
  return size;
}
