/* toml_test.c - TOML documents -> values, and what is refused. */
#include "unit/base/cmocka_all.h"

#include "driver/toml.h"

static Arena *arena;

static TomlValue *parse(const char *text) {
  TomlValue *root;
  Err err;
  if (!toml_parse(str_from(text), arena, &root, &err)) fail_msg("%s", err.text);
  return root;
}

static const TomlValue *at(const TomlValue *root, const char *path) {
  Str rest = str_from(path), key;
  while (rest.ptr && str_split(&rest, '.', &key)) {
    root = toml_get(root, str_cstr(arena, key));
    assert_non_null(root);
  }
  return root;
}

static void check_string(const TomlValue *v, const char *want) {
  assert_int_equal(v->kind, TOML_STRING);
  assert_string_equal(str_cstr(arena, v->string), want);
}

static void test_values(void **state) {
  (void)state;
  TomlValue *root = parse("a = 'x\\y'\n"
                          "b = \"t\\tq\\\"u\\u00e9\"\n"
                          "c = 1_000\nd = 0x1F\ne = true\nf = 1.5\n"
                          "g = [1, 'two', # three\n 3]\n"
                          "h = { x = 1, y.z = 2 }\n"
                          "i = 2020-01-01\n"
                          "j = \"\"\"\none \\\n   two\"\"\"\n"
                          "k = '''\nraw\\n'''"); /* no line end */
  check_string(at(root, "a"), "x\\y");
  check_string(at(root, "b"), "t\tq\"u\xC3\xA9");
  assert_int_equal(at(root, "c")->integer, 1000);
  assert_int_equal(at(root, "d")->integer, 31);
  assert_true(at(root, "e")->boolean);
  assert_int_equal(at(root, "f")->kind, TOML_FLOAT);
  assert_int_equal(at(root, "g")->items.n, 3);
  check_string(at(root, "g")->items.v[1], "two");
  assert_int_equal(at(root, "h.y.z")->integer, 2);
  assert_int_equal(at(root, "i")->kind, TOML_DATE);
  check_string(at(root, "j"), "one two");
  check_string(at(root, "k"), "raw\\n");
}

static void test_tables(void **state) {
  (void)state;
  TomlValue *root = parse("top = 1\n[a.b]\nx = 1\n[a]\ny = 2\n"
                          "[[c]]\nn = 1\n[[c]]\nn = 2\n[c.d]\nm = 3\n"
                          "[\"q.r\"]\nz = 1\n");
  assert_int_equal(at(root, "a.b.x")->integer, 1);
  assert_int_equal(at(root, "a.y")->integer, 2);
  const TomlValue *c = at(root, "c");
  assert_int_equal(c->items.n, 2);
  assert_int_equal(at(c->items.v[1], "d.m")->integer, 3);
  assert_non_null(toml_get(root, "q.r"));
  assert_int_equal(at(root, "a.b")->line, 2);
}

static void check_bad(const char *text, const char *want) {
  TomlValue *root;
  Err err;
  assert_false(toml_parse(str_from(text), arena, &root, &err));
  assert_string_equal(err.text, want);
}

static void test_mistakes(void **state) {
  (void)state;
  check_bad("a = 1\na = 2\n", "line 2: key `a` is given twice");
  check_bad("[a]\nx = 1\n[a]\n", "line 3: key `a` is given twice");
  check_bad("a = 1\n[a.b]\n", "line 2: key `a` is given twice");
  check_bad("x = 1\ny = = 2\n", "line 2: not valid TOML");
  check_bad("x = \"\xFF\"\n", "line 1: not UTF-8");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_values),
      cmocka_unit_test(test_tables),
      cmocka_unit_test(test_mistakes),
  };
  arena = arena_create("test");
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  arena_destroy(arena);
  return failed;
}
