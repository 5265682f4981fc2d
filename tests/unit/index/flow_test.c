/* The SSA graph, construct by construct. */
#include "unit/index/index_world.h"

static void straight_lines(void **state) {
  CHECK_FLOW("x = 1\n"
             "print(x)\n"
             "x = x + 1\n"
             "x\n",
             {2, "x", "d:1"}, {2, "print", "global:print"}, {3, "x", "d:1"},
             {4, "x", "d:3"});
}

static void if_else(void **state) {
  CHECK_FLOW("if c:\n"
             "  x = 1\n"
             "elif d:\n"
             "  x = 2\n"
             "else:\n"
             "  y = x\n"
             "x, y, c\n",
             {6, "x", "global:x"}, {7, "x", "phi(global:x, d:2, d:4)"},
             {7, "y", "phi(global:y, d:6)"}, {7, "c", "global:c"},
             {2, NULL, "c"}, {4, NULL, "!c & d"}, {6, NULL, "!c & !d"},
             {7, NULL, "always"});
}

static void narrowing_ends_at_the_join(void **state) {
  CHECK_FLOW("def f(x):\n"
             "  if x is None:\n"
             "    x\n"
             "  else:\n"
             "    x\n"
             "  x\n",
             {3, "x", "d:1{x is None}"}, {5, "x", "d:1{!x is None}"},
             {6, "x", "d:1"});
}

static void early_return_narrows(void **state) {
  CHECK_FLOW("def f(x):\n"
             "  if x is None:\n"
             "    return\n"
             "  x\n"
             "  raise x\n"
             "  x\n",
             {4, "x", "d:1{!x is None}"}, {4, NULL, "!x is None"},
             {6, "x", "d:1{!x is None}"}, {6, NULL, "never"});
}

static void calls_keep_the_edges(void **state) {
  CHECK_FLOW("def f(x):\n"
             "  if x is None:\n"
             "    fail()\n"
             "  x\n",
             {4, "x", "phi(d:1{x is None}, d:1{!x is None})"},
             {4, NULL, "(x is None & call(fail()) | !x is None)"});
}

static void and_or_not(void **state) {
  CHECK_FLOW("def f(x, y):\n"
             "  if x and not y:\n"
             "    x, y\n"
             "  else:\n"
             "    x, y\n"
             "  x, y\n"
             "  if x or y: x, y\n"
             "  x, y\n",
             {2, "y", "d:1"}, {3, "x", "d:1{x}"}, {3, "y", "d:1{!y}"},
             {5, "x", "phi(d:1{!x}, d:1{x})"}, {5, "y", "phi(d:1, d:1{y})"},
             {6, "x", "d:1"}, {6, "y", "d:1"}, {6, NULL, "always"},
             {7, "y", "d:1"}, {8, "x", "d:1"}, {8, "y", "d:1"},
             {8, NULL, "always"});
}

static void long_chains_collapse(void **state) {
  CHECK_FLOW("def f(a, b, c, d):\n"
             "  if a and b and (c or not d):\n"
             "    pass\n"
             "  a, b, c, d\n",
             {4, "a", "d:1"}, {4, "b", "d:1"}, {4, "c", "d:1"},
             {4, "d", "d:1"}, {4, NULL, "always"});
}

static void very_long_chains_collapse(void **state) {
  Arena *arena = arena_create("source");
  StrBuf text;
  strbuf_init(&text, arena);
  strbuf_puts(&text, "def f(a):\n  if a");
  for (uint32_t i = 0; i < 50; i++) strbuf_printf(&text, " and a.b%u", i);
  strbuf_puts(&text, ": pass\n  if a");
  for (uint32_t i = 0; i < 20; i++)
    strbuf_printf(&text, " or (a.b%u and not a.c%u)", i, i);
  strbuf_puts(&text, ": pass\n  if a == 0: pass\n");
  for (uint32_t i = 1; i < 1000; i++)
    strbuf_printf(&text, "  elif a == %u: pass\n", i);
  strbuf_puts(&text, "  else: pass\n  a\n");
  World w;
  world_open(&w, text.ptr);
  uint32_t last = line_of(&w, (uint32_t)w.parsed.ast.source.len - 1);
  assert_string_equal(use_text(&w, last, "a"), "d:1");
  assert_string_equal(reach_text(&w, last), "always");
  world_close(&w);
  arena_destroy(arena);
}

/* A phi that is taken apart brings edges from above the join's own start; the
 * verifier checks where they part. */
static void edges_from_further_up(void **state) {
  World w;
  world_open(&w, "if a:\n"
                 "  g(k)\n"
                 "for p in r():\n"
                 "  if n is not None and n <= k:\n"
                 "    try:\n"
                 "      if a: h(p)\n"
                 "    except E:\n"
                 "      if not t: continue\n");
  world_close(&w);
}

