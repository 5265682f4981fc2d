/* mdtest_run.c - one test: an in-memory tree, the pipeline, the comparison. */
#include "driver/mdtest.h"

#include "base/sort.h"
#include "graph/site.h"

#define MDTEST_ROOT STR("/src")
static const PythonVersion mdtest_version = {3, 10};

static Str expand_path(Str path, PythonVersion version, Arena *arena) {
  Str marker = STR("<path-to-site-packages>");
  uint32_t at = str_find(path, marker, 0);
  if (at != STR_NONE)
    path = str_printf(arena, "%" PRIstr "lib/python%d.%d/site-packages%" PRIstr,
                      STR_ARG(str_slice(path, 0, at)), version.major,
                      version.minor,
                      STR_ARG(str_from_byte(path, at + marker.len)));
  return path_normalize(arena, path_join(arena, MDTEST_ROOT, path));
}

static StrList absolute_list(StrList list, Arena *arena) {
  Str *out = ARENA_ARRAY(arena, Str, list.n);
  for (uint32_t i = 0; i < list.n; i++)
    out[i] = path_normalize(arena, path_join(arena, MDTEST_ROOT, list.v[i]));
  return (StrList){out, list.n};
}

/* Rules that a test has to ask for in its [rules]: suites are written without
 * them, and they would speak of every other test. */
static bool is_asked_for(Rule rule) {
  switch (rule) {
  case RULE_IMPORT_CYCLE:
  case RULE_NON_EXHAUSTIVE_MATCH:
  case RULE_UNREACHABLE_CODE:
  case RULE_OVERLAPPING_OVERLOAD:
  case RULE_MISSING_TYPE_ARGUMENT:
  case RULE_UNSOUND_RETURN_STATEMENT:
  case RULE_MISSING_OVERRIDE_DECORATOR:
  case RULE_UNNECESSARY_COMPARISON:
  case RULE_REDEFINITION:
  case RULE_REDUNDANT_CONDITION:
  case RULE_UNREACHABLE_EXCEPT:
  case RULE_MISSING_SUPER_CALL:
  case RULE_UNKNOWN_MEMBER:
  case RULE_UNKNOWN_PARAMETER:
  case RULE_UNKNOWN_VARIABLE: return true;
  default: return false;
  }
}

/* Options of the test; every other rule is on. */
static bool configure(const MdTest *test, Fs *fs, Arena *arena, Config *config,
                      Err *err) {
  const Settings *s = &test->settings;
  *config = (Config){.file = STR_EMPTY, .arena = arena};
  Options *o = &config->options;
  options_default(o);
  o->python_version = mdtest_version;
  if (s->python_version.ptr)
    python_version_parse(s->python_version, &o->python_version);
  if (s->python_platform.ptr)
    python_platform_parse(s->python_platform, &o->platform);
  o->project = MDTEST_ROOT;
  Str *root = ARENA_NEW(arena, Str);
  *root = MDTEST_ROOT;
  o->roots =
      s->roots.set ? absolute_list(s->roots.list, arena) : (StrList){root, 1};
  o->extra_paths = absolute_list(s->extra_paths.list, arena);
  if (s->typeshed.ptr)
    o->typeshed =
        path_normalize(arena, path_join(arena, MDTEST_ROOT, s->typeshed));
  for (uint32_t i = 0; i < RULE_COUNT; i++)
    if (is_asked_for((Rule)i)) o->base.levels[i] = SEVERITY_IGNORE;
    else if (o->base.levels[i] == SEVERITY_IGNORE)
      o->base.levels[i] = SEVERITY_WARNING;
  settings_apply_rules(&s->rules, o->base.levels);
  settings_apply_analysis(&s->analysis, &o->base);
  if (!s->python.ptr) return true;
  PythonEnvironment found;
  Str python = path_normalize(arena, path_join(arena, MDTEST_ROOT, s->python));
  if (!site_packages_find(fs, python, o->python_version, arena, &found, err))
    return false;
  o->site_packages = found.site_packages;
  return true;
}

static int cmp_file(const void *a, const void *b, void *ctx) {
  (void)ctx;
  return str_cmp(((const SourceFile *)a)->path, ((const SourceFile *)b)->path);
}

static bool is_checked(Str path) {
  return str_starts(path, STR("/src/")) &&
         (str_ends(path, STR(".py")) || str_ends(path, STR(".pyi")));
}

static void compare(const MdTest *test, const Run *run, PythonVersion version,
                    Arena *arena, MdFailures *failures) {
  for (uint32_t i = 0; i < test->files.n; i++) {
    const MdFile *file = &test->files.v[i];
    Str path = expand_path(file->path, version, arena);
    for (uint32_t j = 0; j < run->result_count; j++) {
      const ModuleResult *result = &run->results[j];
      if (str_eq(result->file->path, path))
        mdtest_match(file, result->findings, result->finding_count, arena,
                     failures);
    }
  }
}

static bool has_snapshots(const MdTest *test) {
  for (uint32_t i = 0; i < test->files.n; i++)
    if (test->files.v[i].snapshots.n) return true;
  return false;
}

void mdtest_run(const MdTest *test, Pool *pool, Arena *arena,
                MdFailures *failures) {
  Config config;
  Err err;
  Fs *fs = fs_memory_create(arena);
  PythonVersion version = mdtest_version;
  if (test->settings.python_version.ptr)
    python_version_parse(test->settings.python_version, &version);
  SourceFile *files = ARENA_ARRAY(arena, SourceFile, test->files.n);
  uint32_t n = 0;
  for (uint32_t i = 0; i < test->files.n; i++) {
    Str path = expand_path(test->files.v[i].path, version, arena);
    fs_memory_add(fs, path, test->files.v[i].text);
    if (is_checked(path))
      files[n++] = (SourceFile){.path = path,
                                .display = str_from_byte(path, 5),
                                .problem = STR_EMPTY};
  }
  if (!configure(test, fs, arena, &config, &err)) {
    vec_push(failures, arena,
             (MdFailure){test->line, str_printf(arena, "%s", err.text)});
    return;
  }
  sort_stable(files, n, sizeof(*files), cmp_file, NULL);
  Run run = {.fs = fs,
             .config = &config,
             .arena = arena,
             .files = {files, n},
             .pool = pool,
             .want_excerpt = has_snapshots(test),
             .stop_after = PHASE_REPORT};
  pipeline_run(&run);
  compare(test, &run, version, arena, failures);
  pipeline_close(&run);
}
