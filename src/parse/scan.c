/* scan.c - logical lines, indentation, brackets: what CPython's tokenizer does.
 *
 * Problem: tree-sitter-python accepts indentation that Python rejects, treats a
 * newline as a blank where no statement can end, and lets one open bracket
 * swallow the file.  CPython decides all that in its tokenizer, so this is one:
 * a single pass that looks only at quotes, comments, brackets, newlines,
 * backslashes, and at bytes that cannot be Python; runs of other bytes are
 * skipped by a table.
 *
 * Representation: one ScanLine a logical line, with the column of its first
 * token, and whether it ends in a colon.  Indentation is checked line against
 * line: deeper is allowed behind a colon only, shallower must meet a column
 * that is open.
 *
 * An open bracket: a line that starts with a keyword that no expression can
 * hold, not deeper than the statement, ends it ("was never closed").  If the
 * file ends first, the scan goes back to the first line that is not deeper
 * (at most RESTARTS_MAX times, so the cost stays linear).
 *
 * Cost: about 1 ns a byte.  What is not handled: the grammar (check.c).
 */
#include "parse/scan.h"

#include <utf8proc.h>

enum { RESTARTS_MAX = 20, TAB = 8 };

enum { /* classes of bytes */
  PLAIN, NEWLINE, QUOTE, HASH, OPEN, CLOSE, BACKSLASH, HIGH, WRONG
};

static const uint8_t classes[256] = {
    ['\n'] = NEWLINE, ['\r'] = NEWLINE, ['\''] = QUOTE, ['"'] = QUOTE,
    ['#'] = HASH, ['('] = OPEN, ['['] = OPEN, ['{'] = OPEN, [')'] = CLOSE,
    [']'] = CLOSE, ['}'] = CLOSE, ['\\'] = BACKSLASH, ['$'] = WRONG,
    ['?'] = WRONG, ['`'] = WRONG, ['!'] = WRONG, [0] = WRONG,
    [1 ... 8] = WRONG, [11] = WRONG, [14 ... 31] = WRONG, [127] = WRONG,
    [128 ... 255] = HIGH};

void scan_free(Scan *s) {
  hvec_free(&s->lines);
  hvec_free(&s->pragmas);
  hvec_free(&s->errors);
  hvec_free(&s->edits);
  hvec_free(&s->defaults);
}

void scan_error(Scan *s, uint32_t start, uint32_t end, const char *format) {
  if (s->errors.n < 1000)
    hvec_push(&s->errors, (ScanError){{start, end}, format});
}

static bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_' || (uint8_t)c >= 0x80;
}

static uint32_t word_end(const Scan *s, uint32_t i) {
  uint32_t end = i;
  while (end < s->text.len && is_name_byte(s->text.ptr[end])) end++;
  return end > i ? end : MIN(i + 1, s->text.len);
}

static bool word_is(const Scan *s, uint32_t i, const char *word) {
  uint32_t n = (uint32_t)strlen(word);
  return s->text.len - i >= n && memcmp(s->text.ptr + i, word, n) == 0 &&
         (i + n == s->text.len || !is_name_byte(s->text.ptr[i + n]));
}

static bool any_word(const Scan *s, uint32_t i, const char *const *words) {
  char first = i < s->text.len ? s->text.ptr[i] : 0;
  for (; *words; words++)
    if (**words == first && word_is(s, i, *words)) return true;
  return false;
}

/* A line that starts so cannot go on an expression. */
static bool starts_statement(const Scan *s, uint32_t i) {
  static const char *const words[] = {
      "def", "class", "return", "import", "while", "with", "try", "raise",
      "pass", "break", "continue", "del", "global", "nonlocal", "assert",
      "except", "finally", "elif", NULL};
  char c = i < s->text.len ? s->text.ptr[i] : 0;
  return c >= 'a' && c <= 'z' && any_word(s, i, words);
}

static bool starts_header(const Scan *s, uint32_t i) {
  static const char *const words[] = {
      "def", "class", "while", "with", "try", "if", "for", "async", "except",
      "finally", "elif", "else", NULL};
  if (any_word(s, i, words)) return true;
  if (!word_is(s, i, "match") && !word_is(s, i, "case")) return false;
  uint32_t next = i + (s->text.ptr[i] == 'm' ? 5 : 4);
  return next + 1 < s->text.len && s->text.ptr[next] == ' ' &&
         s->text.ptr[next + 1] != '=';
}

