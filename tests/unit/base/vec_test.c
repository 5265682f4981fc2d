#include "base/vec.h"
#include "unit/base/cmocka_all.h"

typedef struct {
  uint32_t a, b;
} Pair;

static void push_and_pop_in_an_arena(void **state) {
  Arena *a = arena_create("test");
  VEC(Pair) v = {0};
  for (uint32_t i = 0; i < 5000; i++) vec_push(&v, a, (Pair){i, i + 1});
  assert_int_equal(v.n, 5000);
  for (uint32_t i = 0; i < 5000; i++) assert_int_equal(vec_at(&v, i).b, i + 1);
  assert_int_equal(vec_last(&v).a, 4999);
  for (uint32_t i = 5000; i > 0; i--) assert_int_equal(vec_pop(&v).a, i - 1);
  assert_int_equal(v.n, 0);
  arena_destroy(a);
}

static void push_to_two_at_once(void **state) {
  Arena *a = arena_create("test");
  U32Vec v[2] = {{0}};
  for (uint32_t i = 0; i < 3000; i++) vec_push(&v[i & 1], a, i);
  for (uint32_t i = 0; i < 3000; i++) assert_int_equal(v[i & 1].v[i / 2], i);
  arena_destroy(a);
}

static void item_may_come_from_the_vector(void **state) {
  U32Vec v = {0};
  hvec_push(&v, 1u);
  for (uint32_t i = 0; i < 1000; i++) hvec_push(&v, v.v[0] + i);
  assert_int_equal(v.v[1000], 1000);
  hvec_free(&v);
  assert_null(v.v);
}

static void append_reserve_dup(void **state) {
  Arena *a = arena_create("test");
  U32Vec v = {0};
  uint32_t some[3] = {7, 8, 9};
  vec_reserve(&v, a, 100u);
  assert_true(v.cap >= 100);
  uint32_t *before = v.v;
  for (int i = 0; i < 33; i++) vec_append(&v, a, some, 3u);
  assert_ptr_equal(v.v, before);
  uint32_t *copy = vec_dup(&v, a);
  assert_true(copy != v.v);
  assert_int_equal(copy[98], 9);
  U32Vec none = {0};
  assert_null(vec_dup(&none, a));
  vec_append(&none, a, some, 0u);
  assert_int_equal(none.n, 0);
  arena_destroy(a);
}

static void growth_in_place_leaves_no_copies(void **state) {
  Arena *a = arena_create("test");
  U32Vec v = {0};
  for (uint32_t i = 0; i < 100000; i++) vec_push(&v, a, i);
  assert_true(arena_bytes(a) < 100000 * 4 * 3);
  arena_destroy(a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(push_and_pop_in_an_arena),
      cmocka_unit_test(push_to_two_at_once),
      cmocka_unit_test(item_may_come_from_the_vector),
      cmocka_unit_test(append_reserve_dup),
      cmocka_unit_test(growth_in_place_leaves_no_copies),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
