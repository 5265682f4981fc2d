/* check_expr.c - the strict grammar of expressions.
 *
 * One function a production, after the grammar in Python's reference.  Binary
 * operators are climbed by precedence in a loop; nesting is bounded by `depth`.
 */
#include "parse/check_int.h"

static bool check_bitor(Check *c, Operand *o);
static bool check_disjunction(Check *c, Operand *o);
static bool check_comprehension(Check *c);

static void plain(Operand *o, uint32_t start, uint32_t end, const char *what) {
  *o = (Operand){.start = start, .end = end, .what = what, .bad_start = start,
                 .bad_end = end};
}

static uint32_t last_end(const Check *c) { return c->t[-1].end; }

/* ---- f-strings ---------------------------------------------------------- */

static bool check_fields(Check *c, bool spec);

static bool check_field(Check *c) {
  Operand o;
  uint32_t open = c->t[-1].start;
  if (is_op(c, '}'))
    return check_fail(c, open, c->t->end,
                      "f-string: valid expression required before `}`");
  if (is_op(c, '!') || is_op(c, ':') || is_op(c, '='))
    return check_fail(c, open, c->t->end,
                      "f-string: valid expression required before `%.*s`",
                      (int)(c->t->end - c->t->start),
                      c->text.ptr + c->t->start);
  if (!check_yield_or_stars(c, &o)) return false;
  take_op(c, '=');
  if (take_op(c, '!')) {
    Str name = {c->text.ptr + c->t->start, c->t->end - c->t->start};
    if (c->t->kind != TOKEN_NAME || c->t->start != c->t[-1].end)
      return check_fail(c, c->t->start, c->t->end,
                        "f-string: invalid conversion character");
    if (!str_is(name, "r") && !str_is(name, "s") && !str_is(name, "a"))
      return check_fail(c, c->t->start, c->t->end,
                        "f-string: invalid conversion character `%" PRIstr
                        "`: expected `s`, `r` or `a`", STR_ARG(name));
    c->t++;
  }
  if (take_op(c, ':')) return check_fields(c, true);
  if (take_op(c, '}')) return true;
  return check_unexpected(c, "`}` behind the value");
}

/* Fields up to the end of the f-string, or of a format spec. */
static bool check_fields(Check *c, bool spec) {
  for (;;) {
    if (take_op(c, '{')) {
      if (!check_field(c)) return false;
    } else if (spec) {
      return take_op(c, '}') || check_unexpected(c, "`}` behind the value");
    } else if (c->t->kind == TOKEN_FSTRING_END) {
      c->t++;
      return true;
    } else if (is_op(c, '}')) {
      return check_fail(c, c->t->start, c->t->end,
                        "f-string: single `}` is not allowed");
    } else {
      return check_unexpected(c, "the end of the f-string");
    }
  }
}

bool check_strings(Check *c) {
  for (;;) {
    if (c->t->kind == TOKEN_STRING) {
      c->t++;
    } else if (c->t->kind == TOKEN_FSTRING_START) {
      c->t++;
      if (!check_fields(c, false)) return false;
    } else {
      return true;
    }
  }
}

/* ---- displays ----------------------------------------------------------- */

static bool check_star_named(Check *c, Operand *o) {
  if (!is_op(c, '*')) return check_named(c, o);
  uint32_t start = c->t->start;
  c->t++;
  if (!check_bitor(c, o)) return false;
  o->start = start;
  o->starred = true;
  o->name = o->single = false;
  return true;
}

static void join(Operand *o, const Operand *item) {
  if (item->what && !o->what) {
    o->what = item->what;
    o->bad_start = item->bad_start;
    o->bad_end = item->bad_end;
  }
}

static bool close(Check *c, char bracket) {
  if (take_op(c, bracket)) return true;
  char wanted[24] = "`,` or `?`";
  wanted[8] = bracket;
  return check_unexpected(c, wanted);
}

static bool bare_element(Check *c, uint32_t start) {
  return check_fail(c, start + 1, last_end(c),
                    "the element of a comprehension must be parenthesized");
}

