/* str.c - slices, and the builder of texts. */
#include "base/str.h"
#include "base/mem.h"

#include <stdio.h>

uint32_t str_find_byte(Str s, char byte) {
  const char *p = s.len ? (const char *)memchr(s.ptr, byte, s.len) : NULL;
  return p ? (uint32_t)(p - s.ptr) : STR_NONE;
}

uint32_t str_rfind_byte(Str s, char byte) {
  const char *p = s.len ? (const char *)memrchr(s.ptr, byte, s.len) : NULL;
  return p ? (uint32_t)(p - s.ptr) : STR_NONE;
}

uint32_t str_find(Str s, Str needle, uint32_t from) {
  if (from > s.len) return STR_NONE;
  if (needle.len == 0) return from;
  const char *p = (const char *)memmem(s.ptr + from, s.len - from, needle.ptr,
                                       needle.len);
  return p ? (uint32_t)(p - s.ptr) : STR_NONE;
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

Str str_trim(Str s) {
  uint32_t from = 0, to = s.len;
  while (from < to && is_blank(s.ptr[from])) from++;
  while (to > from && is_blank(s.ptr[to - 1])) to--;
  return str_slice(s, from, to);
}

bool str_split(Str *rest, char sep, Str *piece) {
  if (!rest->ptr) return false;
  uint32_t at = str_find_byte(*rest, sep);
  if (at == STR_NONE) {
    *piece = *rest;
    *rest = (Str){NULL, 0};
  } else {
    *piece = str_slice(*rest, 0, at);
    *rest = str_from_byte(*rest, at + 1);
  }
  return true;
}

bool str_to_u64(Str s, uint64_t *out) {
  uint64_t v = 0;
  if (s.len == 0 || s.len > 18) return false;
  for (uint32_t i = 0; i < s.len; i++) {
    if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
    v = v * 10 + (uint64_t)(s.ptr[i] - '0');
  }
  *out = v;
  return true;
}

Str str_dup(Arena *a, Str s) {
  return (Str){arena_strndup(a, s.ptr, s.len), s.len};
}

const char *str_cstr(Arena *a, Str s) { return arena_strndup(a, s.ptr, s.len); }

Str str_printf(Arena *a, const char *fmt, ...) {
  StrBuf b;
  strbuf_init(&b, a);
  va_list args;
  va_start(args, fmt);
  strbuf_vprintf(&b, fmt, args);
  va_end(args);
  return strbuf_str(&b);
}

Str str_concat(Arena *a, Str x, Str y) {
  uint64_t len = (uint64_t)x.len + y.len;
  if (len >= UINT32_MAX) panic("text of more than 4 GiB");
  char *p = (char *)arena_alloc(a, (size_t)len + 1, 1);
  if (x.len) memcpy(p, x.ptr, x.len);
  if (y.len) memcpy(p + x.len, y.ptr, y.len);
  p[len] = 0;
  return (Str){p, (uint32_t)len};
}

int str_cmp_ptr(const void *a, const void *b) {
  return str_cmp(*(const Str *)a, *(const Str *)b);
}

/* --- Builder ------------------------------------------------------------ */

static char empty_text[1];

void strbuf_init(StrBuf *b, Arena *arena) {
  *b = (StrBuf){empty_text, 0, 0, arena};
}

void strbuf_reserve(StrBuf *b, uint32_t extra) {
  uint64_t need = (uint64_t)b->len + extra + 1;
  if (need <= b->cap) return;
  if (need > UINT32_MAX) panic("text of more than 4 GiB");
  uint64_t cap = MAX(need, MIN((uint64_t)b->cap * 2, UINT32_MAX));
  cap = MAX(cap, 64u);
  void *old = b->cap ? b->ptr : NULL;
  b->ptr = (char *)arena_realloc(b->arena, old, b->cap, (size_t)cap, 1);
  b->cap = (uint32_t)cap;
  b->ptr[b->len] = 0;
}

void strbuf_put(StrBuf *b, Str s) {
  strbuf_reserve(b, s.len);
  if (s.len) memcpy(b->ptr + b->len, s.ptr, s.len);
  b->len += s.len;
  b->ptr[b->len] = 0;
}

void strbuf_puts(StrBuf *b, const char *s) { strbuf_put(b, str_from(s)); }

void strbuf_fill(StrBuf *b, char c, uint32_t n) {
  strbuf_reserve(b, n);
  memset(b->ptr + b->len, c, n);
  b->len += n;
  b->ptr[b->len] = 0;
}

void strbuf_vprintf(StrBuf *b, const char *fmt, va_list args) {
  va_list again;
  va_copy(again, args);
  strbuf_reserve(b, 48);
  int n = vsnprintf(b->ptr + b->len, b->cap - b->len, fmt, args);
  if (n < 0) panic("bad format %s", fmt);
  if ((uint32_t)n >= b->cap - b->len) {
    strbuf_reserve(b, (uint32_t)n);
    vsnprintf(b->ptr + b->len, b->cap - b->len, fmt, again);
  }
  va_end(again);
  b->len += (uint32_t)n;
}

void strbuf_printf(StrBuf *b, const char *fmt, ...) {
  va_list args;
  va_start(args, fmt);
  strbuf_vprintf(b, fmt, args);
  va_end(args);
}

void strbuf_u64(StrBuf *b, uint64_t v) {
  char digits[20];
  uint32_t n = 0;
  do {
    digits[sizeof digits - ++n] = (char)('0' + v % 10);
    v /= 10;
  } while (v);
  strbuf_put(b, (Str){digits + sizeof digits - n, n});
}

/* One byte below 0x80 that JSON does not take as it is. */
static void json_escape(StrBuf *b, unsigned char c) {
  static const char from[] = "\"\\\n\r\t\b\f";
  static const char to[] = "\"\\nrtbf";
  const char *p = c ? strchr(from, c) : NULL;
  if (p) {
    strbuf_putc(b, '\\');
    strbuf_putc(b, to[p - from]);
  } else {
    strbuf_printf(b, "\\u%04x", c);
  }
}

void strbuf_json(StrBuf *b, Str s) {
  uint32_t start = 0, i = 0;
  while (i < s.len) {
    unsigned char c = (unsigned char)s.ptr[i];
    if (c >= 0x20 && c < 0x7F && c != '"' && c != '\\') {
      i++;
      continue;
    }
    strbuf_put(b, str_slice(s, start, i));
    if (c < 0x80) {
      json_escape(b, c);
      i++;
    } else {
      uint32_t at = i;
      if (utf8_next(s, &i) == UTF8_BAD)
        strbuf_puts(b, "\xEF\xBF\xBD");
      else
        strbuf_put(b, str_slice(s, at, i));
    }
    start = i;
  }
  strbuf_put(b, str_slice(s, start, s.len));
}
