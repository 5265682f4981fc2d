/* Every case of syntax.txt: what is accepted, and each error with its span.
 *
 *     === 3.14              a case, for this target version (`stub`: a .pyi)
 *     source
 *     ---
 *     1:5-1:8 message       nothing when it is accepted
 *
 * Acceptance agrees with CPython of that version. UPDATE=1 in the environment
 * writes the file anew.
 */
#include "unit/parse/parse_test.h"


#define PATH "tests/unit/parse/syntax.txt"

typedef struct {
  Str head, source, want;
} Case;

static Str read_all(Arena *arena) {
  FILE *file = fopen(PATH, "rb");
  if (!file) fail_msg("cannot open %s", PATH);
  StrBuf buf;
  strbuf_init(&buf, arena);
  char part[4096];
  size_t n;
  while ((n = fread(part, 1, sizeof part, file)) > 0)
    strbuf_put(&buf, str_make(part, n));
  fclose(file);
  return strbuf_str(&buf);
}

/* Cuts the next case off *rest. */
static bool next_case(Str *rest, Case *out) {
  if (!str_starts(*rest, STR("=== "))) return false;
  uint32_t head = str_find_byte(*rest, '\n');
  uint32_t split = str_find(*rest, STR("\n---\n"), head);
  if (head == STR_NONE || split == STR_NONE) fail_msg("%s is malformed", PATH);
  uint32_t end = str_find(*rest, STR("\n=== "), split + 4);
  end = end == STR_NONE ? rest->len : end + 1;
  out->head = str_slice(*rest, 4, head);
  out->source = str_slice(*rest, head + 1, split + 1);
  out->want = str_slice(*rest, split + 5, end);
  *rest = str_from_byte(*rest, end);
  return true;
}

static void test_syntax(void **state) {
  (void)state;
  Fixture f;
  fixture_init(&f);
  Arena *arena = arena_create("cases");
  Str rest = read_all(arena);
  StrBuf updated;
  strbuf_init(&updated, arena);
  uint32_t failed = 0, count = 0;
  Case c;
  while (next_case(&rest, &c)) {
    bool stub = str_find(c.head, STR("stub"), 0) != STR_NONE;
    int minor = atoi(str_cstr(arena, str_from_byte(c.head, 2)));
    fixture_parse(&f, c.source, minor, stub);
    Str got = fixture_messages(&f);
    count++;
    assert_int_equal(f.result.has_errors, got.len > 0);
    strbuf_printf(&updated, "=== %" PRIstr "\n%" PRIstr "---\n%" PRIstr,
                  STR_ARG(c.head), STR_ARG(c.source), STR_ARG(got));
    if (str_eq(got, c.want)) continue;
    failed++;
    print_message("%" PRIstr "wanted:\n%" PRIstr "got:\n%" PRIstr "\n",
                  STR_ARG(c.source), STR_ARG(c.want), STR_ARG(got));
  }
  assert_true(count > 0 && rest.len == 0);
  if (failed && getenv("UPDATE")) {
    FILE *file = fopen(PATH, "wb");
    assert_non_null(file);
    fwrite(updated.ptr, 1, updated.len, file);
    fclose(file);
    failed = 0;
  }
  assert_int_equal(failed, 0);
  arena_destroy(arena);
  fixture_fini(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_syntax)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
