/* atomic.h - atomic words; the only file that names memory orders.
 *
 * Layer: base.  Memory: none.  Threads: this is what they meet on.
 *
 * No default order, no stand-alone fence (the thread sanitizer cannot see
 * one).  Function names are atomic_<type>_<operation>_<order>:
 *
 *   load       relaxed acquire seq_cst
 *   store      relaxed release seq_cst
 *   exchange   acq_rel
 *   cas        relaxed acq_rel seq_cst   (strong; failure: acquire, or
 *              relaxed, seq_cst; *expected gets what was there)
 *   fetch_add  relaxed acq_rel seq_cst   (not for ptr)
 *   fetch_sub  relaxed acq_rel           (not for ptr)
 *   fetch_or   acq_rel                   (not for ptr)
 *
 * With -DTAIPAN_MODEL each operation is a call into tests/model, which chooses
 * who runs next and which of the admissible stores a load reads.
 */
#ifndef TAIPAN_BASE_ATOMIC_H
#define TAIPAN_BASE_ATOMIC_H

#include "base/defs.h"

typedef struct { uint32_t raw_; } AtomicU32;
typedef struct { uint64_t raw_; } AtomicU64;
typedef struct { int64_t raw_; } AtomicI64;
typedef struct { void *raw_; } AtomicPtr;

#define ATOMIC_INIT(x) {(x)}

#ifdef TAIPAN_MODEL
uint64_t model_load(const void *loc, unsigned size, int order);
void model_store(void *loc, unsigned size, uint64_t v, int order);
bool model_cas(void *loc, unsigned size, uint64_t *expected, uint64_t desired,
               int ok, int fail);
/* op: '+' '-' '|' '=' */
uint64_t model_rmw(void *loc, unsigned size, char op, uint64_t v, int order);

#define ATOMIC_LOAD_(T, p, o) ((T)model_load((p), sizeof(*(p)), (o)))
#define ATOMIC_STORE_(T, p, v, o) \
  model_store((p), sizeof(*(p)), (uint64_t)(v), (o))
#define ATOMIC_RMW_(T, p, op, name, v, o) \
  ((T)model_rmw((p), sizeof(*(p)), (op), (uint64_t)(v), (o)))
#define ATOMIC_CAS_(T, p, e, d, ok, fail)                                \
  __extension__({                                                        \
    uint64_t old_ = (uint64_t)*(e);                                      \
    bool won_ = model_cas((p), sizeof(*(p)), &old_, (uint64_t)(d), (ok), \
                          (fail));                                       \
    *(e) = (T)old_;                                                      \
    won_;                                                                \
  })
#else
#define ATOMIC_LOAD_(T, p, o) __atomic_load_n((p), (o))
#define ATOMIC_STORE_(T, p, v, o) __atomic_store_n((p), (v), (o))
#define ATOMIC_RMW_(T, p, op, name, v, o) __atomic_##name((p), (v), (o))
#define ATOMIC_CAS_(T, p, e, d, ok, fail) \
  __atomic_compare_exchange_n((p), (e), (d), false, (ok), (fail))
#endif

#define ATOMIC_DEFINE_(N, A, T)                                              \
  static inline T N##_load_relaxed(const A *p) {                             \
    return ATOMIC_LOAD_(T, &p->raw_, __ATOMIC_RELAXED);                      \
  }                                                                          \
  static inline T N##_load_acquire(const A *p) {                             \
    return ATOMIC_LOAD_(T, &p->raw_, __ATOMIC_ACQUIRE);                      \
  }                                                                          \
  static inline T N##_load_seq_cst(const A *p) {                             \
    return ATOMIC_LOAD_(T, &p->raw_, __ATOMIC_SEQ_CST);                      \
  }                                                                          \
  static inline void N##_store_relaxed(A *p, T v) {                          \
    ATOMIC_STORE_(T, &p->raw_, v, __ATOMIC_RELAXED);                         \
  }                                                                          \
  static inline void N##_store_release(A *p, T v) {                          \
    ATOMIC_STORE_(T, &p->raw_, v, __ATOMIC_RELEASE);                         \
  }                                                                          \
  static inline void N##_store_seq_cst(A *p, T v) {                          \
    ATOMIC_STORE_(T, &p->raw_, v, __ATOMIC_SEQ_CST);                         \
  }                                                                          \
  static inline T N##_exchange_acq_rel(A *p, T v) {                          \
    return ATOMIC_RMW_(T, &p->raw_, '=', exchange_n, v, __ATOMIC_ACQ_REL);   \
  }                                                                          \
  static inline bool N##_cas_relaxed(A *p, T *expected, T desired) {         \
    return ATOMIC_CAS_(T, &p->raw_, expected, desired, __ATOMIC_RELAXED,     \
                       __ATOMIC_RELAXED);                                    \
  }                                                                          \
  static inline bool N##_cas_acq_rel(A *p, T *expected, T desired) {         \
    return ATOMIC_CAS_(T, &p->raw_, expected, desired, __ATOMIC_ACQ_REL,     \
                       __ATOMIC_ACQUIRE);                                    \
  }                                                                          \
  static inline bool N##_cas_seq_cst(A *p, T *expected, T desired) {         \
    return ATOMIC_CAS_(T, &p->raw_, expected, desired, __ATOMIC_SEQ_CST,     \
                       __ATOMIC_SEQ_CST);                                    \
  }

