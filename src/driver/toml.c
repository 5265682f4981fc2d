/* toml.c - tree-sitter's TOML tree -> values.
 *
 * The grammar accepts every TOML 1.0 document and some that are not: keys
 * given twice and tables redefined are found here.
 */
#include "driver/toml.h"

#include <stdlib.h>
#include <tree_sitter/api.h>

const TSLanguage *tree_sitter_toml(void);

typedef struct {
  Str text;
  Arena *arena;
  Err *err;
} Toml;

static uint32_t node_line(TSNode node) {
  return ts_node_start_point(node).row + 1;
}

static Str node_text(const Toml *t, TSNode node) {
  uint32_t start = ts_node_start_byte(node);
  return str_slice(t->text, start, ts_node_end_byte(node));
}

static bool is(TSNode node, const char *type) {
  return strcmp(ts_node_type(node), type) == 0;
}

static TomlValue *new_value(Toml *t, TomlKind kind, uint32_t line) {
  TomlValue *value = ARENA_NEW(t->arena, TomlValue);
  value->kind = (uint8_t)kind;
  value->line = line;
  return value;
}

/* ---- strings ------------------------------------------------------------ */

/* Writes the character of the escape at s[i] (behind the backslash); returns
 * how many bytes of s it took. */
static uint32_t put_escape(StrBuf *out, Str s, uint32_t i) {
  static const char from[] = "btnfr\"\\", to[] = "\b\t\n\f\r\"\\";
  char c = s.ptr[i];
  if (c == 'u' || c == 'U') {
    uint32_t digits = c == 'u' ? 4 : 8;
    char hex[9] = {0}, utf8[4];
    memcpy(hex, s.ptr + i + 1, MIN(digits, s.len - i - 1));
    uint32_t cp = (uint32_t)strtoul(hex, NULL, 16);
    uint32_t n = utf8_put(cp, utf8);
    strbuf_put(out, (Str){utf8, n});
    return 1 + digits;
  }
  const char *p = strchr(from, c);
  strbuf_putc(out, p && c ? to[p - from] : c);
  return 1;
}

static Str decode_basic(Toml *t, Str s) {
  StrBuf out;
  strbuf_init(&out, t->arena);
  for (uint32_t i = 0; i < s.len;) {
    if (s.ptr[i] != '\\' || i + 1 == s.len) {
      strbuf_putc(&out, s.ptr[i++]);
      continue;
    }
    i++;
    uint32_t j = i;
    while (j < s.len && (s.ptr[j] == ' ' || s.ptr[j] == '\t')) j++;
    if (j < s.len && (s.ptr[j] == '\n' || s.ptr[j] == '\r')) {
      while (j < s.len && memchr(" \t\r\n", s.ptr[j], 4)) j++;
      i = j; /* a line that ends in a backslash */
    } else {
      i += put_escape(&out, s, i);
    }
  }
  return out.len ? strbuf_str(&out) : STR_EMPTY;
}

/* The value of a string or quoted key, given with its quotes. */
static Str decode_string(Toml *t, Str s) {
  if (s.len < 2) return STR_EMPTY;
  char quote = s.ptr[0];
  bool triple = s.len >= 6 && s.ptr[1] == quote && s.ptr[2] == quote;
  uint32_t n = triple ? 3 : 1;
  s = str_slice(s, n, s.len - n);
  if (triple && s.len && s.ptr[0] == '\r') s = str_from_byte(s, 1);
  if (triple && s.len && s.ptr[0] == '\n') s = str_from_byte(s, 1);
  return quote == '"' ? decode_basic(t, s) : s;
}

/* ---- values ------------------------------------------------------------- */

static bool add_pair(Toml *t, TomlValue *table, TSNode pair);

static int64_t decode_integer(Str s) {
  char digits[80];
  uint32_t n = 0;
  for (uint32_t i = 0; i < s.len && n < sizeof(digits) - 1; i++)
    if (s.ptr[i] != '_') digits[n++] = s.ptr[i];
  digits[n] = 0;
  if (n > 2 && digits[0] == '0' && (digits[1] == 'o' || digits[1] == 'b'))
    return strtoll(digits + 2, NULL, digits[1] == 'o' ? 8 : 2);
  return strtoll(digits, NULL, n > 2 && digits[1] == 'x' ? 16 : 10);
}

