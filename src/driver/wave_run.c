/* wave_run.c - the units of work, and how a crash in one is contained. */
#include "driver/run.h"

#include "base/trace.h"
#include "core/names.h"

/* ---- one unit ------------------------------------------------------------------- */

typedef enum { UNIT_PARSE, UNIT_INTERFACE, UNIT_BODY } UnitKind;

typedef struct {
  Run *run;
  ModuleResult *result;
  UnitKind kind;
  uint32_t part;
  PartResult *out;
} Unit;

static InferWorker *infer_worker(Run *run) {
  RunWorker *worker = run_worker(run);
  if (!worker->infer)
    worker->infer = infer_worker_create(run->infer, worker_index());
  return worker->infer;
}

static void unit_body(void *arg) {
  Unit *u = arg;
  Run *run = u->run;
  if (run->inject_fault.ptr && u->kind != UNIT_PARSE &&
      str_eq(name_text(modules_at(run->modules, u->result->id)->name),
             run->inject_fault))
    panic("injected fault");
  switch (u->kind) {
  case UNIT_PARSE: modules_code(run->modules, u->result->id); return;
  case UNIT_INTERFACE:
    infer_interface(infer_worker(run), u->result->id, u->part);
    return;
  case UNIT_BODY:
    infer_body(infer_worker(run), u->result->id, u->part, &u->out->diags,
               &u->out->counts);
    return;
  }
}

static const char *const unit_names[] = {"parse", "interface", "body"};

/* Runs a unit; when it faults, `out` says so and everything else stands. */
static void unit_run(Unit *u) {
  FaultInfo info;
  TraceSpan span = trace_begin(unit_names[u->kind]);
  u->out->diags.arena = run_worker(u->run)->keep;
  u->out->diags.levels = u->result->options->levels;
  if (!fault_run(unit_body, u, &info)) {
    *u->out = (PartResult){.crashed = true};
    memcpy(u->out->reason, info.reason, sizeof(info.reason));
    if (u->kind != UNIT_PARSE)
      infer_worker_abandon(infer_worker(u->run), u->result->id);
  }
  trace_end(span, u->result->id.v);
  run_progress(u->run, unit_names[u->kind]);
}

/* ---- parse ------------------------------------------------------------------------ */

static void parse_item(void *ctx, uint32_t item) {
  Run *run = ctx;
  ModuleResult *result = &run->results[item];
  if (result->id.v == 0) return;
  PartResult out = {0};
  Unit unit = {run, result, UNIT_PARSE, 0, &out};
  unit_run(&unit);
}

void run_parse(Run *run) {
  run->all_units = run->result_count;
  pool_parallel_for(run->pool, run->result_count, parse_item, run);
  stats_end(&run->stats, run->result_count, 0);
}

void run_graph(Run *run) { stats_end(&run->stats, 0, 0); }

static void interface_item(void *ctx, uint32_t item) {
  Run *run = ctx;
  ModuleResult *result = &run->results[item];
  if (result->id.v == 0) return;
  uint32_t n = infer_interface_parts(run->infer, result->id);
  PartResult out = {0};
  for (uint32_t i = 0; i < n; i++) {
    Unit unit = {run, result, UNIT_INTERFACE, i, &out};
    unit_run(&unit);
  }
}
static void body_item(void *ctx, uint32_t item) {
  Run *run = ctx;
  ModuleResult *result = &run->results[item];
  if (result->id.v == 0) return;
  uint32_t n = infer_body_parts(run->infer, result->id);
  Arena *keep = run_worker(run)->keep;
  result->parts = ARENA_ARRAY(keep, PartResult, n);
  result->part_count = n;
  for (uint32_t i = 0; i < n; i++) {
    Unit unit = {run, result, UNIT_BODY, i, &result->parts[i]};
    unit_run(&unit);
  }
  findings_build(run, result, keep);
}

void run_infer(Run *run) {
  run->infer = infer_create(&run->config->options, run->modules, run->arena);
  pool_parallel_for(run->pool, run->result_count, interface_item, run);
  pool_parallel_for(run->pool, run->result_count, body_item, run);
  stats_end(&run->stats, run->result_count * 2, 0);
}
