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

typedef enum {
  TOPO_PLAIN, /* one node: the affinity mask says all that is needed */
  TOPO_HWLOC,
  TOPO_SYNTHETIC, /* from a description: nothing can be pinned or bound */
} TopoSource;

typedef struct Topo {
  TopoCpu *cpus;    /* usable ones, in the order in which workers take them */
  uint32_t n_cpus;  /* at least 1 */
  uint32_t n_nodes; /* at least 1, at most TOPO_MAX_NODES */
  uint32_t usable;  /* default number of workers: cpus, cut by the quota */
  uint32_t *node_os_index; /* of each dense node */
  uint8_t *near; /* n_nodes rows: all nodes, nearest (itself) first */
  TopoSource source;
  void *hwloc; /* hwloc_topology_t; NULL for TOPO_PLAIN */
} Topo;

/* What this process may use: affinity mask, cgroup quota, NUMA nodes.
 * description: NULL; or "" to ask hwloc even on a machine with one node; or a
 * hwloc synthetic topology such as "numa:2 core:4 pu:1" (tests).  Never fails:
 * what cannot be found out is taken as one node. */
Topo *topo_detect(Arena *run, const char *description);
void topo_free(Topo *t);

/* Binds the calling thread to one cpu / to the cpus of a node; false if that
 * cannot be. */
bool topo_pin_cpu(const Topo *t, uint32_t cpu);
bool topo_pin_node(const Topo *t, uint32_t node);
/* Lets the calling thread run on all cpus of t again. */
void topo_unpin(const Topo *t);
/* Makes t the one that os_bind() (base/os_mem.h) asks; NULL: nobody. */
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
