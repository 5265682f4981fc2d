/* dag_int.h - what dag.c, dag_plan.c and dag_flat.c share.
 *
 * Layer: sched, internal.
 */
#ifndef TAIPAN_SCHED_DAG_INT_H
#define TAIPAN_SCHED_DAG_INT_H

#include "base/panic.h"
#include "base/vec.h"
#include "sched/dag.h"
#include "sched/deque.h"
#include "sched/park.h"

/* Urgency of ready units: 0 is the most urgent; the last one is for units that
 * nobody waits for. */
enum { DAG_BANDS = 4, DAG_LAST = DAG_BANDS - 1 };

/* --- The plan: dag_plan.c ----------------------------------------------- */

typedef struct {
  AtomicU32 *pending; /* of each unit: predecessors that have not finished */
  uint64_t *path;     /* weight of the heaviest path from the unit on */
  uint8_t *band;
  uint32_t *ready; /* units without predecessors, the least urgent first */
  uint32_t n_ready;
  uint64_t critical, work;
} DagPlan;

/* Fills *plan from the arena; false if the graph has a cycle. */
bool dag_plan(const DagSpec *spec, Arena *a, DagPlan *plan);

/* --- Loops inside a unit: dag_flat.c ------------------------------------ */

typedef struct {
  _Alignas(NO_SHARE) AtomicU64 next; /* first item not handed out */
  AtomicU64 end;                     /* number of items */
  AtomicU32 helpers;                 /* helpers inside (or looking in) */
  AtomicU32 open;                    /* 1 while helpers may come in */
  Park done;                         /* where the owner waits for them */
  _Alignas(NO_SHARE) PoolFn fn;      /* the rest: released by `open` */
  void *ctx;
  Shuffle order;
  pthread_mutex_t lock;
  FaultInfo fault;    /* lock: of the first item that faulted */
  uint64_t fault_item; /* lock: its number; `end` = none */
} DagLoop;

void dag_loop_init(DagLoop *l);
void dag_loop_free(DagLoop *l);
/* A guess. */
bool dag_loop_has_items(const DagLoop *l);
/* Tries to help; returns the number of items done. */
uint64_t dag_loop_help(DagLoop *l, Worker *w);

/* --- The run: dag.c ----------------------------------------------------- */

typedef struct {
  _Alignas(NO_SHARE) Deque band[DAG_BANDS];
  bool surplus[DAG_BANDS]; /* owner: counted in Dag.surplus */
  /* Changed by the owner after it has made work visible, before it wakes
   * anybody: the word S of park.h. */
  _Alignas(NO_SHARE) AtomicU32 signal;
  bool in_loop; /* owner: runs an item of a loop */
  uint64_t units, steals, remote, helped, parks, idle_ns, busy_ns;
  DagLoop loop;
} DagWorker;

/* Units that prefer this node, from workers of other nodes. */
typedef struct {
  _Alignas(NO_SHARE) Park park; /* where the node's workers sleep */
  AtomicU32 signal;             /* word S for the inbox */
  AtomicU32 count;              /* units in the inbox; a guess without lock */
  pthread_mutex_t lock;
  U32Vec inbox;      /* lock */
  uint32_t *members; /* workers */
  uint32_t n_members;
  uint32_t home; /* this node, or the nearest one that has workers */
} DagNode;

struct Dag {
  Pool *pool;
  const DagSpec *spec;
  DagFn run;
  void *ctx;
  DagPlan plan;
  DagWorker *workers;
  DagNode *nodes;
  uint32_t n_workers, n_nodes;
  _Alignas(NO_SHARE) AtomicU32 surplus[DAG_BANDS]; /* workers with some */
  AtomicU32 loops; /* open loops */
  _Alignas(NO_SHARE) AtomicU64 unfinished; /* units */
  AtomicU32 over; /* word S of the end */
};

/* A unit that came from dag_spawn has no successors, path and preference. */
static inline bool dag_is_spawned(const Dag *d, uint32_t unit) {
  return unit >= d->spec->n;
}

static inline DagWorker *dag_me(Dag *d) { return &d->workers[worker_index()]; }

/* Wakes up to n sleepers, those of the node first. */
void dag_wake(Dag *d, uint32_t node, uint32_t n);

#endif
