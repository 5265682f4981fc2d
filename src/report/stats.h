/* stats.h - what a run cost, for --stats.
 *
 * Layer: report.  Memory: plain values.  Threads: filled between phases.
 */
#ifndef REPORT_STATS_H
#define REPORT_STATS_H

#include "base/defs.h"
#include <stdio.h>

enum { STATS_PHASES = 8 };

typedef struct {
  const char *name;
  uint64_t wall_ns, cpu_ns;
  uint64_t resident; /* bytes at the end of the phase */
  uint64_t units, steals;
} PhaseStats;

/* One number with a name, printed in the order in which they were added. */
typedef struct {
  const char *group, *name;
  uint64_t value;
} StatsNumber;

typedef struct {
  PhaseStats phases[STATS_PHASES];
  uint32_t phase_count;
  StatsNumber numbers[64];
  uint32_t number_count;
  uint32_t workers;
  uint64_t lines, bytes;
  uint64_t start_wall, start_cpu; /* of the running phase */
} Stats;

/* Starts and ends the timer of a phase. */
void stats_begin(Stats *stats, const char *phase);
void stats_end(Stats *stats, uint64_t units, uint64_t steals);
/* Adds one number. */
void stats_add(Stats *stats, const char *group, const char *name,
               uint64_t value);
/* Prints a table. */
void stats_print(const Stats *stats, FILE *file);

#endif
