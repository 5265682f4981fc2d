/* check_int.h - the strict grammar: tokens of a logical line, and the checker.
 *
 * Layer: parse, private.  Memory: a token buffer of the Parser.  Threads: one
 * Parser a worker.
 *
 * Only files that tree-sitter rejects come here.  The checker builds nothing:
 * it reads a line by recursive descent after Python's own grammar and finds the
 * first token that does not fit.
 */
#ifndef PARSE_CHECK_INT_H
#define PARSE_CHECK_INT_H

#include "parse/lower_int.h"

typedef enum {
  TOKEN_END,     /* the end of the line */
  TOKEN_NAME,
  TOKEN_KEYWORD, /* `id`: Keyword */
  TOKEN_NUMBER,
  TOKEN_STRING,
  TOKEN_FSTRING_START,
  TOKEN_FSTRING_END,
  TOKEN_OP /* `id`: the character, or OP2_xxx */
} TokenKind;

enum {
  TOK_WALRUS = 128, TOK_ARROW, TOK_POW, TOK_FLOORDIV, TOK_LSHIFT, TOK_RSHIFT,
  TOK_LESS_EQUAL, TOK_GREATER_EQUAL, TOK_EQUAL_EQUAL, TOK_NOT_EQUAL,
  TOK_LESS_GREATER, TOK_ELLIPSIS, TOK_AUGMENTED
};

#define KEYWORDS(X)                                                          \
  X(FALSE, "False") X(NONE, "None") X(TRUE, "True") X(AND, "and")            \
  X(AS, "as") X(ASSERT, "assert") X(ASYNC, "async") X(AWAIT, "await")        \
  X(BREAK, "break") X(CLASS, "class") X(CONTINUE, "continue") X(DEF, "def")  \
  X(DEL, "del") X(ELIF, "elif") X(ELSE, "else") X(EXCEPT, "except")          \
  X(FINALLY, "finally") X(FOR, "for") X(FROM, "from") X(GLOBAL, "global")    \
  X(IF, "if") X(IMPORT, "import") X(IN, "in") X(IS, "is")                    \
  X(LAMBDA, "lambda") X(NONLOCAL, "nonlocal") X(NOT, "not") X(OR, "or")      \
  X(PASS, "pass") X(RAISE, "raise") X(RETURN, "return") X(TRY, "try")        \
  X(WHILE, "while") X(WITH, "with") X(YIELD, "yield")

typedef enum {
#define X(ident, text) KEYWORD_##ident,
  KEYWORDS(X)
#undef X
  KEYWORD_COUNT
} Keyword;

/* Reads the tokens of [start, end) into *out, with a TOKEN_END.  Returns false
 * at a number that is none; *bad is its span. */
bool tokenize_line(Str text, uint32_t start, uint32_t end, TokenVec *out,
                   Span *bad, const char **problem);

/* A line that is deeper than all that are less deep than that. */
#define BLANKS_20 "                    "
#define NEW_BLOCK "\n" BLANKS_20 BLANKS_20 BLANKS_20 BLANKS_20 BLANKS_20

typedef struct {
  Str text;
  const Token *t; /* the next token */
  Lower *lower;
  uint32_t depth;
  bool failed;
  bool no_in;      /* a target list: `in` ends it */
  Span span;       /* of the error */
  char message[160];
} Check;

/* What an expression was, as far as assignment targets care. */
typedef struct {
  uint32_t start, end;
  const char *what;        /* not a target: what it is; NULL = may be one */
  uint32_t bad_start, bad_end;
  bool name, single, starred, parenthesized;
} Operand;

/* All return false once an error is known. */
bool check_fail(Check *c, uint32_t start, uint32_t end, const char *format, ...)
    PRINTF_LIKE(4, 5);
/* The line is sound, but tree-sitter must see `seen` put in at `at`. */
void check_repair(Check *c, uint32_t at, const char *seen);
/* The next token does not fit; `wanted` is what would. */
bool check_unexpected(Check *c, const char *wanted);
bool check_op(Check *c, int op);
bool check_keyword(Check *c, Keyword keyword);
bool check_name(Check *c, const char *wanted);
bool check_target(Check *c, const Operand *o, const char *verb);

bool check_expression(Check *c, Operand *o);
bool check_named(Check *c, Operand *o);
bool check_star_expressions(Check *c, Operand *o);
bool check_yield_or_stars(Check *c, Operand *o);
bool check_targets(Check *c, Operand *o); /* up to `in` */
bool check_arguments(Check *c, bool call); /* of a call, or of a class */
bool check_params(Check *c, bool typed);
bool check_type_params(Check *c);
bool check_strings(Check *c);
bool check_case(Check *c); /* check_pattern.c: behind `case` up to the colon */

static inline bool is_op(const Check *c, int op) {
  return c->t->kind == TOKEN_OP && c->t->id == op;
}
static inline bool is_keyword(const Check *c, Keyword k) {
  return c->t->kind == TOKEN_KEYWORD && c->t->id == k;
}
static inline bool take_op(Check *c, int op) {
  if (!is_op(c, op)) return false;
  c->t++;
  return true;
}
static inline bool take_keyword(Check *c, Keyword k) {
  if (!is_keyword(c, k)) return false;
  c->t++;
  return true;
}
bool check_is_word(const Check *c, const Token *t, const char *word);

#endif
