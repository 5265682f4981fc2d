/* quick_scanner.h - the external scanner of the grammar, for a text in memory.
 *
 * It decides as the grammar's own does (its scanner.c), outside of error
 * recovery: line ends, indents, dedents, and the parts of strings.  Where following
 * it would take more than a look at the text, it says that it does not know.
 *
 * The state changes only when a token is shifted (quick_commit), so that a token
 * can be forgotten.
 *
 * Layer: parse, private to runtime.c.
 */
#ifndef PARSE_TREE_SITTER_QUICK_SCANNER_H
#define PARSE_TREE_SITTER_QUICK_SCANNER_H

#include "parse/tree_sitter/quick_tables.h"

enum { /* the grammar's external tokens, in its order */
       EXTERNAL_NEWLINE,
       EXTERNAL_INDENT,
       EXTERNAL_DEDENT,
       EXTERNAL_STRING_START,
       EXTERNAL_STRING_CONTENT,
       EXTERNAL_ESCAPE_INTERPOLATION,
       EXTERNAL_STRING_END,
       EXTERNAL_COMMENT,
       EXTERNAL_CLOSE_PAREN,
       EXTERNAL_CLOSE_BRACKET,
       EXTERNAL_CLOSE_BRACE,
       EXTERNAL_EXCEPT
};

enum { /* of a string's opening quote */
       QUOTE_SINGLE = 1,
       QUOTE_DOUBLE = 2,
       QUOTE_BACK = 4,
       QUOTE_RAW = 8,
       QUOTE_FORMAT = 16,
       QUOTE_TRIPLE = 32,
       QUOTE_BYTES = 64
};

enum {
  SCANNER_DEPTH = 100,
  SCANNER_BYTES = 2 + 3 * SCANNER_DEPTH /* its state, written down */
};

typedef struct {
  uint16_t indents[SCANNER_DEPTH];
  uint8_t quotes[SCANNER_DEPTH]; /* of open strings */
  uint32_t indent_count, quote_count;
  bool in_format;  /* what the grammar's scanner calls an interpolated string */
  bool has_tokens; /* there was an external token */
} ScannerState;

typedef enum {
  CHANGE_NONE,
  CHANGE_INDENT,
  CHANGE_DEDENT,
  CHANGE_OPEN,
  CHANGE_CLOSE
} ScannerChange;

typedef struct {
  uint32_t start, end;
  TSSymbol symbol;
  bool is_keyword, is_external;
  ScannerChange change;
  uint16_t changed; /* the indent or the quote that is new */
} Token;

typedef struct {
  const QuickTables *tables;
  TSParser *parser;
  const char *text;
  uint32_t length;
  ScannerState scanner;
} QuickLexer;

/* `at`: less than RUNTIME_TAIL behind the text. */
static uint8_t byte_at(const QuickLexer *x, uint32_t at) {
  return (uint8_t)x->text[at];
}

static void quick_reset(ScannerState *s) {
  s->indents[0] = 0;
  s->indent_count = 1;
  s->quote_count = 0;
  s->in_format = s->has_tokens = false;
}

/* As tree_sitter_python_external_scanner_deserialize; false if it is too deep. */
static bool quick_load(ScannerState *s, const char *data, uint32_t length) {
  quick_reset(s);
  s->has_tokens = true;
  if (length == 0) return true;
  s->in_format = data[0];
  s->quote_count = (uint8_t)data[1];
  if (s->quote_count >= SCANNER_DEPTH) return false;
  memcpy(s->quotes, data + 2, s->quote_count);
  for (uint32_t i = 2 + s->quote_count; i + 1 < length; i += 2) {
    if (s->indent_count == SCANNER_DEPTH) return false;
    s->indents[s->indent_count++] =
        (uint16_t)((uint8_t)data[i] | (uint8_t)data[i + 1] << 8);
  }
  return s->indent_count < SCANNER_DEPTH;
}

static uint32_t quick_save(const ScannerState *s, char data[SCANNER_BYTES]) {
  uint32_t n = 0;
  data[n++] = (char)s->in_format;
  data[n++] = (char)s->quote_count;
  memcpy(data + n, s->quotes, s->quote_count);
  n += s->quote_count;
  for (uint32_t i = 1; i < s->indent_count; i++) {
    data[n++] = (char)(s->indents[i] & 0xFF);
    data[n++] = (char)(s->indents[i] >> 8);
  }
  return n;
}

