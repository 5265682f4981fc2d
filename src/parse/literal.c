/* literal.c - numbers, strings, bytes, f-strings and t-strings.
 *
 * Adjacent literals are one node.  A string's value is a slice of the source
 * when nothing had to be decoded, else it is decoded into a buffer of the
 * Parser and copied into the module's arena.  In f-strings tree-sitter's
 * string_content nodes are not used: the literal text is what lies between the
 * replacement fields.
 *
 * A lone surrogate (\ud800) is kept in the three bytes that UTF-8 would have
 * given it; \N{...} becomes U+FFFD, because the table of names is not at hand.
 */
#include "parse/lower_int.h"

/* ---- numbers ------------------------------------------------------------ */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static uint32_t digit_value(char c) {
  if (is_digit(c)) return (uint32_t)(c - '0');
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10) : 99;
}

/* Underscores stand between digits only. */
static bool underscores_ok(Str s) {
  for (uint32_t i = 0; i < s.len; i++)
    if (s.ptr[i] == '_' &&
        (i + 1 >= s.len || digit_value(s.ptr[i + 1]) > 15 || i == 0))
      return false;
  return true;
}

static bool leading_zeros(Str s) {
  if (s.ptr[0] != '0') return false;
  for (uint32_t i = 0; i < s.len; i++)
    if (s.ptr[i] != '0' && s.ptr[i] != '_') return true;
  return false;
}

static AstValue int_value(Lower *l, uint32_t c, Str s) {
  uint32_t base = 10, from = 0;
  const char *name = "decimal";
  if (s.len > 1 && s.ptr[0] == '0') {
    switch (s.ptr[1] | 0x20) {
    case 'x': base = 16; from = 2; name = "hexadecimal"; break;
    case 'o': base = 8; from = 2; name = "octal"; break;
    case 'b': base = 2; from = 2; name = "binary"; break;
    default: break;
    }
  }
  if ((s.ptr[s.len - 1] | 0x20) == 'l') {
    s.len--;
    lower_error(l, end_of(l, c) - 1, end_of(l, c),
                "the suffix `L` of numbers is Python 2's");
  }
  Str digits = str_slice(s, from == 2 && s.ptr[2] == '_' ? 3 : from, s.len);
  if (!underscores_ok(digits))
    lower_error(l, start_of(l, c), end_of(l, c), "invalid %s literal", name);
  else if (base == 10 && leading_zeros(s))
    lower_error(l, start_of(l, c), end_of(l, c),
                "leading zeros in decimal integer literals are not permitted; "
                "use an 0o prefix for octal integers");
  int64_t n = 0;
  for (uint32_t i = 0; i < digits.len; i++) {
    if (digits.ptr[i] == '_') continue;
    uint32_t d = digit_value(digits.ptr[i]);
    if (__builtin_mul_overflow(n, (int64_t)base, &n) ||
        __builtin_add_overflow(n, (int64_t)d, &n))
      return (AstValue){.text = s, .big = true};
  }
  return (AstValue){.integer = n};
}

uint32_t lower_number(Lower *l, uint32_t c) {
  Str s = {l->text.ptr + start_of(l, c), end_of(l, c) - start_of(l, c)};
  if (UNLIKELY(s.len == 0 || (!is_digit(s.ptr[0]) && s.ptr[0] != '.')))
    return lower_error_expr(l, c); /* what stands for a broken line */
  bool imaginary = s.len && (s.ptr[s.len - 1] | 0x20) == 'j';
  bool hex = s.len > 1 && (s.ptr[1] | 0x20) == 'x';
  bool is_float = kind_of(l, c) == CST_FLOAT;
  AstKind kind = AST_Int;
  if (imaginary && !hex)
    kind = AST_Complex;
  else if (is_float)
    kind = AST_Float;
  uint32_t id = node_open(l, kind, start_of(l, c), end_of(l, c));
  if (kind == AST_Int) {
    AstValue value = int_value(l, c, s);
    if (!l->text_is_source && value.big)
      value.text = str_dup(l->mod, value.text);
    uint32_t at = value_add(l, value);
    node_at(l, id)->a = at;
    return id;
  }
  for (uint32_t i = 0; i < s.len; i++)
    if (s.ptr[i] == '_' && (i + 1 >= s.len || !is_digit(s.ptr[i + 1]) ||
                            !is_digit(s.ptr[i - 1]))) {
      lower_error(l, start_of(l, c), end_of(l, c), "invalid decimal literal");
      break;
    }
  return id;
}

