/* topo.c - the cores that this process may use, and where their memory is.
 *
 * Which: the affinity mask of the calling thread; the default number of workers
 * is cut by the cgroup's quota of processor time as well.
 *
 * Order of the cpus, in which workers take them: the first hardware threads of
 * all cores before the second ones, and within that node by node, so that a few
 * workers share caches and memory.
 *
 * On a machine with one NUMA node there is nothing that hwloc could add, and
 * loading it costs milliseconds: then the mask alone makes the topology.
 * Otherwise hwloc tells nodes and distances (by its latency matrix, else by the
 * depth of the common ancestor).
 *
 * Workers are bound to their node, not to their core: memory stays near, but a
 * core that another process occupies does not hold up the one worker that
 * cannot leave it.
 */
#include "sched/topo.h"
#include "base/fs.h"
#include "base/os_mem.h"
#include "base/vec.h"

#include <hwloc.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

/* --- The cgroup's quota ------------------------------------------------- */

/* Content of dir/name as two numbers; "max" and -1 give 0. */
static bool read_two(Arena *a, Str dir, const char *name, uint64_t v[2]) {
  Str bytes, piece;
  v[0] = v[1] = 0;
  if (!fs_read(fs_disk(), path_join(a, dir, str_from(name)), a, &bytes, NULL))
    return false;
  Str rest = str_trim(bytes);
  for (int i = 0; i < 2 && str_split(&rest, ' ', &piece); i++)
    if (!str_to_u64(str_trim(piece), &v[i])) v[i] = 0;
  return true;
}

/* Lowers *cores to what dir allows. */
static void quota_of_dir(Arena *a, Str dir, bool v2, uint32_t *cores) {
  uint64_t q[2], period[2];
  if (v2) {
    if (!read_two(a, dir, "cpu.max", q)) return;
    period[0] = q[1];
  } else if (!read_two(a, dir, "cpu.cfs_quota_us", q) ||
             !read_two(a, dir, "cpu.cfs_period_us", period)) {
    return;
  }
  if (q[0] == 0 || period[0] == 0) return;
  uint64_t n = (q[0] + period[0] - 1) / period[0];
  if (n < 1) n = 1;
  if (*cores == 0 || n < *cores) *cores = (uint32_t)MIN(n, 1u << 20);
}

/* The quota of root/path and of all groups above it, down from root. */
static void quota_of_path(Arena *a, Str root, Str path, bool v2,
                          uint32_t *cores) {
  Str at = path_normalize(a, path);
  while (at.len > 1) {
    quota_of_dir(a, str_concat(a, root, at), v2, cores);
    at = path_dir(at);
  }
  quota_of_dir(a, root, v2, cores);
}

/* True if the comma-separated list has the controller "cpu". */
static bool has_cpu(Str list) {
  Str piece;
  while (str_split(&list, ',', &piece))
    if (str_eq(piece, STR("cpu"))) return true;
  return false;
}

uint32_t topo_quota_from(const char *root, const char *self) {
  Arena *a = arena_create("quota");
  uint32_t cores = 0;
  Str rest = str_from(self), line;
  while (str_split(&rest, '\n', &line)) {
    /* number:controllers:path */
    Str path = line, number, list;
    if (!str_split(&path, ':', &number) || !str_split(&path, ':', &list) ||
        !path_is_absolute(path))
      continue;
    Str top = str_from(root);
    if (list.len == 0) {
      quota_of_path(a, top, path, true, &cores);
    } else if (has_cpu(list)) {
      quota_of_path(a, path_join(a, top, list), path, false, &cores);
      quota_of_path(a, path_join(a, top, STR("cpu")), path, false, &cores);
    }
  }
  arena_destroy(a);
  return cores;
}

static uint32_t own_quota(Arena *a) {
  Str self;
  if (!fs_read(fs_disk(), STR("/proc/self/cgroup"), a, &self, NULL)) return 0;
  return topo_quota_from("/sys/fs/cgroup", self.ptr);
}

