/* cut_int.h - what cycles.c, cut_exact.c and cut_order.c share.
 *
 * Layer: graph, private.
 */
#ifndef GRAPH_CUT_INT_H
#define GRAPH_CUT_INT_H

#include "graph/csr.h"

/* One component with nodes of its own numbering; an edge is its index. */
typedef struct {
  Csr g;
  const uint32_t *from; /* [edges] */
  uint32_t edges;
} CutGraph;

/* ---- cut_exact.c -------------------------------------------------------- */

#define CUT_SUBSET_MAX 20

/* Requires: at most CUT_SUBSET_MAX nodes.  Sets cut[e] for a smallest cut;
 * returns its size. */
uint32_t cut_by_subsets(const CutGraph *g, Arena *scratch, uint8_t *cut);

/* The edges of a shortest cycle that uses no edge with gone[e], in order; the
 * number of them, 0 when there is none.  `path` has room for all nodes. */
uint32_t cut_shortest_cycle(const CutGraph *g, const uint8_t *gone,
                            uint64_t *steps, Arena *scratch, uint32_t *path);

/* A number of cycles that share no edge: no cut is smaller. */
uint32_t cut_lower_bound(const CutGraph *g, const uint8_t *gone,
                         uint64_t *steps, Arena *scratch);

/* Requires: `cut` is a cut of `size` edges, and none has fewer than `least`.
 * Looks for a smaller one until *steps (what is left) is used up.  Improves
 * cut; returns its size; *least becomes what is proven. */
uint32_t cut_by_branching(const CutGraph *g, uint32_t size, uint32_t *least,
                          uint64_t *steps, Arena *scratch, uint8_t *cut);

/* ---- cut_order.c -------------------------------------------------------- */

/* A small cut by ordering the nodes; returns its size. */
uint32_t cut_by_order(const CutGraph *g, Arena *scratch, uint8_t *cut);

#endif
