/* finding.h - diagnostics as reports see them: places are lines and columns.
 *
 * Layer: report.  Memory: the caller's arenas.  Threads: plain values.
 */
#ifndef REPORT_FINDING_H
#define REPORT_FINDING_H

#include "core/diag.h"

/* 1-based; columns count code points.  The end is exclusive. */
typedef struct {
  uint32_t line, column, end_line, end_column;
} LineRange;

typedef struct {
  bool has_place;
  Str path;
  LineRange place;
  Str text;
} FindingNote;

typedef struct {
  Str path; /* as printed */
  LineRange place;
  uint8_t severity; /* Severity, never IGNORE */
  uint8_t rule;     /* Rule */
  Str message;
  const FindingNote *notes;
  uint32_t note_count;
  Str excerpt;           /* whole source lines around the place, or "" */
  uint32_t excerpt_line; /* line number of the excerpt's first line */
} Finding;

typedef struct {
  uint64_t files, lines, errors, warnings, information;
} Summary;

typedef struct {
  const Finding *v; /* sorted by (path, offset, rule, text) */
  uint32_t n;
  Summary summary;
} FindingList;

#endif
