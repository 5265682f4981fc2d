/* Files of a real repository: tree-sitter with nothing around it, and all that
 * the parse phase does with a file, one thread each.
 *
 *   TAIPAN_BENCH_CORPUS=some/repository build/release/bench_micro \
 *     --benchmark_filter=corpus
 *
 * The first is the yardstick of a machine: what a whole check costs is told in
 * multiples of it.  It runs the library's own parse loop; the second has a faster
 * one (src/parse/tree_sitter).  `lines` is lines a second. */
#include "base/fs.h"
#include "benchmark_shim.h"
#include "core/names.h"
#include "parse/parse.h"

#include <stdlib.h>
#include <tree_sitter/api.h>

const TSLanguage *tree_sitter_python(void);

typedef struct {
  Arena *arena;
  VEC(Str) texts;
  uint64_t bytes, lines;
} Corpus;

static void add_file(Corpus *corpus, Str path) {
  Str text;
  FsErr err;
  if (!fs_read(fs_disk(), path, corpus->arena, &text, &err)) return;
  hvec_push(&corpus->texts, text);
  corpus->bytes += text.len;
  for (uint32_t i = 0; i < text.len; i++)
    if (text.ptr[i] == '\n') corpus->lines++;
}

static void add_folder(Corpus *corpus, Str dir) {
  FsEntry *entries;
  uint32_t n;
  FsErr err;
  if (!fs_list(fs_disk(), dir, corpus->arena, &entries, &n, &err)) return;
  for (uint32_t i = 0; i < n; i++) {
    Str path = path_join(corpus->arena, dir, entries[i].name);
    if (entries[i].kind == FS_KIND_DIR && entries[i].name.ptr[0] != '.')
      add_folder(corpus, path);
    else if (str_eq(path_ext(path), str_from(".py"))) add_file(corpus, path);
  }
}

/* Read once; NULL, and the benchmark fails, when there is none. */
static const Corpus *corpus_of(BenchState *s) {
  static Corpus corpus;
  const char *folder = getenv("TAIPAN_BENCH_CORPUS");
  if (folder && !corpus.arena) {
    names_init();
    corpus.arena = arena_create("corpus");
    add_folder(&corpus, str_from(folder));
  }
  if (corpus.texts.n) return &corpus;
  bench_fail(s, "TAIPAN_BENCH_CORPUS names no folder with Python files");
  return NULL;
}

static void report(BenchState *s, const Corpus *corpus) {
  double n = (double)bench_iterations(s);
  bench_bytes(s, bench_iterations(s) * (int64_t)corpus->bytes);
  bench_counter_rate(s, "lines", n * (double)corpus->lines);
}

static void bench_tree_sitter(BenchState *s) {
  const Corpus *corpus = corpus_of(s);
  if (!corpus) return;
  TSParser *parser = ts_parser_new();
  ts_parser_set_language(parser, tree_sitter_python());
  while (bench_next(s))
    for (uint32_t i = 0; i < corpus->texts.n; i++) {
      Str text = corpus->texts.v[i];
      ts_tree_delete(ts_parser_parse_string(parser, NULL, text.ptr, text.len));
    }
  ts_parser_delete(parser);
  report(s, corpus);
}

static void bench_parse(BenchState *s) {
  const Corpus *corpus = corpus_of(s);
  if (!corpus) return;
  Parser *parser = parser_create();
  while (bench_next(s))
    for (uint32_t i = 0; i < corpus->texts.n; i++) {
      Arena *mod = arena_create("mod");
      ParseInput input = {.source = corpus->texts.v[i],
                          .version = PYTHON_VERSION_DEFAULT};
      ParseResult result;
      parse_module(parser, input, mod, NULL, &result);
      bench_keep(result.ast.node_count);
      arena_destroy(mod);
    }
  parser_destroy(parser);
  report(s, corpus);
}

BENCH_FILE {
  bench_unit_ms(bench_register("corpus/tree_sitter", bench_tree_sitter));
  bench_unit_ms(bench_register("corpus/parse", bench_parse));
}
