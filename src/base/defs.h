/* defs.h - what every file of taipan may take for granted.
 *
 * Layer: base.  Memory: none.  Threads: nothing here has state.
 *
 * Build macros: NDEBUG (release: ASSERT is nothing), TAIPAN_STRESS (tiny
 * tables and blocks), TAIPAN_MODEL (atomics run under tests/model).
 */
#ifndef TAIPAN_BASE_DEFS_H
#define TAIPAN_BASE_DEFS_H

#include <assert.h> /* static_assert */
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__SANITIZE_ADDRESS__)
#define TAIPAN_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TAIPAN_ASAN 1
#endif
#endif
#ifndef TAIPAN_ASAN
#define TAIPAN_ASAN 0
#endif

#if defined(__SANITIZE_THREAD__)
#define TAIPAN_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TAIPAN_TSAN 1
#endif
#endif
#ifndef TAIPAN_TSAN
#define TAIPAN_TSAN 0
#endif

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))
#define NOINLINE __attribute__((noinline))
#define ALWAYS_INLINE inline __attribute__((always_inline))
#define COLD __attribute__((cold, noinline))
#define NORETURN __attribute__((noreturn))
#define UNUSED __attribute__((unused))
#define FALLTHROUGH __attribute__((fallthrough))

/* Each argument may be evaluated twice. */
#ifndef MIN
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#endif
#ifndef MAX
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#endif

/* A cache line, and the distance that keeps two writers apart (the adjacent
 * line is prefetched with it on x86). */
#define CACHE_LINE 64
#define NO_SHARE 128

#ifdef __cplusplus
extern "C" {
#endif

/* Ends the program, or the unit that fault_run() runs (see panic.h). */
NORETURN void panic(const char *fmt, ...) PRINTF_LIKE(1, 2);
NORETURN void panic_assert(const char *what, const char *file, int line);

#ifdef __cplusplus
}
#endif

#ifdef NDEBUG
#define ASSERT(x) ((void)sizeof(!(x)))
#else
#define ASSERT(x) \
  (LIKELY(x) ? (void)0 : panic_assert(#x, __FILE__, __LINE__))
#endif

/* A branch that cannot be taken: panics in every build. */
#define UNREACHABLE() panic("unreachable: %s:%d", __FILE__, __LINE__)

#endif
