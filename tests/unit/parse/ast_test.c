/* Shape, values and bounds of the tree. */
#include "unit/parse/parse_test.h"

static Fixture f;

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

static const Ast *parse(const char *source) {
  fixture_parse(&f, str_from(source), 14, false);
  return &f.result.ast;
}

static NodeId first(const Ast *ast, AstKind kind) {
  for (uint32_t i = 1; i < ast->node_count; i++)
    if (ast->nodes[i].kind == kind) return (NodeId){i};
  fail_msg("no %s", ast_kind_name(kind));
  return (NodeId){0};
}

static const AstValue *value(const char *source, AstKind kind) {
  const Ast *ast = parse(source);
  assert_int_equal(f.diags.items.n, 0);
  return &ast->values[ast_at(ast, first(ast, kind))->a];
}

static void assert_text(const AstValue *v, const char *text) {
  assert_true(str_is(v->text, text));
}

static void test_empty(void **state) {
  (void)state;
  static const char *const texts[] = {"", "\n", "# c", "\\\n", "\f\n \n"};
  for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
    const Ast *ast = parse(texts[i]);
    assert_int_equal(ast->node_count, 2);
    assert_int_equal(ast_kind(ast, (NodeId){1}), AST_Module);
    assert_false(f.result.has_errors && i != 3);
  }
}

static void test_ints(void **state) {
  (void)state;
  assert_int_equal(value("0x_fF", AST_Int)->integer, 255);
  assert_int_equal(value("1_000", AST_Int)->integer, 1000);
  assert_int_equal(value("0b101", AST_Int)->integer, 5);
  assert_int_equal(value("0o17", AST_Int)->integer, 15);
  assert_int_equal(value("00_0", AST_Int)->integer, 0);
  assert_false(value("9223372036854775807", AST_Int)->big);
  assert_true(value("9223372036854775808", AST_Int)->big);
  assert_text(value("0xffffffffffffffffff", AST_Int), "0xffffffffffffffffff");
}

static void test_strings(void **state) {
  (void)state;
  assert_text(value("'a\\n\\x41\\u00e9\\101\\\nz'", AST_Str),
              "a\nA\xc3\xa9" "Az");
  assert_text(value("r'\\n\\\\'", AST_Str), "\\n\\\\");
  assert_text(value("'a' \"b\" r'\\c'", AST_Str), "ab\\c");
  assert_text(value("'''a\r\nb'''", AST_Str), "a\nb");
  assert_text(value("'\\d'", AST_Str), "\\d");
  assert_text(value("'\\ud800'", AST_Str), "\xed\xa0\x80");
  assert_text(value("b'\\xff\\u'", AST_Bytes), "\xff\\u");
  assert_text(value("''", AST_Str), "");
  const Ast *ast = parse("x = u'a' R'b' '''c'''");
  assert_int_equal(ast_at(ast, first(ast, AST_Str))->op,
                   STR_UNICODE_PREFIX | STR_RAW | STR_TRIPLE |
                       STR_CONCATENATED);
}

/* A value without escapes is not copied. */
static void test_slices(void **state) {
  (void)state;
  const char *source = "x = 'abc'";
  const AstValue *v = value(source, AST_Str);
  assert_ptr_equal(v->text.ptr, source + 5);
}

static void test_names(void **state) {
  (void)state;
  const Ast *ast = parse("\xef\xac\x81 = 1"); /* the ligature fi: NFKC */
  Str name = name_text((NameId){ast_at(ast, first(ast, AST_Name))->a});
  assert_true(str_is(name, "fi"));
  ast = parse("import a . b.c");
  name = name_text((NameId){ast_at(ast, first(ast, AST_Alias))->a});
  assert_true(str_is(name, "a.b.c"));
}

static void test_records(void **state) {
  (void)state;
  const Ast *ast = parse("@d\nasync def f[T](a, /, *b, c=1) -> int:\n  x\n");
  NodeId id = first(ast, AST_FunctionDef);
  const AstFunction *fn = ast_function(ast, id);
  assert_int_equal(ast_at(ast, id)->op, 1);
  assert_int_equal(ast_at(ast, id)->start, 0);
  assert_int_equal(fn->name_start, 13);
  assert_int_equal(fn->colon_end, 40);
  assert_int_equal(ast_list(ast, fn->decorators).n, 1);
  assert_int_equal(ast_list(ast, fn->type_params).n, 1);
  NodeList params = ast_list(ast, fn->params);
  static const uint8_t kinds[] = {PARAM_POSITIONAL_ONLY, PARAM_VARIADIC,
                                  PARAM_KEYWORD_ONLY};
  assert_int_equal(params.n, 3);
  for (uint32_t i = 0; i < params.n; i++)
    assert_int_equal(ast_at(ast, ast_item(params, i))->op, kinds[i]);
  ast = parse("try: a\nexcept B as c: d\nelse: e\nfinally: g\n");
  const AstTry *t = ast_try(ast, first(ast, AST_Try));
  assert_true(t->body && t->handlers && t->orelse && t->final);
  id = first(ast, AST_ExceptHandler);
  assert_int_equal(ast_handler(ast, id)->name_start, 19);
}

