/* hash.c - XXH3 of bytes.
 *
 * The library's inline form is used, so that the compiler may specialise it
 * and nothing has to be linked.
 */
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/hash.h"

uint64_t hash_bytes(const void *p, size_t n, uint64_t seed) {
  return XXH3_64bits_withSeed(p, n, seed);
}

Hash128 hash128_bytes(const void *p, size_t n, uint64_t seed) {
  XXH128_hash_t h = XXH3_128bits_withSeed(p, n, seed);
  return (Hash128){h.low64, h.high64};
}

void hash128_hex(Hash128 h, char out[33]) {
  for (int i = 0; i < 32; i++) {
    uint64_t w = i < 16 ? h.hi : h.lo;
    out[i] = "0123456789abcdef"[w >> (60 - 4 * (i % 16)) & 15];
  }
  out[32] = 0;
}