/* ---- pieces of a string ------------------------------------------------- */

typedef struct {
  uint32_t node;         /* Cst of the string */
  uint32_t from, to;     /* what lies between the quotes */
  bool raw, bytes, unicode, format, template, triple;
  char quote;
} Piece;

static void bad_prefix(Lower *l, uint32_t start, uint32_t end) {
  lower_error(l, start, end, "invalid string prefix `%.*s`",
              (int)(end - start), l->text.ptr + start);
}

static Piece piece_of(Lower *l, uint32_t c) {
  Piece p = {.node = c};
  uint32_t open = c + 1, last = next_of(l, c) - 1;
  uint32_t i = start_of(l, open), end = end_of(l, open), seen = 0;
  uint32_t start = i;
  bool twice = false;
  for (; i < end; i++) {
    char letter = (char)(l->text.ptr[i] | 0x20);
    uint32_t bit;
    switch (letter) {
    case 'r': bit = 1; p.raw = true; break;
    case 'b': bit = 2; p.bytes = true; break;
    case 'u': bit = 4; p.unicode = true; break;
    case 'f': bit = 8; p.format = true; break;
    case 't': bit = 16; p.format = p.template = true; break;
    default: bit = 0; break;
    }
    if (bit == 0) break;
    twice |= (seen & bit) != 0;
    seen |= bit;
  }
  uint32_t main = seen & ~1u;
  if (twice || (main & (main - 1)) || (seen & 5) == 5)
    bad_prefix(l, start, i);
  p.quote = l->text.ptr[i];
  if (p.quote == '`')
    lower_error(l, start_of(l, c), end_of(l, c),
                "backquotes are Python 2's: use repr()");
  p.triple = end - i == 3;
  p.from = end;
  /* string_end may begin early: in r'\\' it holds the backslashes too. */
  p.to = end_of(l, last) - (end - i);
  if (p.to < p.from) p.to = p.from;
  if (p.template) lower_since(l, 14, start, end_of(l, c), "a t-string");
  return p;
}

/* ---- decoding ----------------------------------------------------------- */

static void put_byte(Lower *l, char c) { hvec_push(&l->p->bytes, c); }

static void put_code_point(Lower *l, uint32_t cp) {
  if (cp < 0x80) {
    put_byte(l, (char)cp);
  } else if (cp < 0x800) {
    put_byte(l, (char)(0xC0 | cp >> 6));
    put_byte(l, (char)(0x80 | (cp & 63)));
  } else if (cp < 0x10000) {
    put_byte(l, (char)(0xE0 | cp >> 12));
    put_byte(l, (char)(0x80 | (cp >> 6 & 63)));
    put_byte(l, (char)(0x80 | (cp & 63)));
  } else {
    put_byte(l, (char)(0xF0 | cp >> 18));
    put_byte(l, (char)(0x80 | (cp >> 12 & 63)));
    put_byte(l, (char)(0x80 | (cp >> 6 & 63)));
    put_byte(l, (char)(0x80 | (cp & 63)));
  }
}

/* \x, \u, \U: `count` hexadecimal digits from i on.  Returns where they end. */
static uint32_t put_hex(Lower *l, const Piece *p, uint32_t i, uint32_t to,
                        uint32_t count) {
  const char *s = l->text.ptr;
  uint32_t value = 0, n = 0, start = i - 2;
  while (n < count && i < to && digit_value(s[i]) < 16) {
    value = value * 16 + digit_value(s[i++]);
    n++;
  }
  if (n < count) {
    lower_error(l, start, i, "truncated \\%c escape: expected %u hexadecimal "
                "digits", s[start + 1], count);
    return i;
  }
  if (p->bytes)
    put_byte(l, (char)value);
  else if (value > 0x10FFFF)
    lower_error(l, start, i, "illegal Unicode character in \\U escape");
  else
    put_code_point(l, value);
  return i;
}

/* \N{NAME} */
static uint32_t put_named(Lower *l, uint32_t i, uint32_t to) {
  const char *s = l->text.ptr;
  uint32_t start = i - 2, from = i;
  if (i < to && s[i] == '{') {
    while (i < to && s[i] != '}') i++;
    if (i < to && i > from + 1) {
      put_code_point(l, 0xFFFD);
      return i + 1;
    }
  }
  lower_error(l, start, MIN(i + 1, to),
              "malformed \\N character escape: expected \\N{NAME}");
  return i;
}