static uint32_t children_seen;
static bool count_child(const Ast *ast, NodeId child, void *ctx) {
  (void)ast;
  (void)child;
  return ++children_seen < *(uint32_t *)ctx;
}

static void test_children(void **state) {
  (void)state;
  const Ast *ast = parse("f(a, b=1, *c)");
  uint32_t most = 100;
  children_seen = 0;
  ast_children(ast, first(ast, AST_Call), count_child, &most);
  assert_int_equal(children_seen, 4);
  most = children_seen = 0;
  ast_children(ast, first(ast, AST_Call), count_child, &most);
  assert_int_equal(children_seen, 1);
}

static const Ast *repeat(const char *head, const char *part, uint32_t n,
                         const char *tail) {
  static char text[1 << 20];
  size_t at = (size_t)snprintf(text, sizeof text, "%s", head);
  size_t len = strlen(part);
  for (uint32_t i = 0; i < n; i++, at += len) memcpy(text + at, part, len);
  snprintf(text + at, sizeof text - at, "%s", tail);
  return parse(text);
}

/* Chains that lean to the left have any length. */
static void test_chains(void **state) {
  (void)state;
  static const char *const parts[] = {" + a", ".a", "(a)", "[a]", " and a",
                                      " < a", " | a", ", a"};
  for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
    repeat("x = a", parts[i], 20000, "\n");
    assert_int_equal(f.diags.items.n, 0);
  }
  repeat("x: a[b]", " | c[d]", 20000, "\n");
  assert_int_equal(f.diags.items.n, 0);
  repeat("if a: b\n", "elif a: b\n", 20000, "");
  assert_int_equal(f.diags.items.n, 0);
  repeat("x", " = x", 20000, "\n");
  assert_int_equal(f.diags.items.n, 0);
}

/* Nesting has a bound, and one diagnostic behind it. */
static void test_nesting(void **state) {
  (void)state;
  static const char *const parts[] = {"(", "[", "{", "not ", "-", "a ** ",
                                      "lambda: ", "a if b else ", "f(",
                                      "f'{"};
  for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
    repeat("x = ", parts[i], 50000, "a\n");
    assert_int_equal(f.diags.items.n, 1);
  }
  repeat("x = ", "(", 100000, "\ny = 2\n");
  assert_int_equal(f.diags.items.n, 1);
  const Ast *ast = parse("x = ((((((((((a))))))))))\n");
  assert_int_equal(ast->node_count, 5);
}

/* Behind an error the rest is there. */
static void test_recovery(void **state) {
  (void)state;
  const Ast *ast = parse("def f(:\n  pass\nx = = 1\nclass C:\n  y = 1\n");
  assert_int_equal(f.diags.items.n, 2);
  const AstFunction *fn = ast_function(ast, first(ast, AST_FunctionDef));
  assert_true(str_is(name_text(fn->name), "f"));
  NodeId error = first(ast, AST_ErrorStmt);
  assert_true(str_is(ast_text(ast, error), "x = = 1"));
  assert_int_equal(ast_list(ast, ast_class(ast, first(ast, AST_ClassDef))->body)
                       .n, 1);
}

/* The same bytes give the same tree, whatever was parsed before. */
static void test_reuse(void **state) {
  (void)state;
  const char *source = "x = f'{a!r:>{b}}' + [c for d in e]\n";
  parse(source);
  char *before = strdup(fixture_dump(&f).ptr);
  repeat("x = ", "(", 1000, "\n");
  repeat("x = a", ".b", 5000, "\n");
  parse(source);
  assert_string_equal(before, fixture_dump(&f).ptr);
  free(before);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_empty),    cmocka_unit_test(test_ints),
      cmocka_unit_test(test_strings),  cmocka_unit_test(test_slices),
      cmocka_unit_test(test_names),    cmocka_unit_test(test_records),
      cmocka_unit_test(test_children), cmocka_unit_test(test_chains),
      cmocka_unit_test(test_nesting),  cmocka_unit_test(test_recovery),
      cmocka_unit_test(test_reuse)};
  return cmocka_run_group_tests(tests, setup, teardown);
}
