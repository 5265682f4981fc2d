/* run_test.c - whole runs in this process: the same twice, and nothing stays. */
#include "core/names.h"
#include "driver/run.h"
#include "sched/topo.h"
#include "unit/base/cmocka_all.h"

#include <malloc.h>

extern int mallctl(const char *name, void *old, size_t *old_len, void *new_,
                   size_t new_len) __attribute__((weak));

static const char program[] =
    "from collections import OrderedDict\n"
    "class A:\n"
    "  def __init__(self, n):\n"
    "    self.n = n\n"
    "    self.next = None\n"
    "  def last(self):\n"
    "    a = self\n"
    "    while a.next:\n"
    "      a = a.next\n"
    "    return a\n"
    "xs: 'OrderedDict[str, int]' = OrderedDict()\n"
    "for i in range(3):\n"
    "  xs[str(i)] = A(i).last().n + 1\n"
    "print(A(1).missing, xs.upper)\n";

/* Bytes that this thread holds. 0 where the allocator does not tell. */
static int64_t held(void) {
  arena_thread_flush(); /* blocks that wait to be used again */
  uint64_t in = 0, out = 0;
  size_t size = sizeof in;
  if (!mallctl) return (int64_t)mallinfo2().uordblks;
  mallctl("thread.allocated", &in, &size, NULL, 0);
  mallctl("thread.deallocated", &out, &size, NULL, 0);
  return (int64_t)(in - out);
}

static Config *make_config(Arena *arena) {
  Config *config = ARENA_NEW(arena, Config);
  Options *o = &config->options;
  Str *root = ARENA_NEW(arena, Str);
  config->arena = arena;
  config->file = STR_EMPTY;
  options_default(o);
  *root = o->project = STR("/src");
  o->roots = (StrList){root, 1};
  return config;
}

/* One check of the program -> the number of its findings. */
static uint32_t run_once(Topo *topo) {
  Arena *arena = arena_create("run test");
  Fs *fs = fs_memory_create(arena);
  SourceFile file = {
      .path = STR("/src/a.py"), .display = STR("a.py"), .problem = STR_EMPTY};
  PoolConfig pool = {.workers = 1, .topo = topo, .pin = POOL_PIN_NONE};
  Run run = {.fs = fs,
             .config = make_config(arena),
             .arena = arena,
             .files = {&file, 1},
             .stop_after = PHASE_REPORT};
  fs_memory_add(fs, file.path, str_from(program));
  run.pool = pool_create(&pool);
  pipeline_run(&run);
  uint32_t n = run.findings.n;
  pipeline_close(&run);
  pool_destroy(run.pool);
  arena_destroy(arena);
  return n;
}

static void nothing_stays(void **state) {
  (void)state;
  Arena *arena = arena_create("topology");
  Topo *topo = topo_detect(arena, NULL);
  /* The first run interns what every later one shares. */
  uint32_t first = run_once(topo);
  assert_true(first >= 2);
  int64_t before = held();
  assert_int_equal(run_once(topo), first);
  assert_int_equal(held(), before);
  arena_destroy(arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_stays)};
  names_init();
  modules_share_typeshed(true);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
