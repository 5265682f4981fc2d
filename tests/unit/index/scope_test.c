/* Scopes and what names mean in them. */
#include "unit/index/index_world.h"

static void captured_variables(void **state) {
  CHECK_FLOW("a = 1\n"
             "b = 1\n"
             "def f(p, q):\n"
             "  if p is None: return\n"
             "  q = g()\n"
             "  h = lambda: (p, q, a, b, h)\n"
             "  def i():\n"
             "    return lambda: p\n"
             "  q = 1\n"
             "b = 2\n",
             {6, "p", "free:p(d:3{!p is None})"}, {6, "q", "free:q"},
             {6, "a", "free:a(d:1)"}, {6, "b", "free:b"}, {6, "h", "free:h"},
             {8, "p", "free:p(d:3{!p is None})"});
}

static void captured_in_loops(void **state) {
  CHECK_FLOW("def f(xs, y):\n"
             "  for x in xs:\n"
             "    z = 1\n"
             "    yield lambda: (x, y, z, xs)\n",
             {4, "x", "free:x"}, {4, "y", "free:y(d:1)"}, {4, "z", "free:z"},
             {4, "xs", "free:xs(d:1)"});
}

static void narrowing_inside_of_what_was_captured(void **state) {
  CHECK_FLOW("a = g()\n"
             "def f():\n"
             "  if a:\n"
             "    return lambda: a\n"
             "def h():\n"
             "  if b:\n"
             "    return lambda: b\n"
             "b = 1\n",
             {3, "a", "free:a(d:1)"}, {4, "a", "free:a(free:a(d:1){a})"},
             {6, "b", "free:b"}, {7, "b", "free:b"});
}

static void a_function_sees_itself_lazily(void **state) {
  CHECK_FLOW("def f():\n"
             "  return f, C\n"
             "class C:\n"
             "  def m(self): return C\n",
             {2, "f", "free:f"}, {2, "C", "free:C"}, {4, "C", "free:C"});
}

static void class_scopes(void **state) {
  CHECK_FLOW("x = 1\n"
             "class C:\n"
             "  x\n"
             "  y = x\n"
             "  x = y\n"
             "  def m(self):\n"
             "    return x, y\n"
             "  z = [x for x in y if x]\n"
             "  w = [y for i in y]\n"
             "  len\n",
             {3, "x", "d:1"}, {4, "x", "d:1"}, {5, "y", "d:4"},
             {7, "x", "free:x(d:1)"}, {7, "y", "global:y"}, {8, "x", "d:8{x}"},
             {8, "y", "d:4"}, {9, "y", "global:y"}, {10, "len", "global:len"});
}

static void class_in_function_skips_it(void **state) {
  CHECK_FLOW("x = 1\n"
             "def f():\n"
             "  x = 2\n"
             "  class C:\n"
             "    a = x\n"
             "    x = x\n"
             "  class D:\n"
             "    x\n",
             {5, "x", "free:x"}, {6, "x", "free:x"}, {8, "x", "d:3"});
}

static void comprehensions(void **state) {
  CHECK_FLOW("def f(x, ys):\n"
             "  if x is None: return\n"
             "  [x.a for y in x if y is not None]\n"
             "  {y: x for x in x for y in x}\n"
             "  x\n"
             "  [z for y in ys if (z := y)]\n"
             "  z\n"
             "  (lambda: z)()\n",
             {3, "x", "d:1{!x is None}"}, {3, "y", "d:3"}, {4, "y", "d:4"},
             {4, "x", "d:4"}, {5, "x", "d:1{!x is None}"},
             {6, "z", "d:6{z := y}"}, {7, "z", "phi(unbound, d:6)"},
             {8, "z", "free:z(phi(unbound, d:6))"});
}

static void walrus_back_into_a_comprehension(void **state) {
  CHECK_FLOW("def f(ys):\n"
             "  last = None\n"
             "  [g(last) for y in ys if (last := y)]\n"
             "  last\n",
             {3, "last", "d:3{last := y}"},
             {4, "last", "phi(d:2, d:3)"});
}

static void global_and_nonlocal(void **state) {
  CHECK_FLOW("x = 1\n"
             "def f():\n"
             "  global x, n\n"
             "  x\n"
             "  x = 2\n"
             "  x\n"
             "  n = 1\n"
             "  y = 1\n"
             "  def g():\n"
             "    nonlocal y\n"
             "    y\n"
             "    y = 2\n"
             "    y\n"
             "  y\n"
             "  return lambda: y\n"
             "x\n"
             "n\n",
             {4, "x", "free:x"}, {6, "x", "d:5"}, {11, "y", "free:y"},
             {13, "y", "d:12"}, {14, "y", "d:8"}, {15, "y", "free:y"},
             {16, "x", "d:1"}, {17, "n", "free:n"});
}

