/* str.h - slices of bytes, a builder for text, UTF-8.
 *
 * Layer: base.  Memory: a Str owns nothing; a StrBuf grows in an arena.
 * Threads: one owner a StrBuf.
 *
 *   printf("%" PRIstr "\n", STR_ARG(s));
 */
#ifndef TAIPAN_BASE_STR_H
#define TAIPAN_BASE_STR_H

#include "base/arena.h"
#include "base/defs.h"
#include <stdarg.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  const char *ptr; /* not terminated; may be NULL if len is 0 */
  uint32_t len;
} Str;

#define PRIstr ".*s"
#define STR_ARG(s) (int)(s).len, (s).ptr ? (s).ptr : ""
/* STR("lit") in code, STR_INIT("lit") in a static initialiser. */
#define STR(lit) ((Str){"" lit, (uint32_t)(sizeof(lit) - 1)})
#define STR_INIT(lit) {"" lit, (uint32_t)(sizeof(lit) - 1)}
#define STR_EMPTY ((Str){"", 0})
#define STR_NONE UINT32_MAX /* "not found" of the str_find functions */

static inline Str str_make(const char *ptr, size_t len) {
  ASSERT(len <= UINT32_MAX);
  return (Str){ptr, (uint32_t)len};
}
/* From a terminated string; NULL gives the empty string. */
static inline Str str_from(const char *s) {
  return s ? str_make(s, strlen(s)) : STR_EMPTY;
}
static inline bool str_eq(Str a, Str b) {
  return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}
static inline bool str_is(Str a, const char *lit) {
  return str_eq(a, str_from(lit));
}
/* Bytewise order; a prefix comes first. */
static inline int str_cmp(Str a, Str b) {
  uint32_t n = MIN(a.len, b.len);
  int c = n ? memcmp(a.ptr, b.ptr, n) : 0;
  return c ? c : (a.len > b.len) - (a.len < b.len);
}
/* No set has the zero byte. */
static inline bool char_is_in(char c, const char *set) {
  return c && strchr(set, c) != NULL;
}
static inline bool str_starts(Str s, Str prefix) {
  return s.len >= prefix.len &&
         (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}
static inline bool str_ends(Str s, Str suffix) {
  return s.len >= suffix.len &&
         (suffix.len == 0 ||
          memcmp(s.ptr + s.len - suffix.len, suffix.ptr, suffix.len) == 0);
}
/* Bytes [from, to), both clamped to the string. */
static inline Str str_slice(Str s, uint32_t from, uint32_t to) {
  to = MIN(to, s.len);
  from = MIN(from, to);
  return (Str){s.ptr + from, to - from};
}
static inline Str str_from_byte(Str s, uint32_t from) {
  return str_slice(s, from, s.len);
}
/* Position of the first / last such byte, or STR_NONE. */
uint32_t str_find_byte(Str s, char byte);
uint32_t str_rfind_byte(Str s, char byte);
/* Position of the first occurrence of needle at or after from, or STR_NONE. */
uint32_t str_find(Str s, Str needle, uint32_t from);
/* Without spaces, tabs, CR, LF, FF at both ends. */
Str str_trim(Str s);
/* Cuts *rest at the first sep: returns what is before it, *rest becomes what
 * is behind it ({NULL, 0} after the last piece).  False when rest.ptr is
 * NULL. */
bool str_split(Str *rest, char sep, Str *piece);
/* A decimal number of at most 18 digits, nothing else in the string. */
bool str_to_u64(Str s, uint64_t *out);
/* A copy with a zero byte behind it. */
Str str_dup(Arena *a, Str s);
const char *str_cstr(Arena *a, Str s);
Str str_printf(Arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
Str str_concat(Arena *a, Str x, Str y);
/* Order for qsort-like functions: arguments point at Str. */
int str_cmp_ptr(const void *a, const void *b);

/* A growing text.  The text is always terminated behind its end. */
typedef struct {
  char *ptr;
  uint32_t len, cap;
  Arena *arena;
} StrBuf;

void strbuf_init(StrBuf *b, Arena *arena);
void strbuf_reserve(StrBuf *b, uint32_t extra);
void strbuf_put(StrBuf *b, Str s);
void strbuf_puts(StrBuf *b, const char *s);
void strbuf_printf(StrBuf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void strbuf_vprintf(StrBuf *b, const char *fmt, va_list args);
void strbuf_u64(StrBuf *b, uint64_t v);
/* Escapes into a JSON string, without the quotes around it.  Bytes that are
 * not UTF-8 become U+FFFD. */
void strbuf_json(StrBuf *b, Str s);
/* n times the byte c. */
void strbuf_fill(StrBuf *b, char c, uint32_t n);
static inline void strbuf_putc(StrBuf *b, char c) {
  if (UNLIKELY(b->cap - b->len < 2)) strbuf_reserve(b, 1);
  b->ptr[b->len++] = c;
  b->ptr[b->len] = 0;
}
/* The text so far; dies at the next append. */
static inline Str strbuf_str(const StrBuf *b) { return (Str){b->ptr, b->len}; }
static inline void strbuf_clear(StrBuf *b) { b->len = 0; }
/* Shortens to len bytes. */
static inline void strbuf_cut(StrBuf *b, uint32_t len) {
  if (len < b->len) b->ptr[b->len = len] = 0;
}

#define UTF8_BAD 0xFFFFFFFFu
/* Decodes the code point at *pos and moves *pos behind it.  A malformed
 * sequence gives UTF8_BAD and moves one byte.  Surrogates and overlong forms
 * are malformed.  *pos must be below s.len. */
uint32_t utf8_next(Str s, uint32_t *pos);
/* Writes cp into out (4 bytes), returns the length; 0 if cp is no scalar. */
uint32_t utf8_put(uint32_t cp, char out[4]);
/* Position of the first malformed byte, or STR_NONE. */
uint32_t utf8_check(Str s);
/* Code points; a malformed byte counts as one. */
uint32_t utf8_count(Str s);
/* UTF-16 units, as the language server protocol counts columns. */
uint32_t utf8_count_utf16(Str s);
/* True if all bytes are below 0x80. */
bool str_is_ascii(Str s);

#ifdef __cplusplus
}
#endif
#endif
