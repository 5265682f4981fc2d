/* image.h - a parsed and indexed module as bytes, for another process to read.
 *
 * Layer: index.  Memory: the writer's bytes in an arena; what is read lies in the
 * module's arena, but texts of literals may stay slices of the source or of
 * the image, so both must live as long.  Threads: pure functions.
 *
 * What is read is what parse_module and index_module_deferred made: the same
 * nodes, definitions and flow under the same numbers.  Names are written as
 * numbers of a list of texts that the caller keeps for all images.
 */
#ifndef INDEX_IMAGE_H
#define INDEX_IMAGE_H

#include "base/codec.h"
#include "index/index.h"
#include "parse/parse.h"

/* The number of a text in the list of all images' texts. */
typedef uint32_t (*ImageNumber)(void *ctx, Str text);

/* Appends the image of a module whose text is parse->ast.source. */
void image_write(const ParseResult *parse, const Index *index,
                 ImageNumber number, void *ctx, Arena *scratch, Enc *out);

/* The list of texts: text i is bytes[starts[i], starts[i + 1]). */
typedef struct {
  const uint32_t *starts;
  const char *bytes;
} ImageTexts;

/* Fills *parse and *index in `mod` from the image of the module with that
 * source.  Panics when the image is none: it is part of the program. */
void image_read(Str image, ImageTexts texts, Str source, Arena *mod,
                ParseResult *parse, Index *index);

#endif
