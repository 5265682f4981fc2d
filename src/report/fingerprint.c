#include "report/fingerprint.h"

void fingerprints_init(Fingerprints *f, Arena *arena) {
  hmap64_init(&f->seen, arena, 64);
}

static bool is_space(char c) { return c == ' ' || c == '\t'; }

/* The finding's first source line, spaces left out, into `out`. */
static void put_line(StrBuf *out, const Finding *f) {
  uint32_t line = f->excerpt_line;
  for (uint32_t i = 0; i < f->excerpt.len && line <= f->place.line; i++) {
    char c = f->excerpt.ptr[i];
    if (c == '\n') line++;
    else if (line == f->place.line && !is_space(c) && c != '\r')
      strbuf_putc(out, c);
  }
}

void fingerprint_next(Fingerprints *f, const Finding *finding, char out[33]) {
  Arena *scratch = arena_create("fingerprint");
  StrBuf text;
  strbuf_init(&text, scratch);
  strbuf_puts(&text, rule_info[finding->rule].name);
  strbuf_putc(&text, 0);
  strbuf_put(&text, finding->path);
  strbuf_putc(&text, 0);
  strbuf_put(&text, finding->message);
  strbuf_putc(&text, 0);
  put_line(&text, finding);
  Hash128 hash = hash128_bytes(text.ptr, text.len, 0);
  bool found;
  uint32_t *count = hmap64_find_or_insert(&f->seen, hash.lo, &found);
  *count = found ? *count + 1 : 1;
  if (*count > 1) {
    strbuf_u64(&text, *count);
    hash = hash128_bytes(text.ptr, text.len, 0);
  }
  hash128_hex(hash, out);
  arena_destroy(scratch);
}
