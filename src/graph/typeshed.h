/* typeshed.h - typeshed as a place to find modules: the packed one or a folder.
 *
 * Layer: graph.  Memory: the caller's arena.  Threads: frozen once opened;
 * typeshed_stubs_find may be called from any thread.
 */
#ifndef GRAPH_TYPESHED_H
#define GRAPH_TYPESHED_H

#include "base/hmap.h"
#include "core/names.h"
#include "core/options.h"
#include "graph/dirs.h"

/* Versions of Python in which a stdlib module exists, both included. */
typedef struct {
  NameId module;
  PythonVersion from, to; /* to.major 0: up to now */
} VersionRange;

/* The file stdlib/VERSIONS. */
typedef struct {
  const VersionRange *ranges; /* [count]; a module's index + 1 is in by_name */
  uint32_t count;
  HMap32 by_name;
} VersionTable;

/* Parses VERSIONS: lines "a.b: 3.8-" or "a.b: 3.0-3.11", '#' comments.  Lines
 * that are neither are skipped.  Fills *out. */
void typeshed_parse_versions(Str text, Arena *arena, VersionTable *out);
/* True if the dotted name, or else its nearest listed parent, is there in that
 * version; a name without any listed parent is not. */
bool typeshed_has_version(const VersionTable *table, Str dotted,
                          PythonVersion version);

/* A distribution of typeshed's stubs/ that has a top-level module. */
typedef struct TypeshedDist {
  Dir *dir;
  struct TypeshedDist *next; /* in the order of the distributions' names */
} TypeshedDist;

typedef struct {
  Dir *root;
  Dir *stdlib; /* empty when there is none */
  Dir *stubs;  /* NULL when there is none */
  bool has_versions;
  VersionTable versions;
  AtomicPtr dists; /* DistTable *, made at the first question */
} Typeshed;

/* Root indices of the Dirs that are opened here. */
typedef struct {
  uint32_t stdlib, stubs;
} TypeshedRoots;

/* Opens the folder at `path`, or the packed typeshed when path is empty. */
void typeshed_open(Typeshed *typeshed, Fs *fs, Str path, TypeshedRoots roots,
                   Arena *keep, Arena *scratch);
/* True if `dotted` is a module of the standard library in that version, as
 * far as VERSIONS knows. */
bool typeshed_in_stdlib(const Typeshed *typeshed, Str dotted,
                        PythonVersion version);
/* The distributions that have the top-level module or package `top`. */
const TypeshedDist *typeshed_stubs_find(Typeshed *typeshed, NameId top, Fs *fs,
                                        Arena *keep, Arena *scratch);

#endif
