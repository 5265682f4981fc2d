/* index_world.h - one source text, indexed, and its flow as readable text.
 *
 * A use is named by its line and its text; its flow is shown as a tree:
 *
 *   unbound                     d:LINE          definition in that line
 *   phi(a, b)                   loop(entry, back); ^ = the loop itself
 *   a{test} a{!test}            narrowed
 *   free:NAME, free:NAME(a)     read later; a: snapshot
 *   global:NAME  member:x.y  star(a)
 *
 * Reach: always, never, test, !test, call(f()), suppress(x), (a | b), (a & b).
 */
#ifndef TESTS_UNIT_INDEX_INDEX_WORLD_H
#define TESTS_UNIT_INDEX_INDEX_WORLD_H

#include "core/names.h"
#include "index/index.h"
#include "parse/parse.h"
#include "unit/base/cmocka_all.h"

#include <string.h>

typedef struct {
  Arena *mod, *scratch;
  Parser *parser;
  ParseResult parsed;
  DiagList diags;
  Index index;
  uint8_t levels[RULE_COUNT];
} World;

UNUSED static void world_load(World *w, const char *source, bool is_stub,
                              bool deferred) {
  static bool ready;
  if (!ready) names_init();
  ready = true;
  *w = (World){.mod = arena_create("mod"), .scratch = arena_create("scratch")};
  w->parser = parser_create();
  memset(w->levels, SEVERITY_ERROR, sizeof(w->levels));
  w->diags = (DiagList){.arena = w->mod, .levels = w->levels};
  ParseInput input = {.source = str_from(source),
                      .is_stub = is_stub,
                      .version = PYTHON_VERSION_DEFAULT};
  parse_module(w->parser, input, w->mod, &w->diags, &w->parsed);
  index_module_deferred(&w->parsed.ast, deferred, w->mod, w->scratch,
                        &w->diags, &w->index);
  index_verify(&w->index);
}

UNUSED static void world_open(World *w, const char *source) {
  world_load(w, source, false, false);
}

UNUSED static void world_close(World *w) {
  parser_destroy(w->parser);
  arena_destroy(w->mod);
  arena_destroy(w->scratch);
}

UNUSED static uint32_t line_of(const World *w, uint32_t offset) {
  Str text = w->parsed.ast.source;
  uint32_t line = 1;
  for (uint32_t i = 0; i < offset && i < text.len; i++)
    line += text.ptr[i] == '\n';
  return line;
}

static void put_place_text(const World *w, PlaceId id, StrBuf *out) {
  const Place *p = &w->index.places[id.v];
  if (p->parent.v) put_place_text(w, p->parent, out);
  if (p->kind == PLACE_ATTRIBUTE) strbuf_putc(out, '.');
  if (p->kind == PLACE_INDEX) strbuf_printf(out, "[%d]", p->index);
  else if (p->kind == PLACE_KEY)
    strbuf_printf(out, "['%" PRIstr "']", STR_ARG(name_text(p->name)));
  else strbuf_put(out, name_text(p->name));
}

static void put_pred_text(const World *w, PredId id, StrBuf *out) {
  const Pred *p = &w->index.preds[id.v];
  const Ast *ast = &w->parsed.ast;
  switch (p->kind) {
  case PRED_EXPR: strbuf_put(out, ast_text(ast, p->node)); break;
  case PRED_NOT_EMPTY: strbuf_puts(out, "some"); break;
  default:
    strbuf_puts(out, "case ");
    strbuf_put(out, ast_text(ast, (NodeId){ast_at(ast, p->node)->a}));
  }
}

static void put_reach_text(const World *w, ReachId id, StrBuf *out) {
  const Reach *r = &w->index.reaches[id.v];
  const Ast *ast = &w->parsed.ast;
  if (r->kind == REACH_ALWAYS || r->kind == REACH_NEVER) {
    strbuf_puts(out, r->kind == REACH_ALWAYS ? "always" : "never");
    return;
  }
  bool both = r->kind == REACH_OR || r->kind == REACH_AND;
  if (both) strbuf_putc(out, '(');
  if (both || r->a != REACH_ALWAYS) {
    put_reach_text(w, (ReachId){r->a}, out);
    strbuf_puts(out, r->kind == REACH_OR ? " | " : " & ");
  }
  switch (r->kind) {
  case REACH_PRED:
    if (!r->c) strbuf_putc(out, '!');
    put_pred_text(w, (PredId){r->b}, out);
    break;
  case REACH_CALL:
  case REACH_SUPPRESS:
    strbuf_puts(out, r->kind == REACH_CALL ? "call(" : "suppress(");
    strbuf_put(out, ast_text(ast, (NodeId){r->b}));
    strbuf_putc(out, ')');
    break;
  default: put_reach_text(w, (ReachId){r->b}, out); strbuf_putc(out, ')');
  }
}

static void put_flow_text(const World *w, FlowId id, StrBuf *out,
                          const uint32_t *around);

static void put_edges_text(const World *w, FlowId id, StrBuf *out,
                           const uint32_t *around) {
  FlowEdges edges = index_edges(&w->index, id);
  uint32_t inner[66];
  inner[0] = around[0] + 1;
  memcpy(inner + 1, around + 1, around[0] * sizeof(uint32_t));
  inner[inner[0]] = id.v;
  bool loop = w->index.flows[id.v].kind == FLOW_LOOP;
  strbuf_puts(out, loop ? "loop(" : "phi(");
  for (uint32_t i = 0; i < edges.n; i++) {
    if (i) strbuf_puts(out, ", ");
    put_flow_text(w, edges.v[i].value, out, inner);
  }
  strbuf_putc(out, ')');
}

