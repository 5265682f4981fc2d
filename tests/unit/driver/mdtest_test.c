/* mdtest_test.c - the format of literate tests, rule by rule. */
#include "unit/base/cmocka_all.h"

#include "driver/mdtest.h"

static Arena *arena;

static bool parse(const char *text, MdSuite *suite, const char **errors) {
  StrBuf out;
  strbuf_init(&out, arena);
  bool ok = mdtest_parse(str_from(text), STR("t.md"), arena, suite, &out);
  *errors = out.ptr ? out.ptr : "";
  return ok;
}

static MdSuite good(const char *text) {
  MdSuite suite;
  const char *errors;
  if (!parse(text, &suite, &errors)) fail_msg("%s", errors);
  return suite;
}

static void bad(const char *text, const char *want) {
  MdSuite suite;
  const char *errors;
  assert_false(parse(text, &suite, &errors));
  assert_string_equal(errors, want);
}

static void check_str(Str s, const char *want) {
  assert_string_equal(str_cstr(arena, s), want);
}

static void test_sections(void **state) {
  (void)state;
  MdSuite s = good("```py\nroot\n```\n\n# A\n\n## B\n\nprose\n\n```py\nx\n```\n"
                   "\n## C\n\n```pyi\ny\n\n```\n\n#no heading\n\n# D\n\n"
                   "`p.txt`: names it\n\n```text\nz\n```\n");
  assert_int_equal(s.tests.n, 4);
  check_str(s.tests.v[0].name, "t.md");
  check_str(s.tests.v[1].name, "A - B");
  check_str(s.tests.v[2].name, "A - C");
  check_str(s.tests.v[3].name, "D");
  check_str(s.tests.v[1].files.v[0].path, "mdtest_snippet.py");
  check_str(s.tests.v[2].files.v[0].path, "mdtest_snippet.pyi");
  check_str(s.tests.v[2].files.v[0].text, "y\n");
  check_str(s.tests.v[3].files.v[0].path, "p.txt");
}

static void test_blocks(void **state) {
  (void)state;
  MdSuite s = good("# A\n\n```py\na\nb\n```\n\ntext\n\n```python\nc\n```\n\n"
                   "```pycon\n>>> 1\n```\n\n```ignore\nx\n```\n\n"
                   "```py {data-mdtest=\"ignore\"}\nx\n```\n");
  assert_int_equal(s.tests.n, 1);
  const MdTest *t = &s.tests.v[0];
  assert_int_equal(t->files.n, 1);
  check_str(t->files.v[0].text, "a\nb\nc");
  assert_int_equal(mdtest_line(&t->files.v[0], 1), 4);
  assert_int_equal(mdtest_line(&t->files.v[0], 2), 5);
  assert_int_equal(mdtest_line(&t->files.v[0], 3), 11);
  bad("```py\nx\n", "t.md:1: unterminated code block\n");
  bad("text\n```py\nx\n```\n",
      "t.md:2: a code block must follow a blank line\n");
  bad("```rust\nx\n```\n",
      "t.md:1: a code block of language `rust` needs a path\n");
  bad("`a.py`:\n\n```py\n```\n\n`a.py`:\n\n```py\n```\n",
      "t.md:8: `a.py` is given twice\n");
  bad("`a.py`:\n\n```py\n```\n\n```py\n```\n\n```py\n```\n",
      "t.md:9: unnamed blocks are only joined in a section without other "
      "files\n");
}

static void test_paths(void **state) {
  (void)state;
  /* Prose between cancels a path. */
  MdSuite s = good("`a.py`:\n\nprose\n\n```py\nx\n```\n");
  check_str(s.tests.v[0].files.v[0].path, "mdtest_snippet.py");
  /* A path may stand right above its block. */
  s = good("`a.py`:\n```py\nx\n```\n");
  check_str(s.tests.v[0].files.v[0].path, "a.py");
}

static void test_configuration(void **state) {
  (void)state;
  MdSuite s = good("```toml\n[environment]\npython-version = \"3.9\"\n```\n\n"
                   "# A\n\n```py\nx\n```\n\n## B\n\n```toml\n[rules]\n"
                   "deprecated = \"ignore\"\n```\n\n```py\nx\n```\n");
  check_str(s.tests.v[0].settings.python_version, "3.9");
  assert_null(s.tests.v[1].settings.python_version.ptr);
  assert_int_equal(s.tests.v[1].settings.rules.n, 1);
  bad("```toml\nx = 1\n```\n\n```py\n```\n", "t.md:2: x: unknown key\n");
  bad("```toml\n```\n\n```toml\n```\n",
      "t.md:4: a second configuration block in this section\n");
}

