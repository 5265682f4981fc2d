/* cut_exact.c - smallest feedback arc sets, exactly.
 *
 * By subsets: a cut is the set of backward edges of some order of the nodes.
 * The best order of a set S ends in some v: f(S) = min over v in S of
 * f(S - v) + number of edges from v back into S - v.  2^n * n steps for n
 * nodes (Lawler 1964).
 *
 * By branching, where n is too large for that but the cut is small: every cut
 * holds an edge of each cycle.  Take a shortest cycle and try its edges one by
 * one; an edge that was tried without success is kept from then on.  A bound
 * is a number of cycles without a common edge.  The depth is deepened one by
 * one from the least possible, so the first success is a smallest cut.  The
 * work is counted in edges looked at, never in time, so that the answer is the
 * same on every machine.
 */
#include "graph/cut_int.h"

#include "base/bits.h"

/* ---- by subsets --------------------------------------------------------- */

uint32_t cut_by_subsets(const CutGraph *g, Arena *scratch, uint8_t *cut) {
  uint32_t n = g->g.n, all = (1u << n) - 1;
  ASSERT(n <= CUT_SUBSET_MAX);
  ArenaMark mark = arena_mark(scratch);
  uint32_t out[CUT_SUBSET_MAX] = {0}, place[CUT_SUBSET_MAX];
  for (uint32_t e = 0; e < g->edges; e++) out[g->from[e]] |= 1u << g->g.to[e];
  uint16_t *best = ARENA_ARRAY(scratch, uint16_t, (size_t)all + 1);
  uint8_t *last = ARENA_ARRAY(scratch, uint8_t, (size_t)all + 1);
  for (uint32_t set = 1; set <= all; set++) {
    uint32_t least = UINT32_MAX;
    for (uint32_t rest = set; rest; rest &= rest - 1) {
      uint32_t v = bits_ctz(rest), without = set & ~(1u << v);
      uint32_t cost = best[without] + bits_popcount(out[v] & without);
      if (cost >= least) continue;
      least = cost;
      last[set] = (uint8_t)v;
    }
    best[set] = (uint16_t)least;
  }
  uint32_t set = all;
  for (uint32_t i = n; i-- > 0;) {
    place[last[set]] = i;
    set &= ~(1u << last[set]);
  }
  for (uint32_t e = 0; e < g->edges; e++)
    cut[e] = place[g->from[e]] > place[g->g.to[e]];
  uint32_t size = n ? best[all] : 0;
  arena_reset_to(scratch, mark);
  return size;
}

/* ---- shortest cycles ---------------------------------------------------- */

typedef struct {
  const CutGraph *g;
  const uint8_t *gone;
  uint64_t *steps; /* left */
  uint32_t *edge;  /* by node: the edge by which the search came */
  uint32_t *depth; /* by node: 1 + distance, 0 = not seen */
  uint32_t *queue;
  uint32_t queued;
} Bfs;

static Bfs bfs_new(const CutGraph *g, const uint8_t *gone, uint64_t *steps,
                   Arena *scratch) {
  return (Bfs){
      .g = g,
      .gone = gone,
      .steps = steps,
      .edge = ARENA_ARRAY_RAW(scratch, uint32_t, g->g.n),
      .depth = ARENA_ARRAY(scratch, uint32_t, g->g.n),
      .queue = ARENA_ARRAY_RAW(scratch, uint32_t, g->g.n),
  };
}

/* Looks for a cycle of at most `limit` edges whose smallest node is root.
 * Returns the edge that closes it, or UINT32_MAX. */
static uint32_t bfs_run(Bfs *b, uint32_t root, uint32_t limit) {
  const Csr *g = &b->g->g;
  uint32_t closing = UINT32_MAX, head = 0;
  b->queued = 0;
  b->queue[b->queued++] = root;
  b->depth[root] = 1;
  while (head < b->queued && closing == UINT32_MAX) {
    uint32_t node = b->queue[head++];
    if (b->depth[node] > limit) break;
    uint32_t n = g->first[node + 1] - g->first[node];
    *b->steps -= MIN(*b->steps, n + 1);
    for (uint32_t e = g->first[node]; e < g->first[node + 1]; e++) {
      uint32_t to = g->to[e];
      if (b->gone[e] || to < root) continue;
      if (to == root) {
        closing = e;
        break;
      }
      if (b->depth[to]) continue;
      b->depth[to] = b->depth[node] + 1;
      b->edge[to] = e;
      b->queue[b->queued++] = to;
    }
  }
  for (uint32_t i = 0; i < b->queued; i++) b->depth[b->queue[i]] = 0;
  return closing;
}