/* The token has been shifted; false if the state is too deep from now on. */
static inline bool quick_commit(ScannerState *s, const Token *t) {
  if (!t->is_external) return true;
  s->has_tokens = true;
  switch (t->change) {
  case CHANGE_NONE: return true;
  case CHANGE_INDENT: s->indents[s->indent_count++] = t->changed; break;
  case CHANGE_DEDENT: s->indent_count--; break;
  case CHANGE_OPEN:
    s->quotes[s->quote_count++] = (uint8_t)t->changed;
    s->in_format = (t->changed & QUOTE_FORMAT) != 0;
    break;
  case CHANGE_CLOSE:
    s->quote_count--;
    s->in_format = false;
    break;
  }
  return s->indent_count < SCANNER_DEPTH && s->quote_count < SCANNER_DEPTH;
}

typedef enum {
  SCAN_NOTHING,
  SCAN_TOKEN,
  SCAN_UNKNOWN /* only the grammar's own scanner can tell */
} ScanResult;

static ScanResult external(const QuickLexer *x, int which, uint32_t start,
                           uint32_t end, Token *t) {
  const TSLanguage *language = x->parser->language;
  *t = (Token){.start = start,
               .end = end,
               .symbol = language->external_scanner.symbol_map[which],
               .is_external = true};
  return SCAN_TOKEN;
}

static ScanResult external_change(const QuickLexer *x, int which,
                                  uint32_t start, uint32_t end,
                                  ScannerChange change, uint32_t changed,
                                  Token *t) {
  external(x, which, start, end, t);
  t->change = change;
  t->changed = (uint16_t)changed;
  return SCAN_TOKEN;
}

static uint8_t quote_char(uint8_t quote) {
  return quote & QUOTE_SINGLE ? '\'' : quote & QUOTE_DOUBLE ? '"' : '`';
}

static ScanResult content(const QuickLexer *x, uint32_t start, uint32_t end,
                          bool some, Token *t) {
  if (!some) return SCAN_NOTHING;
  return external(x, EXTERNAL_STRING_CONTENT, start, end, t);
}

/* At the character that ends the innermost string, once or three times. */
static ScanResult scan_quote(const QuickLexer *x, uint32_t start, uint32_t at,
                             uint8_t quote, Token *t) {
  uint8_t c = quote_char(quote);
  uint32_t length = quote & QUOTE_TRIPLE ? 3 : 1;
  for (uint32_t i = 1; i < length; i++)
    if (byte_at(x, at + i) != c) return content(x, start, at + i, true, t);
  if (at > start) return content(x, start, at, true, t);
  return external_change(x, EXTERNAL_STRING_END, start, at + length,
                         CHANGE_CLOSE, 0, t);
}

/* Behind a backslash in a raw string: what it takes with it. */
static uint32_t scan_raw_escape(const QuickLexer *x, uint32_t at,
                                uint8_t quote) {
  uint8_t c = byte_at(x, at);
  if (c == quote_char(quote) || c == '\\') c = byte_at(x, ++at);
  if (c == '\r') c = byte_at(x, ++at) == '\n' ? '\n' : 0;
  return c == '\n' ? at + 1 : at;
}

/* Inside a string: its text up to a field, an escape or its end; its end. */
static ScanResult scan_content(const QuickLexer *x, const bool *valid,
                               uint32_t start, Token *t) {
  uint8_t quote = x->scanner.quotes[x->scanner.quote_count - 1];
  uint8_t end_char = quote_char(quote);
  bool some = false; /* what is scanned counts as text */
  for (uint32_t at = start;;) {
    uint8_t c = byte_at(x, at);
    if (c == 0) return SCAN_UNKNOWN;
    if ((c == '{' || c == '}') && (quote & QUOTE_FORMAT)) {
      if (at > start || !valid[EXTERNAL_ESCAPE_INTERPOLATION])
        return content(x, start, at, some, t);
      if (byte_at(x, at + 1) != c) return SCAN_NOTHING;
      return external(x, EXTERNAL_ESCAPE_INTERPOLATION, start, at + 2, t);
    }
    if (c == '\\' && (quote & QUOTE_RAW)) {
      at = scan_raw_escape(x, at + 1, quote);
      continue;
    }
    if (c == '\\') {
      uint8_t next = byte_at(x, at + 1);
      if (!(quote & QUOTE_BYTES) || (next != 'N' && next != 'u' && next != 'U'))
        return content(x, start, at, some, t);
      at += 2;
      if (byte_at(x, at) == 0) return SCAN_UNKNOWN;
    } else if (c == end_char) {
      if (at > start && !some) return SCAN_UNKNOWN;
      return scan_quote(x, start, at, quote, t);
    } else if (c == '\n' && some && !(quote & QUOTE_TRIPLE)) {
      return SCAN_NOTHING;
    }
    at++;
    some = true;
  }
}

