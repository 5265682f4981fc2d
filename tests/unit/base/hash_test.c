#include "base/bits.h"
#include "base/hash.h"
#include "unit/base/cmocka_all.h"

static void the_same_on_every_machine(void **state) {
  assert_true(hash_bytes("", 0, 0) == 0x2D06800538D394C2u);
  char hex[33];
  hash128_hex(hash128_bytes("", 0, 0), hex);
  assert_string_equal(hex, "99aa06d3014798d86001c324468d497f");
  assert_true(hash_bytes("abc", 3, 1) != hash_bytes("abc", 3, 2));
}

/* Flipping one input bit flips about half of the output bits. */
static void words_avalanche(void **state) {
  for (uint32_t bit = 0; bit < 64; bit++) {
    uint32_t flips = 0;
    for (uint64_t x = 1; x <= 256; x++)
      flips += bits_popcount(hash_u64(x) ^ hash_u64(x ^ (1ull << bit)));
    assert_in_range(flips, 256 * 28, 256 * 36);
  }
}

static void order_matters(void **state) {
  assert_true(hash_mix(hash_mix(0, 1), 2) != hash_mix(hash_mix(0, 2), 1));
  assert_true(hash_mix(0, 0) != hash_mix(hash_mix(0, 0), 0));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_same_on_every_machine),
      cmocka_unit_test(words_avalanche),
      cmocka_unit_test(order_matters),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
