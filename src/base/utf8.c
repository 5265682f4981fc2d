/* utf8.c - UTF-8, as RFC 3629 has it: no surrogates, no overlong forms, nothing
 * above U+10FFFF.
 */
#include "base/str.h"

static bool tail(Str s, uint32_t i) {
  return i < s.len && ((unsigned char)s.ptr[i] & 0xC0) == 0x80;
}

uint32_t utf8_next(Str s, uint32_t *pos) {
  uint32_t i = (*pos)++;
  ASSERT(i < s.len);
  const unsigned char *p = (const unsigned char *)s.ptr;
  uint32_t c = p[i];
  if (c < 0x80) return c;
  if (c < 0xC2 || !tail(s, i + 1)) return UTF8_BAD;
  uint32_t x = p[i + 1] & 0x3Fu;
  if (c < 0xE0) {
    *pos = i + 2;
    return (c & 0x1F) << 6 | x;
  }
  if (!tail(s, i + 2)) return UTF8_BAD;
  uint32_t y = p[i + 2] & 0x3Fu;
  if (c < 0xF0) {
    uint32_t cp = (c & 0x0F) << 12 | x << 6 | y;
    if (cp < 0x800 || (cp >= 0xD800 && cp < 0xE000)) return UTF8_BAD;
    *pos = i + 3;
    return cp;
  }
  if (c > 0xF4 || !tail(s, i + 3)) return UTF8_BAD;
  uint32_t cp = (c & 0x07) << 18 | x << 12 | y << 6 | (p[i + 3] & 0x3Fu);
  if (cp < 0x10000 || cp > 0x10FFFF) return UTF8_BAD;
  *pos = i + 4;
  return cp;
}

uint32_t utf8_put(uint32_t cp, char out[4]) {
  if (cp < 0x80) {
    out[0] = (char)cp;
    return 1;
  }
  if (cp < 0x800) {
    out[0] = (char)(0xC0 | cp >> 6);
    out[1] = (char)(0x80 | (cp & 0x3F));
    return 2;
  }
  if (cp < 0x10000) {
    if (cp >= 0xD800 && cp < 0xE000) return 0;
    out[0] = (char)(0xE0 | cp >> 12);
    out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
    out[2] = (char)(0x80 | (cp & 0x3F));
    return 3;
  }
  if (cp > 0x10FFFF) return 0;
  out[0] = (char)(0xF0 | cp >> 18);
  out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
  out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
  out[3] = (char)(0x80 | (cp & 0x3F));
  return 4;
}

/* Bytes from `from` on that are below 0x80, eight at a time. */
static uint32_t ascii_run(Str s, uint32_t from) {
  uint32_t i = from;
  for (; s.len - i >= 8; i += 8) {
    uint64_t w;
    memcpy(&w, s.ptr + i, 8);
    if (w & 0x8080808080808080u) break;
  }
  while (i < s.len && (unsigned char)s.ptr[i] < 0x80) i++;
  return i - from;
}

bool str_is_ascii(Str s) { return ascii_run(s, 0) == s.len; }

uint32_t utf8_check(Str s) {
  for (uint32_t i = 0;;) {
    i += ascii_run(s, i);
    if (i == s.len) return STR_NONE;
    uint32_t at = i;
    if (utf8_next(s, &i) == UTF8_BAD) return at;
  }
}

uint32_t utf8_count(Str s) {
  uint32_t n = 0;
  for (uint32_t i = 0;;) {
    uint32_t run = ascii_run(s, i);
    i += run;
    n += run;
    if (i == s.len) return n;
    utf8_next(s, &i);
    n++;
  }
}

uint32_t utf8_count_utf16(Str s) {
  uint32_t n = 0;
  for (uint32_t i = 0;;) {
    uint32_t run = ascii_run(s, i);
    i += run;
    n += run;
    if (i == s.len) return n;
    uint32_t cp = utf8_next(s, &i);
    n += cp != UTF8_BAD && cp >= 0x10000 ? 2 : 1;
  }
}
