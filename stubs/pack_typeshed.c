/* Packs typeshed into the archive that the program embeds.
 *
 *   pack_typeshed [--fast] TYPESHED_DIR OWN_DIR OUTPUT
 *
 * Takes the .pyi files of stdlib/ and stubs/, stdlib/VERSIONS, METADATA.toml of
 * each stub distribution, and LICENSE, and merges our own stubs into them. The
 * format is in typeshed_blob.h.
 * The same input gives the same bytes: folders are sorted, and neither times
 * nor paths of this machine are kept. --fast compresses less, for builds that
 * nobody ships. A build tool: it allocates freely and lets exit clean up.
 */
#include "typeshed_blob.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <xxhash.h>
#include <zdict.h>
#include <zstd.h>

enum { DICT_SIZE = 112 * 1024, SAMPLE_MAX = 32 * 1024 };

typedef struct Entry {
  char *name;
  struct Entry **children; /* of a folder, sorted */
  size_t count;
  unsigned char *data; /* of a file */
  size_t size;
  uint32_t node; /* its place in the archive */
  bool is_dir;
} Entry;

typedef struct {
  unsigned char *ptr;
  size_t size, cap;
} Buf;

__attribute__((noreturn, format(printf, 1, 2))) static void die(const char *fmt,
                                                                ...) {
  va_list args;
  va_start(args, fmt);
  fputs("pack_typeshed: ", stderr);
  vfprintf(stderr, fmt, args);
  fputc('\n', stderr);
  exit(1);
}

static void *must(void *p) {
  if (!p) die("out of memory");
  return p;
}

static void *buf_add(Buf *b, const void *p, size_t n) {
  if (b->size + n > b->cap) {
    b->cap = (b->size + n) * 2;
    b->ptr = must(realloc(b->ptr, b->cap));
  }
  void *at = b->ptr + b->size;
  if (p) memcpy(at, p, n);
  else memset(at, 0, n);
  b->size += n;
  return at;
}

static void buf_align(Buf *b) { buf_add(b, NULL, -b->size & 7); }

static bool ends_with(const char *s, const char *end) {
  size_t n = strlen(s), m = strlen(end);
  return n >= m && strcmp(s + n - m, end) == 0;
}

static bool wanted(const char *name) {
  return ends_with(name, ".pyi") || strcmp(name, "VERSIONS") == 0 ||
         strcmp(name, "METADATA.toml") == 0 || strcmp(name, "LICENSE") == 0;
}

static int by_name(const void *a, const void *b) {
  return strcmp((*(Entry *const *)a)->name, (*(Entry *const *)b)->name);
}

static void read_file(const char *path, Entry *e) {
  FILE *f = fopen(path, "rb");
  if (!f) die("cannot open %s", path);
  Buf b = {0};
  char chunk[65536];
  for (size_t n; (n = fread(chunk, 1, sizeof chunk, f)) > 0;)
    buf_add(&b, chunk, n);
  if (ferror(f)) die("cannot read %s", path);
  fclose(f);
  e->data = b.ptr;
  e->size = b.size;
}

/* The folder at path, without what is empty; NULL when nothing is left. */
static Entry *read_dir(const char *path, const char *name) {
  DIR *d = opendir(path);
  if (!d) die("cannot open %s", path);
  Entry *dir = must(calloc(1, sizeof *dir));
  dir->name = must(strdup(name));
  dir->is_dir = true;
  for (struct dirent *de; (de = readdir(d));) {
    if (de->d_name[0] == '.' || de->d_name[0] == '@') continue;
    char *sub = NULL;
    struct stat st;
    if (asprintf(&sub, "%s/%s", path, de->d_name) < 0) die("out of memory");
    if (stat(sub, &st) != 0) die("cannot stat %s", sub);
    Entry *e = NULL;
    if (S_ISDIR(st.st_mode)) {
      e = read_dir(sub, de->d_name);
    } else if (S_ISREG(st.st_mode) && wanted(de->d_name)) {
      e = must(calloc(1, sizeof *e));
      e->name = must(strdup(de->d_name));
      read_file(sub, e);
    }
    free(sub);
    if (!e) continue;
    dir->children =
        must(realloc(dir->children, (dir->count + 1) * sizeof(Entry *)));
    dir->children[dir->count++] = e;
  }
  closedir(d);
  if (dir->count == 0) return NULL;
  qsort(dir->children, dir->count, sizeof(Entry *), by_name);
  return dir;
}

