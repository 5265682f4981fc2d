/* import_cycles.h - the rule import-cycle.
 *
 * Layer: driver.  Memory: the run arena.  Threads: found by one after the graph
 * is built, then frozen.
 */
#ifndef DRIVER_IMPORT_CYCLES_H
#define DRIVER_IMPORT_CYCLES_H

#include "driver/run.h"

/* Fills run->cycles, when the rule is on for some file. */
void import_cycles_find(Run *run);
/* Reports the imports of one module that are in the cut of a cycle. */
void import_cycles_report(const Run *run, const ModuleResult *result,
                          DiagList *diags);

#endif