/* ---- indentation -------------------------------------------------------- */

static ScanIndent *top(Scan *s) { return &s->indents[s->indent_count - 1]; }

static void push_indent(Scan *s, ScanLine *line, ScanIndent at) {
  if (s->indent_count == INDENTS_MAX) {
    if (!s->too_many_indents)
      scan_error(s, line->start, word_end(s, line->start),
                 "too many levels of indentation (the limit is 100)");
    s->too_many_indents = true;
    line->flags |= LINE_BAD;
    return;
  }
  s->indents[s->indent_count++] = at;
}

static void block_missing(Scan *s, uint32_t start, uint32_t end) {
  scan_error(s, start, end, "expected an indented block");
}

/* The line is deeper than the one before it. */
static void check_deeper(Scan *s, ScanLine *line, ScanIndent at, ScanLine *prev,
                         uint32_t bol) {
  line->flags |= LINE_INDENTED;
  if (prev && !(prev->flags & LINE_OPENS)) {
    if (prev->flags & LINE_BAD) {
      /* one error is enough */
    } else if (starts_header(s, prev->start)) {
      scan_error(s, prev->end, prev->end, "expected ':'");
      prev->flags |= LINE_NO_COLON | LINE_OPENS;
    } else {
      scan_error(s, bol, line->start, "unexpected indentation");
    }
  } else if (!prev) {
    scan_error(s, bol, line->start, "unexpected indentation");
  } else if (at.alternative <= top(s)->alternative) {
    scan_error(s, bol, line->start,
               "inconsistent use of tabs and spaces in indentation");
  }
  push_indent(s, line, at);
}

/* Holds the line's indentation against the open blocks. */
static void check_indent(Scan *s, ScanLine *line, ScanIndent at,
                         uint32_t bol) {
  ScanLine *prev = s->lines.n ? &vec_last(&s->lines) : NULL;
  if (at.column > top(s)->column) {
    check_deeper(s, line, at, prev, bol);
    return;
  }
  if (prev && (prev->flags & LINE_OPENS) && !(prev->flags & LINE_BAD))
    block_missing(s, line->start, word_end(s, line->start));
  while (at.column < top(s)->column) s->indent_count--;
  if (at.column > top(s)->column) {
    scan_error(s, bol, line->start,
               "unindent does not match any outer indentation level");
    push_indent(s, line, at);
  } else if (at.alternative != top(s)->alternative) {
    scan_error(s, bol, line->start,
               "inconsistent use of tabs and spaces in indentation");
    top(s)->alternative = at.alternative;
  }
}

static uint32_t skip_newline(const Scan *s, uint32_t i) {
  return s->text.ptr[i] == '\r' && i + 1 < s->text.len &&
                 s->text.ptr[i + 1] == '\n'
             ? i + 2
             : i + 1;
}

/* Reads the blanks from bol on.  Returns the offset of the first other byte. */
static uint32_t read_indent(const Scan *s, uint32_t bol, ScanIndent *at) {
  uint32_t column = 0, alternative = 0, i = bol;
  ScanIndent first = {0, 0}; /* before a backslash: that is what counts */
  while (i < s->text.len && s->text.ptr[i] == ' ') i++;
  column = alternative = i - bol;
  for (; i < s->text.len; i++) {
    char c = s->text.ptr[i];
    if (c == '\\' && i + 1 < s->text.len &&
        classes[(uint8_t)s->text.ptr[i + 1]] == NEWLINE) {
      if (first.column == 0)
        first = (ScanIndent){(uint16_t)MIN(column, UINT16_MAX),
                             (uint16_t)MIN(alternative, UINT16_MAX)};
      i = skip_newline(s, i + 1) - 1;
      continue;
    }
    if (c == ' ') {
      column++;
      alternative++;
    } else if (c == '\t') {
      column = (column / TAB + 1) * TAB;
      alternative++;
    } else if (c == '\f') {
      column = alternative = 0;
    } else {
      break;
    }
  }
  *at = (ScanIndent){(uint16_t)MIN(column, UINT16_MAX),
                     (uint16_t)MIN(alternative, UINT16_MAX)};
  if (first.column) *at = first;
  return i;
}

/* ---- the inside of a logical line --------------------------------------- */

