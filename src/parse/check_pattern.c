/* check_pattern.c - the strict grammar of the patterns of `case`. */
#include "parse/check_int.h"

static bool check_pattern(Check *c);

static bool check_signed(Check *c) {
  take_op(c, '-');
  if (c->t->kind != TOKEN_NUMBER) return check_unexpected(c, "a number");
  c->t++;
  if (take_op(c, '+') || take_op(c, '-')) {
    if (c->t->kind != TOKEN_NUMBER)
      return check_unexpected(c, "an imaginary number");
    c->t++;
  }
  return true;
}

static bool check_pattern_list(Check *c, char close) {
  while (!is_op(c, close)) {
    if (c->t->kind == TOKEN_NAME && c->t[1].kind == TOKEN_OP &&
        c->t[1].id == '=' && close == ')')
      c->t += 2;
    if (take_op(c, '*')) {
      if (!check_name(c, "a name behind `*`")) return false;
    } else if (!check_pattern(c)) {
      return false;
    }
    if (!take_op(c, ',')) break;
  }
  return check_op(c, close);
}

static bool check_mapping(Check *c) {
  while (!is_op(c, '}')) {
    if (take_op(c, TOK_POW)) {
      if (!check_name(c, "a name behind `**`")) return false;
    } else if (!check_pattern(c) || !check_op(c, ':') || !check_pattern(c)) {
      return false;
    }
    if (!take_op(c, ',')) break;
  }
  return check_op(c, '}');
}

static bool check_closed(Check *c) {
  const Token *t = c->t;
  if (t->kind == TOKEN_NUMBER || is_op(c, '-')) return check_signed(c);
  if (t->kind == TOKEN_STRING || t->kind == TOKEN_FSTRING_START)
    return check_strings(c);
  if (t->kind == TOKEN_KEYWORD &&
      (t->id == KEYWORD_NONE || t->id == KEYWORD_TRUE ||
       t->id == KEYWORD_FALSE)) {
    c->t++;
    return true;
  }
  if (take_op(c, '(')) return check_pattern_list(c, ')');
  if (take_op(c, '[')) return check_pattern_list(c, ']');
  if (take_op(c, '{')) return check_mapping(c);
  if (!check_name(c, "a pattern")) return false;
  while (take_op(c, '.'))
    if (!check_name(c, "the name of an attribute")) return false;
  if (take_op(c, '(')) return check_pattern_list(c, ')');
  return true;
}

static bool check_pattern(Check *c) {
  if (++c->depth > PARSE_DEPTH_MAX)
    return check_fail(c, c->t->start, c->t->end, "too many nested patterns");
  do {
    if (!check_closed(c)) return false;
  } while (take_op(c, '|'));
  if (take_keyword(c, KEYWORD_AS) && !check_name(c, "a name behind `as`"))
    return false;
  c->depth--;
  return true;
}

bool check_case(Check *c) {
  Operand o;
  const Token *first = c->t;
  do {
    if ((is_op(c, ':') || is_keyword(c, KEYWORD_IF)) && c->t != first) break;
    if (take_op(c, '*')) {
      if (!check_name(c, "a name behind `*`")) return false;
    } else if (!check_pattern(c)) {
      return false;
    }
  } while (take_op(c, ','));
  if (take_keyword(c, KEYWORD_IF)) return check_named(c, &o);
  return true;
}
