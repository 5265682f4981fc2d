/* units.h - the units of work of a run.
 *
 * Layer: driver.  Memory: the worker's.  Threads: any worker.
 */
#ifndef DRIVER_UNITS_H
#define DRIVER_UNITS_H

#include "driver/run.h"

typedef enum { UNIT_PARSE, UNIT_INTERFACE, UNIT_BODY } UnitKind;

typedef struct {
  Run *run;
  ModuleResult *result;
  UnitKind kind;
  uint32_t part;
  bool yields;     /* an interface; see infer_interface */
  bool unfinished; /* it did, and is to be run again */
  PartResult *out;
} Unit;

/* Runs a unit and fills *u->out and u->unfinished.  When it faults, out->crash says why and all
 * else stands. */
void unit_run(Unit *u);

/* The calling worker's InferWorker. */
InferWorker *run_infer_worker(Run *run);

#endif
