// Google Benchmark behind benchmark_shim.h, and the program's main.
#include "benchmark_shim.h"

#include <benchmark/benchmark.h>

#include <algorithm>

struct BenchState {
  benchmark::State &state;
  void *data;
};

namespace {
benchmark::internal::Benchmark *impl(Bench *b) {
  return reinterpret_cast<benchmark::internal::Benchmark *>(b);
}
Bench *wrap(benchmark::internal::Benchmark *b) {
  return reinterpret_cast<Bench *>(b);
}
} // namespace

extern "C" {

Bench *bench_register_data(const char *name, BenchFn *fn, void *data) {
  return wrap(
      benchmark::RegisterBenchmark(name, [fn, data](benchmark::State &state) {
        BenchState s{state, data};
        fn(&s);
      }));
}
Bench *bench_register(const char *name, BenchFn *fn) {
  return bench_register_data(name, fn, nullptr);
}
Bench *bench_arg_one(Bench *b, int64_t arg) { return wrap(impl(b)->Arg(arg)); }
Bench *bench_arg_range(Bench *b, int64_t low, int64_t high) {
  return wrap(impl(b)->Range(low, high));
}
Bench *bench_arg_pair(Bench *b, int64_t first, int64_t second) {
  return wrap(impl(b)->Args({first, second}));
}
Bench *bench_arg_name(Bench *b, const char *name) {
  return wrap(impl(b)->ArgName(name));
}
Bench *bench_threads(Bench *b, int low, int high) {
  return wrap(impl(b)->ThreadRange(low, high)->UseRealTime());
}
Bench *bench_threads_to_cpus(Bench *b, int low) {
  return bench_threads(b, low,
                       std::max(low, benchmark::CPUInfo::Get().num_cpus));
}
Bench *bench_real_time(Bench *b) { return wrap(impl(b)->UseRealTime()); }
Bench *bench_iterations_fixed(Bench *b, int64_t n) {
  return wrap(impl(b)->Iterations(n));
}
Bench *bench_repeat(Bench *b, int n) {
  return wrap(impl(b)->Repetitions(n)->ReportAggregatesOnly());
}
Bench *bench_unit_ms(Bench *b) {
  return wrap(impl(b)->Unit(benchmark::kMillisecond));
}

bool bench_next(BenchState *s) { return s->state.KeepRunning(); }
int64_t bench_arg(const BenchState *s, int index) {
  return s->state.range(static_cast<std::size_t>(index));
}
void *bench_data(const BenchState *s) { return s->data; }
int bench_thread(const BenchState *s) { return s->state.thread_index(); }
int bench_thread_count(const BenchState *s) { return s->state.threads(); }
int64_t bench_iterations(const BenchState *s) { return s->state.iterations(); }
void bench_items(BenchState *s, int64_t items) {
  s->state.SetItemsProcessed(items);
}
void bench_bytes(BenchState *s, int64_t bytes) {
  s->state.SetBytesProcessed(bytes);
}
void bench_counter(BenchState *s, const char *name, double value) {
  s->state.counters[name] = value;
}
void bench_counter_rate(BenchState *s, const char *name, double value) {
  s->state.counters[name] =
      benchmark::Counter(value, benchmark::Counter::kIsRate);
}
void bench_label(BenchState *s, const char *text) { s->state.SetLabel(text); }
void bench_pause(BenchState *s) { s->state.PauseTiming(); }
void bench_resume(BenchState *s) { s->state.ResumeTiming(); }
void bench_fail(BenchState *s, const char *why) { s->state.SkipWithError(why); }

} // extern "C"

BENCHMARK_MAIN();