/* --- The affinity mask -------------------------------------------------- */

enum { MASK_CPUS = 1 << 14 };
typedef struct {
  uint64_t bits[MASK_CPUS / 64];
} Mask;

static bool mask_has(const Mask *m, uint32_t i) {
  return i < MASK_CPUS && (m->bits[i / 64] >> (i % 64) & 1);
}

static bool mask_read(Mask *m) {
  memset(m, 0, sizeof *m);
  return sched_getaffinity(0, sizeof *m, (cpu_set_t *)m) == 0;
}

static bool mask_apply(const Mask *m) {
  return sched_setaffinity(0, sizeof *m, (const cpu_set_t *)m) == 0;
}

/* --- Building ----------------------------------------------------------- */

static int cpu_order(const void *a, const void *b) {
  const TopoCpu *x = (const TopoCpu *)a, *y = (const TopoCpu *)b;
  if (x->sibling != y->sibling) return x->sibling < y->sibling ? -1 : 1;
  if (x->node != y->node) return x->node < y->node ? -1 : 1;
  return (x->os_index > y->os_index) - (x->os_index < y->os_index);
}

static void one_node(Topo *t, Arena *a) {
  t->n_nodes = 1;
  t->node_os_index = ARENA_ARRAY(a, uint32_t, 1);
  t->near = ARENA_ARRAY(a, uint8_t, 1);
}

static void plain_topo(Topo *t, Arena *a, const Mask *mask) {
  VEC(TopoCpu) cpus = {0};
  for (uint32_t i = 0; i < MASK_CPUS; i++)
    if (mask_has(mask, i)) vec_push(&cpus, a, (TopoCpu){.os_index = i});
  if (cpus.n == 0) { /* no mask: as many as are online */
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    for (uint32_t i = 0; i < (n > 0 ? (uint32_t)n : 1); i++)
      vec_push(&cpus, a, (TopoCpu){.os_index = i});
  }
  t->source = TOPO_PLAIN;
  t->cpus = cpus.v;
  t->n_cpus = cpus.n;
  one_node(t, a);
}

static bool machine_has_one_node(Arena *a) {
  Str online;
  if (!fs_read(fs_disk(), STR("/sys/devices/system/node/online"), a, &online,
               NULL))
    return true; /* a kernel without NUMA */
  return str_eq(str_trim(online), STR("0"));
}

/* Position of the processing unit among those of its core. */
static uint16_t sibling_rank(hwloc_topology_t h, hwloc_obj_t pu) {
  hwloc_obj_t core = hwloc_get_ancestor_obj_by_type(h, HWLOC_OBJ_CORE, pu);
  if (!core) return 0;
  uint16_t rank = 0;
  for (int i = hwloc_bitmap_first(core->cpuset);
       i >= 0 && (unsigned)i != pu->os_index;
       i = hwloc_bitmap_next(core->cpuset, i))
    rank++;
  return rank;
}

/* The dense number of the unit's node, made if it is new; 0 if it has none. */
static uint16_t dense_node(Topo *t, hwloc_obj_t pu) {
  int os = pu->nodeset ? hwloc_bitmap_first(pu->nodeset) : -1;
  if (os < 0) return 0;
  for (uint32_t i = 0; i < t->n_nodes; i++)
    if (t->node_os_index[i] == (uint32_t)os) return (uint16_t)i;
  if (t->n_nodes == TOPO_MAX_NODES) return 0;
  t->node_os_index[t->n_nodes] = (uint32_t)os;
  return (uint16_t)t->n_nodes++;
}