static TomlValue *read_value(Toml *t, TSNode node) {
  static const struct {
    const char *type;
    TomlKind kind;
  } kinds[] = {{"string", TOML_STRING}, {"integer", TOML_INTEGER},
               {"float", TOML_FLOAT},   {"boolean", TOML_BOOLEAN},
               {"array", TOML_ARRAY},   {"inline_table", TOML_TABLE}};
  TomlValue *value = new_value(t, TOML_DATE, node_line(node));
  for (uint32_t i = 0; i < ARRAY_LEN(kinds); i++)
    if (is(node, kinds[i].type)) value->kind = (uint8_t)kinds[i].kind;
  value->string = node_text(t, node);
  if (value->kind == TOML_STRING)
    value->string = decode_string(t, value->string);
  if (value->kind == TOML_INTEGER)
    value->integer = decode_integer(value->string);
  value->boolean = str_is(value->string, "true");
  if (value->kind != TOML_ARRAY && value->kind != TOML_TABLE) return value;
  value->closed = true;
  uint32_t n = ts_node_named_child_count(node);
  for (uint32_t i = 0; i < n; i++) {
    TSNode child = ts_node_named_child(node, i);
    if (is(child, "comment")) continue;
    if (value->kind == TOML_TABLE) {
      if (!add_pair(t, value, child)) return NULL;
    } else {
      TomlValue *item = read_value(t, child);
      if (!item) return NULL;
      vec_push(&value->items, t->arena, item);
    }
  }
  return value;
}

/* ---- keys --------------------------------------------------------------- */

typedef VEC(Str) KeyPath;

static void read_key(Toml *t, TSNode node, KeyPath *out) {
  if (is(node, "dotted_key")) {
    uint32_t n = ts_node_named_child_count(node);
    for (uint32_t i = 0; i < n; i++)
      read_key(t, ts_node_named_child(node, i), out);
    return;
  }
  Str text = node_text(t, node);
  if (is(node, "quoted_key")) text = decode_string(t, text);
  vec_push(out, t->arena, text);
}

static TomlEntry *find_entry(const TomlValue *table, Str key) {
  for (uint32_t i = 0; i < table->entries.n; i++)
    if (str_eq(table->entries.v[i].key, key)) return &table->entries.v[i];
  return NULL;
}

static bool twice(Toml *t, uint32_t line, Str key) {
  return err_set(t->err, "line %u: key `%" PRIstr "` is given twice", line,
                 STR_ARG(key));
}

/* The table that `key` names in `table`, made when it is missing; the last one
 * of an array of tables.  NULL: something else stands there. */
static TomlValue *sub_table(Toml *t, TomlValue *table, Str key, uint32_t line) {
  TomlEntry *entry = find_entry(table, key);
  if (!entry) {
    TomlValue *made = new_value(t, TOML_TABLE, line);
    vec_push(&table->entries, t->arena, (TomlEntry){key, line, made});
    return made;
  }
  TomlValue *value = entry->value;
  if (value->kind == TOML_ARRAY && value->is_tables)
    return value->items.v[value->items.n - 1];
  if (value->kind == TOML_TABLE) return value;
  twice(t, line, key);
  return NULL;
}

static bool add_pair(Toml *t, TomlValue *table, TSNode pair) {
  if (!is(pair, "pair") || ts_node_named_child_count(pair) < 2) return true;
  uint32_t line = node_line(pair);
  KeyPath path = {0};
  read_key(t, ts_node_named_child(pair, 0), &path);
  for (uint32_t i = 0; i + 1 < path.n; i++) {
    table = sub_table(t, table, path.v[i], line);
    if (!table) return false;
  }
  Str key = path.v[path.n - 1];
  if (find_entry(table, key)) return twice(t, line, key);
  TomlValue *value = read_value(t, ts_node_named_child(pair, 1));
  if (!value) return false;
  vec_push(&table->entries, t->arena, (TomlEntry){key, line, value});
  return true;
}

