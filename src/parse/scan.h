/* scan.h - a strict first look at the text: lines, brackets, strings, comments.
 *
 * Layer: parse, private.  Memory: growing buffers of the Parser; texts are
 * slices.  Threads: one Parser a worker.
 */
#ifndef PARSE_SCAN_H
#define PARSE_SCAN_H

#include "base/vec.h"
#include "core/options.h"
#include "parse/parse.h"

/* A logical line: from its first token to the NEWLINE that ends it. */
typedef struct {
  uint32_t start, end; /* first byte, first byte behind the last token */
} ScanLine;

typedef struct {
  VEC(ScanLine) lines;
  VEC(Pragma) pragmas;
} Scan;

#endif
