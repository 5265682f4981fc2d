/* The standard library's stubs as the build parsed them are what parsing them
 * now gives, whatever the version of Python. */
#include "graph/typeshed_ahead.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/names.h"

typedef struct {
  Arena *mod, *scratch;
  Parser *parser;
  PythonVersion version;
  uint32_t step; /* every how many files */
  uint32_t files, images;
} Comparison;

#define BYTE(f) assert_int_equal(x->f, y->f);
#define NUM(f) assert_int_equal(x->f, y->f);
#define DIFF(f) assert_int_equal(x->f, y->f);
#define NAME(f) assert_int_equal(x->f.v, y->f.v);
#define TABLE(Type, array, count, fields)                             \
  static void same_##array(const Index *a, const Index *b) {          \
    assert_int_equal(a->count, b->count);                             \
    for (uint32_t i = 0; i < a->count; i++) {                         \
      const Type *x = &a->array[i], *y = &b->array[i];                \
      fields                                                          \
    }                                                                 \
  }
#include "index/image.def"
#undef TABLE
#undef BYTE
#undef NUM
#undef DIFF
#undef NAME

static void same_index(const Index *a, const Index *b) {
#define TABLE(Type, array, count, fields) same_##array(a, b);
#include "index/image.def"
#undef TABLE
  assert_int_equal(a->flow_count, b->flow_count);
  assert_memory_equal(a->flows, b->flows, a->flow_count * sizeof(Flow));
  assert_int_equal(a->reach_count, b->reach_count);
  assert_memory_equal(a->reaches, b->reaches, a->reach_count * sizeof(Reach));
  assert_int_equal(a->extra_count, b->extra_count);
  assert_memory_equal(a->extra, b->extra, a->extra_count * 4);
  assert_int_equal(a->symbol_mask, b->symbol_mask);
  assert_memory_equal(a->symbol_slots, b->symbol_slots,
                      (a->symbol_mask + 1) * 4);
  assert_int_equal(a->has_all, b->has_all);
  assert_int_equal(a->all_is_complete, b->all_is_complete);
  assert_int_equal(a->future_annotations, b->future_annotations);
}

static void same_nodes(const Ast *a, const Ast *b) {
  assert_int_equal(a->node_count, b->node_count);
  assert_int_equal(a->is_stub, b->is_stub);
  assert_memory_equal(a->ends, b->ends, a->node_count * 4);
  for (uint32_t i = 0; i < a->node_count; i++) {
    const AstNode *x = &a->nodes[i], *y = &b->nodes[i];
    assert_memory_equal(x, y, offsetof(AstNode, a));
    if (x->kind == AST_Name) assert_int_equal(x->b, y->b);
    if (x->kind == AST_Attribute) assert_int_equal(x->c, y->c);
    if (x->kind == AST_Subscript) assert_int_equal(x->c, y->c);
  }
}

static void same_lines(const ParseResult *a, const ParseResult *b) {
  assert_int_equal(a->lines.count, b->lines.count);
  assert_memory_equal(a->lines.starts, b->lines.starts, a->lines.count * 4);
  assert_int_equal(a->has_errors, b->has_errors);
  assert_int_equal(a->pragma_count, b->pragma_count);
  for (uint32_t i = 0; i < a->pragma_count; i++) {
    const Pragma *x = &a->pragmas[i], *y = &b->pragmas[i];
    assert_int_equal(x->kind, y->kind);
    assert_int_equal(x->whole_file, y->whole_file);
    assert_int_equal(x->has_codes, y->has_codes);
    assert_int_equal(x->malformed, y->malformed);
    assert_int_equal(x->span.start, y->span.start);
    assert_int_equal(x->span.end, y->span.end);
    assert_int_equal(x->line, y->line);
    assert_true(str_eq(x->codes, y->codes));
  }
}

static void same_dumps(const ParseResult *a, const Index *ai,
                       const ParseResult *b, const Index *bi, Arena *arena) {
  StrBuf x, y;
  strbuf_init(&x, arena);
  strbuf_init(&y, arena);
  ast_dump(&a->ast, &x);
  index_dump(ai, &x);
  ast_dump(&b->ast, &y);
  index_dump(bi, &y);
  assert_true(x.len > 0 && str_eq(strbuf_str(&x), strbuf_str(&y)));
}

static void compare(Comparison *c, TypeshedId file) {
  Str image = typeshed_ahead_image(file);
  if (c->files++ % c->step) return;
  if (image.len == 0) return;
  c->images++;
  arena_reset(c->mod);
  Str text = typeshed_archive_read(file, c->mod);
  ParseInput input = {.source = text, .is_stub = true, .version = c->version};
  ParseResult parsed, read;
  Index index, read_index;
  parse_module(c->parser, input, c->mod, NULL, &parsed);
  index_module_deferred(&parsed.ast, python_at_least(c->version, 3, 14),
                        c->mod, c->scratch, NULL, &index);
  image_read(image, typeshed_ahead_texts(), text, c->mod, &read, &read_index);
  ast_verify(&read.ast);
  index_verify(&read_index);
  same_nodes(&parsed.ast, &read.ast);
  same_lines(&parsed, &read);
  same_index(&index, &read_index);
  if (c->images % 8 == 0)
    same_dumps(&parsed, &index, &read, &read_index, c->mod);
}

static void compare_dir(Comparison *c, TypeshedId dir) {
  for (uint32_t i = 0; i < typeshed_archive_count(dir); i++) {
    TypeshedId id = typeshed_archive_nth(dir, i);
    if (typeshed_archive_is_dir(id)) compare_dir(c, id);
    else compare(c, id);
  }
}

static void compare_all(PythonVersion version, uint32_t step) {
  names_init();
  Comparison c = {.mod = arena_create("mod"),
                  .scratch = arena_create("scratch"),
                  .parser = parser_create(),
                  .version = version,
                  .step = step};
  TypeshedId stdlib;
  assert_true(typeshed_archive_find(STR("stdlib"), &stdlib));
  compare_dir(&c, stdlib);
  /* All but VERSIONS and what no version of Python accepts. */
  assert_true(c.files > 500 && c.images > c.files / step - 10);
  parser_destroy(c.parser);
  arena_destroy(c.mod);
  arena_destroy(c.scratch);
  names_destroy();
}

static void like_parsed_oldest(void **state) {
  compare_all(PYTHON_VERSION_MIN, 1);
}

static void like_parsed_newest(void **state) {
  compare_all(PYTHON_VERSION_MAX, 8);
}

static void images_of_the_standard_library_alone(void **state) {
  TypeshedId id;
  assert_true(typeshed_archive_find(STR("stdlib/builtins.pyi"), &id));
  assert_true(typeshed_ahead_image(id).len > 1000);
  assert_true(typeshed_archive_find(STR("LICENSE"), &id));
  assert_int_equal(typeshed_ahead_image(id).len, 0);
  assert_int_equal(typeshed_ahead_image(typeshed_archive_root()).len, 0);
}

int main(void) {
#ifdef TAIPAN_STRESS
  return 0; /* this build has no images */
#endif
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(like_parsed_oldest),
      cmocka_unit_test(like_parsed_newest),
      cmocka_unit_test(images_of_the_standard_library_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
