/* fs_memory.c - a file system in memory, for tests.
 *
 * Nodes (files and directories) lie in a vector and are found by the hash of
 * their normalised absolute path; nodes with equal hashes form a chain. A
 * directory's children are found by a walk over all nodes: tests are small.
 */
#include "base/fs.h"
#include "base/hmap.h"
#include "base/vec.h"

#include <stdlib.h>

typedef struct {
  Str path, bytes;
  bool dir;
  uint32_t next; /* index + 1 in the chain of equal hashes */
} Node;

typedef struct {
  Fs fs;
  Arena *arena;
  VEC(Node) nodes;
  HMap64 by_hash; /* to index + 1 */
} Mem;

static uint64_t path_hash(Str path) {
  return hash_bytes(path.ptr, path.len, 0);
}

/* Path is normalised and absolute. */
static Node *find_node(Mem *m, Str path) {
  uint32_t at = hmap64_get(&m->by_hash, path_hash(path));
  for (; at; at = m->nodes.v[at - 1].next)
    if (str_eq(m->nodes.v[at - 1].path, path)) return &m->nodes.v[at - 1];
  return NULL;
}

static void add_node(Mem *m, Str path, Str bytes, bool dir) {
  Node *old = find_node(m, path);
  if (old) {
    if (!dir) old->bytes = bytes;
    return;
  }
  uint32_t next = hmap64_get(&m->by_hash, path_hash(path));
  vec_push(&m->nodes, m->arena, (Node){path, bytes, dir, next});
  hmap64_put(&m->by_hash, path_hash(path), m->nodes.n);
}

static Str absolute(Arena *a, Str path) {
  return path_normalize(a, path_join(a, STR("/"), path));
}

/* Finds the node, or says why not. */
static Node *look_up(Mem *m, const char *path, FsErr *err) {
  Arena *a = arena_create("fs path");
  Str p = absolute(a, str_from(path));
  Node *n = find_node(m, p);
  if (!n) {
    *err = (FsErr){FS_NOT_FOUND, 0};
    for (Str d = path_dir(p); d.len > 1; d = path_dir(d)) {
      Node *up = find_node(m, d);
      if (up && !up->dir) err->reason = FS_NOT_DIRECTORY;
    }
  }
  arena_destroy(a);
  return n;
}

static bool mem_read(Fs *fs, const char *path, uint64_t max, Arena *a,
                     Str *bytes, FsErr *err) {
  Node *n = look_up((Mem *)fs->ctx, path, err);
  if (!n) return false;
  if (n->dir || n->bytes.len > max) {
    err->reason = n->dir ? FS_IS_DIRECTORY : FS_TOO_LARGE;
    return false;
  }
  *bytes = str_dup(a, n->bytes);
  return true;
}

static bool mem_stat(Fs *fs, const char *path, FsStat *st, FsErr *err) {
  Mem *m = (Mem *)fs->ctx;
  Node *n = look_up(m, path, err);
  if (!n) return false;
  *st = (FsStat){.kind = n->dir ? FS_KIND_DIR : FS_KIND_FILE,
                 .size = n->bytes.len,
                 .dev = 1,
                 .ino = (uint64_t)(n - m->nodes.v) + 1};
  return true;
}

static int entry_cmp(const void *a, const void *b) {
  return str_cmp(((const FsEntry *)a)->name, ((const FsEntry *)b)->name);
}

static bool mem_list(Fs *fs, const char *path, Arena *a, FsEntry **entries,
                     uint32_t *n, FsErr *err) {
  Mem *m = (Mem *)fs->ctx;
  Node *dir = look_up(m, path, err);
  if (!dir) return false;
  if (!dir->dir) {
    err->reason = FS_NOT_DIRECTORY;
    return false;
  }
  VEC(FsEntry) v = {0};
  for (uint32_t i = 0; i < m->nodes.n; i++) {
    Node *c = &m->nodes.v[i];
    if (c->path.len == 1 || !str_eq(path_dir(c->path), dir->path)) continue;
    vec_push(&v, a, (FsEntry){.name = str_dup(a, path_base(c->path)),
                              .kind = c->dir ? FS_KIND_DIR : FS_KIND_FILE});
  }
  if (v.n) qsort(v.v, v.n, sizeof *v.v, entry_cmp);
  *entries = v.v;
  *n = v.n;
  return true;
}

static bool mem_real(Fs *fs, const char *path, Arena *a, Str *out,
                     FsErr *err) {
  Node *n = look_up((Mem *)fs->ctx, path, err);
  if (n) *out = str_dup(a, n->path);
  return n != NULL;
}

Fs *fs_memory_create(Arena *a) {
  Mem *m = ARENA_NEW(a, Mem);
  m->arena = a;
  hmap64_init(&m->by_hash, a, 64);
  m->fs = (Fs){mem_read, mem_stat, mem_list, mem_real, m};
  add_node(m, STR("/"), STR_EMPTY, true);
  return &m->fs;
}

void fs_memory_add(Fs *fs, Str path, Str bytes) {
  Mem *m = (Mem *)fs->ctx;
  ASSERT(fs->read == mem_read);
  Str p = absolute(m->arena, path);
  for (Str d = path_dir(p); d.len > 1; d = path_dir(d))
    add_node(m, d, STR_EMPTY, true);
  add_node(m, p, str_dup(m->arena, bytes), false);
}
