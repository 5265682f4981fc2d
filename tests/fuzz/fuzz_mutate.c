/* fuzz_mutate.c - mutations of Python texts.
 *
 * Bytes changed at random hardly ever get past the grammar.  Three quarters of
 * the mutations here work on lines and words instead: runs of lines are
 * deleted, doubled, moved, indented or put below a new header; words are
 * replaced by other words of the same text, or by an expression; a new
 * statement is put between two lines, with words of the text in its holes.  A
 * crossover brings a run of lines of another input in.
 */
#include "fuzz_mutate.h"

#include "base/hash.h"
#include "base/panic.h"
#include "base/str.h"

#include <signal.h>

enum { INDENT = 4, RUN_MOST = 6, WORDS_MOST = 512, HOLES_SIZE = 256 };

/* A hole is '$'. */
static const char *const headers[] = {
    "if $:",
    "if $ is None:",
    "if $ is not None and $:",
    "if isinstance($, $):",
    "if not isinstance($, ($, $)):",
    "if $ == $:",
    "if $ in $:",
    "if callable($):",
    "elif $:",
    "else:",
    "while $:",
    "while True:",
    "for $ in $:",
    "for $, *$ in $:",
    "try:",
    "except $:",
    "except ($, $) as $:",
    "except* $:",
    "finally:",
    "with $ as $:",
    "with $() as $, $:",
    "def $($, $=$):",
    "def $($: $, /, $: $ = $, *$: $, $: $, **$: $) -> $:",
    "async def $(self, *args, **kwargs):",
    "def $[$, *$, **$](*args: *$) -> $:",
    "@$\ndef $(cls, $):",
    "class $:",
    "class $($, $):",
    "class $[$: $ = $](Protocol[$], metaclass=$):",
    "@$.$\nclass $(Generic[$]):",
    "match $:",
    "case $:",
    "case $($, $=$):",
    "case [$, *$] | {'a': $, **$} if $:",
    "case $.$ | None as $:",
};

static const char *const statements[] = {
    "pass",
    "break",
    "continue",
    "return",
    "return $",
    "return $($)",
    "yield $",
    "yield from $",
    "raise $ from $",
    "assert $, $",
    "del $, $.$, $[$]",
    "global $",
    "nonlocal $",
    "import $",
    "import $.$ as $",
    "from . import $",
    "from $ import *",
    "from $ import $ as $",
    "from a import *",
    "import b",
    "from typing import *",
    "__all__ = ['$', '$']",
    "__all__ += $.__all__",
    "$ = $",
    "$ = $ = $.$",
    "$, *$ = $",
    "[$, ($, $)] = $",
    "$: $ = $",
    "$: $",
    "$: '$[$]' = $",
    "$ += $",
    "$.$ = $",
    "$.$: $ = $",
    "$[$] = $",
    "$[0].$['x'] = $",
    "self.$ = $",
    "type $ = $",
    "type $[$] = list[$[$]] | $",
    "$ = TypeVar('$', bound='$')",
    "$ = NewType('$', $)",
    "$ = NamedTuple('$', [('$', $)])",
    "$ = TypedDict('$', {'$': $})",
    "$ = Enum('$', '$ $')",
    "reveal_type($)",
    "reveal_type($.$)",
    "assert_type($, $)",
    "$ = cast($, $)",
    "$.$($, *$, $=$, **$)",
    "await $",
    "async with $ as $: pass",
    "async for $ in $: await $",
    "print(f'{$!r:>{$}} {$=}')",
    "if ($ := $): $ = $",
    "# type: ignore",
    "#--",
};

static const char *const expressions[] = {
    "$",
    "($)",
    "$.$",
    "$[$]",
    "$[$:$, ...]",
    "$()",
    "$($, *$, $=$)",
    "$ + $",
    "$ // $ ** -$",
    "$ < $ <= $",
    "$ is not $",
    "$ not in $",
    "$ and $ or not $",
    "$ if $ else $",
    "lambda $, *$, $=$: $",
    "[$ for $ in $ if $]",
    "{$: $ for $, $ in $.items()}",
    "($ async for $ in $)",
    "[$, *$]",
    "($, $, *$)",
    "{$, *$}",
    "{$: $, **$}",
    "($ := $)",
    "(yield $)",
    "await $",
    "f'{$}{$:{$}}'",
    "'$'",
    "b'$'",
    "-1",
    "0",
    "...",
    "None",
    "type($)",
    "super().$",
    "super($, $).$",
    "len($)",
    "$ | $ | None",
    "Callable[[$, $], $]",
    "Callable[..., $]",
    "Literal[$, '$', 1]",
    "tuple[$, ...]",
    "tuple[$, *tuple[$, ...]]",
    "Annotated[$, $]",
    "TypeIs[$]",
    "dict[$, list[$]]",
    "type[$]",
};

