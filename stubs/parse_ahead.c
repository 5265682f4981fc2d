/* Parses and indexes the stubs of the standard library at build time.
 *
 *   parse_ahead OUTPUT
 *
 * Reads the packed typeshed that is linked into it and writes the images that the
 * program embeds beside that (typeshed_blob.h, src/index/image.h).  The same
 * typeshed and the same parser give the same bytes.  A file with syntax that some
 * version of Python rejects is left out; the program parses it when it is
 * needed, as it does all other files.
 */
#include "base/hmap.h"
#include "core/names.h"
#include "core/source.h"
#include "graph/typeshed_archive.h"
#include "index/image.h"
#include "typeshed_blob.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct {
  Parser *parser;
  Arena *run, *mod, *scratch;
  HMap32 numbers; /* NameId -> number of its text + 1 */
  Enc texts;
  VEC(uint32_t) starts; /* of the texts */
  Enc data;
  uint32_t *images; /* [node_count + 1] */
} Packer;

static uint32_t number(void *ctx, Str text) {
  Packer *p = ctx;
  NameId name = name_intern(text);
  uint32_t known = hmap32_get(&p->numbers, name.v);
  if (known) return known - 1;
  enc_bytes(&p->texts, text.ptr, text.len);
  vec_push(&p->starts, p->run, p->texts.n);
  hmap32_put(&p->numbers, name.v, p->starts.n - 1);
  return p->starts.n - 2;
}

static void pack_file(Packer *p, TypeshedId file) {
  Str name = typeshed_archive_name(file);
  if (!str_ends(name, STR(".pyi"))) return;
  arena_reset(p->mod);
  arena_reset(p->scratch);
  Str raw = typeshed_archive_read(file, p->mod);
  SourceText source;
  source_decode(raw, p->mod, &source);
  if (source.status != SOURCE_OK || !str_eq(raw, source.text)) return;
  ParseInput input = {.source = source.text,
                      .is_stub = true,
                      .version = PYTHON_VERSION_DEFAULT};
  ParseResult parse;
  Index index;
  parse_module(p->parser, input, p->mod, NULL, &parse);
  if (parse.has_errors) return;
  index_module(&parse.ast, p->mod, p->scratch, NULL, &index);
  image_write(&parse, &index, number, p, p->scratch, &p->data);
}

static void want_dir(TypeshedId dir, bool *wanted) {
  for (uint32_t i = 0; i < typeshed_archive_count(dir); i++) {
    TypeshedId id = typeshed_archive_nth(dir, i);
    if (typeshed_archive_is_dir(id)) want_dir(id, wanted);
    else wanted[id.v] = true;
  }
}

static uint32_t add(Enc *out, const void *bytes, uint32_t size) {
  while (out->n % 8) enc_u8(out, 0);
  uint32_t at = out->n;
  enc_bytes(out, bytes, size);
  return at;
}

static Str lay_out(Packer *p, uint32_t nodes) {
  Enc out;
  enc_init(&out, p->run);
  TypeshedAhead h = {.magic = TYPESHED_AHEAD_MAGIC,
                     .hash = typeshed_archive_identity(),
                     .node_count = nodes,
                     .text_count = p->starts.n - 1};
  add(&out, &h, sizeof h);
  h.images_offset =
      add(&out, p->images, (nodes + 1) * (uint32_t)sizeof *p->images);
  h.text_starts_offset =
      add(&out, p->starts.v, p->starts.n * (uint32_t)sizeof *p->starts.v);
  h.texts_offset = add(&out, p->texts.v, p->texts.n);
  h.data_offset = add(&out, p->data.v, p->data.n);
  h.total_size = out.n;
  memcpy(out.v, &h, sizeof h);
  return enc_result(&out);
}

/* Buffers of the stress build grow by one: it has no images, and parses. */
#ifdef TAIPAN_STRESS
enum { HAS_IMAGES = 0 };
#else
enum { HAS_IMAGES = 1 };
#endif

static uint32_t pack_all(Packer *p) {
  uint32_t nodes = ((const TypeshedHeader *)(const void *)typeshed_blob)
                       ->node_count;
  bool *wanted = ARENA_ARRAY(p->run, bool, nodes);
  TypeshedId stdlib;
  if (typeshed_archive_find(STR("stdlib"), &stdlib)) want_dir(stdlib, wanted);
  p->images = ARENA_ARRAY(p->run, uint32_t, nodes + 1);
  for (uint32_t i = 0; i < nodes; i++) {
    p->images[i] = p->data.n; /* in the order of the pack's nodes */
    if (HAS_IMAGES && wanted[i]) pack_file(p, (TypeshedId){i});
  }
  p->images[nodes] = p->data.n;
  return nodes;
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fputs("usage: parse_ahead OUTPUT\n", stderr);
    return 2;
  }
  names_init();
  Packer p = {.parser = parser_create(),
              .run = arena_create("run"),
              .mod = arena_create("mod"),
              .scratch = arena_create("scratch")};
  hmap32_init(&p.numbers, p.run, 1 << 15);
  enc_init(&p.texts, p.run);
  enc_init(&p.data, p.run);
  vec_push(&p.starts, p.run, 0);
  Str out = lay_out(&p, pack_all(&p));
  FILE *f = fopen(argv[1], "wb");
  if (!f || fwrite(out.ptr, 1, out.len, f) != out.len || fclose(f) != 0) {
    fprintf(stderr, "parse_ahead: cannot write %s\n", argv[1]);
    return 1;
  }
  /* The sanitizers' builds look for leaks here, too. */
  parser_destroy(p.parser);
  arena_destroy(p.scratch);
  arena_destroy(p.mod);
  arena_destroy(p.run);
  return 0;
}