static void type_parameters(void **state) {
  CHECK_FLOW("class C[T: D, *U](T):\n"
             "  def m[V](self, x: T, y: V = D) -> V:\n"
             "    return T, V\n"
             "type A[T] = list[T | A]\n"
             "D = 1\n",
             {1, "D", "free:D"}, {1, "T", "d:1"}, {2, "T", "d:1"},
             {2, "V", "d:2"}, {2, "D", "global:D"}, {3, "T", "free:T(d:1)"},
             {3, "V", "free:V(d:2)"}, {4, "T", "free:T(d:4)"},
             {4, "A", "free:A"});
}

static void deferred_annotations(void **state) {
  static const char source[] = "def f(x: B, y: int = d) -> B: pass\n"
                               "a: B = B\n"
                               "class B: pass\n"
                               "class C(B):\n"
                               "  b: B\n";
  World w;
  world_load(&w, source, false, true);
  assert_string_equal(use_text(&w, 1, "B"), "free:B");
  assert_string_equal(use_text(&w, 1, "int"), "global:int");
  assert_string_equal(use_text(&w, 5, "B"), "free:B(d:3)");
  assert_string_equal(use_text(&w, 4, "B"), "d:3");
  world_close(&w);
  world_load(&w, source, false, false);
  assert_string_equal(use_text(&w, 1, "B"), "global:B");
  world_close(&w);
  world_open(&w, "from __future__ import annotations\ndef f(x: B): pass\n"
                 "class B: pass\n");
  assert_true(w.index.future_annotations);
  assert_string_equal(use_text(&w, 2, "B"), "free:B");
  world_close(&w);
}

static void stubs_read_ahead(void **state) {
  const Expect expect[] = {{1, "B", "free:B"}, {2, "B", "free:B"},
                           {4, "x", "free:x(d:3)"}};
  check_all("class A(B): ...\n"
            "y = B\n"
            "x: int\n"
            "z = x\n"
            "class B: ...\n",
            expect, 3, true);
}

static void star_imports(void **state) {
  CHECK_FLOW("a = 1\n"
             "from m import *\n"
             "a, b, c\n"
             "b = 2\n"
             "b\n"
             "def f(): return a, c\n",
             {3, "a", "star(d:1)"}, {3, "b", "star(global:b)"},
             {3, "c", "global:c"}, {5, "b", "d:4"},
             {6, "a", "free:a(star(d:1))"}, {6, "c", "global:c"});
}

static void dotted_imports(void **state) {
  World w;
  world_open(&w, "import a.b.c\nimport d.e as f\nfrom g import h as i\n"
                 "from .j import k\na, f, i, k\n");
  assert_string_equal(use_text(&w, 5, "a"), "d:1");
  assert_string_equal(use_text(&w, 5, "f"), "d:2");
  assert_string_equal(use_text(&w, 5, "i"), "d:3");
  assert_int_equal(w.index.import_count, 4);
  assert_string_equal(name_text(w.index.imports[0].module).ptr, "a.b.c");
  assert_int_equal(w.index.imports[3].level, 1);
  world_close(&w);
}

static ScopeId scope_named(const World *w, const char *name) {
  for (uint32_t i = 1; i < w->index.scope_count; i++)
    if (w->index.scopes[i].name.v &&
        str_is(name_text(w->index.scopes[i].name), name))
      return (ScopeId){i};
  return (ScopeId){0};
}

static ScopeId resolved(const World *w, const char *scope, const char *name) {
  PlaceId place = index_resolve(&w->index, scope_named(w, scope),
                                name_intern(str_from(name)));
  return w->index.places[place.v].scope;
}

static void resolving_names(void **state) {
  World w;
  world_open(&w, "x = y = 1\n"
                 "class C:\n"
                 "  x = 2\n"
                 "  def m(self):\n"
                 "    y = x\n"
                 "    def inner():\n"
                 "      global y\n"
                 "      nonlocal self\n"
                 "      self = print\n");
  assert_int_equal(resolved(&w, "C", "x").v, scope_named(&w, "C").v);
  assert_int_equal(resolved(&w, "m", "x").v, 1);
  assert_int_equal(resolved(&w, "m", "y").v, scope_named(&w, "m").v);
  assert_int_equal(resolved(&w, "inner", "y").v, 1);
  assert_int_equal(resolved(&w, "inner", "self").v, scope_named(&w, "m").v);
  assert_int_equal(resolved(&w, "inner", "print").v, 0);
  PlaceId used = index_symbol(&w.index, (ScopeId){1},
                              name_intern(STR("print")));
  assert_int_equal(used.v, 0);
  world_close(&w);
}

/* The scope in which the first use of `text` in `line` is evaluated. */
static ScopeId enclosing(const World *w, uint32_t line, const char *text) {
  return index_enclosing(&w->index, find_use(w, line, text, 0));
}

