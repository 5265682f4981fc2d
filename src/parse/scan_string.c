/* scan_string.c - where a string ends: plain, f- and t-strings (PEP 701).
 *
 * A replacement field holds any expression, with strings and f-strings of its
 * own, so this is a small stack machine: each open f-string is one entry, and
 * an entry is either in its text, or in a field (`depth` counts the brackets
 * open in that field), or in a field's format spec.
 *
 * The text of long plain strings is cut out of what tree-sitter sees.
 *
 * tree-sitter reads `:=` in a field as the walrus; in Python it starts the
 * format spec `=...`.  An edit shows it another character there.
 */
#include "parse/scan.h"

enum { CUT_LEAST = 12 };
typedef enum { IN_TEXT, IN_FIELD, IN_SPEC } StringState;

typedef struct {
  uint32_t start; /* of the prefix */
  char quote;
  bool triple, raw, format;
  uint8_t state;   /* StringState */
  uint8_t nested;  /* fields open in format specs */
  uint32_t depth;  /* brackets open in the field */
  uint32_t outer;  /* `depth` of the field around the spec's field */
} OpenString;

static bool is_prefix_letter(char c) {
  c |= 0x20;
  return c == 'r' || c == 'b' || c == 'u' || c == 'f' || c == 't';
}

static bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_' || (uint8_t)c >= 0x80;
}

/* The string whose quote is at i, with the prefix before it. */
static OpenString open_at(const Scan *s, uint32_t i, uint32_t floor) {
  const char *p = s->text.ptr;
  OpenString o = {.start = i, .quote = p[i]};
  while (o.start > floor && i - o.start < 3 &&
         is_prefix_letter(p[o.start - 1]))
    o.start--;
  if (o.start > floor && is_name_byte(p[o.start - 1])) o.start = i;
  for (uint32_t k = o.start; k < i; k++) {
    char c = p[k] | 0x20;
    o.raw |= c == 'r';
    o.format |= c == 'f' || c == 't';
  }
  o.triple = i + 2 < s->text.len && p[i + 1] == o.quote && p[i + 2] == o.quote;
  return o;
}

static bool ends_here(const Scan *s, const OpenString *o, uint32_t i) {
  const char *p = s->text.ptr;
  if (p[i] != o->quote) return false;
  return !o->triple || (i + 2 < s->text.len && p[i + 1] == o->quote &&
                        p[i + 2] == o->quote);
}

static uint32_t skip_newline(const Scan *s, uint32_t i) {
  return s->text.ptr[i] == '\r' && i + 1 < s->text.len &&
                 s->text.ptr[i + 1] == '\n'
             ? i + 2
             : i + 1;
}

/* Behind a backslash in the text of a string. */
static uint32_t skip_escape(const Scan *s, const OpenString *o, uint32_t i) {
  const char *p = s->text.ptr;
  if (i >= s->text.len) return i;
  if (o->format && !o->raw && p[i] == 'N' && i + 1 < s->text.len &&
      p[i + 1] == '{') {
    uint32_t k = i + 2;
    while (k < s->text.len && p[k] != '}' && p[k] != '\n' && p[k] != o->quote)
      k++;
    return k < s->text.len && p[k] == '}' ? k + 1 : k;
  }
  if (o->format && (p[i] == '{' || p[i] == '}')) return i;
  return skip_newline(s, i);
}

static void unterminated(Scan *s, const OpenString *o, uint32_t at) {
  if (o->triple)
    scan_error(s, o->start, MIN(o->start + 3, s->text.len),
               o->format ? "unterminated triple-quoted f-string literal"
                         : "unterminated triple-quoted string literal");
  else
    scan_error(s, o->start, at,
               o->format ? "unterminated f-string literal"
                         : "unterminated string literal");
}

/* A plain string: no stack needed. */
static uint32_t scan_plain(Scan *s, const OpenString *o, uint32_t i,
                           bool *bad) {
  const char *p = s->text.ptr;
  uint32_t end = s->text.len;
  i += o->triple ? 3 : 1;
  for (; i < end; i++) {
    char c = p[i];
    if (c == '\\') {
      i = skip_escape(s, o, i + 1) - 1;
      continue;
    }
    if (c == o->quote && ends_here(s, o, i)) return i + (o->triple ? 3 : 1);
    if ((c == '\n' || c == '\r') && !o->triple) break;
  }
  i = MIN(i, end);
  unterminated(s, o, i);
  *bad = true;
  return i;
}

typedef struct {
  Scan *s;
  OpenString stack[STRINGS_MAX];
  uint32_t n;
} StringStack;

/* One step in the text of an f-string, or in a format spec.  Returns the next
 * offset; 0 when the string cannot end. */
