/* check.c - the strict grammar of lines: statements, headers, their order.
 *
 * Called for files that tree-sitter rejects: each logical line is tokenized
 * and read after Python's grammar; the first token that does not fit is
 * reported and the line marked.  Lines of one block are also held against each other: an
 * `else` needs its `if`, a `case` its `match`.
 */
#include "parse/check_int.h"

#include <stdarg.h>
#include <stdio.h>

/* ---- errors ------------------------------------------------------------- */

bool check_fail(Check *c, uint32_t start, uint32_t end, const char *format,
                ...) {
  if (c->failed) return false;
  c->failed = true;
  c->span = (Span){start, end};
  va_list args;
  va_start(args, format);
  vsnprintf(c->message, sizeof c->message, format, args);
  va_end(args);
  return false;
}

/* Keeps the repairs in the order of the text. */
void check_repair(Check *c, uint32_t at, const char *seen) {
  CstEditVec *v = &c->lower->p->repairs;
  hvec_push(v, (CstEdit){at, at, seen});
  for (uint32_t i = v->n - 1; i && v->v[i - 1].start > at; i--) {
    v->v[i] = v->v[i - 1];
    v->v[i - 1] = (CstEdit){at, at, seen};
  }
}

bool check_unexpected(Check *c, const char *wanted) {
  const Token *t = c->t;
  if (t->kind == TOKEN_END)
    return check_fail(c, t->start, t->end, "expected %s", wanted);
  if (t->kind == TOKEN_FSTRING_START)
    return check_fail(c, t->start, t->end, "expected %s, found an f-string",
                      wanted);
  return check_fail(c, t->start, t->end, "expected %s, found `%.*s`", wanted,
                    (int)MIN(t->end - t->start, 40u),
                    c->text.ptr + t->start);
}

bool check_op(Check *c, int op) {
  if (take_op(c, op)) return true;
  char wanted[8] = "`?`";
  wanted[1] = (char)op;
  return check_unexpected(c, wanted);
}

bool check_keyword(Check *c, Keyword keyword) {
  static const char *const texts[] = {
#define X(ident, text) "`" text "`",
      KEYWORDS(X)
#undef X
  };
  return take_keyword(c, keyword) || check_unexpected(c, texts[keyword]);
}

bool check_name(Check *c, const char *wanted) {
  if (c->t->kind == TOKEN_NAME) {
    c->t++;
    return true;
  }
  if (c->t->kind == TOKEN_KEYWORD)
    return check_fail(c, c->t->start, c->t->end,
                      "keyword `%.*s` cannot be used as a name",
                      (int)(c->t->end - c->t->start),
                      c->text.ptr + c->t->start);
  return check_unexpected(c, wanted);
}

bool check_target(Check *c, const Operand *o, const char *verb) {
  if (!o->what) return true;
  return check_fail(c, o->bad_start, o->bad_end, "cannot %s %s", verb, o->what);
}

bool check_is_word(const Check *c, const Token *t, const char *word) {
  return t->kind == TOKEN_NAME &&
         str_is(str_slice(c->text, t->start, t->end), word);
}

/* ---- parameters --------------------------------------------------------- */

static bool check_param(Check *c, bool typed) {
  Operand o;
  bool star = take_op(c, '*');
  if (star && (is_op(c, ',') || is_op(c, ')') || is_op(c, ':'))) return true;
  if (!star && take_op(c, '/')) return true;
  bool stars = !star && take_op(c, TOK_POW);
  if (!check_name(c, "the name of a parameter")) return false;
  if (typed && take_op(c, ':')) {
    if (star && take_op(c, '*')) {}
    if (!check_expression(c, &o)) return false;
  }
  if (!is_op(c, '=')) return true;
  if (star || stars)
    return check_fail(c, c->t->start, c->t->end,
                      "a %s parameter cannot have a default",
                      star ? "`*`" : "`**`");
  c->t++;
  return check_expression(c, &o);
}

bool check_params(Check *c, bool typed) {
  int close = typed ? ')' : ':';
  while (!is_op(c, close)) {
    if (!check_param(c, typed)) return false;
    if (!take_op(c, ',')) break;
  }
  if (is_op(c, close)) return true;
  return check_unexpected(c, typed ? "`,` or `)`" : "`,` or `:`");
}

