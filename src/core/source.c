/* source.c - bytes of a file -> UTF-8 text, and where its lines start.
 *
 * Python's own order of things (reference manual 2.1.4, PEP 263): a UTF-8 byte
 * order mark wins; then a cookie in a comment on line one, or on line two when
 * line one is blank or a comment; else UTF-8.  UTF-8, ASCII and Latin-1 are
 * handled here, so that they never depend on what iconv finds on the machine.
 */
#include "core/source.h"

#include <errno.h>
#include <iconv.h>

/* ---- the cookie --------------------------------------------------------- */

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\f'; }

static bool is_codec_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

/* The first line of `text` without its end; *text becomes what is behind. */
static Str take_line(Str *text) {
  uint32_t end = 0;
  while (end < text->len && text->ptr[end] != '\n' && text->ptr[end] != '\r')
    end++;
  Str line = str_slice(*text, 0, end);
  if (end < text->len && text->ptr[end] == '\r') end++;
  if (end < text->len && text->ptr[end] == '\n' &&
      (end == line.len || text->ptr[end - 1] == '\r'))
    end++;
  *text = str_from_byte(*text, end);
  return line;
}

/* `^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)` of PEP 263.  Fills *codec;
 * *plain tells whether the line is blank or a comment without a cookie. */
static bool cookie_in_line(Str line, Str *codec, bool *plain) {
  uint32_t at = 0;
  while (at < line.len && is_blank(line.ptr[at])) at++;
  *plain = at == line.len || line.ptr[at] == '#';
  if (at == line.len || line.ptr[at] != '#') return false;
  while ((at = str_find(line, STR("coding"), at)) != STR_NONE) {
    at += 6;
    if (at >= line.len || (line.ptr[at] != ':' && line.ptr[at] != '='))
      continue;
    uint32_t from = at + 1;
    while (from < line.len && (line.ptr[from] == ' ' || line.ptr[from] == '\t'))
      from++;
    uint32_t to = from;
    while (to < line.len && is_codec_char(line.ptr[to])) to++;
    if (to == from) continue;
    *codec = str_slice(line, from, to);
    return true;
  }
  return false;
}

static bool find_cookie(Str bytes, Str *codec) {
  bool plain;
  Str rest = bytes;
  if (cookie_in_line(take_line(&rest), codec, &plain)) return true;
  if (!plain) return false;
  return cookie_in_line(take_line(&rest), codec, &plain);
}

/* ---- codecs ------------------------------------------------------------- */

typedef enum { CODEC_UTF8, CODEC_ASCII, CODEC_LATIN1, CODEC_OTHER } Codec;

/* Lower case, '_' and '.' to '-', as Python's codec registry compares. */
static void codec_normalize(Str codec, char out[64]) {
  uint32_t n = MIN(codec.len, 63);
  for (uint32_t i = 0; i < n; i++) {
    char c = codec.ptr[i];
    if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
    out[i] = c == '_' || c == '.' ? '-' : c;
  }
  out[n] = 0;
}

static const struct {
  const char *python;
  Codec codec;
  const char *iconv;
} codec_table[] = {
    {"utf-8", CODEC_UTF8, NULL},
    {"utf8", CODEC_UTF8, NULL},
    {"utf-8-sig", CODEC_UTF8, NULL},
    {"u8", CODEC_UTF8, NULL},
    {"utf", CODEC_UTF8, NULL},
    {"cp65001", CODEC_UTF8, NULL},
    {"utf-8-unix", CODEC_UTF8, NULL},
    {"utf-8-dos", CODEC_UTF8, NULL},
    {"ascii", CODEC_ASCII, NULL},
    {"us-ascii", CODEC_ASCII, NULL},
    {"646", CODEC_ASCII, NULL},
    {"latin-1", CODEC_LATIN1, NULL},
    {"latin1", CODEC_LATIN1, NULL},
    {"latin", CODEC_LATIN1, NULL},
    {"l1", CODEC_LATIN1, NULL},
    {"iso-8859-1", CODEC_LATIN1, NULL},
    {"iso8859-1", CODEC_LATIN1, NULL},
    {"iso-latin-1", CODEC_LATIN1, NULL},
    {"8859", CODEC_LATIN1, NULL},
    {"cp819", CODEC_LATIN1, NULL},
    {"latin-1-unix", CODEC_LATIN1, NULL},
    {"iso-latin-1-unix", CODEC_LATIN1, NULL},
    {"mac-roman", CODEC_OTHER, "MACINTOSH"},
    {"macroman", CODEC_OTHER, "MACINTOSH"},
    {"mac-latin2", CODEC_OTHER, "MAC-CENTRALEUROPE"},
    {"mac-cyrillic", CODEC_OTHER, "MAC-CYRILLIC"},
    {"shift-jis", CODEC_OTHER, "SHIFT_JIS"},
    {"sjis", CODEC_OTHER, "SHIFT_JIS"},
    {"latin-2", CODEC_OTHER, "ISO-8859-2"},
    {"latin2", CODEC_OTHER, "ISO-8859-2"},
    {"latin-9", CODEC_OTHER, "ISO-8859-15"},
    {"cyrillic", CODEC_OTHER, "ISO-8859-5"},
    {"greek", CODEC_OTHER, "ISO-8859-7"},
    {"hebrew", CODEC_OTHER, "ISO-8859-8"},
};

