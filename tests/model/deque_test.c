/* deque_test.c - all interleavings of an owner and one or two thieves: each
 * item is taken once, and what was written before the push is seen. */
#define TAIPAN_MODEL 1
#define deque_init model_deque_init
#define deque_free model_deque_free
#define deque_push_owner model_deque_push_owner
#define deque_pop_owner model_deque_pop_owner
#define deque_steal_any model_deque_steal_any
#define deque_size_any model_deque_size_any
#include "sched/deque.h"
#include "model/model.h"

/* Fresh memory must not hold what the run before has left there. */
#include "base/mem.h"
static void *fresh(size_t size) { return memset(mem_alloc(size), 0xEE, size); }
#define mem_alloc fresh
#include "sched/deque.c"

enum { ITEMS = 4, FIRST = 100 };
static Deque d;
static AtomicU32 payload[ITEMS];
static uint32_t taken[ITEMS], pushed;

static void setup(void) {
  memset(payload, 0, sizeof payload);
  memset(taken, 0, sizeof taken);
  pushed = 0;
  deque_init(&d, 2);
}

static void push(uint32_t item) {
  atomic_u32_store_relaxed(&payload[item], 1);
  pushed++;
  deque_push_owner(&d, item + FIRST);
}
static void took(uint32_t item) {
  item -= FIRST;
  MODEL_ASSERT(item < ITEMS && taken[item]++ == 0);
  MODEL_ASSERT(atomic_u32_load_relaxed(&payload[item]) == 1);
}
static void pop(void) {
  uint32_t item;
  if (deque_pop_owner(&d, &item)) took(item);
}
static void steal(void) {
  uint32_t item = 0;
  if (deque_steal_any(&d, &item) == DEQUE_GOT) took(item);
}

static void setup_one(void) {
  setup();
  push(0);
}
static void setup_two(void) {
  setup_one();
  push(1);
}

static void pop_once(void) { pop(); }
static void pop_twice(void) {
  pop();
  pop();
}
static void push_pop(void) {
  push(2);
  pop();
}
static void pop_push(void) {
  pop();
  push(2);
}
static void pop_push_pop(void) {
  pop();
  push(2);
  pop();
}
static void push_push(void) {
  push(2);
  push(3);
}
static void steal_twice(void) {
  steal();
  steal();
}

/* What nobody has taken is still there. */
static void check(void) {
  uint32_t item;
  while (deque_pop_owner(&d, &item)) took(item);
  uint32_t n = 0;
  for (uint32_t i = 0; i < ITEMS; i++) n += taken[i];
  MODEL_ASSERT(n == pushed);
  deque_free(&d);
}

int main(void) {
  const ModelTest tests[] = {
      {"the last item, one thief", setup_one, {pop_once, steal}, check,
       .preemptions = 6},
      {"the last item, two thieves", setup_one, {pop_once, steal, steal},
       check, .preemptions = 3},
      {"two items, one thief", setup_two, {pop_twice, steal_twice}, check,
       .preemptions = 5},
      {"two items, two thieves", setup_two, {pop_once, steal, steal}, check,
       .preemptions = 3},
      {"push and pop", setup_one, {push_pop, steal_twice}, check,
       .preemptions = 4},
      {"a slot is used again", setup_one, {pop_push, steal_twice}, check,
       .preemptions = 4},
      {"pop, push, pop", setup_two, {pop_push_pop, steal, steal}, check,
       .preemptions = 2},
      {"growing under a thief", setup_two, {push_push, steal_twice}, check,
       .preemptions = 3},
  };
  return model_main(tests, ARRAY_LEN(tests));
}
