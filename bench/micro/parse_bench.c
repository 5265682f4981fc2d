/* Parsing: bytes a second of ordinary code, of its single steps, and of the
 * worst cases, which must cost a byte about what others do. */
#include "benchmark_shim.h"
#include "core/names.h"
#include "parse/cst.h"
#include "parse/parse.h"
#include "parse/scan.h"

typedef void Generator(StrBuf *out, uint32_t n);

static void ordinary(StrBuf *out, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    strbuf_printf(out,
                  "class C%u(Base):\n"
                  "    \"\"\"What the class is for, in a line.\"\"\"\n\n"
                  "    def method(self, a: int, b: str = \"\") -> int | None:\n"
                  "        # a remark on what comes next\n"
                  "        if a is None or not self.ready:\n"
                  "            return None\n"
                  "        for item in self.items(a, key=lambda x: x[0]):\n"
                  "            total = item.price * len(b) + self.table[a:b]\n"
                  "            self.log(f\"{total!r:>{a}} of {item}\")\n"
                  "        return total\n\n",
                  i);
}

static void chain(StrBuf *out, uint32_t n) {
  strbuf_puts(out, "x = a");
  for (uint32_t i = 0; i < n; i++) strbuf_puts(out, " + \"text\"\\\n.b(c)[d]");
  strbuf_puts(out, "\n");
}

static void table(StrBuf *out, uint32_t n) {
  strbuf_puts(out, "x = {\n");
  for (uint32_t i = 0; i < n; i++)
    strbuf_printf(out, "    \"key%u\": (%u, [1.5, None, True]),\n", i, i);
  strbuf_puts(out, "}\n");
}

static void errors(StrBuf *out, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    strbuf_printf(out, "def f%u(x):\n    y = g(x, 1)\n    z = y +\n", i);
}

static StrBuf generated(BenchState *s, Generator *generate, Arena *arena) {
  static bool ready;
  if (!ready) names_init();
  ready = true;
  StrBuf text;
  strbuf_init(&text, arena);
  generate(&text, (uint32_t)bench_arg(s, 0));
  return text;
}

static void run(BenchState *s, Generator *generate) {
  Arena *arena = arena_create("bench");
  StrBuf text = generated(s, generate, arena);
  Parser *parser = parser_create();
  ParseInput input = {.source = strbuf_str(&text),
                      .version = PYTHON_VERSION_DEFAULT};
  while (bench_next(s)) {
    Arena *mod = arena_create("mod");
    ParseResult result;
    parse_module(parser, input, mod, NULL, &result);
    bench_keep(result.ast.node_count);
    arena_destroy(mod);
  }
  bench_bytes(s, bench_iterations(s) * text.len);
  parser_destroy(parser);
  arena_destroy(arena);
}

static void bench_ordinary(BenchState *s) { run(s, ordinary); }
static void bench_chain(BenchState *s) { run(s, chain); }
static void bench_table(BenchState *s) { run(s, table); }
static void bench_errors(BenchState *s) { run(s, errors); }

static void bench_scan(BenchState *s) {
  Arena *arena = arena_create("bench");
  StrBuf text = generated(s, ordinary, arena);
  static Scan scan;
  while (bench_next(s)) {
    scan_text(&scan, strbuf_str(&text));
    bench_keep(scan.lines.n);
  }
  bench_bytes(s, bench_iterations(s) * text.len);
  scan_free(&scan);
  scan = (Scan){0};
  arena_destroy(arena);
}

static void bench_cst(BenchState *s) {
  Arena *arena = arena_create("bench");
  StrBuf text = generated(s, ordinary, arena);
  CstParser *parser = cst_parser_create();
  CstVec cst = {0};
  while (bench_next(s)) {
    cst.n = 0;
    cst_parse(parser, strbuf_str(&text), 0, text.len, NULL, 0, &cst);
    bench_keep(cst.v);
  }
  bench_bytes(s, bench_iterations(s) * text.len);
  hvec_free(&cst);
  cst_parser_destroy(parser);
  arena_destroy(arena);
}

BENCH_FILE {
  bench_arg_range(bench_register("parse/ordinary", bench_ordinary), 64, 4096);
  bench_arg_range(bench_register("parse/scan", bench_scan), 4096, 4096);
  bench_arg_range(bench_register("parse/cst", bench_cst), 4096, 4096);
  bench_arg_range(bench_register("parse/chain", bench_chain), 64, 4096);
  bench_arg_range(bench_register("parse/table", bench_table), 64, 4096);
  bench_arg_range(bench_register("parse/errors", bench_errors), 64, 4096);
}
