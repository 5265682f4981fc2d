/* quick_tables.h - what the quick lexer knows of the grammar.
 *
 * Names, marks of one character and integers are read without the generated lexer
 * in the states in which it reads them.  Which those are is learned from it, once,
 * by showing it each mark in each state; so are the keywords.
 *
 * Layer: parse, private to runtime.c.  Memory: static.
 */
#ifndef PARSE_TREE_SITTER_QUICK_TABLES_H
#define PARSE_TREE_SITTER_QUICK_TABLES_H

#include <string.h>

enum {
  LEX_STATES = 64,     /* of those behind, nothing is learned */
  KEYWORD_SLOTS = 256, /* a power of two, many times the keywords */
  KEYWORD_LONGEST = 16
};

typedef struct {
  uint64_t head; /* the first eight bytes; 0: the slot is empty */
  const char *text;
  uint32_t length;
  TSSymbol symbol;
} KeywordSlot;

struct QuickTables {
  /* The token that is this mark alone, 0 where it is none. */
  uint8_t marks[LEX_STATES][128];
  /* A set bit for each character that may follow it in a longer token; all of
   * them come before '@'. */
  uint64_t followers[128];
  uint8_t integers[LEX_STATES]; /* the token of a row of digits */
  bool names[LEX_STATES];       /* names are names, blanks are skipped */
  KeywordSlot keywords[KEYWORD_SLOTS];
};

/* Marks that may be tokens of one character, each with the characters that may
 * make it a longer one. */
static const struct {
  char mark, followers[12];
} quick_marks[] = {
    {'(', ""},
    {')', ""},
    {'[', ""},
    {']', ""},
    {'{', ""},
    {'}', ""},
    {',', ""},
    {';', ""},
    {'~', ""},
    {':', "="},
    {'=', "="},
    {'+', "="},
    {'%', "="},
    {'&', "="},
    {'|', "="},
    {'^', "="},
    {'@', "="},
    {'-', "=>"},
    {'*', "*="},
    {'/', "/="},
    {'<', "<=>"},
    {'>', ">="},
    {'.', ".0123456789"},
};

enum { BYTE_OTHER, BYTE_NAME, BYTE_DIGIT, BYTE_BLANK, BYTE_MARK };

static const uint8_t quick_class[256] = {
    ['a' ... 'z'] = BYTE_NAME,
    ['A' ... 'Z'] = BYTE_NAME,
    ['_'] = BYTE_NAME,
    ['0' ... '9'] = BYTE_DIGIT,
    ['\t' ... '\r'] = BYTE_BLANK,
    [' '] = BYTE_BLANK,
    ['('] = BYTE_MARK,
    [')'] = BYTE_MARK,
    ['['] = BYTE_MARK,
    [']'] = BYTE_MARK,
    ['{'] = BYTE_MARK,
    ['}'] = BYTE_MARK,
    [','] = BYTE_MARK,
    [';'] = BYTE_MARK,
    ['~'] = BYTE_MARK,
    [':'] = BYTE_MARK,
    ['='] = BYTE_MARK,
    ['+'] = BYTE_MARK,
    ['%'] = BYTE_MARK,
    ['&'] = BYTE_MARK,
    ['|'] = BYTE_MARK,
    ['^'] = BYTE_MARK,
    ['@'] = BYTE_MARK,
    ['-'] = BYTE_MARK,
    ['*'] = BYTE_MARK,
    ['/'] = BYTE_MARK,
    ['<'] = BYTE_MARK,
    ['>'] = BYTE_MARK,
    ['.'] = BYTE_MARK,
};

static uint64_t quick_head(const char *s, uint32_t n) {
  uint64_t head = 0;
  memcpy(&head, s, n < 8 ? n : 8);
  return head;
}

static uint32_t quick_slot(uint64_t head) {
  return (uint32_t)((head * 0x9E3779B97F4A7C15u) >> 56) % KEYWORD_SLOTS;
}

