/* String annotations: names without tree-sitter, the rest with it. */
#include "unit/parse/parse_test.h"

static Fixture f;
static Ast ast;
static NodeId root;
static const char *problem;

static int setup(void **state) {
  (void)state;
  fixture_init(&f);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  fixture_fini(&f);
  return 0;
}

static bool parse(const char *text, uint32_t offset) {
  arena_reset(f.arena);
  problem = NULL;
  if (!parse_annotation(f.parser, str_from(text), offset, f.arena, &ast,
                        &root, &problem))
    return false;
  ast_verify(&ast);
  return true;
}

static void assert_span(uint32_t start, uint32_t end) {
  assert_int_equal(ast_at(&ast, root)->start, start);
  assert_int_equal(ast_at(&ast, root)->end, end);
}

static void test_names(void **state) {
  (void)state;
  assert_true(parse("int", 10));
  assert_int_equal(ast_kind(&ast, root), AST_Name);
  assert_span(10, 13);
  assert_true(str_is(ast_text(&ast, root), "int"));
  assert_true(parse("a.bc.d", 3));
  assert_int_equal(ast_kind(&ast, root), AST_Attribute);
  assert_true(name_is((NameId){ast_at(&ast, root)->b},
                      (WellKnownName)name_intern(STR("d")).v));
  assert_span(3, 9);
  NodeId value = {ast_at(&ast, root)->a};
  assert_true(str_is(ast_text(&ast, value), "a.bc"));
  assert_true(parse("None", 0));
  assert_int_equal(ast_kind(&ast, root), AST_None);
}

static void test_expressions(void **state) {
  (void)state;
  assert_true(parse("list[int] | None", 5));
  assert_int_equal(ast_kind(&ast, root), AST_BinOp);
  assert_span(5, 21);
  assert_true(parse(" dict[\n str,\n int] ", 0));
  assert_int_equal(ast_kind(&ast, root), AST_Subscript);
  assert_span(1, 18);
  assert_true(parse("int, str", 0));
  assert_int_equal(ast_kind(&ast, root), AST_Tuple);
  assert_span(0, 8);
  assert_true(parse("(int, str)", 0));
  assert_int_equal(ast_kind(&ast, root), AST_Tuple);
  assert_span(0, 10);
  assert_true(parse("'int'", 2));
  assert_int_equal(ast_kind(&ast, root), AST_Str);
  assert_span(2, 7);
  assert_true(parse("\xc3\xa9", 0));
  assert_int_equal(ast_kind(&ast, root), AST_Name);
}

static void test_errors(void **state) {
  (void)state;
  static const char *const bad[] = {
      "",         " ",     "a b",    "class", "list[",   "a.",  ".a",
      "x = 1",    "1a",    "a.class", "pass", "a; b",    "a\\", ")(",
      "a) + (b",  "yield", "*a",     "x: int", "(yield)", "#",
  };
  for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
    if (parse(bad[i], 0)) fail_msg("accepted: %s", bad[i]);
    assert_non_null(problem);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_names),
                                     cmocka_unit_test(test_expressions),
                                     cmocka_unit_test(test_errors)};
  return cmocka_run_group_tests(tests, setup, teardown);
}
