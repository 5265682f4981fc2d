/* fs.c - the disk behind the Fs table, and the writing of files.
 *
 * Reading: open with O_NONBLOCK (a FIFO without a writer opens at once), fstat,
 * refuse what is not a regular file or too large, then read(). Not mmap: a
 * mapped file that somebody truncates raises SIGBUS while it is parsed, and for
 * the 10 KiB of a usual source file read() is also the faster one.
 * A file that changes while it is read yields what was read.
 */
#include "base/fs.h"
#include "base/atomic.h"
#include "base/vec.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

const char *fs_reason_text(FsReason reason) {
  switch (reason) {
  case FS_OK: return "no error";
  case FS_NOT_FOUND: return "not found";
  case FS_NO_PERMISSION: return "permission denied";
  case FS_IS_DIRECTORY: return "is a directory";
  case FS_NOT_DIRECTORY: return "is not a directory";
  case FS_NOT_REGULAR: return "is not a regular file";
  case FS_TOO_LARGE: return "is too large";
  case FS_LOOP: return "too many symbolic links";
  case FS_NAME: return "invalid path";
  case FS_IO: return "input/output error";
  }
  return "unknown error";
}

static bool fail(FsErr *err, FsReason reason, int os_errno) {
  *err = (FsErr){reason, os_errno};
  return false;
}

static bool fail_errno(FsErr *err) {
  switch (errno) {
  case ENOENT: return fail(err, FS_NOT_FOUND, errno);
  case EACCES:
  case EPERM:
  case EROFS: return fail(err, FS_NO_PERMISSION, errno);
  case EISDIR: return fail(err, FS_IS_DIRECTORY, errno);
  case ENOTDIR: return fail(err, FS_NOT_DIRECTORY, errno);
  case ENXIO:
  case ENODEV: return fail(err, FS_NOT_REGULAR, errno);
  case EFBIG:
  case EOVERFLOW: return fail(err, FS_TOO_LARGE, errno);
  case ELOOP: return fail(err, FS_LOOP, errno);
  case ENAMETOOLONG:
  case EILSEQ:
  case EINVAL: return fail(err, FS_NAME, errno);
  default: return fail(err, FS_IO, errno);
  }
}

/* Reads up to size bytes; false on an error of the system. */
static bool read_fully(int fd, char *buf, size_t size, size_t *got) {
  *got = 0;
  while (*got < size) {
    ssize_t n = read(fd, buf + *got, size - *got);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    if (n == 0) break;
    *got += (size_t)n;
  }
  return true;
}

/* A regular file that says it is empty may be one of /proc's. */
static bool read_unsized(int fd, uint64_t max, Arena *a, Str *bytes,
                         FsErr *err) {
  VEC(char) v = {0};
  for (;;) {
    vec_reserve(&v, a, 4096u);
    size_t got;
    if (!read_fully(fd, v.v + v.n, 4095, &got)) return fail_errno(err);
    v.n += (uint32_t)got;
    if (v.n > max) return fail(err, FS_TOO_LARGE, 0);
    if (got < 4095) break;
  }
  v.v[v.n] = 0;
  *bytes = (Str){v.v, v.n};
  return true;
}

static bool read_open(int fd, uint64_t max, Arena *a, Str *bytes, FsErr *err) {
  struct stat st;
  if (fstat(fd, &st) != 0) return fail_errno(err);
  if (S_ISDIR(st.st_mode)) return fail(err, FS_IS_DIRECTORY, 0);
  if (!S_ISREG(st.st_mode)) return fail(err, FS_NOT_REGULAR, 0);
  if ((uint64_t)st.st_size > max) return fail(err, FS_TOO_LARGE, 0);
  if (st.st_size == 0) return read_unsized(fd, max, a, bytes, err);
  size_t size = (size_t)st.st_size, got;
  char *buf = (char *)arena_alloc(a, size + 1, 1);
  if (!read_fully(fd, buf, size, &got)) return fail_errno(err);
  buf[got] = 0;
  *bytes = (Str){buf, (uint32_t)got};
  return true;
}

static bool disk_read(Fs *fs, const char *path, uint64_t max, Arena *a,
                      Str *bytes, FsErr *err) {
  (void)fs;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0) return fail_errno(err);
  bool ok = read_open(fd, max, a, bytes, err);
  close(fd);
  return ok;
}

