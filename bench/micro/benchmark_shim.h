/* benchmark_shim.h - Google Benchmark for C.
 *
 * A file of bench/micro defines functions over a BenchState and registers them
 * before main:
 *
 *   static void intern_hit(BenchState *s) {
 *     Table *t = table_of(bench_arg(s, 0));
 *     while (bench_next(s)) bench_keep(table_find(t, "x", 1));
 *     bench_items(s, bench_iterations(s));
 *   }
 *   BENCH_FILE {
 *     Bench *b = bench_register("intern/hit", intern_hit);
 *     bench_arg_range(b, 16, 1 << 20);
 *     bench_threads_to_cpus(b, 1);
 *   }
 *
 * With threads, each runs the function; bench_thread says which one it is, and
 * what thread 0 does before its first bench_next happens before any loop, what
 * it does behind its last happens after all loops.
 */
#ifndef BENCH_MICRO_BENCHMARK_SHIM_H
#define BENCH_MICRO_BENCHMARK_SHIM_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Bench Bench;
typedef struct BenchState BenchState;
typedef void BenchFn(BenchState *state);

/* Runs its body before main; a file may hold one. */
#define BENCH_FILE \
  __attribute__((constructor)) static void bench_register_file(void)

/* --- Registering. The name is copied. Settings return their bench. ------- */

Bench *bench_register(const char *name, BenchFn *fn);
/* The same with a pointer that bench_data gives back. */
Bench *bench_register_data(const char *name, BenchFn *fn, void *data);
/* One run with this argument; may be called many times. */
Bench *bench_arg_one(Bench *b, int64_t arg);
/* Runs with low, low * 8, ... and high. */
Bench *bench_arg_range(Bench *b, int64_t low, int64_t high);
/* One run with two arguments. */
Bench *bench_arg_pair(Bench *b, int64_t first, int64_t second);
/* The name that the report gives the argument. */
Bench *bench_arg_name(Bench *b, const char *name);
/* Runs with low, 2 * low, ... and high threads, measured by wall time. */
Bench *bench_threads(Bench *b, int low, int high);
/* The same, up to a thread for each core. */
Bench *bench_threads_to_cpus(Bench *b, int low);
/* Wall time instead of the calling thread's CPU time. */
Bench *bench_real_time(Bench *b);
/* Exactly so many iterations; the repetitions of which a median is shown. */
Bench *bench_iterations_fixed(Bench *b, int64_t n);
Bench *bench_repeat(Bench *b, int n);
/* Shows times in ms (default ns). */
Bench *bench_unit_ms(Bench *b);

/* --- Inside a benchmark -------------------------------------------------- */

/* True while there is another iteration to run. */
bool bench_next(BenchState *s);
int64_t bench_arg(const BenchState *s, int index);
void *bench_data(const BenchState *s);
int bench_thread(const BenchState *s);
int bench_thread_count(const BenchState *s);
/* Iterations that this thread has run; valid behind the loop. */
int64_t bench_iterations(const BenchState *s);
/* What this thread did in all iterations; threads are added up. */
void bench_items(BenchState *s, int64_t items);
void bench_bytes(BenchState *s, int64_t bytes);
/* A counter of one's own; as a rate it is divided by the time. */
void bench_counter(BenchState *s, const char *name, double value);
void bench_counter_rate(BenchState *s, const char *name, double value);
/* Text beside the result. */
void bench_label(BenchState *s, const char *text);
/* Leaves a part of an iteration out of the time; costs about 200 ns a pair. */
void bench_pause(BenchState *s);
void bench_resume(BenchState *s);
/* Ends the benchmark with an error; the loop stops. */
void bench_fail(BenchState *s, const char *why);

/* Makes the compiler compute a value that nobody reads. */
static inline void bench_keep_ptr(const void *p) {
  __asm__ volatile("" : : "g"(p) : "memory");
}
#define bench_keep(value)                    \
  do {                                       \
    __typeof__(value) bench_kept_ = (value); \
    bench_keep_ptr(&bench_kept_);            \
  } while (0)

#ifdef __cplusplus
}
#endif
#endif
