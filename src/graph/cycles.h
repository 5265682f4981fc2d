/* cycles.h - import cycles, and the smallest sets of edges that cut them.
 *
 * Layer: graph.  Memory: the arenas that are given.  Threads: pure functions.
 *
 * The cut of a component is a set of edges without which it has no cycle
 * (a minimum feedback arc set).  All edges count the same.
 */
#ifndef GRAPH_CYCLES_H
#define GRAPH_CYCLES_H

#include "graph/csr.h"

typedef struct {
  uint32_t from, to;
} CycleEdge;

/* A strongly connected component of two or more nodes.  An edge of a node to
 * itself is no cycle here. */
typedef struct {
  const uint32_t *members; /* ascending */
  uint32_t member_count;
  uint32_t edge_count;   /* inside the component */
  const CycleEdge *cuts; /* by (from, to) */
  uint32_t cut_count;
  uint32_t cut_least;       /* no cut is smaller; equal to cut_count: proven */
  const uint32_t *shortest; /* the nodes of one of its shortest cycles; of a
                             * huge component, of one of its short ones */
  uint32_t shortest_count;
} Cycle;

typedef struct {
  const Cycle *v; /* by their first member */
  uint32_t n;
} CycleList;

/* Where exactness ends; cycles_limits_default for all but tests. */
typedef struct {
  uint32_t subset_nodes;   /* components up to this size: all subsets (<= 20) */
  uint64_t branch_steps;   /* edge visits of branch and bound, a component */
  uint64_t shortest_steps; /* and of the search for a shortest cycle */
} CyclesLimits;
extern const CyclesLimits cycles_limits_default;

/* Finds all cycles of g.  The result is a function of g and limits alone. */
void cycles_find(const Csr *g, CyclesLimits limits, Arena *arena,
                 Arena *scratch, CycleList *out);

#endif