/* Adds the folder `own`, sorted, to `dir`. VERSIONS grows by the other's lines;
 * any other file that both have is a mistake. */
static void merge(Entry *dir, const Entry *own) {
  for (size_t i = 0; i < own->count; i++) {
    Entry *e = own->children[i];
    size_t at = 0;
    while (at < dir->count && strcmp(dir->children[at]->name, e->name) < 0) at++;
    if (at < dir->count && strcmp(dir->children[at]->name, e->name) == 0) {
      Entry *old = dir->children[at];
      if (old->is_dir && e->is_dir) {
        merge(old, e);
      } else if (strcmp(e->name, "VERSIONS") == 0) {
        Buf b = {0};
        buf_add(&b, old->data, old->size);
        buf_add(&b, e->data, e->size);
        old->data = b.ptr;
        old->size = b.size;
      } else {
        die("typeshed has a %s of its own", e->name);
      }
      continue;
    }
    dir->children =
        must(realloc(dir->children, (dir->count + 1) * sizeof(Entry *)));
    memmove(&dir->children[at + 1], &dir->children[at],
            (dir->count - at) * sizeof(Entry *));
    dir->children[at] = e;
    dir->count++;
  }
}

/* Numbers the entries breadth first, so that siblings are consecutive. Fills
 * all[1..]; returns one past the last. */
static uint32_t number(Entry *root, Entry **all) {
  uint32_t end = TYPESHED_ROOT;
  root->node = end;
  all[end++] = root;
  for (uint32_t i = TYPESHED_ROOT; i < end; i++)
    for (size_t c = 0; c < all[i]->count; c++) {
      all[i]->children[c]->node = end;
      all[end++] = all[i]->children[c];
    }
  return end;
}

static size_t count_entries(const Entry *e) {
  size_t n = 1;
  for (size_t i = 0; i < e->count; i++) n += count_entries(e->children[i]);
  return n;
}

/* A dictionary from the head of each file: imports and the idiom of stubs. */
static Buf train(Entry **all, uint32_t end, bool fast) {
  Buf samples = {0}, dict = {0};
  size_t *sizes = must(calloc(end, sizeof *sizes));
  unsigned n = 0;
  for (uint32_t i = TYPESHED_ROOT; i < end; i++) {
    if (all[i]->is_dir || all[i]->size < 64) continue;
    if (fast && i % 4) continue;
    sizes[n] = all[i]->size < SAMPLE_MAX ? all[i]->size : SAMPLE_MAX;
    buf_add(&samples, all[i]->data, sizes[n]);
    n++;
  }
  buf_add(&dict, NULL, DICT_SIZE);
  size_t got =
      ZDICT_trainFromBuffer(dict.ptr, DICT_SIZE, samples.ptr, sizes, n);
  if (ZDICT_isError(got)) die("dictionary: %s", ZDICT_getErrorName(got));
  dict.size = got;
  free(samples.ptr);
  free(sizes);
  return dict;
}

static void add_frame(ZSTD_CCtx *cctx, const ZSTD_CDict *cdict, Buf *data,
                      const Entry *e, TypeshedNode *node) {
  size_t bound = ZSTD_compressBound(e->size);
  unsigned char *at = buf_add(data, NULL, bound);
  size_t got =
      ZSTD_compress_usingCDict(cctx, at, bound, e->data, e->size, cdict);
  if (ZSTD_isError(got)) die("%s: %s", e->name, ZSTD_getErrorName(got));
  data->size -= bound - got;
  node->first = (uint32_t)(data->size - got);
  node->count = (uint32_t)got;
  node->size = (uint32_t)e->size;
  node->hash = XXH64(e->data, e->size, 0);
}

static Entry *read_typeshed(const char *path) {
  Entry *root = must(calloc(1, sizeof *root));
  root->name = must(strdup(""));
  root->is_dir = true;
  root->children = must(calloc(3, sizeof(Entry *)));
  static const char *const parts[] = {"LICENSE", "stdlib", "stubs"};
  for (size_t i = 0; i < 3; i++) {
    char *sub = NULL;
    if (asprintf(&sub, "%s/%s", path, parts[i]) < 0) die("out of memory");
    Entry *e;
    if (i == 0) {
      e = must(calloc(1, sizeof *e));
      e->name = must(strdup(parts[i]));
      read_file(sub, e);
    } else if (!(e = read_dir(sub, parts[i]))) {
      die("%s is empty", sub);
    }
    root->children[root->count++] = e;
    free(sub);
  }
  return root;
}