static uint32_t comment_end(const Scan *s, uint32_t i) {
  const char *nl = memchr(s->text.ptr + i, '\n', s->text.len - i);
  uint32_t end = nl ? (uint32_t)(nl - s->text.ptr) : s->text.len;
  const char *cr = memchr(s->text.ptr + i, '\r', end - i);
  return cr ? (uint32_t)(cr - s->text.ptr) : end;
}

static void open_bracket(Scan *s, ScanLine *line, uint32_t i) {
  if (s->bracket_count == BRACKETS_MAX) {
    if (!s->too_many_brackets)
      scan_error(s, i, i + 1, "too many nested brackets (the limit is 200)");
    s->too_many_brackets = true;
    line->flags |= LINE_BAD;
    return;
  }
  s->brackets[s->bracket_count++] =
      (ScanBracket){i, (uint8_t)s->text.ptr[i]};
}

static void close_bracket(Scan *s, ScanLine *line, uint32_t i) {
  char c = s->text.ptr[i];
  if (s->too_many_brackets && (line->flags & LINE_BAD)) {
    if (s->bracket_count) s->bracket_count--;
    return;
  }
  if (s->bracket_count == 0) {
    if (!(line->flags & LINE_BAD)) scan_error(s, i, i + 1, "unmatched '%.*s'");
    line->flags |= LINE_BAD;
    return;
  }
  char open = (char)s->brackets[--s->bracket_count].open;
  char want = open == '(' ? ')' : open == '[' ? ']' : '}';
  if (c == want) return;
  if (!(line->flags & LINE_BAD))
    scan_error(s, i, i + 1,
               "closing bracket '%.*s' does not match the opening bracket");
  line->flags |= LINE_BAD;
}

/* A byte that no token holds, or one of a name in another script. */
static uint32_t scan_odd(Scan *s, ScanLine *line, uint32_t i) {
  uint32_t next = i + 1;
  char c = s->text.ptr[i];
  if ((uint8_t)c >= 0x80) {
    next = i;
    uint32_t cp = utf8_next(s->text, &next);
    switch (cp == UTF8_BAD ? UTF8PROC_CATEGORY_CN
                           : utf8proc_category((int32_t)cp)) {
    case UTF8PROC_CATEGORY_LU: case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT: case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO: case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_MN: case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND: case UTF8PROC_CATEGORY_PC:
      return next;
    default: break;
    }
    if (cp == 0x2118 || cp == 0x212E || cp == 0x00B7 || cp == 0x0387 ||
        cp == 0x19DA || (cp >= 0x1369 && cp <= 0x1371) || cp == 0x309B ||
        cp == 0x309C)
      return next; /* Other_ID_Start, Other_ID_Continue */
  } else if (c == '!' && next < s->text.len && s->text.ptr[next] == '=') {
    return next + 1;
  }
  if (!(line->flags & LINE_BAD))
    scan_error(s, i, next,
               (uint8_t)c < 0x20 ? "invalid non-printable character"
                                 : "invalid character '%.*s'");
  line->flags |= LINE_BAD;
  return next;
}

static uint32_t scan_backslash(Scan *s, ScanLine *line, uint32_t i) {
  uint32_t next = i + 1;
  if (next < s->text.len && classes[(uint8_t)s->text.ptr[next]] == NEWLINE) {
    next = skip_newline(s, next);
    if (next < s->text.len) return next;
    scan_error(s, i, i + 1, "unexpected end of file behind a backslash");
  } else if (!(line->flags & LINE_BAD)) {
    scan_error(s, i, i + 1,
               "unexpected character behind a line continuation character");
  }
  line->flags |= LINE_BAD;
  return MIN(next, s->text.len);
}

/* A newline inside brackets, behind `i`.  tree-sitter's scanner makes a dedent
 * of a line that is less deep than its block, where no closing bracket could
 * follow; it must not see such a newline (nor the comment before it). */
static void inside_newline(Scan *s, const ScanLine *line, uint32_t from,
                           uint32_t next) {
  ScanIndent at;
  read_indent(s, next, &at);
  if (at.column >= line->column || s->indent_count == 1) return;
  while (s->edits.n && vec_last(&s->edits).start >= from) s->edits.n--;
  scan_edit(s, from, next, " ");
}

/* Type parameters: `def f[`, `class C[`, `type X[`.  Their defaults are cut
 * out, because tree-sitter-python does not know them (PEP 696). */
