/* discover.h - which files a run checks.
 *
 * Layer: driver.  Memory: the run arena.  Threads: serial.
 */
#ifndef DRIVER_DISCOVER_H
#define DRIVER_DISCOVER_H

#include "driver/config.h"

typedef struct {
  Str path;    /* absolute, normalised */
  Str display; /* as printed: relative to the project, with '/' */
  bool named;  /* given on the command line */
  bool script; /* no suffix, but a python shebang */
  Str problem; /* not "": cannot be read, and why; a finding, not a module */
} SourceFile;

typedef struct {
  const SourceFile *v; /* sorted by path, each file once */
  uint32_t n;
} SourceFiles;

/* Collects what `paths` (relative to cwd; none: the roots) name: files as they
 * are, directories with what is below them.  Never fails: what cannot be read
 * becomes an entry with a problem. */
SourceFiles discover(Fs *fs, const Config *config, Str cwd, StrList paths,
                     Arena *run);

#endif
