/* typeshed_ahead.c - finds the images in the program's data, where they are
 * read in place; stubs/typeshed_blob.h has the format. */
#include "graph/typeshed_ahead.h"

#include <pthread.h>

#include "base/os_mem.h"
#include "base/panic.h"
#include "typeshed_blob.h"

static_assert(sizeof(TypeshedAhead) == 48, "the format is fixed");

static pthread_once_t ahead_once = PTHREAD_ONCE_INIT;

static const TypeshedAhead *header(void) {
  return (const TypeshedAhead *)(const void *)typeshed_ahead;
}

static const uint32_t *numbers_at(uint32_t offset) {
  return (const uint32_t *)(const void *)(typeshed_ahead + offset);
}

static void check(void) {
  const TypeshedAhead *h = header();
  if (memcmp(h->magic, TYPESHED_AHEAD_MAGIC, sizeof h->magic) != 0 ||
      h->total_size != (size_t)(typeshed_ahead_end - typeshed_ahead) ||
      h->hash != typeshed_archive_identity())
    panic("the parsed typeshed does not fit the packed one");
}

Str typeshed_ahead_image(TypeshedId file) {
  pthread_once(&ahead_once, check);
  const uint32_t *at = numbers_at(header()->images_offset);
  ASSERT(file.v < header()->node_count);
  const unsigned char *data = typeshed_ahead + header()->data_offset;
  return (Str){(const char *)data + at[file.v], at[file.v + 1] - at[file.v]};
}

void typeshed_ahead_drop(void) {
  const unsigned char *data = typeshed_ahead + header()->data_offset;
  os_drop(data, (size_t)(typeshed_ahead_end - data));
}

ImageTexts typeshed_ahead_texts(void) {
  return (ImageTexts){
      numbers_at(header()->text_starts_offset),
      (const char *)typeshed_ahead + header()->texts_offset};
}
