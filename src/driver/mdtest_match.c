/* mdtest_match.c - assertions in comments against findings. */
#include "driver/mdtest.h"

/* ---- comments ----------------------------------------------------------- */

typedef struct {
  uint32_t line;
  bool own_line; /* nothing but white space before it */
  Str text;      /* with its '#' */
} Comment;
typedef VEC(Comment) Comments;

/* What the lexer is inside of; only f-strings nest. */
typedef struct {
  char quote; /* 0: code */
  bool triple, formatted, raw;
  bool spec;      /* code state of an f-string: behind the ':' */
  uint32_t depth; /* code: open brackets */
} LexState;

typedef struct {
  Str text;
  uint32_t at, line, line_start;
  VEC(LexState) stack;
  Arena *arena;
  Comments *out;
} Lexer;

static bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_' || (uint8_t)c >= 0x80;
}

static char look(const Lexer *x, uint32_t ahead) {
  return x->at + ahead < x->text.len ? x->text.ptr[x->at + ahead] : 0;
}

/* A quote in code: opens a string with the letters before it as prefix. */
static void open_string(Lexer *x) {
  LexState s = {.quote = look(x, 0)};
  for (uint32_t i = x->at; i > 0 && is_word(x->text.ptr[i - 1]); i--) {
    char c = x->text.ptr[i - 1];
    s.formatted |= c == 'f' || c == 'F' || c == 't' || c == 'T';
    if (x->at - i >= 2) s.formatted = false; /* a word, no prefix */
  }
  s.triple = look(x, 1) == s.quote && look(x, 2) == s.quote;
  x->at += s.triple ? 3 : 1;
  vec_push(&x->stack, x->arena, s);
}

static void lex_comment(Lexer *x) {
  uint32_t end = x->at;
  while (end < x->text.len && x->text.ptr[end] != '\n') end++;
  Str before = str_slice(x->text, x->line_start, x->at);
  Str text = str_trim(str_slice(x->text, x->at, end));
  vec_push(x->out, x->arena,
           (Comment){x->line, str_trim(before).len == 0, text});
  x->at = end;
}

static void lex_code(Lexer *x) {
  LexState *s = &vec_last(&x->stack);
  bool nested = x->stack.n > 1;
  char c = look(x, 0);
  if (c == '#') {
    lex_comment(x);
    return;
  }
  if (c == '"' || c == '\'') {
    open_string(x);
    return;
  }
  if (c == '(' || c == '[' || c == '{') s->depth++;
  if (nested && s->depth == 0 && c == '}') {
    x->stack.n--;
  } else if (c == ')' || c == ']' || c == '}') {
    if (s->depth) s->depth--;
  } else if (nested && s->depth == 0 && c == ':') {
    s->spec = true;
  }
  x->at++;
}

/* Behind the ':' of a replacement field: text with fields of its own. */
static void lex_spec(Lexer *x) {
  char c = look(x, 0);
  x->at++;
  if (c == '{') vec_push(&x->stack, x->arena, (LexState){0});
  else if (c == '}') x->stack.n--;
}

static void lex_string(Lexer *x) {
  LexState *s = &vec_last(&x->stack);
  char c = look(x, 0);
  if (c == '\\' && x->at + 1 < x->text.len && look(x, 1) != '\n') {
    x->at += 2;
  } else if (s->formatted && c == '{' && look(x, 1) == '{') {
    x->at += 2;
  } else if (s->formatted && c == '{') {
    x->at++;
    vec_push(&x->stack, x->arena, (LexState){0});
  } else if (c == s->quote &&
             (!s->triple || (look(x, 1) == c && look(x, 2) == c))) {
    x->at += s->triple ? 3 : 1;
    x->stack.n--;
  } else {
    x->at++;
  }
}

/* A line end closes every string that may not span lines, unless a backslash
 * stands before it. */
static void lex_line_end(Lexer *x) {
  bool joined = x->at > 0 && x->text.ptr[x->at - 1] == '\\';
  while (!joined && x->stack.n > 1 && vec_last(&x->stack).quote &&
         !vec_last(&x->stack).triple)
    x->stack.n--;
  x->line++;
  x->line_start = ++x->at;
}

static void find_comments(Str text, Arena *arena, Comments *out) {
  Lexer x = {.text = text, .line = 1, .arena = arena, .out = out};
  vec_push(&x.stack, arena, (LexState){0});
  while (x.at < text.len) {
    const LexState *s = &vec_last(&x.stack);
    if (look(&x, 0) == '\n') lex_line_end(&x);
    else if (s->quote) lex_string(&x);
    else if (s->spec) lex_spec(&x);
    else lex_code(&x);
  }
}

