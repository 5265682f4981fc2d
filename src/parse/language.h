/* language.h - the grammar, as the parser wants it.
 *
 * Layer: parse.  Memory: made once for the process, never freed.  Threads: any.
 */
#ifndef PARSE_LANGUAGE_H
#define PARSE_LANGUAGE_H

#include "base/defs.h"

#include "parse/tree_sitter/runtime.h"

typedef struct {
  const TSLanguage *ts;
  const uint8_t *kinds; /* CstKind by tree-sitter symbol */
  uint32_t kind_count;
  const QuickTables *quick;
} Language;

const Language *language_python(void);

#endif