/* The escape whose backslash is at i - 1.  Returns where it ends. */
static uint32_t put_escape(Lower *l, const Piece *p, uint32_t i, uint32_t to) {
  const char *s = l->text.ptr;
  char c = s[i++];
  switch (c) {
  case '\n': return i;
  case '\r': return i < to && s[i] == '\n' ? i + 1 : i;
  case '\\': case '\'': case '"': put_byte(l, c); return i;
  case 'a': put_byte(l, '\a'); return i;
  case 'b': put_byte(l, '\b'); return i;
  case 'f': put_byte(l, '\f'); return i;
  case 'n': put_byte(l, '\n'); return i;
  case 'r': put_byte(l, '\r'); return i;
  case 't': put_byte(l, '\t'); return i;
  case 'v': put_byte(l, '\v'); return i;
  case 'x': return put_hex(l, p, i, to, 2);
  case '0': case '1': case '2': case '3': case '4': case '5': case '6':
  case '7': {
    uint32_t value = (uint32_t)(c - '0');
    for (uint32_t n = 1; n < 3 && i < to && s[i] >= '0' && s[i] <= '7'; n++)
      value = value * 8 + (uint32_t)(s[i++] - '0');
    if (p->bytes)
      put_byte(l, (char)value);
    else
      put_code_point(l, value);
    return i;
  }
  case 'u': case 'U': case 'N':
    if (p->bytes) break;
    if (c == 'N') return put_named(l, i, to);
    return put_hex(l, p, i, to, c == 'u' ? 4 : 8);
  default: break;
  }
  put_byte(l, '\\'); /* not an escape: kept */
  return i - 1;
}

/* Appends the text [from, to) of a piece, decoded, to the buffer. */
static void put_text(Lower *l, const Piece *p, uint32_t from, uint32_t to) {
  const char *s = l->text.ptr;
  for (uint32_t i = from; i < to;) {
    char c = s[i];
    if (c == '\r') {
      put_byte(l, '\n');
      i += i + 1 < to && s[i + 1] == '\n' ? 2 : 1;
    } else if (c == '\\' && !p->raw && i + 1 < to) {
      i = put_escape(l, p, i + 1, to);
    } else if (p->format && (c == '{' || c == '}') && i + 1 < to &&
               s[i + 1] == c) {
      put_byte(l, c);
      i += 2;
    } else {
      if (p->format && c == '}')
        lower_error(l, i, i + 1, "f-string: single `}` is not allowed");
      put_byte(l, c);
      i++;
    }
  }
}

static void check_bytes(Lower *l, const Piece *p) {
  Str s = {l->text.ptr + p->from, p->to - p->from};
  if (str_is_ascii(s)) return;
  uint32_t i = p->from;
  while ((uint8_t)l->text.ptr[i] < 0x80) i++;
  lower_error(l, start_of(l, p->node), end_of(l, p->node),
              "bytes can only contain ASCII literal characters");
}

/* What is in the buffer above `base`, in the arena. */
static Str take_text(Lower *l, uint32_t base) {
  uint32_t n = l->p->bytes.n - base;
  Str text = {n ? arena_strndup(l->mod, l->p->bytes.v + base, n) : "", n};
  l->p->bytes.n = base;
  return text;
}

static uint8_t flags_of(const Piece *p) {
  return (uint8_t)((p->raw ? STR_RAW : 0) | (p->triple ? STR_TRIPLE : 0) |
                   (p->unicode ? STR_UNICODE_PREFIX : 0));
}

/* ---- plain strings and bytes -------------------------------------------- */

/* The value may be a slice of the source. */
static bool is_verbatim(const Lower *l, const Piece *p) {
  const char *s = l->text.ptr + p->from;
  size_t n = p->to - p->from;
  return l->text_is_source && (p->raw || !memchr(s, '\\', n)) &&
         !memchr(s, '\r', n);
}

static uint32_t lower_plain(Lower *l, uint32_t c, const Piece *first,
                            bool bytes) {
  uint32_t id = node_open(l, bytes ? AST_Bytes : AST_Str, start_of(l, c),
                          end_of(l, c));
  uint8_t flags = flags_of(first);
  AstValue value = {0};
  if (kind_of(l, c) == CST_STRING) {
    if (bytes) check_bytes(l, first);
    if (is_verbatim(l, first)) {
      value.text = (Str){l->text.ptr + first->from, first->to - first->from};
    } else {
      put_text(l, first, first->from, first->to);
      value.text = take_text(l, 0);
    }
  } else {
    flags |= STR_CONCATENATED;
    EACH_CHILD(l, k, c) {
      if (kind_of(l, k) != CST_STRING) continue;
      Piece p = piece_of(l, k);
      flags |= flags_of(&p);
      if (bytes) check_bytes(l, &p);
      put_text(l, &p, p.from, p.to);
    }
    value.text = take_text(l, 0);
  }
  uint32_t at = value_add(l, value);
  node_at(l, id)->a = at;
  node_at(l, id)->op = flags;
  return id;
}

