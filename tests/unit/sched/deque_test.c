#include "sched/deque.h"
#include "base/chaos.h"
#include "unit/base/cmocka_all.h"

#include <pthread.h>
#include <string.h>

static void owner_is_last_in_first_out(void **state) {
  Deque d;
  uint32_t x;
  deque_init(&d, 2);
  assert_false(deque_pop_owner(&d, &x));
  for (uint32_t i = 0; i < 100; i++) deque_push_owner(&d, i);
  assert_int_equal(deque_size_any(&d), 100);
  for (uint32_t i = 100; i-- > 0;) {
    assert_true(deque_pop_owner(&d, &x));
    assert_int_equal(x, i);
  }
  assert_false(deque_pop_owner(&d, &x));
  deque_free(&d);
}

static void thieves_are_first_in_first_out(void **state) {
  Deque d;
  uint32_t x;
  deque_init(&d, 4);
  assert_int_equal(deque_steal_any(&d, &x), DEQUE_EMPTY);
  for (uint32_t round = 0; round < 50; round++) {
    for (uint32_t i = 0; i < 3; i++) deque_push_owner(&d, round * 3 + i);
    assert_int_equal(deque_steal_any(&d, &x), DEQUE_GOT);
    assert_int_equal(x, round * 3);
    assert_true(deque_pop_owner(&d, &x));
    assert_int_equal(x, round * 3 + 2);
    assert_int_equal(deque_steal_any(&d, &x), DEQUE_GOT);
    assert_int_equal(x, round * 3 + 1);
    assert_int_equal(deque_steal_any(&d, &x), DEQUE_EMPTY);
  }
  deque_free(&d);
}

enum { ITEMS = 30000, THIEVES = 3 };
static struct {
  Deque d;
  AtomicU32 taken[ITEMS];
  uint32_t payload[ITEMS]; /* plain: must be ordered by the deque */
  AtomicU32 left, wrong;
} shared;

static void take(uint32_t item) {
  if (item >= ITEMS || shared.payload[item] != item * 3 + 1 ||
      atomic_u32_fetch_add_relaxed(&shared.taken[item], 1) != 0)
    atomic_u32_fetch_add_relaxed(&shared.wrong, 1);
  atomic_u32_fetch_sub_relaxed(&shared.left, 1);
}

static void *thief(void *arg) {
  chaos_thread_init((uint32_t)(uintptr_t)arg);
  uint32_t x;
  while (atomic_u32_load_relaxed(&shared.left) > 0) {
    if (deque_steal_any(&shared.d, &x) == DEQUE_GOT) take(x);
    chaos_point();
  }
  return NULL;
}

static void each_item_is_taken_once(void **state) {
  for (uint64_t seed = 0; seed < 3; seed++) {
    memset(&shared, 0, sizeof shared);
    chaos_seed = seed;
    chaos_thread_init(9);
    deque_init(&shared.d, 2);
    atomic_u32_store_relaxed(&shared.left, ITEMS);
    pthread_t t[THIEVES];
    for (uintptr_t i = 0; i < THIEVES; i++)
      pthread_create(&t[i], NULL, thief, (void *)i);
    uint32_t x;
    for (uint32_t i = 0; i < ITEMS; i++) {
      shared.payload[i] = i * 3 + 1;
      deque_push_owner(&shared.d, i);
      if (i % 3 == 2 && deque_pop_owner(&shared.d, &x)) take(x);
      if (i % 1000 == 0) /* empty it: the race for the last one */
        while (deque_pop_owner(&shared.d, &x)) take(x);
    }
    while (deque_pop_owner(&shared.d, &x)) take(x);
    for (int i = 0; i < THIEVES; i++) pthread_join(t[i], NULL);
    assert_int_equal(atomic_u32_load_relaxed(&shared.wrong), 0);
    for (uint32_t i = 0; i < ITEMS; i++)
      assert_int_equal(atomic_u32_load_relaxed(&shared.taken[i]), 1);
    deque_free(&shared.d);
  }
  chaos_seed = 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(owner_is_last_in_first_out),
      cmocka_unit_test(thieves_are_first_in_first_out),
      cmocka_unit_test(each_item_is_taken_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