/* A string's prefix and opening quote. */
static ScanResult scan_opening(const QuickLexer *x, uint32_t start, Token *t) {
  uint8_t quote = 0;
  uint32_t at = start;
  for (;; at++) {
    uint8_t c = byte_at(x, at) | 0x20;
    if (c == 'f' || c == 't') quote |= QUOTE_FORMAT;
    else if (c == 'r') quote |= QUOTE_RAW;
    else if (c == 'b') quote |= QUOTE_BYTES;
    else if (c != 'u') break;
  }
  uint8_t c = byte_at(x, at);
  if (c == '`') quote |= QUOTE_BACK;
  else if (c == '\'') quote |= QUOTE_SINGLE;
  else if (c == '"') quote |= QUOTE_DOUBLE;
  else return SCAN_NOTHING;
  at++;
  if (c != '`' && byte_at(x, at) == c && byte_at(x, at + 1) == c) {
    quote |= QUOTE_TRIPLE;
    at += 2;
  }
  return external_change(x, EXTERNAL_STRING_START, start, at, CHANGE_OPEN,
                         quote, t);
}

typedef struct {
  uint32_t at;
  uint16_t indent;
  int32_t comment_indent; /* of the first comment, or -1 */
  bool ends_line;
} Blanks;

/* Blanks, line ends, comments and continued lines; false where the scanner
 * gives up. */
static bool scan_blanks(const QuickLexer *x, const bool *valid, Blanks *b) {
  for (;; b->at++) {
    for (; byte_at(x, b->at) == ' '; b->at++) b->indent++;
    switch (byte_at(x, b->at)) {
    case '\n':
      b->ends_line = true;
      b->indent = 0;
      break;
    case '\r':
    case '\f': b->indent = 0; break;
    case '\t': b->indent += 8; break;
    case '#':
      if (!valid[EXTERNAL_INDENT] && !valid[EXTERNAL_DEDENT] &&
          !valid[EXTERNAL_NEWLINE] && !valid[EXTERNAL_EXCEPT])
        return true;
      if (!b->ends_line) return false;
      if (b->comment_indent == -1) b->comment_indent = b->indent;
      while (byte_at(x, b->at) && byte_at(x, b->at) != '\n') b->at++;
      b->indent = 0;
      break;
    case '\\':
      b->at++;
      if (byte_at(x, b->at) == '\r') b->at++;
      if (byte_at(x, b->at) != '\n' && b->at < x->length) return false;
      break;
    default:
      if (b->at >= x->length) {
        b->at = x->length;
        b->indent = 0;
        b->ends_line = true;
      }
      return true;
    }
  }
}

/* Behind the end of a line: its end, or what the next line's indent tells. */
static ScanResult scan_line_end(const QuickLexer *x, const bool *valid,
                                const Blanks *b, uint32_t at, Token *t) {
  const ScannerState *s = &x->scanner;
  uint16_t current = s->indents[s->indent_count - 1];
  if (valid[EXTERNAL_INDENT] && b->indent > current)
    return external_change(x, EXTERNAL_INDENT, at, at, CHANGE_INDENT, b->indent,
                           t);
  uint8_t next = byte_at(x, b->at);
  bool opens = valid[EXTERNAL_STRING_START] &&
               (next == '"' || next == '\'' || next == '`');
  bool in_brackets = valid[EXTERNAL_CLOSE_BRACE] ||
                     valid[EXTERNAL_CLOSE_PAREN] ||
                     valid[EXTERNAL_CLOSE_BRACKET];
  if ((valid[EXTERNAL_DEDENT] ||
       (!valid[EXTERNAL_NEWLINE] && !opens && !in_brackets)) &&
      b->indent < current && !s->in_format &&
      b->comment_indent < (int32_t)current)
    return external_change(x, EXTERNAL_DEDENT, at, at, CHANGE_DEDENT, 0, t);
  if (valid[EXTERNAL_NEWLINE]) return external(x, EXTERNAL_NEWLINE, at, at, t);
  return SCAN_NOTHING;
}

static ScanResult scan_external(const QuickLexer *x, const bool *valid,
                                uint32_t at, Token *t) {
  if (valid[EXTERNAL_STRING_CONTENT] && x->scanner.quote_count > 0)
    return scan_content(x, valid, at, t);
  Blanks b = {at, 0, -1, false};
  if (!scan_blanks(x, valid, &b)) return SCAN_NOTHING;
  if (b.ends_line && scan_line_end(x, valid, &b, at, t) == SCAN_TOKEN)
    return SCAN_TOKEN;
  if (b.comment_indent != -1 || !valid[EXTERNAL_STRING_START])
    return SCAN_NOTHING;
  return scan_opening(x, b.at, t);
}

#endif