/* ---- assertions --------------------------------------------------------- */

typedef struct {
  uint32_t at;   /* line on which it is written */
  uint32_t line; /* line of which it speaks */
  bool revealed;
  bool snapshot;   /* its finding is in the snapshot block */
  Str text;        /* as written, behind the '#' */
  uint32_t column; /* 0: any */
  Str rule;        /* "" : any */
  bool has_text;
  Str message; /* error: part of the message; revealed: the type */
  const char *problem;
} Assertion;
typedef VEC(Assertion) Assertions;

/* `error: [COL] [rule] ["text"]`, behind the colon. */
static void parse_error(Str body, Assertion *a) {
  uint32_t i = 0;
  while (i < body.len && body.ptr[i] >= '0' && body.ptr[i] <= '9')
    a->column = a->column * 10 + (uint32_t)(body.ptr[i++] - '0');
  body = str_trim(str_from_byte(body, i));
  if (body.len && body.ptr[0] == '[') {
    uint32_t close = str_find_byte(body, ']');
    if (close == STR_NONE) {
      a->problem = "expected ']' to close the rule";
      return;
    }
    a->rule = str_trim(str_slice(body, 1, close));
    body = str_trim(str_from_byte(body, close + 1));
  }
  if (body.len && body.ptr[0] == '"') {
    uint32_t close = str_rfind_byte(body, '"');
    if (close == 0) {
      a->problem = "expected '\"' to close the text";
      return;
    }
    a->has_text = true;
    a->message = str_slice(body, 1, close);
    body = str_trim(str_from_byte(body, close + 1));
  }
  if (body.len) a->problem = "expected [rule], then \"text\", then the end";
  else if (!a->rule.len && !a->has_text)
    a->problem = "expected a rule or a text";
}

/* Behind the word `snapshot`: nothing, or what may follow `error:`, where the
 * brackets of a rule that stands alone may be left out. */
static void parse_snapshot(Str body, Assertion *a) {
  if (body.len) body = str_trim(str_from_byte(body, 1)); /* the colon */
  if (body.len == 0) return;
  if (body.ptr[0] >= 'a' && body.ptr[0] <= 'z') a->rule = body;
  else parse_error(body, a);
}

/* False: the comment is prose. */
static bool parse_assertion(Str comment, Assertion *out) {
  Str text = str_trim(str_from_byte(comment, 1));
  uint32_t cut = str_find_byte(text, '#');
  if (cut != STR_NONE) text = str_trim(str_slice(text, 0, cut));
  *out = (Assertion){.text = text};
  if (str_starts(text, STR("revealed:"))) {
    out->revealed = true;
    out->message = str_trim(str_from_byte(text, 9));
    if (out->message.len == 0) out->problem = "expected a type";
    return true;
  }
  if (str_is(text, "snapshot") || str_starts(text, STR("snapshot:"))) {
    out->snapshot = true;
    parse_snapshot(str_trim(str_from_byte(text, 8)), out);
    return true;
  }
  if (!str_starts(text, STR("error:"))) return false;
  parse_error(str_trim(str_from_byte(text, 6)), out);
  return true;
}

/* All assertions, with the lines of which they speak. */
static void find_assertions(Str text, Arena *arena, Assertions *out) {
  Comments comments = {0};
  find_comments(text, arena, &comments);
  uint32_t stack = 0;  /* assertions on lines of their own, so far */
  uint32_t expect = 0; /* the line that continues the stack */
  for (uint32_t i = 0; i < comments.n; i++) {
    const Comment *c = &comments.v[i];
    if (c->line != expect) stack = 0;
    Assertion a;
    bool is_assertion = parse_assertion(c->text, &a);
    if (!c->own_line) {
      if (is_assertion) {
        a.at = a.line = c->line;
        vec_push(out, arena, a);
      }
      stack = 0;
      continue;
    }
    if (!is_assertion) {
      stack = 0;
      continue;
    }
    a.at = c->line;
    a.line = expect = c->line + 1;
    vec_push(out, arena, a);
    stack++;
    for (uint32_t j = out->n - stack; j < out->n; j++) out->v[j].line = a.line;
  }
}

/* ---- matching ----------------------------------------------------------- */

static bool matches(const Assertion *a, const Finding *f, Arena *arena) {
  if (a->problem) return false;
  if (a->revealed) {
    if (f->rule != RULE_REVEALED_TYPE) return false;
    Str type =
        str_printf(arena, "Revealed type: `%" PRIstr "`", STR_ARG(a->message));
    Str mro =
        str_printf(arena, "Revealed MRO: %" PRIstr, STR_ARG(a->message));
    return str_eq(type, f->message) || str_eq(mro, f->message);
  }
  if (a->column && a->column != f->place.column) return false;
  if (a->rule.len && !str_is(a->rule, rule_info[f->rule].name)) return false;
  return !a->has_text || str_find(f->message, a->message, 0) != STR_NONE;
}

