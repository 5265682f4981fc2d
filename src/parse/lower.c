/* lower.c - from the flat Cst to the Ast: buffers, names, lists, the module.
 *
 * Problem: one pass over the Cst that builds the Ast of ast.h in pre-order,
 * with no allocation a node, and checks what tree-sitter lets pass.
 *
 * Representation: nodes, ends, extra and values grow in buffers of the Parser
 * that live from file to file; at the end they are copied once, at their exact
 * size, into the module's arena.
 *
 * Why it ends and what bounds the stack: each production calls others on
 * strictly smaller parts.  Chains that lean to the left (a.b().c + d ...) are
 * walked with an explicit stack (lower_expr.c), so that only true nesting
 * recurses, and `level` stops that at PARSE_DEPTH_MAX.
 */
#include "parse/lower_int.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <utf8proc.h>

Parser *parser_create(void) {
  Parser *p = mem_zalloc(sizeof *p);
  p->cst_parser = cst_parser_create();
  return p;
}

void parser_destroy(Parser *p) {
  if (!p) return;
  cst_parser_destroy(p->cst_parser);
  hvec_free(&p->cst);
  hvec_free(&p->nodes);
  hvec_free(&p->ends);
  hvec_free(&p->extra);
  hvec_free(&p->stack);
  hvec_free(&p->values);
  hvec_free(&p->spine);
  hvec_free(&p->bytes);
  hvec_free(&p->tokens);
  hvec_free(&p->defaults);
  hvec_free(&p->edits);
  hvec_free(&p->repairs);
  scan_free(&p->scan);
  mem_free(p);
}

uint32_t list_flush(Lower *l, uint32_t base) {
  U32Vec *stack = &l->p->stack, *extra = &l->p->extra;
  uint32_t n = stack->n - base;
  if (n == 0) return 0;
  uint32_t at = extra->n;
  hvec_reserve(extra, n + 1);
  extra->v[at] = n;
  memcpy(extra->v + at + 1, stack->v + base, n * sizeof(uint32_t));
  extra->n += n + 1;
  stack->n = base;
  return at;
}

uint32_t record_new(Lower *l, uint32_t words) {
  U32Vec *extra = &l->p->extra;
  uint32_t at = extra->n;
  hvec_reserve(extra, words);
  memset(extra->v + at, 0, words * sizeof(uint32_t));
  extra->n += words;
  return at;
}

uint32_t value_add(Lower *l, AstValue value) {
  hvec_push(&l->p->values, value);
  return l->p->values.n - 1;
}

/* ---- names -------------------------------------------------------------- */

static uint32_t hash_name(const char *s, uint32_t n) {
  uint64_t h = 0, w = n;
  if (n >= 8) {
    for (; n > 8; s += 8, n -= 8) {
      memcpy(&h, s, 8);
      w = (w ^ h) * 0x9E3779B97F4A7C15u;
      w ^= w >> 32;
    }
    memcpy(&h, s + n - 8, 8); /* overlaps what came before */
  } else if (n >= 4) {
    uint32_t lo, hi;
    memcpy(&lo, s, 4);
    memcpy(&hi, s + n - 4, 4);
    h = (uint64_t)hi << 32 | lo;
  } else if (n) {
    h = (uint64_t)(uint8_t)s[0] << 16 | (uint64_t)(uint8_t)s[n / 2] << 8 |
        (uint8_t)s[n - 1];
  }
  w = (w ^ h) * 0x9E3779B97F4A7C15u;
  return (uint32_t)(w >> (64 - NAME_CACHE_BITS));
}

/* PEP 3131: identifiers are compared in NFKC. */
static uint32_t intern_unicode(Lower *l, Str name) {
  uint8_t *out = NULL;
  ssize_t n = utf8proc_map(
      (const uint8_t *)name.ptr, (ssize_t)name.len, &out,
      (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE |
                          UTF8PROC_COMPAT));
  Str norm = n > 0 ? str_make((const char *)out, (size_t)n) : name;
  uint32_t id = name_intern(norm).v;
  free(out); /* utf8proc's own */
  return id;
}

static uint32_t intern_cached(Lower *l, const char *s, uint32_t n) {
  NameCacheSlot *slot = &l->p->names[hash_name(s, n)];
  if (LIKELY(slot->len == n && slot->ptr && memcmp(slot->ptr, s, n) == 0))
    return slot->name;
  Str text = {s, n};
  if (UNLIKELY(!str_is_ascii(text))) return intern_unicode(l, text);
  NameId name = name_intern(text);
  *slot = (NameCacheSlot){name_text(name).ptr, n, name.v};
  return name.v;
}

