/* quick_lexer.h - the next token of a text without errors.
 *
 * Problem: before each token tree-sitter sets up its lexer, asks the external
 * scanner, and runs an automaton that fetches one character after the other through
 * the lexer, over a name twice.  What comes next is nearly always a name, a mark
 * of one character, an integer, a string's quote or a line's end, and one look
 * at the text tells which.  All else goes to the generated lexer.
 *
 * Layer: parse, private to runtime.c.
 */
#ifndef PARSE_TREE_SITTER_QUICK_LEXER_H
#define PARSE_TREE_SITTER_QUICK_LEXER_H

#include "parse/tree_sitter/quick_scanner.h"

/* The scanner need not be asked: it finds no token that begins like this.
 * `at`: behind the blanks of a line. */
static bool is_plain(const QuickLexer *x, uint32_t at) {
  uint8_t c = byte_at(x, at);
  switch (c) {
  case 0:
  case '\n':
  case '\r':
  case '\f':
  case '#':
  case '\\':
  case '\'':
  case '"':
  case '`': return false;
  case 'f':
  case 'F':
  case 't':
  case 'T':
  case 'r':
  case 'R':
  case 'b':
  case 'B':
  case 'u':
  case 'U': break;
  default: return true;
  }
  do c = byte_at(x, ++at) | 0x20;
  while (c == 'f' || c == 't' || c == 'r' || c == 'b' || c == 'u');
  c = byte_at(x, at);
  return c != '\'' && c != '"' && c != '`';
}

/* ts_parser__lex: a keyword where it may stand, or a name. */
static TSSymbol keyword_or_name(const TSLanguage *language, TSStateId state,
                                TSSymbol keyword) {
  return ts_language_has_actions(language, state, keyword) ||
                 ts_language_is_reserved_word(language, state, keyword)
             ? keyword
             : language->keyword_capture_token;
}

static TSSymbol find_keyword(const QuickLexer *x, uint32_t start,
                             uint32_t length) {
  if (length > KEYWORD_LONGEST) return 0;
  const char *s = x->text + start;
  uint64_t head;
  memcpy(&head, s, sizeof head);
  if (length < 8) head &= (1ull << (8 * length)) - 1;
  for (uint32_t i = quick_slot(head);; i = (i + 1) % KEYWORD_SLOTS) {
    const KeywordSlot *k = &x->tables->keywords[i];
    if (k->head == 0) return 0;
    if (k->head == head && k->length == length &&
        (length <= 8 || memcmp(k->text, s, length) == 0))
      return k->symbol;
  }
}

static bool lex_name(const QuickLexer *x, TSStateId state, uint32_t at,
                     Token *t) {
  const TSLanguage *language = x->parser->language;
  uint32_t end = at + 1;
  while (quick_class[byte_at(x, end)] - BYTE_NAME <= 1u) end++;
  if (byte_at(x, end) >= 0x80) return false;
  TSSymbol keyword = find_keyword(x, at, end - at);
  *t = (Token){.start = at,
               .end = end,
               .symbol = keyword ? keyword_or_name(language, state, keyword)
                                 : language->keyword_capture_token,
               .is_keyword = keyword != 0};
  return true;
}

/* Digits and nothing that goes on with them. */
static bool lex_integer(const QuickLexer *x, uint8_t symbol, uint32_t at,
                        Token *t) {
  uint32_t end = at + 1;
  while (quick_class[byte_at(x, end)] == BYTE_DIGIT) end++;
  uint8_t next = byte_at(x, end);
  if (symbol == 0 || next == '.' || next >= 0x80 ||
      quick_class[next] == BYTE_NAME)
    return false;
  *t = (Token){.start = at, .end = end, .symbol = symbol};
  return true;
}

static bool lex_mark(const QuickLexer *x, const uint8_t *marks, uint32_t at,
                     Token *t) {
  uint8_t mark = byte_at(x, at), next = byte_at(x, at + 1);
  if (marks[mark] == 0 || next >= 0x80 ||
      (next < 64 && x->tables->followers[mark] >> next & 1))
    return false;
  *t = (Token){.start = at, .end = at + 1, .symbol = marks[mark]};
  return true;
}

/* What the generated lexer finds at `at`, and the keyword lexer after it. */
static bool lex_generated(const QuickLexer *x, TSStateId state,
                          uint16_t lex_state, uint32_t at, Token *t) {
  TSParser *self = x->parser;
  Lexer *lexer = &self->lexer;
  uint32_t seen;
  ts_lexer_reset(lexer, (Length){at, {0, 0}});
  ts_lexer_start(lexer);
  if (!self->language->lex_fn(&lexer->data, lex_state)) return false;
  ts_lexer_finish(lexer, &seen);
  *t = (Token){.start = lexer->token_start_position.bytes,
               .end = lexer->token_end_position.bytes,
               .symbol = lexer->data.result_symbol};
  if (t->symbol == self->language->keyword_capture_token) {
    TSSymbol keyword = find_keyword(x, t->start, t->end - t->start);
    t->is_keyword = keyword != 0;
    if (keyword) t->symbol = keyword_or_name(self->language, state, keyword);
  }
  return true;
}

/* The next token in that state of the parser, from `at` on; false where only
 * the library can tell. */
static bool quick_lex(const QuickLexer *x, TSStateId state, uint32_t at,
                      Token *t) {
  const TSLanguage *language = x->parser->language;
  TSLexerMode mode = language->lex_modes[state];
  if (mode.lex_state >= LEX_STATES) return false;
  uint32_t from = at;
  while (byte_at(x, at) == ' ' || byte_at(x, at) == '\t') at++;
  bool in_string = false;
  if (mode.external_lex_state != 0) {
    const bool *valid =
        ts_language_enabled_external_tokens(language, mode.external_lex_state);
    in_string = valid[EXTERNAL_STRING_CONTENT] && x->scanner.quote_count > 0;
    if (in_string || !is_plain(x, at)) {
      ScanResult found = scan_external(x, valid, from, t);
      if (found != SCAN_NOTHING) return found == SCAN_TOKEN;
    }
  }
  if (in_string || !x->tables->names[mode.lex_state])
    return lex_generated(x, state, mode.lex_state, from, t);
  while (quick_class[byte_at(x, at)] == BYTE_BLANK) at++;
  switch (quick_class[byte_at(x, at)]) {
  case BYTE_NAME:
    if (lex_name(x, state, at, t)) return true;
    break;
  case BYTE_DIGIT:
    if (lex_integer(x, x->tables->integers[mode.lex_state], at, t)) return true;
    break;
  case BYTE_MARK:
    if (lex_mark(x, x->tables->marks[mode.lex_state], at, t)) return true;
    break;
  default: break;
  }
  return lex_generated(x, state, mode.lex_state, from, t);
}

#endif
