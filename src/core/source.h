/* source.h - the files of a run, their text and their line maps.
 *
 * Layer: core.  Memory: table in run, text in the module's arena.  Threads: the
 * table is filled by discover and frozen; one worker loads a file.
 */
#ifndef CORE_SOURCE_H
#define CORE_SOURCE_H

#include "base/arena.h"
#include "base/fs.h"
#include "base/str.h"
#include "core/ids.h"

typedef enum {
  SOURCE_OK,
  SOURCE_UNREADABLE,   /* I/O: the reason says which */
  SOURCE_BAD_ENCODING, /* not UTF-8, or not its declared PEP 263 encoding */
  SOURCE_BINARY,       /* holds NUL bytes */
  SOURCE_TOO_LARGE
} SourceStatus;

typedef struct {
  SourceStatus status;
  Str text;            /* UTF-8, no byte order mark; "" unless SOURCE_OK */
  Str problem;         /* why not, for the diagnostic */
  uint32_t problem_at; /* byte offset of the first bad byte */
} SourceText;

/* Reads and decodes a file: byte order mark, PEP 263 cookie (iconv), UTF-8
 * check, NUL check.  Fills *out (text in `arena`).  Line ends stay as they
 * are. */
void source_load(Fs *fs, Str path, Arena *arena, SourceText *out);
/* Decodes bytes that are already in memory. */
void source_decode(Str bytes, Arena *arena, SourceText *out);

/* The message for a file that cannot be read at all. */
Str source_io_problem(Arena *arena, FsReason reason);

/* Start offset of every line; line ends are \n, \r\n and \r. */
typedef struct {
  const uint32_t *starts;
  uint32_t count; /* lines; at least 1 */
} LineMap;
typedef struct {
  uint32_t line, column; /* 1-based; columns count code points */
} LineColumn;

LineMap line_map_build(Str text, Arena *arena);
LineColumn line_map_position(const LineMap *map, Str text, uint32_t offset);
/* Number of lines, as `wc -l` counts them plus an unterminated last one. */
uint32_t line_map_count(Str text);

#endif
