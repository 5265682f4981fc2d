/* lower_bad.c - what stands in the Ast for lines that are broken.
 *
 * recover.c showed tree-sitter something harmless in their place; here the line
 * gets its ErrorStmt or ErrorExpr with the span that it has in the file.
 */
#include "parse/lower_int.h"

const ScanLine *lower_bad_line(Lower *l, uint32_t at) {
  const Scan *s = &l->p->scan;
  if (l->annotation) return NULL;
  while (l->line + 1 < s->lines.n && s->lines.v[l->line + 1].start <= at)
    l->line++;
  if (l->line >= s->lines.n) return NULL;
  const ScanLine *line = &s->lines.v[l->line];
  return (line->flags & LINE_BAD) && line->start <= at ? line : NULL;
}

uint32_t lower_bad_expr(Lower *l, const ScanLine *line) {
  return node_open(l, AST_ErrorExpr, line->start, line->end);
}

uint32_t lower_bad_statement(Lower *l, uint32_t start, const ScanLine *line) {
  l->last_end = MAX(line->end, start);
  return node_open(l, AST_ErrorStmt, start, l->last_end);
}

static uint32_t bad_param(Lower *l, const char *name, ParamKind kind,
                          uint32_t at) {
  uint32_t id = node_open(l, AST_Param, at, at);
  AstNode *node = node_at(l, id);
  node->op = (uint8_t)kind;
  node->a = name_intern(str_from(name)).v;
  return id;
}

/* def f(*args, **kwargs), of which nothing else is known. */
static uint32_t bad_function(Lower *l, uint32_t id, AstFunction record,
                             bool is_async, uint32_t at) {
  uint32_t base = l->p->stack.n;
  stack_push(l, bad_param(l, "args", PARAM_VARIADIC, at));
  stack_push(l, bad_param(l, "kwargs", PARAM_KEYWORD_VARIADIC, at));
  record.params = list_flush(l, base);
  record.colon_end = at;
  uint32_t words = record_new(l, sizeof record / 4);
  memcpy(&l->p->extra.v[words], &record, sizeof record);
  node_at(l, id)->a = words;
  node_at(l, id)->op = is_async;
  return id;
}

uint32_t lower_bad_definition(Lower *l, uint32_t start, uint32_t decorated,
                              const ScanLine *line) {
  const char *p = l->text.ptr;
  uint32_t name = recover_definition(l->text, line), end = name;
  while (end < line->end &&
         ((p[end] >= '0' && p[end] <= '9') || p[end] == '_' ||
          ((p[end] | 0x20) >= 'a' && (p[end] | 0x20) <= 'z') ||
          (uint8_t)p[end] >= 0x80))
    end++;
  bool is_class = p[line->start] == 'c';
  uint32_t id = node_open(l, is_class ? AST_ClassDef : AST_FunctionDef, start,
                          line->end);
  uint32_t decorators = decorated ? lower_decorators(l, decorated) : 0;
  NameId text = {lower_name(l, name, end)};
  if (is_class) {
    AstClass record = {.name = text, .name_start = name,
                       .decorators = decorators};
    uint32_t base = l->p->stack.n;
    stack_push(l, node_open(l, AST_ErrorExpr, end, end));
    record.args = list_flush(l, base);
    uint32_t words = record_new(l, sizeof record / 4);
    memcpy(&l->p->extra.v[words], &record, sizeof record);
    node_at(l, id)->a = words;
  } else {
    AstFunction record = {.name = text, .name_start = name,
                          .decorators = decorators};
    bad_function(l, id, record, p[line->start] == 'a', end);
  }
  node_close(l, id);
  l->last_end = line->end;
  return id;
}
