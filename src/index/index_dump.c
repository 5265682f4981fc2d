/* index_dump.c - the text form of an index, for `--dump index` and snapshots.
 *
 * Stable: no handle of a shared table appears, only names, and numbers of the
 * module's own tables.  Nodes are shown by their line and column.
 *
 *   scope 2 function f  (in 1) generator
 *     places  x: bound param
 *   defs    d3 x assign 4:5
 *   flow    f7 = phi(f3 @r1, f5 @r4)
 *   uses    12:9 x -> f7
 */
#include "index/index_int.h"

typedef struct {
  const Index *index;
  StrBuf *out;
} Dump;

static const char *const scope_names[] = {
    "module",        "class",       "function",  "lambda",
    "comprehension", "type_params", "type_alias"};
static const char *const def_names[] = {
    "none",       "import", "import_from", "function",   "class",
    "type_alias", "type_param", "param",   "assign",     "ann_assign",
    "aug_assign", "for",    "with",        "comprehension", "named_expr",
    "except",     "match",  "delete"};

static void put_name(Dump *d, NameId name) {
  strbuf_put(d->out, name.v ? name_text(name) : STR("-"));
}

/* line:column of a byte offset; columns count bytes. */
static void put_offset(Dump *d, uint32_t offset) {
  Str text = d->index->ast->source;
  uint32_t line = 1, start = 0;
  for (uint32_t i = 0; i < offset && i < text.len; i++) {
    if (text.ptr[i] != '\n') continue;
    line++;
    start = i + 1;
  }
  strbuf_printf(d->out, "%u:%u", line, offset - start + 1);
}

static void put_node(Dump *d, NodeId node) {
  if (node.v) put_offset(d, ast_at(d->index->ast, node)->start);
  else strbuf_putc(d->out, '-');
}

static void put_place(Dump *d, PlaceId place) {
  const Place *p = &d->index->places[place.v];
  if (p->parent.v) put_place(d, p->parent);
  switch (p->kind) {
  case PLACE_SYMBOL: put_name(d, p->name); break;
  case PLACE_ATTRIBUTE:
    strbuf_putc(d->out, '.');
    put_name(d, p->name);
    break;
  case PLACE_INDEX: strbuf_printf(d->out, "[%d]", p->index); break;
  case PLACE_KEY:
    strbuf_putc(d->out, '[');
    strbuf_json(d->out, name_text(p->name));
    strbuf_putc(d->out, ']');
    break;
  }
}

/* ---- scopes and places -------------------------------------------------- */

static void put_flags(Dump *d, uint32_t flags, const char *const *names) {
  for (uint32_t i = 0; names[i]; i++)
    if (flags >> i & 1) strbuf_printf(d->out, " %s", names[i]);
}

static void dump_place(Dump *d, uint32_t id) {
  static const char *const flags[] = {"bound",  "declared", "used",
                                      "param",  "global",   "nonlocal",
                                      "written-from-inside", "reassigned",
                                      "redeclared", NULL};
  const Place *p = &d->index->places[id];
  strbuf_puts(d->out, "  ");
  put_place(d, (PlaceId){id});
  strbuf_putc(d->out, ':');
  put_flags(d, p->flags, flags);
  for (uint32_t def = p->first_def.v; def; def = d->index->defs[def].next.v)
    strbuf_printf(d->out, " d%u", def);
  if (p->end.v) strbuf_printf(d->out, " end=f%u", p->end.v);
  strbuf_putc(d->out, '\n');
}

static void dump_scope(Dump *d, uint32_t id) {
  static const char *const flags[] = {"async", "generator", "star-import",
                                      "future-annotations", "falls-through",
                                      "sets-any", NULL};
  const Index *x = d->index;
  const Scope *s = &x->scopes[id];
  strbuf_printf(d->out, "scope %u %s", id, scope_names[s->kind]);
  if (s->name.v) {
    strbuf_putc(d->out, ' ');
    put_name(d, s->name);
  }
  if (s->parent.v) {
    strbuf_printf(d->out, " in %u at ", s->parent.v);
    put_node(d, s->node);
  }
  put_flags(d, s->flags, flags);
  strbuf_printf(d->out, " end=r%u\n", s->end_reach.v);
  for (uint32_t p = s->place_begin; p < s->place_end; p++) dump_place(d, p);
  for (uint32_t i = s->return_begin; i < s->return_end; i++) {
    strbuf_puts(d->out, "  return ");
    put_node(d, x->returns[i].node);
    strbuf_printf(d->out, " r%u\n", x->returns[i].reach.v);
  }
  for (uint32_t i = s->yield_begin; i < s->yield_end; i++) {
    strbuf_puts(d->out, "  yield ");
    put_node(d, x->yields[i].node);
    strbuf_printf(d->out, " r%u\n", x->yields[i].reach.v);
  }
}

