/* The typeshed that the program carries: find a file, list a folder, read one.
 *
 * Layer: graph. Memory: the archive lies in the program's own read-only data;
 * only a file's text is copied, into the caller's arena. Threads: any function
 * from any thread; nothing shared is written after the first call.
 *
 * A path is relative to typeshed's root, with "/" and no leading or trailing
 * one: "stdlib/asyncio/events.pyi", "stubs/PyYAML/yaml". The empty path is the
 * root. The format is described in stubs/typeshed_blob.h. */
#ifndef GRAPH_TYPESHED_ARCHIVE_H
#define GRAPH_TYPESHED_ARCHIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/* A file or folder of the archive; 0 = none. */
typedef struct {
  uint32_t v;
} TypeshedId;

/* The root folder. */
TypeshedId typeshed_archive_root(void);

/* The file or folder at path. False, and *out none, when there is none. */
bool typeshed_archive_find(Str path, TypeshedId *out);

/* The child of a folder by its name alone ("yaml", "__init__.pyi"). None when
 * there is none, or when dir is none or a file: lookups can be chained. */
TypeshedId typeshed_archive_child(TypeshedId dir, Str name);

bool typeshed_archive_is_dir(TypeshedId id);
bool typeshed_archive_is_file(TypeshedId id);

/* The name in its folder; lives as long as the program. */
Str typeshed_archive_name(TypeshedId id);

/* The folder that holds it; the root's is the root. */
TypeshedId typeshed_archive_parent(TypeshedId id);

/* The whole path, built in the arena. */
Str typeshed_archive_path(TypeshedId id, Arena *arena);

/* The children of a folder, sorted by the bytes of their names: nth(dir, 0) to
 * nth(dir, count - 1). A file has none. */
uint32_t typeshed_archive_count(TypeshedId dir);
TypeshedId typeshed_archive_nth(TypeshedId dir, uint32_t index);

/* A file's text, decompressed into the arena and followed by a 0 byte that its
 * length does not count. */
Str typeshed_archive_read(TypeshedId file, Arena *arena);
/* Lets the packed files that have been read go from memory. */
void typeshed_archive_drop(void);

/* A file's size and the XXH64 of its content, without decompressing it. */
uint32_t typeshed_archive_size(TypeshedId file);
uint64_t typeshed_archive_hash(TypeshedId file);

/* The identity of the whole archive, for cache keys, and typeshed's commit. */
uint64_t typeshed_archive_identity(void);
Str typeshed_archive_commit(void);

#endif
