/* pipeline.c - the table of contents of the program. */
#include "driver/run.h"

#include "base/mem.h"
#include "base/trace.h"
#include "core/names.h"
#include "types/type.h"

typedef void (*PhaseFn)(Run *run);

/* Runs one phase under its timer, when it is to run at all. */
static void phase(Run *run, Phase at, const char *name, PhaseFn fn) {
  if (run->stop_after < at) return;
  TraceSpan span = trace_begin(name);
  stats_begin(&run->stats, name);
  fn(run);
  trace_end(span, TRACE_NO_ARG);
}

void pipeline_run(Run *run) {
  /* The module table: which files there are, and what each is called. */
  phase(run, PHASE_DISCOVER, "load", run_load);
  /* Bytes -> syntax -> scopes, definitions, flow; one file a unit. */
  phase(run, PHASE_PARSE, "parse", run_parse);
  /* Imports -> edges, strongly connected components, waves. */
  phase(run, PHASE_GRAPH, "graph", run_graph);
  /* Interfaces in waves, bodies behind them, without barriers. */
  phase(run, PHASE_INFER, "infer", run_infer);
  /* The findings of all modules, in the order of their places. */
  phase(run, PHASE_DISCOVER, "report", run_collect);
}

void pipeline_close(Run *run) {
  uint32_t n = run->pool ? pool_workers(run->pool) : 0;
  for (uint32_t i = 0; i < n && run->workers; i++) {
    if (run->workers[i].infer) infer_worker_destroy(run->workers[i].infer);
    arena_destroy(run->workers[i].keep);
  }
  if (run->infer) infer_destroy(run->infer);
  if (run->modules) {
    modules_destroy(run->modules);
    types_destroy();
  }
  run->infer = NULL;
  run->modules = NULL;
  run->workers = NULL;
}
