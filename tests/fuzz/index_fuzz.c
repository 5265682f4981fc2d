/* Any bytes: parse, index, verify.  The first byte chooses the kind of file. */
#include "core/names.h"
#include "index/index.h"
#include "parse/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static Parser *parser;
  static uint8_t levels[RULE_COUNT];
  if (!parser) {
    names_init();
    parser = parser_create();
    for (int i = 0; i < RULE_COUNT; i++) levels[i] = SEVERITY_ERROR;
  }
  if (size < 1 || size > 1 << 20) return 0;
  Str text = str_make((const char *)data + 1, size - 1);
  if (utf8_check(text) != STR_NONE) return 0;
  Arena *mod = arena_create("mod"), *scratch = arena_create("scratch");
  DiagList diags = {.arena = mod, .levels = levels};
  ParseResult parsed;
  parse_module(parser,
               (ParseInput){.source = text,
                            .is_stub = data[0] & 1,
                            .version = PYTHON_VERSION_DEFAULT},
               mod, &diags, &parsed);
  Index index;
  index_module_deferred(&parsed.ast, data[0] & 2, mod, scratch, &diags,
                        &index);
  index_verify(&index);
  for (uint32_t i = 1; i < parsed.ast.node_count; i++)
    index_enclosing(&index, (NodeId){i});
  StrBuf out;
  strbuf_init(&out, mod);
  if (size < 2000) index_dump(&index, &out);
  arena_destroy(scratch);
  arena_destroy(mod);
  return 0;
}
