/* bits, sort, err, clock, chaos, log: a few lines each. */
#include "base/bits.h"
#include "base/chaos.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/sort.h"
#include "unit/base/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void bit_tricks(void **state) {
  assert_int_equal(bits_ctz(0), 64);
  assert_int_equal(bits_ctz(8), 3);
  assert_int_equal(bits_clz(1), 63);
  assert_int_equal(bits_log2(1023), 9);
  assert_int_equal(bits_ceil_pow2(0), 1);
  assert_int_equal(bits_ceil_pow2(1), 1);
  assert_int_equal(bits_ceil_pow2(1025), 2048);
  assert_true(bits_ceil_pow2(1ull << 63) == 1ull << 63);
  assert_int_equal(bits_align_up(17, 16), 32);
}

static void bit_sets(void **state) {
  Arena *a = arena_create("test");
  BitSet s = bitset_new(a, 200), t = bitset_new(a, 200);
  assert_int_equal(bitset_next(s, 0), 200);
  assert_true(bitset_add(s, 63));
  assert_false(bitset_add(s, 63));
  bitset_set(s, 64);
  bitset_set(s, 199);
  assert_int_equal(bitset_count(s), 3);
  assert_int_equal(bitset_next(s, 0), 63);
  assert_int_equal(bitset_next(s, 65), 199);
  assert_int_equal(bitset_next(s, 200), 200);
  assert_true(bitset_union(t, s));
  assert_false(bitset_union(t, s));
  bitset_unset(s, 64);
  assert_true(bitset_intersect(t, s));
  assert_int_equal(bitset_count(t), 2);
  bitset_clear(t);
  assert_int_equal(bitset_count(t), 0);
  BitSet none = bitset_new(a, 0);
  assert_int_equal(bitset_next(none, 0), 0);
  arena_destroy(a);
}

typedef struct {
  uint32_t key, place;
} Item;
static int by_key(const void *a, const void *b, void *ctx) {
  ++*(uint32_t *)ctx;
  uint32_t x = ((const Item *)a)->key, y = ((const Item *)b)->key;
  return (x > y) - (x < y);
}

static void sorting_is_stable(void **state) {
  for (uint32_t n = 0; n < 300; n += n < 40 ? 1 : 37) {
    Item v[300];
    for (uint32_t i = 0; i < n; i++)
      v[i] = (Item){(uint32_t)hash_u64(i + n) % 20, i};
    uint32_t calls = 0;
    sort_stable(v, n, sizeof *v, by_key, &calls);
    for (uint32_t i = 1; i < n; i++)
      assert_true(v[i - 1].key < v[i].key ||
                  (v[i - 1].key == v[i].key && v[i - 1].place < v[i].place));
    assert_true(calls <= n * 12);
  }
}

static void radix_sorts(void **state) {
  uint64_t v[1000];
  uint32_t w[1000];
  for (uint32_t i = 0; i < 1000; i++) {
    v[i] = hash_u64(i) >> (i % 3 * 20);
    w[i] = (uint32_t)hash_u64(i) & 0xFF00FF;
  }
  sort_u64(v, 1000);
  sort_u32(w, 1000);
  for (uint32_t i = 1; i < 1000; i++)
    assert_true(v[i - 1] <= v[i] && w[i - 1] <= w[i]);
  sort_u64(v, 0);
}

static void errors(void **state) {
  Err e;
  assert_false(err_set(&e, "line %d", 3));
  assert_string_equal(e.text, "line 3");
  assert_false(err_wrap(&e, "%s", "taipan.toml"));
  assert_string_equal(e.text, "taipan.toml: line 3");
  char longer[700];
  memset(longer, 'x', sizeof longer);
  longer[sizeof longer - 1] = 0;
  err_set(&e, "%s", longer);
  assert_int_equal(strlen(e.text), sizeof e.text - 1);
  err_wrap(&e, "a");
  assert_int_equal(strlen(e.text), sizeof e.text - 1);
  assert_false(err_set(NULL, "nobody listens"));
}

static void clocks_advance(void **state) {
  uint64_t a = clock_ns(), c = clock_thread_cpu_ns();
  for (volatile int i = 0; i < 100000; i++) {
  }
  assert_true(clock_ns() > a);
  assert_true(clock_thread_cpu_ns() > c);
  assert_true(clock_process_cpu_ns() > 0);
}

static void chaos_is_a_function_of_the_seed(void **state) {
  chaos_seed = 5;
  chaos_thread_init(1);
  uint64_t x = chaos_random(), y = chaos_random();
  chaos_thread_init(2);
  assert_true(chaos_random() != x);
  chaos_thread_init(1);
  assert_true(chaos_random() == x && chaos_random() == y);
  for (int i = 0; i < 500; i++) chaos_point();
  chaos_seed = 0;
}

static void log_lines(void **state) {
  int keep = dup(2);
  FILE *f = tmpfile();
  dup2(fileno(f), 2);
  log_warn("hello %d", 1);
  log_info("not shown");
  char longer[4000];
  memset(longer, 'x', sizeof longer);
  longer[sizeof longer - 1] = 0;
  log_error("%s", longer);
  dup2(keep, 2);
  close(keep);
  rewind(f);
  char line[4096];
  assert_non_null(fgets(line, sizeof line, f));
  assert_string_equal(line, "taipan: warning: hello 1\n");
  assert_non_null(fgets(line, sizeof line, f));
  assert_int_equal(strlen(line), 2047);
  assert_null(fgets(line, sizeof line, f));
  fclose(f);
}

static void memory(void **state) {
  assert_true(mem_resident() > 0);
  assert_true(mem_resident_peak() > 0);
  void *p = mem_aligned(100, 128);
  assert_int_equal((uintptr_t)p % 128, 0);
  mem_free(p);
  mem_free(mem_realloc(mem_zalloc(0), 10));
  mem_purge();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bit_tricks),
      cmocka_unit_test(bit_sets),
      cmocka_unit_test(sorting_is_stable),
      cmocka_unit_test(radix_sorts),
      cmocka_unit_test(errors),
      cmocka_unit_test(clocks_advance),
      cmocka_unit_test(chaos_is_a_function_of_the_seed),
      cmocka_unit_test(log_lines),
      cmocka_unit_test(memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
