/* No cliff: generated worst cases, whose index grows as their text does: in
 * nodes of the graph and, with much room for noise, in time.  Shrunk constants
 * make vectors and tables quadratic by design, so the stress build leaves it
 * out; so does TSan's, as no threads run.
 *
 * labels: growth */
#include "unit/index/index_world.h"

#include <time.h>

typedef void Generator(StrBuf *out, uint32_t n);

static void elif_chain(StrBuf *out, uint32_t n) {
  strbuf_puts(out, "def f(c):\n");
  for (uint32_t i = 0; i < n; i++)
    strbuf_printf(out, "  %sif c == %u:\n    x%u = c\n    g(x%u)\n",
                  i ? "el" : "", i, i, i);
}

static void elif_chain_of_members(StrBuf *out, uint32_t n) {
  strbuf_puts(out, "def f(c):\n");
  for (uint32_t i = 0; i < n; i++)
    strbuf_printf(out, "  %sif c%u.k is None: y = c%u\n", i ? "el" : "", i, i);
  strbuf_puts(out, "  return y\n");
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
  strbuf_puts(out, "  return x1\n");
}

static void continues(StrBuf *out, uint32_t n) {
  strbuf_puts(out, "def f(c):\n  for q in c:\n");
  for (uint32_t i = 0; i < n; i++)
    strbuf_printf(out, "    if x%u is None or q == 1 and x%u.a: continue\n", i,
                  i);
}

static void long_conditions(StrBuf *out, uint32_t n) {
  strbuf_puts(out, "def f(c):\n  if a");
  for (uint32_t i = 0; i < n; i++) strbuf_printf(out, " and x%u", i);
  strbuf_puts(out, ": g()\n  if a");
  for (uint32_t i = 0; i < n; i++)
    strbuf_printf(out, " or (x%u and not y%u)", i, i);
  strbuf_puts(out, ": g()\n");
}

static void handlers(StrBuf *out, uint32_t n) {
  strbuf_puts(out, "def f(c):\n  try:\n");
  for (uint32_t i = 0; i < n; i++) strbuf_printf(out, "    x%u = g()\n", i);
  for (uint32_t i = 0; i < n; i++)
    strbuf_printf(out, "  except E%u: y%u = 1\n", i, i);
  strbuf_puts(out, "  finally: z = 1\n");
}

static void matches(StrBuf *out, uint32_t n) {
  strbuf_puts(out, "def f(c):\n  match c:\n");
  for (uint32_t i = 0; i < n; i++)
    strbuf_printf(out, "    case %u: x%u = c\n    case K(a=q) if q: y%u = q\n",
                  i, i, i);
}

static void calls(StrBuf *out, uint32_t n) {
  strbuf_puts(out, "def f():\n");
  for (uint32_t i = 0; i < n; i++) strbuf_printf(out, "  g(%u)\n", i);
}

static void members(StrBuf *out, uint32_t n) {
  strbuf_puts(out, "def f(o):\n");
  for (uint32_t i = 0; i < n; i++)
    strbuf_printf(out, "  o.a%u = 1\n  if o.b%u: o = g(o)\n", i, i);
}

static void closures(StrBuf *out, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) strbuf_printf(out, "v%u = 1\n", i);
  strbuf_puts(out, "def f():\n");
  for (uint32_t i = 0; i < n; i++)
    strbuf_printf(out, "  def g%u(): return v%u, w%u\n  w%u = 1\n", i, i, i, i);
}

static void loops_ten_deep(StrBuf *out, uint32_t n) {
  strbuf_puts(out, "def f(c):\n");
  for (uint32_t i = 1; i <= 10; i++) {
    strbuf_fill(out, ' ', i);
    strbuf_printf(out, "while c%u:\n", i);
  }
  for (uint32_t i = 0; i < n; i++)
    strbuf_printf(out, "           z%u = z%u + 1\n", i, i);
}