static uint32_t step_text(StringStack *t, uint32_t i) {
  OpenString *o = &t->stack[t->n - 1];
  const char *p = t->s->text.ptr;
  uint32_t end = t->s->text.len;
  char c = p[i];
  if (ends_here(t->s, o, i) && (o->state == IN_TEXT || !o->triple)) {
    if (o->state == IN_SPEC) return 0;
    t->n--;
    return i + (o->triple ? 3 : 1);
  }
  if (c == '\\') return skip_escape(t->s, o, i + 1);
  if (c == '\n' || c == '\r') {
    if (!o->triple) return 0;
    return skip_newline(t->s, i);
  }
  if (c == '{') {
    if (o->state == IN_TEXT && i + 1 < end && p[i + 1] == '{') return i + 2;
    if (o->state == IN_SPEC) {
      if (o->nested == UINT8_MAX) return 0;
      o->nested++;
      o->outer = o->depth;
    }
    o->state = IN_FIELD;
    o->depth = 0;
    return i + 1;
  }
  if (c == '}' && o->state == IN_SPEC) {
    if (o->nested) { /* the spec of a field in a spec */
      o->nested--;
      return i + 1;
    }
    o->state = IN_TEXT;
  }
  return i + 1;
}

/* One step inside a replacement field. */
static uint32_t step_field(StringStack *t, uint32_t i, uint32_t floor) {
  OpenString *o = &t->stack[t->n - 1];
  const char *p = t->s->text.ptr;
  uint32_t end = t->s->text.len;
  char c = p[i];
  switch (c) {
  case '\'': case '"': {
    OpenString inner = open_at(t->s, i, floor);
    /* Before 3.12 the outer quote ended the string; such text is broken in
     * every version if no matching quote follows. */
    if (!inner.format) {
      bool bad = false;
      uint32_t errors = t->s->errors.n;
      uint32_t next = scan_plain(t->s, &inner, i, &bad);
      if (bad) t->s->errors.n = errors;
      return bad ? 0 : next;
    }
    if (t->n == STRINGS_MAX) return 0;
    t->stack[t->n++] = inner;
    return i + (inner.triple ? 3 : 1);
  }
  case '(': case '[': case '{': o->depth++; return i + 1;
  case ')': case ']':
    if (o->depth) o->depth--;
    return i + 1;
  case '}':
    if (o->depth) {
      o->depth--;
    } else if (o->nested) {
      o->nested--;
      o->state = IN_SPEC;
      o->depth = o->outer;
    } else {
      o->state = IN_TEXT;
    }
    return i + 1;
  case '!':
    return i + 1 < end && p[i + 1] == '=' && o->depth ? i + 2 : i + 1;
  case ':':
    if (o->depth) return i + 1;
    o->state = IN_SPEC;
    if (i + 1 < end && p[i + 1] == '=') {
      scan_edit(t->s, i + 1, i + 2, ">");
      return i + 2;
    }
    return i + 1;
  case '#':
    while (i < end && p[i] != '\n') i++;
    return i;
  case '\n': case '\r': return skip_newline(t->s, i);
  default: return i + 1;
  }
}

/* tree-sitter needs to see the first byte of a long string only (no less: the
 * quotes of two empty strings side by side would look like one of three). */
static void cut_string(Scan *s, const OpenString *o, uint32_t i,
                       uint32_t end) {
  uint32_t quotes = o->triple ? 3 : 1;
  uint32_t from = i + quotes, to = end - quotes;
  if (to < from + CUT_LEAST) return;
  char c = s->text.ptr[from];
  if (c != '\\' && c != '\'' && c != '"' && (uint8_t)c < 0x80)
    scan_edit(s, from + 1, to, "");
}

uint32_t scan_string(Scan *s, uint32_t i, bool *bad) {
  OpenString first = open_at(s, i, 0);
  if (!first.format) {
    uint32_t end = scan_plain(s, &first, i, bad);
    if (!*bad) cut_string(s, &first, i, end);
    return end;
  }
  StringStack t = {.s = s, .n = 1};
  t.stack[0] = first;
  uint32_t at = i + (first.triple ? 3 : 1), floor = at, edits = s->edits.n;
  while (t.n && at < s->text.len) {
    OpenString *o = &t.stack[t.n - 1];
    uint32_t next = o->state == IN_FIELD ? step_field(&t, at, floor)
                                         : step_text(&t, at);
    if (next == 0) break;
    at = next;
  }
  if (t.n == 0) return at;
  /* Everything up to the end of the line (or of the file) is lost. */
  *bad = true;
  s->edits.n = edits;
  if (first.triple) {
    at = s->text.len;
  } else {
    at = i;
    while (at < s->text.len && s->text.ptr[at] != '\n' &&
           s->text.ptr[at] != '\r')
      at++;
  }
  if (t.stack[0].state == IN_FIELD)
    scan_error(s, first.start, MIN(at, s->text.len),
               "f-string: expecting '}'");
  else
    unterminated(s, &first, at);
  return at;
}
