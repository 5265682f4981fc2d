/* suppress.c - which diagnostics a comment takes away, and which comments take
 * nothing away.
 *
 * A comment acts on its own line; a finding is reached by comments on its first
 * and on its last line (parentheses around it belong to it), and on that where the definition begins that it names
 * (mypy's place for what is wrong with overloads); a comment that stands alone before the code acts on the
 * whole file.  Codes: one of our rule names (with or without `taipan:` or `ty:`
 * in front) means that rule only; any other code comes from another tool,
 * whose findings cannot be told from ours, and makes the comment a blanket.
 */
#include "infer/suppress.h"

typedef struct {
  const Pragma *pragma;
  bool acts;    /* can suppress at all */
  bool blanket; /* no codes, or a code of another tool */
  bool used;    /* suppressed something */
  uint64_t rules[(RULE_COUNT + 63) / 64]; /* named */
  uint64_t used_rules[(RULE_COUNT + 63) / 64];
} Comment;

typedef struct {
  const ParseResult *parse;
  const FileOptions *options;
  DiagList *list;
  Comment *comments; /* by line, as the pragmas are */
  uint32_t n;
  VEC(Comment *) for_file; /* those that act on the whole file */
} Suppress;

static bool has(const uint64_t *set, uint32_t i) {
  return set[i / 64] >> (i % 64) & 1;
}
static void put(uint64_t *set, uint32_t i) {
  set[i / 64] |= (uint64_t)1 << (i % 64);
}

static const char *pragma_text(const Pragma *pragma) {
  switch ((PragmaKind)pragma->kind) {
  case PRAGMA_TYPE_IGNORE: return "type: ignore";
  case PRAGMA_TAIPAN_IGNORE: return "taipan: ignore";
  case PRAGMA_TY_IGNORE: return "ty: ignore";
  case PRAGMA_PYRIGHT_IGNORE: return "pyright: ignore";
  case PRAGMA_PYREFLY_IGNORE: return "pyrefly: ignore";
  case PRAGMA_MYPY_IGNORE_ERRORS: return "mypy: ignore-errors";
  case PRAGMA_PYREFLY_IGNORE_ERRORS: return "pyrefly: ignore-errors";
  case PRAGMA_TYPE_COMMENT: break;
  }
  return "";
}

/* The rule of a comment that does nothing.  Those that other checkers obey
 * may be there for them. */
static Rule unused_rule(const Pragma *pragma) {
  bool own = pragma->kind == PRAGMA_TAIPAN_IGNORE ||
             pragma->kind == PRAGMA_TY_IGNORE;
  return own ? RULE_UNUSED_IGNORE_COMMENT : RULE_UNUSED_TYPE_IGNORE_COMMENT;
}

/* Not what cannot be argued away: a broken file, an answer asked for. */
static bool is_suppressible(uint32_t rule) {
  return rule != RULE_INVALID_SYNTAX && rule != RULE_IO_ERROR &&
         rule != RULE_INTERNAL_ERROR && rule != RULE_REVEALED_TYPE &&
         rule != RULE_UNUSED_IGNORE_COMMENT &&
         rule != RULE_UNUSED_TYPE_IGNORE_COMMENT &&
         rule != RULE_INVALID_IGNORE_COMMENT;
}

static Rule code_rule(Str code) {
  if (str_starts(code, STR("ty:"))) code = str_from_byte(code, 3);
  else if (str_starts(code, STR("taipan:"))) code = str_from_byte(code, 7);
  return rule_find(str_trim(code));
}

/* Calls of the next code of a comma-separated list; false at the end. */
static bool next_code(Str *rest, Str *code) {
  while (rest->ptr && str_split(rest, ',', code)) {
    *code = str_trim(*code);
    if (code->len) return true;
  }
  return false;
}

static void read_comment(Suppress *s, const Pragma *pragma, Comment *out) {
  *out = (Comment){.pragma = pragma};
  if (pragma->malformed || pragma->kind == PRAGMA_TYPE_COMMENT) return;
  if (pragma->kind == PRAGMA_TYPE_IGNORE &&
      !s->options->respect_type_ignore_comments)
    return;
  out->acts = true;
  out->blanket = !pragma->has_codes;
  Str rest = pragma->has_codes ? pragma->codes : STR_EMPTY, code;
  while (rest.len && next_code(&rest, &code)) {
    Rule rule = code_rule(code);
    if (rule != RULE_COUNT) put(out->rules, rule);
    else if (pragma->kind != PRAGMA_TAIPAN_IGNORE) out->blanket = true;
  }
}

