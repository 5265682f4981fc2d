/* Indexing generated modules: lines a second, and that the worst cases cost a
 * line what others do. */
#include "benchmark_shim.h"
#include "core/names.h"
#include "index/index.h"
#include "parse/parse.h"

typedef void Generator(StrBuf *out, uint32_t n);

static void ordinary(StrBuf *out, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    strbuf_printf(out,
                  "class C%u(Base):\n"
                  "  def method(self, a: int, b: str = \"\") -> int | None:\n"
                  "    if a is None or not self.ready:\n"
                  "      return None\n"
                  "    for item in self.items(a):\n"
                  "      total = item.price * len(b)\n"
                  "      self.log(total)\n"
                  "    return total\n\n",
                  i);
}

static void branches(StrBuf *out, uint32_t n) {
  strbuf_puts(out, "def f(c):\n");
  for (uint32_t i = 0; i < n; i++)
    strbuf_printf(out, "  if c%u:\n    x%u = 1\n    g(x%u)\n  else: y%u = c\n",
                  i % 97, i % 5000, i * 7 % 5000, i % 3000);
}

static void breaks(StrBuf *out, uint32_t n) {
  strbuf_puts(out, "def f(c):\n  while c:\n");
  for (uint32_t i = 0; i < n; i++)
    strbuf_printf(out,
                  "    x%u = c\n    if c%u:\n      y%u = x%u\n      break\n", i,
                  i, i % 50, i);
}

/* parse fills the tree anew each time: index writes into it. */
static void run(BenchState *s, Generator *generate) {
  static bool ready;
  if (!ready) names_init();
  ready = true;
  Arena *arena = arena_create("bench"), *scratch = arena_create("scratch");
  Parser *parser = parser_create();
  StrBuf text;
  strbuf_init(&text, arena);
  generate(&text, (uint32_t)bench_arg(s, 0));
  int64_t lines = line_map_count(strbuf_str(&text));
  ParseInput input = {.source = strbuf_str(&text),
                      .version = PYTHON_VERSION_DEFAULT};
  while (bench_next(s)) {
    bench_pause(s);
    Arena *mod = arena_create("mod");
    ParseResult parsed;
    parse_module(parser, input, mod, NULL, &parsed);
    bench_resume(s);
    Index index;
    index_module(&parsed.ast, mod, scratch, NULL, &index);
    bench_keep(index.flow_count);
    bench_pause(s);
    arena_destroy(mod);
    bench_resume(s);
  }
  bench_items(s, bench_iterations(s) * lines);
  parser_destroy(parser);
  arena_destroy(scratch);
  arena_destroy(arena);
}

static void index_ordinary(BenchState *s) { run(s, ordinary); }
static void index_branches(BenchState *s) { run(s, branches); }
static void index_breaks(BenchState *s) { run(s, breaks); }

BENCH_FILE {
  bench_arg_range(bench_register("index/ordinary", index_ordinary), 64, 512);
  bench_arg_range(bench_register("index/branches", index_branches), 1000,
                  8000);
  bench_arg_range(bench_register("index/breaks", index_breaks), 500, 4000);
}