/* The table that a [header] or [[header]] opens. */
static TomlValue *open_table(Toml *t, TomlValue *root, TSNode header,
                             bool is_array) {
  uint32_t line = node_line(header);
  KeyPath path = {0};
  read_key(t, ts_node_named_child(header, 0), &path);
  TomlValue *table = root;
  for (uint32_t i = 0; i + 1 < path.n && table; i++)
    table = sub_table(t, table, path.v[i], line);
  if (!table) return NULL;
  Str key = path.v[path.n - 1];
  TomlEntry *entry = find_entry(table, key);
  if (!is_array) {
    if (entry && (entry->value->kind != TOML_TABLE || entry->value->closed)) {
      twice(t, line, key);
      return NULL;
    }
    TomlValue *opened = sub_table(t, table, key, line);
    opened->closed = true;
    opened->line = line;
    return opened;
  }
  TomlValue *array = entry ? entry->value : new_value(t, TOML_ARRAY, line);
  if (!entry) {
    array->is_tables = true;
    vec_push(&table->entries, t->arena, (TomlEntry){key, line, array});
  } else if (!array->is_tables) {
    twice(t, line, key);
    return NULL;
  }
  TomlValue *item = new_value(t, TOML_TABLE, line);
  vec_push(&array->items, t->arena, item);
  return item;
}

static bool read_document(Toml *t, TSNode document, TomlValue *root) {
  uint32_t n = ts_node_named_child_count(document);
  for (uint32_t i = 0; i < n; i++) {
    TSNode child = ts_node_named_child(document, i);
    bool is_array = is(child, "table_array_element");
    if (is(child, "pair")) {
      if (!add_pair(t, root, child)) return false;
    } else if (is_array || is(child, "table")) {
      TomlValue *table = open_table(t, root, child, is_array);
      if (!table) return false;
      uint32_t pairs = ts_node_named_child_count(child);
      for (uint32_t j = 1; j < pairs; j++)
        if (!add_pair(t, table, ts_node_named_child(child, j))) return false;
    }
  }
  return true;
}

/* The line of the first ERROR or MISSING node; 0 when there is none. */
static uint32_t first_error(TSNode node) {
  if (ts_node_is_error(node) || ts_node_is_missing(node))
    return node_line(node);
  if (!ts_node_has_error(node)) return 0;
  uint32_t n = ts_node_child_count(node);
  for (uint32_t i = 0; i < n; i++) {
    uint32_t line = first_error(ts_node_child(node, i));
    if (line) return line;
  }
  return node_line(node);
}

bool toml_parse(Str text, Arena *arena, TomlValue **root, Err *err) {
  Toml t = {text, arena, err};
  /* The grammar wants every pair to end in a line end. */
  if (text.len && text.ptr[text.len - 1] != '\n')
    t.text = str_concat(arena, text, STR("\n"));
  *root = new_value(&t, TOML_TABLE, 1);
  if (utf8_check(t.text) != STR_NONE) return err_set(err, "line 1: not UTF-8");
  TSParser *parser = ts_parser_new();
  ts_parser_set_language(parser, tree_sitter_toml());
  TSTree *tree = ts_parser_parse_string(parser, NULL, t.text.ptr, t.text.len);
  bool ok = tree != NULL;
  if (ok) {
    TSNode document = ts_tree_root_node(tree);
    uint32_t line = first_error(document);
    ok = line ? err_set(err, "line %u: not valid TOML", line)
              : read_document(&t, document, *root);
    ts_tree_delete(tree);
  }
  ts_parser_delete(parser);
  return ok;
}

TomlValue *toml_get(const TomlValue *table, const char *key) {
  if (!table || table->kind != TOML_TABLE) return NULL;
  TomlEntry *entry = find_entry(table, str_from(key));
  return entry ? entry->value : NULL;
}

const char *toml_kind_name(TomlKind kind) {
  static const char *const names[] = {"a string",  "an integer", "a float",
                                      "a boolean", "a date",     "an array",
                                      "a table"};
  return names[kind];
}