static void walruses(StrBuf *out, uint32_t n) {
  strbuf_puts(out, "def f(c):\n");
  for (uint32_t i = 1; i <= n; i++)
    strbuf_printf(out, "  [y for x in c if (y%u := x) and y%u]\n", i, i - 1);
}

static void stars(StrBuf *out, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    strbuf_printf(out, "from m%u import *\nn%u = 1\n", i, i);
}

static double cpu_seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Seconds for the index alone; best of three. */
static double clock_index(Generator *generate, uint32_t n) {
  double best = 1e9;
  Arena *arena = arena_create("source"), *scratch = arena_create("scratch");
  Parser *parser = parser_create();
  StrBuf text;
  strbuf_init(&text, arena);
  generate(&text, n);
  ParseInput input = {.source = strbuf_str(&text),
                      .version = PYTHON_VERSION_DEFAULT};
  for (int i = 0; i < 3; i++) {
    Arena *mod = arena_create("mod");
    ParseResult parsed;
    Index index;
    parse_module(parser, input, mod, NULL, &parsed);
    double start = cpu_seconds();
    index_module(&parsed.ast, mod, scratch, NULL, &index);
    best = MIN(best, cpu_seconds() - start);
    arena_destroy(mod);
  }
  parser_destroy(parser);
  arena_destroy(scratch);
  arena_destroy(arena);
  return best;
}

/* Nodes of the graph. */
static uint64_t weigh(Generator *generate, uint32_t n) {
  Arena *arena = arena_create("source");
  StrBuf text;
  strbuf_init(&text, arena);
  generate(&text, n);
  World w;
  world_open(&w, text.ptr);
  uint64_t weight = (uint64_t)w.index.flow_count + w.index.extra_count +
                    w.index.reach_count + w.index.place_count;
  assert_int_equal(w.diags.items.n, 0);
  world_close(&w);
  arena_destroy(arena);
  return weight;
}

static void check_linear(Generator *generate) {
  uint64_t small = weigh(generate, 750), large = weigh(generate, 3000);
  /* four times the text; a logarithm is allowed */
  if (large > small * 6)
    print_error("%llu -> %llu\n", (unsigned long long)small,
                (unsigned long long)large);
  assert_true(large <= small * 6);
  /* sixteen times as long would be quadratic */
  double fast = clock_index(generate, 750), slow = clock_index(generate, 3000);
  if (slow > fast * 11 + 0.02) print_error("%f s -> %f s\n", fast, slow);
  assert_true(slow <= fast * 11 + 0.02);
}

static void growth(void **state) {
  static Generator *const all[] = {
      elif_chain, elif_chain_of_members, branches, breaks,   continues,
      handlers,   long_conditions,       matches,  calls,    members,
      closures,   loops_ten_deep,        walruses};
  for (uint32_t i = 0; i < ARRAY_LEN(all); i++) check_linear(all[i]);
}

static void star_imports_are_bounded(void **state) {
  assert_true(weigh(stars, 3000) < (1u << 18) * 2);
}

static void ten_thousand_branches(void **state) {
  assert_true(weigh(branches, 10000) < 10000 * 40);
}

static void deep_nesting(void **state) {
  Arena *arena = arena_create("source");
  StrBuf text;
  strbuf_init(&text, arena);
  for (uint32_t i = 0; i < 90; i++) {
    strbuf_fill(&text, ' ', i);
    strbuf_printf(&text, "def f%u(a%u, b=lambda: a%u):\n", i, i, i);
  }
  strbuf_fill(&text, ' ', 90);
  strbuf_puts(&text, "return a0, a1\n");
  for (uint32_t i = 0; i < 500; i++) strbuf_puts(&text, "not (");
  strbuf_puts(&text, "x");
  strbuf_fill(&text, ')', 500);
  strbuf_puts(&text, "\n");
  World w;
  world_open(&w, text.ptr);
  assert_true(w.index.scope_count > 90);
  world_close(&w);
  arena_destroy(arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(growth),
      cmocka_unit_test(star_imports_are_bounded),
      cmocka_unit_test(ten_thousand_branches),
      cmocka_unit_test(deep_nesting),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
