/* mdtest.c - the mdtest command: files, processes, output.
 *
 * The type interner belongs to a process, and a test must start with an empty
 * one; so tests run side by side in forked processes, which take the next test
 * from a shared counter and send what failed through a pipe.  A test that
 * kills its process costs only itself.
 */
#include "driver/mdtest.h"

#include "base/codec.h"
#include "base/sort.h"
#include "core/names.h"
#include "driver/cli.h"
#include "report/json_util.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* One test of all that were given. */
typedef struct {
  const MdSuite *suite;
  const MdTest *test;
  bool done;
  MdFailures failures;
} Job;

typedef struct {
  Cli *cli;
  VEC(Job) jobs;
  uint32_t skipped;
  bool broken;      /* some file breaks the format */
  AtomicU32 *next;  /* shared: the next job */
  AtomicU32 *taken; /* shared: the job of each process, + 1 */
} Mdtest;

/* ---- files -------------------------------------------------------------- */

static void load_file(Mdtest *m, Str path) {
  Arena *arena = m->cli->arena;
  Str text, display = config_display_path(arena, path, m->cli->config.cwd);
  FsErr err;
  if (!fs_read(fs_disk(), path, arena, &text, &err)) {
    cli_error("%" PRIstr ": %s", STR_ARG(display), fs_reason_text(err.reason));
    m->broken = true;
    return;
  }
  StrBuf errors;
  strbuf_init(&errors, arena);
  MdSuite *suite = ARENA_NEW(arena, MdSuite);
  if (!mdtest_parse(text, display, arena, suite, &errors)) {
    Str rest = strbuf_str(&errors), line;
    while (rest.len && str_split(&rest, '\n', &line))
      if (line.len) cli_error("%" PRIstr, STR_ARG(line));
    m->broken = true;
    return;
  }
  for (uint32_t i = 0; i < suite->tests.n; i++) {
    const MdTest *test = &suite->tests.v[i];
    if (m->cli->filter.ptr &&
        str_find(test->name, m->cli->filter, 0) == STR_NONE)
      continue;
    if (test->skip) m->skipped++;
    else vec_push(&m->jobs, arena, (Job){.suite = suite, .test = test});
  }
}

static void load_path(Mdtest *m, Str path, bool named) {
  Arena *arena = m->cli->arena;
  FsEntry *entries;
  uint32_t n;
  FsErr err;
  if (!fs_is_dir(fs_disk(), path)) {
    if (named || str_ends(path, STR(".md"))) load_file(m, path);
    return;
  }
  if (!fs_list(fs_disk(), path, arena, &entries, &n, &err)) return;
  for (uint32_t i = 0; i < n; i++)
    if (entries[i].kind == FS_KIND_FILE ||
        (entries[i].kind == FS_KIND_DIR && !entries[i].is_link))
      load_path(m, path_join(arena, path, entries[i].name), false);
}

/* ---- processes ---------------------------------------------------------- */

static void run_job(void *arg) {
  void **args = arg;
  Job *job = args[0];
  mdtest_run(job->test, args[1], args[2], &job->failures);
}

/* Runs one test; a fault outside its units is a failure of the test. */
static void run_contained(Job *job, Pool *pool, Arena *arena) {
  FaultInfo info;
  void *args[] = {job, pool, arena};
  if (!fault_run(run_job, args, &info)) {
    job->failures.n = 0;
    vec_push(&job->failures, arena,
             (MdFailure){job->test->line,
                         str_printf(arena, "crashed: %s", info.reason)});
  }
  job->done = true;
}

static bool write_all(int fd, Str bytes) {
  while (bytes.len) {
    ssize_t n = write(fd, bytes.ptr, bytes.len);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes = str_from_byte(bytes, (uint32_t)n);
  }
  return true;
}

static void send_job(int fd, uint32_t index, const Job *job, Arena *arena) {
  Enc e;
  enc_init(&e, arena);
  enc_u32(&e, 0); /* length, below */
  enc_u32(&e, index);
  enc_var(&e, job->failures.n);
  for (uint32_t i = 0; i < job->failures.n; i++) {
    enc_var(&e, job->failures.v[i].line);
    enc_str(&e, job->failures.v[i].text);
  }
  enc_patch_u32(&e, 0, e.n);
  write_all(fd, enc_result(&e));
}

