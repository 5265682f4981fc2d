/* panic.c - panics, and faults contained to one unit of work.
 *
 * Problem: one module that crashes the analyser must not take the others'
 * results with it, and a thread that has run out of stack cannot run a signal
 * handler on that stack.
 *
 * Representation: each thread has a chain of frames, one a running fault_run,
 * innermost first; a frame holds a jump buffer.  panic() jumps to the innermost
 * frame.  The handlers of SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT run on
 * the thread's alternate stack and do the same.  They are installed with an
 * empty mask and SA_NODEFER, so the signal mask is the same before, in and
 * after the handler, and sigsetjmp need not save it: a frame costs no system
 * call.
 *
 * Why the rest survives: a unit takes no locks, writes shared tables only by a
 * single store or compare-exchange of a finished value, and its arenas are
 * dropped with it.  What is not covered: a fault inside the allocator, while it
 * holds a lock; STACK_GUARD() keeps the likely cause, a deep recursion, away
 * from there by ending it while there is still room for calls.
 *
 * A reason never holds an address, so reports are the same in each run.
 */
#include "base/panic.h"
#include "base/os_mem.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
  ALT_STACK = 128 * 1024,
  GUARD_ROOM = 256 * 1024, /* kept free by STACK_GUARD */
  STACK_MOST = 64 << 20,
  NEAR_GUARD = 1024 * 1024, /* a frame may jump over the guard page */
  STACK_KEPT = 1024 * 1024  /* what fault_stack_trim leaves */
};

typedef struct Frame {
  sigjmp_buf env;
  struct Frame *up;
  FaultInfo *out;
} Frame;

__thread uintptr_t fault_stack_limit;
static __thread Frame *frame_top;
static __thread uintptr_t stack_low; /* lowest usable address; 0 unknown */
static __thread uintptr_t stack_kept; /* above it nothing is given back */
static __thread uintptr_t stack_end;  /* below it STACK_GUARD raises */
static __thread void *alt_stack;
static __thread stack_t alt_before;
static pthread_once_t handlers_once = PTHREAD_ONCE_INIT;

static const int fault_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

static const char *const fault_text[] = {
    [FAULT_NONE] = "none",
    [FAULT_PANIC] = "panic",
    [FAULT_SEGV] = "segmentation fault",
    [FAULT_STACK_OVERFLOW] = "stack overflow",
    [FAULT_BUS] = "bus error",
    [FAULT_FPE] = "arithmetic fault",
    [FAULT_ILL] = "illegal instruction",
    [FAULT_ABORT] = "aborted by a library",
};

/* Jumps to the innermost frame, which must exist; its *out is filled. */
static NORETURN void frame_throw(FaultKind kind) {
  Frame *f = frame_top;
  if (f->out) f->out->kind = kind;
  siglongjmp(f->env, 1);
}

static void copy_reason(FaultInfo *out, const char *reason) {
  if (!out) return;
  size_t n = 0;
  for (; reason[n] && n + 1 < sizeof out->reason; n++)
    out->reason[n] = reason[n] == '\n' ? ' ' : reason[n];
  out->reason[n] = 0;
}

static FaultKind kind_of(int sig, const siginfo_t *info) {
  uintptr_t addr = (uintptr_t)info->si_addr;
  switch (sig) {
  case SIGSEGV:
    if (stack_low && addr < stack_low + GUARD_ROOM / 4 &&
        addr + NEAR_GUARD > stack_low)
      return FAULT_STACK_OVERFLOW;
    return FAULT_SEGV;
  case SIGBUS: return FAULT_BUS;
  case SIGFPE: return FAULT_FPE;
  case SIGILL: return FAULT_ILL;
  default: return FAULT_ABORT;
  }
}

static void on_fault(int sig, siginfo_t *info, void *context) {
  (void)context;
  /* From another process: not ours to contain. */
  bool sent = info->si_code <= 0 && info->si_pid != getpid();
  if (!frame_top || sent) {
    signal(sig, SIG_DFL);
    if (info->si_code <= 0) raise(sig);
    return; /* the instruction faults again, with the default action */
  }
  FaultKind kind = kind_of(sig, info);
  copy_reason(frame_top->out, fault_text[kind]);
  frame_throw(kind);
}

void fault_install_handlers(void) {
  struct sigaction sa;
  memset(&sa, 0, sizeof sa);
  sa.sa_sigaction = on_fault;
  sa.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  sigemptyset(&sa.sa_mask);
  for (size_t i = 0; i < ARRAY_LEN(fault_signals); i++)
    sigaction(fault_signals[i], &sa, NULL);
}

