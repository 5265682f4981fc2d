/* The packed typeshed that the program carries, and its format.
 *
 * stubs/pack_typeshed.c writes the pack at build time, typeshed_blob.S embeds
 * it, src/graph/typeshed_archive.c reads it in place. The pack is immutable and
 * needs no work at start-up: the tree is searched where it lies, and one file
 * is decompressed on its own, with a dictionary that all files share.
 *
 * All integers are little-endian; sections start at multiples of 8:
 *
 *   TypeshedHeader
 *   TypeshedNode[node_count]   node 0 is "none", node 1 the root folder. The
 *                              children of a folder are consecutive, sorted by
 *                              the bytes of their names, so a path is found by
 *                              one binary search a component.
 *   names                      the nodes' names, without terminators
 *   dictionary                 a zstd dictionary
 *   data                       one zstd frame a file, with its content size
 *
 * The root holds stdlib/ (with VERSIONS), stubs/<distribution>/ (with
 * METADATA.toml) and LICENSE. */
#ifndef STUBS_TYPESHED_BLOB_H
#define STUBS_TYPESHED_BLOB_H

#include <stdint.h>

#define TYPESHED_MAGIC "TPNSHED1"
#define TYPESHED_ROOT 1u

typedef enum { TYPESHED_FILE = 1, TYPESHED_DIR = 2 } TypeshedKind;

typedef struct {
  char magic[8];       /* TYPESHED_MAGIC */
  uint64_t hash;       /* of all names and contents: its identity */
  uint64_t total_size; /* bytes of the whole pack, header included */
  uint32_t node_count;
  uint32_t file_count;
  uint32_t nodes_offset; /* offsets count from the header's first byte */
  uint32_t names_offset;
  uint32_t names_size;
  uint32_t dict_offset;
  uint32_t dict_size;
  uint32_t data_offset;
  char commit[40]; /* typeshed's commit, in hex */
} TypeshedHeader;

typedef struct {
  uint32_t name_offset; /* from names_offset */
  uint16_t name_size;
  uint16_t kind;   /* TypeshedKind */
  uint32_t parent; /* a node; the root is its own parent */
  uint32_t first;  /* folder: its first child; file: frame, from data_offset */
  uint32_t count;  /* folder: its children; file: bytes of the frame */
  uint32_t size;   /* file: bytes when decompressed */
  uint64_t hash;   /* file: XXH64 of its content */
} TypeshedNode;

/* Beside the pack lies what stubs/parse_ahead.c made of it at build time: the
 * standard library's stubs, parsed and indexed (src/index/image.h).
 *
 *   TypeshedAhead
 *   uint32_t[node_count + 1]   where in data the image of a node of the pack
 *                              begins; it ends where the next one begins, and
 *                              is empty when there is none
 *   uint32_t[text_count + 1]   where in texts each text begins
 *   texts                      all names that occur
 *   data                       the images */
#define TYPESHED_AHEAD_MAGIC "TPNAHED1"

typedef struct {
  char magic[8]; /* TYPESHED_AHEAD_MAGIC */
  uint64_t hash; /* of the pack that it belongs to */
  uint64_t total_size;
  uint32_t node_count;
  uint32_t text_count;
  uint32_t images_offset; /* offsets count from the header's first byte */
  uint32_t text_starts_offset;
  uint32_t texts_offset;
  uint32_t data_offset;
} TypeshedAhead;

extern const unsigned char typeshed_blob[];
extern const unsigned char typeshed_blob_end[];
extern const unsigned char typeshed_ahead[];
extern const unsigned char typeshed_ahead_end[];

#endif