/* ---- definitions, predicates, reachability ------------------------------ */

static void dump_def(Dump *d, uint32_t id) {
  static const char *const flags[] = {"binds", "declares", "unpack",
                                      "local-to-except", "loop",
                                      "handler", NULL};
  const Def *def = &d->index->defs[id];
  strbuf_printf(d->out, "d%u %s ", id, def_names[def->kind]);
  put_place(d, def->place);
  strbuf_putc(d->out, ' ');
  put_node(d, def->target.v ? def->target : def->node);
  strbuf_printf(d->out, " s%u r%u", def->scope.v, def->reach.v);
  if (def->flow.v) strbuf_printf(d->out, " f%u", def->flow.v);
  if (def->prev.v) strbuf_printf(d->out, " prev=f%u", def->prev.v);
  if (def->pred.v) strbuf_printf(d->out, " p%u", def->pred.v);
  put_flags(d, def->flags, flags);
  strbuf_putc(d->out, '\n');
}

static void dump_pred(Dump *d, uint32_t id) {
  static const char *const names[] = {"none", "expr", "pattern", "not_empty"};
  const Pred *p = &d->index->preds[id];
  strbuf_printf(d->out, "p%u %s ", id, names[p->kind]);
  put_node(d, p->node);
  if (p->subject.v) strbuf_printf(d->out, " subject=f%u", p->subject.v);
  if (p->previous.v) strbuf_printf(d->out, " previous=p%u", p->previous.v);
  strbuf_putc(d->out, '\n');
}

static void dump_reach(Dump *d, uint32_t id) {
  const Reach *r = &d->index->reaches[id];
  StrBuf *out = d->out;
  strbuf_printf(out, "r%u = ", id);
  switch (r->kind) {
  case REACH_ALWAYS: strbuf_puts(out, "always"); break;
  case REACH_NEVER: strbuf_puts(out, "never"); break;
  case REACH_PRED:
    strbuf_printf(out, "r%u and %sp%u", r->a, r->c ? "" : "not ", r->b);
    break;
  case REACH_CALL:
  case REACH_SUPPRESS:
    strbuf_printf(out, "r%u and %s ", r->a,
                  r->kind == REACH_CALL ? "returns" : "suppresses");
    put_node(d, (NodeId){r->b});
    break;
  case REACH_OR: strbuf_printf(out, "r%u or r%u", r->a, r->b); break;
  case REACH_AND: strbuf_printf(out, "r%u and r%u", r->a, r->b); break;
  }
  strbuf_putc(out, '\n');
}

/* ---- flow --------------------------------------------------------------- */

static void dump_edges(Dump *d, uint32_t id, const char *name) {
  FlowEdges edges = index_edges(d->index, (FlowId){id});
  strbuf_printf(d->out, "%s(", name);
  for (uint32_t i = 0; i < edges.n; i++)
    strbuf_printf(d->out, "%sf%u @r%u", i ? ", " : "", edges.v[i].value.v,
                  edges.v[i].edge.v);
  strbuf_putc(d->out, ')');
}

