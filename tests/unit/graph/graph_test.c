/* graph_test.c - from source files to the import graph and its dumps. */
#include "unit/graph/world.h"

#include <pthread.h>

#include "graph/graph.h"

static World *project(void) {
  World *w = world_new();
  world_typeshed(w, "builtins: 3.0-\ntyping: 3.5-\n");
  world_files(w, "/typeshed/stdlib/builtins.pyi", "/typeshed/stdlib/typing.pyi",
              NULL);
  ADD(roots, "/p");
  return w;
}

static Graph build(World *w) {
  Graph g;
  world_open(w);
  graph_build(w->modules, w->run, &g);
  return g;
}

/* The kinds of the edge between two files, 0 if there is none. */
static uint32_t kinds(World *w, const Graph *g, const char *from,
                      const char *to) {
  uint32_t i = graph_node(world_id(w, from)), j = graph_node(world_id(w, to));
  for (uint32_t e = g->edge_first[i]; e < g->edge_first[i + 1]; e++)
    if (g->edges[e].to == j) return g->edges[e].kinds;
  return 0;
}

static void test_kinds_of_edges(void **state) {
  (void)state;
  World *w = project();
  world_checked(w, "/p/a.py",
                "from typing import TYPE_CHECKING\n"
                "import b\n"
                "if TYPE_CHECKING:\n    import c\n"
                "def f():\n    import d\n"
                "try:\n    import e\nexcept ImportError:\n    pass\n"
                "class C:\n    import f\n"
                "import nothing\n"
                "import a\n");
  for (char c = 'b'; c <= 'f'; c++)
    world_checked(w, str_printf(w->run, "/p/%c.py", c).ptr, "x = 1\n");
  Graph g = build(w);
  assert_int_equal(kinds(w, &g, "/p/a.py", "/p/b.py"), EDGE_RUNTIME);
  assert_int_equal(kinds(w, &g, "/p/a.py", "/p/c.py"), EDGE_TYPE_CHECKING);
  assert_int_equal(kinds(w, &g, "/p/a.py", "/p/d.py"), EDGE_IN_FUNCTION);
  assert_int_equal(kinds(w, &g, "/p/a.py", "/p/e.py"),
                   EDGE_RUNTIME | EDGE_IN_TRY);
  assert_int_equal(kinds(w, &g, "/p/a.py", "/p/f.py"), EDGE_RUNTIME);
  assert_int_equal(kinds(w, &g, "/p/a.py", "/p/a.py"), 0);
  assert_int_equal(g.imports, 8);
  assert_int_equal(g.unresolved, 1);
  world_end(w);
}

