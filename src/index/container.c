/* container.c - empty containers, and what is put into them.
 *
 * `x = []` says nothing about x's items; `x.append(v)` does.  This file finds
 * both by syntax alone, once a module: infer/partial_container.c gives them
 * types.
 *
 * Values that flow into each other form a *web*: flow nodes joined by phis,
 * loops, narrowing and augmented assignment (a name that is bound again to
 * another list, with no path between, has two webs).  A closure sees a place,
 * not a point of it: a name that is read from inside has one web.  All empty
 * containers of a web share their uses.
 *
 * A use is an operation that puts something in, another definition in the web,
 * or an escape: a place from which somebody else may put something in under
 * another name (`y = x`, `self.y = x`, `[x]`, `add = x.append`).  Being an
 * argument, or returned, is no escape: whoever gets it has its own type for it.
 *
 * Cost: nothing in a module without candidates; else one pass over its flow
 * nodes and one over its syntax nodes.  Not handled: containers in members
 * (`self.x = []`) and in class bodies.
 */
#include "base/sort.h"
#include "index/index_int.h"

typedef struct {
  Builder *b;
  uint32_t *up;  /* union-find over flow nodes */
  uint32_t *web; /* by root flow: container + 1 */
  VEC(Container) containers;
  VEC(ContainerDef) candidates;
  VEC(ContainerUse) uses;
} Collector;

/* ---- candidates ---------------------------------------------------------- */

static bool is_maker(NameId name) {
  switch (name.v) {
  case NAME_list:
  case NAME_dict:
  case NAME_set:
  case NAME_deque:
  case NAME_OrderedDict:
  case NAME_defaultdict: return true;
  default: return false;
  }
}

bool index_is_empty_container(const Ast *ast, NodeId node) {
  const AstNode *n = ast_at(ast, node);
  if (n->kind == AST_List || n->kind == AST_Dict) return n->a == 0;
  if (n->kind != AST_Call) return false;
  const AstNode *f = ast_at(ast, (NodeId){n->a});
  NameId name = {f->kind == AST_Name        ? f->a
                 : f->kind == AST_Attribute ? f->b
                                            : 0};
  if (!is_maker(name)) return false;
  NodeList args = ast_list(ast, n->b);
  return args.n == 0 || (args.n == 1 && name.v == NAME_defaultdict);
}

static bool is_candidate(const Builder *b, const Def *def) {
  if (def->kind != DEF_ASSIGN || (def->flags & DEF_IN_UNPACK) ||
      !def->place.v || !def->flow.v)
    return false;
  const Place *place = &b->places[def->place.v];
  if (place->kind != PLACE_SYMBOL || (place->flags & PLACE_DECLARED) ||
      b->scopes.v[place->scope.v].kind == SCOPE_CLASS)
    return false;
  return index_is_empty_container(b->ast,
                                  (NodeId){node_at(b, def->node.v)->b});
}

static void find_candidates(Collector *c) {
  Builder *b = c->b;
  for (uint32_t d = 1; d < b->defs.n; d++) {
    if (!is_candidate(b, &b->defs.v[d])) continue;
    vec_push(&c->candidates, b->scratch, (ContainerDef){.def = {d}});
    b->places[b->defs.v[d].place.v].flags |= PLACE_CONTAINER;
  }
}

/* ---- webs ---------------------------------------------------------------- */

static uint32_t root_of(uint32_t *up, uint32_t flow) {
  while (up[flow] != flow) flow = up[flow] = up[up[flow]];
  return flow;
}

static void join(Collector *c, uint32_t x, uint32_t y) {
  x = root_of(c->up, x);
  y = root_of(c->up, y);
  if (x != y) c->up[MAX(x, y)] = MIN(x, y);
}

static bool is_container_place(const Builder *b, uint32_t place) {
  return place && (b->places[place].flags & PLACE_CONTAINER);
}

/* What closures read: all containers that the place ever holds. */
static void join_free(Collector *c, uint32_t flow, uint32_t place) {
  const Builder *b = c->b;
  if (!is_container_place(b, place)) return;
  for (uint32_t d = b->places[place].first_def.v; d; d = b->defs.v[d].next.v)
    if (is_candidate(b, &b->defs.v[d])) join(c, flow, b->defs.v[d].flow.v);
}