static NORETURN void child(Mdtest *m, uint32_t number, int fd) {
  PoolConfig config = {
      .workers = 1, .seed = m->cli->seed, .pin = POOL_PIN_NONE};
  Pool *pool = pool_create(&config);
  for (;;) {
    uint32_t i = atomic_u32_fetch_add_relaxed(m->next, 1);
    if (i >= m->jobs.n) break;
    atomic_u32_store_relaxed(&m->taken[number], i + 1);
    Arena *arena = arena_create("mdtest");
    run_contained(&m->jobs.v[i], pool, arena);
    send_job(fd, i, &m->jobs.v[i], arena);
    atomic_u32_store_relaxed(&m->taken[number], 0);
    arena_destroy(arena);
  }
  pool_destroy(pool);
  _exit(0);
}

typedef struct {
  pid_t pid;
  int fd;
  VEC(char) bytes; /* received, not decoded yet */
} Process;

static bool start_process(Mdtest *m, uint32_t number, Process *out) {
  int ends[2];
  if (pipe(ends) != 0) return false;
  fflush(NULL);
  pid_t pid = fork();
  if (pid == 0) {
    close(ends[0]);
    child(m, number, ends[1]);
  }
  close(ends[1]);
  if (pid < 0) close(ends[0]);
  out->pid = pid;
  out->fd = pid < 0 ? -1 : ends[0];
  return pid > 0;
}

/* Decodes the complete records that have come. */
static void decode(Mdtest *m, Process *p) {
  Arena *arena = m->cli->arena;
  uint32_t at = 0;
  for (;;) {
    Dec d;
    dec_init(&d, (Str){p->bytes.v + at, p->bytes.n - at});
    uint32_t length = dec_u32(&d);
    if (d.bad || length > p->bytes.n - at) break;
    uint32_t index = dec_u32(&d);
    if (index >= m->jobs.n) break;
    Job *job = &m->jobs.v[index];
    job->done = true;
    for (uint32_t n = (uint32_t)dec_var(&d); n && !d.bad; n--) {
      uint32_t line = (uint32_t)dec_var(&d);
      Str text = str_dup(arena, dec_str(&d));
      vec_push(&job->failures, arena, (MdFailure){line, text});
    }
    at += length;
  }
  memmove(p->bytes.v, p->bytes.v + at, p->bytes.n - at);
  p->bytes.n -= at;
}

/* The process is gone: blames its test, if it was in one, and starts another
 * while tests are left. */
static void reap(Mdtest *m, uint32_t number, Process *p) {
  int status = 0;
  close(p->fd);
  p->fd = -1;
  waitpid(p->pid, &status, 0);
  uint32_t taken = atomic_u32_load_relaxed(&m->taken[number]);
  if (taken == 0) return;
  Job *job = &m->jobs.v[taken - 1];
  atomic_u32_store_relaxed(&m->taken[number], 0);
  job->done = true;
  vec_push(&job->failures, m->cli->arena,
           (MdFailure){job->test->line, STR("crashed: the process died")});
  p->bytes.n = 0;
  start_process(m, number, p);
}

static void pump(Mdtest *m, Process *processes, uint32_t n) {
  struct pollfd *fds = ARENA_ARRAY(m->cli->arena, struct pollfd, n);
  for (;;) {
    uint32_t open = 0;
    for (uint32_t i = 0; i < n; i++) {
      fds[i] = (struct pollfd){.fd = processes[i].fd, .events = POLLIN};
      open += processes[i].fd >= 0;
    }
    if (open == 0) return;
    if (poll(fds, n, -1) < 0) continue;
    for (uint32_t i = 0; i < n; i++) {
      if (fds[i].fd < 0 || !fds[i].revents) continue;
      char piece[8192];
      ssize_t got = read(fds[i].fd, piece, sizeof(piece));
      if (got < 0) continue;
      if (got == 0) {
        reap(m, i, &processes[i]);
        continue;
      }
      vec_append(&processes[i].bytes, m->cli->arena, piece, (uint32_t)got);
      decode(m, &processes[i]);
    }
  }
}

static uint32_t process_count(const Mdtest *m) {
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  uint32_t n = m->cli->jobs ? m->cli->jobs : (uint32_t)MAX(cores, 1);
  return MAX(1u, MIN(n, m->jobs.n));
}

static void preload_body(void *arg) {
  Cli *cli = arg;
  static const char *const names[] = {
      "builtins",        "typing", "types", "typing_extensions", "_typeshed",
      "collections.abc", "abc",    "sys",   "dataclasses",       "enum",
      "functools"};
  Options options;
  options_default(&options);
  Modules *modules =
      modules_create(&options, fs_memory_create(cli->arena), cli->arena);
  for (uint32_t i = 0; i < ARRAY_LEN(names); i++) {
    ModuleId id = modules_resolve(modules, (ModuleId){0},
                                  name_intern(str_from(names[i])));
    if (id.v) modules_code(modules, id);
  }
  modules_destroy(modules);
}

