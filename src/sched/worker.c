/* worker.c - which slot the calling thread has. */
#include "sched/worker.h"

static __thread Worker *self;

Worker *worker_self(void) { return self; }
uint32_t worker_index(void) { return self ? self->index : 0; }

Arena *worker_scratch(void) {
  ASSERT(self);
  return self->scratch;
}

void worker_enter(Worker *w) {
  ASSERT(!self);
  self = w;
  chaos_thread_init(w->index);
}

void worker_leave(Worker *w) {
  ASSERT(self == w);
  (void)w;
  self = NULL;
}