/* Writes the cycle's edges in order; returns their number. */
static uint32_t bfs_path(const Bfs *b, uint32_t root, uint32_t closing,
                         uint32_t *path) {
  uint32_t n = 0;
  path[n++] = closing;
  for (uint32_t at = b->g->from[closing]; at != root;) {
    path[n++] = b->edge[at];
    at = b->g->from[b->edge[at]];
  }
  for (uint32_t i = 0; i < n / 2; i++) {
    uint32_t t = path[i];
    path[i] = path[n - 1 - i];
    path[n - 1 - i] = t;
  }
  return n;
}

uint32_t cut_shortest_cycle(const CutGraph *g, const uint8_t *gone,
                            uint64_t *steps, Arena *scratch, uint32_t *path) {
  ArenaMark mark = arena_mark(scratch);
  Bfs b = bfs_new(g, gone, steps, scratch);
  uint32_t len = 0;
  for (uint32_t root = 0; root < g->g.n && *steps && len != 2; root++) {
    uint32_t limit = len ? len - 1 : g->g.n;
    uint32_t closing = bfs_run(&b, root, limit);
    if (closing != UINT32_MAX) len = bfs_path(&b, root, closing, path);
  }
  arena_reset_to(scratch, mark);
  return len;
}

uint32_t cut_lower_bound(const CutGraph *g, const uint8_t *gone,
                         uint64_t *steps, Arena *scratch) {
  ArenaMark mark = arena_mark(scratch);
  uint8_t *used = ARENA_ARRAY_RAW(scratch, uint8_t, g->edges);
  uint32_t *path = ARENA_ARRAY_RAW(scratch, uint32_t, g->g.n);
  memcpy(used, gone, g->edges);
  Bfs b = bfs_new(g, used, steps, scratch);
  uint32_t count = 0;
  for (uint32_t limit = 2; limit && *steps;
       limit = cut_shortest_cycle(g, used, steps, scratch, path)) {
    for (uint32_t root = 0; root < g->g.n; root++) {
      uint32_t closing;
      while (*steps && (closing = bfs_run(&b, root, limit)) != UINT32_MAX) {
        uint32_t n = bfs_path(&b, root, closing, path);
        for (uint32_t i = 0; i < n; i++) used[path[i]] = 1;
        count++;
      }
    }
  }
  arena_reset_to(scratch, mark);
  return count;
}

/* ---- by branching ------------------------------------------------------- */

typedef struct {
  const CutGraph *g;
  uint64_t *steps;
  Arena *scratch;
  uint8_t *gone; /* cut so far */
  uint8_t *kept; /* tried without success higher up */
} Branch;

/* Tries the edges of the cycle one by one. */
static bool branch(Branch *b, uint32_t left);
static bool branch_over(Branch *b, uint32_t left, const uint32_t *path,
                        uint32_t len) {
  uint8_t *mine = ARENA_ARRAY(b->scratch, uint8_t, len); /* kept here */
  bool done = false;
  for (uint32_t i = 0; i < len && !done && *b->steps; i++) {
    uint32_t e = path[i];
    if (b->kept[e]) continue;
    b->gone[e] = 1;
    done = branch(b, left - 1);
    if (done) return true;
    b->gone[e] = 0;
    b->kept[e] = mine[i] = 1;
  }
  for (uint32_t i = 0; i < len; i++)
    if (mine[i]) b->kept[path[i]] = 0;
  return done;
}

/* True if `left` more edges make the graph acyclic; then `gone` is the cut.
 * Recursion is at most `left` deep. */
static bool branch(Branch *b, uint32_t left) {
  ArenaMark mark = arena_mark(b->scratch);
  uint32_t *path = ARENA_ARRAY_RAW(b->scratch, uint32_t, b->g->g.n);
  uint32_t len = cut_shortest_cycle(b->g, b->gone, b->steps, b->scratch, path);
  bool done = len == 0 && *b->steps;
  if (len && left && *b->steps &&
      cut_lower_bound(b->g, b->gone, b->steps, b->scratch) <= left)
    done = branch_over(b, left, path, len);
  arena_reset_to(b->scratch, mark);
  return done;
}

uint32_t cut_by_branching(const CutGraph *g, uint32_t size, uint32_t *least,
                          uint64_t *steps, Arena *scratch, uint8_t *cut) {
  ArenaMark mark = arena_mark(scratch);
  Branch b = {.g = g, .steps = steps, .scratch = scratch};
  b.gone = ARENA_ARRAY(scratch, uint8_t, g->edges);
  b.kept = ARENA_ARRAY(scratch, uint8_t, g->edges);
  while (*least < size && *steps) {
    memset(b.gone, 0, g->edges);
    memset(b.kept, 0, g->edges);
    if (branch(&b, *least)) {
      memcpy(cut, b.gone, g->edges);
      size = 0;
      for (uint32_t e = 0; e < g->edges; e++) size += cut[e];
      *least = size;
    } else if (*steps) {
      ++*least;
    }
  }
  arena_reset_to(scratch, mark);
  return size;
}
