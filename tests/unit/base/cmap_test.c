#include "base/cmap.h"
#include "base/chaos.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/os_mem.h"
#include "unit/base/cmocka_all.h"

#include <pthread.h>
#include <string.h>

#ifdef TAIPAN_STRESS
enum { STRESS = 1 };
#else
enum { STRESS = 0 };
#endif

/* Records are u64 keys in a region; a handle is the record's place there. */
static VRegion region;

static bool eq(uint32_t handle, const void *key, void *ctx) {
  return *(uint64_t *)vregion_at(&region, handle) == *(const uint64_t *)key;
}

static uint32_t new_record(uint64_t key) {
  uint64_t at = vregion_claim(&region, 8, 8);
  assert_true(at != 0);
  *(uint64_t *)(region.base + at) = key;
  return (uint32_t)(at / 8);
}

static uint32_t find(CMap *m, uint64_t key) {
  return cmap_find(m, hash_u64(key), eq, &key, NULL);
}
static uint32_t insert(CMap *m, uint64_t key) {
  return cmap_insert(m, hash_u64(key), eq, &key, NULL, new_record(key));
}

static void one_thread(void **state) {
  CMap m;
  cmap_init(&m, "test", 0);
  enum { N = 20000 };
  uint32_t *got = (uint32_t *)mem_alloc(N * 4);
  for (uint64_t k = 0; k < N; k++) {
    assert_int_equal(find(&m, k), 0);
    got[k] = insert(&m, k);
    assert_true(got[k] != 0);
  }
  for (uint64_t k = 0; k < N; k++) {
    assert_int_equal(find(&m, k), got[k]);
    assert_int_equal(insert(&m, k), got[k]);
  }
  CMapStats st = cmap_stats(&m);
  assert_int_equal(st.keys, N);
  assert_true(st.levels > 1);
  if (!STRESS) assert_true(st.levels <= 4);
  mem_free(got);
  cmap_free(&m);
}

static void a_good_guess_is_one_level(void **state) {
  if (STRESS) skip();
  CMap m;
  cmap_init(&m, "test", 100000);
  for (uint64_t k = 0; k < 100000; k++) insert(&m, k);
  assert_int_equal(cmap_stats(&m).levels, 1);
  cmap_free(&m);
}

static bool eq_counted(uint32_t handle, const void *key, void *ctx) {
  ++*(uint32_t *)ctx;
  return eq(handle, key, NULL);
}

static void tags_keep_strangers_away(void **state) {
  if (STRESS) skip();
  CMap m;
  cmap_init(&m, "test", 0);
  for (uint64_t k = 0; k < 5000; k++) insert(&m, k);
  uint32_t calls = 0;
  for (uint64_t k = 0; k < 5000; k++)
    assert_true(cmap_find(&m, hash_u64(k), eq_counted, &k, &calls) != 0);
  assert_int_equal(calls, 5000);
  cmap_free(&m);
}

static void equal_hashes(void **state) {
  CMap m;
  cmap_init(&m, "test", 0);
  uint32_t got[40];
  for (uint64_t k = 0; k < 40; k++)
    got[k] = cmap_insert(&m, 77, eq, &k, NULL, new_record(k));
  for (uint64_t k = 0; k < 40; k++)
    assert_int_equal(cmap_find(&m, 77, eq, &k, NULL), got[k]);
  cmap_free(&m);
}

static void sum_handles(uint32_t handle, void *ctx) {
  *(uint64_t *)ctx += *(uint64_t *)vregion_at(&region, handle);
}

static void each_visits_all(void **state) {
  CMap m;
  cmap_init(&m, "test", 0);
  for (uint64_t k = 1; k <= 3000; k++) insert(&m, k);
  uint64_t sum = 0;
  cmap_each(&m, sum_handles, &sum);
  assert_int_equal(sum, 3000 * 3001 / 2);
  cmap_free(&m);
}

/* Four threads insert the same keys in different orders, and look up what the
 * others have published. */
enum { THREADS = 4, KEYS = 12000 };
static struct {
  CMap map;
  AtomicU32 seen[KEYS]; /* the handle that somebody got for the key */
  AtomicU32 wrong;
} shared;

static void *insert_all(void *arg) {
  uint64_t id = (uint64_t)(uintptr_t)arg;
  chaos_thread_init((uint32_t)id);
  for (uint64_t i = 0; i < KEYS; i++) {
    uint64_t k = (i * (2 * id + 1) * 31 + id * 977) % KEYS;
    chaos_point();
    uint32_t h = insert(&shared.map, k);
    uint32_t before = atomic_u32_exchange_acq_rel(&shared.seen[k], h);
    bool ok = (before == 0 || before == h) && find(&shared.map, k) == h;
    uint64_t other = (k * 7 + 3) % KEYS;
    uint32_t theirs = atomic_u32_load_acquire(&shared.seen[other]);
    ok = ok && (theirs == 0 || find(&shared.map, other) == theirs);
    if (!ok) atomic_u32_fetch_add_relaxed(&shared.wrong, 1);
  }
  return NULL;
}

static void many_threads_agree(void **state) {
  pthread_t t[THREADS];
  for (chaos_seed = 0; chaos_seed < 3; chaos_seed++) {
    memset(&shared, 0, sizeof shared);
    cmap_init(&shared.map, "test", 0);
    for (uintptr_t i = 0; i < THREADS; i++)
      pthread_create(&t[i], NULL, insert_all, (void *)i);
    for (uintptr_t i = 0; i < THREADS; i++) pthread_join(t[i], NULL);
    assert_int_equal(atomic_u32_load_relaxed(&shared.wrong), 0);
    assert_int_equal(cmap_stats(&shared.map).keys, KEYS);
    for (uint64_t k = 0; k < KEYS; k++)
      assert_int_equal(find(&shared.map, k),
                       atomic_u32_load_relaxed(&shared.seen[k]));
    cmap_free(&shared.map);
  }
  chaos_seed = 0;
}

static int up(void **state) {
  return !vregion_init(&region, "test", (uint64_t)1 << 30, 1 << 24);
}
static int down(void **state) {
  vregion_free(&region);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(one_thread),
      cmocka_unit_test(a_good_guess_is_one_level),
      cmocka_unit_test(tags_keep_strangers_away),
      cmocka_unit_test(equal_hashes),
      cmocka_unit_test(each_visits_all),
      cmocka_unit_test(many_threads_agree),
  };
  return cmocka_run_group_tests(tests, up, down);
}
