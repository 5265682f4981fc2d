/* load.c - the first and the last phase: files -> modules -> findings. */
#include "driver/run.h"

#include "core/names.h"

void run_load(Run *run) {
  run->modules = modules_create(&run->config->options, run->fs, run->arena);
  run->results = ARENA_ARRAY(run->arena, ModuleResult, run->files.n);
  for (uint32_t i = 0; i < run->files.n; i++) {
    const SourceFile *file = &run->files.v[i];
    ModuleResult *result = &run->results[i];
    result->file = file;
    result->options = config_file_options(run->config, file->path);
    if (file->problem.len == 0)
      result->id = modules_add_checked(run->modules, file->path, file->display,
                                       result->options);
  }
  run->result_count = run->files.n;
  uint32_t n = pool_workers(run->pool);
  run->workers = ARENA_ARRAY(run->arena, RunWorker, n);
  for (uint32_t i = 0; i < n; i++)
    run->workers[i].keep = arena_create("findings");
  stats_end(&run->stats, run->files.n, 0);
}

/* ---- collecting --------------------------------------------------------- */

/* The finding of a file that could not even be tried. */
static void add_problem(Run *run, ModuleResult *result) {
  result->unreadable = true;
  uint8_t level = result->options->levels[RULE_IO_ERROR];
  if (level == SEVERITY_IGNORE) return;
  Finding *f = ARENA_NEW(run->arena, Finding);
  *f = (Finding){.path = result->file->display,
                 .place = {1, 1, 1, 1},
                 .severity = level,
                 .rule = RULE_IO_ERROR,
                 .message = result->file->problem,
                 .excerpt = STR_EMPTY};
  result->findings = f;
  result->finding_count = 1;
}

static void count_finding(Summary *summary, const Finding *f) {
  summary->errors += f->severity == SEVERITY_ERROR;
  summary->warnings += f->severity == SEVERITY_WARNING;
  summary->information += f->severity == SEVERITY_INFORMATION;
}

static void add_counts(ExpressionCounts *to, const ExpressionCounts *from) {
  to->known += from->known;
  to->partial += from->partial;
  to->any += from->any;
  to->unknown += from->unknown;
  to->unreached += from->unreached;
}

static void build_missing(void *ctx, uint32_t item) {
  Run *run = ctx;
  ModuleResult *result = &run->results[item];
  if (result->id.v && !result->finished) findings_finish(run, result);
}

void run_collect(Run *run) {
  /* Infer builds findings as modules finish; a run that stopped earlier has
   * none yet. */
  if (run->stop_after < PHASE_INFER && run->stop_after >= PHASE_PARSE)
    pool_parallel_for(run->pool, run->result_count, build_missing, run);
  uint32_t n = 0;
  Summary *summary = &run->findings.summary;
  for (uint32_t i = 0; i < run->result_count; i++) {
    ModuleResult *result = &run->results[i];
    if (result->id.v == 0) add_problem(run, result);
    n += result->finding_count;
    run->crashed |= result->crashed;
    run->unreadable |= result->unreadable;
    run->unreadable_named |= result->unreadable && result->file->named;
    summary->lines += result->lines;
    add_counts(&run->counts, &result->counts);
  }
  summary->files = run->result_count;
  Finding *all = ARENA_ARRAY(run->arena, Finding, n);
  run->findings.v = all;
  for (uint32_t i = 0; i < run->result_count; i++) {
    const ModuleResult *result = &run->results[i];
    for (uint32_t j = 0; j < result->finding_count; j++) {
      all[run->findings.n++] = result->findings[j];
      count_finding(summary, &result->findings[j]);
    }
  }
  findings_resolve_notes(run);
  run->stats.lines = summary->lines;
  stats_end(&run->stats, run->result_count, 0);
}
