/* parse_test.h - what the tests of parse share: a parser, and results as text. */
#ifndef TESTS_PARSE_TEST_H
#define TESTS_PARSE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/names.h"
#include "parse/parse.h"

typedef struct {
  Parser *parser;
  Arena *arena;
  uint8_t levels[RULE_COUNT];
  DiagList diags;
  ParseResult result;
} Fixture;

static inline void fixture_init(Fixture *f) {
  names_init();
  f->parser = parser_create();
  f->arena = arena_create("test");
  memset(f->levels, SEVERITY_ERROR, sizeof f->levels);
}

static inline void fixture_fini(Fixture *f) {
  parser_destroy(f->parser);
  arena_destroy(f->arena);
  names_destroy();
}

/* Parses and verifies; f->result and f->diags are filled anew. */
static inline void fixture_parse(Fixture *f, Str source, int minor,
                                 bool stub) {
  arena_reset(f->arena);
  f->diags = (DiagList){.arena = f->arena, .levels = f->levels};
  ParseInput input = {source, stub, {3, (uint8_t)minor}};
  parse_module(f->parser, input, f->arena, &f->diags, &f->result);
  ast_verify(&f->result.ast);
  diag_sort(&f->diags);
}

/* One line a diagnostic: line:column-line:column message. */
static inline Str fixture_messages(Fixture *f) {
  StrBuf out;
  strbuf_init(&out, f->arena);
  const ParseResult *r = &f->result;
  for (uint32_t i = 0; i < f->diags.items.n; i++) {
    const Diag *d = &f->diags.items.v[i];
    LineColumn a =
        line_map_position(&r->lines, r->ast.source, d->span.start);
    LineColumn b = line_map_position(&r->lines, r->ast.source, d->span.end);
    strbuf_printf(&out, "%u:%u-%u:%u %" PRIstr "\n", a.line, a.column, b.line,
                  b.column, STR_ARG(d->message));
  }
  return str_dup(f->arena, strbuf_str(&out));
}

static inline Str fixture_dump(Fixture *f) {
  StrBuf out;
  strbuf_init(&out, f->arena);
  ast_dump(&f->result.ast, &out);
  return str_dup(f->arena, strbuf_str(&out));
}

#endif
