/* explain.h - what the rules mean, for `taipan explain`.
 *
 * Layer: report.  Memory: none that stays.  Threads: serial.
 */
#ifndef REPORT_EXPLAIN_H
#define REPORT_EXPLAIN_H

#include "core/diag.h"
#include <stdio.h>

/* Prints one rule: as text, or as a JSON object and a line end. */
void explain_rule(Rule rule, FILE *file, bool json);
/* Prints all rules by name: texts, or one JSON object
 * {"version", "rules": [...]}. */
void explain_all(FILE *file, bool json);

#endif
