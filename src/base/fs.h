/* fs.h - files, from the disk or from memory, behind one table.
 *
 * Layer: base.  Memory: the caller's arena.  Threads: reading is safe from any
 * thread; fs_memory_add is not concurrent with anything.
 *
 * Nothing here blocks on a FIFO, a device or a socket: only regular files are
 * read.  Paths are bytes; '/' separates.
 */
#ifndef TAIPAN_BASE_FS_H
#define TAIPAN_BASE_FS_H

#include "base/arena.h"
#include "base/str.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  FS_OK,
  FS_NOT_FOUND,
  FS_NO_PERMISSION,
  FS_IS_DIRECTORY,
  FS_NOT_DIRECTORY,
  FS_NOT_REGULAR, /* FIFO, device, socket */
  FS_TOO_LARGE,
  FS_LOOP, /* too many symbolic links */
  FS_NAME, /* a zero byte in the path, or too long */
  FS_IO,
} FsReason;

typedef struct {
  FsReason reason;
  int os_errno; /* 0 if none */
} FsErr;

typedef enum {
  FS_KIND_NONE,
  FS_KIND_FILE,
  FS_KIND_DIR,
  FS_KIND_LINK, /* fs_list only, when it points nowhere */
  FS_KIND_OTHER,
} FsKind;

typedef struct {
  FsKind kind;
  bool via_link; /* the last component is a symbolic link */
  uint64_t size;
  uint64_t dev, ino; /* identity: finds loops of links */
  int64_t mtime_ns;
} FsStat;

typedef struct {
  Str name; /* without the directory */
  FsKind kind; /* of what a link points to */
  bool is_link;
} FsEntry;

#define FS_MAX_FILE ((uint64_t)256 << 20)

typedef struct Fs Fs;
struct Fs {
  bool (*read)(Fs *fs, const char *path, uint64_t max, Arena *a, Str *bytes,
               FsErr *err);
  bool (*stat)(Fs *fs, const char *path, FsStat *st, FsErr *err);
  bool (*list)(Fs *fs, const char *path, Arena *a, FsEntry **entries,
               uint32_t *n, FsErr *err);
  /* The path without links, "." and ".."; false if it does not exist. */
  bool (*real)(Fs *fs, const char *path, Arena *a, Str *out, FsErr *err);
  void *ctx;
};

/* The disk.  One for the whole process, never freed. */
Fs *fs_disk(void);
/* An empty file system in memory, for tests; relative paths start at "/". */
Fs *fs_memory_create(Arena *a);
/* Adds or replaces a file and the directories above it; copies both. */
void fs_memory_add(Fs *fs, Str path, Str bytes);

/* The whole content of a regular file of less than FS_MAX_FILE bytes, with one
 * zero byte behind it that is not counted.  False: *err says why. */
bool fs_read(Fs *fs, Str path, Arena *a, Str *bytes, FsErr *err);
/* The same with another limit: files of more than max bytes are refused. */
bool fs_read_max(Fs *fs, Str path, uint64_t max, Arena *a, Str *bytes,
                 FsErr *err);
/* Follows links. */
bool fs_stat(Fs *fs, Str path, FsStat *st, FsErr *err);
/* The entries of a directory, without "." and "..", sorted by name bytewise. */
bool fs_list(Fs *fs, Str dir, Arena *a, FsEntry **entries, uint32_t *n,
             FsErr *err);
bool fs_real(Fs *fs, Str path, Arena *a, Str *out, FsErr *err);
bool fs_is_file(Fs *fs, Str path);
bool fs_is_dir(Fs *fs, Str path);

/* One phrase, the same in every run ("is a directory"). */
const char *fs_reason_text(FsReason reason);

/* Writes a file of the disk whole or not at all: a temporary beside it, then
 * rename.  No errno in *err = refused by name. */
bool fs_write_atomic(const char *path, Str bytes, FsErr *err);
/* Creates the directory and those above it. */
bool fs_make_dirs(const char *path, FsErr *err);

/* dir/name; name alone if it is absolute or dir is empty. */
Str path_join(Arena *a, Str dir, Str name);
/* Without "." pieces, doubled and trailing '/', and with "x/.." cut out. */
Str path_normalize(Arena *a, Str path);
/* "a/b.py" -> "a"; "" if there is no '/'.  / "b.py" / ".py" or "". */
Str path_dir(Str path);
Str path_base(Str path);
Str path_ext(Str path);
bool path_is_absolute(Str path);
/* path as seen from dir, both normalised and absolute, if it is inside dir;
 * otherwise path itself. */
Str path_relative_to(Str path, Str dir);

#ifdef __cplusplus
}
#endif
#endif
