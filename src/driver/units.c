/* units.c - one unit of work, and how a crash in it is contained. */
#include "driver/units.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/trace.h"
#include "core/names.h"
#include "driver/import_cycles.h"

static const char *const unit_names[] = {"parse", "interface", "body"};

static_assert(UNIT_BODY < ARRAY_LEN(((RunWorker *)0)->unit_ns),
              "a sum for each kind of unit");

RunWorker *run_worker(Run *run) { return &run->workers[worker_index()]; }

InferWorker *run_infer_worker(Run *run) {
  RunWorker *worker = run_worker(run);
  if (!worker->infer)
    worker->infer = infer_worker_create(run->infer, worker_index());
  return worker->infer;
}

static bool is_injected(const Unit *u) {
  if (!u->run->inject_fault.ptr || u->kind == UNIT_PARSE) return false;
  NameId name = modules_at(u->run->modules, u->result->id)->name;
  return str_eq(name_text(name), u->run->inject_fault);
}

/* Once over the limit always over it, so that little is checked in part.  What is
 * not inferred here is so on demand, by those who need it; a body is what makes
 * findings. */
static bool is_left_out(const Unit *u) {
  Run *run = u->run;
  if (!run->memory_limit || u->kind == UNIT_PARSE) return false;
  if (atomic_u32_load_relaxed(&run->over_limit)) return true;
  if (mem_resident() <= run->memory_limit) return false;
  mem_purge();
  if (mem_resident() <= run->memory_limit) return false;
  atomic_u32_store_relaxed(&run->over_limit, 1);
  return true;
}

static void run_body(void *arg) {
  Unit *u = arg;
  Run *run = u->run;
  if (is_injected(u)) panic("injected fault");
  switch (u->kind) {
  case UNIT_PARSE: modules_code(run->modules, u->result->id); return;
  case UNIT_INTERFACE:
    u->unfinished = !infer_interface(run_infer_worker(run), u->result->id,
                                     u->part, u->yields);
    return;
  case UNIT_BODY:
    infer_body(run_infer_worker(run), u->result->id, u->part, &u->out->diags,
               &u->out->counts);
    if (u->part == 0) import_cycles_report(run, u->result, &u->out->diags);
    return;
  }
}

void unit_run(Unit *u) {
  FaultInfo info;
  TraceSpan span = trace_begin(unit_names[u->kind]);
  uint64_t start = u->run->time_units ? clock_thread_cpu_ns() : 0;
  Arena *keep = run_worker(u->run)->keep;
  *u->out = (PartResult){
      .diags = {.arena = keep, .levels = u->result->options->levels}};
  if (is_left_out(u)) {
    u->out->left_out = u->kind == UNIT_BODY;
  } else if (!fault_run(run_body, u, &info)) {
    *u->out = (PartResult){
        .crash = arena_strndup(keep, info.reason, strlen(info.reason))};
    if (u->kind != UNIT_PARSE)
      infer_worker_abandon(run_infer_worker(u->run), u->result->id);
  }
  fault_stack_trim();
  if (start)
    run_worker(u->run)->unit_ns[u->kind] += clock_thread_cpu_ns() - start;
  trace_end(span, u->result->id.v);
  if (!u->unfinished) run_progress(u->run, unit_names[u->kind]);
}
