#include "driver/dump.h"

#include "core/names.h"
#include "driver/cli.h"
#include "driver/units.h"

static void dump_file(Run *run, ModuleResult *result, Dump dump, StrBuf *out) {
  const ModuleCode *code = modules_code(run->modules, result->id);
  switch (dump) {
  case DUMP_AST: ast_dump(&code->parse.ast, out); break;
  case DUMP_INDEX: index_dump(&code->index, out); break;
  case DUMP_INTERFACE:
    infer_dump_interface(run_infer_worker(run), result->id, out);
    break;
  case DUMP_QUERIES:
    infer_dump_queries(run_infer_worker(run), result->id, out);
    break;
  case DUMP_FILES: {
    const Module *module = modules_at(run->modules, result->id);
    strbuf_put(out, name_text(module->name));
    strbuf_puts(out, "\n");
    break;
  }
  case DUMP_GRAPH:
  case DUMP_NONE:
  case DUMP_COUNT: break;
  }
}

static bool dump_graph(Run *run) {
  Arena *scratch = arena_create("dump");
  StrBuf out;
  strbuf_init(&out, scratch);
  graph_dump(&run->graph, GRAPH_TEXT, true, scratch, &out);
  bool ok = cli_write(strbuf_str(&out));
  arena_destroy(scratch);
  return ok;
}

bool dump_write(Run *run, Dump dump) {
  if (dump == DUMP_GRAPH) return dump_graph(run);
  Arena *scratch = arena_create("dump");
  bool ok = true;
  for (uint32_t i = 0; i < run->result_count && ok; i++) {
    ModuleResult *result = &run->results[i];
    if (result->id.v == 0) continue;
    ArenaMark mark = arena_mark(scratch);
    StrBuf out;
    strbuf_init(&out, scratch);
    if (run->result_count > 1) {
      strbuf_puts(&out, "== ");
      strbuf_put(&out, result->file->display);
      strbuf_putc(&out, '\n');
    }
    dump_file(run, result, dump, &out);
    ok = cli_write(strbuf_str(&out));
    arena_reset_to(scratch, mark);
  }
  arena_destroy(scratch);
  return ok;
}
