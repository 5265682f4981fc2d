/* pragma.c - suppression comments and `# type:` comments.
 *
 * A comment may hold several, each behind a `#` of its own:
 *     x = f()  # type: ignore[arg]  # ty: ignore
 * The codes in brackets are kept as text; infer/suppress.c reads them.
 */
#include "parse/scan.h"

typedef struct {
  Str text;
  uint32_t at;
} Cursor;

static void skip_blanks(Cursor *c) {
  while (c->at < c->text.len &&
         (c->text.ptr[c->at] == ' ' || c->text.ptr[c->at] == '\t'))
    c->at++;
}

static bool take(Cursor *c, const char *word) {
  uint32_t n = (uint32_t)strlen(word);
  if (c->text.len - c->at < n || memcmp(c->text.ptr + c->at, word, n) != 0)
    return false;
  c->at += n;
  return true;
}

static bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static bool at_word_end(const Cursor *c) {
  return c->at >= c->text.len || !is_word_byte(c->text.ptr[c->at]);
}

/* `ignore`, maybe with [codes].  What follows must be the end, a blank, or
 * another comment. */
static bool take_ignore(Cursor *c, Pragma *out) {
  if (!take(c, "ignore") || !at_word_end(c)) return false;
  uint32_t after = c->at;
  skip_blanks(c);
  if (c->at < c->text.len && c->text.ptr[c->at] == '[') {
    uint32_t from = c->at + 1, to = from;
    while (to < c->text.len && c->text.ptr[to] != ']' &&
           c->text.ptr[to] != '#')
      to++;
    out->has_codes = true;
    out->malformed = to >= c->text.len || c->text.ptr[to] != ']';
    out->codes = str_slice(c->text, from, to);
    c->at = out->malformed ? to : to + 1;
    return true;
  }
  c->at = after;
  if (after < c->text.len && c->text.ptr[after] != ' ' &&
      c->text.ptr[after] != '\t' && c->text.ptr[after] != '#')
    out->malformed = true;
  return true;
}

/* `ignore-errors` in a list of options, `= True` behind it or not. */
static bool take_ignore_errors(Cursor *c) {
  do {
    skip_blanks(c);
    if ((take(c, "ignore-errors") || take(c, "ignore_errors")) &&
        at_word_end(c)) {
      uint32_t end = c->at;
      skip_blanks(c);
      bool value = take(c, "=");
      if (value) skip_blanks(c);
      if (!value) c->at = end;
      return !value || take(c, "True") || take(c, "true");
    }
    while (c->at < c->text.len && c->text.ptr[c->at] != ',' &&
           c->text.ptr[c->at] != '#')
      c->at++;
  } while (take(c, ","));
  return false;
}

static bool take_pragma(Cursor *c, Pragma *out) {
  static const struct {
    const char *tool;
    uint8_t kind;
  } tools[] = {
      {"taipan:", PRAGMA_TAIPAN_IGNORE},
      {"ty:", PRAGMA_TY_IGNORE},
      {"pyright:", PRAGMA_PYRIGHT_IGNORE},
      {"pyrefly:", PRAGMA_PYREFLY_IGNORE},
  };
  if (take(c, "type:")) {
    skip_blanks(c);
    out->kind = PRAGMA_TYPE_IGNORE;
    uint32_t from = c->at;
    if (take_ignore(c, out)) return true;
    if (from >= c->text.len) return false;
    *out = (Pragma){.kind = PRAGMA_TYPE_COMMENT};
    while (c->at < c->text.len && c->text.ptr[c->at] != '#') c->at++;
    out->codes = str_trim(str_slice(c->text, from, c->at));
    return true;
  }
  if (take(c, "mypy:")) {
    out->kind = PRAGMA_MYPY_IGNORE_ERRORS;
    return take_ignore_errors(c);
  }
  uint32_t start = c->at;
  if (take(c, "pyrefly:")) {
    out->kind = PRAGMA_PYREFLY_IGNORE_ERRORS;
    if (take_ignore_errors(c)) return true;
    c->at = start;
  }
  for (uint32_t i = 0; i < ARRAY_LEN(tools); i++) {
    if (!take(c, tools[i].tool)) continue;
    skip_blanks(c);
    out->kind = tools[i].kind;
    return take_ignore(c, out);
  }
  return false;
}

void scan_comment(Scan *s, uint32_t start, uint32_t end, bool alone) {
  Cursor c = {str_slice(s->text, start, end), 0};
  if (!memchr(c.text.ptr, ':', c.text.len)) return;
  bool whole = alone && s->lines.n == 0;
  while (c.at < c.text.len) {
    if (c.text.ptr[c.at] != '#') {
      c.at++;
      continue;
    }
    uint32_t from = c.at++;
    skip_blanks(&c);
    Pragma pragma = {0};
    uint32_t at = c.at;
    if (!take_pragma(&c, &pragma)) {
      c.at = at;
      continue;
    }
    bool errors = pragma.kind == PRAGMA_MYPY_IGNORE_ERRORS ||
                  pragma.kind == PRAGMA_PYREFLY_IGNORE_ERRORS;
    pragma.whole_file = errors ? alone
                               : whole && pragma.kind != PRAGMA_TYPE_COMMENT &&
                                     pragma.kind != PRAGMA_PYRIGHT_IGNORE;
    pragma.above = alone && pragma.kind == PRAGMA_PYREFLY_IGNORE;
    pragma.span = (Span){start + from, start + c.at};
    hvec_push(&s->pragmas, pragma);
  }
}
