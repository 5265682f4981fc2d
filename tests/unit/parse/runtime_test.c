/* The quick loop and the library's own make the same trees: of the statements of
 * syntax.txt, of each less one character, and of files made of them. */
#include "unit/parse/parse_test.h"

#include "parse/cst_memory.h"
#include "parse/language.h"

#include <stdio.h>

#define PATH "tests/unit/parse/syntax.txt"

typedef struct {
  CstMemory *quick_memory, *slow_memory;
  uint32_t quick, all; /* texts that the quick loop could parse, and all */
} Loops;

static TSParser *new_parser(CstMemory *memory) {
  cst_memory_enter(memory);
  TSParser *parser = ts_parser_new();
  assert_true(ts_parser_set_language(parser, language_python()->ts));
  return parser;
}

static void assert_same(Subtree a, Subtree b, const char *text) {
  if (ts_subtree_symbol(a) != ts_subtree_symbol(b) ||
      ts_subtree_padding(a).bytes != ts_subtree_padding(b).bytes ||
      ts_subtree_size(a).bytes != ts_subtree_size(b).bytes ||
      ts_subtree_extra(a) != ts_subtree_extra(b) ||
      ts_subtree_visible(a) != ts_subtree_visible(b) ||
      ts_subtree_child_count(a) != ts_subtree_child_count(b))
    fail_msg("other trees of:\n%s", text);
  uint32_t n = ts_subtree_child_count(a);
  if (n && a.ptr->production_id != b.ptr->production_id)
    fail_msg("other productions in:\n%s", text);
  for (uint32_t i = 0; i < n; i++)
    assert_same(ts_subtree_children(a)[i], ts_subtree_children(b)[i], text);
}

static void compare(Loops *l, const char *text, uint32_t length) {
  char *padded = mem_zalloc((size_t)length + RUNTIME_TAIL);
  memcpy(padded, text, length);
  Subtree quick = runtime_parse_sound(new_parser(l->quick_memory),
                                      language_python()->quick, padded, length);
  l->all++;
  if (quick.ptr) {
    l->quick++;
    Subtree slow = runtime_parse(new_parser(l->slow_memory), padded, length);
    assert_int_equal(ts_subtree_error_cost(slow), 0);
    assert_same(quick, slow, padded);
    cst_memory_leave(l->slow_memory);
    cst_memory_enter(l->quick_memory); /* it was not left */
  }
  cst_memory_leave(l->quick_memory);
  mem_free(padded);
}

static void compare_case(Loops *l, Str text, StrBuf *file) {
  static const char *const frames[] = {
      "%.*s", "if x:\n\tfor y in z:\n\t\t%.*s\nelse: pass\n",
      "class A:\n  def f(self):\n    %.*s\n\n  # end\n  g = [\n1,\n 2]\n"};
  char buf[2048];
  for (uint32_t i = 0; i < ARRAY_LEN(frames); i++) {
    int n = snprintf(buf, sizeof buf, frames[i], (int)text.len, text.ptr);
    if (n > 0 && (size_t)n < sizeof buf) compare(l, buf, (uint32_t)n);
  }
  for (uint32_t i = 0; i < text.len && text.len < 80; i++) {
    memcpy(buf, text.ptr, i);
    memcpy(buf + i, text.ptr + i + 1, text.len - i - 1);
    compare(l, buf, text.len - 1);
  }
  if (file->len > 4000) {
    compare(l, strbuf_str(file).ptr, strbuf_str(file).len);
    file->len = 0;
  }
  strbuf_put(file, text);
  strbuf_putc(file, '\n');
}

static void test_same_trees(void **state) {
  (void)state;
  char source[1 << 18];
  FILE *f = fopen(PATH, "rb");
  assert_non_null(f);
  Str rest = {source, (uint32_t)fread(source, 1, sizeof source, f)};
  fclose(f);
  Loops l = {cst_memory_create(), cst_memory_create(), 0, 0};
  Arena *arena = arena_create("test");
  StrBuf file;
  strbuf_init(&file, arena);
  uint32_t from = 0;
  while ((from = str_find(rest, STR("=== "), 0)) != STR_NONE) {
    Str line;
    rest = str_from_byte(rest, from);
    str_split(&rest, '\n', &line);
    uint32_t end = str_find(rest, STR("\n---"), 0);
    if (end == STR_NONE) break;
    compare_case(&l, str_slice(rest, 0, end), &file);
    rest = str_from_byte(rest, end);
  }
  assert_true(l.quick > 2000);
  assert_true(l.quick < l.all);
  arena_destroy(arena);
  cst_memory_destroy(l.quick_memory);
  cst_memory_destroy(l.slow_memory);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_same_trees)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
