/* diag_test.c - rules, diagnostics, versions, levels. */
#include "unit/base/cmocka_all.h"

#include "core/options.h"

static Arena *arena;

static void test_rules(void **state) {
  (void)state;
  for (uint32_t i = 0; i < RULE_COUNT; i++) {
    const RuleInfo *info = &rule_info[i];
    assert_int_equal(rule_find(str_from(info->name)), i);
    assert_true(info->meaning[0] != 0);
    for (const char *c = info->name; *c; c++)
      assert_true((*c >= 'a' && *c <= 'z') || *c == '-');
  }
  assert_int_equal(rule_find(STR("no-such-rule")), RULE_COUNT);
}

static DiagList new_list(const uint8_t *levels) {
  return (DiagList){.arena = arena, .levels = levels};
}

static void test_off_is_not_built(void **state) {
  (void)state;
  FileOptions options;
  file_options_default(&options);
  options.levels[RULE_INVALID_ASSIGNMENT] = SEVERITY_IGNORE;
  DiagList list = new_list(options.levels);
  assert_false(diag_on(&list, RULE_INVALID_ASSIGNMENT));
  assert_false(diag_on(NULL, RULE_INVALID_SYNTAX));
  diag_add(&list, RULE_INVALID_ASSIGNMENT, (Span){0, 1}, "x");
  diag_add(NULL, RULE_INVALID_SYNTAX, (Span){0, 1}, "x");
  assert_int_equal(list.items.n, 0);
}

static void test_order(void **state) {
  (void)state;
  FileOptions options;
  file_options_default(&options);
  DiagList list = new_list(options.levels);
  diag_add(&list, RULE_UNRESOLVED_IMPORT, (Span){4, 6}, "b");
  diag_add(&list, RULE_INVALID_SYNTAX, (Span){4, 6}, "z\nz");
  diag_add(&list, RULE_UNRESOLVED_IMPORT, (Span){4, 6}, "a");
  diag_add(&list, RULE_UNRESOLVED_IMPORT, (Span){4, 5}, "c");
  diag_add(&list, RULE_UNRESOLVED_IMPORT, (Span){4, 6}, "b");
  diag_note(&list, (FileId){0}, &(Span){1, 2}, "note %d", 1);
  diag_note(&list, (FileId){0}, NULL, "note %d", 2);
  diag_sort(&list);
  static const char *const want[] = {"c", "z z", "a", "b"};
  assert_int_equal(list.items.n, ARRAY_LEN(want));
  for (uint32_t i = 0; i < list.items.n; i++)
    assert_true(str_is(list.items.v[i].message, want[i]));
}

static void test_notes(void **state) {
  (void)state;
  FileOptions options;
  file_options_default(&options);
  DiagList list = new_list(options.levels);
  diag_note(&list, (FileId){0}, NULL, "nothing to add to");
  diag_add(&list, RULE_INVALID_SYNTAX, (Span){0, 1}, "m");
  diag_note(&list, (FileId){7}, &(Span){1, 2}, "first");
  diag_note(&list, (FileId){0}, NULL, "second");
  const Diag *diag = &list.items.v[0];
  assert_int_equal(diag->note_count, 2);
  assert_true(diag->notes[0].has_span);
  assert_int_equal(diag->notes[0].file.v, 7);
  assert_false(diag->notes[1].has_span);
  assert_true(str_is(diag->notes[1].text, "second"));
}

static void test_versions(void **state) {
  (void)state;
  PythonVersion v;
  assert_true(python_version_parse(STR("3.8"), &v) && v.minor == 8);
  assert_true(python_version_parse(STR("3.15"), &v) && v.minor == 15);
  static const char *const bad[] = {"3.7", "3.16", "2.7",  "3",
                                    "",    "3.x",  "3.8.1"};
  for (uint32_t i = 0; i < ARRAY_LEN(bad); i++)
    assert_false(python_version_parse(str_from(bad[i]), &v));
}

static void test_levels(void **state) {
  (void)state;
  uint8_t levels[RULE_COUNT];
  FileOptions options;
  file_options_default(&options);
  memcpy(levels, options.levels, sizeof(levels));
  levels_set_all(levels, SEVERITY_IGNORE);
  assert_int_equal(levels[RULE_INVALID_ASSIGNMENT], SEVERITY_IGNORE);
  assert_int_equal(levels[RULE_REVEALED_TYPE], SEVERITY_INFORMATION);
  assert_int_equal(levels[RULE_INVALID_SYNTAX], SEVERITY_ERROR);
  Severity level;
  assert_true(severity_parse(STR("warn"), &level));
  assert_int_equal(level, SEVERITY_WARNING);
  assert_false(severity_parse(STR("warning"), &level));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_rules),    cmocka_unit_test(test_off_is_not_built),
      cmocka_unit_test(test_order),    cmocka_unit_test(test_notes),
      cmocka_unit_test(test_versions), cmocka_unit_test(test_levels),
  };
  arena = arena_create("test");
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  arena_destroy(arena);
  return failed;
}