static void hwloc_cpus(Topo *t, Arena *a, const Mask *mask) {
  hwloc_topology_t h = (hwloc_topology_t)t->hwloc;
  int n = hwloc_get_nbobjs_by_type(h, HWLOC_OBJ_PU);
  t->cpus = ARENA_ARRAY(a, TopoCpu, n > 0 ? (size_t)n : 1);
  t->node_os_index = ARENA_ARRAY(a, uint32_t, TOPO_MAX_NODES);
  for (int i = 0; i < n; i++) {
    hwloc_obj_t pu = hwloc_get_obj_by_type(h, HWLOC_OBJ_PU, (unsigned)i);
    if (mask && !mask_has(mask, pu->os_index)) continue;
    t->cpus[t->n_cpus++] = (TopoCpu){.os_index = pu->os_index,
                                     .node = dense_node(t, pu),
                                     .sibling = sibling_rank(h, pu)};
  }
  if (t->n_nodes == 0) t->n_nodes = 1;
  if (t->n_cpus) qsort(t->cpus, t->n_cpus, sizeof *t->cpus, cpu_order);
}

static hwloc_obj_t node_obj(const Topo *t, uint32_t node) {
  return hwloc_get_numanode_obj_by_os_index((hwloc_topology_t)t->hwloc,
                                            t->node_os_index[node]);
}

/* How far node y is from node x; smaller is nearer. */
static uint64_t node_distance(const Topo *t, struct hwloc_distances_s *matrix,
                              uint32_t x, uint32_t y) {
  hwloc_obj_t a = node_obj(t, x), b = node_obj(t, y);
  hwloc_uint64_t there, back;
  if (x == y || !a || !b) return 0;
  if (matrix && hwloc_distances_obj_pair_values(matrix, a, b, &there,
                                                &back) == 0)
    return there + 1;
  /* Memory is attached beside the tree: its parent is a normal object. */
  hwloc_obj_t top = hwloc_get_common_ancestor_obj(
      (hwloc_topology_t)t->hwloc, a->parent, b->parent);
  return top ? 1000 - (uint64_t)MIN(top->depth, 900) : 1000;
}

static void hwloc_near(Topo *t, Arena *a) {
  hwloc_topology_t h = (hwloc_topology_t)t->hwloc;
  struct hwloc_distances_s *matrix = NULL;
  unsigned n = 1;
  if (hwloc_distances_get_by_type(h, HWLOC_OBJ_NUMANODE, &n, &matrix,
                                  HWLOC_DISTANCES_KIND_MEANS_LATENCY, 0) != 0 ||
      n == 0)
    matrix = NULL;
  t->near = ARENA_ARRAY(a, uint8_t, (size_t)t->n_nodes * t->n_nodes);
  for (uint32_t x = 0; x < t->n_nodes; x++) {
    uint8_t *row = t->near + (size_t)x * t->n_nodes;
    uint64_t key[TOPO_MAX_NODES];
    for (uint32_t y = 0; y < t->n_nodes; y++) {
      uint64_t d = node_distance(t, matrix, x, y);
      /* Equal distances: each node has its own round, so that all do not
       * begin with node 0. */
      uint64_t k = d << 8 | (y + t->n_nodes - x) % t->n_nodes;
      uint32_t i = y;
      for (; i > 0 && key[i - 1] > k; i--) {
        key[i] = key[i - 1];
        row[i] = row[i - 1];
      }
      key[i] = k;
      row[i] = (uint8_t)y;
    }
    ASSERT(row[0] == x);
  }
  if (matrix) hwloc_distances_release(h, matrix);
}