/* ---- f-strings and t-strings -------------------------------------------- */

typedef struct {
  uint32_t base;       /* of the buffer: the text that waits */
  uint32_t start, end; /* its span */
  bool any;            /* something waits */
  uint8_t flags;
} Pending;

static void pend(Pending *w, uint32_t start, uint32_t end) {
  if (!w->any) w->start = start;
  w->end = end;
  w->any = true;
}

static void pending_flush(Lower *l, Pending *w) {
  if (!w->any) return;
  uint32_t id = node_open(l, AST_Str, w->start, w->end);
  Str text = take_text(l, w->base);
  uint32_t at = value_add(l, (AstValue){.text = text});
  node_at(l, id)->a = at;
  node_at(l, id)->op = w->flags;
  stack_push(l, id);
  w->any = false;
}

static void lower_fields(Lower *l, const Piece *p, Pending *w, uint32_t from,
                         uint32_t to, uint32_t first, uint32_t last);

/* tree-sitter ends a spec at a newline, Python at the brace. */
static uint32_t lower_spec(Lower *l, const Piece *p, uint32_t c) {
  uint32_t start = start_of(l, c), end = start_of(l, next_of(l, c));
  uint32_t id = node_open(l, AST_JoinedStr, start, end);
  Pending w = {.base = l->p->bytes.n, .flags = flags_of(p)};
  uint32_t base = l->p->stack.n;
  lower_fields(l, p, &w, start + 1, end, c + 1, next_of(l, c));
  pending_flush(l, &w);
  uint32_t list = list_flush(l, base);
  node_at(l, id)->a = list;
  node_close(l, id);
  return id;
}

/* Before 3.12 a field could not hold its string's own quote or a backslash. */
static void check_old_field(Lower *l, const Piece *p, uint32_t c) {
  if (python_at_least(l->version, 3, 12) || l->is_stub) return;
  Str s = {l->text.ptr + start_of(l, c), end_of(l, c) - start_of(l, c)};
  char quote[3] = {p->quote, p->quote, p->quote};
  uint32_t at = str_find_byte(s, '\\');
  if (at == STR_NONE)
    at = str_find(s, (Str){quote, p->triple ? 3 : 1}, 0);
  if (at == STR_NONE && !p->triple) at = str_find_byte(s, '\n');
  if (at != STR_NONE)
    lower_since(l, 12, start_of(l, c) + at, start_of(l, c) + at + 1,
                "this character in a replacement field of an f-string");
}

/* `=` of a debug field: its text goes before the value. */
static bool put_debug_text(Lower *l, Pending *w, uint32_t c) {
  uint32_t eq = child_of_kind(l, c, c + 1, CST_EQUAL);
  if (!eq) return false;
  uint32_t from = end_of(l, c + 1), to = start_of(l, next_of(l, eq));
  pend(w, start_of(l, c), start_of(l, c)); /* no place of its own */
  for (uint32_t i = from; i < to; i++)
    if (l->text.ptr[i] != '\r') put_byte(l, l->text.ptr[i]);
  return true;
}

static void lower_field(Lower *l, const Piece *p, Pending *w, uint32_t c) {
  if (lower_is_broken(l, c)) {
    pending_flush(l, w);
    uint32_t id = node_open(l, AST_FormattedValue, start_of(l, c),
                            end_of(l, c));
    uint32_t value = lower_error_expr(l, c);
    node_at(l, id)->a = value;
    node_close(l, id);
    stack_push(l, id);
    return;
  }
  check_old_field(l, p, c);
  bool debug = put_debug_text(l, w, c);
  pending_flush(l, w);
  uint32_t id =
      node_open(l, AST_FormattedValue, start_of(l, c), end_of(l, c));
  uint32_t conversion = 0, spec = 0, value = 0;
  l->depth++;
  EACH_CHILD(l, k, c) {
    switch (kind_of(l, k)) {
    case CST_LBRACE: case CST_RBRACE: case CST_EQUAL: break;
    case CST_TYPE_CONVERSION:
      conversion = (uint8_t)l->text.ptr[end_of(l, k) - 1];
      if (conversion != 's' && conversion != 'r' && conversion != 'a')
        lower_error(l, start_of(l, k), end_of(l, k),
                    "f-string: invalid conversion character `%c`: expected "
                    "`s`, `r` or `a`", (char)conversion);
      break;
    case CST_FORMAT_SPECIFIER: spec = lower_spec(l, p, k); break;
    default:
      if (kind_of(l, k) == CST_LAMBDA)
        lower_error(l, start_of(l, k), end_of(l, k),
                    "f-string: lambda expressions are not allowed without "
                    "parentheses");
      value = lower_value(l, k);
      break;
    }
  }
  l->depth--;
  if (debug && !conversion && !spec) conversion = 'r';
  AstNode *node = node_at(l, id);
  node->a = value;
  node->b = spec;
  node->c = conversion;
  node_close(l, id);
  stack_push(l, id);
}

