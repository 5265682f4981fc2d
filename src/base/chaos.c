/* chaos.c - pseudo-random delays: mostly none, sometimes a few pauses, rarely
 * the end of the time slice or a short sleep, so that rare interleavings of
 * publishing and reading become likely ones. */
#include "base/chaos.h"
#include "base/atomic.h"
#include "base/hash.h"

#include <sched.h>
#include <time.h>

uint64_t chaos_seed;
static __thread uint64_t state;

void chaos_thread_init(uint32_t thread) {
  state = hash_mix(chaos_seed, (uint64_t)thread + 1);
}

uint64_t chaos_random(void) {
  if (UNLIKELY(state == 0)) chaos_thread_init(0);
  state += 0x9E3779B97F4A7C15u;
  return hash_u64(state);
}

void chaos_delay(void) {
  uint64_t r = chaos_random();
  switch (r & 63) {
  case 0: {
    struct timespec t = {0, (long)(r >> 8 & 0x7FFF)};
    nanosleep(&t, NULL);
    return;
  }
  case 1:
  case 2:
  case 3: sched_yield(); return;
  default:
    if (r & 32) return;
    for (uint64_t i = r >> 8 & 127; i > 0; i--) atomic_pause();
  }
}
