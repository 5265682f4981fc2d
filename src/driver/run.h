/* run.h - one run of the pipeline: what goes in, what it made, what comes out.
 *
 * Layer: driver.  Memory: the run arena; findings in arenas of the workers.
 * Threads: built serially; during a phase each unit writes its own slots.
 */
#ifndef DRIVER_RUN_H
#define DRIVER_RUN_H

#include "base/atomic.h"
#include "base/panic.h"
#include "driver/discover.h"
#include "graph/graph.h"
#include "graph/modules.h"
#include "infer/infer.h"
#include "report/finding.h"
#include "report/stats.h"
#include "sched/dag.h"

typedef enum {
#define PHASE(ident, name) PHASE_##ident,
#include "driver/phases.def"
#undef PHASE
  PHASE_COUNT
} Phase;

typedef enum {
  DUMP_NONE,
#define DUMP(ident, name, phase) DUMP_##ident,
#include "driver/dumps.def"
#undef DUMP
  DUMP_COUNT
} Dump;

/* One unit's results, written by the worker that ran it. */
typedef struct {
  DiagList diags;
  ExpressionCounts counts;
  const char *crash; /* why it faulted, or NULL */
  bool left_out;     /* not run: the memory limit */
} PartResult;

/* What became of one checked module. */
typedef struct {
  const SourceFile *file;
  ModuleId id; /* 0: the file could not even be tried */
  const FileOptions *options;
  uint8_t node;      /* NUMA node on which it was parsed */
  PartResult *parts; /* interface parts, then body parts */
  uint32_t interface_parts, body_parts;
  AtomicU32 pending; /* body parts that have not finished */
  Finding *findings; /* sorted */
  uint32_t finding_count;
  uint32_t lines;
  ExpressionCounts counts;
  bool crashed, unreadable, finished;
} ModuleResult;

/* What each worker has for itself. */
typedef struct {
  Arena *keep; /* findings and diagnostics; lives as long as the run */
  InferWorker *infer;
  uint64_t unit_ns[3]; /* processor time by UnitKind; 3 = UNIT_BODY + 1 */
} RunWorker;

typedef struct Run {
  /* In. */
  Fs *fs;
  Config *config;
  Arena *arena;
  SourceFiles files;
  Pool *pool;
  Phase stop_after;
  bool want_excerpt;
  bool progress;
  bool time_units; /* for --stats: two calls of the system a unit */
  uint64_t memory_limit; /* bytes; 0: none */
  Str inject_fault; /* dotted name of a module whose units fault (tests) */
  /* Made. */
  Modules *modules;
  Graph graph;
  CycleList cycles; /* of graph, when the rule import-cycle is on */
  Infer *infer;
  RunWorker *workers;    /* by worker_index() */
  ModuleResult *results; /* [result_count], in order of path */
  uint32_t result_count;
  /* Out. */
  FindingList findings;
  ExpressionCounts counts;
  bool crashed;          /* some module */
  bool unreadable;       /* some file */
  bool unreadable_named; /* some file named on the command line */
  Stats stats;
  DagStats dag;
  AtomicU32 over_limit; /* memory_limit was reached: no unit is begun any more */
  AtomicU32 done_units; /* progress */
  uint32_t all_units;
} Run;

/* Runs the phases in order up to stop_after. */
void pipeline_run(Run *run);
/* Releases all that pipeline_run made but what is in run->arena. */
void pipeline_close(Run *run);

/* The phases (pipeline.c says in which order). */
void run_load(Run *run);    /* table of modules */
void run_parse(Run *run);   /* parse + index */
void run_graph(Run *run);   /* edges, SCCs, waves */
void run_infer(Run *run);   /* interfaces and bodies */
void run_collect(Run *run); /* findings of all modules, sorted */

/* findings.c: turns the diagnostics of a module whose units have ended into
 * findings, in the calling worker's memory.  Needs the module's code.  A fault
 * becomes an internal-error of the module. */
void findings_finish(Run *run, ModuleResult *result);
/* Fills the places of notes that lie in other files. */
void findings_resolve_notes(Run *run);

/* Adds the run's numbers to its statistics. */
void run_stats(Run *run);
/* The calling worker's part of the run. */
RunWorker *run_worker(Run *run);
/* One more unit is done: moves the progress line. */
void run_progress(Run *run, const char *phase);
/* Takes the line away. */
void progress_clear(Run *run);

#endif
