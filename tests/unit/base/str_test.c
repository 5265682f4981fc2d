#include "base/str.h"
#include "unit/base/cmocka_all.h"

static Arena *a;

#define assert_str(s, lit) assert_true(str_is((s), (lit)))

static void comparing(void **state) {
  assert_true(str_eq(STR("abc"), str_from("abc")));
  assert_false(str_eq(STR("abc"), STR("abd")));
  assert_true(str_eq((Str){NULL, 0}, STR("")));
  assert_true(str_cmp(STR("a"), STR("b")) < 0);
  assert_true(str_cmp(STR("ab"), STR("a")) > 0);
  assert_true(str_cmp(STR("\x80"), STR("a")) > 0); /* bytes are unsigned */
  assert_int_equal(str_cmp(STR("xy"), STR("xy")), 0);
  assert_true(str_starts(STR("foobar"), STR("foo")));
  assert_true(str_ends(STR("foobar"), STR("bar")));
  assert_false(str_starts(STR("fo"), STR("foo")));
  assert_true(str_ends(STR("x"), STR("")));
}

static void finding(void **state) {
  assert_int_equal(str_find_byte(STR("a.b.c"), '.'), 1);
  assert_int_equal(str_rfind_byte(STR("a.b.c"), '.'), 3);
  assert_int_equal(str_find_byte(STR("abc"), 'x'), STR_NONE);
  assert_int_equal(str_find_byte((Str){NULL, 0}, 'x'), STR_NONE);
  assert_int_equal(str_find(STR("ababc"), STR("abc"), 0), 2);
  assert_int_equal(str_find(STR("ababc"), STR("ab"), 1), 2);
  assert_int_equal(str_find(STR("ab"), STR(""), 2), 2);
  assert_int_equal(str_find(STR("ab"), STR("a"), 3), STR_NONE);
}

static void cutting(void **state) {
  assert_str(str_slice(STR("hello"), 1, 3), "el");
  assert_str(str_slice(STR("hello"), 3, 99), "lo");
  assert_str(str_slice(STR("hello"), 9, 2), "");
  assert_str(str_trim(STR(" \t x y\r\n")), "x y");
  assert_str(str_trim(STR("  ")), "");
  Str rest = STR("a,,b"), p;
  assert_true(str_split(&rest, ',', &p));
  assert_str(p, "a");
  assert_true(str_split(&rest, ',', &p));
  assert_str(p, "");
  assert_true(str_split(&rest, ',', &p));
  assert_str(p, "b");
  assert_false(str_split(&rest, ',', &p));
}

static void numbers(void **state) {
  uint64_t v;
  assert_true(str_to_u64(STR("0042"), &v));
  assert_int_equal(v, 42);
  assert_false(str_to_u64(STR(""), &v));
  assert_false(str_to_u64(STR("4x"), &v));
  assert_false(str_to_u64(STR("9999999999999999999"), &v));
}

static void building(void **state) {
  StrBuf b;
  strbuf_init(&b, a);
  assert_string_equal(strbuf_str(&b).ptr, "");
  for (int i = 0; i < 100; i++) strbuf_printf(&b, "%d,", i);
  strbuf_putc(&b, '!');
  strbuf_u64(&b, 18446744073709551615u);
  strbuf_u64(&b, 0);
  assert_true(str_starts(strbuf_str(&b), STR("0,1,2,3,")));
  assert_true(str_ends(strbuf_str(&b), STR("99,!184467440737095516150")));
  assert_int_equal(strlen(b.ptr), b.len);
  strbuf_cut(&b, 4);
  assert_str(strbuf_str(&b), "0,1,");
  strbuf_fill(&b, '-', 70);
  assert_int_equal(b.len, 74);
  strbuf_clear(&b);
  assert_int_equal(b.len, 0);
  strbuf_printf(&b, "%*s", 500, "x");
  assert_int_equal(b.len, 500);
  assert_str(str_printf(a, "%s-%d", "a", 1), "a-1");
  assert_str(str_concat(a, STR("ab"), STR("cd")), "abcd");
  assert_string_equal(str_cstr(a, str_slice(STR("hello"), 0, 4)), "hell");
}

static void json(void **state) {
  StrBuf b;
  strbuf_init(&b, a);
  strbuf_json(&b, STR("a\"\\\n\t\x01\x7F\xC3\xA9\xFF" "z"));
  assert_str(strbuf_str(&b),
             "a\\\"\\\\\\n\\t\\u0001\\u007f\xC3\xA9\xEF\xBF\xBDz");
  strbuf_clear(&b);
  strbuf_json(&b, (Str){"\0", 1});
  assert_str(strbuf_str(&b), "\\u0000");
}

static void utf8_round_trip(void **state) {
  for (uint32_t cp = 0; cp < 0x110000; cp++) {
    char buf[4];
    uint32_t n = utf8_put(cp, buf), pos = 0;
    if (cp >= 0xD800 && cp < 0xE000) {
      assert_int_equal(n, 0);
      continue;
    }
    if (utf8_next((Str){buf, n}, &pos) != cp || pos != n) fail();
    pos = 0;
    if (n > 1 && utf8_next((Str){buf, n - 1}, &pos) != UTF8_BAD) fail();
    if (n > 1 && pos != 1) fail();
  }
  char buf[4];
  assert_int_equal(utf8_put(0x110000, buf), 0);
}

static void utf8_malformed(void **state) {
  static const char *const bad[] = {
      "\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80",
      "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"};
  for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
    Str s = str_concat(a, STR("0123456789ab"), str_from(bad[i]));
    assert_int_equal(utf8_check(s), 12);
  }
  assert_int_equal(utf8_check(STR("gr\xC3\xBC\xC3\x9F" "e")), STR_NONE);
  assert_int_equal(utf8_count(STR("gr\xC3\xBC\xC3\x9F" "e\xFF")), 6);
  assert_int_equal(utf8_count_utf16(STR("a\xF0\x9F\x90\x8D" "b")), 4);
  assert_true(str_is_ascii(STR("plain ASCII text")));
  assert_false(str_is_ascii(STR("gr\xC3\xBC\xC3\x9F" "e")));
  assert_true(str_is_ascii((Str){NULL, 0}));
}

static int up(void **state) { return (a = arena_create("test")) == NULL; }
static int down(void **state) {
  arena_destroy(a);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(comparing),       cmocka_unit_test(finding),
      cmocka_unit_test(cutting),         cmocka_unit_test(numbers),
      cmocka_unit_test(building),        cmocka_unit_test(json),
      cmocka_unit_test(utf8_round_trip), cmocka_unit_test(utf8_malformed),
  };
  return cmocka_run_group_tests(tests, up, down);
}