/* The findings and assertions of one line. */
typedef struct {
  const Assertion *a;
  uint32_t an;
  const Finding *f;
  uint32_t fn;
  uint32_t *owner; /* of each finding: assertion + 1; 0: free */
  bool *tried;
  Arena *arena;
} Line;

/* Gives assertion i a finding, moving others' where it must (Kuhn's
 * algorithm), so that the order of the comments does not matter. */
static bool assign(Line *l, uint32_t i) {
  for (uint32_t j = 0; j < l->fn; j++) {
    if (l->tried[j] || !matches(&l->a[i], &l->f[j], l->arena)) continue;
    l->tried[j] = true;
    if (l->owner[j] && !assign(l, l->owner[j] - 1)) continue;
    l->owner[j] = i + 1;
    return true;
  }
  return false;
}

static void fail(MdFailures *out, Arena *arena, const MdFile *file,
                 uint32_t line, Str text) {
  vec_push(out, arena, (MdFailure){mdtest_line(file, line), text});
}

/* Each `revealed` assertion, and each snapshot of a revealed type, takes one
 * undefined-reveal with it that nobody asserted. */
static void swallow_undefined(Line *l) {
  uint32_t revealed = 0;
  for (uint32_t i = 0; i < l->an; i++) revealed += l->a[i].revealed;
  for (uint32_t j = 0; j < l->fn; j++)
    revealed += l->owner[j] && l->a[l->owner[j] - 1].snapshot &&
                l->f[j].rule == RULE_REVEALED_TYPE;
  for (uint32_t j = 0; j < l->fn && revealed; j++) {
    if (l->f[j].rule != RULE_UNDEFINED_REVEAL || l->owner[j]) continue;
    l->owner[j] = UINT32_MAX;
    revealed--;
  }
}

static Str assertion_text(const Assertion *a, Arena *arena) {
  if (a->problem)
    return str_printf(arena, "invalid assertion: %" PRIstr ": %s",
                      STR_ARG(a->text), a->problem);
  return str_printf(arena, "unmatched assertion: %" PRIstr, STR_ARG(a->text));
}

static void match_line(Line *l, const MdFile *file, bool *marked,
                       MdFailures *out) {
  l->owner = ARENA_ARRAY(l->arena, uint32_t, l->fn + 1);
  for (uint32_t i = 0; i < l->an; i++) {
    l->tried = ARENA_ARRAY(l->arena, bool, l->fn + 1);
    if (!assign(l, i))
      fail(out, l->arena, file, l->a[i].at, assertion_text(&l->a[i], l->arena));
  }
  swallow_undefined(l);
  for (uint32_t j = 0; j < l->fn; j++) {
    const Finding *f = &l->f[j];
    uint32_t owner = l->owner[j];
    marked[j] = owner && owner <= l->an && l->a[owner - 1].snapshot;
    if (owner) continue;
    Str text = str_printf(l->arena, "unexpected error: %u [%s] \"%" PRIstr "\"",
                          f->place.column, rule_info[f->rule].name,
                          STR_ARG(f->message));
    fail(out, l->arena, file, f->place.line, text);
  }
}

void mdtest_match(const MdFile *file, const Finding *findings, uint32_t n,
                  Arena *arena, MdFailures *out) {
  Assertions assertions = {0};
  find_assertions(file->text, arena, &assertions);
  bool *marked = ARENA_ARRAY(arena, bool, n + 1);
  uint32_t i = 0, j = 0;
  while (i < assertions.n || j < n) {
    uint32_t line = UINT32_MAX;
    if (i < assertions.n) line = assertions.v[i].line;
    if (j < n) line = MIN(line, findings[j].place.line);
    uint32_t ie = i, je = j;
    while (ie < assertions.n && assertions.v[ie].line == line) ie++;
    while (je < n && findings[je].place.line == line) je++;
    Line l = {.a = assertions.v + i,
              .an = ie - i,
              .f = findings + j,
              .fn = je - j,
              .arena = arena};
    match_line(&l, file, marked + j, out);
    i = ie;
    j = je;
  }
  VEC(uint32_t) lines = {0};
  for (i = 0; i < assertions.n; i++)
    if (assertions.v[i].snapshot) vec_push(&lines, arena, assertions.v[i].at);
  mdtest_snapshots(file, findings, n, marked, lines.v, lines.n, arena, out);
}
