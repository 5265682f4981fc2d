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

typedef struct {
  Str path; /* as written, or made up: "mdtest_snippet.py" */
  Str text;
  bool unnamed; /* made up */
  VEC(MdSegment) segments;
} MdFile;

typedef struct {
  Str name;         /* titles joined by " - " */
  uint32_t line;    /* of its heading */
  const char *skip; /* why it is not run, or NULL */
  Settings settings;
  VEC(MdFile) files;
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

/* Runs one test on `pool`; fills *failures (empty: it passed) in `arena`. */
void mdtest_run(const MdTest *test, Pool *pool, Arena *arena,
                MdFailures *failures);

#endif
