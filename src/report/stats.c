#include "report/stats.h"

#include "base/clock.h"
#include "base/mem.h"

#include <string.h>

void stats_begin(Stats *stats, const char *phase) {
  ASSERT(stats->phase_count < STATS_PHASES);
  stats->phases[stats->phase_count].name = phase;
  stats->start_wall = clock_ns();
  stats->start_cpu = clock_process_cpu_ns();
}

void stats_end(Stats *stats, uint64_t units, uint64_t steals) {
  PhaseStats *p = &stats->phases[stats->phase_count++];
  p->wall_ns = clock_ns() - stats->start_wall;
  p->cpu_ns = clock_process_cpu_ns() - stats->start_cpu;
  p->resident = mem_resident();
  p->units = units;
  p->steals = steals;
}

void stats_add(Stats *stats, const char *group, const char *name,
               uint64_t value) {
  if (stats->number_count == ARRAY_LEN(stats->numbers)) return;
  stats->numbers[stats->number_count++] = (StatsNumber){group, name, value};
}

static double ms(uint64_t ns) { return (double)ns / 1e6; }
static double mib(uint64_t bytes) { return (double)bytes / 1048576.0; }

void stats_print(const Stats *stats, FILE *file) {
  uint64_t wall = 0, cpu = 0;
  fprintf(file, "%-10s %11s %11s %7s %11s %9s %8s\n", "phase", "wall ms",
          "cpu ms", "cores", "memory MiB", "units", "steals");
  for (uint32_t i = 0; i < stats->phase_count; i++) {
    const PhaseStats *p = &stats->phases[i];
    wall += p->wall_ns;
    cpu += p->cpu_ns;
    fprintf(file, "%-10s %11.2f %11.2f %7.2f %11.1f %9llu %8llu\n", p->name,
            ms(p->wall_ns), ms(p->cpu_ns),
            p->wall_ns ? (double)p->cpu_ns / (double)p->wall_ns : 0,
            mib(p->resident), (unsigned long long)p->units,
            (unsigned long long)p->steals);
  }
  fprintf(file, "%-10s %11.2f %11.2f %7.2f %11.1f   (peak)\n", "total",
          ms(wall), ms(cpu), wall ? (double)cpu / (double)wall : 0,
          mib(mem_resident_peak()));
  const char *group = "";
  for (uint32_t i = 0; i < stats->number_count; i++) {
    const StatsNumber *n = &stats->numbers[i];
    if (strcmp(group, n->group) != 0)
      fprintf(file, "%s%-10s", i ? "\n" : "", n->group);
    group = n->group;
    fprintf(file, " %s %llu", n->name, (unsigned long long)n->value);
  }
  if (stats->number_count) fputc('\n', file);
  if (cpu && stats->lines)
    fprintf(file, "%-10s %llu lines, %.0f lines a CPU second, %.2f KB a line\n",
            "speed", (unsigned long long)stats->lines,
            (double)stats->lines / ((double)cpu / 1e9),
            (double)mem_resident_peak() / 1024.0 / (double)stats->lines);
}