#define ATOMIC_DEFINE_NUM_(N, A, T)                                          \
  static inline T N##_fetch_add_relaxed(A *p, T v) {                         \
    return ATOMIC_RMW_(T, &p->raw_, '+', fetch_add, v, __ATOMIC_RELAXED);    \
  }                                                                          \
  static inline T N##_fetch_add_acq_rel(A *p, T v) {                         \
    return ATOMIC_RMW_(T, &p->raw_, '+', fetch_add, v, __ATOMIC_ACQ_REL);    \
  }                                                                          \
  static inline T N##_fetch_add_seq_cst(A *p, T v) {                         \
    return ATOMIC_RMW_(T, &p->raw_, '+', fetch_add, v, __ATOMIC_SEQ_CST);    \
  }                                                                          \
  static inline T N##_fetch_sub_relaxed(A *p, T v) {                         \
    return ATOMIC_RMW_(T, &p->raw_, '-', fetch_sub, v, __ATOMIC_RELAXED);    \
  }                                                                          \
  static inline T N##_fetch_sub_acq_rel(A *p, T v) {                         \
    return ATOMIC_RMW_(T, &p->raw_, '-', fetch_sub, v, __ATOMIC_ACQ_REL);    \
  }                                                                          \
  static inline T N##_fetch_or_acq_rel(A *p, T v) {                          \
    return ATOMIC_RMW_(T, &p->raw_, '|', fetch_or, v, __ATOMIC_ACQ_REL);     \
  }

ATOMIC_DEFINE_(atomic_u32, AtomicU32, uint32_t)
ATOMIC_DEFINE_(atomic_u64, AtomicU64, uint64_t)
ATOMIC_DEFINE_(atomic_i64, AtomicI64, int64_t)
ATOMIC_DEFINE_NUM_(atomic_u32, AtomicU32, uint32_t)
ATOMIC_DEFINE_NUM_(atomic_u64, AtomicU64, uint64_t)
ATOMIC_DEFINE_NUM_(atomic_i64, AtomicI64, int64_t)
#ifdef TAIPAN_MODEL
#define ATOMIC_PTR_T_ uintptr_t
#else
#define ATOMIC_PTR_T_ void *
#endif
/* Pointers go by hand: a cast from u64 to void * passes through uintptr_t. */
static inline void *atomic_ptr_load_relaxed(const AtomicPtr *p) {
  return (void *)ATOMIC_LOAD_(uintptr_t, &p->raw_, __ATOMIC_RELAXED);
}
static inline void *atomic_ptr_load_acquire(const AtomicPtr *p) {
  return (void *)ATOMIC_LOAD_(uintptr_t, &p->raw_, __ATOMIC_ACQUIRE);
}
static inline void atomic_ptr_store_relaxed(AtomicPtr *p, void *v) {
  ATOMIC_STORE_(void *, &p->raw_, (ATOMIC_PTR_T_)v, __ATOMIC_RELAXED);
}
static inline void atomic_ptr_store_release(AtomicPtr *p, void *v) {
  ATOMIC_STORE_(void *, &p->raw_, (ATOMIC_PTR_T_)v, __ATOMIC_RELEASE);
}
static inline void *atomic_ptr_exchange_acq_rel(AtomicPtr *p, void *v) {
  return (void *)ATOMIC_RMW_(uintptr_t, &p->raw_, '=', exchange_n,
                             (ATOMIC_PTR_T_)v, __ATOMIC_ACQ_REL);
}
static inline bool atomic_ptr_cas_acq_rel(AtomicPtr *p, void **expected,
                                          void *desired) {
#ifdef TAIPAN_MODEL
  uint64_t old = (uintptr_t)*expected;
  bool won = model_cas(&p->raw_, sizeof(p->raw_), &old, (uintptr_t)desired,
                       __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
  *expected = (void *)(uintptr_t)old;
  return won;
#else
  return __atomic_compare_exchange_n(&p->raw_, expected, desired, false,
                                     __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
#endif
}
#undef ATOMIC_PTR_T_

/* Raises *p to v if it is lower (statistics). */
static inline void atomic_u64_max_relaxed(AtomicU64 *p, uint64_t v) {
  uint64_t old = atomic_u64_load_relaxed(p);
  while (old < v && !atomic_u64_cas_relaxed(p, &old, v)) {
  }
}

/* Tells the processor that this is a spin loop. */
static inline void atomic_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

#endif