static void put_flow_text(const World *w, FlowId id, StrBuf *out,
                          const uint32_t *around) {
  const Flow *f = &w->index.flows[id.v];
  for (uint32_t i = 1; i <= around[0]; i++)
    if (around[i] == id.v) {
      strbuf_putc(out, '^');
      return;
    }
  if (around[0] > 60) return;
  switch (f->kind) {
  case FLOW_NONE: strbuf_putc(out, '0'); break;
  case FLOW_UNBOUND: strbuf_puts(out, "unbound"); break;
  case FLOW_DEF: {
    const Def *d = &w->index.defs[f->a];
    NodeId at = d->target.v ? d->target : d->node;
    strbuf_printf(out, "d:%u",
                  line_of(w, ast_at(&w->parsed.ast, at)->start));
    break;
  }
  case FLOW_PHI:
  case FLOW_LOOP: put_edges_text(w, id, out, around); break;
  case FLOW_NARROW:
    put_flow_text(w, (FlowId){f->a}, out, around);
    strbuf_puts(out, f->c ? "{" : "{!");
    put_pred_text(w, (PredId){f->b}, out);
    strbuf_putc(out, '}');
    break;
  case FLOW_STAR:
    strbuf_puts(out, "star(");
    put_flow_text(w, (FlowId){f->a}, out, around);
    strbuf_putc(out, ')');
    break;
  case FLOW_FREE:
    strbuf_puts(out, "free:");
    put_place_text(w, (PlaceId){f->a}, out);
    if (!f->b) break;
    strbuf_putc(out, '(');
    put_flow_text(w, (FlowId){f->b}, out, around);
    strbuf_putc(out, ')');
    break;
  case FLOW_GLOBAL:
    strbuf_puts(out, "global:");
    strbuf_put(out, name_text((NameId){f->a}));
    break;
  case FLOW_MEMBER:
    strbuf_puts(out, "member:");
    put_place_text(w, (PlaceId){f->a}, out);
    break;
  }
}

/* The `nth` (from 0) load with that text in that line. */
UNUSED static NodeId find_use(const World *w, uint32_t line, const char *text,
                              uint32_t nth) {
  const Ast *ast = &w->parsed.ast;
  for (uint32_t i = 1; i < ast->node_count; i++) {
    const AstNode *n = &ast->nodes[i];
    bool place = n->kind == AST_Name || n->kind == AST_Attribute ||
                 n->kind == AST_Subscript;
    if (!place || n->op != EXPR_LOAD || line_of(w, n->start) != line ||
        !str_is(ast_text(ast, (NodeId){i}), text))
      continue;
    if (nth-- == 0) return (NodeId){i};
  }
  return (NodeId){0};
}

UNUSED static const char *flow_text(const World *w, FlowId flow) {
  StrBuf out;
  strbuf_init(&out, w->mod);
  uint32_t around[1] = {0};
  strbuf_puts(&out, "");
  put_flow_text(w, flow, &out, around);
  return out.ptr;
}

/* The flow of the first load of `text` in `line`. */
UNUSED static const char *use_text(const World *w, uint32_t line,
                                   const char *text) {
  NodeId node = find_use(w, line, text, 0);
  if (!node.v) return "no such use";
  const AstNode *n = ast_at(&w->parsed.ast, node);
  return flow_text(w, (FlowId){n->kind == AST_Name ? n->b : n->c});
}

/* The reach of the first statement in `line`. */
UNUSED static const char *reach_text(const World *w, uint32_t line) {
  const Ast *ast = &w->parsed.ast;
  for (uint32_t i = 1; i < ast->node_count; i++) {
    if (!ast_is_stmt((AstKind)ast->nodes[i].kind) ||
        line_of(w, ast->nodes[i].start) != line)
      continue;
    StrBuf out;
    strbuf_init(&out, w->mod);
    put_reach_text(w, index_reach_at(&w->index, (NodeId){i}), &out);
    return out.ptr;
  }
  return "no statement";
}

/* One expectation: the flow of the load `use` in `line`, or, when use is NULL,
 * the reach of the statement there. */
typedef struct {
  uint32_t line;
  const char *use, *flow;
} Expect;

UNUSED static void check_all(const char *source, const Expect *expect,
                             uint32_t n, bool is_stub) {
  World w;
  world_load(&w, source, is_stub, false);
  uint32_t failed = 0;
  for (uint32_t i = 0; i < n; i++) {
    const Expect *e = &expect[i];
    const char *got = e->use ? use_text(&w, e->line, e->use)
                             : reach_text(&w, e->line);
    if (strcmp(got, e->flow) == 0) continue;
    print_error("%s\nline %u, %s: got %s, expected %s\n", source, e->line,
                e->use ? e->use : "reach", got, e->flow);
    failed++;
  }
  world_close(&w);
  assert_int_equal(failed, 0);
}

#define CHECK_FLOW(source, ...)                                              \
  do {                                                                       \
    const Expect expect_[] = {__VA_ARGS__};                                  \
    check_all(source, expect_, (uint32_t)ARRAY_LEN(expect_), false);         \
  } while (0)

#endif
