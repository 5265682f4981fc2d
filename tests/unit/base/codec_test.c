#include "base/codec.h"
#include "base/hash.h"
#include "unit/base/cmocka_all.h"

static Arena *a;

static const uint64_t words[] = {0, 1, 0x7F, 0x80, 0x3FFF, 0x4000, 0xFFFFFFFF,
                                 1ull << 62, UINT64_MAX};

static void round_trip(void **state) {
  Enc e;
  enc_init(&e, a);
  enc_u32(&e, 0);
  for (size_t i = 0; i < ARRAY_LEN(words); i++) {
    enc_var(&e, words[i]);
    enc_svar(&e, (int64_t)words[i]);
    enc_svar(&e, -(int64_t)(words[i] >> 1));
    enc_u64(&e, words[i]);
    enc_u8(&e, (uint8_t)words[i]);
    enc_str(&e, STR("hello"));
  }
  enc_patch_u32(&e, 0, e.n);
  Dec d;
  dec_init(&d, enc_result(&e));
  assert_int_equal(dec_u32(&d), e.n);
  for (size_t i = 0; i < ARRAY_LEN(words); i++) {
    assert_true(dec_var(&d) == words[i]);
    assert_true(dec_svar(&d) == (int64_t)words[i]);
    assert_true(dec_svar(&d) == -(int64_t)(words[i] >> 1));
    assert_true(dec_u64(&d) == words[i]);
    assert_int_equal(dec_u8(&d), (uint8_t)words[i]);
    assert_true(str_eq(dec_str(&d), STR("hello")));
  }
  assert_false(d.bad);
  assert_int_equal(dec_left(&d), 0);
}

static void every_cut_is_noticed(void **state) {
  Enc e;
  enc_init(&e, a);
  enc_var(&e, 300);
  enc_str(&e, STR("abcdef"));
  enc_u32(&e, 7);
  for (uint32_t n = 0; n < e.n; n++) {
    Dec d;
    dec_init(&d, (Str){(const char *)e.v, n});
    dec_var(&d);
    dec_str(&d);
    assert_int_equal(dec_u32(&d), 0);
    assert_true(d.bad);
    assert_int_equal(dec_u64(&d), 0);
    assert_int_equal(dec_str(&d).len, 0);
  }
}

static void malformed_varints(void **state) {
  Dec d;
  dec_init(&d, STR("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"));
  assert_true(dec_var(&d) == UINT64_MAX && !d.bad);
  dec_init(&d, STR("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02"));
  assert_int_equal(dec_var(&d), 0);
  assert_true(d.bad);
  dec_init(&d, STR("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"));
  assert_int_equal(dec_var(&d), 0);
  assert_true(d.bad);
  dec_init(&d, STR("\x05" "ab")); /* a count of more than what is left */
  assert_int_equal(dec_count(&d), 0);
  assert_true(d.bad);
  dec_init(&d, STR("\x05"));
  assert_int_equal(dec_var_max(&d, 4), 0);
  assert_true(d.bad);
}

static void random_bytes_never_crash(void **state) {
  uint8_t buf[64];
  for (uint64_t seed = 0; seed < 3000; seed++) {
    for (uint32_t i = 0; i < sizeof buf; i++)
      buf[i] = (uint8_t)hash_u64(seed * 64 + i);
    Dec d;
    dec_init(&d, (Str){(const char *)buf, (uint32_t)(seed % 64)});
    while (dec_left(&d) > 0) {
      dec_var(&d);
      Str s = dec_str(&d);
      if (s.len) assert_true(s.ptr[s.len - 1] == s.ptr[s.len - 1]);
      dec_u64(&d);
    }
  }
}

static int up(void **state) { return (a = arena_create("test")) == NULL; }
static int down(void **state) {
  arena_destroy(a);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(round_trip),
      cmocka_unit_test(every_cut_is_noticed),
      cmocka_unit_test(malformed_varints),
      cmocka_unit_test(random_bytes_never_crash),
  };
  return cmocka_run_group_tests(tests, up, down);
}