static void join_flow(Collector *c, uint32_t id) {
  const Builder *b = c->b;
  const Flow *f = &b->flows.v[id];
  switch (f->kind) {
  case FLOW_NARROW: join(c, id, f->a); return;
  case FLOW_FREE: join_free(c, id, f->a); return;
  case FLOW_PHI:
  case FLOW_LOOP:
    for (uint32_t i = 0; i < b->extra.v[f->a]; i++) {
      uint32_t operand = b->extra.v[f->a + 1 + 2 * i];
      if (operand > FLOW_ID_UNBOUND.v) join(c, id, operand);
    }
    return;
  default: return;
  }
}

static void make_webs(Collector *c) {
  Builder *b = c->b;
  uint32_t n = b->flows.n;
  c->up = ARENA_ARRAY(b->scratch, uint32_t, n);
  c->web = ARENA_ARRAY(b->scratch, uint32_t, n);
  for (uint32_t i = 0; i < n; i++) c->up[i] = i;
  for (uint32_t i = 1; i < n; i++) join_flow(c, i);
  for (uint32_t d = 1; d < b->defs.n; d++) {
    const Def *def = &b->defs.v[d];
    if (def->kind == DEF_AUG_ASSIGN && def->prev.v > FLOW_ID_UNBOUND.v &&
        def->flow.v)
      join(c, def->flow.v, def->prev.v);
  }
  /* `x = y = []` is one object. */
  for (uint32_t i = 1; i < c->candidates.n; i++) {
    const Def *def = &b->defs.v[c->candidates.v[i].def.v];
    const Def *before = &b->defs.v[c->candidates.v[i - 1].def.v];
    if (def->node.v == before->node.v) join(c, def->flow.v, before->flow.v);
  }
  for (uint32_t i = 0; i < c->candidates.n; i++) {
    ContainerDef *candidate = &c->candidates.v[i];
    uint32_t root =
        root_of(c->up, b->defs.v[candidate->def.v].flow.v);
    if (!c->web[root]) {
      vec_push(&c->containers, b->scratch,
               (Container){.first = candidate->def});
      c->web[root] = c->containers.n;
    }
    candidate->container = c->web[root] - 1;
  }
}

/* The container of a web + 1, or 0. */
static uint32_t container_of(Collector *c, uint32_t flow) {
  return flow > FLOW_ID_UNBOUND.v ? c->web[root_of(c->up, flow)] : 0;
}

/* ---- uses ---------------------------------------------------------------- */

static void use(Collector *c, uint32_t container, ContainerUseKind kind,
                uint32_t depth, uint32_t node) {
  vec_push(&c->uses, c->b->scratch,
           (ContainerUse){.container = container - 1,
                          .kind = (uint8_t)kind,
                          .depth = (uint8_t)depth,
                          .node = {node}});
}

static uint32_t parent_of(const Builder *b, uint32_t node) {
  uint32_t end = b->ends[node], p = node - 1;
  while (b->ends[p] < end) p--;
  return p;
}

bool index_method_fills(NameId method) {
  switch (method.v) {
  case NAME_append:
  case NAME_appendleft:
  case NAME_add:
  case NAME_insert:
  case NAME_extend:
  case NAME_extendleft:
  case NAME_update:
  case NAME_setdefault: return true;
  default: return false;
  }
}

/* The container is the value `node`, in a display, an `or` or the like: is it
 * kept somewhere? */
static bool is_kept(const Builder *b, uint32_t node) {
  bool inside = false;
  for (;;) {
    uint32_t p = parent_of(b, node);
    const AstNode *n = node_at(b, p);
    switch (n->kind) {
    case AST_Tuple:
    case AST_List:
    case AST_Set:
    case AST_Dict:
    case AST_DictItem: inside = true; break;
    case AST_BoolOp:
    case AST_NamedExpr: break;
    case AST_IfExp:
      if (n->a == node) return false;
      break;
    case AST_Assign: return true;
    case AST_For: return inside || ast_for(b->ast, (NodeId){p})->iter.v != node;
    case AST_Comprehension: return inside;
    case AST_Subscript: return false;
    case AST_With:
    case AST_WithItem:
    case AST_Match:
    case AST_ListComp:
    case AST_SetComp:
    case AST_GeneratorExp:
    case AST_DictComp:
    case AST_Param:
    case AST_ErrorExpr:
    case AST_ErrorStmt: return true;
    default: return false;
    }
    node = p;
  }
}

/* `x[k]` as a target, or read. */
static void subscript(Collector *c, uint32_t container, uint32_t depth,
                      uint32_t node);