bool check_type_params(Check *c) {
  Operand o;
  if (!take_op(c, '[')) return true;
  if (is_op(c, ']'))
    return check_fail(c, c->t->start, c->t->end,
                      "type parameter list cannot be empty");
  while (!is_op(c, ']')) {
    bool star = take_op(c, '*');
    bool plain = !star && !take_op(c, TOK_POW);
    if (!check_name(c, "the name of a type parameter")) return false;
    if (plain && take_op(c, ':') && !check_expression(c, &o)) return false;
    if (take_op(c, '=')) {
      if (star) take_op(c, '*');
      if (!check_expression(c, &o)) return false;
    }
    if (!take_op(c, ',')) break;
  }
  return check_op(c, ']');
}

/* ---- simple statements -------------------------------------------------- */

static bool at_end(const Check *c) {
  return c->t->kind == TOKEN_END || is_op(c, ';');
}

static bool check_dotted(Check *c) {
  do {
    if (!check_name(c, "the name of a module")) return false;
  } while (take_op(c, '.'));
  return true;
}

static bool check_as(Check *c) {
  return !take_keyword(c, KEYWORD_AS) || check_name(c, "a name behind `as`");
}

static bool check_import(Check *c) {
  do {
    if (!check_dotted(c) || !check_as(c)) return false;
  } while (take_op(c, ','));
  if (is_keyword(c, KEYWORD_FROM))
    return check_fail(c, c->t->start, c->t->end,
                      "did you mean `from ... import ...` instead?");
  return true;
}

static bool check_from(Check *c) {
  uint32_t dots = 0;
  while (take_op(c, '.') || take_op(c, TOK_ELLIPSIS)) dots++;
  bool future = !dots && check_is_word(c, c->t, "__future__");
  if (!(dots && is_keyword(c, KEYWORD_IMPORT)) && !check_dotted(c))
    return false;
  if (!check_keyword(c, KEYWORD_IMPORT)) return false;
  if (future && is_op(c, '*'))
    return check_fail(c, c->t->start, c->t->end,
                      "future feature `*` is not defined");
  if (take_op(c, '*')) return true;
  bool group = take_op(c, '(');
  uint32_t start = c->t->start;
  if (at_end(c))
    return check_fail(c, start, start, "expected one or more names behind "
                                       "`import`");
  do {
    if (group && is_op(c, ')') && c->t->start != start) break;
    if (!group && at_end(c))
      return check_fail(c, c->t[-1].start, c->t[-1].end,
                        "trailing comma not allowed without surrounding "
                        "parentheses");
    if (!check_name(c, "a name to import") || !check_as(c)) return false;
  } while (take_op(c, ','));
  return !group || check_op(c, ')');
}

static bool check_del(Check *c) {
  Operand o;
  if (!check_star_expressions(c, &o)) return false;
  return check_target(c, &o, "delete");
}

static bool check_raise(Check *c) {
  Operand o;
  if (at_end(c)) return true;
  if (!check_expression(c, &o)) return false;
  if (is_op(c, ','))
    return check_fail(c, c->t->start, c->t->end,
                      "`raise` takes one expression: this form is Python 2's");
  return !take_keyword(c, KEYWORD_FROM) || check_expression(c, &o);
}

static bool check_assert(Check *c) {
  Operand o;
  if (!check_expression(c, &o)) return false;
  return !take_op(c, ',') || check_expression(c, &o);
}

static bool check_names(Check *c) {
  do {
    if (!check_name(c, "a name")) return false;
  } while (take_op(c, ','));
  return true;
}

/* What may not follow an expression statement. */
static bool check_after(Check *c, const Operand *o) {
  if (at_end(c)) return true;
  const Token *t = c->t;
  Str name = str_slice(c->text, o->start, o->end);
  if (o->name && (str_is(name, "print") || str_is(name, "exec")))
    return check_fail(c, o->start, t->end,
                      "missing parentheses in call to `%" PRIstr "`",
                      STR_ARG(name));
  if (is_op(c, TOK_WALRUS))
    return check_fail(c, t->start, t->end,
                      "an assignment expression must be parenthesized here");
  if (is_op(c, ':'))
    return check_fail(c, t->start, t->end, "`:` does not fit here");
  if (is_keyword(c, KEYWORD_AS))
    return check_fail(c, t->start, t->end, "`as` does not fit here");
  return check_unexpected(c, "the end of the statement");
}

