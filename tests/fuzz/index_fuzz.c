/* index_fuzz.c - any text: parse, index, verify both.
 *
 * The first byte holds switches.
 */
#include "base/panic.h"
#include "core/names.h"
#include "fuzz_mutate.h"
#include "index/index.h"
#include "parse/parse.h"

#include <stdio.h>
#include <stdlib.h>

enum { STUB = 1, DEFERRED = 2, TEXT_MOST = 1 << 20, DUMP_MOST = 2000 };

typedef struct {
  Str text;
  uint8_t flags;
  Arena *mod, *scratch;
} Input;

static Parser *parser;
static uint8_t levels[RULE_COUNT];

static void parse_and_index(void *arg) {
  const Input *in = arg;
  DiagList diags = {.arena = in->mod, .levels = levels};
  ParseResult parsed;
  Index index;
  StrBuf out;
  parse_module(parser,
               (ParseInput){.source = in->text,
                            .is_stub = in->flags & STUB,
                            .version = PYTHON_VERSION_DEFAULT},
               in->mod, &diags, &parsed);
  ast_verify(&parsed.ast);
  index_module_deferred(&parsed.ast, in->flags & DEFERRED, in->mod,
                        in->scratch, &diags, &index);
  index_verify(&index);
  for (uint32_t i = 1; i < parsed.ast.node_count; i++)
    index_enclosing(&index, (NodeId){i});
  strbuf_init(&out, in->mod);
  if (in->text.len > DUMP_MOST) return;
  ast_dump(&parsed.ast, &out);
  index_dump(&index, &out);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  names_init();
  parser = parser_create();
  for (int i = 0; i < RULE_COUNT; i++) levels[i] = SEVERITY_ERROR;
  fuzz_stack_init();
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1 || size > TEXT_MOST) return 0;
  Str text = str_make((const char *)data + 1, size - 1);
  if (utf8_check(text) != STR_NONE) return 0;
  Input in = {text, data[0], arena_create("mod"), arena_create("scratch")};
  FaultInfo info;
  if (!fault_run(parse_and_index, &in, &info)) {
    fprintf(stderr, "index_fuzz: %s\n", info.reason);
    abort();
  }
  arena_destroy(in.scratch);
  arena_destroy(in.mod);
  return 0;
}
