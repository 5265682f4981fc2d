#include "base/panic.h"
#include "base/arena.h"
#include "base/os_mem.h"
#include "unit/base/cmocka_all.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void do_nothing(void *arg) { *(int *)arg += 1; }
static void do_panic(void *arg) { panic("bad thing %d\nin two lines", 7); }
/* Two threads write to the same wild address. */
__attribute__((no_sanitize_thread)) static void do_segv(void *arg) {
  int *volatile p = (int *)arg;
  *(volatile int *)p = 1;
}
static void do_abort(void *arg) { abort(); }

static NOINLINE int recurse(volatile int *deep, int n) {
  volatile char room[2000];
  room[0] = (char)n;
  *deep = n;
  int r = n > 100000000 ? 0 : recurse(deep, n + 1);
  return r + room[0];
}
static void do_overflow(void *arg) {
  volatile int deep = 0;
  recurse(&deep, 0);
}
static NOINLINE int recurse_guarded(int n) {
  STACK_GUARD();
  volatile char room[500];
  room[0] = (char)n;
  int r = n > 100000000 ? 0 : recurse_guarded(n + 1);
  return r + room[0];
}
static void do_guarded(void *arg) { *(int *)arg = recurse_guarded(0); }

static void do_bus(void *arg) {
  FILE *f = tmpfile();
  char *p = (char *)mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED,
                         fileno(f), 0);
  fclose(f);
  *(volatile char *)p = 1;
}

/* cmocka takes SIGSEGV and the like for itself before each test. */
static void ours(void) {
  fault_thread_init();
  fault_install_handlers();
}

static void comes_back(void **state) {
  int n = 0;
  FaultInfo info;
  assert_true(fault_run(do_nothing, &n, &info));
  assert_int_equal(n, 1);
  assert_false(fault_active());
}

static void panics_are_contained(void **state) {
  FaultInfo info;
  assert_false(fault_run(do_panic, NULL, &info));
  assert_int_equal(info.kind, FAULT_PANIC);
  assert_string_equal(info.reason, "bad thing 7 in two lines");
  assert_false(fault_run(do_panic, NULL, NULL));
  assert_false(fault_active());
}

static void check_signals(void) {
  FaultInfo info;
  for (int i = 0; i < 100; i++) {
    assert_false(fault_run(do_segv, (void *)64, &info));
    assert_int_equal(info.kind, FAULT_SEGV);
    assert_string_equal(info.reason, "segmentation fault");
  }
  assert_false(fault_run(do_abort, NULL, &info));
  assert_int_equal(info.kind, FAULT_ABORT);
  assert_false(fault_run(do_bus, NULL, &info));
  assert_int_equal(info.kind, FAULT_BUS);
}

static void signals_are_contained(void **state) {
  ours();
  check_signals();
}

static void *on_thread(void *arg) {
  fault_thread_init();
  check_signals();
  FaultInfo info;
  for (int i = 0; i < 20; i++) {
    assert_false(fault_run(do_overflow, NULL, &info));
    assert_int_equal(info.kind, FAULT_STACK_OVERFLOW);
    int n;
    assert_false(fault_run(do_guarded, &n, &info));
    assert_int_equal(info.kind, FAULT_STACK_OVERFLOW);
    assert_string_equal(info.reason, "stack overflow");
  }
  fault_thread_fini();
  return NULL;
}

static void each_thread_contains_its_own(void **state) {
  if (TAIPAN_ASAN) skip(); /* ASan keeps its own books of the stack */
  ours();
  pthread_t t[3];
  pthread_attr_t attr;
  pthread_attr_init(&attr);
  pthread_attr_setstacksize(&attr, 4 << 20);
  for (int i = 0; i < 3; i++) pthread_create(&t[i], &attr, on_thread, NULL);
  for (int i = 0; i < 3; i++) pthread_join(t[i], NULL);
  pthread_attr_destroy(&attr);
}