static void test_directives(void **state) {
  (void)state;
  MdSuite s = good("<!-- snapshot-diagnostics -->\n\n<!-- pull-types:skip -->\n"
                   "\n# A\n\n<!-- expect-panic: boom -->\n\n```py\nx\n```\n");
  assert_non_null(s.tests.v[0].skip);
  bad("<!-- what\nis this -->\n",
      "t.md:1: unknown directive `what\nis this`\n");
}

/* What the one test of the text says of findings, a line each. */
static const char *snapshot(const char *text, const Finding *v, uint32_t n) {
  MdSuite s = good(text);
  MdFailures failures = {0};
  mdtest_match(&s.tests.v[0].files.v[0], v, n, arena, &failures);
  StrBuf out;
  strbuf_init(&out, arena);
  for (uint32_t i = 0; i < failures.n; i++)
    strbuf_printf(&out, "%u %" PRIstr "\n", failures.v[i].line,
                  STR_ARG(failures.v[i].text));
  return out.len ? out.ptr : "";
}

static void test_snapshots(void **state) {
  (void)state;
  Finding f[] = {{.path = STR("a.py"),
                  .place = {1, 1, 1, 2},
                  .severity = SEVERITY_ERROR,
                  .rule = RULE_INVALID_SYNTAX,
                  .message = STR("one"),
                  .excerpt = STR("x\n"),
                  .excerpt_line = 1},
                 {.path = STR("a.py"),
                  .place = {2, 3, 2, 4},
                  .severity = SEVERITY_WARNING,
                  .rule = RULE_DEPRECATED,
                  .message = STR("two"),
                  .excerpt = STR_EMPTY}};
#define ONE \
  "error[invalid-syntax]: one\n  --> a.py:1:1\n   |\n 1 | x\n   | ^\n   |\n"
#define TWO "warning[deprecated]: two\n  --> a.py:2:3\n"
  /* Those that are asserted so; blanks at the ends do not count. */
  assert_string_equal(
      snapshot("```py\nx  # snapshot\ny  # error: \"two\"\n```\n\nprose\n\n"
               "```snapshot\n" ONE "  \n\n```\n",
               f, 2),
      "");
  assert_string_equal(
      snapshot(
          "```py\nx  # snapshot: invalid-syntax\ny  # snapshot: 3 [deprecated] "
          "\"two\"\n```\n\n```snapshot\n" ONE "\n" TWO "```\n",
          f, 2),
      "");
  /* Without such assertions, all of the block. */
  assert_string_equal(
      snapshot("```py\nx  # error: \"one\"\ny  # error: \"two\"\n```\n\n"
               "```snapshot\n" ONE "\n" TWO "```\n",
               f, 2),
      "");
  assert_string_equal(
      snapshot("```py\nx  # error: \"one\"\ny  # error: \"two\"\n```\n\n"
               "```snapshot\n" ONE "```\n",
               f, 2),
      "14 snapshot differs: expected \"\", found \"warning[deprecated]: "
      "two\"\n");
  /* A comment without a block, a block without code, two of them. */
  assert_string_equal(snapshot("```py\nx  # snapshot\n```\n", f, 1),
                      "2 no snapshot block follows the code\n");
  assert_string_equal(snapshot("```py\nx  # snapshot of prose\n```\n", f, 0),
                      "");
  bad("```snapshot\n```\n", "t.md:1: a snapshot must follow a code block\n");
  bad("```py\n```\n\n# A\n\n```snapshot\n```\n",
      "t.md:6: a snapshot must follow a code block\n");
  bad("```py\n```\n\n```snapshot\n```\n\n```snapshot\n```\n",
      "t.md:7: a second snapshot of the same code block\n");
  /* Each part of a joined file has its own. */
  assert_string_equal(
      snapshot(
          "```py\nx  # error: \"one\"\n```\n\n```py\ny  # snapshot\n```\n\n"
          "```snapshot\n" TWO "```\n",
          f, 2),
      "");
#undef ONE
#undef TWO
}

/* ---- assertions ---------------------------------------------------------- */

static Finding finding(uint32_t line, uint32_t column, Rule rule,
                       const char *message) {
  return (Finding){.place = {line, column, line, column + 1},
                   .rule = (uint8_t)rule,
                   .message = str_from(message)};
}

/* What matching `text` against findings says, a line each. */
static const char *match(const char *text, const Finding *v, uint32_t n) {
  MdFile file = {.text = str_from(text)};
  vec_push(&file.segments, arena, (MdSegment){1, 1});
  MdFailures failures = {0};
  mdtest_match(&file, v, n, arena, &failures);
  StrBuf out;
  strbuf_init(&out, arena);
  strbuf_puts(&out, "");
  for (uint32_t i = 0; i < failures.n; i++)
    strbuf_printf(&out, "%u %" PRIstr "\n", failures.v[i].line,
                  STR_ARG(failures.v[i].text));
  return out.len ? out.ptr : "";
}

