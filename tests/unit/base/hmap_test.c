#include "base/hmap.h"
#include "unit/base/cmocka_all.h"

static void check64(Arena *a, uint32_t expect) {
  enum { N = 3000 };
  HMap64 m;
  hmap64_init(&m, a, expect);
  assert_int_equal(hmap64_get(&m, 7), 0);
  for (uint64_t i = 0; i < N; i++) {
    assert_int_equal(hmap64_put(&m, i << 40, (uint32_t)i + 1), 0);
    assert_int_equal(m.n, i + 1);
  }
  for (uint64_t i = 0; i < N; i++) {
    assert_int_equal(hmap64_get(&m, i << 40), i + 1);
    assert_int_equal(hmap64_get(&m, (i << 40) + 1), 0);
  }
  assert_int_equal(hmap64_put(&m, 0, 99), 1);
  assert_int_equal(hmap64_get(&m, 0), 99);
  assert_int_equal(m.n, N);
  hmap64_clear(&m);
  assert_int_equal(hmap64_get(&m, 0), 0);
  assert_int_equal(m.n, 0);
  if (!a) hmap64_free(&m);
}

static void u64_keys(void **state) {
  Arena *a = arena_create("test");
  check64(a, 0);
  check64(a, 3000);
  check64(NULL, 0);
  arena_destroy(a);
}

static void u32_keys(void **state) {
  HMap32 m = {0};
  for (uint32_t i = 0; i < 3000; i++) {
    bool found;
    uint32_t *p = hmap32_find_or_insert(&m, i * 16, &found);
    assert_false(found);
    *p = i + 5;
  }
  for (uint32_t i = 0; i < 3000; i++) {
    bool found;
    assert_int_equal(*hmap32_find_or_insert(&m, i * 16, &found), i + 5);
    assert_true(found);
    assert_int_equal(hmap32_get(&m, i * 16 + 1), 0);
  }
  assert_int_equal(m.n, 3000);
  hmap32_free(&m);
}

/* Against a table of bits; few places, so that keys stand in each other's. */
static void removal(void **state) {
  enum { KEYS = 300 };
  HMap64 m = {0};
  bool there[KEYS] = {0};
  uint32_t n = 0;
  uint64_t random = 7;
  for (uint32_t step = 0; step < 60000; step++) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    uint64_t key = (random >> 33) % KEYS;
    bool add = step / 1000 % 2 ? (random >> 50) % 4 == 0 : (random >> 50) % 4;
    if (add) hmap64_put(&m, key, (uint32_t)key + 1);
    else hmap64_remove(&m, key);
    n += (uint32_t)add - (uint32_t)there[key];
    there[key] = add;
    assert_int_equal(m.n, n);
    if (step % 100) continue;
    for (uint64_t k = 0; k < KEYS; k++)
      assert_int_equal(hmap64_get(&m, k), there[k] ? k + 1 : 0);
  }
  hmap64_free(&m);
  hmap64_remove(&m, 1);
  assert_int_equal(m.n, 0);
}

static void expected_size_is_enough(void **state) {
  HMap64 m;
  hmap64_init(&m, NULL, 1000);
  HMap64Slot *slots = m.slots;
  for (uint32_t i = 1; i <= 1000; i++) hmap64_put(&m, i, i);
  assert_ptr_equal(m.slots, slots);
  hmap64_free(&m);
}

static void pairs(void **state) {
  assert_true(hmap_pair(1, 2) != hmap_pair(2, 1));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(u64_keys), cmocka_unit_test(u32_keys),
      cmocka_unit_test(removal),  cmocka_unit_test(expected_size_is_enough),
      cmocka_unit_test(pairs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
