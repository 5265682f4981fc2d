/* token.c - the tokens of one logical line, f-strings taken apart as in 3.12.
 *
 * The line's brackets and strings are known to be sound (scan.c).  A stack of
 * open f-strings tells what a quote, a brace or a colon means.
 */
#include "parse/check_int.h"

enum { DEPTH_MAX = STRINGS_MAX };

typedef struct {
  char quote;
  bool triple, raw;
  bool field;     /* in a replacement field, else in text */
  bool spec;      /* in the text of a format spec */
  uint8_t nested; /* fields inside the spec */
  uint32_t depth, outer;
} OpenString;

typedef struct {
  const char *p;
  uint32_t at, end;
  TokenVec *out;
  OpenString stack[DEPTH_MAX];
  uint32_t n;
  Span bad;
  const char *problem;
} Lexer;

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         (uint8_t)c >= 0x80;
}
static bool is_name_byte(char c) { return is_name_start(c) || is_digit(c); }

static char peek(const Lexer *x, uint32_t ahead) {
  return x->at + ahead < x->end ? x->p[x->at + ahead] : 0;
}

static void emit(Lexer *x, TokenKind kind, int id, uint32_t start) {
  hvec_push(x->out, (Token){(uint8_t)kind, (uint8_t)id, start, x->at});
}

static const char *const keyword_texts[KEYWORD_COUNT] = {
#define X(ident, text) [KEYWORD_##ident] = text,
    KEYWORDS(X)
#undef X
};

static void read_word(Lexer *x) {
  uint32_t start = x->at;
  while (x->at < x->end && is_name_byte(x->p[x->at])) x->at++;
  Str word = {x->p + start, x->at - start};
  for (int i = 0; i < KEYWORD_COUNT; i++)
    if (str_is(word, keyword_texts[i])) {
      emit(x, TOKEN_KEYWORD, i, start);
      return;
    }
  emit(x, TOKEN_NAME, 0, start);
}

static bool fail_number(Lexer *x, uint32_t start, const char *problem) {
  while (x->at < x->end && is_name_byte(x->p[x->at])) x->at++;
  x->bad = (Span){start, x->at};
  x->problem = problem;
  return false;
}

static void digits(Lexer *x) {
  while (is_digit(peek(x, 0)) || (peek(x, 0) == '_' && is_digit(peek(x, 1))))
    x->at++;
}