static void values_of_and_or(void **state) {
  CHECK_FLOW("def f(x):\n"
             "  y = x and x.a\n"
             "  z = x if x else x\n"
             "  x, y, z\n",
             {3, "y", "no such use"}, {4, "x", "d:1"}, {4, "y", "d:2"},
             {4, NULL, "always"});
  World w;
  world_open(&w, "def f(x):\n  y = x and x.a\n  z = x if x else x\n");
  const Ast *ast = &w.parsed.ast;
  const char *want[] = {"d:1", "d:1{x}"};
  for (uint32_t i = 0; i < 2; i++) {
    NodeId node = find_use(&w, 2, "x", i);
    assert_string_equal(flow_text(&w, (FlowId){ast_at(ast, node)->b}),
                        want[i]);
  }
  const char *want3[] = {"d:1", "d:1{x}", "d:1{!x}"};
  for (uint32_t i = 0; i < 3; i++) {
    bool found = false;
    for (uint32_t k = 0; k < 3; k++) {
      NodeId node = find_use(&w, 3, "x", k);
      const char *text = flow_text(&w, (FlowId){ast_at(ast, node)->b});
      found = found || strcmp(text, want3[i]) == 0;
    }
    assert_true(found);
  }
  world_close(&w);
}

static void walrus(void **state) {
  CHECK_FLOW("def f():\n"
             "  if (x := g()) is not None:\n"
             "    x\n"
             "  x\n"
             "  if a and (y := a):\n"
             "    y, a\n"
             "  y\n",
             {3, "x", "d:2{(x := g()) is not None}"}, {4, "x", "d:2"},
             {6, "y", "d:5{y := a}"}, {7, "y", "phi(unbound, d:5)"});
}

static void while_loops(void **state) {
  CHECK_FLOW("def f(x):\n"
             "  n = 0\n"
             "  while x:\n"
             "    n = n + 1\n"
             "    if n:\n"
             "      break\n"
             "    x = g()\n"
             "  else:\n"
             "    n\n"
             "  n, x\n",
             {3, "x", "loop(d:1, d:7)"}, {4, "n", "loop(d:2, d:4{!n})"},
             {9, "n", "loop(d:2, d:4{!n})"},
             {10, "n", "phi(loop(d:2, d:4{!n}), d:4{n})"},
             {10, "x", "phi(loop(d:1, d:7){x}, loop(d:1, d:7){!x})"});
}

static void while_true(void **state) {
  CHECK_FLOW("def f():\n"
             "  while True:\n"
             "    x = 1\n"
             "    if x: break\n"
             "  x\n"
             "  while 1:\n"
             "    pass\n"
             "  x\n",
             {5, "x", "d:3{x}"}, {5, NULL, "x"}, {8, NULL, "never"});
}

static void for_loops(void **state) {
  CHECK_FLOW("def f(xs):\n"
             "  y = 0\n"
             "  for x in xs:\n"
             "    y, x\n"
             "    y = x\n"
             "  x, y\n",
             {4, "y", "loop(d:2, d:5)"}, {4, "x", "d:3"}, {5, "x", "d:3"},
             {6, "x", "phi(unbound, d:3)"}, {6, "y", "phi(d:2, d:5)"},
             {6, NULL, "always"}, {4, NULL, "some"});
}

static void for_with_break_and_else(void **state) {
  CHECK_FLOW("def f(xs):\n"
             "  for x in xs:\n"
             "    if x: break\n"
             "    if g(): continue\n"
             "    y = 1\n"
             "  else:\n"
             "    y = 2\n"
             "  y\n"
             "  for z in xs:\n"
             "    return z\n"
             "  z\n",
             {8, "y", "phi(loop(unbound, phi(^, d:5)), d:7)"},
             {11, "z", "unbound"}, {11, NULL, "!some"});
}

static void narrowing_needs_no_header(void **state) {
  CHECK_FLOW("def f(x):\n"
             "  while c:\n"
             "    if x is None: continue\n"
             "    x\n"
             "  x\n",
             {3, "x", "d:1"}, {4, "x", "d:1{!x is None}"}, {5, "x", "d:1"});
}

static void header_without_a_way_back(void **state) {
  CHECK_FLOW("def f(x):\n"
             "  while c:\n"
             "    x\n"
             "    x = 1\n"
             "    return x\n"
             "  x\n",
             {3, "x", "loop(d:1)"}, {6, "x", "loop(d:1)"});
}

static void nested_loops(void **state) {
  CHECK_FLOW("def f(a):\n"
             "  for i in a:\n"
             "    for j in a:\n"
             "      s = g(s)\n"
             "  s\n",
             {4, "s", "loop(loop(unbound, phi(^, d:4)), d:4)"},
             {5, "s", "phi(unbound, loop(unbound, phi(^, d:4)), d:4)"});
}

