/* codec.h - bytes in and out: varints and fixed little-endian words.
 *
 * Layer: base.  Memory: an encoder grows in an arena; a decoder reads the
 * caller's bytes, which it never trusts.  Threads: one owner each.
 *
 * A decoder that runs over its end or meets a malformed varint turns `bad`,
 * and every later read gives 0: check once at the end.
 */
#ifndef TAIPAN_BASE_CODEC_H
#define TAIPAN_BASE_CODEC_H

#include "base/str.h"
#include "base/vec.h"

typedef struct {
  uint8_t *v;
  uint32_t n, cap;
  Arena *arena;
} Enc;

static inline void enc_init(Enc *e, Arena *arena) {
  *e = (Enc){NULL, 0, 0, arena};
}
static inline uint8_t *enc_room(Enc *e, uint32_t size) {
  vec_reserve(e, e->arena, size);
  uint8_t *p = e->v + e->n;
  e->n += size;
  return p;
}
static inline void enc_u8(Enc *e, uint8_t x) { *enc_room(e, 1) = x; }
static inline void enc_u32(Enc *e, uint32_t x) {
  uint8_t *p = enc_room(e, 4);
  for (int i = 0; i < 4; i++) p[i] = (uint8_t)(x >> (8 * i));
}
static inline void enc_u64(Enc *e, uint64_t x) {
  uint8_t *p = enc_room(e, 8);
  for (int i = 0; i < 8; i++) p[i] = (uint8_t)(x >> (8 * i));
}
/* Seven bits a byte, lowest first. */
static inline void enc_var(Enc *e, uint64_t x) {
  while (x >= 0x80) {
    enc_u8(e, (uint8_t)(x | 0x80));
    x >>= 7;
  }
  enc_u8(e, (uint8_t)x);
}
/* Signed, zigzag. */
static inline void enc_svar(Enc *e, int64_t x) {
  enc_var(e, ((uint64_t)x << 1) ^ (uint64_t)(x >> 63));
}
static inline void enc_bytes(Enc *e, const void *p, uint32_t n) {
  if (n) memcpy(enc_room(e, n), p, n);
}
/* Length, then bytes. */
static inline void enc_str(Enc *e, Str s) {
  enc_var(e, s.len);
  enc_bytes(e, s.ptr, s.len);
}
/* Overwrites four bytes at `at` (a length that was not known before). */
static inline void enc_patch_u32(Enc *e, uint32_t at, uint32_t x) {
  ASSERT(e->n >= 4 && at <= e->n - 4);
  for (int i = 0; i < 4; i++) e->v[at + i] = (uint8_t)(x >> (8 * i));
}
static inline Str enc_result(const Enc *e) {
  return (Str){(const char *)e->v, e->n};
}

typedef struct {
  const uint8_t *p, *end;
  bool bad;
} Dec;

static inline void dec_init(Dec *d, Str bytes) {
  const uint8_t *p = (const uint8_t *)bytes.ptr;
  *d = (Dec){p, p + bytes.len, false};
}
static inline size_t dec_left(const Dec *d) { return (size_t)(d->end - d->p); }
/* n bytes, or NULL and bad. */
static inline const uint8_t *dec_take(Dec *d, size_t n) {
  if (UNLIKELY(d->bad || dec_left(d) < n)) {
    d->bad = true;
    d->p = d->end;
    return NULL;
  }
  const uint8_t *p = d->p;
  d->p += n;
  return p;
}
static inline uint8_t dec_u8(Dec *d) {
  const uint8_t *p = dec_take(d, 1);
  return p ? *p : 0;
}
static inline uint32_t dec_u32(Dec *d) {
  const uint8_t *p = dec_take(d, 4);
  uint32_t x = 0;
  for (int i = 0; p && i < 4; i++) x |= (uint32_t)p[i] << (8 * i);
  return x;
}
static inline uint64_t dec_u64(Dec *d) {
  const uint8_t *p = dec_take(d, 8);
  uint64_t x = 0;
  for (int i = 0; p && i < 8; i++) x |= (uint64_t)p[i] << (8 * i);
  return x;
}
static inline uint64_t dec_var(Dec *d) {
  uint64_t x = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    uint8_t b = dec_u8(d);
    if (shift == 63 && b > 1) break;
    x |= (uint64_t)(b & 0x7F) << shift;
    if (b < 0x80) return d->bad ? 0 : x;
  }
  d->bad = true;
  d->p = d->end;
  return 0;
}
static inline int64_t dec_svar(Dec *d) {
  uint64_t x = dec_var(d);
  return (int64_t)(x >> 1) ^ -(int64_t)(x & 1);
}
/* A varint that must not exceed max; otherwise 0 and bad. */
static inline uint32_t dec_var_max(Dec *d, uint32_t max) {
  uint64_t x = dec_var(d);
  if (UNLIKELY(x > max)) {
    d->bad = true;
    d->p = d->end;
    return 0;
  }
  return (uint32_t)x;
}
/* A count of things that take at least one byte each: never more than what is
 * left, so that a forged count cannot make the reader allocate much. */
static inline uint32_t dec_count(Dec *d) {
  size_t left = dec_left(d);
  return dec_var_max(d, left > UINT32_MAX ? UINT32_MAX : (uint32_t)left);
}
/* Points into the input. */
static inline Str dec_str(Dec *d) {
  uint32_t n = dec_count(d);
  const uint8_t *p = dec_take(d, n);
  return p ? (Str){(const char *)p, n} : STR_EMPTY;
}

#endif
