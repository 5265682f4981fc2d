/* dag.h - runs a directed acyclic graph of opaque units on a pool.
 *
 * Layer: sched.  Memory: an arena for the run.
 * Threads: see the table.
 *
 *   operation          who                   promise
 *   dag_run            the pool's creator    each unit runs once, after all
 *                                            its predecessors returned; what
 *                                            they wrote is visible to it
 *   dag_spawn          inside a unit         the new unit runs once, later,
 *                                            before dag_run returns; it sees
 *                                            what its spawner wrote before
 *   dag_parallel_for   inside a unit         each item runs once; all have
 *                                            returned when it returns
 *
 * No barriers: a unit is ready when its counter of unfinished predecessors
 * falls to 0.  Ready units with a long path behind them come first, and an
 * idle worker looks on its own NUMA node first.
 */
#ifndef TAIPAN_SCHED_DAG_H
#define TAIPAN_SCHED_DAG_H

#include "sched/pool.h"

#define DAG_ANY_NODE 0xFF

typedef struct {
  uint32_t n;                 /* units 0 .. n-1 */
  const uint32_t *succ_start; /* n + 1 offsets into succ; NULL: no edges */
  const uint32_t *succ;       /* successors; an edge may be repeated */
  const uint32_t *weight;     /* expected cost, any unit; NULL: all 1 */
  const uint8_t *node;        /* preferred node or DAG_ANY_NODE; NULL: any */
} DagSpec;

typedef struct {
  uint64_t units;    /* run, spawned ones included */
  uint64_t steals;   /* units that came from another worker */
  uint64_t remote;   /* of those, from another node */
  uint64_t helped;   /* items of dag_parallel_for done by helpers */
  uint64_t parks;    /* times that a worker went to sleep */
  uint64_t idle_ns;  /* summed over workers */
  uint64_t busy_ns;  /* summed over workers */
  uint64_t wall_ns;
  uint64_t critical; /* weight of the heaviest path */
  uint64_t work;     /* weight of all units */
} DagStats;

typedef struct Dag Dag;
typedef void (*DagFn)(Dag *dag, uint32_t unit, void *ctx);

/* Runs all units.  False, and nothing has been run, if the graph has a cycle.
 * The worker's scratch arena is reset after each unit.  stats may be NULL.
 * Faults are the business of `run` (fault_run). */
bool dag_run(Pool *p, const DagSpec *spec, DagFn run, void *ctx,
             DagStats *stats);

/* A new unit, ready at once; `unit` is opaque, at least spec.n and need not be
 * unique.  node: preferred node or DAG_ANY_NODE. */
void dag_spawn(Dag *dag, uint32_t unit, uint8_t node);

/* As pool_parallel_for, from inside a unit: the caller works through the
 * items, idle workers help.  If items fault, the others run all the same, and
 * then the fault of the first item (by number) is raised again in the caller.
 * Called inside an item, it runs its items one by one.  Helpers' scratch is
 * reset after each item; the caller's is not. */
void dag_parallel_for(Dag *dag, uint32_t n, PoolFn fn, void *ctx);

#endif