static bool opens_type_params(const Scan *s, const ScanLine *line,
                              uint32_t bracket) {
  const char *p = s->text.ptr;
  uint32_t i = bracket;
  while (i > line->start && (p[i - 1] == ' ' || p[i - 1] == '\t')) i--;
  uint32_t end = i;
  while (i > line->start && is_name_byte(p[i - 1])) i--;
  if (i == end) return false;
  end = i;
  while (i > line->start && (p[i - 1] == ' ' || p[i - 1] == '\t')) i--;
  if (i == end || i < line->start + 3) return false;
  return (word_is(s, i - 3, "def") &&
          (i == line->start + 3 || !is_name_byte(p[i - 4]))) ||
         (i - line->start >= 4 && word_is(s, i - 4, "type") &&
          (i == line->start + 4 || !is_name_byte(p[i - 5]))) ||
         (i - line->start >= 5 && word_is(s, i - 5, "class") &&
          (i == line->start + 5 || !is_name_byte(p[i - 6])));
}

typedef struct {
  uint32_t depth; /* bracket_count inside the type parameters; 0 = none */
  uint32_t from;  /* of the default that is being read; 0 = none */
} TypeParams;

static void end_default(Scan *s, TypeParams *t, uint32_t at) {
  if (t->from == 0) return;
  while (s->edits.n && vec_last(&s->edits).start >= t->from) s->edits.n--;
  scan_edit(s, t->from, at, "");
  hvec_push(&s->defaults, (Span){t->from, at});
  t->from = 0;
}

/* Inside type parameters: looks at every byte. */
static void scan_default(Scan *s, TypeParams *t, uint32_t i) {
  if (s->bracket_count != t->depth) return;
  char c = s->text.ptr[i];
  char next = i + 1 < s->text.len ? s->text.ptr[i + 1] : 0;
  char before = s->text.ptr[i - 1];
  if (c == '=' && next != '=' && before != '=' && before != ':' &&
      before != '!' && before != '<' && before != '>' && t->from == 0)
    t->from = i;
  if (c == ',') end_default(s, t, i);
}

/* Reads on until the NEWLINE; returns its offset (or the end of the text). */
static uint32_t scan_line(Scan *s, ScanLine *line, uint32_t i) {
  const char *p = s->text.ptr;
  uint32_t end = s->text.len, next;
  TypeParams params = {0};
  s->comment = 0;
  while (i < end) {
    uint8_t class = classes[(uint8_t)p[i]];
    if (LIKELY(class == PLAIN)) {
      if (UNLIKELY(params.depth)) scan_default(s, &params, i++);
      else
        do i++;
        while (i < end && classes[(uint8_t)p[i]] == PLAIN);
      continue;
    }
    switch (class) {
    case NEWLINE:
      if (s->bracket_count == 0) return i;
      next = skip_newline(s, i);
      inside_newline(s, line, s->comment ? s->comment : i, next);
      s->comment = 0;
      i = next;
      while (i < end && (p[i] == ' ' || p[i] == '\t')) i++;
      if (starts_statement(s, i)) return next - 1;
      continue;
    case HASH:
      next = comment_end(s, i);
      scan_comment(s, i, next, false);
      scan_edit(s, i, next, "");
      s->comment = i;
      i = next;
      continue;
    case QUOTE: {
      bool bad = false;
      i = scan_string(s, i, &bad);
      if (bad) line->flags |= LINE_BAD;
      continue;
    }
    case OPEN:
      if (UNLIKELY(p[i] == '[' && s->bracket_count == 0 &&
                   opens_type_params(s, line, i)))
        params.depth = 1;
      open_bracket(s, line, i++);
      continue;
    case CLOSE:
      if (params.depth && s->bracket_count == params.depth) {
        end_default(s, &params, i);
        params.depth = 0;
      }
      close_bracket(s, line, i++);
      continue;
    case BACKSLASH: i = scan_backslash(s, line, i); continue;
    default: i = scan_odd(s, line, i); continue;
    }
  }
  return end;
}

/* ---- the file ----------------------------------------------------------- */

/* The last token's end: back over blanks, comments and continuations. */
static uint32_t token_end(const Scan *s, uint32_t start, uint32_t end) {
  const char *p = s->text.ptr;
  while (end > start) {
    char c = p[end - 1];
    if (c == ' ' || c == '\t' || c == '\f' || c == '\n' || c == '\r' ||
        (c == '\\' && end < s->text.len &&
         classes[(uint8_t)p[end]] == NEWLINE))
      end--;
    else
      break;
  }
  return end;
}