static bool check_annotated(Check *c, const Operand *o) {
  Operand value;
  if (!o->single)
    return check_fail(c, o->start, o->end, "only a name, an attribute or a "
                      "subscript can be annotated");
  c->t++;
  if (!check_expression(c, &value)) return false;
  if (take_op(c, '=')) return check_yield_or_stars(c, &value) &&
                              check_after(c, &value);
  return check_after(c, &value);
}

static bool check_expression_statement(Check *c) {
  Operand o, value;
  if (!check_yield_or_stars(c, &o)) return false;
  if (is_op(c, ':')) return check_annotated(c, &o);
  if (is_op(c, TOK_AUGMENTED)) {
    if (!o.single)
      return check_fail(c, o.start, o.end,
                        "'%s' is an illegal expression for augmented "
                        "assignment", o.what ? o.what : "tuple");
    c->t++;
    return check_yield_or_stars(c, &value) && check_after(c, &value);
  }
  while (is_op(c, '=')) {
    if (!check_target(c, &o, "assign to")) return false;
    c->t++;
    if (!check_yield_or_stars(c, &o)) return false;
  }
  return check_after(c, &o);
}

static bool check_type_alias(Check *c) {
  Operand o;
  c->t += 2;
  if (!check_type_params(c) || !check_op(c, '=')) return false;
  return check_expression(c, &o);
}

static bool check_keyword_statement(Check *c, bool *known) {
  const Token *t = c->t;
  Operand o;
  *known = true;
  c->t++;
  switch ((Keyword)t->id) {
  case KEYWORD_PASS: case KEYWORD_BREAK: case KEYWORD_CONTINUE: return true;
  case KEYWORD_RETURN: return at_end(c) || check_star_expressions(c, &o);
  case KEYWORD_IMPORT: return check_import(c);
  case KEYWORD_FROM: return check_from(c);
  case KEYWORD_DEL: return check_del(c);
  case KEYWORD_RAISE: return check_raise(c);
  case KEYWORD_ASSERT: return check_assert(c);
  case KEYWORD_GLOBAL: case KEYWORD_NONLOCAL: return check_names(c);
  default: break;
  }
  c->t--;
  *known = false;
  return true;
}

static bool check_simple(Check *c) {
  bool known = false;
  if (c->t->kind == TOKEN_KEYWORD) {
    if (!check_keyword_statement(c, &known)) return false;
  } else if (check_is_word(c, c->t, "type") && c->t[1].kind == TOKEN_NAME) {
    known = true;
    if (!check_type_alias(c)) return false;
  }
  if (known) {
    if (at_end(c)) return true;
    return check_unexpected(c, "the end of the statement");
  }
  return check_expression_statement(c);
}

static bool check_simples(Check *c) {
  do {
    if (c->t->kind == TOKEN_END) return true;
    if (!check_simple(c)) return false;
  } while (take_op(c, ';'));
  return c->t->kind == TOKEN_END || check_unexpected(c, "a new line");
}

/* ---- headers ------------------------------------------------------------ */

/* The colon, and a statement on the same line if there is one. */
static bool check_body(Check *c) {
  if (is_op(c, '='))
    return check_fail(c, c->t->start, c->t->end,
                      "expected `:`, found `=`: perhaps you meant `==` or "
                      "`:=`");
  return check_op(c, ':') && check_simples(c);
}

static bool check_def(Check *c) {
  Operand o;
  if (!check_name(c, "the name of a function") || !check_type_params(c) ||
      !check_op(c, '(') || !check_params(c, true) || !check_op(c, ')'))
    return false;
  if (!take_op(c, TOK_ARROW)) return check_body(c);
  if (!check_expression(c, &o)) return false;
  if (is_op(c, ':') && c->t[1].kind != TOKEN_END)
    check_repair(c, c->t->end, NEW_BLOCK);
  return check_body(c);
}

static bool check_class(Check *c) {
  if (!check_name(c, "the name of a class") || !check_type_params(c))
    return false;
  if (take_op(c, '(') && !check_arguments(c, false)) return false;
  return check_body(c);
}

