/* scanner.h - what is known of Python's external scanner without asking it.
 *
 * Layer: parse, private.
 */
#ifndef PARSE_TREE_SITTER_SCANNER_H
#define PARSE_TREE_SITTER_SCANNER_H

#include <stdbool.h>
#include <stdint.h>

/* True when the scanner, outside of error recovery and in that state (its
 * serialised form), certainly finds no token where `text` begins. */
bool scanner_finds_nothing(const char *state, uint32_t length,
                           const char *text, uint32_t size);

#endif
