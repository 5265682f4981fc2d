/* main.c - the program: everything runs on one thread with a large stack, so
 * that worker 0 can nest as deeply as the other workers. */
#include "driver/cli.h"

#include <pthread.h>
#include <stdio.h>

typedef struct {
  int argc;
  char **argv;
  int code;
} Main;

static void run(void *arg) {
  Main *m = arg;
  m->code = cli_main(m->argc, m->argv);
}

/* A fault outside of any unit of work is ours alone: exit code 101. */
static void *run_contained(void *arg) {
  FaultInfo info;
  Main *m = arg;
  if (!fault_run(run, m, &info)) {
    fprintf(stderr, "error: taipan itself failed: %s\n", info.reason);
    m->code = EXIT_INTERNAL;
  }
  fault_thread_fini();
  return NULL;
}

int main(int argc, char **argv) {
  Main m = {argc, argv, EXIT_INTERNAL};
  pthread_attr_t attr;
  pthread_t thread;
  pthread_attr_init(&attr);
  pthread_attr_setstacksize(&attr, (size_t)64 << 20);
  if (pthread_create(&thread, &attr, run_contained, &m) == 0)
    pthread_join(thread, NULL);
  else run_contained(&m);
  pthread_attr_destroy(&attr);
  return m.code;
}
