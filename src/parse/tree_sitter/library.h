/* library.h - tree-sitter's own headers, which our warnings are too strict for.
 *
 * Layer: parse, private.
 */
#ifndef PARSE_TREE_SITTER_LIBRARY_H
#define PARSE_TREE_SITTER_LIBRARY_H

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpointer-arith"
#include <tree_sitter/../../src/alloc.h>
#include <tree_sitter/../../src/language.h>
#include <tree_sitter/../../src/subtree.h>
#pragma GCC diagnostic pop

#endif
