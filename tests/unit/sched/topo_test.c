#include "sched/topo.h"
#include "base/fs.h"
#include "base/os_mem.h"
#include "unit/base/cmocka_all.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

static Arena *a;

static void this_machine(void **state) {
  cpu_set_t mask;
  sched_getaffinity(0, sizeof mask, &mask);
  for (int ask = 0; ask < 2; ask++) {
    Topo *t = topo_detect(a, ask ? "" : NULL);
    assert_int_equal(t->n_cpus, CPU_COUNT(&mask));
    assert_in_range(t->usable, 1, t->n_cpus);
    for (uint32_t i = 0; i < t->n_cpus; i++) {
      assert_true(CPU_ISSET(t->cpus[i].os_index, &mask));
      assert_true(t->cpus[i].node < t->n_nodes);
    }
    topo_free(t);
  }
}

static void the_affinity_mask_is_obeyed(void **state) {
  cpu_set_t all, one;
  sched_getaffinity(0, sizeof all, &all);
  int last = -1;
  for (int i = 0; i < CPU_SETSIZE; i++)
    if (CPU_ISSET(i, &all)) last = i;
  CPU_ZERO(&one);
  CPU_SET(last, &one);
  sched_setaffinity(0, sizeof one, &one);
  for (int ask = 0; ask < 2; ask++) {
    Topo *t = topo_detect(a, ask ? "" : NULL);
    assert_int_equal(t->n_cpus, 1);
    assert_int_equal(t->cpus[0].os_index, last);
    assert_int_equal(t->usable, 1);
    topo_free(t);
  }
  sched_setaffinity(0, sizeof all, &all);
}

static void pinning(void **state) {
  Topo *t = topo_detect(a, "");
  cpu_set_t mask;
  assert_true(topo_pin_cpu(t, t->n_cpus - 1));
  sched_getaffinity(0, sizeof mask, &mask);
  assert_int_equal(CPU_COUNT(&mask), 1);
  assert_true(CPU_ISSET(t->cpus[t->n_cpus - 1].os_index, &mask));
  assert_true(topo_pin_node(t, 0));
  topo_unpin(t);
  sched_getaffinity(0, sizeof mask, &mask);
  assert_int_equal(CPU_COUNT(&mask), t->n_cpus);
  assert_false(topo_pin_node(t, 77));
  topo_free(t);
}

static void synthetic_nodes(void **state) {
  Topo *t = topo_detect(a, "package:2 numa:1 core:4 pu:2");
  assert_int_equal(t->source, TOPO_SYNTHETIC);
  assert_int_equal(t->n_nodes, 2);
  assert_int_equal(t->n_cpus, 16);
  assert_int_equal(t->usable, 16);
  /* All cores of node 0, of node 1, then the second threads. */
  for (uint32_t i = 0; i < 16; i++) {
    assert_int_equal(t->cpus[i].sibling, i / 8);
    assert_int_equal(t->cpus[i].node, i / 4 % 2);
  }
  assert_false(topo_pin_cpu(t, 0));
  topo_install_bind(t);
  assert_null(os_bind_hook);
  topo_free(t);
}

static void near_nodes_come_first(void **state) {
  /* 8 nodes, two in each package: the sister is the nearest. */
  Topo *t = topo_detect(a, "package:4 numa:2 core:2 pu:1");
  assert_int_equal(t->n_nodes, 8);
  for (uint32_t x = 0; x < 8; x++) {
    const uint8_t *near = topo_near(t, x);
    assert_int_equal(near[0], x);
    assert_int_equal(near[1], x ^ 1);
    uint32_t seen = 0;
    for (uint32_t i = 0; i < 8; i++) seen |= 1u << near[i];
    assert_int_equal(seen, 255);
  }
  topo_free(t);
}

static void nonsense_is_one_node(void **state) {
  Topo *t = topo_detect(a, "no such topology");
  assert_int_equal(t->source, TOPO_PLAIN);
  assert_int_equal(t->n_nodes, 1);
  assert_true(t->n_cpus >= 1);
  topo_free(t);
  t = topo_detect(a, "pu:3");
  assert_int_equal(t->n_nodes, 1);
  assert_int_equal(t->n_cpus, 3);
  topo_free(t);
}

static char dir[64];
static void put(const char *path, const char *text) {
  Str p = str_printf(a, "%s/%s", dir, path);
  assert_true(fs_make_dirs(str_cstr(a, path_dir(p)), NULL));
  assert_true(fs_write_atomic(p.ptr, str_from(text), NULL));
}

static void quotas(void **state) {
  strcpy(dir, "/tmp/taipan-cgroup-XXXXXX");
  assert_non_null(mkdtemp(dir));
  assert_int_equal(topo_quota_from(dir, "0::/\n"), 0);
  put("cpu.max", "max 100000\n");
  put("user/cpu.max", "350000 100000\n");
  put("user/job/cpu.max", "max 100000\n");
  put("user/job/small/cpu.max", "50000 100000\n");
  assert_int_equal(topo_quota_from(dir, "0::/\n"), 0);
  assert_int_equal(topo_quota_from(dir, "0::/user/job\n"), 4);
  assert_int_equal(topo_quota_from(dir, "0::/user/job/small\n"), 1);
  assert_int_equal(topo_quota_from(dir, "0::/gone/away\n"), 0);
  put("cpu,cpuacct/docker/x/cpu.cfs_quota_us", "200000\n");
  put("cpu,cpuacct/docker/x/cpu.cfs_period_us", "100000\n");
  put("cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
  put("cpu,cpuacct/cpu.cfs_period_us", "100000\n");
  assert_int_equal(
      topo_quota_from(dir, "5:memory:/m\n4:cpu,cpuacct:/docker/x\n"), 2);
  assert_int_equal(topo_quota_from(dir, "4:cpu,cpuacct:/\n"), 0);
  assert_int_equal(topo_quota_from(dir, "nonsense\n::\n4:cpu:rel\n\n"), 0);
  char cmd[100];
  snprintf(cmd, sizeof cmd, "rm -rf %s", dir);
  assert_int_equal(system(cmd), 0);
}

static int up(void **state) { return (a = arena_create("test")) == NULL; }
static int down(void **state) {
  arena_destroy(a);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(this_machine),
      cmocka_unit_test(the_affinity_mask_is_obeyed),
      cmocka_unit_test(pinning),
      cmocka_unit_test(synthetic_nodes),
      cmocka_unit_test(near_nodes_come_first),
      cmocka_unit_test(nonsense_is_one_node),
      cmocka_unit_test(quotas),
  };
  return cmocka_run_group_tests(tests, up, down);
}
