/* try, with, match. */
#include "unit/index/index_world.h"

static void handlers_see_any_point(void **state) {
  CHECK_FLOW("def f():\n"
             "  x = 0\n"
             "  try:\n"
             "    x = 1\n"
             "    g()\n"
             "    x = 2\n"
             "    y = 1\n"
             "    g()\n"
             "  except E:\n"
             "    x, y\n"
             "    x = 3\n"
             "  else:\n"
             "    x\n"
             "  x, y\n",
             {10, "x", "phi(d:2, d:4, d:6)"}, {10, "y", "phi(unbound, d:7)"},
             {13, "x", "d:6"}, {14, "x", "phi(d:6, d:11)"},
             {14, "y", "phi(unbound, d:7)"}, {10, NULL, "always"},
             {13, NULL, "call(g()) & call(g())"});
}

static void the_last_binding_of_a_body_cannot_raise_behind_it(void **state) {
  CHECK_FLOW("x = None\n"
             "try:\n"
             "  x = g()\n"
             "except E:\n"
             "  x\n"
             "try:\n"
             "  import a\n"
             "except ImportError:\n"
             "  a = None\n"
             "x, a\n",
             {5, "x", "d:1"}, {10, "x", "phi(d:1, d:3)"},
             {10, "a", "phi(d:7, d:9)"});
}

static void handler_names_end_with_the_handler(void **state) {
  CHECK_FLOW("def f():\n"
             "  try:\n"
             "    g()\n"
             "  except E as e:\n"
             "    e\n"
             "  e\n"
             "  try: return g()\n"
             "  except E as e: pass\n"
             "  e\n",
             {5, "e", "d:4"}, {6, "e", "unbound"}, {9, "e", "unbound"});
}

static void what_a_body_returns_does_not_arrive(void **state) {
  CHECK_FLOW("def f():\n"
             "  try:\n"
             "    x = 1\n"
             "    return x\n"
             "  except E:\n"
             "    x = 2\n"
             "  x\n"
             "  try:\n"
             "    return 1\n"
             "  except E:\n"
             "    raise\n"
             "  x\n",
             {7, "x", "d:6"}, {12, NULL, "never"});
}

static void finally_sees_all_and_changes_nothing_else(void **state) {
  CHECK_FLOW("def f(c):\n"
             "  x = 0\n"
             "  try:\n"
             "    x = 1\n"
             "    if c: return\n"
             "    x = 2\n"
             "    g()\n"
             "  finally:\n"
             "    x\n"
             "    y = 1\n"
             "  x, y\n",
             {9, "x", "phi(d:2, d:4, d:6)"}, {11, "x", "d:6"},
             {11, "y", "d:10"}, {9, NULL, "always"},
             {11, NULL, "!c & call(g())"});
}

static void finally_that_does_not_return(void **state) {
  CHECK_FLOW("def f(c):\n"
             "  try:\n"
             "    x = 1\n"
             "  finally:\n"
             "    h()\n"
             "  x\n"
             "  try:\n"
             "    if c: return\n"
             "  finally:\n"
             "    h()\n"
             "  x\n"
             "  try: pass\n"
             "  finally: return\n"
             "  x\n",
             {6, NULL, "call(h())"},
             {11, NULL, "(call(h()) & !c & call(h()) & call(h()))"},
             {14, NULL, "never"});
}

static void loops_left_through_finally(void **state) {
  CHECK_FLOW("def f(xs):\n"
             "  y = 0\n"
             "  while g():\n"
             "    try:\n"
             "      x = 1\n"
             "      if x: break\n"
             "      if xs: continue\n"
             "    finally:\n"
             "      y = 2\n"
             "  x, y\n",
             {10, "y", "phi(loop(d:2, d:9), d:9)"},
             {10, "x", "phi(loop(unbound, d:5{!x}), d:5{x})"});
}

