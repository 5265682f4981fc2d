/* parse_fuzz.c - any text: parse, verify, dump; and as a string annotation.
 *
 * The first byte holds switches.  An Ast is sound whatever the text; a text
 * without a diagnostic has no broken nodes, and the other way round.
 */
#include "base/panic.h"
#include "core/names.h"
#include "parse/parse.h"

enum { STUB = 1, ANNOTATION = 2, OLD = 4, TEXT_MOST = 1 << 20,
       DUMP_MOST = 4000 };

static Parser *parser;
static uint8_t levels[RULE_COUNT];

static void check_result(const ParseResult *r, const DiagList *diags,
                         Arena *arena) {
  ast_verify(&r->ast);
  if (r->has_errors != (diags->items.n > 0))
    panic("has_errors is %d with %u diagnostics", r->has_errors,
          diags->items.n);
  for (uint32_t i = 0; i < diags->items.n; i++) {
    Span span = diags->items.v[i].span;
    if (span.start > span.end || span.end > r->ast.source.len)
      panic("a diagnostic is outside of the file: %u-%u", span.start,
            span.end);
  }
  for (uint32_t i = 1; !r->has_errors && i < r->ast.node_count; i++) {
    AstKind kind = ast_kind(&r->ast, (NodeId){i});
    if (kind == AST_ErrorStmt || kind == AST_ErrorExpr)
      panic("a broken node without a diagnostic");
  }
  if (r->ast.source.len > DUMP_MOST) return;
  StrBuf out;
  strbuf_init(&out, arena);
  ast_dump(&r->ast, &out);
}

static void run_one(Str text, uint8_t flags) {
  Arena *arena = arena_create("mod");
  if (flags & ANNOTATION) {
    Ast ast;
    NodeId root;
    const char *problem;
    if (parse_annotation(parser, text, 7, arena, &ast, &root, &problem))
      ast_verify(&ast);
  } else {
    DiagList diags = {.arena = arena, .levels = levels};
    ParseResult result;
    ParseInput input = {text, flags & STUB,
                        flags & OLD ? PYTHON_VERSION_MIN
                                    : PYTHON_VERSION_MAX};
    parse_module(parser, input, arena, &diags, &result);
    check_result(&result, &diags, arena);
  }
  arena_destroy(arena);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  names_init();
  parser = parser_create();
  memset(levels, SEVERITY_ERROR, sizeof levels);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1 || size > TEXT_MOST) return 0;
  Str text = str_make((const char *)data + 1, size - 1);
  /* source.c lets only such text through. */
  if (utf8_check(text) != STR_NONE || memchr(text.ptr, 0, text.len)) return 0;
  run_one(text, data[0]);
  return 0;
}
