/* modules.h - the table of modules: identity, import resolution, loaded code.
 *
 * Layer: graph.  Memory: the table in run, code in one `mod` arena a thread.
 * Threads: checked modules are added serially before any worker runs;
 * everything else (resolving, loading dependencies) from any thread, lock-free
 * for readers: what two threads compute at once is the same value, one is kept.
 *
 * A module is (root, dotted name); resolve.c says how an import finds one.
 * Handles of checked modules are in sorted order of path; those of
 * dependencies, which come when they are first asked for, in schedule order:
 * never order by them.
 */
#ifndef GRAPH_MODULES_H
#define GRAPH_MODULES_H

#include "base/fs.h"
#include "core/options.h"
#include "core/source.h"
#include "index/index.h"
#include "parse/parse.h"

typedef enum {
  ORIGIN_FIRST_PARTY, /* under a root of the project */
  ORIGIN_EXTRA_PATH,
  ORIGIN_STDLIB,        /* typeshed's stdlib */
  ORIGIN_SITE_STUBS,    /* a `-stubs` package */
  ORIGIN_SITE,          /* site-packages or a .pth path */
  ORIGIN_TYPESHED_STUBS /* typeshed's third-party stubs */
} ModuleOrigin;

/* One file's code: what parse and index made of it. */
typedef struct {
  SourceText source;
  ParseResult parse;
  Index index;
  DiagList diags; /* of parse and index */
  bool crashed;   /* loading faulted: this is an empty module */
} ModuleCode;

typedef struct {
  ModuleId id;
  NameId name; /* dotted */
  Str path;    /* absolute path; "" for a namespace package */
  Str display; /* as printed: relative to the project when below it */
  FileId file; /* rank of a checked file, from 1; 0 = dependency */
  uint8_t origin; /* ModuleOrigin */
  bool is_stub, is_package, is_namespace, is_checked, is_script;
  bool is_typed;  /* py.typed, stub, stdlib or first party */
  bool is_native; /* a compiled module without a stub: all that it has is
                    * Unknown; its code is an empty module */
  const FileOptions *options; /* of this file, overrides applied */
} Module;

typedef struct Modules Modules;

/* Creates the table for one run.  `options` and `fs` outlive it. */
Modules *modules_create(const Options *options, Fs *fs, Arena *run);
void modules_destroy(Modules *modules);

/* Adds a file that is to be checked; serial, in sorted order of paths, before
 * anything else is asked.  Its root is the deepest search directory above it
 * (outside of all: the directory above its outermost package), its name the
 * path from there; a name that occurs twice is no error. */
ModuleId modules_add_checked(Modules *modules, Str path, Str display,
                             const FileOptions *options);

/* The record of a module; stable address.  */
const Module *modules_at(const Modules *modules, ModuleId id);
/* Number of checked modules; their ids are 1..n. */
uint32_t modules_checked_count(const Modules *modules);

/* Import resolution by the typing spec ("Import resolution ordering") for an
 * absolute dotted name imported by `from` (0: the builtin scope, which the
 * project cannot shadow).  Returns 0 when there is no such module.  A
 * first-party importer finds the files of its own root first.  Memoised. */
ModuleId modules_resolve(Modules *modules, ModuleId from, NameId dotted);
/* The same for `level` leading dots and an optional name behind them. */
ModuleId modules_resolve_relative(Modules *modules, ModuleId from,
                                  uint32_t level, NameId name);
/* The submodule `name` of package `package`, or 0. */
ModuleId modules_submodule(Modules *modules, ModuleId package, NameId name);
/* The package of a module (itself when it is a package), or 0. */
ModuleId modules_package(Modules *modules, ModuleId module);

/* The parsed and indexed code of a module; loads it when this is the first
 * call.  Never NULL: a namespace package, a compiled module, or a file that
 * cannot be read has an empty module.  Any thread. */
const ModuleCode *modules_code(Modules *modules, ModuleId id);

/* From now on the code of files of the built-in typeshed outlives its table and
 * serves later ones: for a process that makes one table after another, with one
 * worker each.  false: gives that memory back. */
void modules_share_typeshed(bool on);

/* infer's own state of a module: one slot, published by compare-exchange. */
void *modules_state(const Modules *modules, ModuleId id);
/* Stores `state` unless there is one; returns the one that won. */
void *modules_set_state(Modules *modules, ModuleId id, void *state);

#endif