/* The comment takes the rule away, here. */
static bool applies(Comment *c, uint32_t rule) {
  if (!c->acts) return false;
  if (has(c->rules, rule)) {
    put(c->used_rules, rule);
  } else if (!c->blanket || !is_suppressible(rule)) {
    return false;
  }
  c->used = true;
  return true;
}

/* The first comment on `line` or behind it. */
static uint32_t first_at(const Suppress *s, uint32_t line) {
  uint32_t low = 0, high = s->n;
  while (low < high) {
    uint32_t mid = low + (high - low) / 2;
    if (s->comments[mid].pragma->line < line) low = mid + 1;
    else high = mid;
  }
  return low;
}

static bool applies_on_line(Suppress *s, uint32_t line, uint32_t rule) {
  bool any = false;
  for (uint32_t i = first_at(s, line);
       i < s->n && s->comments[i].pragma->line == line; i++)
    any |= applies(&s->comments[i], rule);
  return any;
}

/* ---- parentheses around a finding ---------------------------------------
 * x = (  # type: ignore
 *     f()
 * )
 * The finding is about `f()`; a person thinks of all of it. */

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_' || (uint8_t)c >= 0x80;
}

/* Offset of the next character that is neither blank nor in a comment. */
static uint32_t skip_forward(Str text, uint32_t at) {
  while (at < text.len && (is_blank(text.ptr[at]) || text.ptr[at] == '#')) {
    if (text.ptr[at] == '#')
      while (at < text.len && text.ptr[at] != '\n') at++;
    else
      at++;
  }
  return at;
}

/* Offset behind the last character before `at` that is not blank; a comment
 * counts as blank when a `(` stands before it. */
static uint32_t skip_backward(Str text, uint32_t at) {
  uint32_t end = at, line, first;
  for (;;) {
    while (end && is_blank(text.ptr[end - 1])) end--;
    if (!memchr(text.ptr + end, '\n', at - end)) return end;
    for (line = end; line && text.ptr[line - 1] != '\n'; line--) {}
    for (first = line; first < end && is_blank(text.ptr[first]); first++) {}
    if (first == end || text.ptr[first] != '#') break;
    end = line;
  }
  uint32_t open = 0; /* behind the last `(` that only blanks follow */
  for (uint32_t i = line; i < end && text.ptr[i] != '#'; i++)
    if (text.ptr[i] == '(') open = i + 1;
    else if (!is_blank(text.ptr[i])) open = 0;
  return open ? open : end;
}

/* Of a call, or of a def: what stands before it is no operator or keyword. */
static bool belongs_to_call(Str text, uint32_t open) {
  static const char *const words[] = {"return", "yield", "await", "in", "not",
                                      "and", "or", "is", "if", "else", "from",
                                      "assert", "del", "raise", "lambda"};
  uint32_t end = open;
  while (end && (text.ptr[end - 1] == ' ' || text.ptr[end - 1] == '\t')) end--;
  uint32_t start = end;
  while (start && (is_word(text.ptr[start - 1]))) start--;
  char before = end ? text.ptr[end - 1] : '=';
  if (start == end) return before == ')' || before == ']' || before == '"' ||
                           before == '\'' || before == '}';
  Str word = str_slice(text, start, end);
  for (uint32_t i = 0; i < ARRAY_LEN(words); i++)
    if (str_is(word, words[i])) return false;
  return true;
}

static Span with_parentheses(Str text, Span span) {
  for (;;) {
    uint32_t close = skip_forward(text, span.end);
    uint32_t open = skip_backward(text, span.start);
    if (close >= text.len || text.ptr[close] != ')' || open == 0 ||
        text.ptr[open - 1] != '(' || belongs_to_call(text, open - 1))
      return span;
    span = (Span){open - 1, close + 1};
  }
}

/* True when some comment takes the diagnostic away; all that do are marked as
 * used, since each may be there for another tool. */
