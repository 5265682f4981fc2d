/* infer.h - from syntax and index to types and diagnostics: the layer's entry.
 *
 * Layer: infer.  Memory: types in the interner, module state in `run` arenas,
 * everything else in the worker's scratch.  Threads: any number of InferWorkers
 * over one Infer; all that they share is memo slots, the type interner and
 * the module table.
 */
#ifndef INFER_INFER_H
#define INFER_INFER_H

#include "core/diag.h"
#include "core/options.h"
#include "graph/modules.h"

typedef struct Infer Infer;             /* one for a run */
typedef struct InferWorker InferWorker; /* one for each thread */

/* Loads the modules that the analyser itself needs (builtins, typing, types, ...) and makes
 * the known classes.  Serial, after modules_create and before any unit runs.  The
 * type interner (types/intern.h) must exist. */
Infer *infer_create(const Options *options, Modules *modules, Arena *run);
void infer_destroy(Infer *infer);

InferWorker *infer_worker_create(Infer *infer, uint32_t worker);
void infer_worker_destroy(InferWorker *worker);

/* ---- units of work ---------------------------------------------------------
 * A checked module's interface can be cut into `infer_interface_parts` parts, its bodies into
 * `infer_body_parts`; both are functions of the source alone.  Any order and any
 * threads give the same results; interfaces first is merely what makes
 * bodies find their answers ready. */
uint32_t infer_interface_parts(const Infer *infer, ModuleId module);
/* yields: returns false, the part not done, when another worker is at what it needs; it can be tried
 * again.  Otherwise true. */
bool infer_interface(InferWorker *worker, ModuleId module, uint32_t part, bool yields);

uint32_t infer_body_parts(InferWorker *worker, ModuleId module);
/* Syntax nodes of one part: its weight. */
uint32_t infer_body_weight(InferWorker *worker, ModuleId module, uint32_t part);

/* What one body part produced; integers add up in any order. */
typedef struct {
  uint64_t known, partial, any, unknown, unreached; /* reachable expressions, see coverage.md */
} ExpressionCounts;

/* Checks one part: appends its diagnostics to `diags` (unsorted, not yet suppressed) and adds to
 * *counts.  */
void infer_body(InferWorker *worker, ModuleId module, uint32_t part,
                DiagList *diags, ExpressionCounts *counts);

/* A unit on `module` faulted and was abandoned: its worker starts afresh, and what the
 * module exports becomes Unknown where it was not yet published. */
void infer_worker_abandon(InferWorker *worker, ModuleId module);

/* Text form of a module's interface (each exported name with its type), for
 * --dump interface. Sorted by name. */
void infer_dump_interface(InferWorker *worker, ModuleId module, StrBuf *out);

/* Text form of all answers that a module's memo slots hold, for --dump queries: what two runs
 * that should be the same disagree on first. */
void infer_dump_queries(InferWorker *worker, ModuleId module, StrBuf *out);

typedef struct {
  uint64_t queries, hits, cyclic, rounds, widened, relations, relation_hits,
      given_up;
} InferStats;
void infer_worker_stats(const InferWorker *worker, InferStats *add_to);

#endif
