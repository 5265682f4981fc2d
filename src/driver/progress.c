/* progress.c - one line on a terminal, redrawn at most ten times a second. */
#include "driver/run.h"

#include "base/clock.h"

#include <stdio.h>

static AtomicU64 next_draw; /* time before which nobody draws */

void run_progress(Run *run, const char *phase) {
  if (!run->progress) return;
  uint32_t done = atomic_u32_fetch_add_relaxed(&run->done_units, 1) + 1;
  uint64_t now = clock_ns(), due = atomic_u64_load_relaxed(&next_draw);
  if (now < due || !atomic_u64_cas_relaxed(&next_draw, &due, now + 100000000))
    return;
  fprintf(stderr, "\r\033[K%s %u/%u", phase, done, run->all_units);
  fflush(stderr);
}

void progress_clear(Run *run) {
  if (run->progress) fputs("\r\033[K", stderr);
}
