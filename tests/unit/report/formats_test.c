/* formats_test.c - every format on findings with awkward characters. */
#include "unit/base/cmocka_all.h"

#include "report/explain.h"
#include "report/fingerprint.h"
#include "report/format.h"
#include "report/json_util.h"

#include <stdlib.h>

static Arena *arena;

/* What a format writes. */
static char *render(Format format, const Finding *v, uint32_t n) {
  char *text;
  size_t size;
  FILE *file = open_memstream(&text, &size);
  FindingList list = {.v = v, .n = n};
  list.summary.files = 1;
  for (uint32_t i = 0; i < n; i++) {
    list.summary.errors += v[i].severity == SEVERITY_ERROR;
    list.summary.warnings += v[i].severity == SEVERITY_WARNING;
  }
  ReportSink sink = {.file = file};
  report_write(format, &list, &sink);
  fclose(file);
  char *copy = arena_strndup(arena, text, size);
  free(text); /* open_memstream's own */
  return copy;
}

static Finding finding(const char *path, const char *message) {
  return (Finding){.path = str_from(path),
                   .place = {2, 5, 2, 8},
                   .severity = SEVERITY_ERROR,
                   .rule = RULE_INVALID_ASSIGNMENT,
                   .message = str_from(message),
                   .excerpt = STR("a = 1\nx = é\ty & z\nlast\n"),
                   .excerpt_line = 1};
}

static void check_has(const char *text, const char *part) {
  if (!strstr(text, part)) fail_msg("`%s` is not in:\n%s", part, text);
}

static void test_concise(void **state) {
  (void)state;
  Finding f = finding("a.py", "no");
  assert_string_equal(render(FORMAT_CONCISE, &f, 1),
                      "a.py:2:5: error[invalid-assignment] no\n"
                      "1 error in 1 file\n");
  assert_string_equal(render(FORMAT_CONCISE, NULL, 0),
                      "All checks passed: 1 file\n");
}

static void test_full(void **state) {
  (void)state;
  Finding f = finding("a.py", "no");
  FindingNote note = {.has_place = true,
                      .path = STR("b.py"),
                      .place = {7, 1, 7, 2},
                      .text = STR("see")};
  f.notes = &note;
  f.note_count = 1;
  assert_string_equal(render(FORMAT_FULL, &f, 1),
                      "error[invalid-assignment]: no\n"
                      "  --> a.py:2:5\n"
                      "   |\n"
                      " 1 | a = 1\n"
                      " 2 | x = é    y & z\n"
                      "   |     ^^^^^^\n"
                      " 3 | last\n"
                      "   |\n"
                      "note: see\n"
                      "  --> b.py:7:1\n"
                      "\n"
                      "1 error in 1 file\n");
}

/* Parses as JSON, and gives it back. */
static cJSON *parse(const char *text) {
  cJSON *value = cJSON_Parse(text);
  assert_non_null(value);
  return value;
}

static void test_json(void **state) {
  (void)state;
  Finding f = finding("d/a\"b.py", "say \"no\"\x01 \xFF");
  cJSON *root = parse(render(FORMAT_JSON, &f, 1));
  cJSON *d = cJSON_GetArrayItem(cJSON_GetObjectItem(root, "diagnostics"), 0);
  assert_string_equal(cJSON_GetObjectItem(d, "path")->valuestring, "d/a\"b.py");
  assert_string_equal(cJSON_GetObjectItem(d, "message")->valuestring,
                      "say \"no\"\x01 \xEF\xBF\xBD");
  assert_int_equal(cJSON_GetObjectItem(d, "end_column")->valueint, 8);
  cJSON_Delete(root);
  cJSON_Delete(parse(render(FORMAT_JSON, NULL, 0)));
}

static void test_sarif_and_gitlab(void **state) {
  (void)state;
  Finding two[] = {finding("a b.py", "no"), finding("a b.py", "no")};
  char *sarif = render(FORMAT_SARIF, two, 2);
  check_has(sarif, "\"uri\":\"a%20b.py\"");
  check_has(sarif, "\"ruleIndex\":0");
  cJSON_Delete(parse(sarif));
  cJSON_Delete(parse(render(FORMAT_SARIF, NULL, 0)));
  cJSON *issues = parse(render(FORMAT_GITLAB, two, 2));
  const char *prints[2];
  for (int i = 0; i < 2; i++)
    prints[i] =
        cJSON_GetObjectItem(cJSON_GetArrayItem(issues, i), "fingerprint")
            ->valuestring;
  assert_string_not_equal(prints[0], prints[1]);
  cJSON_Delete(issues);
  cJSON_Delete(parse(render(FORMAT_GITLAB, NULL, 0)));
}

static void test_github_and_junit(void **state) {
  (void)state;
  Finding f = finding("a,b:c.py", "100% <no> & \"yes\"");
  check_has(render(FORMAT_GITHUB, &f, 1),
            "::error title=taipan (invalid-assignment),file=a%2Cb%3Ac.py,"
            "line=2,endLine=2,col=5,endColumn=8::a,b:c.py:2:5: "
            "error[invalid-assignment] 100%25 <no> & \"yes\"\n");
  check_has(render(FORMAT_JUNIT, &f, 1),
            "message=\"100% &lt;no&gt; &amp; &quot;yes&quot;\"");
  check_has(render(FORMAT_JUNIT, NULL, 0), "tests=\"1\" failures=\"0\"");
}

static void test_fingerprints_survive_moves(void **state) {
  (void)state;
  Finding a = finding("a.py", "no"), b = a;
  b.place.line = 7;
  b.excerpt = STR("x   = é\ty & z\n");
  b.excerpt_line = 7;
  char first[33], second[33];
  Fingerprints prints;
  fingerprints_init(&prints, arena);
  fingerprint_next(&prints, &a, first);
  fingerprints_init(&prints, arena);
  fingerprint_next(&prints, &b, second);
  assert_string_equal(first, second);
  b.message = STR("other");
  fingerprint_next(&prints, &b, second);
  assert_string_not_equal(first, second);
}

static void test_names(void **state) {
  (void)state;
  assert_int_equal(report_format_find(STR("gitlab")), FORMAT_GITLAB);
  assert_int_equal(report_format_find(STR("html")), FORMAT_COUNT);
  Str rest = str_from(report_format_names()), name;
  uint32_t n = 0;
  while (rest.ptr && str_split(&rest, ',', &name))
    assert_int_equal(report_format_find(str_trim(name)), n++);
  assert_int_equal(n, FORMAT_COUNT);
}

static void test_explain(void **state) {
  (void)state;
  char *text;
  size_t size;
  FILE *file = open_memstream(&text, &size);
  explain_all(file, true);
  fclose(file);
  cJSON *root = parse(text);
  assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(root, "rules")),
                   RULE_COUNT);
  cJSON_Delete(root);
  free(text); /* open_memstream's own */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_concise),
      cmocka_unit_test(test_full),
      cmocka_unit_test(test_json),
      cmocka_unit_test(test_sarif_and_gitlab),
      cmocka_unit_test(test_github_and_junit),
      cmocka_unit_test(test_fingerprints_survive_moves),
      cmocka_unit_test(test_names),
      cmocka_unit_test(test_explain),
  };
  arena = arena_create("test");
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  arena_destroy(arena);
  return failed;
}
