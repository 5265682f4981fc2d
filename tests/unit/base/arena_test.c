#include "base/arena.h"
#include "base/mem.h"
#include "unit/base/cmocka_all.h"

#include <pthread.h>

static void allocations_are_aligned_and_disjoint(void **state) {
  Arena *a = arena_create("test");
  char *last_end = (char *)arena_alloc(a, 24, 8) + 24;
  for (size_t align = 1; align <= 4096; align *= 2) {
    char *p = (char *)arena_alloc(a, 24, align);
    assert_int_equal((uintptr_t)p % align, 0);
    assert_true(p >= last_end || p < last_end - 24);
    memset(p, 0x5A, 24);
    last_end = p + 24;
  }
  char *x = (char *)arena_alloc(a, 1, 1), *y = (char *)arena_alloc(a, 1, 1);
  assert_true(y > x || x > y);
  arena_destroy(a);
}

static void zalloc_zeroes_even_reused_memory(void **state) {
  Arena *a = arena_create("test");
  for (int round = 0; round < 3; round++) {
    unsigned char *p = (unsigned char *)arena_zalloc(a, 3000, 8);
    for (int i = 0; i < 3000; i++) assert_int_equal(p[i], 0);
    memset(p, 0xEE, 3000);
    arena_reset(a);
  }
  arena_destroy(a);
}

static void sizes_from_nothing_to_large(void **state) {
  Arena *a = arena_create("test");
  assert_non_null(arena_alloc(a, 0, 1));
  for (size_t size = 1; size < (size_t)8 << 20; size = size * 2 + 1) {
    char *p = (char *)arena_alloc(a, size, 16);
    p[0] = 1;
    p[size - 1] = 2;
    assert_true(arena_bytes(a) >= size);
  }
  arena_destroy(a);
}

static void little_is_wasted(void **state) {
#ifndef TAIPAN_STRESS
  Arena *a = arena_create("test");
  size_t used = 0;
  for (int i = 0; i < 300000; i++) {
    size_t n = (size_t)(i * 7 % 90) + 1;
    arena_alloc(a, n, 1);
    used += n + ARENA_REDZONE;
    if (used > 20000) assert_true(arena_bytes(a) < used * 17 / 10);
  }
  assert_true(arena_bytes(a) < used + used / 2 + 8192);
  arena_destroy(a);
#endif
}

static void marks_nest(void **state) {
  Arena *a = arena_create("test");
  uint32_t *first = ARENA_NEW(a, uint32_t);
  *first = 42;
  ArenaMark outer = arena_mark(a);
  size_t before = arena_bytes(a);
  for (int i = 0; i < 2000; i++) arena_alloc(a, 100, 8);
  arena_alloc(a, 1 << 20, 8);
  uint32_t *second = ARENA_NEW(a, uint32_t);
  *second = 43;
  ArenaMark inner = arena_mark(a);
  for (int i = 0; i < 2000; i++) arena_alloc(a, 100, 8);
  arena_alloc(a, 1 << 21, 8);
  arena_reset_to(a, inner);
  assert_int_equal(*second, 43);
  arena_reset_to(a, outer);
  assert_int_equal(*first, 42);
  assert_int_equal(arena_bytes(a), before);
  assert_ptr_equal(arena_mark(a).ptr, outer.ptr);
  arena_destroy(a);
}

static void extend_only_the_newest(void **state) {
  Arena *a = arena_create("test");
  char *p = (char *)arena_alloc(a, 10, 1);
  memset(p, 1, 10);
  assert_true(arena_extend(a, p, 10, 20));
  memset(p, 2, 20);
  char *q = (char *)arena_alloc(a, 4, 1);
  assert_false(arena_extend(a, p, 20, 30));
  assert_false(arena_extend(a, q, 4, (size_t)1 << 22));
  assert_true(q >= p + 20);
  arena_destroy(a);
}

static void realloc_keeps_content(void **state) {
  Arena *a = arena_create("test");
  uint32_t *v = NULL;
  size_t n = 0;
  for (size_t want = 1; want < 200000; want = want * 3 / 2 + 1) {
    v = (uint32_t *)arena_realloc(a, v, n * 4, want * 4, 4);
    for (; n < want; n++) v[n] = (uint32_t)n;
    for (size_t i = 0; i < n; i += 97) assert_int_equal(v[i], i);
  }
  /* Big ones grow in place instead of leaving copies behind. */
  assert_true(arena_bytes(a) < n * 4 * 3);
  arena_destroy(a);
}

static void strndup_terminates(void **state) {
  Arena *a = arena_create("test");
  assert_string_equal(arena_strndup(a, "hello", 4), "hell");
  assert_string_equal(arena_strndup(a, NULL, 0), "");
  arena_destroy(a);
}

static void *use_and_leave(void *arg) {
  Arena *a = arena_create("thread");
  for (int i = 0; i < 1000; i++) arena_alloc(a, 500, 8);
  arena_destroy(a);
  return NULL; /* the thread's cache must be freed (LeakSanitizer looks) */
}

static void arenas_pass_between_threads(void **state) {
  pthread_t t;
  for (int i = 0; i < 4; i++) {
    pthread_create(&t, NULL, use_and_leave, NULL);
    pthread_join(t, NULL);
  }
  arena_thread_flush();
}

static void scratch_reuse_does_not_grow(void **state) {
  Arena *a = arena_create("scratch");
  size_t peak = 0;
  for (int i = 0; i < 2000; i++) {
    for (int k = 0; k < 200; k++) arena_alloc(a, 64, 8);
    if (i == 10) peak = mem_resident();
    arena_reset(a);
  }
  if (!TAIPAN_ASAN && !TAIPAN_TSAN)
    assert_true(mem_resident() < peak + (1 << 20));
  arena_destroy(a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(allocations_are_aligned_and_disjoint),
      cmocka_unit_test(zalloc_zeroes_even_reused_memory),
      cmocka_unit_test(sizes_from_nothing_to_large),
      cmocka_unit_test(little_is_wasted),
      cmocka_unit_test(marks_nest),
      cmocka_unit_test(extend_only_the_newest),
      cmocka_unit_test(realloc_keeps_content),
      cmocka_unit_test(strndup_terminates),
      cmocka_unit_test(arenas_pass_between_threads),
      cmocka_unit_test(scratch_reuse_does_not_grow),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