static void dump_flow(Dump *d, uint32_t id) {
  const Flow *f = &d->index->flows[id];
  StrBuf *out = d->out;
  strbuf_printf(out, "f%u = ", id);
  switch (f->kind) {
  case FLOW_UNBOUND: strbuf_puts(out, "unbound"); break;
  case FLOW_DEF:
    strbuf_printf(out, "d%u ", f->a);
    put_place(d, d->index->defs[f->a].place);
    break;
  case FLOW_PHI: dump_edges(d, id, "phi"); break;
  case FLOW_LOOP: dump_edges(d, id, "loop"); break;
  case FLOW_NARROW:
    strbuf_printf(out, "f%u if %sp%u", f->a, f->c ? "" : "not ", f->b);
    break;
  case FLOW_STAR:
    strbuf_printf(out, "star f%u ", f->a);
    put_place(d, (PlaceId){f->c});
    strbuf_putc(out, ' ');
    put_node(d, (NodeId){f->b});
    break;
  case FLOW_FREE:
    strbuf_puts(out, "free ");
    put_place(d, (PlaceId){f->a});
    strbuf_printf(out, " s%u", d->index->places[f->a].scope.v);
    if (f->b) strbuf_printf(out, " f%u", f->b);
    break;
  case FLOW_GLOBAL:
    strbuf_puts(out, "global ");
    put_name(d, (NameId){f->a});
    break;
  case FLOW_MEMBER:
    strbuf_puts(out, "member ");
    put_place(d, (PlaceId){f->a});
    strbuf_printf(out, " of f%u", f->b);
    break;
  }
  strbuf_putc(out, '\n');
}

static void dump_use(Dump *d, uint32_t id) {
  const AstNode *n = &d->index->ast->nodes[id];
  bool name = n->kind == AST_Name;
  bool member = n->kind == AST_Attribute || n->kind == AST_Subscript;
  uint32_t use = name ? n->b : n->c;
  if ((!name && !member) || !use) return;
  put_offset(d, n->start);
  Str text = ast_text(d->index->ast, (NodeId){id});
  strbuf_printf(d->out, " %" PRIstr " %s%u\n", STR_ARG(str_slice(text, 0, 40)),
                n->op == EXPR_LOAD ? "f" : "d", use);
}

/* ---- what other modules need -------------------------------------------- */

static void dump_imports(Dump *d) {
  static const char *const flags[] = {"type-checking", "in-function", "star",
                                      "from", "in-try", NULL};
  for (uint32_t i = 0; i < d->index->import_count; i++) {
    const ImportRequest *r = &d->index->imports[i];
    strbuf_puts(d->out, "import ");
    put_name(d, r->module);
    if (r->level) strbuf_printf(d->out, " level %u", r->level);
    put_flags(d, r->flags, flags);
    strbuf_putc(d->out, '\n');
  }
}

static void dump_exports(Dump *d) {
  static const char *const kinds[] = {"name", "remove", "module", "reset"};
  if (!d->index->has_all) return;
  strbuf_printf(d->out, "__all__ %s\n",
                d->index->all_is_complete ? "complete" : "incomplete");
  for (uint32_t i = 0; i < d->index->all_count; i++) {
    const AllEntry *e = &d->index->all[i];
    strbuf_printf(d->out, "  %s ", kinds[e->kind]);
    put_name(d, e->value);
    strbuf_putc(d->out, '\n');
  }
}

static void dump_implicit(Dump *d) {
  for (uint32_t i = 0; i < d->index->implicit_count; i++) {
    const ImplicitAttribute *a = &d->index->implicit[i];
    strbuf_printf(d->out, "attribute ");
    put_name(d, d->index->scopes[a->class_scope.v].name);
    strbuf_putc(d->out, '.');
    put_name(d, a->name);
    strbuf_printf(d->out, " d%u s%u%s\n", a->def.v, a->method_scope.v,
                  a->through_class ? " through-class" : "");
  }
}

/* Text form for --dump index. */
void index_dump(const Index *index, StrBuf *out) {
  Dump d = {index, out};
  for (uint32_t i = 1; i < index->scope_count; i++) dump_scope(&d, i);
  for (uint32_t i = 1; i < index->def_count; i++) dump_def(&d, i);
  for (uint32_t i = 1; i < index->pred_count; i++) dump_pred(&d, i);
  for (uint32_t i = 1; i < index->reach_count; i++) dump_reach(&d, i);
  for (uint32_t i = 1; i < index->flow_count; i++) dump_flow(&d, i);
  for (uint32_t i = 0; i < index->reach_change_count; i++) {
    strbuf_puts(out, "at ");
    put_node(&d, index->reach_changes[i].node);
    strbuf_printf(out, " r%u\n", index->reach_changes[i].reach.v);
  }
  for (uint32_t i = 1; i < index->ast->node_count; i++) dump_use(&d, i);
  dump_imports(&d);
  dump_exports(&d);
  dump_implicit(&d);
}