static bool check_for(Check *c) {
  Operand o;
  return check_targets(c, &o) && check_keyword(c, KEYWORD_IN) &&
         check_star_expressions(c, &o) && check_body(c);
}

static bool check_with_items(Check *c, bool group) {
  do {
    Operand o;
    if (group && is_op(c, ')')) break;
    if (!check_expression(c, &o)) return false;
    if (take_keyword(c, KEYWORD_AS)) {
      /* One target: a comma starts the next item. */
      const Token *before = c->t;
      if (is_op(c, '*')) return check_unexpected(c, "a target behind `as`");
      if (!check_expression(c, &o)) return false;
      if (o.what && before) return check_target(c, &o, "assign to");
    }
  } while (take_op(c, ','));
  return true;
}

/* Parentheses may hold the items, or start an expression: try both. */
static bool check_with(Check *c) {
  if (is_op(c, '(')) {
    Check trial = *c;
    CstEditVec *repairs = &c->lower->p->repairs;
    uint32_t before = repairs->n;
    trial.t++;
    if (check_with_items(&trial, true) && check_op(&trial, ')') &&
        is_op(&trial, ':')) {
      c->t = trial.t;
      return check_body(c);
    }
    repairs->n = before;
  }
  return check_with_items(c, false) && check_body(c);
}

static bool check_except(Check *c) {
  Operand o;
  take_op(c, '*');
  if (!is_op(c, ':')) {
    do {
      if (!check_expression(c, &o)) return false;
    } while (take_op(c, ','));
    if (!check_as(c)) return false;
  }
  return check_body(c);
}

static bool check_decorator(Check *c) {
  Operand o;
  if (!check_named(c, &o)) return false;
  return c->t->kind == TOKEN_END ||
         check_unexpected(c, "a new line behind the decorator");
}

static bool check_async(Check *c) {
  if (take_keyword(c, KEYWORD_DEF)) return check_def(c);
  if (take_keyword(c, KEYWORD_FOR)) return check_for(c);
  if (take_keyword(c, KEYWORD_WITH)) return check_with(c);
  return check_unexpected(c, "`def`, `for` or `with` behind `async`");
}

static bool check_compound(Check *c, Keyword keyword, bool *known) {
  Operand o;
  *known = true;
  c->t++;
  switch (keyword) {
  case KEYWORD_IF: case KEYWORD_ELIF: case KEYWORD_WHILE:
    return check_named(c, &o) && check_body(c);
  case KEYWORD_ELSE: case KEYWORD_FINALLY: case KEYWORD_TRY:
    return check_body(c);
  case KEYWORD_DEF: return check_def(c);
  case KEYWORD_CLASS: return check_class(c);
  case KEYWORD_FOR: return check_for(c);
  case KEYWORD_WITH: return check_with(c);
  case KEYWORD_EXCEPT: return check_except(c);
  case KEYWORD_ASYNC: return check_async(c);
  default: break;
  }
  c->t--;
  *known = false;
  return true;
}

/* ---- lines among their neighbours --------------------------------------- */

typedef enum {
  PREV_OTHER, PREV_IF, PREV_LOOP, PREV_TRY, PREV_EXCEPT, PREV_ELSE_OF_TRY,
  PREV_MATCH, PREV_DECORATOR, PREV_FINALLY, PREV_NONE
} PrevKind;

typedef struct {
  uint8_t prev[INDENTS_MAX + 2]; /* PrevKind of the last statement, by depth */
} Blocks;

static PrevKind first_of(Check *c) {
  const Token *t = c->t;
  if (t->kind == TOKEN_OP && t->id == '@') return PREV_DECORATOR;
  if (t->kind != TOKEN_KEYWORD) return PREV_OTHER;
  if (t->id == KEYWORD_ASYNC) t++;
  switch ((Keyword)t->id) {
  case KEYWORD_IF: case KEYWORD_ELIF: return PREV_IF;
  case KEYWORD_FOR: case KEYWORD_WHILE: return PREV_LOOP;
  case KEYWORD_TRY: return PREV_TRY;
  case KEYWORD_EXCEPT: return PREV_EXCEPT;
  case KEYWORD_FINALLY: return PREV_FINALLY;
  default: return PREV_OTHER;
  }
}

