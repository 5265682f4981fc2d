/* glob_test.c - patterns with the rules of .gitignore. */
#include "unit/base/cmocka_all.h"

#include "driver/glob.h"

static Arena *arena;

static bool hits(const char *pattern, const char *path, bool is_dir) {
  Str one = str_from(pattern);
  GlobList list;
  Err err;
  if (!glob_compile((StrList){&one, 1}, false, arena, &list, &err))
    fail_msg("%s", err.text);
  return glob_match_tree(list, str_from(path), is_dir);
}

static void yes(const char *pattern, const char *path) {
  if (!hits(pattern, path, false)) fail_msg("%s misses %s", pattern, path);
}
static void no(const char *pattern, const char *path) {
  if (hits(pattern, path, false)) fail_msg("%s hits %s", pattern, path);
}

static void test_names(void **state) {
  (void)state;
  yes("build", "build");
  yes("build", "a/b/build");
  yes("build", "build/x.py"); /* below it */
  no("build", "rebuild");
  yes("*.pyc", "a/b.pyc");
  no("*.pyc", "a/b.py");
  yes("te?t.py", "a/test.py");
  no("te?t.py", "a/te/t.py");
  yes("[ab]*.py", "x/b1.py");
  no("[!ab]*.py", "x/b1.py");
  yes("\\#x", "#x");
}

static void test_anchors(void **state) {
  (void)state;
  yes("/build", "build");
  no("/build", "a/build");
  yes("a/b", "a/b");
  no("a/b", "x/a/b");
  yes("./a", "a");
  no("./a", "x/a");
  no("a/*", "b/c");
  yes("a/*", "a/c/d"); /* through its directory */
}

static void test_stars(void **state) {
  (void)state;
  yes("**/a", "a");
  yes("**/a", "x/y/a");
  yes("**/a/b", "x/a/b");
  yes("a/**", "a/b/c");
  no("a/**", "a");
  yes("a/**/b", "a/b");
  yes("a/**/b", "a/x/y/b");
  no("a/**/b", "a/x/y/c");
  yes("tests/**/*.py", "tests/unit/x/test_a.py");
  yes("src/*/gen", "src/a/gen/x.py");
  no("src/*/gen", "src/a/b/gen/x.py");
}

static void test_directories(void **state) {
  (void)state;
  assert_true(hits("x/", "a/x", true));
  assert_false(hits("x/", "a/x", false));
  yes("x/", "a/x/f.py");
}

static void test_ignore_file(void **state) {
  (void)state;
  GlobList list = glob_compile_lines(STR("# note\n\n*.log\r\n!keep.log\n"
                                         "/out/  \n\\!odd\n!/\n"),
                                     arena);
  assert_int_equal(glob_match(list, STR("a/x.log"), false), GLOB_MATCH);
  assert_int_equal(glob_match(list, STR("a/keep.log"), false), GLOB_NEGATED);
  assert_int_equal(glob_match(list, STR("out"), true), GLOB_MATCH);
  assert_int_equal(glob_match(list, STR("a/out"), true), GLOB_NO_MATCH);
  assert_int_equal(glob_match(list, STR("!odd"), false), GLOB_MATCH);
}

static void test_mistakes(void **state) {
  (void)state;
  GlobList list;
  Err err;
  Str bad[] = {STR(""), STR("/"), STR("a[b")};
  for (uint32_t i = 0; i < ARRAY_LEN(bad); i++)
    assert_false(
        glob_compile((StrList){&bad[i], 1}, false, arena, &list, &err));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_names),       cmocka_unit_test(test_anchors),
      cmocka_unit_test(test_stars),       cmocka_unit_test(test_directories),
      cmocka_unit_test(test_ignore_file), cmocka_unit_test(test_mistakes),
  };
  arena = arena_create("test");
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  arena_destroy(arena);
  return failed;
}