/* Parses what nearly every test reads, so that the processes inherit it. */
static void preload(Cli *cli) {
  FaultInfo info;
  modules_share_typeshed(true);
  fault_run(preload_body, cli, &info); /* a test will say what is wrong */
}

static void run_all(Mdtest *m) {
  preload(m->cli);
  uint32_t n = process_count(m);
  size_t size = (n + 1) * sizeof(AtomicU32);
  m->next = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                 -1, 0);
  if (m->next == MAP_FAILED) panic("no shared memory");
  m->taken = m->next + 1;
  Process *processes = ARENA_ARRAY(m->cli->arena, Process, n);
  for (uint32_t i = 0; i < n; i++)
    if (!start_process(m, i, &processes[i]))
      cli_error("cannot start a process: %s", strerror(errno));
  pump(m, processes, n);
  munmap(m->next, size);
}

/* ---- output ------------------------------------------------------------- */

static int cmp_failure(const void *a, const void *b, void *ctx) {
  (void)ctx;
  const MdFailure *x = a, *y = b;
  return (x->line > y->line) - (x->line < y->line);
}

static void print_text(const Mdtest *m, uint32_t passed, uint32_t failed) {
  for (uint32_t i = 0; i < m->jobs.n; i++) {
    const Job *job = &m->jobs.v[i];
    if (job->failures.n == 0) continue;
    printf("%" PRIstr "\n", STR_ARG(job->test->name));
    for (uint32_t j = 0; j < job->failures.n; j++)
      printf("%" PRIstr ":%u %" PRIstr "\n", STR_ARG(job->suite->display),
             job->failures.v[j].line, STR_ARG(job->failures.v[j].text));
    putchar('\n');
  }
  printf("%u passed, %u failed", passed, failed);
  if (m->skipped) printf(", %u skipped", m->skipped);
  putchar('\n');
}

static void print_json(const Mdtest *m, uint32_t passed, uint32_t failed) {
  printf("{\"version\": \"%s\",\n \"tests\": [", TAIPAN_VERSION);
  for (uint32_t i = 0; i < m->jobs.n; i++) {
    const Job *job = &m->jobs.v[i];
    cJSON *test = cJSON_CreateObject();
    json_string(test, "name", job->test->name);
    json_string(test, "path", job->suite->display);
    json_number(test, "line", job->test->line);
    cJSON_AddBoolToObject(test, "passed", job->failures.n == 0);
    cJSON *failures = cJSON_AddArrayToObject(test, "failures");
    for (uint32_t j = 0; j < job->failures.n; j++) {
      cJSON *failure = cJSON_CreateObject();
      json_number(failure, "line", job->failures.v[j].line);
      json_string(failure, "message", job->failures.v[j].text);
      cJSON_AddItemToArray(failures, failure);
    }
    fputs(i ? ",\n  " : "\n  ", stdout);
    json_print(stdout, test);
  }
  printf("\n ],\n \"summary\": {\"passed\": %u, \"failed\": %u, \"skipped\": "
         "%u}}\n",
         passed, failed, m->skipped);
}

int command_mdtest(Cli *cli) {
  Mdtest m = {.cli = cli};
  if (cli->paths.n == 0) {
    cli_error("which tests? Give files or directories");
    return EXIT_USAGE;
  }
  for (uint32_t i = 0; i < cli->paths.n; i++)
    load_path(&m,
              path_normalize(cli->arena, path_join(cli->arena, cli->config.cwd,
                                                   cli->paths.v[i])),
              true);
  if (m.jobs.n) run_all(&m);
  uint32_t failed = 0;
  for (uint32_t i = 0; i < m.jobs.n; i++) {
    Job *job = &m.jobs.v[i];
    if (!job->done)
      vec_push(&job->failures, cli->arena,
               (MdFailure){job->test->line, STR("was not run")});
    sort_stable(job->failures.v, job->failures.n, sizeof(MdFailure),
                cmp_failure, NULL);
    failed += job->failures.n > 0;
  }
  if (str_is(cli->output_format, "json"))
    print_json(&m, m.jobs.n - failed, failed);
  else print_text(&m, m.jobs.n - failed, failed);
  if (!cli_write(STR_EMPTY) || m.broken) return EXIT_USAGE;
  return failed ? EXIT_FINDINGS : EXIT_CLEAN;
}