static const char *const words[] = {
    "int",    "str",       "list",     "dict",        "tuple",   "object",
    "type",   "None",      "True",     "self",        "cls",     "super",
    "len",    "property",  "a",        "b",           "c",       "x",
    "y",      "T",         "Any",      "Self",        "Generic", "Protocol",
    "Never",  "staticmethod", "classmethod", "overload", "Final", "ClassVar",
    "Enum",   "dataclass", "__init__", "__call__",    "__getattr__",
    "__get__", "__iter__", "__eq__",   "__enter__",   "__new__", "Exception",
};

/* ---- text and chance ---------------------------------------------------- */

typedef struct {
  char *ptr;
  size_t len, cap;
  uint64_t random;
} Text;

static uint32_t chance(Text *t, size_t n) {
  t->random = hash_mix(t->random, 1);
  return n ? (uint32_t)(t->random % n) : 0;
}

/* Replaces [from, to) by s; false when there is no room. */
static bool splice(Text *t, size_t from, size_t to, const char *s, size_t n) {
  if (t->len - (to - from) + n > t->cap) return false;
  memmove(t->ptr + from + n, t->ptr + to, t->len - to);
  memcpy(t->ptr + from, s, n);
  t->len = t->len - (to - from) + n;
  return true;
}

static bool is_word(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
}

/* Start of the line that holds `at`; start of the line behind it. */
static size_t line_start(const Text *t, size_t at) {
  while (at > 0 && t->ptr[at - 1] != '\n') at--;
  return at;
}
static size_t line_next(const Text *t, size_t at) {
  while (at < t->len && t->ptr[at] != '\n') at++;
  return at < t->len ? at + 1 : at;
}
static size_t indent_of(const Text *t, size_t line) {
  size_t n = 0;
  while (line + n < t->len && t->ptr[line + n] == ' ') n++;
  return n;
}

/* A run of whole lines somewhere. */
static void some_lines(Text *t, size_t *from, size_t *to) {
  *from = *to = line_start(t, chance(t, t->len + 1));
  for (uint32_t n = 1 + chance(t, RUN_MOST); n; n--) *to = line_next(t, *to);
}

/* The word at or behind a random place; false when there is none. */
static bool some_word(Text *t, size_t *from, size_t *to) {
  size_t at = chance(t, t->len + 1);
  while (at < t->len && !is_word(t->ptr[at])) at++;
  while (at > 0 && is_word(t->ptr[at - 1])) at--;
  *from = *to = at;
  while (*to < t->len && is_word(t->ptr[*to])) ++*to;
  return *to > *from && *to - *from < 64;
}

/* Copies a pattern with words of the text, or well-known ones, in its holes,
 * each line behind `indent` spaces; returns its length. */
static size_t fill(Text *t, const char *pattern, size_t indent, char *out) {
  size_t n = 0, from, to;
  indent = MIN(indent, (size_t)HOLES_SIZE / 8);
  memset(out, ' ', indent);
  n = indent;
  for (; *pattern && n < HOLES_SIZE; pattern++) {
    if (*pattern != '$') {
      out[n++] = *pattern;
      if (*pattern != '\n') continue;
      memset(out + n, ' ', indent);
      n += indent;
    } else if (chance(t, 4) && some_word(t, &from, &to)) {
      memcpy(out + n, t->ptr + from, to - from);
      n += to - from;
    } else {
      const char *word = words[chance(t, ARRAY_LEN(words))];
      memcpy(out + n, word, strlen(word));
      n += strlen(word);
    }
  }
  return n;
}
enum { FILL_SIZE = 3 * HOLES_SIZE };

/* ---- mutations ---------------------------------------------------------- */

static void delete_lines(Text *t) {
  size_t from, to;
  some_lines(t, &from, &to);
  splice(t, from, to, "", 0);
}

static void copy_lines(Text *t) {
  size_t from, to;
  some_lines(t, &from, &to);
  char copy[4096];
  size_t n = MIN(to - from, sizeof copy);
  memcpy(copy, t->ptr + from, n);
  if (chance(t, 2)) splice(t, from, from + n, "", 0);
  size_t at = line_start(t, chance(t, t->len + 1));
  splice(t, at, at, copy, n);
}