static FsKind kind_of_mode(mode_t mode) {
  if (S_ISREG(mode)) return FS_KIND_FILE;
  if (S_ISDIR(mode)) return FS_KIND_DIR;
  return S_ISLNK(mode) ? FS_KIND_LINK : FS_KIND_OTHER;
}

static bool disk_stat(Fs *fs, const char *path, FsStat *out, FsErr *err) {
  (void)fs;
  struct stat st;
  if (lstat(path, &st) != 0) return fail_errno(err);
  bool link = S_ISLNK(st.st_mode);
  if (link && stat(path, &st) != 0) return fail_errno(err);
  *out = (FsStat){.kind = kind_of_mode(st.st_mode),
                  .via_link = link,
                  .size = (uint64_t)st.st_size,
                  .dev = (uint64_t)st.st_dev,
                  .ino = (uint64_t)st.st_ino,
                  .mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 +
                              st.st_mtim.tv_nsec};
  return true;
}

/* The kind of one entry; asks the system only if the directory does not say. */
static FsEntry disk_entry(DIR *dir, const struct dirent *e, Arena *a) {
  FsEntry out = {.name = str_dup(a, str_from(e->d_name))};
  switch (e->d_type) {
  case DT_REG: out.kind = FS_KIND_FILE; return out;
  case DT_DIR: out.kind = FS_KIND_DIR; return out;
  case DT_UNKNOWN:
  case DT_LNK: break;
  default: out.kind = FS_KIND_OTHER; return out;
  }
  struct stat st;
  int fd = dirfd(dir);
  out.is_link = e->d_type == DT_LNK;
  out.kind = out.is_link ? FS_KIND_LINK : FS_KIND_OTHER;
  if (!out.is_link && fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
    out.kind = kind_of_mode(st.st_mode);
    out.is_link = out.kind == FS_KIND_LINK;
  }
  if (out.is_link && fstatat(fd, e->d_name, &st, 0) == 0)
    out.kind = kind_of_mode(st.st_mode);
  return out;
}

static int entry_cmp(const void *a, const void *b) {
  return str_cmp(((const FsEntry *)a)->name, ((const FsEntry *)b)->name);
}

static bool disk_list(Fs *fs, const char *path, Arena *a, FsEntry **entries,
                      uint32_t *n, FsErr *err) {
  (void)fs;
  DIR *dir = opendir(path); /* fdopendir would ask for the descriptor's flags */
  if (!dir) return fail_errno(err);
  VEC(FsEntry) v = {0};
  for (errno = 0;; errno = 0) {
    struct dirent *e = readdir(dir);
    if (!e) break;
    if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) continue;
    hvec_push(&v, disk_entry(dir, e, a));
  }
  bool ok = errno == 0;
  if (!ok) fail_errno(err);
  closedir(dir);
  if (ok) {
    if (v.n) qsort(v.v, v.n, sizeof *v.v, entry_cmp);
    *entries = vec_dup(&v, a);
    *n = v.n;
  }
  hvec_free(&v);
  return ok;
}

static bool disk_real(Fs *fs, const char *path, Arena *a, Str *out,
                      FsErr *err) {
  (void)fs;
  char *real = realpath(path, NULL);
  if (!real) return fail_errno(err);
  *out = str_dup(a, str_from(real));
  free(real);
  return true;
}

Fs *fs_disk(void) {
  static Fs disk = {disk_read, disk_stat, disk_list, disk_real, NULL};
  return &disk;
}

/* --- The table's users -------------------------------------------------- */

enum { PATH_LONGEST = 4096 };

/* Str to terminated string; false if it cannot be a path. */
static bool path_z(Str path, char out[PATH_LONGEST], FsErr *err) {
  if (path.len == 0) path = STR(".");
  if (path.len >= PATH_LONGEST || str_find_byte(path, 0) != STR_NONE)
    return fail(err, FS_NAME, 0);
  memcpy(out, path.ptr, path.len);
  out[path.len] = 0;
  return true;
}

