/* dirs.h - directories that are searched for modules, each listed once.
 *
 * Layer: graph.  Memory: the arena that the caller gives (a thread's own).
 * Threads: any; a sub-directory is published by compare-exchange, the loser's
 * copy is abandoned.
 *
 * One form for the disk (or a file system in memory) and for the packed
 * typeshed.  A directory costs one readdir when something below it is first
 * asked for; after that a look-up is a binary search, without a system call.
 */
#ifndef GRAPH_DIRS_H
#define GRAPH_DIRS_H

#include "base/atomic.h"
#include "base/fs.h"

typedef struct Dir Dir;

typedef enum { DIR_ENTRY_OTHER, DIR_ENTRY_FILE, DIR_ENTRY_DIR } DirEntryKind;

typedef struct {
  Str name;
  uint32_t archive; /* TypeshedId of the packed typeshed, or 0 */
  uint8_t kind;     /* DirEntryKind */
  AtomicU32 module; /* file: its ModuleId once it is known */
  AtomicPtr child;  /* directory: its Dir once it is listed */
} DirEntry;

struct Dir {
  Str path;    /* absolute, or below "typeshed/" for the packed one */
  Dir *parent; /* NULL for a root */
  Dir *root;
  uint32_t root_index; /* which search directory this is below; the table's */
  uint32_t archive;
  DirEntry *entries; /* sorted by name */
  uint32_t count;
  DirEntry *init_pyi, *init_py; /* __init__.pyi and __init__.py, or NULL */
  DirEntry *py_typed;
  AtomicU32 partial;          /* 0 not known, 1 no, 2 py.typed says partial */
  AtomicU32 legacy_namespace; /* 0 not known, 1 no, 2 yes: pkgutil and such */
};

/* The directory at `path`, as the root of a search.  One that is missing or
 * unreadable is empty.  `scratch` is not reset. */
Dir *dir_open_root(Fs *fs, Str path, uint32_t root_index, Arena *keep,
                   Arena *scratch);
/* The same for a directory of the packed typeshed. */
Dir *dir_open_archive(uint32_t archive, Str path, uint32_t root_index,
                      Arena *keep);
/* Requires: entry is a directory of dir.  Lists it at the first call. */
Dir *dir_open(Dir *dir, DirEntry *entry, Fs *fs, Arena *keep, Arena *scratch);

/* The entry of that name and kind, or NULL. */
DirEntry *dir_find(const Dir *dir, Str name, DirEntryKind kind);
/* The entry `stem` + `suffix`, or NULL; needs no memory. */
DirEntry *dir_find2(const Dir *dir, Str stem, Str suffix, DirEntryKind kind);
/* A compiled module of that name (stem.*.so, stem.so, stem*.pyd), or NULL. */
DirEntry *dir_find_native(const Dir *dir, Str stem);

/* __init__.pyi, else __init__.py, else NULL. */
static inline DirEntry *dir_init(const Dir *dir) {
  return dir->init_pyi ? dir->init_pyi : dir->init_py;
}
/* True if the directory holds a py.typed whose text has the line "partial". */
bool dir_is_partial(Dir *dir, Fs *fs, Arena *scratch);
/* True if __init__.py makes its package a namespace the old way: it calls
 * pkgutil.extend_path or pkg_resources.declare_namespace. */
bool dir_is_legacy_namespace(Dir *dir, Fs *fs, Arena *scratch);

/* The text of a file of dir.  False if it cannot be read. */
bool dir_read(const Dir *dir, const DirEntry *entry, Fs *fs, Arena *arena,
              Str *out);
/* dir's path, a slash, the entry's name; in `arena`. */
Str dir_entry_path(const Dir *dir, const DirEntry *entry, Arena *arena);

#endif