static bool is_suppressed(Suppress *s, const Diag *diag) {
  if (!is_suppressible(diag->rule)) return false;
  Str text = s->parse->ast.source;
  uint32_t first =
      line_map_position(&s->parse->lines, text, diag->span.start).line;
  uint32_t last = first;
  if (diag->span.end > diag->span.start)
    last = line_map_position(&s->parse->lines, text, diag->span.end - 1).line;
  bool any = applies_on_line(s, first, diag->rule);
  for (uint32_t i = first_at(s, first - 1);
       i < s->n && s->comments[i].pragma->line + 1 == first; i++)
    if (s->comments[i].pragma->above) any |= applies(&s->comments[i], diag->rule);
  Span around = with_parentheses(s->parse->ast.source, diag->span);
  if (around.start != diag->span.start) {
    uint32_t open = line_map_position(&s->parse->lines, text, around.start).line;
    uint32_t close =
        line_map_position(&s->parse->lines, text, around.end - 1).line;
    if (open != first) any |= applies_on_line(s, open, diag->rule);
    if (close != last) any |= applies_on_line(s, close, diag->rule);
  }
  if (last != first) any |= applies_on_line(s, last, diag->rule);
  if (diag->head) {
    uint32_t head = line_map_position(&s->parse->lines, text, diag->head).line;
    if (head != first) any |= applies_on_line(s, head, diag->rule);
  }
  for (uint32_t i = 0; i < s->for_file.n; i++)
    any |= applies(s->for_file.v[i], diag->rule);
  return any;
}

/* ---- comments that do nothing ------------------------------------------- */

static void report_codes(Suppress *s, const Comment *c) {
  const Pragma *pragma = c->pragma;
  Str rest = pragma->codes, code;
  while (rest.len && next_code(&rest, &code)) {
    Rule rule = code_rule(code);
    uint32_t at = (uint32_t)(code.ptr - s->parse->ast.source.ptr);
    Span span = {at, at + code.len};
    if (span.end > s->parse->ast.source.len) span = pragma->span;
    if (rule == RULE_COUNT) {
      if (pragma->kind == PRAGMA_TAIPAN_IGNORE)
        diag_add(s->list, RULE_INVALID_IGNORE_COMMENT, span,
                 "Unknown rule `%" PRIstr "` in `%s` comment", STR_ARG(code),
                 pragma_text(pragma));
      else if (!c->used)
        diag_add(s->list, unused_rule(pragma), span,
                 "Unused `%s` comment: no finding for `%" PRIstr "`",
                 pragma_text(pragma), STR_ARG(code));
    } else if (!has(c->used_rules, rule) && is_suppressible(rule) &&
               s->options->levels[rule] != SEVERITY_IGNORE) {
      diag_add(s->list, unused_rule(pragma), span,
               "Unused `%s` comment: no finding for `%" PRIstr "`",
               pragma_text(pragma), STR_ARG(code));
    }
  }
}

/* The comment names the rules about unused comments. */
static bool asks_to_stay(const Comment *c) {
  return has(c->rules, RULE_UNUSED_IGNORE_COMMENT) ||
         has(c->rules, RULE_UNUSED_TYPE_IGNORE_COMMENT);
}

static void report_comment(Suppress *s, Comment *c) {
  const Pragma *pragma = c->pragma;
  if (pragma->malformed) {
    diag_add(s->list, RULE_INVALID_IGNORE_COMMENT, pragma->span,
             "Malformed `%s` comment", pragma_text(pragma));
    return;
  }
  if (!c->acts) return;
  if (asks_to_stay(c)) return;
  for (uint32_t i = first_at(s, pragma->line);
       i < s->n && s->comments[i].pragma->line == pragma->line; i++)
    if (asks_to_stay(&s->comments[i])) return;
  if (pragma->has_codes) report_codes(s, c);
  else if (!c->used)
    diag_add(s->list, unused_rule(pragma), pragma->span,
             "Unused `%s` comment", pragma_text(pragma));
}

void suppress_apply(const ParseResult *parse, const FileOptions *options,
                    DiagList *list) {
  diag_sort(list);
  if (parse->pragma_count == 0) return;
  Suppress s = {.parse = parse,
                .options = options,
                .list = list,
                .n = parse->pragma_count};
  s.comments = ARENA_ARRAY(list->arena, Comment, s.n);
  for (uint32_t i = 0; i < s.n; i++) {
    read_comment(&s, &parse->pragmas[i], &s.comments[i]);
    if (s.comments[i].pragma->whole_file)
      vec_push(&s.for_file, list->arena, &s.comments[i]);
  }
  uint32_t kept = 0;
  for (uint32_t i = 0; i < list->items.n; i++)
    if (!is_suppressed(&s, &list->items.v[i]))
      list->items.v[kept++] = list->items.v[i];
  list->items.n = kept;
  /* Behind a syntax error findings may be missing: nothing is called unused. */
  if (parse->has_errors) return;
  for (uint32_t i = 0; i < s.n; i++) report_comment(&s, &s.comments[i]);
  diag_sort(list);
}