/* A value that is the container, or lies `depth` levels in it. */
static void value(Collector *c, uint32_t container, uint32_t depth,
                  uint32_t node) {
  const Builder *b = c->b;
  uint32_t p = parent_of(b, node);
  const AstNode *n = node_at(b, p);
  if (n->kind == AST_Subscript && n->a == node) {
    subscript(c, container, depth, p);
  } else if (n->kind == AST_Attribute) {
    uint32_t call = parent_of(b, p);
    const AstNode *g = node_at(b, call);
    if (n->b == NAME_copy) use(c, container, CONTAINER_ESCAPE, depth, p);
    if (!index_method_fills((NameId){n->b})) return;
    if (g->kind != AST_Call || g->a != p) {
      use(c, container, CONTAINER_ESCAPE, depth, p);
      return;
    }
    use(c, container, CONTAINER_CALL, depth, call);
    if (n->b == NAME_setdefault && depth + 1 < CONTAINER_DEPTH_MAX)
      value(c, container, depth + 1, call);
  } else if (is_kept(b, node)) {
    use(c, container, CONTAINER_ESCAPE, depth, node);
  }
}

static void subscript(Collector *c, uint32_t container, uint32_t depth,
                      uint32_t node) {
  const Builder *b = c->b;
  const AstNode *n = node_at(b, node);
  uint32_t op = n->op;
  if (op == EXPR_LOAD) {
    if (node_at(b, n->b)->kind != AST_Slice &&
        depth + 1 < CONTAINER_DEPTH_MAX)
      value(c, container, depth + 1, node);
    return;
  }
  if (op == EXPR_DEL) return;
  uint32_t p = parent_of(b, node);
  AstKind kind = (AstKind)node_at(b, p)->kind;
  ContainerUseKind how = kind == AST_Assign      ? CONTAINER_STORE
                         : kind == AST_AugAssign ? CONTAINER_AUG_STORE
                                                 : CONTAINER_ESCAPE;
  use(c, container, how, depth, node);
}

static int by_container(const void *x, const void *y, void *ctx) {
  const ContainerUse *a = x, *b = y;
  (void)ctx;
  if (a->container != b->container)
    return a->container < b->container ? -1 : 1;
  return (a->node.v > b->node.v) - (a->node.v < b->node.v);
}

static void find_uses(Collector *c) {
  Builder *b = c->b;
  for (uint32_t i = 1; i < b->ast->node_count; i++) {
    const AstNode *n = &b->nodes[i];
    if (n->kind != AST_Name || n->op != EXPR_LOAD || n->b >= b->flows.n)
      continue;
    uint32_t container = container_of(c, n->b);
    if (container) value(c, container, 0, i);
  }
  uint32_t next = 0;
  for (uint32_t d = 1; d < b->defs.n; d++) {
    const Def *def = &b->defs.v[d];
    if (next < c->candidates.n && c->candidates.v[next].def.v == d) {
      next++;
      continue;
    }
    uint32_t container = container_of(c, def->flow.v);
    if (!container || def->kind == DEF_DELETE) continue;
    if (def->kind == DEF_AUG_ASSIGN)
      use(c, container, CONTAINER_AUG, 0, def->node.v);
    else
      use(c, container, CONTAINER_OTHER, 0,
          def->target.v ? def->target.v : def->node.v);
  }
  sort_stable(c->uses.v, c->uses.n, sizeof(ContainerUse), by_container, NULL);
  for (uint32_t i = 0; i < c->uses.n; i++) {
    Container *container = &c->containers.v[c->uses.v[i].container];
    if (container->use_end == 0) container->use_begin = i;
    container->use_end = i + 1;
  }
}

/* Requires: the second pass.  Fills out->containers and what belongs to them. */
void containers_collect(Builder *b, Arena *mod) {
  if (b->ast->is_stub) return;
  Collector c = {.b = b};
  find_candidates(&c);
  if (!c.candidates.n) return;
  make_webs(&c);
  find_uses(&c);
  Index *out = b->out;
  out->containers = vec_dup(&c.containers, mod);
  out->container_count = c.containers.n;
  out->container_defs = vec_dup(&c.candidates, mod);
  out->container_def_count = c.candidates.n;
  out->container_uses = vec_dup(&c.uses, mod);
  out->container_use_count = c.uses.n;
}

/* The container that a definition makes, + 1; 0: it makes none. */
uint32_t index_container_of(const Index *index, DefId def) {
  uint32_t lo = 0, hi = index->container_def_count;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    const ContainerDef *at = &index->container_defs[mid];
    if (at->def.v == def.v) return at->container + 1;
    if (at->def.v < def.v) lo = mid + 1;
    else hi = mid;
  }
  return 0;
}