/* Text and fields between `from` and `to`; the fields are among the Cst nodes
 * [first, last). */
static void lower_fields(Lower *l, const Piece *p, Pending *w, uint32_t from,
                         uint32_t to, uint32_t first, uint32_t last) {
  uint32_t at = from;
  for (uint32_t k = first; k < last; k = next_of(l, k)) {
    if (kind_of(l, k) != CST_INTERPOLATION &&
        kind_of(l, k) != CST_FORMAT_EXPRESSION)
      continue;
    uint32_t start = start_of(l, k);
    if (start > at) {
      pend(w, at, start);
      put_text(l, p, at, start);
    }
    lower_field(l, p, w, k);
    at = end_of(l, k);
  }
  if (to > at) {
    pend(w, at, to);
    put_text(l, p, at, to);
  }
}

static void lower_piece(Lower *l, const Piece *p, Pending *w) {
  w->flags |= flags_of(p);
  if (p->format) {
    lower_fields(l, p, w, p->from, p->to, p->node + 2, next_of(l, p->node));
  } else if (p->to > p->from) { /* the span holds the quotes, as CPython's */
    pend(w, start_of(l, p->node), end_of(l, p->node));
    put_text(l, p, p->from, p->to);
  }
}

static uint32_t lower_joined(Lower *l, uint32_t c, bool template) {
  uint32_t id = node_open(l, AST_JoinedStr, start_of(l, c), end_of(l, c));
  node_at(l, id)->op = template;
  Pending w = {.base = l->p->bytes.n};
  uint32_t base = l->p->stack.n, ctx = l->ctx;
  l->ctx |= CTX_FSTRING;
  if (kind_of(l, c) == CST_STRING) {
    Piece p = piece_of(l, c);
    lower_piece(l, &p, &w);
  } else {
    w.flags |= STR_CONCATENATED;
    EACH_CHILD(l, k, c) {
      if (kind_of(l, k) != CST_STRING) continue;
      Piece p = piece_of(l, k);
      lower_piece(l, &p, &w);
    }
  }
  l->ctx = ctx;
  pending_flush(l, &w);
  uint32_t list = list_flush(l, base);
  node_at(l, id)->a = list;
  node_close(l, id);
  return id;
}

/* ---- dispatch ----------------------------------------------------------- */

uint32_t lower_string(Lower *l, uint32_t c) {
  if (kind_of(l, c) == CST_STRING) {
    Piece p = piece_of(l, c);
    return p.format ? lower_joined(l, c, p.template)
                    : lower_plain(l, c, &p, p.bytes);
  }
  Piece first = {0};
  bool format = false, template = false, bytes = false, text = false;
  uint32_t plain = 0;
  EACH_CHILD(l, k, c) {
    if (kind_of(l, k) != CST_STRING) continue;
    if (lower_is_broken(l, k)) return lower_error_expr(l, c);
    bool had = l->has_errors;
    DiagList *diags = l->diags;
    l->diags = NULL; /* reported when the piece is lowered */
    Piece p = piece_of(l, k);
    l->diags = diags;
    l->has_errors = had;
    if (first.node == 0) first = p;
    format |= p.format;
    template |= p.template;
    if (p.bytes)
      bytes = true;
    else
      text = true;
    plain += !p.template;
  }
  if (bytes && text)
    lower_error(l, start_of(l, c), end_of(l, c),
                "cannot mix bytes and nonbytes literals");
  else if (template && plain)
    lower_error(l, start_of(l, c), end_of(l, c),
                "cannot mix t-string literals with string or bytes literals");
  return format ? lower_joined(l, c, template)
                : lower_plain(l, c, &first, bytes);
}
