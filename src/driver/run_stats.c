/* run_stats.c - the numbers of --stats. */
#include "driver/units.h"

#include "core/names.h"
#include "types/type.h"

void run_stats(Run *run) {
  Stats *s = &run->stats;
  stats_add(s, "run", "workers", run->stats.workers);
  stats_add(s, "run", "files", run->result_count);
  stats_add(s, "run", "findings", run->findings.n);
  if (!run->modules) return;
  uint64_t records, bytes;
  types_usage(&records, &bytes);
  stats_add(s, "types", "records", records);
  stats_add(s, "types", "bytes", bytes);
  if (!run->infer) return;
  /* What the units of a kind took, all workers together. */
  uint64_t ns[3] = {0};
  for (uint32_t i = 0; i < pool_workers(run->pool); i++)
    for (uint32_t k = 0; k < ARRAY_LEN(ns); k++)
      ns[k] += run->workers[i].unit_ns[k];
  stats_add(s, "units", "interface-cpu-us", ns[UNIT_INTERFACE] / 1000);
  stats_add(s, "units", "body-cpu-us", ns[UNIT_BODY] / 1000);
  InferStats sum = {0};
  for (uint32_t i = 0; i < pool_workers(run->pool); i++)
    if (run->workers[i].infer) infer_worker_stats(run->workers[i].infer, &sum);
  stats_add(s, "infer", "queries", sum.queries);
  stats_add(s, "infer", "hits", sum.hits);
  stats_add(s, "infer", "cyclic", sum.cyclic);
  stats_add(s, "infer", "rounds", sum.rounds);
  stats_add(s, "infer", "widened", sum.widened);
  stats_add(s, "infer", "relations", sum.relations);
  stats_add(s, "infer", "relation-hits", sum.relation_hits);
  stats_add(s, "infer", "given-up", sum.given_up);
}