static void read_commit(const char *path, TypeshedHeader *h) {
  Entry e = {0};
  char *file = NULL;
  if (asprintf(&file, "%s/commit.txt", path) < 0) die("out of memory");
  read_file(file, &e);
  memset(h->commit, '0', sizeof h->commit);
  memcpy(h->commit, e.data,
         e.size < sizeof h->commit ? e.size : sizeof h->commit);
}

/* What is in the tree, whatever the compression: the same for the same
 * typeshed in every build and with every version of zstd. */
static uint64_t identity(Entry **all, const TypeshedNode *nodes, uint32_t end) {
  XXH64_state_t *state = must(XXH64_createState());
  XXH64_reset(state, 0);
  for (uint32_t i = TYPESHED_ROOT; i < end; i++) {
    const TypeshedNode *n = &nodes[i];
    XXH64_update(state, all[i]->name, n->name_size + 1u);
    XXH64_update(state, &n->parent, sizeof n->parent);
    XXH64_update(state, &n->hash, sizeof n->hash);
  }
  return XXH64_digest(state);
}

/* Lays the archive out; see typeshed_blob.h. */
static Buf pack(const char *path, const char *own_path, bool fast) {
  Entry *root = read_typeshed(path);
  Entry *own = read_dir(own_path, "");
  if (own) merge(root, own);
  Entry **all = must(calloc(count_entries(root) + 1, sizeof(Entry *)));
  uint32_t end = number(root, all);
  Buf dict = train(all, end, fast);
  ZSTD_CCtx *cctx = must(ZSTD_createCCtx());
  ZSTD_CDict *cdict =
      must(ZSTD_createCDict(dict.ptr, dict.size, fast ? 3 : 19));
  TypeshedNode *nodes = must(calloc(end, sizeof *nodes));
  Buf names = {0}, data = {0};
  TypeshedHeader h = {.magic = TYPESHED_MAGIC, .node_count = end};
  nodes[TYPESHED_ROOT].parent = TYPESHED_ROOT;
  for (uint32_t i = TYPESHED_ROOT; i < end; i++) {
    const Entry *e = all[i];
    TypeshedNode *n = &nodes[i];
    n->name_offset = (uint32_t)names.size;
    n->name_size = (uint16_t)strlen(e->name);
    n->kind = e->is_dir ? TYPESHED_DIR : TYPESHED_FILE;
    buf_add(&names, e->name, n->name_size);
    if (!e->is_dir) {
      add_frame(cctx, cdict, &data, e, n);
      h.file_count++;
      continue;
    }
    n->first = e->children[0]->node;
    n->count = (uint32_t)e->count;
    for (size_t c = 0; c < e->count; c++) nodes[n->first + c].parent = i;
  }
  read_commit(path, &h);
  Buf out = {0};
  buf_add(&out, NULL, sizeof h);
  h.nodes_offset = (uint32_t)out.size;
  buf_add(&out, nodes, end * sizeof *nodes);
  h.names_offset = (uint32_t)out.size;
  h.names_size = (uint32_t)names.size;
  buf_add(&out, names.ptr, names.size);
  buf_align(&out);
  h.dict_offset = (uint32_t)out.size;
  h.dict_size = (uint32_t)dict.size;
  buf_add(&out, dict.ptr, dict.size);
  buf_align(&out);
  h.data_offset = (uint32_t)out.size;
  buf_add(&out, data.ptr, data.size);
  h.total_size = out.size;
  h.hash = identity(all, nodes, end);
  memcpy(out.ptr, &h, sizeof h);
  return out;
}

int main(int argc, char **argv) {
  bool fast = argc > 1 && strcmp(argv[1], "--fast") == 0;
  argv += fast;
  if (argc - fast != 4)
    die("usage: pack_typeshed [--fast] TYPESHED OWN OUTPUT");
  Buf out = pack(argv[1], argv[2], fast);
  FILE *f = fopen(argv[3], "wb");
  if (!f || fwrite(out.ptr, 1, out.size, f) != out.size || fclose(f) != 0)
    die("cannot write %s", argv[3]);
  return 0;
}