void fault_bound_main_stack(size_t size) {
  struct rlimit lim;
  if (getrlimit(RLIMIT_STACK, &lim) != 0 || lim.rlim_cur == size) return;
  lim.rlim_cur = MIN((rlim_t)size, lim.rlim_max);
  setrlimit(RLIMIT_STACK, &lim);
}

/* A stack may be larger than STACK_MOST, or without bounds (ulimit -s): the
 * guard is where it would be in a stack of that size, so that a recursion
 * without end does not take all memory first. */
static void find_stack(void) {
  uintptr_t here = (uintptr_t)__builtin_frame_address(0);
  uintptr_t low = 0;
  pthread_attr_t attr;
  if (pthread_getattr_np(pthread_self(), &attr) == 0) {
    void *p = NULL;
    size_t size = 0;
    pthread_attr_getstack(&attr, &p, &size);
    pthread_attr_destroy(&attr);
    low = (uintptr_t)p;
  }
  stack_low = low;
  if (low > here || here - low > STACK_MOST) low = here - STACK_MOST;
  stack_end = low + MIN((uintptr_t)GUARD_ROOM, (here - low) / 8);
  stack_kept = MAX(here - STACK_KEPT, stack_end);
  fault_stack_limit = stack_kept;
}

void fault_thread_init(void) {
  pthread_once(&handlers_once, fault_install_handlers);
  find_stack(); /* the main thread's may have grown */
  if (alt_stack) return;
  alt_stack = os_pages_must(ALT_STACK);
  stack_t ss = {.ss_sp = alt_stack, .ss_size = ALT_STACK};
  if (sigaltstack(&ss, &alt_before) != 0) panic("sigaltstack failed");
}

void fault_thread_fini(void) {
  if (!alt_stack) return;
  if (alt_before.ss_flags & SS_DISABLE) alt_before.ss_size = ALT_STACK;
  sigaltstack(&alt_before, NULL);
  os_pages_free(alt_stack, ALT_STACK);
  alt_stack = NULL;
  stack_low = stack_end = stack_kept = fault_stack_limit = 0;
}

void fault_stack_deep(void) {
  if ((uintptr_t)__builtin_frame_address(0) < stack_end)
    fault_raise(FAULT_STACK_OVERFLOW, "stack overflow");
  fault_stack_limit = stack_end;
}

/* Not all of the main thread's stack need be mapped. */
void fault_stack_trim(void) {
  if (LIKELY(fault_stack_limit == stack_kept) || stack_kept == stack_end)
    return;
  fault_stack_limit = stack_kept;
  os_drop((void *)stack_end, stack_kept - stack_end);
}

bool fault_active(void) { return frame_top != NULL; }

bool fault_run(void (*fn)(void *), void *arg, FaultInfo *out) {
  if (UNLIKELY(!alt_stack)) fault_thread_init();
  Frame f;
  f.up = frame_top;
  f.out = out;
  /* The thread sanitizer's handlers run with all signals blocked. */
  if (sigsetjmp(f.env, TAIPAN_TSAN) != 0) {
    frame_top = f.up;
    return false;
  }
  frame_top = &f;
  fn(arg);
  frame_top = f.up;
  return true;
}

/* The end of the process: one line on stderr, then a core. */
static NORETURN void die(const char *text) {
  char line[512];
  int n = snprintf(line, sizeof line, "taipan: internal error: %s\n", text);
  if (n > (int)sizeof line - 1) n = (int)sizeof line - 1;
  if (write(STDERR_FILENO, line, (size_t)n) < 0) { /* nothing left to do */
  }
  signal(SIGABRT, SIG_DFL);
  abort();
}

void fault_raise(FaultKind kind, const char *reason) {
  if (!frame_top) die(reason);
  copy_reason(frame_top->out, reason);
  frame_throw(kind);
}

void panic(const char *fmt, ...) {
  char text[sizeof((FaultInfo *)0)->reason];
  va_list args;
  va_start(args, fmt);
  vsnprintf(text, sizeof text, fmt, args);
  va_end(args);
  fault_raise(FAULT_PANIC, text);
}

void panic_assert(const char *what, const char *file, int line) {
  const char *src = strstr(file, "src/");
  panic("assertion failed: %s (%s:%d)", what, src ? src : file, line);
}
