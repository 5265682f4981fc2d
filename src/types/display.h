/* display.h - types as text, by the table of src/README.md ("Display").
 *
 * Layer: types.
 */
#ifndef TYPES_DISPLAY_H
#define TYPES_DISPLAY_H

#include "base/str.h"
#include "types/world.h"

enum {
  DISPLAY_FULL = 0, /* reveal_type: nothing is cut */
  DISPLAY_SHORT = 1 /* messages: unions are cut after 5 members */
};

/* Appends the type's text. */
void display_type(World *world, TypeId type, uint32_t flags, StrBuf *out);
/* A 0-terminated copy in world->scratch, for printf. */
const char *display_short(World *world, TypeId type);
const char *display_full(World *world, TypeId type);
/* Two types in one message: same names are qualified. */
void display_pair(World *world, TypeId a, TypeId b, const char **text_a,
                  const char **text_b);

#endif