static bool in_base(char c, int base) {
  if (base == 2) return c == '0' || c == '1';
  if (base == 8) return c >= '0' && c <= '7';
  return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* A word right behind a number is an error, but for these (`1if x else 2`). */
static bool keyword_follows(const Lexer *x) {
  static const char *const words[] = {"and", "else", "for", "if", "in", "is",
                                      "not", "or"};
  Str rest = {x->p + x->at, x->end - x->at};
  for (uint32_t i = 0; i < ARRAY_LEN(words); i++)
    if (str_starts(rest, str_from(words[i])) &&
        !is_name_byte(peek(x, (uint32_t)strlen(words[i]))))
      return true;
  return false;
}

static bool read_number(Lexer *x) {
  uint32_t start = x->at;
  char second = peek(x, 1) | 0x20;
  int base = second == 'x' ? 16 : second == 'o' ? 8 : second == 'b' ? 2 : 10;
  const char *problem = base == 16  ? "invalid hexadecimal literal"
                        : base == 8 ? "invalid octal literal"
                        : base == 2 ? "invalid binary literal"
                                    : "invalid decimal literal";
  if (x->p[start] == '0' && base != 10) {
    x->at += 2;
    uint32_t first = x->at;
    while (in_base(peek(x, 0), base) ||
           (peek(x, 0) == '_' && in_base(peek(x, 1), base)))
      x->at++;
    if (x->at == first) return fail_number(x, start, problem);
  } else {
    problem = "invalid decimal literal";
    digits(x);
    if (peek(x, 0) == '.') {
      x->at++;
      if (peek(x, 0) == '_') return fail_number(x, start, problem);
      digits(x);
    }
    if ((peek(x, 0) | 0x20) == 'e') {
      uint32_t sign = peek(x, 1) == '+' || peek(x, 1) == '-';
      if (is_digit(peek(x, 1 + sign))) {
        x->at += 1 + sign;
        digits(x);
      }
    }
    if ((peek(x, 0) | 0x20) == 'j') x->at++;
  }
  if (is_name_byte(peek(x, 0)) && !keyword_follows(x))
    return fail_number(x, start, problem);
  emit(x, TOKEN_NUMBER, 0, start);
  return true;
}

/* ---- strings ------------------------------------------------------------ */

static bool at_quote(const Lexer *x, const OpenString *o) {
  return peek(x, 0) == o->quote &&
         (!o->triple || (peek(x, 1) == o->quote && peek(x, 2) == o->quote));
}

static void plain_string(Lexer *x, const OpenString *o, uint32_t start) {
  while (x->at < x->end) {
    if (x->p[x->at] == '\\') {
      x->at += 2;
      continue;
    }
    if (at_quote(x, o)) {
      x->at += o->triple ? 3 : 1;
      break;
    }
    x->at++;
  }
  x->at = MIN(x->at, x->end);
  emit(x, TOKEN_STRING, 0, start);
}

/* A string at `at`: prefix and quote.  False if there is none. */
static bool read_string(Lexer *x) {
  uint32_t start = x->at, n = 0;
  bool format = false, raw = false;
  while (n < 3 && strchr("rRbBuUfFtT", peek(x, n)) && peek(x, n)) {
    char c = peek(x, n) | 0x20;
    format |= c == 'f' || c == 't';
    raw |= c == 'r';
    n++;
  }
  char quote = peek(x, n);
  if (quote != '\'' && quote != '"') return false;
  OpenString o = {.quote = quote, .raw = raw};
  x->at += n;
  o.triple = peek(x, 1) == quote && peek(x, 2) == quote;
  x->at += o.triple ? 3 : 1;
  if (!format || x->n == DEPTH_MAX) {
    plain_string(x, &o, start);
    return true;
  }
  emit(x, TOKEN_FSTRING_START, 0, start);
  x->stack[x->n++] = o;
  return true;
}

/* The text of an f-string or a format spec up to its next field. */
static void fstring_text(Lexer *x) {
  OpenString *o = &x->stack[x->n - 1];
  while (x->at < x->end) {
    char c = peek(x, 0);
    if (c == '\\' && !o->raw && peek(x, 1) == 'N' && peek(x, 2) == '{') {
      while (x->at < x->end && peek(x, 0) != '}') x->at++;
      x->at++;
    } else if (c == '\\') {
      x->at += peek(x, 1) == '{' || peek(x, 1) == '}' ? 1 : 2;
    } else if (!o->spec && (c == '{' || c == '}') && peek(x, 1) == c) {
      x->at += 2;
    } else if (c == '{') {
      uint32_t start = x->at++;
      if (o->spec) {
        o->nested++;
        o->outer = o->depth;
      }
      o->field = true;
      o->depth = 0;
      emit(x, TOKEN_OP, '{', start);
      return;
    } else if (c == '}') {
      uint32_t start = x->at++;
      emit(x, TOKEN_OP, '}', start);
      if (o->spec && o->nested)
        o->nested--;
      else
        o->spec = false;
    } else if (!o->spec && at_quote(x, o)) {
      uint32_t start = x->at;
      x->at += o->triple ? 3 : 1;
      x->n--;
      emit(x, TOKEN_FSTRING_END, 0, start);
      return;
    } else {
      x->at++;
    }
  }
  x->at = MIN(x->at, x->end);
}

/* Braces and colons inside a replacement field; false if it is not one. */
static bool field_token(Lexer *x) {
  OpenString *o = &x->stack[x->n - 1];
  char c = peek(x, 0);
  uint32_t start = x->at;
  if (c == '(' || c == '[' || c == '{') o->depth++;
  if ((c == ')' || c == ']' || c == '}') && o->depth) {
    o->depth--;
    return false;
  }
  if (o->depth) return false;
  if (c == ':' || c == '}') {
    x->at++;
    emit(x, TOKEN_OP, c, start);
    o->field = false;
    if (c == ':') {
      o->spec = true;
    } else if (o->nested) {
      o->nested--;
      o->depth = o->outer;
      o->spec = true;
    } else {
      o->spec = false;
    }
    return true;
  }
  if (c == '!' && peek(x, 1) != '=') {
    x->at++;
    emit(x, TOKEN_OP, '!', start);
    return true;
  }
  return false;
}

/* ---- operators ---------------------------------------------------------- */

static void read_op(Lexer *x) {
  static const struct {
    char text[4];
    uint8_t id;
  } ops[] = {
      {"...", TOK_ELLIPSIS}, {"**=", TOK_AUGMENTED}, {"//=", TOK_AUGMENTED},
      {"<<=", TOK_AUGMENTED}, {">>=", TOK_AUGMENTED}, {"**", TOK_POW},
      {"//", TOK_FLOORDIV}, {"<<", TOK_LSHIFT}, {">>", TOK_RSHIFT},
      {"<=", TOK_LESS_EQUAL}, {">=", TOK_GREATER_EQUAL},
      {"==", TOK_EQUAL_EQUAL}, {"!=", TOK_NOT_EQUAL},
      {"<>", TOK_LESS_GREATER}, {"->", TOK_ARROW}, {":=", TOK_WALRUS},
      {"+=", TOK_AUGMENTED}, {"-=", TOK_AUGMENTED}, {"*=", TOK_AUGMENTED},
      {"/=", TOK_AUGMENTED}, {"%=", TOK_AUGMENTED}, {"@=", TOK_AUGMENTED},
      {"&=", TOK_AUGMENTED}, {"|=", TOK_AUGMENTED}, {"^=", TOK_AUGMENTED},
  };
  uint32_t start = x->at;
  Str rest = {x->p + start, x->end - start};
  for (uint32_t i = 0; i < ARRAY_LEN(ops); i++)
    if (str_starts(rest, str_from(ops[i].text))) {
      x->at += (uint32_t)strlen(ops[i].text);
      emit(x, TOKEN_OP, ops[i].id, start);
      return;
    }
  x->at++;
  emit(x, TOKEN_OP, (uint8_t)x->p[start], start);
}

static bool read_token(Lexer *x) {
  char c = peek(x, 0);
  if (c == ' ' || c == '\t' || c == '\f' || c == '\n' || c == '\r') {
    x->at++;
    return true;
  }
  if (c == '#') {
    while (x->at < x->end && x->p[x->at] != '\n') x->at++;
    return true;
  }
  if (c == '\\') {
    x->at += peek(x, 1) == '\r' && peek(x, 2) == '\n' ? 3 : 2;
    x->at = MIN(x->at, x->end);
    return true;
  }
  if (x->n && field_token(x)) return true;
  if (is_digit(c) || (c == '.' && is_digit(peek(x, 1)))) return read_number(x);
  if ((c == '\'' || c == '"' || strchr("rRbBuUfFtT", c)) && read_string(x))
    return true;
  if (is_name_start(c))
    read_word(x);
  else
    read_op(x);
  return true;
}

bool tokenize_line(Str text, uint32_t start, uint32_t end, TokenVec *out,
                   Span *bad, const char **problem) {
  Lexer x = {.p = text.ptr, .at = start, .end = end, .out = out};
  out->n = 0;
  bool ok = true;
  while (ok && x.at < x.end) {
    if (x.n && !x.stack[x.n - 1].field)
      fstring_text(&x);
    else
      ok = read_token(&x);
  }
  x.at = end;
  emit(&x, TOKEN_END, 0, end);
  *bad = x.bad;
  *problem = x.problem;
  return ok;
}
