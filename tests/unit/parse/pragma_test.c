/* Suppression comments: where they stand and what they hold. */
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

static const Pragma *only(const char *source) {
  fixture_parse(&f, str_from(source), 14, false);
  assert_int_equal(f.result.pragma_count, 1);
  return &f.result.pragmas[0];
}

static void none(const char *source) {
  fixture_parse(&f, str_from(source), 14, false);
  assert_int_equal(f.result.pragma_count, 0);
}

static void assert_codes(const Pragma *p, const char *codes) {
  assert_true(str_is(p->codes, codes));
}

static void test_kinds(void **state) {
  (void)state;
  static const struct {
    const char *text;
    PragmaKind kind;
  } cases[] = {
      {"x = 1  # type: ignore\n", PRAGMA_TYPE_IGNORE},
      {"x = 1  #type:ignore\n", PRAGMA_TYPE_IGNORE},
      {"x = 1  # taipan: ignore\n", PRAGMA_TAIPAN_IGNORE},
      {"x = 1  # ty: ignore\n", PRAGMA_TY_IGNORE},
      {"x = 1  # pyright: ignore\n", PRAGMA_PYRIGHT_IGNORE},
      {"x = 1  # pyrefly: ignore\n", PRAGMA_PYREFLY_IGNORE},
      {"# mypy: ignore-errors\nx = 1\n", PRAGMA_MYPY_IGNORE_ERRORS},
      {"x = []  # type: list[int]\n", PRAGMA_TYPE_COMMENT},
  };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++)
    assert_int_equal(only(cases[i].text)->kind, cases[i].kind);
}

static void test_codes(void **state) {
  (void)state;
  const Pragma *p = only("x = 1  # type: ignore[arg-type, misc] # why\n");
  assert_true(p->has_codes);
  assert_false(p->malformed);
  assert_codes(p, "arg-type, misc");
  assert_int_equal(p->span.start, 7);
  assert_int_equal(p->span.end, 37);
  p = only("x = 1  # ty: ignore[a\n");
  assert_true(p->malformed);
  p = only("x = 1  # type: ignore []\n");
  assert_true(p->has_codes);
  assert_codes(p, "");
  p = only("x = []  # type: list[int]  # noqa\n");
  assert_codes(p, "list[int]");
}

static void test_lines(void **state) {
  (void)state;
  const Pragma *p = only("x = (1,\n  2,  # type: ignore\n  3)\n");
  assert_int_equal(p->line, 2);
  assert_false(p->whole_file);
  p = only("\n# type: ignore\n\"doc\"\nx = 1\n");
  assert_int_equal(p->line, 2);
  assert_true(p->whole_file);
  p = only("import a\n# type: ignore\nx = 1\n");
  assert_false(p->whole_file);
  p = only("x = 1  # type: ignore");
  assert_int_equal(p->line, 1);
}

static void test_several(void **state) {
  (void)state;
  fixture_parse(&f, STR("x = 1  # noqa: E501 # type: ignore[a] # ty: "
                        "ignore[b]\ny = 2  # pyright: ignore\n"),
                14, false);
  assert_int_equal(f.result.pragma_count, 3);
  assert_codes(&f.result.pragmas[0], "a");
  assert_codes(&f.result.pragmas[1], "b");
  assert_int_equal(f.result.pragmas[2].line, 2);
}

static void test_not_pragmas(void **state) {
  (void)state;
  none("x = '# type: ignore'\n");
  none("x = 1  # type ignore\n");
  none("x = 1  # pyright: basic\n");
  none("x = 1  # types: ignore\n");
  none("x = 1  # ty: ignored\n");
  none("'''\n# type: ignore\n'''\n");
  none("x = f'{y}# type: ignore'\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_kinds), cmocka_unit_test(test_codes),
      cmocka_unit_test(test_lines), cmocka_unit_test(test_several),
      cmocka_unit_test(test_not_pragmas)};
  return cmocka_run_group_tests(tests, setup, teardown);
}
