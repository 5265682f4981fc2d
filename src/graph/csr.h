/* csr.h - a directed graph in compressed rows, and its condensation.
 *
 * Layer: graph.  Memory: the arenas that are given.  Threads: pure functions;
 * the results are frozen.
 *
 * Nodes are 0..n-1.  Nothing here knows modules: node i is the checked module
 * i + 1, so node order is path order, and every result that follows from node
 * numbers alone is the same in every run.
 */
#ifndef GRAPH_CSR_H
#define GRAPH_CSR_H

#include "base/arena.h"
#include "base/defs.h"

/* Row i is to[first[i]] .. to[first[i + 1] - 1]. */
typedef struct {
  uint32_t n;
  const uint32_t *first; /* [n + 1] */
  const uint32_t *to;    /* [first[n]] */
} Csr;

/* The same edges turned round; rows are sorted by node. */
Csr csr_reverse(const Csr *g, Arena *arena);

/* ---- scc.c -------------------------------------------------------------- */

/* Strongly connected components, numbered so that each comes behind all that
 * it can reach: dependencies first. */
typedef struct {
  uint32_t count;
  const uint32_t *of;      /* [n]: the component of a node */
  const uint32_t *first;   /* [count + 1] */
  const uint32_t *members; /* [n]: of component c, from first[c], ascending */
} Sccs;

/* Tarjan's algorithm without recursion; O(nodes + edges). */
void scc_find(const Csr *g, Arena *arena, Arena *scratch, Sccs *out);

/* ---- waves.c ------------------------------------------------------------ */

/* The condensation as a scheduler wants it. */
typedef struct {
  Csr deps;       /* component -> components that it needs; distinct, sorted */
  Csr dependents; /* component -> components that wait for it */
  const uint32_t *weight; /* [count]: sum over members, saturating */
  /* [count]: weight of the heaviest chain that begins here and goes through
   * dependents; highest first */
  const uint64_t *priority;
  const uint32_t *wave; /* [count]: 0 = needs nothing; 1 + its deepest need */
  uint32_t wave_count;
  const uint32_t *wave_first; /* [wave_count + 1] */
  const uint32_t *wave_items; /* components by wave, ascending within one */
  const uint32_t *critical;   /* the heaviest chain, in order of execution */
  uint32_t critical_count;
  uint64_t critical_weight, total_weight;
} Waves;

/* Requires: sccs is of g; node_weight has n items.  O(nodes + edges). */
void waves_build(const Csr *g, const Sccs *sccs, const uint32_t *node_weight,
                 Arena *arena, Arena *scratch, Waves *out);

#endif