static void test_packages_and_submodules(void **state) {
  (void)state;
  World *w = project();
  world_checked(w, "/p/pkg/__init__.py", "from .own import helper\nsub = 1\n");
  world_checked(w, "/p/pkg/own.py", "from . import deep\n");
  world_checked(w, "/p/pkg/sub.py", "");
  world_checked(w, "/p/pkg/other.py", "");
  world_checked(w, "/p/pkg/deep/__init__.py",
                "__all__ = ['leaf', 'x']\nx = 1\n");
  world_checked(w, "/p/pkg/deep/leaf.py", "from ..own import y\n");
  world_checked(w, "/p/one.py", "import pkg.deep.leaf\n");
  world_checked(w, "/p/two.py", "from pkg import other, sub, absent\n");
  world_checked(w, "/p/three.py", "from pkg.deep import *\n");
  world_checked(w, "/p/four.py", "from pkg.deep.leaf import z\n");
  world_checked(w, "/p/five.py", "from pkg import other\n");
  world_checked(w, "/p/six/__init__.py", "from . import one\n");
  world_checked(w, "/p/six/one.py", "from . import two\n");
  world_checked(w, "/p/six/two.py", "from six import one\n");
  Graph g = build(w);
  const char *pkg = "/p/pkg/__init__.py", *deep = "/p/pkg/deep/__init__.py";
  const char *leaf = "/p/pkg/deep/leaf.py";
  assert_int_equal(kinds(w, &g, "/p/one.py", leaf), EDGE_RUNTIME);
  assert_int_equal(kinds(w, &g, "/p/one.py", deep), EDGE_RUNTIME);
  assert_int_equal(kinds(w, &g, "/p/one.py", pkg), EDGE_RUNTIME);
  assert_int_equal(kinds(w, &g, "/p/two.py", "/p/pkg/other.py"), EDGE_RUNTIME);
  /* pkg binds `sub` itself */
  assert_int_equal(kinds(w, &g, "/p/two.py", "/p/pkg/sub.py"), 0);
  assert_int_equal(kinds(w, &g, "/p/three.py", leaf), EDGE_RUNTIME);
  assert_int_equal(kinds(w, &g, "/p/three.py", pkg), EDGE_PARENT);
  assert_int_equal(kinds(w, &g, "/p/four.py", deep), EDGE_PARENT);
  /* the package that a module is in is not counted as a parent */
  assert_int_equal(kinds(w, &g, leaf, pkg), 0);
  assert_int_equal(kinds(w, &g, leaf, "/p/pkg/own.py"), EDGE_RUNTIME);
  assert_int_equal(kinds(w, &g, "/p/pkg/own.py", deep), EDGE_RUNTIME);
  assert_int_equal(kinds(w, &g, "/p/pkg/own.py", pkg), 0);
  assert_int_equal(kinds(w, &g, "/p/two.py", pkg), EDGE_RUNTIME);
  assert_int_equal(kinds(w, &g, "/p/five.py", pkg), EDGE_PARENT);
  /* six binds `one`, but only to its submodule */
  assert_int_equal(kinds(w, &g, "/p/six/two.py", "/p/six/one.py"),
                   EDGE_RUNTIME);
  assert_int_equal(kinds(w, &g, "/p/six/two.py", "/p/six/__init__.py"), 0);
  world_end(w);
}

static World *knot(void) {
  World *w = project();
  world_checked(w, "/p/base.py", "x = 1\n");
  world_checked(w, "/p/a.py", "import base\nimport b\n");
  world_checked(w, "/p/b.py", "import c\n\n\nfrom a import q\n");
  world_checked(w, "/p/c.py", "import a\ndef f():\n    import top\n");
  world_checked(w, "/p/top.py", "import a, c\n");
  return w;
}

static void test_components_and_cycles(void **state) {
  (void)state;
  World *w = knot();
  Graph g = build(w);
  uint32_t a = graph_node(world_id(w, "/p/a.py"));
  uint32_t top = graph_node(world_id(w, "/p/top.py"));
  uint32_t base = graph_node(world_id(w, "/p/base.py"));
  assert_int_equal(g.sccs.count, 2);
  assert_int_equal(g.sccs.of[top], g.sccs.of[a]); /* by the function's import */
  assert_int_equal(g.waves.wave[g.sccs.of[base]], 0);
  assert_int_equal(g.waves.wave[g.sccs.of[a]], 1);
  CycleList cycles;
  graph_cycles(&g, w->run, &cycles);
  assert_int_equal(cycles.n, 1);
  assert_int_equal(cycles.v[0].member_count, 3); /* without it, at run time */
  assert_int_equal(cycles.v[0].cut_count, 1);
  assert_int_equal(cycles.v[0].shortest_count, 2);
  world_end(w);
}