static void members(void **state) {
  CHECK_FLOW("def f(x):\n"
             "  if x.a is not None:\n"
             "    x.a\n"
             "    x.a.b\n"
             "  x.a\n"
             "  x.a = 1\n"
             "  x.a\n"
             "  x = g()\n"
             "  x.a\n"
             "  x['k'] = 1\n"
             "  x['k'], x[0]\n"
             "  x[i] = 2\n"
             "  x['k']\n",
             {3, "x.a", "member:x.a{x.a is not None}"}, {5, "x.a", "0"},
             {7, "x.a", "d:6"}, {9, "x.a", "0"}, {11, "x['k']", "d:10"},
             {11, "x[0]", "0"}, {13, "x['k']", "0"});
}

static void member_of_self_keeps_self(void **state) {
  CHECK_FLOW("class C:\n"
             "  def f(self):\n"
             "    if self.a is None:\n"
             "      self.a = 1\n"
             "    self, self.a\n"
             "    del self.a\n"
             "    self.a\n",
             {5, "self", "d:2"},
             {5, "self.a", "phi(member:self.a{!self.a is None}, d:4)"},
             {7, "self.a", "0"});
}

static void discriminators_narrow_the_holder(void **state) {
  CHECK_FLOW("def f(x):\n"
             "  if x.kind == 'a': x\n"
             "  if x['k'] is None: x\n"
             "  if isinstance(x.y, C): x, x.y\n",
             {2, "x", "d:1"}, {3, "x", "d:1"}, {4, "x", "d:1"},
             {4, "x.y", "0"});
  World w;
  world_open(&w, "def f(x):\n  if x.kind == 'a': x\n  if g(x.y): x, x.y\n");
  NodeId node = find_use(&w, 2, "x", 1);
  assert_string_equal(
      flow_text(&w, (FlowId){ast_at(&w.parsed.ast, node)->b}),
      "d:1{x.kind == 'a'}");
  node = find_use(&w, 3, "x.y", 1);
  assert_string_equal(
      flow_text(&w, (FlowId){ast_at(&w.parsed.ast, node)->c}),
      "member:x.y{g(x.y)}");
  world_close(&w);
}

static void members_in_loops(void **state) {
  CHECK_FLOW("def f(n):\n"
             "  n.a = 1\n"
             "  while n:\n"
             "    n.a\n"
             "    n = n.next\n"
             "  n.a\n"
             "  m.b = 1\n"
             "  while c:\n"
             "    m.b\n"
             "    m.b = 2\n"
             "  m.b\n",
             {4, "n.a", "0"}, {6, "n.a", "0"}, {9, "m.b", "loop(d:7, d:10)"},
             {11, "m.b", "loop(d:7, d:10)"});
}

static void assert_and_delete(void **state) {
  CHECK_FLOW("def f(x):\n"
             "  assert x is not None, x\n"
             "  x\n"
             "  del x\n"
             "  x\n"
             "  assert False\n"
             "  x\n",
             {2, "x", "d:1"}, {3, "x", "d:1{x is not None}"},
             {3, NULL, "x is not None"}, {5, "x", "unbound"},
             {7, NULL, "never"});
}

static void augmented(void **state) {
  World w;
  world_open(&w, "x = 1\nx += 2\nx\n");
  DefId d = index_def_of(&w.index, (NodeId){0});
  for (uint32_t i = 1; i < w.index.def_count; i++)
    if (w.index.defs[i].kind == DEF_AUG_ASSIGN) d.v = i;
  assert_string_equal(flow_text(&w, w.index.defs[d.v].prev), "d:1");
  assert_string_equal(use_text(&w, 3, "x"), "d:2");
  world_close(&w);
}

static void conditional_expressions(void **state) {
  CHECK_FLOW("def f(x, c):\n"
             "  y = (z := 1) if c else 2\n"
             "  z, c\n",
             {3, "z", "phi(unbound, d:2)"}, {3, "c", "d:1"},
             {3, NULL, "always"});
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(straight_lines),
      cmocka_unit_test(if_else),
      cmocka_unit_test(narrowing_ends_at_the_join),
      cmocka_unit_test(early_return_narrows),
      cmocka_unit_test(calls_keep_the_edges),
      cmocka_unit_test(and_or_not),
      cmocka_unit_test(long_chains_collapse),
      cmocka_unit_test(very_long_chains_collapse),
      cmocka_unit_test(edges_from_further_up),
      cmocka_unit_test(values_of_and_or),
      cmocka_unit_test(walrus),
      cmocka_unit_test(while_loops),
      cmocka_unit_test(while_true),
      cmocka_unit_test(for_loops),
      cmocka_unit_test(for_with_break_and_else),
      cmocka_unit_test(narrowing_needs_no_header),
      cmocka_unit_test(header_without_a_way_back),
      cmocka_unit_test(nested_loops),
      cmocka_unit_test(members),
      cmocka_unit_test(member_of_self_keeps_self),
      cmocka_unit_test(discriminators_narrow_the_holder),
      cmocka_unit_test(members_in_loops),
      cmocka_unit_test(assert_and_delete),
      cmocka_unit_test(augmented),
      cmocka_unit_test(conditional_expressions),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
