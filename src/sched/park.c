/* park.c - where workers sleep until there is work.
 *
 * Problem: a worker that finds nothing to do must sleep, but not over work that
 * was made while it was going to bed; and who makes work must not pay when
 * nobody sleeps.
 *
 * Why no wake-up is lost: all accesses to `sleepers` and to the producer's word
 * S are seq_cst, so they have one order. If the producer's load of sleepers
 * comes before the sleeper's announcement, then so does its change of S; the
 * sleeper's load of S reads that change or a later one, hence (a read-modify-
 * write releases, the load acquires) sees the work. Otherwise the producer sees
 * a sleeper and changes `epoch`. If the sleeper has read the old epoch, it
 * holds the lock or has yet to take it: holding it, it is inside cond_wait
 * before the producer can signal; taking it later, it sees the new epoch. If it
 * has read the new epoch as its ticket, that load acquired the producer's
 * change, so the sleeper's search afterwards sees the work.
 *
 * One change of the epoch may let more sleepers go than were meant to: those
 * who had not slept yet. They find nothing and come back.
 */
#include "sched/park.h"

void park_init(Park *p) {
  atomic_u32_store_relaxed(&p->sleepers, 0);
  atomic_u32_store_relaxed(&p->epoch, 0);
  if (pthread_mutex_init(&p->lock, NULL) != 0 ||
      pthread_cond_init(&p->cond, NULL) != 0)
    panic("cannot make a lock");
}

void park_free(Park *p) {
  pthread_mutex_destroy(&p->lock);
  pthread_cond_destroy(&p->cond);
}

uint32_t park_announce(Park *p) {
  atomic_u32_fetch_add_seq_cst(&p->sleepers, 1);
  /* Acquires the release in park_wake. */
  return atomic_u32_load_acquire(&p->epoch);
}

void park_cancel(Park *p) { atomic_u32_fetch_sub_relaxed(&p->sleepers, 1); }

void park_wait(Park *p, uint32_t ticket) {
  pthread_mutex_lock(&p->lock);
  while (atomic_u32_load_acquire(&p->epoch) == ticket)
    pthread_cond_wait(&p->cond, &p->lock);
  pthread_mutex_unlock(&p->lock);
  park_cancel(p);
}

uint32_t park_wake(Park *p, uint32_t n) {
  uint32_t asleep = atomic_u32_load_seq_cst(&p->sleepers);
  if (LIKELY(asleep == 0)) return 0;
  n = MIN(n, asleep);
  pthread_mutex_lock(&p->lock);
  /* Released here, acquired in park_announce and park_wait. */
  atomic_u32_fetch_add_acq_rel(&p->epoch, 1);
  if (n == asleep) {
    pthread_cond_broadcast(&p->cond);
  } else {
    for (uint32_t i = 0; i < n; i++) pthread_cond_signal(&p->cond);
  }
  pthread_mutex_unlock(&p->lock);
  return n;
}
