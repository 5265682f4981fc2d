/* scc.c - strongly connected components.
 *
 * Tarjan (1972), with an explicit stack: a chain of 100,000 modules must not
 * need 100,000 frames.  Nodes are tried in ascending order and edges in row
 * order, so the numbering is a function of the graph.  A component is complete
 * when its root is left, and by then all that it reaches has its number:
 * dependencies come first.
 *
 * For each node `low` is the smallest visit number that is reachable from its
 * subtree over at most one edge into a node that is still on the stack; the
 * node is a root when that is its own.
 */
#include "graph/csr.h"

typedef struct {
  const Csr *g;
  uint32_t *visit; /* visit number, 0 = not yet, UINT32_MAX = finished */
  uint32_t *low;
  uint32_t *edge; /* next edge of the node to follow */
  uint32_t *path; /* nodes from the start to the current one */
  uint32_t *open; /* visited nodes without a component */
  uint32_t path_len, open_len, visits;
  uint32_t *of;
  uint32_t count;
} Tarjan;

static void enter(Tarjan *t, uint32_t node) {
  t->visit[node] = t->low[node] = ++t->visits;
  t->edge[node] = t->g->first[node];
  t->path[t->path_len++] = node;
  t->open[t->open_len++] = node;
}

static void leave(Tarjan *t, uint32_t node) {
  if (t->low[node] == t->visit[node]) {
    uint32_t member;
    do {
      member = t->open[--t->open_len];
      t->of[member] = t->count;
      t->visit[member] = UINT32_MAX;
    } while (member != node);
    t->count++;
  }
  t->path_len--;
  if (t->path_len == 0) return;
  uint32_t up = t->path[t->path_len - 1];
  t->low[up] = MIN(t->low[up], t->low[node]);
}

static void visit_from(Tarjan *t, uint32_t start) {
  enter(t, start);
  while (t->path_len) {
    uint32_t node = t->path[t->path_len - 1];
    if (t->edge[node] == t->g->first[node + 1]) {
      leave(t, node);
      continue;
    }
    uint32_t to = t->g->to[t->edge[node]++];
    if (t->visit[to] == 0) enter(t, to);
    else if (t->visit[to] != UINT32_MAX)
      t->low[node] = MIN(t->low[node], t->visit[to]);
  }
}

/* Sorts the nodes into their components, ascending, by counting. */
static void list_members(const Csr *g, const uint32_t *of, uint32_t count,
                         Arena *arena, Arena *scratch, Sccs *out) {
  uint32_t *first = ARENA_ARRAY(arena, uint32_t, (size_t)count + 1);
  uint32_t *members = ARENA_ARRAY(arena, uint32_t, g->n);
  uint32_t *next = ARENA_ARRAY(scratch, uint32_t, (size_t)count + 1);
  for (uint32_t i = 0; i < g->n; i++) first[of[i] + 1]++;
  for (uint32_t c = 0; c < count; c++) {
    first[c + 1] += first[c];
    next[c] = first[c];
  }
  for (uint32_t i = 0; i < g->n; i++) members[next[of[i]]++] = i;
  *out = (Sccs){count, of, first, members};
}

void scc_find(const Csr *g, Arena *arena, Arena *scratch, Sccs *out) {
  ArenaMark mark = arena_mark(scratch);
  Tarjan t = {
      .g = g,
      .visit = ARENA_ARRAY(scratch, uint32_t, g->n),
      .low = ARENA_ARRAY(scratch, uint32_t, g->n),
      .edge = ARENA_ARRAY(scratch, uint32_t, g->n),
      .path = ARENA_ARRAY(scratch, uint32_t, g->n),
      .open = ARENA_ARRAY(scratch, uint32_t, g->n),
      .of = ARENA_ARRAY(arena, uint32_t, g->n),
  };
  for (uint32_t i = 0; i < g->n; i++)
    if (t.visit[i] == 0) visit_from(&t, i);
  ASSERT(t.open_len == 0);
  list_members(g, t.of, t.count, arena, scratch, out);
  arena_reset_to(scratch, mark);
}

Csr csr_reverse(const Csr *g, Arena *arena) {
  uint32_t edges = g->n ? g->first[g->n] : 0;
  uint32_t *first = ARENA_ARRAY(arena, uint32_t, (size_t)g->n + 2);
  uint32_t *to = ARENA_ARRAY(arena, uint32_t, edges);
  /* first[i + 2] counts row i, then first[i + 1] is where row i goes on */
  for (uint32_t e = 0; e < edges; e++) first[g->to[e] + 2]++;
  for (uint32_t i = 0; i + 2 < g->n + 2; i++) first[i + 2] += first[i + 1];
  for (uint32_t i = 0; i < g->n; i++)
    for (uint32_t e = g->first[i]; e < g->first[i + 1]; e++)
      to[first[g->to[e] + 1]++] = i;
  return (Csr){g->n, first, to};
}