static bool check_group(Check *c, Operand *o) {
  uint32_t start = c->t->start;
  c->t++;
  *o = (Operand){.start = start};
  bool comma = false;
  if (is_keyword(c, KEYWORD_YIELD)) {
    if (!check_yield_or_stars(c, o) || !close(c, ')')) return false;
    plain(o, start, last_end(c), "yield expression");
    return true;
  }
  while (!is_op(c, ')')) {
    Operand item;
    if (!check_star_named(c, &item)) return false;
    if (is_keyword(c, KEYWORD_FOR) || is_keyword(c, KEYWORD_ASYNC)) {
      if (comma) return bare_element(c, start);
      if (!check_comprehension(c) || !close(c, ')')) return false;
      plain(o, start, last_end(c), "generator expression");
      return true;
    }
    if (is_op(c, ')') && !comma) {
      if (item.starred)
        return check_fail(c, item.start, item.end,
                          "a starred expression cannot be used here");
      *o = item;
      c->t++;
      o->start = start;
      o->end = last_end(c);
      o->parenthesized = true;
      return true;
    }
    join(o, &item);
    comma = take_op(c, ',');
    if (!comma) break;
  }
  if (!close(c, ')')) return false;
  o->end = last_end(c);
  return true;
}

static bool check_list(Check *c, Operand *o) {
  uint32_t start = c->t->start;
  bool comma = false;
  c->t++;
  *o = (Operand){.start = start};
  while (!is_op(c, ']')) {
    Operand item;
    if (!check_star_named(c, &item)) return false;
    if (is_keyword(c, KEYWORD_FOR) || is_keyword(c, KEYWORD_ASYNC)) {
      if (comma) return bare_element(c, start);
      if (!check_comprehension(c) || !close(c, ']')) return false;
      plain(o, start, last_end(c), "list comprehension");
      return true;
    }
    join(o, &item);
    comma = take_op(c, ',');
    if (!comma) break;
  }
  if (!close(c, ']')) return false;
  o->end = last_end(c);
  return true;
}

static bool check_braces(Check *c, Operand *o) {
  uint32_t start = c->t->start;
  bool dict = false, set = false;
  uint32_t count = 0;
  c->t++;
  while (!is_op(c, '}')) {
    Operand item;
    bool double_star = take_op(c, TOK_POW);
    if (double_star) {
      dict = true;
      if (!check_bitor(c, &item)) return false;
    } else {
      if (!check_star_named(c, &item)) return false;
      if (!item.starred && !set && is_op(c, ':')) {
        c->t++;
        dict = true;
        if (!check_expression(c, &item)) return false;
      } else if (dict) {
        return check_unexpected(c, "`:` behind the key of a dict");
      } else {
        set = true;
      }
    }
    if (is_keyword(c, KEYWORD_FOR) || is_keyword(c, KEYWORD_ASYNC)) {
      if (count || double_star)
        return check_fail(c, item.start, item.end,
                          count ? "the element of a comprehension must be "
                                  "parenthesized"
                                : "dict unpacking cannot be used in a dict "
                                  "comprehension");
      if (!check_comprehension(c)) return false;
      break;
    }
    count++;
    if (!take_op(c, ',')) break;
  }
  if (!close(c, '}')) return false;
  plain(o, start, last_end(c), set ? "set display" : "dict literal");
  return true;
}

static bool check_comprehension(Check *c) {
  Operand o;
  for (;;) {
    if (is_keyword(c, KEYWORD_ASYNC)) c->t++;
    if (!check_keyword(c, KEYWORD_FOR) || !check_targets(c, &o) ||
        !check_keyword(c, KEYWORD_IN) || !check_disjunction(c, &o))
      return false;
    while (take_keyword(c, KEYWORD_IF))
      if (!check_disjunction(c, &o)) return false;
    if (!is_keyword(c, KEYWORD_FOR) && !is_keyword(c, KEYWORD_ASYNC))
      return true;
  }
}

/* ---- calls and subscripts ----------------------------------------------- */