static void main_stack_overflow(void **state) {
  if (TAIPAN_ASAN) skip();
  fault_bound_main_stack(16 << 20); /* it may be without bounds */
  ours();
  FaultInfo info;
  assert_false(fault_run(do_overflow, NULL, &info));
  assert_int_equal(info.kind, FAULT_STACK_OVERFLOW);
  int n;
  assert_false(fault_run(do_guarded, &n, &info));
  assert_int_equal(info.kind, FAULT_STACK_OVERFLOW);
}

static bool is_held(char *page) {
  unsigned char held;
  return mincore(page, 1, &held) == 0 && held & 1;
}

/* On either kind of stack; what is in use stays. */
static void *trim(void *arg) {
  fault_thread_init();
  char mine[64];
  memset(mine, 7, sizeof mine);
  size_t page = os_page_size();
  char *deep = (char *)((uintptr_t)mine / page * page) - (3 << 20);
  for (int i = 0; i < 3; i++) {
    FaultInfo info;
    int n;
    assert_false(fault_run(do_guarded, &n, &info));
    assert_int_equal(info.kind, FAULT_STACK_OVERFLOW);
    assert_true(is_held(deep));
    fault_stack_trim();
    assert_false(is_held(deep));
    fault_stack_trim();
    assert_int_equal(mine[63], 7);
  }
  return NULL;
}

static void stacks_are_trimmed(void **state) {
  if (TAIPAN_ASAN || TAIPAN_TSAN) skip();
  fault_bound_main_stack(16 << 20);
  ours();
  trim(NULL);
  pthread_t t;
  pthread_attr_t attr;
  pthread_attr_init(&attr);
  pthread_attr_setstacksize(&attr, 8 << 20);
  pthread_create(&t, &attr, trim, NULL);
  pthread_join(t, NULL);
  pthread_attr_destroy(&attr);
}

static void do_nested(void *arg) {
  FaultInfo inner;
  if (fault_run(do_segv, (void *)64, &inner)) return;
  if (!fault_active()) return;
  fault_raise(FAULT_PANIC, "outer");
}

static void frames_nest(void **state) {
  ours();
  FaultInfo info;
  assert_false(fault_run(do_nested, NULL, &info));
  assert_string_equal(info.reason, "outer");
  assert_false(fault_active());
}

static void do_assert(void *arg) { ASSERT(1 + 1 == 3); }

static void asserts_are_panics(void **state) {
  FaultInfo info = {0};
#ifdef NDEBUG
  assert_true(fault_run(do_assert, NULL, &info));
#else
  assert_false(fault_run(do_assert, NULL, &info));
  assert_non_null(strstr(info.reason, "1 + 1 == 3"));
#endif
}

/* Exit status of a child that runs fn outside of fault_run. */
static int child_signal(void (*fn)(void *), void *arg) {
  fflush(NULL);
  pid_t pid = fork();
  if (pid == 0) {
    freopen("/dev/null", "w", stderr);
    ours();
    fn(arg);
    _exit(0);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFSIGNALED(status) ? WTERMSIG(status) : -WEXITSTATUS(status);
}

static void outside_a_frame_the_process_dies(void **state) {
  if (TAIPAN_ASAN || TAIPAN_TSAN) skip();
  assert_int_equal(child_signal(do_panic, NULL), SIGABRT);
  assert_int_equal(child_signal(do_segv, (void *)64), SIGSEGV);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(comes_back),
      cmocka_unit_test(panics_are_contained),
      cmocka_unit_test(signals_are_contained),
      cmocka_unit_test(each_thread_contains_its_own),
      cmocka_unit_test(main_stack_overflow),
      cmocka_unit_test(stacks_are_trimmed),
      cmocka_unit_test(frames_nest),
      cmocka_unit_test(asserts_are_panics),
      cmocka_unit_test(outside_a_frame_the_process_dies),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