static Codec codec_find(Str codec, const char **iconv_name, char name[64]) {
  codec_normalize(codec, name);
  *iconv_name = name;
  for (uint32_t i = 0; i < ARRAY_LEN(codec_table); i++) {
    if (strcmp(name, codec_table[i].python) != 0) continue;
    if (codec_table[i].iconv) *iconv_name = codec_table[i].iconv;
    return codec_table[i].codec;
  }
  return CODEC_OTHER;
}

/* ---- decoding ----------------------------------------------------------- */

static void fail(SourceText *out, SourceStatus status, uint32_t at,
                 Str problem) {
  *out = (SourceText){.status = status,
                      .text = STR_EMPTY,
                      .problem = problem,
                      .problem_at = at};
}

static uint32_t line_of(Str bytes, uint32_t at) {
  uint32_t line = 1;
  for (uint32_t i = 0; i < at && i < bytes.len; i++)
    if (bytes.ptr[i] == '\n' ||
        (bytes.ptr[i] == '\r' &&
         !(i + 1 < bytes.len && bytes.ptr[i + 1] == '\n')))
      line++;
  return line;
}

static void fail_byte(SourceText *out, Arena *arena, Str bytes, uint32_t at,
                      const char *codec) {
  fail(out, SOURCE_BAD_ENCODING, at,
       str_printf(arena,
                  "Cannot decode the file: byte 0x%02X on line %u is not "
                  "valid %s",
                  (unsigned)(uint8_t)bytes.ptr[at], line_of(bytes, at), codec));
}

static void decode_latin1(Str bytes, Arena *arena, SourceText *out) {
  uint32_t high = 0;
  for (uint32_t i = 0; i < bytes.len; i++) high += (uint8_t)bytes.ptr[i] >> 7;
  out->text = bytes;
  if (high == 0) return;
  char *text = arena_alloc(arena, (size_t)bytes.len + high + 1, 1);
  uint32_t n = 0;
  for (uint32_t i = 0; i < bytes.len; i++) {
    uint8_t c = (uint8_t)bytes.ptr[i];
    if (c >= 0x80) text[n++] = (char)(0xC0 | c >> 6);
    text[n++] = (char)(c < 0x80 ? c : 0x80 | (c & 0x3F));
  }
  text[n] = 0;
  out->text = (Str){text, n};
}

/* Any other codec, through iconv, piece by piece. */
static void decode_iconv(Str bytes, const char *codec, Str shown, Arena *arena,
                         SourceText *out) {
  iconv_t cd = iconv_open("UTF-8", codec);
  if (cd == (iconv_t)-1) {
    fail(out, SOURCE_BAD_ENCODING, 0,
         str_printf(arena, "Cannot decode the file: unknown encoding %" PRIstr,
                    STR_ARG(str_slice(shown, 0, 40))));
    return;
  }
  StrBuf text;
  strbuf_init(&text, arena);
  strbuf_reserve(&text, bytes.len + 1);
  char *in = (char *)(uintptr_t)bytes.ptr;
  size_t in_left = bytes.len;
  bool ok = true;
  while (in_left && ok) {
    char piece[4096];
    char *to = piece;
    size_t room = sizeof(piece);
    size_t rc = iconv(cd, &in, &in_left, &to, &room);
    strbuf_put(&text, str_make(piece, sizeof(piece) - room));
    ok = rc != (size_t)-1 || errno == E2BIG;
  }
  iconv_close(cd);
  if (ok) out->text = text.len ? strbuf_str(&text) : STR_EMPTY;
  else fail_byte(out, arena, bytes, (uint32_t)(in - bytes.ptr), codec);
}

static bool has_prefix(Str bytes, const char *prefix, uint32_t n) {
  return bytes.len >= n && memcmp(bytes.ptr, prefix, n) == 0;
}