bool check_arguments(Check *c, bool call) {
  uint32_t count = 0;
  while (!is_op(c, ')')) {
    Operand o;
    if (take_op(c, '*') || take_op(c, TOK_POW)) {
      if (!check_expression(c, &o)) return false;
    } else if (c->t->kind == TOKEN_NAME && c->t[1].kind == TOKEN_OP &&
               c->t[1].id == '=') {
      c->t += 2;
      if (!check_expression(c, &o)) return false;
    } else {
      if (!check_named(c, &o)) return false;
      if (is_op(c, '='))
        return check_fail(c, o.start, c->t->end,
                          "expression cannot contain assignment: perhaps you "
                          "meant `==`");
      if (is_keyword(c, KEYWORD_FOR) || is_keyword(c, KEYWORD_ASYNC)) {
        uint32_t start = o.start;
        if (!check_comprehension(c)) return false;
        if (!call)
          return check_fail(c, start, last_end(c),
                            "a generator expression cannot be a base "
                            "class");
        if (count || (is_op(c, ',') && !(c->t[1].kind == TOKEN_OP &&
                                         c->t[1].id == ')')))
          return check_fail(c, start, last_end(c),
                            "a generator expression must be parenthesized "
                            "beside other arguments");
      }
    }
    count++;
    if (!take_op(c, ',')) break;
  }
  return close(c, ')');
}

static bool check_slice(Check *c, bool *slice) {
  Operand o;
  if (!is_op(c, ':')) {
    if (!check_star_named(c, &o)) return false;
  }
  *slice |= is_op(c, ':');
  for (int i = 0; i < 2 && take_op(c, ':'); i++)
    if (!is_op(c, ':') && !is_op(c, ']') && !is_op(c, ','))
      if (!check_expression(c, &o)) return false;
  return true;
}

/* `*[a], b` without brackets, or in those of a subscript: tree-sitter knows a
 * name behind such a star only. */
static void repair_stars(Check *c, uint32_t start, bool comma) {
  check_repair(c, start, "(");
  check_repair(c, last_end(c), comma ? ")" : ",)");
}

static bool odd_star(const Check *c) {
  return is_op(c, '*') && c->t[1].kind != TOKEN_NAME;
}

static bool check_subscript(Check *c) {
  uint32_t start = c->t->start;
  bool odd = false, slice = false, comma = false;
  if (is_op(c, ']'))
    return check_fail(c, c->t[-1].start, c->t->end,
                      "expected an expression between the brackets");
  do {
    if (is_op(c, ']')) break;
    odd |= odd_star(c);
    if (!check_slice(c, &slice)) return false;
    comma = take_op(c, ',');
  } while (comma);
  if (odd && !slice) repair_stars(c, start, comma);
  return close(c, ']');
}

/* ---- atoms and primaries ------------------------------------------------ */

static bool check_atom(Check *c, Operand *o) {
  const Token *t = c->t;
  switch (t->kind) {
  case TOKEN_NAME:
    c->t++;
    *o = (Operand){.start = t->start, .end = t->end, .name = true,
                   .single = true};
    return true;
  case TOKEN_NUMBER:
    c->t++;
    plain(o, t->start, t->end, "literal");
    return true;
  case TOKEN_STRING: case TOKEN_FSTRING_START:
    if (!check_strings(c)) return false;
    plain(o, t->start, last_end(c),
          t->kind == TOKEN_STRING ? "literal" : "f-string expression");
    return true;
  case TOKEN_KEYWORD:
    if (t->id == KEYWORD_TRUE || t->id == KEYWORD_FALSE ||
        t->id == KEYWORD_NONE) {
      c->t++;
      plain(o, t->start, t->end,
            t->id == KEYWORD_TRUE    ? "True"
            : t->id == KEYWORD_FALSE ? "False"
                                     : "None");
      return true;
    }
    return check_unexpected(c, "an expression");
  case TOKEN_OP:
    switch (t->id) {
    case '(': return check_group(c, o);
    case '[': return check_list(c, o);
    case '{': return check_braces(c, o);
    case TOK_ELLIPSIS:
      c->t++;
      plain(o, t->start, t->end, "ellipsis");
      return true;
    default: break;
    }
    return check_unexpected(c, "an expression");
  default: return check_unexpected(c, "an expression");
  }
}

