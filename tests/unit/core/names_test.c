/* names_test.c - the interner: identity, fixed handles, many threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <pthread.h>

#include "core/names.h"

static NameId intern(const char *s) { return name_intern(str_from(s)); }

static void test_equal_texts_have_one_handle(void **state) {
  (void)state;
  NameId a = intern("spam"), b = intern("eggs");
  assert_int_not_equal(a.v, 0);
  assert_true(name_eq(a, intern("spam")));
  assert_false(name_eq(a, b));
  assert_true(str_is(name_text(a), "spam"));
  assert_int_equal(name_text(a).ptr[4], 0);
  assert_int_equal(name_find(STR("never interned")).v, 0);
  assert_int_equal(name_find(STR("eggs")).v, b.v);
}

static void test_well_known_handles(void **state) {
  (void)state;
  static const char *const texts[] = {
      NULL,
#define NAME(ident, text) text,
#include "core/names.def"
#undef NAME
  };
  for (uint32_t i = 1; i < NAME_WELL_KNOWN_COUNT; i++) {
    assert_int_equal(intern(texts[i]).v, i);
    assert_true(str_is(name_text((NameId){i}), texts[i]));
    assert_int_equal(name_text((NameId){i}).ptr[strlen(texts[i])], 0);
  }
  assert_true(name_is(intern("self"), NAME_self));
}

static void test_odd_texts(void **state) {
  (void)state;
  NameId empty = name_intern(STR_EMPTY);
  assert_int_not_equal(empty.v, 0);
  assert_int_equal(name_text(empty).len, 0);
  assert_true(name_eq(empty, name_intern((Str){NULL, 0})));
  NameId zero = name_intern(str_make("a\0b", 3));
  assert_false(name_eq(zero, name_intern(str_make("a\0c", 3))));
  assert_int_equal(name_text(zero).len, 3);
  static char big[1 << 20];
  memset(big, 'x', sizeof big);
  NameId huge = name_intern(str_make(big, sizeof big));
  assert_int_equal(name_text(huge).len, sizeof big);
  big[0] = 'y';
  assert_false(name_eq(huge, name_intern(str_make(big, sizeof big))));
  assert_true(str_is(name_text(intern("after")), "after"));
}

static void test_order_is_that_of_the_texts(void **state) {
  (void)state;
  NameId z = intern("zz_first"), a = intern("aa_later");
  assert_true(name_cmp(a, z) < 0);
  assert_true(name_cmp(z, a) > 0);
  assert_int_equal(name_cmp(z, z), 0);
  assert_true(name_cmp(intern("aa"), a) < 0);
}

enum { THREADS = 4, PER_THREAD = 20000 };
static uint32_t handles[THREADS][PER_THREAD];

static void *intern_many(void *arg) {
  uint32_t me = *(uint32_t *)arg;
  for (uint32_t i = 0; i < PER_THREAD; i++) {
    uint32_t k = (i * 7919u + me * 31u) % PER_THREAD;
    char text[32];
    int n = snprintf(text, sizeof text, "shared_name_%u", k);
    handles[me][k] = name_intern(str_make(text, (size_t)n)).v;
  }
  return NULL;
}

static void test_threads_agree(void **state) {
  (void)state;
  pthread_t threads[THREADS];
  uint32_t ids[THREADS];
  for (uint32_t i = 0; i < THREADS; i++) {
    ids[i] = i;
    assert_int_equal(pthread_create(&threads[i], NULL, intern_many, &ids[i]),
                     0);
  }
  for (uint32_t i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  for (uint32_t k = 0; k < PER_THREAD; k++) {
    char text[32];
    snprintf(text, sizeof text, "shared_name_%u", k);
    assert_true(str_is(name_text((NameId){handles[0][k]}), text));
    for (uint32_t i = 1; i < THREADS; i++)
      assert_int_equal(handles[i][k], handles[0][k]);
  }
}

static void test_second_life(void **state) {
  (void)state;
  intern("of the first life");
  names_destroy();
  names_init();
  assert_int_equal(name_find(STR("of the first life")).v, 0);
  assert_int_equal(intern("__all__").v, NAME_dunder_all);
  assert_true(str_is(name_text(intern("second")), "second"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_equal_texts_have_one_handle),
      cmocka_unit_test(test_well_known_handles),
      cmocka_unit_test(test_odd_texts),
      cmocka_unit_test(test_order_is_that_of_the_texts),
      cmocka_unit_test(test_threads_agree),
      cmocka_unit_test(test_second_life),
  };
  names_init();
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  names_destroy();
  return failed;
}