static void test_text(void **state) {
  (void)state;
  World *w = knot();
  Graph g = build(w);
  StrBuf out;
  strbuf_init(&out, w->run);
  graph_dump(&g, GRAPH_TEXT, false, w->run, &out);
  const char *want =
      "5 modules, 8 imports (0 unresolved), 8 edges between modules\n"
      "2 components, 1 of more than one module, the largest of 4\n";
  assert_true(str_starts(strbuf_str(&out), str_from(want)));
  assert_non_null(strstr(out.ptr, "\ncycle 1: 3 modules, 4 edges\n"
                                  "  shortest:\n       a.py\n    -> b.py\n"
                                  "    -> a.py\n"
                                  "  1 edge cuts it, the smallest number:\n"
                                  "    a.py:2 imports b.py\n"));
  assert_non_null(strstr(out.ptr, "\nwave 1: 1 module, "));
  assert_non_null(strstr(out.ptr, "  component of 4 modules\n    a.py\n"));
  strbuf_clear(&out);
  graph_dump(&g, GRAPH_TEXT, true, w->run, &out);
  assert_non_null(strstr(out.ptr, "  4: a.py runtime\n"));
  assert_non_null(strstr(out.ptr, "  3: top.py function\n"));
  world_end(w);
}

static void test_json_and_dot(void **state) {
  (void)state;
  World *w = knot();
  world_checked(w, "/p/odd\xff\"name.py", "import base\n");
  Graph g = build(w);
  StrBuf out;
  strbuf_init(&out, w->run);
  graph_dump(&g, GRAPH_JSON, false, w->run, &out);
  assert_int_equal(utf8_check(strbuf_str(&out)), STR_NONE);
  assert_non_null(strstr(out.ptr, "\"cut\":[{\"from\":\"a.py\",\"to\":\"b.py\","
                                  "\"line\":2,\"kinds\":[\"runtime\"]}]"));
  assert_non_null(strstr(out.ptr, "\xEF\xBF\xBD\\\"name.py"));
  strbuf_clear(&out);
  graph_dump(&g, GRAPH_DOT, false, w->run, &out);
  assert_non_null(strstr(out.ptr, "\"a.py\" -> \"b.py\" [color=red"));
  assert_non_null(strstr(out.ptr, "\"c.py\" -> \"top.py\" [style=dashed]"));
  world_end(w);
}

static void test_empty_project(void **state) {
  (void)state;
  World *w = project();
  Graph g = build(w);
  StrBuf out;
  strbuf_init(&out, w->run);
  for (int f = GRAPH_TEXT; f <= GRAPH_DOT; f++)
    graph_dump(&g, (GraphFormat)f, true, w->run, &out);
  assert_int_equal(g.n + g.sccs.count + g.waves.wave_count, 0);
  world_end(w);
}

/* 1,000 modules in one ring with chords. */
static World *ring(uint32_t n) {
  World *w = project();
  for (uint32_t i = 0; i < n; i++) {
    Str text = str_printf(w->run,
                          "from ring.m%04u import f\n"
                          "import ring.m%04u\nx = f()\n",
                          (i + 1) % n, (i * 7 + 3) % n);
    world_checked(w, str_printf(w->run, "/p/ring/m%04u.py", i).ptr, text.ptr);
  }
  world_checked(w, "/p/ring/__init__.py", "");
  return w;
}

/* The dump of that ring, in a table of its own. */
static Str ring_dump(uint32_t n, Arena *arena, uint32_t *largest) {
  World *w = ring(n);
  Graph g = build(w);
  *largest = 0;
  for (uint32_t c = 0; c < g.sccs.count; c++)
    *largest = MAX(*largest, g.sccs.first[c + 1] - g.sccs.first[c]);
  StrBuf out;
  strbuf_init(&out, arena);
  graph_dump(&g, GRAPH_TEXT, true, w->run, &out);
  world_end(w);
  return strbuf_str(&out);
}

static void test_a_thousand_modules_in_a_ring(void **state) {
  (void)state;
  Arena *a = arena_create("test");
  uint32_t largest;
  Str one = ring_dump(1000, a, &largest);
  assert_int_equal(largest, 1000);
  Str two = ring_dump(1000, a, &largest);
  assert_true(str_eq(one, two));
  arena_destroy(a);
}

/* ---- many threads ------------------------------------------------------- */