static const char *quick_read(void *text, uint32_t byte, TSPoint point,
                              uint32_t *size) {
  uint32_t length = (uint32_t)strlen(text);
  *size = byte < length ? length - byte : 0;
  return (const char *)text + byte;
}

/* The token that `lex` finds in the text; its offsets if it finds one. */
static bool quick_ask(bool (*lex)(TSLexer *, TSStateId), TSStateId state,
                      const char *text, TSSymbol *symbol, uint32_t *start,
                      uint32_t *end) {
  Lexer lexer;
  ts_lexer_init(&lexer);
  ts_lexer_set_input(&lexer, (TSInput){(void *)(uintptr_t)text, quick_read,
                                       TSInputEncodingUTF8, NULL});
  ts_lexer_start(&lexer);
  bool found = lex(&lexer.data, state);
  uint32_t seen;
  if (found) ts_lexer_finish(&lexer, &seen);
  *symbol = lexer.data.result_symbol;
  *start = lexer.token_start_position.bytes;
  *end = lexer.token_end_position.bytes;
  ts_lexer_delete(&lexer);
  return found;
}

static void learn_lex_state(QuickTables *q, const TSLanguage *language,
                            TSStateId state) {
  TSSymbol symbol;
  uint32_t start, end;
  q->names[state] = quick_ask(language->lex_fn, state, "\t\n\v\f\r a1 ",
                              &symbol, &start, &end) &&
                    symbol == language->keyword_capture_token && start == 6 &&
                    end == 8;
  if (!q->names[state]) return;
  if (quick_ask(language->lex_fn, state, "12 ", &symbol, &start, &end) &&
      end == 2 && symbol <= UINT8_MAX)
    q->integers[state] = (uint8_t)symbol;
  for (uint32_t i = 0; i < sizeof quick_marks / sizeof *quick_marks; i++) {
    uint8_t mark = (uint8_t)quick_marks[i].mark;
    char text[] = {(char)mark, ' ', 0};
    if (quick_ask(language->lex_fn, state, text, &symbol, &start, &end) &&
        end == 1 && symbol <= UINT8_MAX)
      q->marks[state][mark] = (uint8_t)symbol;
  }
}

static void learn_keyword(QuickTables *q, const TSLanguage *language,
                          const char *text) {
  TSSymbol symbol;
  uint32_t start, end, length = (uint32_t)strlen(text);
  if (length == 0 || length > KEYWORD_LONGEST ||
      !quick_ask(language->keyword_lex_fn, 0, text, &symbol, &start, &end) ||
      start != 0 || end != length)
    return;
  uint64_t head = quick_head(text, length);
  uint32_t i = quick_slot(head);
  while (q->keywords[i].head) i = (i + 1) % KEYWORD_SLOTS;
  q->keywords[i] = (KeywordSlot){head, text, length, symbol};
}

/* A keyword is the name of its token; those of constants (True) have a token
 * with a name of its own, which is theirs in small letters. */
static void learn_keywords(QuickTables *q, const TSLanguage *language) {
  static const char *const constants[] = {"None", "True", "False"};
  for (uint32_t s = 1; s < language->token_count; s++)
    if (!ts_language_symbol_metadata(language, (TSSymbol)s).named)
      learn_keyword(q, language, language->symbol_names[s]);
  for (uint32_t i = 0; i < sizeof constants / sizeof *constants; i++)
    learn_keyword(q, language, constants[i]);
}

const QuickTables *runtime_learn(const TSLanguage *language) {
  static QuickTables tables;
  bool learned[LEX_STATES] = {false};
  for (uint32_t s = 1; s < language->state_count; s++) {
    uint16_t state = language->lex_modes[s].lex_state;
    if (state >= LEX_STATES || learned[state]) continue;
    learned[state] = true;
    learn_lex_state(&tables, language, state);
  }
  for (uint32_t i = 0; i < sizeof quick_marks / sizeof *quick_marks; i++)
    for (const char *f = quick_marks[i].followers; *f; f++)
      tables.followers[(uint8_t)quick_marks[i].mark] |= 1ull << *f;
  learn_keywords(&tables, language);
  return &tables;
}

#endif