static void decode_text(Str bytes, Arena *arena, SourceText *out) {
  bool bom = has_prefix(bytes, "\xEF\xBB\xBF", 3);
  if (bom) bytes = str_from_byte(bytes, 3);
  Str cookie = STR_EMPTY;
  const char *name = "utf-8";
  char buffer[64];
  Codec codec = CODEC_UTF8;
  if (find_cookie(bytes, &cookie)) codec = codec_find(cookie, &name, buffer);
  if (bom && codec != CODEC_UTF8) {
    fail(out, SOURCE_BAD_ENCODING, 0,
         str_printf(arena,
                    "Cannot decode the file: it declares the encoding "
                    "%" PRIstr " but starts with a UTF-8 byte order mark",
                    STR_ARG(str_slice(cookie, 0, 40))));
    return;
  }
  out->text = bytes;
  if (codec == CODEC_LATIN1) {
    decode_latin1(bytes, arena, out);
  } else if (codec == CODEC_OTHER) {
    decode_iconv(bytes, name, cookie, arena, out);
  } else {
    uint32_t bad = utf8_check(bytes);
    if (codec == CODEC_ASCII && !str_is_ascii(bytes))
      for (bad = 0; !((uint8_t)bytes.ptr[bad] & 0x80); bad++) {}
    if (bad != STR_NONE)
      fail_byte(out, arena, bytes, bad,
                codec == CODEC_ASCII ? "ASCII, its declared encoding"
                                     : "UTF-8");
  }
}

void source_decode(Str bytes, Arena *arena, SourceText *out) {
  *out = (SourceText){
      .status = SOURCE_OK, .text = STR_EMPTY, .problem = STR_EMPTY};
  if (bytes.len == 0) return;
  if (has_prefix(bytes, "\xFF\xFE", 2) || has_prefix(bytes, "\xFE\xFF", 2)) {
    fail(out, SOURCE_BAD_ENCODING, 0,
         STR("Cannot decode the file: it is UTF-16, not UTF-8"));
    return;
  }
  const char *nul = memchr(bytes.ptr, 0, bytes.len);
  if (nul) {
    uint32_t at = (uint32_t)(nul - bytes.ptr);
    fail(out, SOURCE_BINARY, at,
         str_printf(arena, "Cannot read the file: NUL byte on line %u",
                    line_of(bytes, at)));
    return;
  }
  decode_text(bytes, arena, out);
}

Str source_io_problem(Arena *arena, FsReason reason) {
  return str_printf(arena, "Cannot read the file: %s", fs_reason_text(reason));
}

void source_load(Fs *fs, Str path, Arena *arena, SourceText *out) {
  Str bytes;
  FsErr err;
  if (fs_read(fs, path, arena, &bytes, &err)) {
    source_decode(bytes, arena, out);
    return;
  }
  if (err.reason == FS_TOO_LARGE)
    fail(out, SOURCE_TOO_LARGE, 0,
         str_printf(arena, "Cannot read the file: larger than %u MiB",
                    (unsigned)(FS_MAX_FILE >> 20)));
  else fail(out, SOURCE_UNREADABLE, 0, source_io_problem(arena, err.reason));
}

/* ---- lines -------------------------------------------------------------- */

/* Lines that end in \r too, which nearly no file has. */
static LineMap build_mixed(Str text, Arena *arena) {
  uint32_t *starts =
      ARENA_ARRAY_RAW(arena, uint32_t, (uint64_t)text.len + 1), n = 0;
  starts[n++] = 0;
  for (uint32_t i = 0; i < text.len; i++) {
    char c = text.ptr[i];
    if (c == '\n' ||
        (c == '\r' && !(i + 1 < text.len && text.ptr[i + 1] == '\n')))
      starts[n++] = i + 1;
  }
  return (LineMap){starts, n};
}

LineMap line_map_build(Str text, Arena *arena) {
  if (text.len && memchr(text.ptr, '\r', text.len))
    return build_mixed(text, arena);
  uint32_t count = 1, n = 0;
  for (uint32_t i = 0; i < text.len; i++) count += text.ptr[i] == '\n';
  uint32_t *starts = ARENA_ARRAY_RAW(arena, uint32_t, count);
  const char *at = text.ptr, *end = text.ptr + text.len;
  starts[n++] = 0;
  while (n < count) {
    at = (const char *)memchr(at, '\n', (size_t)(end - at)) + 1;
    starts[n++] = (uint32_t)(at - text.ptr);
  }
  return (LineMap){starts, count};
}

LineColumn line_map_position(const LineMap *map, Str text, uint32_t offset) {
  ASSERT(map->count > 0);
  offset = MIN(offset, text.len);
  uint32_t low = 0, high = map->count; /* starts[low] <= offset */
  while (high - low > 1) {
    uint32_t mid = low + (high - low) / 2;
    if (map->starts[mid] <= offset) low = mid;
    else high = mid;
  }
  Str before = str_slice(text, map->starts[low], offset);
  return (LineColumn){low + 1, utf8_count(before) + 1};
}

uint32_t line_map_count(Str text) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < text.len; i++) n += text.ptr[i] == '\n';
  return n + (text.len && text.ptr[text.len - 1] != '\n');
}
