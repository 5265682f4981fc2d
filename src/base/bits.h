/* bits.h - bit tricks and bit sets.
 *
 * Layer: base.  Memory: an arena.  Threads: one owner.
 */
#ifndef TAIPAN_BASE_BITS_H
#define TAIPAN_BASE_BITS_H

#include "base/arena.h"

static inline uint32_t bits_popcount(uint64_t x) {
  return (uint32_t)__builtin_popcountll(x);
}
/* Trailing / leading zero bits; 64 for 0. */
static inline uint32_t bits_ctz(uint64_t x) {
  return x ? (uint32_t)__builtin_ctzll(x) : 64;
}
static inline uint32_t bits_clz(uint64_t x) {
  return x ? (uint32_t)__builtin_clzll(x) : 64;
}
/* floor(log2(x)); x > 0. */
static inline uint32_t bits_log2(uint64_t x) {
  return 63 - (uint32_t)__builtin_clzll(x);
}
/* The smallest power of two that is at least x (x <= 2^63); 1 for 0. */
static inline uint64_t bits_ceil_pow2(uint64_t x) {
  return x <= 1 ? 1 : (uint64_t)1 << (64 - bits_clz(x - 1));
}
static inline uint64_t bits_align_up(uint64_t x, uint64_t pow2) {
  return (x + pow2 - 1) & ~(pow2 - 1);
}

typedef struct {
  uint64_t *w;
  uint32_t n; /* bits */
} BitSet;

static inline uint32_t bitset_words(uint32_t n) {
  return (uint32_t)(((uint64_t)n + 63) / 64);
}
/* n bits, all 0. */
static inline BitSet bitset_new(Arena *a, uint32_t n) {
  return (BitSet){ARENA_ARRAY(a, uint64_t, bitset_words(n)), n};
}
static inline bool bitset_get(BitSet s, uint32_t i) {
  ASSERT(i < s.n);
  return s.w[i / 64] >> (i % 64) & 1;
}
static inline void bitset_set(BitSet s, uint32_t i) {
  ASSERT(i < s.n);
  s.w[i / 64] |= (uint64_t)1 << (i % 64);
}
static inline void bitset_unset(BitSet s, uint32_t i) {
  ASSERT(i < s.n);
  s.w[i / 64] &= ~((uint64_t)1 << (i % 64));
}
/* Sets the bit; true if it was not set before. */
static inline bool bitset_add(BitSet s, uint32_t i) {
  bool had = bitset_get(s, i);
  bitset_set(s, i);
  return !had;
}
static inline void bitset_clear(BitSet s) {
  if (s.n) memset(s.w, 0, (size_t)bitset_words(s.n) * 8);
}
static inline uint32_t bitset_count(BitSet s) {
  uint32_t c = 0;
  for (uint32_t i = 0; i < bitset_words(s.n); i++) c += bits_popcount(s.w[i]);
  return c;
}
/* The first set bit at or after from; s.n if there is none. */
static inline uint32_t bitset_next(BitSet s, uint32_t from) {
  if (from >= s.n) return s.n;
  uint32_t i = from / 64, words = bitset_words(s.n);
  uint64_t w = s.w[i] & (~(uint64_t)0 << (from % 64));
  while (w == 0) {
    if (++i == words) return s.n;
    w = s.w[i];
  }
  return i * 64 + bits_ctz(w);
}
/* dst |= src; true if dst changed.  Both of the same length. */
static inline bool bitset_union(BitSet dst, BitSet src) {
  ASSERT(dst.n == src.n);
  uint64_t changed = 0;
  for (uint32_t i = 0; i < bitset_words(dst.n); i++) {
    uint64_t w = dst.w[i] | src.w[i];
    changed |= w ^ dst.w[i];
    dst.w[i] = w;
  }
  return changed != 0;
}
/* dst &= src; true if dst changed. */
static inline bool bitset_intersect(BitSet dst, BitSet src) {
  ASSERT(dst.n == src.n);
  uint64_t changed = 0;
  for (uint32_t i = 0; i < bitset_words(dst.n); i++) {
    uint64_t w = dst.w[i] & src.w[i];
    changed |= w ^ dst.w[i];
    dst.w[i] = w;
  }
  return changed != 0;
}

#endif
