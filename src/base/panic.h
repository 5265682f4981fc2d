/* panic.h - broken invariants, and how one unit's crash is contained.
 *
 * Layer: base.  Memory: one alternate signal stack a thread.
 * Threads: everything here acts on the calling thread only.
 */
#ifndef TAIPAN_BASE_PANIC_H
#define TAIPAN_BASE_PANIC_H

#include "base/defs.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  FAULT_NONE,
  FAULT_PANIC,          /* panic() or a failed ASSERT */
  FAULT_SEGV,           /* wild pointer */
  FAULT_STACK_OVERFLOW, /* the stack's guard was hit, or STACK_GUARD() */
  FAULT_BUS,
  FAULT_FPE,
  FAULT_ILL,
  FAULT_ABORT, /* abort() by a library */
} FaultKind;

typedef struct {
  FaultKind kind;
  char reason[240]; /* one line, no newline; never holds an address */
} FaultInfo;

/* Runs fn(arg).  Returns true if it came back, false if it faulted on this
 * thread (wild pointer, stack overflow, division by zero, panic, failed
 * ASSERT); then *out says why.  What fn had allocated in arenas stays, what it
 * had locked stays locked: units take no locks.  May be nested: the innermost
 * wins.  Costs about 15 ns. */
bool fault_run(void (*fn)(void *), void *arg, FaultInfo *out);

/* To be called once by each thread before its first fault_run (fault_run does
 * it if it was forgotten): alternate stack, bounds of the stack, handlers. */
void fault_thread_init(void);

/* Installs the handlers again, for programs that have replaced them since
 * (cmocka does, around each test). */
void fault_install_handlers(void);

/* Gives the alternate stack back; the thread must not fault afterwards. */
void fault_thread_fini(void);

/* Throws the innermost fault_run out with this kind and reason; without one,
 * the same as panic. */
NORETURN void fault_raise(FaultKind kind, const char *reason);

/* Bounds the main thread's stack at `size`, as far as the system's hard limit
 * allows; fault_thread_init must be called behind it. */
void fault_bound_main_stack(size_t size);

/* Gives the pages back that a recursion with STACK_GUARDs has touched when it went
 * deep; to be called where little of the stack is in use.  Usually costs a load. */
void fault_stack_trim(void);

/* True while the calling thread is inside fault_run. */
bool fault_active(void);

/* Lowest address that this thread's frames may reach before fault_stack_deep must
 * be asked; 0 = not known. */
extern __thread uintptr_t fault_stack_limit;
/* Comes back when there is room left. */
void fault_stack_deep(void);

/* For recursive functions, as the last resort behind their own budget: a
 * contained fault while enough stack is left for what is called from here. */
#define STACK_GUARD()                                                  \
  (UNLIKELY((uintptr_t)__builtin_frame_address(0) < fault_stack_limit) \
       ? fault_stack_deep()                                            \
       : (void)0)

#ifdef __cplusplus
}
#endif
#endif