/* Does this line fit behind the statement before it in its block? */
static bool check_order(Check *c, PrevKind prev) {
  const Token *t = c->t;
  if (prev == PREV_DECORATOR) {
    bool fits = (t->kind == TOKEN_OP && t->id == '@') ||
                (t->kind == TOKEN_KEYWORD &&
                 (t->id == KEYWORD_DEF || t->id == KEYWORD_CLASS ||
                  t->id == KEYWORD_ASYNC));
    return fits || check_unexpected(c, "a function or a class behind the "
                                       "decorator");
  }
  if (t->kind != TOKEN_KEYWORD) {
    if (prev == PREV_TRY)
      return check_fail(c, t->start, t->end,
                        "expected an `except` or `finally` block");
    return true;
  }
  bool ok = true;
  switch ((Keyword)t->id) {
  case KEYWORD_ELIF: ok = prev == PREV_IF; break;
  case KEYWORD_ELSE:
    ok = prev == PREV_IF || prev == PREV_LOOP || prev == PREV_EXCEPT;
    break;
  case KEYWORD_EXCEPT: ok = prev == PREV_TRY || prev == PREV_EXCEPT; break;
  case KEYWORD_FINALLY:
    ok = prev == PREV_TRY || prev == PREV_EXCEPT || prev == PREV_ELSE_OF_TRY;
    break;
  default:
    if (prev == PREV_TRY)
      return check_fail(c, t->start, t->end,
                        "expected an `except` or `finally` block");
    break;
  }
  if (ok) return true;
  return check_fail(c, t->start, t->end, "`%.*s` has no statement to belong to",
                    (int)(t->end - t->start), c->text.ptr + t->start);
}

/* `match` and `case` are names unless the line is a header. */
static bool check_soft(Check *c, const ScanLine *line, PrevKind parent,
                       bool *known, bool *is_match) {
  Operand o;
  *known = *is_match = false;
  if (parent == PREV_MATCH) {
    *known = true;
    if (!check_is_word(c, c->t, "case")) return check_unexpected(c, "`case`");
    c->t++;
    return check_case(c) && check_body(c);
  }
  if (!check_is_word(c, c->t, "match") || !(line->flags & LINE_OPENS) ||
      c->t[1].kind == TOKEN_END || (c->t[1].kind == TOKEN_OP &&
                                    c->t[1].id == ':'))
    return true;
  *known = *is_match = true;
  c->t++;
  return check_star_expressions(c, &o) && check_body(c);
}

static bool check_line(Check *c, const ScanLine *line, Blocks *b) {
  PrevKind prev = (PrevKind)b->prev[line->depth];
  PrevKind parent =
      line->depth ? (PrevKind)b->prev[line->depth - 1] : PREV_OTHER;
  bool is_else = is_keyword(c, KEYWORD_ELSE), known, is_match = false;
  if (parent != PREV_MATCH || line->depth == 0) parent = PREV_OTHER;
  if (!check_soft(c, line, parent, &known, &is_match)) return false;
  if (known) {
    b->prev[line->depth] = is_match ? PREV_MATCH : PREV_OTHER;
    return true;
  }
  if (!check_order(c, prev)) return false;
  PrevKind kind = first_of(c);
  if (is_else && prev == PREV_EXCEPT) kind = PREV_ELSE_OF_TRY;
  b->prev[line->depth] = (uint8_t)kind;
  if (kind == PREV_DECORATOR) {
    c->t++;
    return check_decorator(c);
  }
  if (c->t->kind == TOKEN_KEYWORD) {
    if (!check_compound(c, (Keyword)c->t->id, &known)) return false;
    if (known) return true;
  }
  return check_simples(c);
}

/* What a line is to its neighbours when it is broken itself. */
static void note_broken(Check *c, const ScanLine *line, Blocks *b) {
  PrevKind kind = first_of(c);
  if (is_keyword(c, KEYWORD_ELSE))
    kind = b->prev[line->depth] == PREV_EXCEPT ? PREV_ELSE_OF_TRY : PREV_OTHER;
  if (check_is_word(c, c->t, "match") && (line->flags & LINE_OPENS))
    kind = PREV_MATCH;
  b->prev[line->depth] = (uint8_t)kind;
}

/* Decorators before a line that is no definition, or before none, are hidden
 * with it. */