static void test_matching(void **state) {
  (void)state;
  Finding reveal = finding(1, 1, RULE_REVEALED_TYPE, "Revealed type: `int`");
  assert_string_equal(match("f(x)  # revealed: int", &reveal, 1), "");
  assert_string_equal(match("f(x)", &reveal, 1),
                      "1 unexpected error: 1 [revealed-type] \"Revealed type: "
                      "`int`\"\n");
  Finding undefined[] = {finding(1, 1, RULE_UNDEFINED_REVEAL, "no import"),
                         reveal};
  assert_string_equal(match("f(x)  # revealed: int", undefined, 2), "");
  assert_string_equal(
      match("# error: [undefined-reveal]\nf(x)  # revealed: int", undefined, 0),
      "1 unmatched assertion: error: [undefined-reveal]\n"
      "2 unmatched assertion: revealed: int\n");
  assert_string_equal(match("f(x)  # revealed: str", undefined, 1),
                      "1 unmatched assertion: revealed: str\n");
  assert_string_equal(match("f(x)  # revealed: str", &reveal, 1),
                      "1 unmatched assertion: revealed: str\n"
                      "1 unexpected error: 1 [revealed-type] \"Revealed type: "
                      "`int`\"\n");
  Finding e = finding(1, 5, RULE_INVALID_ASSIGNMENT, "is not \"ok\" here");
  static const char *const right[] = {
      "x  # error: [invalid-assignment]", "x  # error: 5 [invalid-assignment]",
      "x  # error: \"ok\"", "x  # error: \"not \"ok\" here\"",
      "x  # error: 5 [invalid-assignment] \"here\"  # and more"};
  for (uint32_t i = 0; i < ARRAY_LEN(right); i++)
    assert_string_equal(match(right[i], &e, 1), "");
  static const char *const wrong[] = {"x  # error: 4 [invalid-assignment]",
                                      "x  # error: [invalid-syntax]",
                                      "x  # error: \"OK\"",
                                      "x  # error:",
                                      "x  # error: [a] b",
                                      "x  # Error: x",
                                      "x = '# error: \"here\"'",
                                      "# error: [invalid-assignment]\nx"};
  for (uint32_t i = 0; i < ARRAY_LEN(wrong); i++)
    assert_string_not_equal(match(wrong[i], &e, 1), "");
}

static void test_stacks(void **state) {
  (void)state;
  Finding two[] = {finding(3, 1, RULE_INVALID_SYNTAX, "one thing"),
                   finding(3, 2, RULE_INVALID_SYNTAX, "another thing")};
  assert_string_equal(
      match("# error: \"one\"\n# error: \"another\"\nx", two, 2), "");
  /* The order of vague and exact assertions makes no difference. */
  assert_string_equal(
      match("# error: [invalid-syntax]\n# error: \"one\"\nx", two, 2), "");
  assert_string_equal(
      match("\n# error: \"one\"\nx  # error: \"another\"", two, 2), "");
  /* Prose and blank lines break a stack. */
  assert_string_equal(
      match("# error: \"one\"\n# prose\nx  # error: \"a\"\n", two + 1, 1),
      "1 unmatched assertion: error: \"one\"\n");
}

static void test_lexer(void **state) {
  (void)state;
  Finding e = finding(2, 1, RULE_INVALID_SYNTAX, "m");
  static const char *const texts[] = {
      "s = '''\n# error: \"m\"\n'''", /* in a string */
      "s = f'{x:#\n}'  # y",          /* a format specification */
      "s = \"\\\"\n# prose",          /* an escaped quote */
  };
  for (uint32_t i = 0; i < ARRAY_LEN(texts); i++)
    assert_string_not_equal(match(texts[i], &e, 1), "");
  static const char *const found[] = {
      "s = f'{d['k']}' '#'\nx  # error: \"m\"",
      "s = f\"{x:{w}#}\"\nx  # error: \"m\"",
      "s = rb'\\'\nx  # error: \"m\"",
      "s = 'open\nx  # error: \"m\"",
      "s = '''a''' + f'{{#'\nx  # error: \"m\"",
  };
  for (uint32_t i = 0; i < ARRAY_LEN(found); i++)
    assert_string_equal(match(found[i], &e, 1), "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sections),   cmocka_unit_test(test_blocks),
      cmocka_unit_test(test_paths),      cmocka_unit_test(test_configuration),
      cmocka_unit_test(test_directives), cmocka_unit_test(test_snapshots),
      cmocka_unit_test(test_matching),   cmocka_unit_test(test_stacks),
      cmocka_unit_test(test_lexer),
  };
  arena = arena_create("test");
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  arena_destroy(arena);
  return failed;
}
