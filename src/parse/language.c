/* language.c - makes tree-sitter's grammar quicker to ask.
 *
 * What the parser does in a state with a symbol is looked up for every token and
 * every reduction.  The generated grammar has a row a state for few states only;
 * for the others, 2,600 of 2,800, it lists the symbols, and each look-up searches
 * the list.  The library chooses by `large_state_count` alone, so a copy of the
 * grammar in which every state has a row (1.5 MiB) gives the same answers by
 * one load; the searches took 7% of the time of parsing.
 *
 * Symbols become our own dense kinds by a table, too, which is made from the
 * names in cst.def.
 */
#include "parse/language.h"

#include "base/mem.h"
#include "base/panic.h"
#include "parse/cst.h"

#include <pthread.h>

const TSLanguage *tree_sitter_python(void);

static TSLanguage with_rows;
static Language python;
static pthread_once_t python_once = PTHREAD_ONCE_INIT;

static const struct {
  const char *text;
  uint8_t kind;
  bool named;
} cst_names[] = {
#define NAMED(ident, text) {text, CST_##ident, true},
#define TOKEN(ident, text) {text, CST_##ident, false},
#include "parse/cst.def"
#undef NAMED
#undef TOKEN
};

const char *cst_kind_name(CstKind kind) {
  if (kind == CST_ERROR) return "ERROR";
  if (kind == CST_OTHER) return "?";
  return cst_names[kind - 2].text;
}

static void fill_kinds(uint8_t *kinds, const TSLanguage *ts, uint32_t count) {
  for (uint32_t s = 0; s < count; s++) {
    TSSymbolType type = ts_language_symbol_type(ts, (TSSymbol)s);
    const char *name = ts_language_symbol_name(ts, (TSSymbol)s);
    kinds[s] = CST_OTHER;
    if (type != TSSymbolTypeRegular && type != TSSymbolTypeAnonymous) continue;
    bool named = type == TSSymbolTypeRegular;
    for (uint32_t i = 0; i < ARRAY_LEN(cst_names); i++)
      if (cst_names[i].named == named && !strcmp(cst_names[i].text, name))
        kinds[s] = cst_names[i].kind;
  }
}

/* A small state: a count of groups; a group: the value, a count of symbols, and
 * the symbols that have it. */
static void fill_row(uint16_t *row, const uint16_t *list) {
  for (uint32_t groups = *list++; groups > 0; groups--) {
    uint16_t value = *list++;
    for (uint32_t n = *list++; n > 0; n--) row[*list++] = value;
  }
}

static void make_rows(const TSLanguage *ts) {
  uint32_t width = ts->symbol_count, large = ts->large_state_count;
  uint16_t *rows =
      mem_zalloc(mem_array_size((size_t)ts->state_count * width, sizeof *rows));
  memcpy(rows, ts->parse_table, (size_t)large * width * sizeof *rows);
  for (uint32_t state = large; state < ts->state_count; state++)
    fill_row(rows + (size_t)state * width,
             ts->small_parse_table + ts->small_parse_table_map[state - large]);
  with_rows = *ts;
  with_rows.parse_table = rows;
  with_rows.large_state_count = ts->state_count;
}

static void make_python(void) {
  const TSLanguage *ts = tree_sitter_python();
  make_rows(ts);
  uint32_t count = ts_language_symbol_count(ts);
  uint8_t *kinds = mem_alloc(count);
  fill_kinds(kinds, ts, count);
  python = (Language){&with_rows, kinds, count, runtime_learn(&with_rows)};
}

const Language *language_python(void) {
  pthread_once(&python_once, make_python);
  return &python;
}
