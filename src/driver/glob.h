/* glob.h - patterns over paths, in the syntax and with the rules of .gitignore.
 *
 * Layer: driver.  Memory: the caller's arena.  Threads: one owner.
 *
 * A pattern without a '/' (but at its end) matches a name at any depth; one
 * with a '/' is anchored at the list's base; `dir/` matches directories only;
 * `!` takes back what an earlier pattern matched; the last match decides.
 */
#ifndef DRIVER_GLOB_H
#define DRIVER_GLOB_H

#include "base/err.h"
#include "base/fs.h"
#include "base/str.h"
#include "core/options.h"

typedef struct Glob Glob;

typedef struct {
  const Glob *v;
  uint32_t n;
} GlobList;

typedef enum { GLOB_NO_MATCH, GLOB_MATCH, GLOB_NEGATED } GlobAnswer;

/* Compiles patterns.  anchor_all: each is anchored, with a '/' or not.
 * False: *err names the pattern that is not valid. */
bool glob_compile(StrList patterns, bool anchor_all, Arena *arena,
                  GlobList *out, Err *err);
/* The same for the lines of a .gitignore file; bad lines are left out. */
GlobList glob_compile_lines(Str text, Arena *arena);

/* What the list says of `path` (relative to its base, without a leading '/')
 * itself; the directories above it are the caller's. */
GlobAnswer glob_match(GlobList list, Str path, bool is_dir);
/* True when the path or a directory above it matches. */
bool glob_match_tree(GlobList list, Str path, bool is_dir);

#endif
