/* grammar.c - the generated parser of Python, with faster macros.
 *
 * The generated lexer is a switch over states made of the macros of its
 * parser.h.  Those that fetch a character and that mark a token's end are written
 * anew here, and so is the search in a set of characters: nearly all are
 * ASCII, which is the first few ranges of a set of some hundred.
 */
#include <tree_sitter/api.h> /* parser.h leaves out what is in it */

#define set_contains set_contains_any
#include <tree_sitter/parser.h>
#undef set_contains

#include "parse/tree_sitter/fast_lexer.h"

static inline bool set_contains(const TSCharacterRange *ranges, uint32_t len,
                                int32_t lookahead) {
  if (lookahead >= 0x80) return set_contains_any(ranges, len, lookahead);
  for (uint32_t i = 0; i < len && ranges[i].start <= lookahead; i++)
    if (lookahead <= ranges[i].end) return true;
  return false;
}

#undef START_LEXER
#define START_LEXER()                                                        \
  bool result = false;                                                       \
  bool skip = false;                                                         \
  UNUSED bool eof = false;                                                   \
  int32_t lookahead;                                                         \
  goto start;                                                                \
  next_state:                                                                \
  if (!fast_lexer_step((Lexer *)lexer, skip)) lexer->advance(lexer, skip);   \
  start:                                                                     \
  skip = false;                                                              \
  lookahead = lexer->lookahead;

#undef ACCEPT_TOKEN
#define ACCEPT_TOKEN(symbol_value)     \
  result = true;                       \
  lexer->result_symbol = symbol_value; \
  fast_lexer_mark_end((Lexer *)lexer);

#include GRAMMAR_PARSER