typedef struct {
  World *w;
  uint32_t me;
} Loader;

static void *load_all(void *arg) {
  Loader *l = (Loader *)arg;
  Modules *m = l->w->modules;
  uint32_t n = modules_checked_count(m);
  for (uint32_t k = 0; k < n; k++) {
    ModuleId id = {1 + (k * 31 + l->me * 17) % n};
    const ModuleCode *code = modules_code(m, id);
    for (uint32_t i = 0; i < code->index.import_count; i++) {
      ModuleId dep = modules_resolve(m, id, code->index.imports[i].module);
      assert_int_not_equal(dep.v, 0);
      assert_non_null(modules_code(m, dep));
      modules_set_state(m, dep, &l->me);
    }
  }
  return NULL;
}

static void test_threads_agree(void **state) {
  (void)state;
  World *w = project();
  enum { N = 101, THREADS = 4 };
  for (uint32_t i = 0; i < N; i++) {
    Str text = str_printf(w->run,
                          "import dep%02u.sub\nimport typing\n"
                          "import space.m%02u\n",
                          i % 50, i % 25);
    world_checked(w, str_printf(w->run, "/p/c%03u.py", i).ptr, text.ptr);
  }
  ADD(site, "/site");
  for (uint32_t i = 0; i < 50; i++) {
    world_file(w, str_printf(w->run, "/site/dep%02u/__init__.py", i).ptr, "");
    world_file(w, str_printf(w->run, "/site/dep%02u/sub.py", i).ptr, "x = 1\n");
    world_file(w, str_printf(w->run, "/site/space/m%02u.py", i).ptr, "");
  }
  world_open(w);
  pthread_t threads[THREADS];
  Loader loaders[THREADS];
  for (uint32_t i = 0; i < THREADS; i++) {
    loaders[i] = (Loader){w, i};
    pthread_create(&threads[i], NULL, load_all, &loaders[i]);
  }
  for (uint32_t i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  for (uint32_t i = 1; i <= N; i++) {
    ModuleId id = {i};
    const ModuleCode *code = modules_code(w->modules, id);
    ModuleId dep =
        modules_resolve(w->modules, id, code->index.imports[0].module);
    Str name = name_text(modules_at(w->modules, dep)->name);
    assert_true(str_eq(name, name_text(code->index.imports[0].module)));
    assert_non_null(modules_state(w->modules, dep));
  }
  world_end(w);
}

static void test_bad_files(void **state) {
  (void)state;
  World *w = project();
  world_file(w, "/p/nul.py", "x");
  fs_memory_add(w->fs, STR("/p/nul.py"), str_make("x = 1\n\0", 7));
  vec_push(&w->checked, w->run, STR("/p/nul.py"));
  vec_push(&w->checked, w->run, STR("/p/gone.py"));
  world_checked(w, "/p/syntax.py", "def f(:\n  import (\n");
  world_checked(w, "/p/ok.py", "import nul, gone, syntax\n");
  Graph g = build(w);
  const ModuleCode *code = modules_code(w->modules, world_id(w, "/p/nul.py"));
  assert_int_equal(code->source.status, SOURCE_BINARY);
  assert_int_equal(code->diags.items.n, 1);
  assert_int_equal(code->diags.items.v[0].rule, RULE_IO_ERROR);
  code = modules_code(w->modules, world_id(w, "/p/gone.py"));
  assert_int_equal(code->source.status, SOURCE_UNREADABLE);
  assert_int_equal(g.n, 4);
  world_end(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_kinds_of_edges),
      cmocka_unit_test(test_packages_and_submodules),
      cmocka_unit_test(test_components_and_cycles),
      cmocka_unit_test(test_text),
      cmocka_unit_test(test_json_and_dot),
      cmocka_unit_test(test_empty_project),
      cmocka_unit_test(test_a_thousand_modules_in_a_ring),
      cmocka_unit_test(test_threads_agree),
      cmocka_unit_test(test_bad_files),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