static bool check_decorators(Lower *l) {
  Scan *s = &l->p->scan;
  bool found = false;
  for (uint32_t i = s->lines.n; i-- > 0;) {
    ScanLine *line = &s->lines.v[i];
    if (l->text.ptr[line->start] != '@' || (line->flags & LINE_BAD)) continue;
    const ScanLine *next = i + 1 < s->lines.n ? line + 1 : NULL;
    if (next && next->depth == line->depth &&
        (!(next->flags & LINE_BAD) || recover_definition(l->text, next)))
      continue;
    if (!next || next->depth < line->depth)
      lower_error(l, line->end, line->end,
                  "expected a function or a class behind the decorator");
    line->flags |= LINE_BAD;
    found = true;
  }
  return found;
}

/* Checks every line; reports and marks the broken ones.  True if there are
 * new ones. */
bool check_lines(Lower *l) {
  Scan *s = &l->p->scan;
  Blocks blocks = {{0}};
  bool found = false;
  uint32_t depth = 0;
  for (uint32_t i = 0; i < s->lines.n; i++) {
    ScanLine *line = &s->lines.v[i];
    if (line->depth > depth) blocks.prev[line->depth] = PREV_OTHER;
    depth = line->depth;
    Span bad;
    const char *problem;
    bool sound = tokenize_line(l->text, line->start, line->end, &l->p->tokens,
                               &bad, &problem);
    Check c = {.text = l->text, .t = l->p->tokens.v, .lower = l};
    if ((line->flags & LINE_BAD) || (line->flags & LINE_NO_COLON)) {
      if (!(line->flags & LINE_BAD))
        check_order(&c, (PrevKind)blocks.prev[line->depth]);
      if (c.failed) {
        lower_error(l, c.span.start, c.span.end, "%s", c.message);
        line->flags |= LINE_BAD;
        found = true;
      }
      note_broken(&c, line, &blocks);
      continue;
    }
    uint32_t repairs = l->p->repairs.n;
    if (!sound) {
      note_broken(&c, line, &blocks);
      lower_error(l, bad.start, bad.end, "%s", problem);
    } else if (!check_line(&c, line, &blocks)) {
      c.t = l->p->tokens.v;
      note_broken(&c, line, &blocks);
      lower_error(l, c.span.start, c.span.end, "%s", c.message);
    } else {
      found |= l->p->repairs.n > repairs;
      continue;
    }
    l->p->repairs.n = repairs;
    line->flags |= LINE_BAD;
    found = true;
  }
  return check_decorators(l) || found;
}

/* ---- does the tree keep to the lines? ----------------------------------- */

static uint32_t header_end(const CstVec *cst, uint32_t c) {
  for (uint32_t k = c + 1; k < cst->v[c].next; k = cst->v[k].next)
    if (cst->v[k].kind == CST_COLON) return cst->v[k].end;
  return cst->v[c].start;
}

static bool is_clause(uint8_t kind) {
  return (kind >= CST_IF && kind <= CST_MATCH && kind != CST_DECORATED) ||
         (kind >= CST_ELIF_CLAUSE && kind <= CST_CASE_CLAUSE);
}

/* tree-sitter takes `x =` and the next line for one statement: marks the lines
 * whose statement or header goes on behind them.  False if there are any. */
bool check_lines_fit(Lower *l, uint32_t root) {
  const CstVec *cst = &l->p->cst;
  Scan *s = &l->p->scan;
  uint32_t i = 0;
  bool fits = true;
  for (uint32_t c = root + 1; c < cst->n; c++) {
    const CstNode *node = &cst->v[c];
    bool simple = node->kind >= CST_IMPORT && node->kind <= CST_TYPE_ALIAS;
    if (!simple && node->kind != CST_DECORATOR && !is_clause(node->kind))
      continue;
    while (i + 1 < s->lines.n && s->lines.v[i + 1].start <= node->start) i++;
    if (i >= s->lines.n) break;
    uint32_t end = is_clause(node->kind) ? header_end(cst, c) : node->end;
    if (node->kind == CST_DECORATOR) /* it holds the newline too */
      end = cst->v[cst->v[c + 1].next].end;
    if (end > s->lines.v[i].end) {
      fits = false;
      if (!(s->lines.v[i].flags & (LINE_BAD | LINE_NO_COLON)))
        s->lines.v[i].flags |= LINE_MISFIT;
    }
  }
  return fits;
}
