/* cmap_test.c - all interleavings of a few operations on the concurrent map,
 * with levels of 2, 4, 8 ... slots and windows of 2, so that three keys already
 * make a second level. */
#define TAIPAN_MODEL 1
#ifndef TAIPAN_STRESS
#define TAIPAN_STRESS 1
#endif
#define cmap_init model_cmap_init
#define cmap_free model_cmap_free
#define cmap_find model_cmap_find
#define cmap_insert model_cmap_insert
#define cmap_each model_cmap_each
#define cmap_stats model_cmap_stats
#include "base/cmap.h"
#include "model/model.h"

#include "base/cmap.c"

/* Handles are numbers of records; a record's key is a relaxed atomic, written
 * before the insertion: whoever gets the handle must see it. */
enum { RECORDS = 8 };
static AtomicU32 record[RECORDS];
static CMap map;
static uint32_t got[4][4];
static AtomicU32 flag;

static bool eq(uint32_t handle, const void *key, void *ctx) {
  uint32_t k = atomic_u32_load_relaxed(&record[handle]);
  MODEL_ASSERT(k != 0);
  return k == *(const uint32_t *)key;
}

/* All keys have one hash: one window in each level. */
static uint32_t insert(uint32_t key, uint32_t handle) {
  atomic_u32_store_relaxed(&record[handle], key);
  uint32_t h = cmap_insert(&map, 12345, eq, &key, NULL, handle);
  MODEL_ASSERT(h != 0 && atomic_u32_load_relaxed(&record[h]) == key);
  return h;
}
static uint32_t find(uint32_t key) {
  uint32_t h = cmap_find(&map, 12345, eq, &key, NULL);
  MODEL_ASSERT(h == 0 || atomic_u32_load_relaxed(&record[h]) == key);
  return h;
}

static void setup(void) {
  memset(record, 0, sizeof record);
  memset(got, 0, sizeof got);
  flag.raw_ = 0;
  cmap_init(&map, "model", 0);
}
static void setup_one(void) {
  setup();
  insert(9, 7);
}
static void setup_two(void) {
  setup_one();
  insert(8, 6);
}

static void count_key(uint32_t handle, void *ctx) {
  uint32_t *seen = (uint32_t *)ctx;
  uint32_t k = atomic_u32_load_relaxed(&record[handle]);
  MODEL_ASSERT(!(*seen & 1u << k));
  *seen |= 1u << k;
}

/* Each key is in the map once, and all agree on its handle. */
static void check(void) {
  uint32_t seen = 0;
  cmap_each(&map, count_key, &seen);
  for (uint32_t key = 1; key < 4; key++) {
    uint32_t h = find(key);
    for (int t = 0; t < 3; t++)
      MODEL_ASSERT(got[t][key] == 0 || got[t][key] == h);
  }
  cmap_free(&map);
}

static void a_inserts_1(void) { got[0][1] = insert(1, 1); }
static void b_inserts_1(void) { got[1][1] = insert(1, 2); }
static void c_inserts_1(void) { got[2][1] = insert(1, 3); }
static void a_inserts_1_2(void) {
  got[0][1] = insert(1, 1);
  got[0][2] = insert(2, 2);
}
static void b_inserts_2_1(void) {
  got[1][2] = insert(2, 3);
  got[1][1] = insert(1, 4);
}
static void b_inserts_2(void) { got[1][2] = insert(2, 3); }
static void finds_twice(void) {
  uint32_t first = find(1), second = find(1);
  MODEL_ASSERT(first == 0 || second == first);
  got[2][1] = first;
}

/* Who has heard of an insertion finds the key. */
static void a_inserts_and_tells(void) {
  got[0][1] = insert(1, 1);
  atomic_u32_store_release(&flag, 1);
}
static void c_hears_and_finds(void) {
  uint32_t heard = atomic_u32_load_acquire(&flag);
  uint32_t h = find(1);
  MODEL_ASSERT(!heard || h != 0);
}

int main(void) {
  const ModelTest tests[] = {
      {"three insert the same key", setup,
       {a_inserts_1, b_inserts_1, c_inserts_1}, check, .preemptions = 2},
      {"the same key, the last slot of a level", setup_one,
       {a_inserts_1, b_inserts_1}, check, .preemptions = 4},
      {"the same key, the first slot of a new level", setup_two,
       {a_inserts_1, b_inserts_1}, check, .preemptions = 3},
      {"two keys crosswise", setup, {a_inserts_1_2, b_inserts_2_1}, check,
       .preemptions = 2},
      {"two keys crosswise, the level fills up", setup_one,
       {a_inserts_1_2, b_inserts_2_1}, check, .preemptions = 2},
      {"two new keys and a reader, the level fills up", setup_one,
       {a_inserts_1, b_inserts_2, finds_twice}, check, .preemptions = 1},
      {"a reader beside an insertion", setup_two,
       {a_inserts_1, finds_twice}, check, .preemptions = 3},
      {"who has heard of a key finds it", setup_two,
       {a_inserts_and_tells, b_inserts_2, c_hears_and_finds}, check,
       .preemptions = 1},
  };
  return model_main(tests, ARRAY_LEN(tests));
}