bool fs_read_max(Fs *fs, Str path, uint64_t max, Arena *a, Str *bytes,
                 FsErr *err) {
  char p[PATH_LONGEST];
  FsErr none;
  *bytes = STR_EMPTY;
  if (!err) err = &none;
  *err = (FsErr){FS_OK, 0};
  max = MIN(max, (uint64_t)INT32_MAX);
  return path_z(path, p, err) && fs->read(fs, p, max, a, bytes, err);
}

bool fs_read(Fs *fs, Str path, Arena *a, Str *bytes, FsErr *err) {
  return fs_read_max(fs, path, FS_MAX_FILE - 1, a, bytes, err);
}

bool fs_stat(Fs *fs, Str path, FsStat *st, FsErr *err) {
  char p[PATH_LONGEST];
  FsErr none;
  *st = (FsStat){0};
  if (!err) err = &none;
  *err = (FsErr){FS_OK, 0};
  return path_z(path, p, err) && fs->stat(fs, p, st, err);
}

bool fs_list(Fs *fs, Str dir, Arena *a, FsEntry **entries, uint32_t *n,
             FsErr *err) {
  char p[PATH_LONGEST];
  FsErr none;
  *entries = NULL;
  *n = 0;
  if (!err) err = &none;
  *err = (FsErr){FS_OK, 0};
  return path_z(dir, p, err) && fs->list(fs, p, a, entries, n, err);
}

bool fs_real(Fs *fs, Str path, Arena *a, Str *out, FsErr *err) {
  char p[PATH_LONGEST];
  FsErr none;
  *out = STR_EMPTY;
  if (!err) err = &none;
  *err = (FsErr){FS_OK, 0};
  return path_z(path, p, err) && fs->real(fs, p, a, out, err);
}

bool fs_is_file(Fs *fs, Str path) {
  FsStat st;
  return fs_stat(fs, path, &st, NULL) && st.kind == FS_KIND_FILE;
}

bool fs_is_dir(Fs *fs, Str path) {
  FsStat st;
  return fs_stat(fs, path, &st, NULL) && st.kind == FS_KIND_DIR;
}

/* --- Writing ------------------------------------------------------------ */

static bool write_fully(int fd, Str bytes) {
  for (size_t done = 0; done < bytes.len;) {
    ssize_t n = write(fd, bytes.ptr + done, bytes.len - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    done += (size_t)n;
  }
  return true;
}

bool fs_write_atomic(const char *path, Str bytes, FsErr *err) {
  FsErr none;
  if (!err) err = &none;
  *err = (FsErr){FS_OK, 0};
  struct stat st;
  if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
    return fail(err, FS_IS_DIRECTORY, 0);
  static AtomicU32 serial;
  char tmp[PATH_LONGEST];
  int len = snprintf(tmp, sizeof tmp, "%s.%ld.%u.tmp", path, (long)getpid(),
                     atomic_u32_fetch_add_relaxed(&serial, 1));
  if (len < 0 || (size_t)len >= sizeof tmp) return fail(err, FS_NAME, 0);
  unlink(tmp); /* left by a killed process of the same number */
  int fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0) return fail_errno(err);
  bool ok = write_fully(fd, bytes);
  if (!ok) fail_errno(err);
  if (close(fd) != 0 && ok) ok = fail_errno(err);
  if (ok && rename(tmp, path) != 0) ok = fail_errno(err);
  if (!ok) unlink(tmp);
  return ok;
}

bool fs_make_dirs(const char *path, FsErr *err) {
  FsErr none;
  if (!err) err = &none;
  *err = (FsErr){FS_OK, 0};
  char p[PATH_LONGEST];
  if (!path_z(str_from(path), p, err)) return false;
  for (char *c = p + 1;; c++) {
    if (*c != '/' && *c != 0) continue;
    char was = *c;
    *c = 0;
    struct stat st;
    if (mkdir(p, 0777) != 0 && errno != EEXIST &&
        !(stat(p, &st) == 0 && S_ISDIR(st.st_mode)))
      return fail_errno(err);
    *c = was;
    if (!was) break;
  }
  struct stat st;
  if (stat(p, &st) != 0) return fail_errno(err);
  return S_ISDIR(st.st_mode) || fail(err, FS_NOT_DIRECTORY, 0);
}