static void with_may_swallow(void **state) {
  CHECK_FLOW("def f():\n"
             "  x = 0\n"
             "  with a as b:\n"
             "    x = 1\n"
             "    y = b\n"
             "  x, y, b\n"
             "  with c: return x\n"
             "  x\n",
             {5, "b", "d:3"}, {6, "x", "phi(d:2, d:4)"},
             {6, "y", "phi(unbound, d:5)"}, {6, "b", "d:3"},
             {6, NULL, "always"}, {8, NULL, "suppress(c)"});
}

static void with_narrows(void **state) {
  CHECK_FLOW("def f(x):\n"
             "  with a:\n"
             "    assert x\n"
             "  x\n",
             {4, "x", "phi(d:1{x}, d:1)"});
}

static void match_cases(void **state) {
  CHECK_FLOW("def f(x):\n"
             "  match x:\n"
             "    case int(): x\n"
             "    case [a, *r] if a: x, a, r\n"
             "    case {'k': v, **w}: v, w\n"
             "    case (1 | 2) as n: n\n"
             "    case other: other, x\n"
             "  x, a\n",
             {3, "x", "d:1{case int()}"}, {4, "a", "d:4"},
             {4, "r", "d:4"}, {5, "v", "d:5"}, {5, "w", "d:5"},
             {6, "n", "d:6"}, {7, "other", "d:7"}, {8, NULL, "always"});
  World w;
  world_open(&w, "def f(x):\n"
                 "  match x:\n"
                 "    case int(): 0\n"
                 "    case str() if g: 1\n"
                 "    case _: x\n"
                 "  x\n");
  assert_string_equal(use_text(&w, 5, "x"),
                      "phi(d:1{!case int()}, "
                      "d:1{!case int()}{case str()})");
  world_close(&w);
}

static void match_without_a_place(void **state) {
  World w;
  world_open(&w, "match g():\n"
                 "  case int(): 1\n"
                 "  case str(): x = 2\n"
                 "x\n");
  assert_string_equal(use_text(&w, 4, "x"), "phi(global:x, d:3)");
  assert_string_equal(reach_text(&w, 4), "always");
  uint32_t patterns = 0;
  for (uint32_t i = 1; i < w.index.pred_count; i++) {
    const Pred *p = &w.index.preds[i];
    assert_int_equal(p->kind, PRED_PATTERN);
    assert_int_equal(p->subject.v, 0);
    assert_int_equal(p->previous.v, i - 1);
    patterns++;
  }
  assert_int_equal(patterns, 2);
  world_close(&w);
}

static void exhaustion_is_lazy(void **state) {
  CHECK_FLOW("def f(x):\n"
             "  match x:\n"
             "    case A(): return 1\n"
             "    case B(): return 2\n"
             "  x\n"
             "  match x:\n"
             "    case _: return\n"
             "  x\n",
             {5, "x", "d:1{!case A()}{!case B()}"},
             {5, NULL, "!case A() & !case B()"}, {8, NULL, "never"});
}

static void captures_bind_with_their_case(void **state) {
  World w;
  world_open(&w, "match x:\n  case [a, (b as c)]: 0\n");
  uint32_t captures = 0;
  for (uint32_t i = 1; i < w.index.def_count; i++) {
    const Def *d = &w.index.defs[i];
    if (d->kind != DEF_MATCH) continue;
    captures++;
    assert_int_equal(w.index.preds[d->pred.v].kind, PRED_PATTERN);
  }
  assert_int_equal(captures, 3);
  world_close(&w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(handlers_see_any_point),
      cmocka_unit_test(the_last_binding_of_a_body_cannot_raise_behind_it),
      cmocka_unit_test(handler_names_end_with_the_handler),
      cmocka_unit_test(what_a_body_returns_does_not_arrive),
      cmocka_unit_test(finally_sees_all_and_changes_nothing_else),
      cmocka_unit_test(finally_that_does_not_return),
      cmocka_unit_test(loops_left_through_finally),
      cmocka_unit_test(with_may_swallow),
      cmocka_unit_test(with_narrows),
      cmocka_unit_test(match_cases),
      cmocka_unit_test(match_without_a_place),
      cmocka_unit_test(exhaustion_is_lazy),
      cmocka_unit_test(captures_bind_with_their_case),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
