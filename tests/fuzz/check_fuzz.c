/* check_fuzz.c - any text: the whole of `check`, in process, in memory.
 *
 * The first byte holds switches; the rest is one module, or, cut at a line
 * "#--", the modules a, b, c, d of one program.  Looked for: crashes, panics
 * (contained ones too), hangs, findings outside of their file, and findings
 * that move with the schedule.
 */
#include "base/atomic.h"
#include "core/names.h"
#include "driver/run.h"
#include "fuzz_mutate.h"
#include "sched/topo.h"

#include <stdio.h>
#include <stdlib.h>

enum {
  STUB = 1,        /* the first module is a .pyi */
  TWICE = 2,       /* once more, in another order */
  VERSIONS = 4,    /* two bits */
  NO_RETURNS = 16, /* infer-return-types is off */
  MODULES_MOST = 4,
  TEXT_MOST = 1 << 18
};

typedef struct {
  uint8_t flags;
  Str text[MODULES_MOST];
  uint32_t n;
} Program;

typedef struct {
  const Program *program;
  uint64_t seed;
  Arena *arena;
  Topo *topo;
  Run run;
  Str report;
} Check;

static NORETURN void fail(const char *what, const char *why) {
  fprintf(stderr, "check_fuzz: %s: %s\n", what, why);
  abort();
}

/* ---- the program -------------------------------------------------------- */

static bool read_program(const uint8_t *data, size_t size, Program *out) {
  *out = (Program){.n = 0};
  if (size < 1 || size > TEXT_MOST) return false;
  Str text = str_make((const char *)data + 1, size - 1), mark = STR("\n#--\n");
  if (utf8_check(text) != STR_NONE) return false;
  out->flags = data[0];
  while (out->n + 1 < MODULES_MOST) {
    uint32_t at = str_find(text, mark, 0);
    if (at == STR_NONE) break;
    out->text[out->n++] = str_slice(text, 0, at + 1);
    text = str_from_byte(text, at + mark.len);
  }
  out->text[out->n++] = text;
  return true;
}

static Config *make_config(const Program *program, Arena *arena) {
  static const PythonVersion versions[] = {{3, 14}, {3, 8}, {3, 12}, {3, 15}};
  Config *config = ARENA_NEW(arena, Config);
  Options *o = &config->options;
  config->arena = arena;
  config->file = STR_EMPTY;
  options_default(o);
  o->python_version = versions[program->flags / VERSIONS % 4];
  o->project = STR("/src");
  Str *root = ARENA_NEW(arena, Str);
  *root = o->project;
  o->roots = (StrList){root, 1};
  o->base.infer_return_types = !(program->flags & NO_RETURNS);
  for (uint32_t i = 0; i < RULE_COUNT; i++)
    o->base.levels[i] = SEVERITY_ERROR;
  return config;
}

static SourceFiles add_files(const Program *program, Fs *fs, Arena *arena) {
  SourceFile *files = ARENA_ARRAY(arena, SourceFile, program->n);
  for (uint32_t i = 0; i < program->n; i++) {
    const char *suffix = i == 0 && program->flags & STUB ? "i" : "";
    Str path = str_printf(arena, "/src/%c.py%s", (char)('a' + i), suffix);
    fs_memory_add(fs, path, program->text[i]);
    files[i] = (SourceFile){.path = path,
                            .display = str_from_byte(path, 5),
                            .problem = STR_EMPTY};
  }
  return (SourceFiles){files, program->n};
}

/* ---- the run ------------------------------------------------------------ */

static Str report_of(const FindingList *list, Arena *arena) {
  StrBuf out;
  strbuf_init(&out, arena);
  for (uint32_t i = 0; i < list->n; i++) {
    const Finding *f = &list->v[i];
    strbuf_printf(&out, "%" PRIstr ":%u:%u:%u:%u %s %" PRIstr "\n",
                  STR_ARG(f->path), f->place.line, f->place.column,
                  f->place.end_line, f->place.end_column,
                  rule_info[f->rule].name, STR_ARG(f->message));
  }
  return strbuf_str(&out);
}

static void verify_findings(const Check *check) {
  const FindingList *list = &check->run.findings;
  for (uint32_t i = 0; i < list->n; i++) {
    const Finding *f = &list->v[i];
    const LineRange *p = &f->place;
    Str text = check->program->text[f->path.ptr[0] - 'a'];
    if (f->rule == RULE_INTERNAL_ERROR)
      fail("internal-error", str_cstr(check->arena, f->message));
    if (p->line < 1 || p->column < 1 || p->end_line < p->line ||
        (p->end_line == p->line && p->end_column < p->column) ||
        p->end_line > line_map_count(text) + 1)
      fail("a finding outside of its file",
           str_cstr(check->arena, report_of(list, check->arena)));
    if (utf8_check(f->message) != STR_NONE)
      fail("a message is not UTF-8", rule_info[f->rule].name);
  }
}

static void run_check(void *arg) {
  Check *check = arg;
  Run *run = &check->run;
  Fs *fs = fs_memory_create(check->arena);
  PoolConfig pool = {.workers = 1,
                     .seed = check->seed,
                     .topo = check->topo,
                     .pin = POOL_PIN_NONE};
  *run = (Run){.fs = fs,
               .config = make_config(check->program, check->arena),
               .arena = check->arena,
               .files = add_files(check->program, fs, check->arena),
               .stop_after = PHASE_REPORT,
               .want_excerpt = true};
  chaos_seed = check->seed;
  run->pool = pool_create(&pool);
  pipeline_run(run);
  verify_findings(check);
  check->report = report_of(&run->findings, check->arena);
  pipeline_close(run);
  pool_destroy(run->pool);
}

static Str check_once(const Program *program, uint64_t seed, Arena *arena) {
  static Arena *topo_arena;
  static Topo *topo;
  if (!topo) {
    topo_arena = arena_create("topology");
    topo = topo_detect(topo_arena, NULL);
  }
  Check check = {
      .program = program, .seed = seed, .arena = arena, .topo = topo};
  FaultInfo info;
  if (!fault_run(run_check, &check, &info)) fail("panic", info.reason);
  return check.report;
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  names_init();
  modules_share_typeshed(true);
  fuzz_stack_init();
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  Program program;
  if (!read_program(data, size, &program)) return 0;
  Arena *arena = arena_create("check");
  Str first = check_once(&program, 0, arena);
  if (program.flags & TWICE) {
    Str second = check_once(&program, 1 + program.flags, arena);
    if (!str_eq(first, second)) {
      fprintf(stderr, "--- in order\n%" PRIstr "--- in another\n%" PRIstr,
              STR_ARG(first), STR_ARG(second));
      fail("findings", "they move with the schedule");
    }
  }
  arena_destroy(arena);
  return 0;
}