static bool check_primary(Check *c, Operand *o) {
  uint32_t start = c->t->start;
  bool await = take_keyword(c, KEYWORD_AWAIT);
  if (!check_atom(c, o)) return false;
  for (;;) {
    if (take_op(c, '.')) {
      if (!check_name(c, "the name of an attribute")) return false;
      *o = (Operand){.start = start, .end = last_end(c), .single = true};
    } else if (take_op(c, '[')) {
      if (!check_subscript(c)) return false;
      *o = (Operand){.start = start, .end = last_end(c), .single = true};
    } else if (take_op(c, '(')) {
      if (!check_arguments(c, true)) return false;
      plain(o, start, last_end(c), "function call");
    } else {
      break;
    }
  }
  if (await) plain(o, start, last_end(c), "await expression");
  return true;
}

static bool check_unary(Check *c, Operand *o) {
  uint32_t start = c->t->start;
  uint32_t signs = 0;
  while (is_op(c, '+') || is_op(c, '-') || is_op(c, '~')) {
    c->t++;
    signs++;
  }
  if (!check_primary(c, o)) return false;
  if (take_op(c, TOK_POW)) {
    if (++c->depth > PARSE_DEPTH_MAX)
      return check_fail(c, start, last_end(c), "too many nested expressions");
    if (!check_unary(c, o)) return false;
    c->depth--;
    signs = 1;
  }
  if (signs) plain(o, start, last_end(c), "expression");
  return true;
}

/* All levels from `*` down to `|`: their order does not matter here. */
static bool check_bitor(Check *c, Operand *o) {
  uint32_t start = c->t->start;
  if (!check_unary(c, o)) return false;
  for (;;) {
    bool binary = c->t->kind == TOKEN_OP &&
                  (c->t->id == '+' || c->t->id == '-' || c->t->id == '*' ||
                   c->t->id == '/' || c->t->id == '@' || c->t->id == '%' ||
                   c->t->id == '|' || c->t->id == '&' || c->t->id == '^' ||
                   c->t->id == TOK_FLOORDIV || c->t->id == TOK_LSHIFT ||
                   c->t->id == TOK_RSHIFT);
    if (!binary) return true;
    c->t++;
    if (!check_unary(c, o)) return false;
    plain(o, start, last_end(c), "expression");
  }
}

static bool take_comparison(Check *c) {
  if (is_keyword(c, KEYWORD_NOT) && c->t[1].kind == TOKEN_KEYWORD &&
      c->t[1].id == KEYWORD_IN) {
    c->t += 2;
    return true;
  }
  if (take_keyword(c, KEYWORD_IN)) return true;
  if (take_keyword(c, KEYWORD_IS)) {
    take_keyword(c, KEYWORD_NOT);
    return true;
  }
  if (c->t->kind != TOKEN_OP) return false;
  switch (c->t->id) {
  case '<': case '>': case TOK_LESS_EQUAL: case TOK_GREATER_EQUAL:
  case TOK_EQUAL_EQUAL: case TOK_NOT_EQUAL:
    c->t++;
    return true;
  default: return false;
  }
}

static bool check_comparison(Check *c, Operand *o) {
  uint32_t start = c->t->start;
  while (take_keyword(c, KEYWORD_NOT)) {}
  bool not = c->t->start != start;
  if (!check_bitor(c, o)) return false;
  while (take_comparison(c)) {
    if (!check_bitor(c, o)) return false;
    plain(o, start, last_end(c), "comparison");
  }
  if (not) plain(o, start, last_end(c), "expression");
  return true;
}

static bool check_disjunction(Check *c, Operand *o) {
  uint32_t start = c->t->start;
  if (!check_comparison(c, o)) return false;
  while (take_keyword(c, KEYWORD_AND) || take_keyword(c, KEYWORD_OR)) {
    if (!check_comparison(c, o)) return false;
    plain(o, start, last_end(c), "expression");
  }
  return true;
}