uint32_t lower_name(Lower *l, uint32_t start, uint32_t end) {
  return intern_cached(l, l->text.ptr + start, end - start);
}

uint32_t lower_dotted(Lower *l, uint32_t c) {
  uint32_t len = 0;
  EACH_CHILD(l, k, c) len += end_of(l, k) - start_of(l, k);
  Str text = {l->text.ptr + start_of(l, c), end_of(l, c) - start_of(l, c)};
  if (LIKELY(len == text.len && str_is_ascii(text)))
    return intern_cached(l, text.ptr, text.len);
  StrBuf buf;
  strbuf_init(&buf, l->mod);
  EACH_CHILD(l, k, c) {
    if (kind_of(l, k) == CST_DOT)
      strbuf_putc(&buf, '.');
    else if (kind_of(l, k) == CST_IDENTIFIER)
      strbuf_put(&buf, name_text((NameId){lower_name(l, start_of(l, k),
                                                     end_of(l, k))}));
  }
  return name_intern(strbuf_str(&buf)).v;
}

/* ---- diagnostics -------------------------------------------------------- */

void lower_error(Lower *l, uint32_t start, uint32_t end, const char *format,
                 ...) {
  l->has_errors = true;
  if (!diag_on(l->diags, RULE_INVALID_SYNTAX)) return;
  va_list args;
  va_start(args, format);
  char text[512];
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  diag_add(l->diags, RULE_INVALID_SYNTAX, (Span){start, end}, "%s", text);
}

void lower_since(Lower *l, int minor, uint32_t start, uint32_t end,
                 const char *what) {
  if (LIKELY(python_at_least(l->version, 3, minor)) || l->is_stub) return;
  lower_error(l, start, end, "%s requires Python 3.%d or newer", what, minor);
}

uint32_t child_of_kind(const Lower *l, uint32_t c, uint32_t from,
                       CstKind kind) {
  for (uint32_t k = from, end = next_of(l, c); k < end; k = next_of(l, k))
    if (kind_of(l, k) == kind) return k;
  return 0;
}

/* ---- the module --------------------------------------------------------- */

void lower_reset(Parser *p) {
  p->cst.n = p->nodes.n = p->ends.n = p->extra.n = 0;
  p->stack.n = p->values.n = p->spine.n = p->bytes.n = p->defaults.n = 0;
  hvec_push(&p->nodes, (AstNode){0});
  hvec_push(&p->ends, 1);
  hvec_push(&p->extra, 0);
  hvec_push(&p->values, (AstValue){0});
}

void lower_copy_out(Lower *l, Str source, Ast *out) {
  Parser *p = l->p;
  *out = (Ast){
      .arena = l->mod,
      .source = source,
      .nodes = vec_dup(&p->nodes, l->mod),
      .ends = vec_dup(&p->ends, l->mod),
      .node_count = p->nodes.n,
      .extra = vec_dup(&p->extra, l->mod),
      .extra_count = p->extra.n,
      .values = vec_dup(&p->values, l->mod),
      .value_count = p->values.n,
      .is_stub = l->is_stub,
  };
}

/* Lines of the pragmas, which come in source order. */
static void copy_pragmas(Lower *l, ParseResult *out) {
  Scan *s = &l->p->scan;
  uint32_t line = 0;
  for (uint32_t i = 0; i < s->pragmas.n; i++) {
    Pragma *pragma = &s->pragmas.v[i];
    while (line + 1 < out->lines.count &&
           out->lines.starts[line + 1] <= pragma->span.start)
      line++;
    pragma->line = line + 1;
  }
  out->pragmas = vec_dup(&s->pragmas, l->mod);
  out->pragma_count = s->pragmas.n;
}

void parse_module(Parser *p, ParseInput input, Arena *mod, DiagList *diags,
                  ParseResult *out) {
  Lower l = {.p = p,
             .text = input.source,
             .text_is_source = true,
             .mod = mod,
             .diags = diags,
             .version = input.version,
             .is_stub = input.is_stub,
             .splat_from = UINT32_MAX};
  lower_reset(p);
  *out = (ParseResult){.lines = line_map_build(input.source, mod)};
  scan_text(&p->scan, input.source);
  uint32_t root = recover_parse(&l);
  uint32_t id = node_open(&l, AST_Module, 0, l.text.len);
  if (root == UINT32_MAX) {
    lower_error(&l, 0, 0, "the file could not be parsed");
  } else {
    l.cst = p->cst.v;
    uint32_t body = lower_block(&l, root);
    node_at(&l, id)->a = body;
  }
  node_close(&l, id);
  lower_copy_out(&l, input.source, &out->ast);
  copy_pragmas(&l, out);
  out->has_errors = l.has_errors;
}
