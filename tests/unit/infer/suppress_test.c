/* suppress_test.c - which comment takes away which finding. */
#include "unit/base/cmocka_all.h"

#include "core/names.h"
#include "infer/suppress.h"

static Arena *arena;
static Parser *parser;

/* The findings of `text` that are left, after putting an invalid-assignment on
 * the word BAD and an unresolved-reference on the word NAME; a line each. */
static const char *left(const char *text, bool respect) {
  FileOptions options;
  file_options_default(&options);
  options.levels[RULE_UNUSED_TYPE_IGNORE_COMMENT] = SEVERITY_WARNING;
  options.respect_type_ignore_comments = respect;
  DiagList list = {.arena = arena, .levels = options.levels};
  ParseResult parsed;
  ParseInput input = {.source = str_from(text),
                      .version = PYTHON_VERSION_DEFAULT};
  parse_module(parser, input, arena, &list, &parsed);
  static const struct {
    const char *word;
    Rule rule;
  } words[] = {{"BAD", RULE_INVALID_ASSIGNMENT},
               {"NAME", RULE_UNRESOLVED_REFERENCE},
               {"SHOW", RULE_REVEALED_TYPE}};
  for (uint32_t i = 0; i < ARRAY_LEN(words); i++) {
    Str word = str_from(words[i].word);
    for (uint32_t at = 0; (at = str_find(input.source, word, at)) != STR_NONE;
         at += word.len)
      diag_add(&list, words[i].rule, (Span){at, at + word.len}, "m");
  }
  uint32_t open = str_find(input.source, STR("("), 0);
  uint32_t close = str_find(input.source, STR(")"), 0);
  if (open != STR_NONE && close != STR_NONE) /* a finding over lines */
    diag_add(&list, RULE_INVALID_ARGUMENT_TYPE, (Span){open, close + 1}, "m");
  suppress_apply(&parsed, &options, &list);
  StrBuf out;
  strbuf_init(&out, arena);
  strbuf_puts(&out, "");
  for (uint32_t i = 0; i < list.items.n; i++) {
    const Diag *d = &list.items.v[i];
    LineColumn at =
        line_map_position(&parsed.lines, input.source, d->span.start);
    strbuf_printf(&out, "%u %s\n", at.line, rule_info[d->rule].name);
  }
  return out.len ? out.ptr : "";
}

static void check(const char *text, const char *want) {
  assert_string_equal(left(text, true), want);
}

static void test_blanket(void **state) {
  (void)state;
  check("x = BAD\n", "1 invalid-assignment\n");
  check("x = BAD  # type: ignore\n", "");
  check("x = BAD  # ty: ignore\n", "");
  check("x = BAD  # pyright: ignore\n", "");
  check("x = BAD  # pyrefly: ignore\n", "");
  check("x = BAD  # taipan: ignore\n", "");
  check("x = BAD  # prose # type: ignore\n", "");
  check("x = 1  # type: ignore\n", "1 unused-type-ignore-comment\n");
  check("x = 1  # pyright: ignore\n", "1 unused-type-ignore-comment\n");
  check("x = 1  # ty: ignore\n", "1 unused-ignore-comment\n");
  check("x = 1  # taipan: ignore\n", "1 unused-ignore-comment\n");
  check("x = BAD\n# type: ignore\n",
        "1 invalid-assignment\n2 unused-type-ignore-comment\n");
}

static void test_codes(void **state) {
  (void)state;
  check("x = BAD  # type: ignore[invalid-assignment]\n", "");
  check("x = BAD  # type: ignore[ty:invalid-assignment]\n", "");
  check("x = BAD  # type: ignore[unresolved-reference]\n",
        "1 invalid-assignment\n1 unused-type-ignore-comment\n");
  /* Another tool's code cannot be told from ours. */
  check("x = BAD  # type: ignore[assignment]\n", "");
  check("x = BAD  # pyright: ignore[reportGeneralTypeIssues]\n", "");
  check("x = 1  # type: ignore[assignment]\n", "1 unused-type-ignore-comment\n");
  check("x = BAD, NAME  # type: ignore[invalid-assignment]\n",
        "1 unresolved-reference\n");
  check("x = BAD  # type: ignore[invalid-assignment, unresolved-reference]\n",
        "1 unused-type-ignore-comment\n");
  check("x = BAD  # taipan: ignore[assignment]\n",
        "1 invalid-assignment\n1 invalid-ignore-comment\n");
}

static void test_whole_file(void **state) {
  (void)state;
  check("# type: ignore\nx = BAD\ny = NAME\n", "");
  check("# taipan: ignore[invalid-assignment]\nx = BAD\ny = NAME\n",
        "3 unresolved-reference\n");
  check("x = 1\n# mypy: ignore-errors\ny = BAD\n", "");
  check("'doc'\n# type: ignore\nx = BAD\n",
        "2 unused-type-ignore-comment\n3 invalid-assignment\n");
}

static void test_lines(void **state) {
  (void)state;
  check("x = (  # type: ignore\n 1,\n)\n", "");
  check("x = (\n 1,\n)  # type: ignore\n", "");
  check("x = (\n 1,  # type: ignore\n)\n",
        "1 invalid-argument-type\n2 unused-type-ignore-comment\n");
}

static void test_what_stays(void **state) {
  (void)state;
  check("x = SHOW  # type: ignore\n",
        "1 revealed-type\n1 unused-type-ignore-comment\n");
  /* Syntax errors stay, and nothing is called unused behind them. */
  check("x = = 1  # type: ignore\n", "1 invalid-syntax\n");
  check("x = 1  # type: ignore[unused-type-ignore-comment]\n", "");
  check("x = 1  # type: ignore[unused-ignore-comment]\n", "");
  check("x = 1  # type: ignore # taipan: ignore[unused-ignore-comment]\n", "");
}

static void test_switch(void **state) {
  (void)state;
  assert_string_equal(left("x = BAD  # type: ignore\n", false),
                      "1 invalid-assignment\n");
  assert_string_equal(left("x = BAD  # ty: ignore\n", false), "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_blanket),    cmocka_unit_test(test_codes),
      cmocka_unit_test(test_whole_file), cmocka_unit_test(test_lines),
      cmocka_unit_test(test_what_stays), cmocka_unit_test(test_switch),
  };
  names_init();
  arena = arena_create("test");
  parser = parser_create();
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  parser_destroy(parser);
  arena_destroy(arena);
  names_destroy();
  return failed;
}