/* Moves lines right or left. */
static void shift_lines(Text *t, size_t from, size_t to, bool right) {
  for (size_t line = from; line < to && line < t->len;) {
    size_t have = MIN(indent_of(t, line), (size_t)INDENT), before = t->len;
    if (right) splice(t, line, line, "    ", INDENT);
    else splice(t, line, line + have, "", 0);
    to += t->len - before;
    line = line_next(t, line);
  }
}

static void indent_lines(Text *t) {
  size_t from, to;
  some_lines(t, &from, &to);
  shift_lines(t, from, to, chance(t, 2));
}

/* Puts a header above lines, which become its body. */
static void wrap_lines(Text *t) {
  char text[FILL_SIZE];
  size_t from, to;
  some_lines(t, &from, &to);
  size_t indent = indent_of(t, from);
  shift_lines(t, from, to, true);
  size_t n =
      fill(t, headers[chance(t, ARRAY_LEN(headers))], indent, text);
  text[n++] = '\n';
  splice(t, from, from, text, n);
}

static void add_statement(Text *t) {
  char text[FILL_SIZE];
  size_t at = line_start(t, chance(t, t->len + 1));
  size_t n = fill(t, statements[chance(t, ARRAY_LEN(statements))],
                  indent_of(t, at), text);
  text[n++] = '\n';
  splice(t, at, at, text, n);
}

static void replace_word(Text *t) {
  char text[FILL_SIZE];
  size_t from, to;
  if (!some_word(t, &from, &to)) return;
  size_t n = fill(t, "$", 0, text);
  splice(t, from, to, text, n);
}

static void replace_by_expression(Text *t) {
  char text[FILL_SIZE];
  size_t from, to;
  if (!some_word(t, &from, &to)) return;
  size_t n = fill(t, expressions[chance(t, ARRAY_LEN(expressions))], 0, text);
  splice(t, from, to, text, n);
}

/* Replaces every use of a word by another one. */
static void rename_word(Text *t) {
  size_t from, to;
  if (!some_word(t, &from, &to)) return;
  char old[64], new[FILL_SIZE];
  size_t n = to - from, m = fill(t, "$", 0, new);
  memcpy(old, t->ptr + from, n);
  for (size_t at = 0; at + n <= t->len; at++) {
    bool whole = memcmp(t->ptr + at, old, n) == 0 &&
                 (at == 0 || !is_word(t->ptr[at - 1])) &&
                 (at + n == t->len || !is_word(t->ptr[at + n]));
    if (!whole) continue;
    if (!splice(t, at, at + n, new, m)) return;
    at += m;
  }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most,
                               unsigned seed) {
  static void (*const mutations[])(Text *) = {
      delete_lines,  copy_lines,   copy_lines,           indent_lines,
      wrap_lines,    wrap_lines,   add_statement,        add_statement,
      add_statement, replace_word, replace_by_expression, replace_by_expression,
      rename_word};
  if (size < 2 || most < 16 || seed % 8 == 0)
    return LLVMFuzzerMutate(data, size, most);
  Text t = {(char *)data + 1, size - 1, most - 1, hash_u64(seed)};
  if (chance(&t, 8) == 0) data[0] = (uint8_t)chance(&t, 32);
  for (uint32_t n = 1 + chance(&t, 3); n; n--)
    mutations[chance(&t, ARRAY_LEN(mutations))](&t);
  return t.len + 1;
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size,
                                 const uint8_t *b, size_t b_size, uint8_t *out,
                                 size_t most, unsigned seed) {
  if (a_size < 2 || b_size < 2 || a_size > most) return 0;
  memcpy(out, a, a_size);
  Text t = {(char *)out + 1, a_size - 1, most - 1, hash_u64(seed)};
  Text other = {(char *)(uintptr_t)b + 1, b_size - 1, 0, hash_u64(seed + 1)};
  for (uint32_t n = 1 + chance(&t, 3); n; n--) {
    size_t from, to, at = line_start(&t, chance(&t, t.len + 1));
    some_lines(&other, &from, &to);
    splice(&t, at, at, other.ptr + from, to - from);
  }
  return t.len + 1;
}

/* ---- the stack ---------------------------------------------------------- */

void fuzz_stack_init(void) {
  static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
  struct sigaction before[ARRAY_LEN(signals)];
  for (size_t i = 0; i < ARRAY_LEN(signals); i++)
    sigaction(signals[i], NULL, &before[i]);
  fault_bound_main_stack((size_t)64 << 20);
  fault_thread_init();
  for (size_t i = 0; i < ARRAY_LEN(signals); i++)
    sigaction(signals[i], &before[i], NULL);
}
