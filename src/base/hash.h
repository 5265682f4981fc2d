/* hash.h - hashes of bytes and of words.
 *
 * Layer: base.  Memory: none.  Threads: pure functions.
 *
 * The same on every machine and in every run; hash128_bytes is the one to
 * use where an equal hash is taken for equal content (the cache's keys).
 */
#ifndef TAIPAN_BASE_HASH_H
#define TAIPAN_BASE_HASH_H

#include "base/defs.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  uint64_t lo, hi;
} Hash128;

uint64_t hash_bytes(const void *p, size_t n, uint64_t seed);   /* XXH3 */
Hash128 hash128_bytes(const void *p, size_t n, uint64_t seed); /* XXH3 */

/* 32 hexadecimal digits and a zero byte. */
void hash128_hex(Hash128 h, char out[33]);

/* A bijection of 64-bit words whose output bits all depend on all input bits
 * (Moremur, a finaliser of the MurmurHash3 family). */
static inline uint64_t hash_u64(uint64_t x) {
  x ^= x >> 27;
  x *= 0x3C79AC492BA7B653u;
  x ^= x >> 33;
  x *= 0x1C69B3F74AC4AE35u;
  return x ^ (x >> 27);
}

/* Folds x into the running hash h; order matters. */
static inline uint64_t hash_mix(uint64_t h, uint64_t x) {
  return hash_u64(h * 0x9E3779B97F4A7C15u + x + 0x632BE59BD9B4E019u);
}

static inline bool hash128_eq(Hash128 a, Hash128 b) {
  return a.lo == b.lo && a.hi == b.hi;
}

#ifdef __cplusplus
}
#endif
#endif
