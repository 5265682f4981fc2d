/* names.h - interned identifiers and strings.
 *
 * Layer: core.  Memory: run.  Threads: any; a hit takes no lock.
 *
 * Two equal byte strings have the same NameId in the whole run.  Handles come
 * in schedule order: sort by text, never by handle.  The well-known names of
 * names.def have fixed handles (NAME_xxx), the same in every run.
 */
#ifndef CORE_NAMES_H
#define CORE_NAMES_H

#include "base/str.h"
#include "core/ids.h"

/* The well-known names: NAME(ident, "text"). */
typedef enum {
  NAME_NONE_,
#define NAME(ident, text) NAME_##ident,
#include "core/names.def"
#undef NAME
  NAME_WELL_KNOWN_COUNT
} WellKnownName;

#define NAME_ID(ident) ((NameId){NAME_##ident})

/* Creates the process-wide table and the well-known names; once, before any
 * worker runs. */
void names_init(void);
void names_destroy(void);

/* Requires: text is shorter than 2^24 bytes.  Returns its handle, never 0. */
NameId name_intern(Str text);
/* Like name_intern, but 0 when the name was never interned. */
NameId name_find(Str text);
/* The text of a handle; lives as long as the run, and is followed by a 0 byte. */
Str name_text(NameId name);
/* Order of the texts, byte by byte: <0, 0, >0. */
int name_cmp(NameId a, NameId b);

static inline bool name_eq(NameId a, NameId b) { return a.v == b.v; }
static inline bool name_is(NameId a, WellKnownName b) { return a.v == b; }
/* __x__, with something in between. */
bool name_is_dunder(NameId name);

#endif