static bool check_lambda(Check *c, Operand *o) {
  uint32_t start = c->t->start;
  c->t++;
  if (!check_params(c, false) || !check_op(c, ':')) return false;
  if (!check_expression(c, o)) return false;
  plain(o, start, last_end(c), "lambda");
  return true;
}

static bool check_conditional(Check *c, Operand *o) {
  uint32_t start = c->t->start;
  if (!check_disjunction(c, o)) return false;
  if (!take_keyword(c, KEYWORD_IF)) return true;
  if (!check_disjunction(c, o)) return false;
  if (!is_keyword(c, KEYWORD_ELSE))
    return check_fail(c, start, last_end(c),
                      "expected `else` behind the condition of an `if` "
                      "expression");
  c->t++;
  if (!check_expression(c, o)) return false;
  plain(o, start, last_end(c), "conditional expression");
  return true;
}

bool check_expression(Check *c, Operand *o) {
  if (++c->depth > PARSE_DEPTH_MAX)
    return check_fail(c, c->t->start, c->t->end,
                      "too many nested expressions (the limit is %d levels)",
                      PARSE_DEPTH_MAX);
  bool ok = is_keyword(c, KEYWORD_LAMBDA) ? check_lambda(c, o)
                                          : check_conditional(c, o);
  c->depth--;
  return ok;
}

bool check_named(Check *c, Operand *o) {
  if (c->t->kind == TOKEN_NAME && c->t[1].kind == TOKEN_OP &&
      c->t[1].id == TOK_WALRUS) {
    uint32_t start = c->t->start;
    c->t += 2;
    if (!check_expression(c, o)) return false;
    plain(o, start, last_end(c), "named expression");
    return true;
  }
  if (!check_expression(c, o)) return false;
  if (is_op(c, TOK_WALRUS))
    return check_fail(c, o->start, o->end,
                      "cannot use %s with an assignment expression",
                      o->what ? o->what : "this");
  return true;
}

/* ---- lists without brackets --------------------------------------------- */

static bool ends_list(const Check *c) {
  return c->t->kind == TOKEN_END || is_op(c, '=') || is_op(c, ')') ||
         is_op(c, ']') || is_op(c, '}') || is_op(c, ':') || is_op(c, ';') ||
         is_op(c, '!') || is_op(c, TOK_AUGMENTED) ||
         is_keyword(c, KEYWORD_IN);
}

static bool check_star_list(Check *c, Operand *o, bool targets) {
  uint32_t start = c->t->start, count = 0;
  bool comma = false, odd = false;
  *o = (Operand){.start = start};
  do {
    if (count && ends_list(c)) break;
    Operand item;
    bool ok;
    odd |= odd_star(c);
    if (is_op(c, '*'))
      ok = check_star_named(c, &item);
    else
      ok = targets ? check_bitor(c, &item) : check_expression(c, &item);
    if (!ok) return false;
    if (count++ == 0)
      *o = item;
    else
      join(o, &item);
    comma = take_op(c, ',');
  } while (comma);
  if (count > 1 || comma) {
    if (odd) repair_stars(c, start, true);
    o->name = o->single = o->starred = false;
    o->start = start;
    o->end = last_end(c);
  }
  return true;
}

bool check_star_expressions(Check *c, Operand *o) {
  return check_star_list(c, o, false);
}

bool check_targets(Check *c, Operand *o) {
  return check_star_list(c, o, true) && check_target(c, o, "assign to");
}

bool check_yield_or_stars(Check *c, Operand *o) {
  if (!is_keyword(c, KEYWORD_YIELD)) return check_star_expressions(c, o);
  uint32_t start = c->t->start;
  c->t++;
  if (take_keyword(c, KEYWORD_FROM)) {
    if (!check_expression(c, o)) return false;
  } else if (!ends_list(c)) {
    if (!check_star_expressions(c, o)) return false;
  }
  plain(o, start, last_end(c), "yield expression");
  return true;
}
