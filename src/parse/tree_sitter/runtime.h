/* runtime.h - what our build of tree-sitter's library adds to it.
 *
 * Layer: parse, private.  Memory: the library's allocator.
 */
#ifndef PARSE_TREE_SITTER_RUNTIME_H
#define PARSE_TREE_SITTER_RUNTIME_H

#include "parse/tree_sitter/library.h"

/* Parses UTF-8 with a parser that is new, has no included ranges and a grammar
 * that does not ask for columns.  Returns the root, which lives as long as the
 * parser; its hidden repetitions lean to one side. */
Subtree runtime_parse(TSParser *parser, const char *text, uint32_t length);

/* What the quick loop knows of the grammar, in which each state must have a row
 * (language.c).  Made once for the process, by one thread, before any parse. */
typedef struct QuickTables QuickTables;
const QuickTables *runtime_learn(const TSLanguage *language);

enum { RUNTIME_TAIL = 8 }; /* zeros that must follow the text */

/* The same tree, several times as fast, without lines and columns; none
 * (ptr = NULL) for a text with errors, whose cost is reckoned in lines. */
Subtree runtime_parse_sound(TSParser *parser, const QuickTables *tables,
                            const char *text, uint32_t length);

#endif
