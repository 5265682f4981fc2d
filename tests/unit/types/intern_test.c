/* intern_test.c - the interner of types and the table of classes under many
 * threads. Run under the thread sanitizer by scripts/test.sh. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "types/type.h"
#include "types/types_dump.h"

enum { THREADS = 4, ROUNDS = 3001 };

typedef struct {
  uint32_t seed;
  uint64_t digest; /* of what the types say, in the order of i */
  TypeId made[ROUNDS];
  ClassId classes[64];
} Worker;

static Worker workers[THREADS];
static pthread_barrier_t gate;

/* Type number i: the same for every thread, deeper for larger i. */
static TypeId make(uint32_t i) {
  TypeId inner = i % 7 == 0 ? TYPE_KNOWN(int) : type_literal_int(i % 200);
  TypeSpan one = {&inner, 1};
  for (uint32_t d = 0; d < i % 4; d++)
    inner = type_instance(i % 2 ? CLASS_ID(list) : CLASS_ID(set), one);
  TypeId v[40];
  uint32_t n = 1 + i % 40;
  for (uint32_t k = 0; k < n; k++) v[k] = type_literal_int(i + k);
  if (i % 5 == 0) inner = type_tuple_of((TypeSpan){v, n});
  if (i % 11 == 0 && n > 1) inner = type_union_raw((TypeSpan){v, n}, 0);
  return inner;
}

static void *run(void *arg) {
  Worker *w = arg;
  pthread_barrier_wait(&gate);
  /* Each thread starts elsewhere. */
  for (uint32_t k = 0; k < ROUNDS; k++) {
    uint32_t i = (k * (2 * w->seed + 1) + w->seed * 777) % ROUNDS;
    w->made[i] = make(i);
    ASSERT(type_at(w->made[i])->depth > 0);
    uint32_t c = i % 64;
    w->classes[c] = class_intern((ModuleId){1}, (DefId){c + 1}, (NodeId){c + 1},
                                 (ScopeId){c + 1}, NAME_ID(self));
    ASSERT(class_at(w->classes[c])->node.v == c + 1);
  }
  for (uint32_t i = 0; i < ROUNDS; i++)
    w->digest =
        w->digest * 31 + type_at(w->made[i])->n * 7 + type_at(w->made[i])->kind;
  return NULL;
}

static void test_threads_agree(void **state) {
  (void)state;
  pthread_t threads[THREADS];
  pthread_barrier_init(&gate, NULL, THREADS);
  for (uint32_t t = 0; t < THREADS; t++) {
    workers[t].seed = t;
    assert_int_equal(pthread_create(&threads[t], NULL, run, &workers[t]), 0);
  }
  for (uint32_t t = 0; t < THREADS; t++) pthread_join(threads[t], NULL);
  pthread_barrier_destroy(&gate);
  for (uint32_t t = 1; t < THREADS; t++) {
    assert_memory_equal(workers[t].made, workers[0].made,
                        sizeof workers[0].made);
    assert_memory_equal(workers[t].classes, workers[0].classes,
                        sizeof workers[0].classes);
    assert_int_equal(workers[t].digest, workers[0].digest);
  }
  uint64_t records, bytes;
  types_usage(&records, &bytes);
  assert_int_equal(types_verify_all(), records);
}

static void test_two_lives(void **state) {
  (void)state;
  TypeId before = make(33);
  types_destroy();
  types_init(0);
  assert_int_equal(type_kind(TYPE(NEVER)), TYPE_KIND_NEVER);
  TypeId after = make(33);
  assert_int_equal(type_kind(after), type_kind(after));
  (void)before;
}

static int setup(void **state) {
  (void)state;
  names_init();
  types_init(0);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  types_destroy();
  names_destroy();
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_threads_agree),
      cmocka_unit_test(test_two_lives),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