/* False, and *t is untouched, if hwloc cannot. */
static bool hwloc_topo(Topo *t, Arena *a, const char *synthetic,
                       const Mask *mask) {
  hwloc_topology_t h;
  if (hwloc_topology_init(&h) != 0) return false;
  hwloc_topology_set_all_types_filter(h, HWLOC_TYPE_FILTER_KEEP_NONE);
  hwloc_topology_set_type_filter(h, HWLOC_OBJ_CORE,
                                 HWLOC_TYPE_FILTER_KEEP_ALL);
  hwloc_topology_set_type_filter(h, HWLOC_OBJ_PACKAGE,
                                 HWLOC_TYPE_FILTER_KEEP_ALL);
  hwloc_topology_set_type_filter(h, HWLOC_OBJ_GROUP,
                                 HWLOC_TYPE_FILTER_KEEP_STRUCTURE);
  if ((synthetic && hwloc_topology_set_synthetic(h, synthetic) != 0) ||
      hwloc_topology_load(h) != 0) {
    hwloc_topology_destroy(h);
    return false;
  }
  Topo made = {.source = synthetic ? TOPO_SYNTHETIC : TOPO_HWLOC, .hwloc = h};
  hwloc_cpus(&made, a, synthetic ? NULL : mask);
  if (made.n_cpus == 0) {
    hwloc_topology_destroy(h);
    return false;
  }
  hwloc_near(&made, a);
  *t = made;
  return true;
}

Topo *topo_detect(Arena *run, const char *description) {
  Topo *t = ARENA_NEW(run, Topo);
  Arena *scratch = arena_create("topology");
  Mask *mask = ARENA_NEW(scratch, Mask);
  mask_read(mask);
  bool synthetic = description && description[0];
  bool ask = description || !machine_has_one_node(scratch);
  if (!ask || !hwloc_topo(t, run, synthetic ? description : NULL, mask))
    plain_topo(t, run, mask);
  t->usable = t->n_cpus;
  uint32_t quota = synthetic ? 0 : own_quota(scratch);
  if (quota && quota < t->usable) t->usable = quota;
  arena_destroy(scratch);
  ASSERT(t->n_cpus >= 1 && t->n_nodes >= 1 && t->usable >= 1);
  return t;
}

void topo_free(Topo *t) {
  if (t->hwloc) hwloc_topology_destroy((hwloc_topology_t)t->hwloc);
  t->hwloc = NULL;
}

/* --- Pinning and binding ------------------------------------------------ */

/* Binds to the cpus for which node (or cpu) agrees; UINT32_MAX: all. */
static bool pin_matching(const Topo *t, uint32_t node, uint32_t cpu) {
  if (t->source == TOPO_SYNTHETIC) return false;
  Mask m;
  memset(&m, 0, sizeof m);
  bool any = false;
  for (uint32_t i = 0; i < t->n_cpus; i++) {
    uint32_t os = t->cpus[i].os_index;
    if ((node != UINT32_MAX && t->cpus[i].node != node) ||
        (cpu != UINT32_MAX && cpu != i) || os >= MASK_CPUS)
      continue;
    m.bits[os / 64] |= (uint64_t)1 << (os % 64);
    any = true;
  }
  return any && mask_apply(&m);
}

bool topo_pin_cpu(const Topo *t, uint32_t cpu) {
  return pin_matching(t, UINT32_MAX, cpu);
}

bool topo_pin_node(const Topo *t, uint32_t node) {
  return pin_matching(t, node, UINT32_MAX);
}

void topo_unpin(const Topo *t) { pin_matching(t, UINT32_MAX, UINT32_MAX); }

static const Topo *bind_topo; /* written before threads start */

static void bind_pages(void *p, size_t size, int node) {
  const Topo *t = bind_topo;
  hwloc_topology_t h = (hwloc_topology_t)t->hwloc;
  hwloc_bitmap_t set = hwloc_bitmap_alloc();
  if (!set) return;
  for (uint32_t i = 0; i < t->n_nodes; i++)
    if (node < 0 || (uint32_t)node == i)
      hwloc_bitmap_set(set, t->node_os_index[i]);
  hwloc_set_area_membind(
      h, p, size, set,
      node < 0 ? HWLOC_MEMBIND_INTERLEAVE : HWLOC_MEMBIND_BIND,
      HWLOC_MEMBIND_BYNODESET);
  hwloc_bitmap_free(set);
}

void topo_install_bind(const Topo *t) {
  bool useful = t && t->source == TOPO_HWLOC && t->n_nodes > 1;
  bind_topo = useful ? t : NULL;
  os_bind_hook = useful ? bind_pages : NULL;
}
