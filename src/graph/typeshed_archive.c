/* Reads the packed typeshed in place; stubs/typeshed_blob.h has the format.
 *
 * A path costs one binary search a component. Decompression keeps one context
 * a thread, made at its first file and given back when the thread ends, and one
 * dictionary for all, made once. zstd failing here means that the program's own
 * data is torn, so it panics. */
#include "graph/typeshed_archive.h"

#include <pthread.h>
#include <zstd.h>

#include "base/os_mem.h"
#include "base/panic.h"
#include "typeshed_blob.h"

static_assert(sizeof(TypeshedHeader) == 96, "the format is fixed");
static_assert(sizeof(TypeshedNode) == 32, "the format is fixed");

static pthread_once_t archive_once = PTHREAD_ONCE_INIT;
static pthread_key_t archive_context; /* of each thread: its ZSTD_DCtx */
static ZSTD_DDict *archive_dict;      /* written once, under archive_once */

static const TypeshedHeader *header(void) {
  return (const TypeshedHeader *)(const void *)typeshed_blob;
}

static const TypeshedNode *node(TypeshedId id) {
  ASSERT(id.v < header()->node_count);
  return (const TypeshedNode *)(const void *)(typeshed_blob +
                                              header()->nodes_offset) +
         id.v;
}

static bool is_kind(TypeshedId id, TypeshedKind kind) {
  return node(id)->kind == kind;
}

TypeshedId typeshed_archive_root(void) { return (TypeshedId){TYPESHED_ROOT}; }

bool typeshed_archive_is_dir(TypeshedId id) {
  return is_kind(id, TYPESHED_DIR);
}

bool typeshed_archive_is_file(TypeshedId id) {
  return is_kind(id, TYPESHED_FILE);
}

Str typeshed_archive_name(TypeshedId id) {
  const TypeshedNode *n = node(id);
  const char *names = (const char *)typeshed_blob + header()->names_offset;
  return (Str){names + n->name_offset, n->name_size};
}

TypeshedId typeshed_archive_parent(TypeshedId id) {
  return (TypeshedId){node(id)->parent};
}

TypeshedId typeshed_archive_child(TypeshedId dir, Str name) {
  if (!typeshed_archive_is_dir(dir)) return (TypeshedId){0};
  uint32_t low = node(dir)->first, high = low + node(dir)->count;
  while (low < high) {
    TypeshedId mid = {low + (high - low) / 2};
    int order = str_cmp(typeshed_archive_name(mid), name);
    if (order == 0) return mid;
    if (order < 0) low = mid.v + 1;
    else high = mid.v;
  }
  return (TypeshedId){0};
}

bool typeshed_archive_find(Str path, TypeshedId *out) {
  TypeshedId at = typeshed_archive_root();
  Str name;
  if (path.len == 0) path.ptr = NULL;
  while (at.v && str_split(&path, '/', &name))
    at = typeshed_archive_child(at, name);
  *out = at;
  return at.v != 0;
}

Str typeshed_archive_path(TypeshedId id, Arena *arena) {
  uint32_t size = 0;
  for (TypeshedId at = id; at.v > TYPESHED_ROOT;
       at = typeshed_archive_parent(at))
    size += typeshed_archive_name(at).len + 1;
  if (size == 0) return STR_EMPTY;
  /* The last separator's place holds the terminator. */
  char *text = arena_alloc(arena, size, 1), *end = text + size;
  for (TypeshedId at = id; at.v > TYPESHED_ROOT;
       at = typeshed_archive_parent(at)) {
    Str name = typeshed_archive_name(at);
    *--end = at.v == id.v ? 0 : '/';
    end -= name.len;
    memcpy(end, name.ptr, name.len);
  }
  return (Str){text, size - 1};
}

uint32_t typeshed_archive_count(TypeshedId dir) {
  return typeshed_archive_is_dir(dir) ? node(dir)->count : 0;
}

TypeshedId typeshed_archive_nth(TypeshedId dir, uint32_t index) {
  ASSERT(index < typeshed_archive_count(dir));
  return (TypeshedId){node(dir)->first + index};
}

static void context_free(void *context) { ZSTD_freeDCtx(context); }

static void archive_init(void) {
  const TypeshedHeader *h = header();
  size_t size = (size_t)(typeshed_blob_end - typeshed_blob);
  if (memcmp(h->magic, TYPESHED_MAGIC, sizeof h->magic) != 0 ||
      h->total_size != size)
    panic("the packed typeshed is damaged");
  archive_dict = ZSTD_createDDict(typeshed_blob + h->dict_offset, h->dict_size);
  if (!archive_dict || pthread_key_create(&archive_context, context_free) != 0)
    panic("the packed typeshed cannot be opened");
}

Str typeshed_archive_read(TypeshedId file, Arena *arena) {
  const TypeshedNode *n = node(file);
  ASSERT(n->kind == TYPESHED_FILE);
  pthread_once(&archive_once, archive_init);
  ZSTD_DCtx *context = pthread_getspecific(archive_context);
  if (!context) {
    context = ZSTD_createDCtx();
    if (!context || pthread_setspecific(archive_context, context) != 0)
      panic("no memory to read the packed typeshed");
  }
  const unsigned char *frame = typeshed_blob + header()->data_offset + n->first;
  char *text = arena_alloc(arena, (size_t)n->size + 1, 1);
  size_t got = ZSTD_decompress_usingDDict(context, text, n->size, frame,
                                          n->count, archive_dict);
  if (got != n->size) panic("the packed typeshed is damaged");
  text[n->size] = 0;
  return (Str){text, n->size};
}

void typeshed_archive_drop(void) {
  const unsigned char *data = typeshed_blob + header()->data_offset;
  os_drop(data, (size_t)(typeshed_blob_end - data));
}

uint32_t typeshed_archive_size(TypeshedId file) { return node(file)->size; }

uint64_t typeshed_archive_hash(TypeshedId file) { return node(file)->hash; }

uint64_t typeshed_archive_identity(void) { return header()->hash; }

Str typeshed_archive_commit(void) {
  return (Str){header()->commit, sizeof header()->commit};
}
