/* fast_lexer.h - tree-sitter's lexer for a text that is one piece of UTF-8.
 *
 * Problem: the lexer asks for each character through a pointer, and the answer
 * minds three encodings, pieces of text, included ranges and columns.  A program
 * that parses one string of UTF-8 with a grammar that never asks for a column
 * has one case: the next byte.
 *
 * Layer: parse, private; included by the units that build the grammar, and by
 * cst.c.  Whatever is not the one case goes to tree-sitter's own functions.
 */
#ifndef PARSE_TREE_SITTER_FAST_LEXER_H
#define PARSE_TREE_SITTER_FAST_LEXER_H

#include <tree_sitter/../../src/lexer.h>

/* One ASCII character behind another.  Columns in code points are not kept:
 * only get_column reads them. */
static inline bool fast_lexer_step(Lexer *self, bool skip) {
  uint32_t at = self->current_position.bytes + 1 - self->chunk_start;
  if (self->lookahead_size != 1 || at >= self->chunk_size) return false;
  uint8_t next = (uint8_t)self->chunk[at];
  if (next >= 0x80) return false;
  self->current_position.bytes++;
  if (self->data.lookahead == '\n') {
    self->current_position.extent.row++;
    self->current_position.extent.column = 0;
  } else {
    self->current_position.extent.column++;
  }
  if (skip) self->token_start_position = self->current_position;
  self->data.lookahead = next;
  return true;
}

/* Without included ranges a token ends where the lexer stands. */
static inline void fast_lexer_mark_end(Lexer *self) {
  self->token_end_position = self->current_position;
}

#endif
