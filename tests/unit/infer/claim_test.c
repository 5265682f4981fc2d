/* claim_test.c - claims: one worker at a time, and a place is one key's. */
#include "unit/base/cmocka_all.h"

#include "infer/claim.h"

static void test_one_at_a_time(void **state) {
  (void)state;
  assert_false(claim_is_taken(7));
  assert_int_equal(claim_take(7), CLAIM_MINE);
  assert_true(claim_is_taken(7));
  assert_int_equal(claim_take(7), CLAIM_THEIRS);
  claim_leave(7);
  assert_false(claim_is_taken(7));
  assert_int_equal(claim_take(7), CLAIM_MINE);
  claim_leave(7);
}

static void test_no_room(void **state) {
  (void)state;
  uint64_t other = 8;
  while (claim_at(other) != claim_at(7)) other++;
  assert_int_equal(claim_take(7), CLAIM_MINE);
  assert_int_equal(claim_take(other), CLAIM_NO_ROOM);
  assert_false(claim_is_taken(other));
  claim_leave(7);
  assert_int_equal(claim_take(other), CLAIM_MINE);
  assert_false(claim_is_taken(7));
  claim_leave(other);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_one_at_a_time),
      cmocka_unit_test(test_no_room),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