typedef struct {
  uint32_t pragmas, errors, edits, defaults;
} ScanMark;

static ScanMark mark(const Scan *s) {
  return (ScanMark){s->pragmas.n, s->errors.n, s->edits.n, s->defaults.n};
}

/* The first line behind the outermost open bracket that is not deeper than the
 * statement, or 0. */
static uint32_t find_restart(const Scan *s, const ScanLine *line) {
  uint32_t i = s->brackets[0].start;
  while (i < s->text.len) {
    i = comment_end(s, i);
    if (i >= s->text.len) return 0;
    i = skip_newline(s, i);
    ScanIndent at;
    uint32_t first = read_indent(s, i, &at);
    if (first >= s->text.len) return 0;
    uint8_t class = classes[(uint8_t)s->text.ptr[first]];
    if (at.column <= line->column && class != NEWLINE && class != HASH &&
        class != CLOSE && class != OPEN)
      return i;
  }
  return 0;
}

/* The line ended (at `end`) inside brackets: because the file did, or because a
 * statement starts there. */
static uint32_t recover_brackets(Scan *s, ScanLine *line, ScanMark before,
                                 uint32_t end) {
  uint32_t restart = s->restarts < RESTARTS_MAX ? find_restart(s, line) : 0;
  if (restart && restart - 1 < end) {
    s->restarts++;
    s->pragmas.n = before.pragmas;
    s->errors.n = before.errors;
    s->edits.n = before.edits;
    s->defaults.n = before.defaults;
    line->flags &= (uint8_t)~LINE_BAD;
    end = restart - 1;
  }
  uint32_t n = s->bracket_count;
  while (n > 1 && s->brackets[n - 1].start > end) n--;
  uint32_t bracket = s->brackets[n - 1].start;
  if (!(line->flags & LINE_BAD))
    scan_error(s, bracket, bracket + 1, "'%.*s' was never closed");
  line->flags |= LINE_BAD;
  return end;
}

/* One logical line that starts at `i`; bol is the start of its first physical
 * line.  Returns the offset behind it. */
static uint32_t scan_logical(Scan *s, uint32_t bol, uint32_t i,
                             ScanIndent at) {
  ScanLine line = {.start = i, .column = at.column};
  check_indent(s, &line, at, bol);
  line.depth = (uint8_t)(s->indent_count - 1);
  ScanMark before = mark(s);
  uint32_t end = scan_line(s, &line, i);
  if (s->bracket_count) end = recover_brackets(s, &line, before, end);
  s->bracket_count = 0;
  uint32_t last = s->comment && s->comment < end ? s->comment : end;
  line.end = token_end(s, i, last);
  if (line.end > i && s->text.ptr[line.end - 1] == ':')
    line.flags |= LINE_OPENS;
  hvec_push(&s->lines, line);
  if (end >= s->text.len) return end;
  uint32_t next = skip_newline(s, end);
  /* tree-sitter does not know the newline of old Macs. */
  if (next == end + 1 && s->text.ptr[end] == '\r') scan_edit(s, end, next, "\n");
  return next;
}

void scan_text(Scan *s, Str text) {
  s->lines.n = s->pragmas.n = s->errors.n = s->edits.n = s->defaults.n = 0;
  s->text = text;
  s->too_many_brackets = s->too_many_indents = false;
  s->restarts = s->bracket_count = 0;
  s->indent_count = 1;
  s->indents[0] = (ScanIndent){0, 0};
  for (uint32_t bol = 0; bol < text.len;) {
    ScanIndent at;
    uint32_t i = read_indent(s, bol, &at);
    if (i >= text.len) break;
    uint8_t class = classes[(uint8_t)text.ptr[i]];
    uint32_t start = bol;
    if (class == NEWLINE) {
      bol = skip_newline(s, i);
      scan_edit(s, start, bol, "");
    } else if (class == HASH) {
      uint32_t end = comment_end(s, i);
      scan_comment(s, i, end, true);
      bol = end < text.len ? skip_newline(s, end) : end;
      scan_edit(s, start, bol, "");
    } else {
      bol = scan_logical(s, bol, i, at);
    }
  }
  if (s->lines.n && (vec_last(&s->lines).flags & LINE_OPENS) &&
      !(vec_last(&s->lines).flags & LINE_BAD)) {
    ScanLine *line = &vec_last(&s->lines);
    block_missing(s, line->end, line->end);
  }
}
