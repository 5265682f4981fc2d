/* topo.h - the cores that this process may use, and where their memory is.
 *
 * Layer: sched.  Memory: the caller's arena.  Threads: a Topo never changes
 * after topo_detect; pinning acts on the calling thread.
 */
#ifndef TAIPAN_SCHED_TOPO_H
#define TAIPAN_SCHED_TOPO_H

#include "base/arena.h"

#define TOPO_MAX_NODES 64

typedef struct {
  uint32_t os_index; /* of the processing unit, as the system counts */
  uint16_t node;     /* dense NUMA node number */
  uint16_t sibling;  /* 0: first thread of its core, 1: second, ... */
} TopoCpu;

typedef struct Topo {
  TopoCpu *cpus;    /* usable ones, in the order in which workers take them */
  uint32_t n_cpus;  /* at least 1 */
  uint32_t n_nodes; /* at least 1 */
  uint32_t usable;  /* default number of workers: cpus, cut by the quota */
  uint32_t *node_os_index; /* of each dense node */
  uint8_t *near; /* n_nodes rows: all nodes, nearest (itself) first */
  bool synthetic; /* from a description: nothing can be pinned */
  bool degraded;  /* hwloc failed: one node, affinity mask only */
  void *hwloc;    /* hwloc_topology_t, NULL if degraded */
} Topo;

/* What this process may use: affinity mask, cgroup quota, NUMA nodes.
 * description: NULL, or a hwloc synthetic topology such as
 * "numa:2 core:4 pu:1" (tests).  Never fails: what cannot be found out is
 * taken as one node. */
Topo *topo_detect(Arena *run, const char *description);
void topo_free(Topo *t);

/* Pins the calling thread to the cpu; false if the system refuses. */
bool topo_pin(const Topo *t, uint32_t cpu);
/* Undoes topo_pin: the thread may run where the process might at first. */
void topo_unpin(const Topo *t);
/* Makes the topology the one that os_bind() (base/os_mem.h) asks. */
void topo_install_bind(const Topo *t);

/* Cores that a cgroup quota allows, rounded up; 0 = no limit known.  root is
 * where cgroups are mounted, self the content of the process's cgroup file
 * (exposed for tests). */
uint32_t topo_quota_from(const char *root, const char *self);

/* The nodes in the order of their distance from `node`. */
static inline const uint8_t *topo_near(const Topo *t, uint32_t node) {
  return t->near + (size_t)node * t->n_nodes;
}

#endif
