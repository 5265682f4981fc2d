/* toml.h - a TOML document as a tree of values with their places.
 *
 * Layer: driver.  Memory: the caller's arena.  Threads: one owner.
 */
#ifndef DRIVER_TOML_H
#define DRIVER_TOML_H

#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"

typedef enum {
  TOML_STRING,
  TOML_INTEGER,
  TOML_FLOAT,
  TOML_BOOLEAN,
  TOML_DATE, /* dates and times, as written */
  TOML_ARRAY,
  TOML_TABLE
} TomlKind;

typedef struct TomlValue TomlValue;

typedef struct {
  Str key;
  uint32_t line; /* 1-based; of the key */
  TomlValue *value;
} TomlEntry;

struct TomlValue {
  uint8_t kind;   /* TomlKind */
  bool closed;    /* table: inline, or was given by a header already */
  bool is_tables; /* array: made by [[headers]] */
  uint32_t line;  /* 1-based */
  Str string;     /* STRING: decoded; INTEGER, FLOAT, DATE: as written */
  int64_t integer;
  bool boolean;
  VEC(TomlValue *) items; /* ARRAY */
  VEC(TomlEntry) entries; /* TABLE, in source order */
};

/* Parses a document.  False: *err is "line N: what is wrong". */
bool toml_parse(Str text, Arena *arena, TomlValue **root, Err *err);
/* The value of a key of a table; NULL when `table` is NULL, no table, or has no
 * such key. */
TomlValue *toml_get(const TomlValue *table, const char *key);
/* "a string", "an integer", ... */
const char *toml_kind_name(TomlKind kind);

#endif
