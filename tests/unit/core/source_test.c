/* source_test.c - encodings, bad bytes, line maps. */
#include "unit/base/cmocka_all.h"

#include "core/source.h"

static Arena *arena;

static SourceText decode(const char *bytes, size_t n) {
  SourceText out;
  source_decode(str_make(bytes, n), arena, &out);
  return out;
}
#define DECODE(lit) decode(lit, sizeof(lit) - 1)

static void check_text(SourceText s, const char *text) {
  assert_int_equal(s.status, SOURCE_OK);
  assert_true(str_is(s.text, text));
}

static void check_problem(SourceText s, SourceStatus status,
                          const char *problem) {
  assert_int_equal(s.status, status);
  assert_int_equal(s.text.len, 0);
  assert_string_equal(str_cstr(arena, s.problem), problem);
}

static void test_utf8(void **state) {
  (void)state;
  check_text(DECODE(""), "");
  check_text(DECODE("x = 'é'\n"), "x = 'é'\n");
  check_text(DECODE("\xEF\xBB\xBFx\n"), "x\n");
  check_text(DECODE("# coding: utf-8\nx\n"), "# coding: utf-8\nx\n");
  check_text(DECODE("# -*- coding: UTF_8 -*-\n"), "# -*- coding: UTF_8 -*-\n");
  check_problem(DECODE("a\nb\xFF"), SOURCE_BAD_ENCODING,
                "Cannot decode the file: byte 0xFF on line 2 is not valid "
                "UTF-8");
}

static void test_cookies(void **state) {
  (void)state;
  check_text(DECODE("# coding: latin-1\n'\xE9'"), "# coding: latin-1\n'é'");
  check_text(DECODE("#!/bin/py\n# vim: set fileencoding=iso-8859-15 :\n\xA4"),
             "#!/bin/py\n# vim: set fileencoding=iso-8859-15 :\n€");
  check_text(DECODE("\n#coding=cp1252\n\x80"), "\n#coding=cp1252\n€");
  /* Not in a comment, not on line three, not behind code on line one. */
  assert_int_equal(DECODE("coding: latin-1\n\xE9").status, SOURCE_BAD_ENCODING);
  assert_int_equal(DECODE("\n\n# coding: latin-1\n\xE9").status,
                   SOURCE_BAD_ENCODING);
  assert_int_equal(DECODE("x = 1\n# coding: latin-1\n\xE9").status,
                   SOURCE_BAD_ENCODING);
  check_problem(DECODE("# coding: ascii\n\xC3\xA9"), SOURCE_BAD_ENCODING,
                "Cannot decode the file: byte 0xC3 on line 2 is not valid "
                "ASCII, its declared encoding");
  check_problem(DECODE("# coding: klingon\n"), SOURCE_BAD_ENCODING,
                "Cannot decode the file: unknown encoding klingon");
  check_problem(DECODE("\xEF\xBB\xBF# coding: latin-1\n"), SOURCE_BAD_ENCODING,
                "Cannot decode the file: it declares the encoding latin-1 but "
                "starts with a UTF-8 byte order mark");
}

static void test_binary(void **state) {
  (void)state;
  check_problem(DECODE("a\n\0b"), SOURCE_BINARY,
                "Cannot read the file: NUL byte on line 2");
  check_problem(DECODE("\xFF\xFE\x61\0"), SOURCE_BAD_ENCODING,
                "Cannot decode the file: it is UTF-16, not UTF-8");
}

static void test_load(void **state) {
  (void)state;
  Fs *fs = fs_memory_create(arena);
  fs_memory_add(fs, STR("/a.py"), STR("x = 1\n"));
  SourceText out;
  source_load(fs, STR("/a.py"), arena, &out);
  check_text(out, "x = 1\n");
  source_load(fs, STR("/b.py"), arena, &out);
  assert_int_equal(out.status, SOURCE_UNREADABLE);
}

static void check_position(const char *text, uint32_t offset, uint32_t line,
                           uint32_t column) {
  Str s = str_from(text);
  LineMap map = line_map_build(s, arena);
  LineColumn at = line_map_position(&map, s, offset);
  assert_int_equal(at.line, line);
  assert_int_equal(at.column, column);
}

static void test_lines(void **state) {
  (void)state;
  check_position("", 0, 1, 1);
  check_position("ab\ncd", 1, 1, 2);
  check_position("ab\ncd", 2, 1, 3);
  check_position("ab\ncd", 3, 2, 1);
  check_position("ab\r\ncd", 4, 2, 1);
  check_position("ab\rcd", 3, 2, 1);
  check_position("é€x", 5, 1, 3); /* code points, not bytes */
  check_position("ab", 99, 1, 3); /* clamped */
  check_position("a\n\n\nb", 4, 4, 1);
  assert_int_equal(line_map_count(STR("")), 0);
  assert_int_equal(line_map_count(STR("a")), 1);
  assert_int_equal(line_map_count(STR("a\n")), 1);
  assert_int_equal(line_map_count(STR("a\nb")), 2);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_utf8),   cmocka_unit_test(test_cookies),
      cmocka_unit_test(test_binary), cmocka_unit_test(test_load),
      cmocka_unit_test(test_lines),
  };
  arena = arena_create("test");
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  arena_destroy(arena);
  return failed;
}