static void enclosing_scopes(void **state) {
  World w;
  world_open(&w, "@deco(lambda: a)\n"
                 "def f(p: ann = dflt(lambda: b), *, q=c) -> ret:\n"
                 "  body\n"
                 "  [elt for i in first(lambda: d) for j in second if cond]\n"
                 "  return lambda r=dflt2: inner\n"
                 "after\n"
                 "class K[T: bound](base):\n"
                 "  attr\n"
                 "  def m[V](self, x: note = dflt3): pass\n");
  uint32_t f = scope_named(&w, "f").v;
  assert_int_equal(enclosing(&w, 1, "deco").v, 1);
  assert_int_equal(enclosing(&w, 2, "ann").v, 1);
  assert_int_equal(enclosing(&w, 2, "dflt").v, 1);
  assert_int_equal(enclosing(&w, 2, "c").v, 1);
  assert_int_equal(enclosing(&w, 2, "ret").v, 1);
  assert_int_equal(enclosing(&w, 3, "body").v, f);
  assert_int_equal(enclosing(&w, 4, "first").v, f);
  ScopeId comp = enclosing(&w, 4, "elt");
  assert_int_equal(w.index.scopes[comp.v].kind, SCOPE_COMPREHENSION);
  assert_int_equal(enclosing(&w, 4, "second").v, comp.v);
  assert_int_equal(enclosing(&w, 4, "cond").v, comp.v);
  ScopeId d = enclosing(&w, 4, "d");
  assert_int_equal(w.index.scopes[d.v].kind, SCOPE_LAMBDA);
  assert_int_equal(w.index.scopes[d.v].parent.v, f);
  assert_int_equal(enclosing(&w, 5, "dflt2").v, f);
  assert_int_equal(w.index.scopes[enclosing(&w, 5, "inner").v].kind,
                   SCOPE_LAMBDA);
  assert_int_equal(enclosing(&w, 6, "after").v, 1);
  ScopeId k = scope_named(&w, "K");
  assert_int_equal(enclosing(&w, 8, "attr").v, k.v);
  ScopeId params = enclosing(&w, 7, "base");
  assert_int_equal(w.index.scopes[params.v].kind, SCOPE_TYPE_PARAMS);
  assert_int_equal(enclosing(&w, 7, "bound").v, params.v);
  assert_int_equal(enclosing(&w, 9, "dflt3").v, k.v);
  ScopeId note = enclosing(&w, 9, "note");
  assert_int_equal(w.index.scopes[note.v].kind, SCOPE_TYPE_PARAMS);
  assert_int_equal(w.index.scopes[note.v].parent.v, k.v);
  world_close(&w);
}

static void scope_facts(void **state) {
  World w;
  world_open(&w, "def g():\n"
                 "  yield 1\n"
                 "  if x: return (yield from y)\n"
                 "  raise z\n"
                 "async def a(): return 1\n"
                 "def s():\n"
                 "  def t():\n"
                 "    return 1\n"
                 "  return 2\n");
  const Scope *g = &w.index.scopes[scope_named(&w, "g").v];
  assert_true(g->flags & SCOPE_GENERATOR);
  assert_false(g->flags & SCOPE_FALLS_THROUGH);
  assert_int_equal(g->yield_end - g->yield_begin, 2);
  assert_int_equal(g->return_end - g->return_begin, 1);
  assert_true(w.index.scopes[scope_named(&w, "a").v].flags & SCOPE_ASYNC);
  const Scope *s = &w.index.scopes[scope_named(&w, "s").v];
  assert_int_equal(s->return_end - s->return_begin, 1);
  assert_int_equal(line_of(&w, ast_at(&w.parsed.ast,
                                      w.index.returns[s->return_begin].node)
                                   ->start),
                   9);
  world_close(&w);
}

static void reports(void **state) {
  World w;
  world_open(&w, "def f(a):\n"
                 "  global a\n"
                 "  nonlocal q\n"
                 "  x = 1\n"
                 "  global x\n"
                 "  y\n"
                 "  global y, z\n"
                 "  nonlocal z\n");
  Str want[] = {STR("name `a` is parameter and global"),
                STR("name `x` is assigned before its global declaration"),
                STR("name `y` is used before its global declaration"),
                STR("name `z` is nonlocal and global"),
                STR("no binding for nonlocal `q` found")};
  for (uint32_t i = 0; i < ARRAY_LEN(want); i++) {
    bool found = false;
    for (uint32_t k = 0; k < w.diags.items.n; k++)
      found = found || str_eq(w.diags.items.v[k].message, want[i]);
    if (!found) print_error("missing: %s\n", want[i].ptr);
    assert_true(found);
  }
  world_close(&w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(captured_variables),
      cmocka_unit_test(captured_in_loops),
      cmocka_unit_test(narrowing_inside_of_what_was_captured),
      cmocka_unit_test(a_function_sees_itself_lazily),
      cmocka_unit_test(class_scopes),
      cmocka_unit_test(class_in_function_skips_it),
      cmocka_unit_test(comprehensions),
      cmocka_unit_test(walrus_back_into_a_comprehension),
      cmocka_unit_test(global_and_nonlocal),
      cmocka_unit_test(type_parameters),
      cmocka_unit_test(deferred_annotations),
      cmocka_unit_test(stubs_read_ahead),
      cmocka_unit_test(star_imports),
      cmocka_unit_test(dotted_imports),
      cmocka_unit_test(resolving_names),
      cmocka_unit_test(enclosing_scopes),
      cmocka_unit_test(scope_facts),
      cmocka_unit_test(reports),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
