/* site.h - where a search for modules starts: the project's import roots, the
 * virtual environment, the site-packages directories.
 *
 * Layer: graph.  Memory: the caller's arena.  Threads: any; files are read,
 * nothing is run.
 */
#ifndef GRAPH_SITE_H
#define GRAPH_SITE_H

#include "base/err.h"
#include "base/fs.h"
#include "core/options.h"

/* What a Python installation or virtual environment is. */
typedef struct {
  Str prefix;            /* absolute */
  StrList site_packages; /* absolute, existing, in Python's order */
  PythonVersion version; /* major 0: it does not say */
  bool is_venv;          /* has a pyvenv.cfg */
} PythonEnvironment;

/* Reads the environment at `python`: an interpreter (`.venv/bin/python3`), a
 * virtual environment, or an installation's prefix.  Of several versions of
 * Python below one prefix `wanted` is taken (major 0: the highest).  Fills
 * *out.  False with *err when there is no such file or directory, or it holds
 * no site-packages. */
bool site_packages_find(Fs *fs, Str python, PythonVersion wanted, Arena *arena,
                        PythonEnvironment *out, Err *err);

/* The environment to use when none is configured: `active` (the value of
 * VIRTUAL_ENV, or "") if it is a directory, else the project's .venv or venv
 * with a pyvenv.cfg.  "" when there is none. */
Str site_environment_default(Fs *fs, Str project, Str active, Arena *arena);

/* The import roots when none are configured: the project directory - or, when
 * it is inside a package, the directory above the outermost one - and its
 * `src` and `python` directories unless they are packages. */
StrList site_roots_default(Fs *fs, Str project, Arena *arena);

#endif
