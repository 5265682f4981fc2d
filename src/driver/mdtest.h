/* mdtest.h - literate type tests: Markdown -> tests -> failures.
 *
 * Layer: driver.  Memory: the caller's arenas.  Threads: serial; the command
 * forks processes that run tests side by side.
 */
#ifndef DRIVER_MDTEST_H
#define DRIVER_MDTEST_H

#include "driver/run.h"

/* Where the lines of an embedded file stand in the Markdown: from `line` of
 * the file on, line `at` of the Markdown and what follows. */
typedef struct {
  uint32_t line, at;
} MdSegment;

/* A `snapshot` block: how the findings of a code block must be rendered. */
typedef struct {
  uint32_t segment; /* of the file: that code block */
  uint32_t at;      /* line of the Markdown of its first line */
  Str text;
} MdSnapshot;

typedef struct {
  Str path; /* as written, or made up: "mdtest_snippet.py" */
  Str text;
  bool unnamed; /* made up */
  VEC(MdSegment) segments;
  VEC(MdSnapshot) snapshots; /* at most one a segment, in their order */
} MdFile;

typedef struct {
  Str name;         /* titles joined by " - " */
  uint32_t line;    /* of its heading */
  const char *skip; /* why it is not run, or NULL */
  Settings settings;
  VEC(MdFile) files;
  uint32_t last; /* index + 1 of the file that the last code block went to */
} MdTest;

typedef struct {
  Str display; /* path of the Markdown file, as printed */
  VEC(MdTest) tests;
} MdSuite;

/* Parses a suite.  False: the format is broken; *errors has one line for each
 * mistake, "PATH:LINE: what". */
bool mdtest_parse(Str text, Str display, Arena *arena, MdSuite *out,
                  StrBuf *errors);

/* One thing that is wrong with a test. */
typedef struct {
  uint32_t line; /* in the Markdown */
  Str text;      /* "unmatched assertion: ..." */
} MdFailure;
typedef VEC(MdFailure) MdFailures;

/* Line of the Markdown for a line of an embedded file. */
uint32_t mdtest_line(const MdFile *file, uint32_t line);

/* Holds the findings of one file against its assertions. */
void mdtest_match(const MdFile *file, const Finding *findings, uint32_t n,
                  Arena *arena, MdFailures *out);

/* Holds the `snapshot` blocks of a file against its findings, of which those
 * with a mark in `marked` were asserted by a `# snapshot` (mdtest_snapshot.c);
 * `lines` are the lines of all such assertions. */
void mdtest_snapshots(const MdFile *file, const Finding *findings, uint32_t n,
                      const bool *marked, const uint32_t *lines,
                      uint32_t line_count, Arena *arena, MdFailures *out);

/* Runs one test on `pool`; fills *failures (empty: it passed) in `arena`. */
void mdtest_run(const MdTest *test, Pool *pool, Arena *arena,
                MdFailures *failures);

#endif
