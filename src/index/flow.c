/* flow.c - the second pass: SSA values along the flow of control.
 *
 * Problem: for each use of a place, which definitions reach it, narrowed by
 * what, on which conditions, without knowing a single type.
 *
 * Representation: SSA over structured control flow (Braun et al. 2013).  The
 * walk goes through the statements in the order of execution and keeps, for
 * each place, the FlowId of its value now (state.c).  A use takes that FlowId.
 * What the typing rules decide later is left as a node: NARROW (a predicate
 * holds), PHI and LOOP with the reachability of each edge, FREE (read later,
 * from a lazy scope), MEMBER (an attribute or item as looked up).
 *
 * Frames.  A lazy scope (function, lambda, type alias) is walked where it
 * stands, as a frame of its own: its places are its own, its reach starts at
 * ALWAYS.  Eager scopes (classes, comprehensions, type parameters) are
 * part of their frame; a name that they only use *is* the outer place, so they
 * see and change the values around them.
 *
 * Captured variables: a free symbol starts as FREE(owner, snapshot).  The
 * snapshot is the owner's value where the lazy scope stands, if no definition
 * of the owner ends behind that point or behind the start of the outermost loop
 * around it, and no inner scope writes it.  The first pass knows all
 * definitions, so this is known at once (PlaceInfo.last_end).
 *
 * Branches, loops, try, with, match: see flow_stmt.c, flow_loop.c, flow_try.c,
 * flow_match.c.  All are segments and arms of state.c.
 *
 * Dead code has reach NEVER and is walked like other code; its paths take no
 * part in joins.
 *
 * Why it ends, cost: one visit a node, and a binary search for definitions
 * without a target node; joins cost what changed; loops and handlers list the
 * definitions in their body (contiguous, by the first pass).
 *
 * Not handled: aliased conditions; sub-places of patterns; exec and locals().
 */
#include "index/index_int.h"

static bool is_local(const Place *p) {
  return (p->flags & (PLACE_BOUND | PLACE_DECLARED | PLACE_PARAM)) &&
         !(p->flags & (PLACE_GLOBAL | PLACE_NONLOCAL));
}

static ScopeKind kind_of(const Builder *b, ScopeId scope) {
  return (ScopeKind)b->scopes.v[scope.v].kind;
}

static ScopeId frame_base(const Builder *b, ScopeId scope) {
  for (;; scope = b->scopes.v[scope.v].parent) {
    ScopeKind kind = kind_of(b, scope);
    if (kind == SCOPE_MODULE || kind == SCOPE_FUNCTION ||
        kind == SCOPE_LAMBDA || kind == SCOPE_TYPE_ALIAS)
      return scope;
  }
}

/* ---- values at the start ------------------------------------------------ */

static uint32_t free_value(Builder *b, uint32_t owner, uint32_t snapshot) {
  PlaceInfo *info = &b->info[owner];
  if (!info->lazy || info->lazy_value != snapshot) {
    info->lazy = state_flow(b, FLOW_FREE, 0, owner, snapshot);
    info->lazy_value = snapshot;
  }
  return info->lazy;
}

/* A module's symbol that nothing binds. */
static bool is_builtin(const Builder *b, uint32_t place) {
  const Place *p = &b->places[place];
  return p->scope.v == 1 && !is_local(p) &&
         !(p->flags & PLACE_WRITTEN_FROM_INSIDE);
}

/* The owner's value where the free symbol's frame stands, or 0 when it may
 * change later. */
static uint32_t snapshot(Builder *b, uint32_t place) {
  uint32_t outer = b->info[place].outer, owner = b->info[place].owner;
  const Frame *frame = b->frame;
  while (frame && frame->base.v != b->places[place].scope.v) frame = frame->up;
  if (!frame || !frame->up) return 0;
  if (outer != owner) {
    uint32_t start = flow_init(b, outer);
    const Flow *f = &b->flows.v[start];
    return f->kind == FLOW_FREE && f->b ? flow_value(b, outer) : 0;
  }
  if (b->info[owner].last_end > frame->snapshot) return 0;
  ScopeId base = frame_base(b, b->places[owner].scope);
  return base.v == frame->up->base.v ? flow_value(b, owner) : 0;
}

/* A captured variable; the same as outside when nothing narrowed it there. */
static uint32_t free_start(Builder *b, uint32_t place) {
  uint32_t owner = b->info[place].owner, value = snapshot(b, place);
  const Flow *f = &b->flows.v[value];
  if (f->kind == FLOW_FREE && f->a == owner) return value;
  return free_value(b, owner, value);
}

/* A name that a class binds and reads before: looked up in the globals. */
static uint32_t class_start(Builder *b, const Place *p) {
  uint32_t temp = hmap64_get(&b->symbols, hmap_pair(1, p->name.v));
  uint32_t global = temp ? b->final[temp] : 0;
  if (!global) return state_flow(b, FLOW_GLOBAL, 0, p->name.v, 0);
  if (is_builtin(b, global)) return flow_init(b, global);
  bool eager = frame_base(b, p->scope).v == 1;
  return eager ? flow_value(b, global) : free_value(b, global, 0);
}

/* A symbol's value at the start of its scope. */
uint32_t flow_init(Builder *b, uint32_t place) {
  PlaceInfo *info = &b->info[place];
  if (info->init) return info->init;
  const Place *p = &b->places[place];
  ASSERT(p->kind == PLACE_SYMBOL);
  uint32_t init;
  if (info->outer && is_builtin(b, info->owner))
    init = flow_init(b, info->owner);
  else if (info->outer)
    init = free_start(b, place);
  else if (p->scope.v == 1 && p->flags & PLACE_WRITTEN_FROM_INSIDE &&
           !is_local(p))
    init = free_value(b, place, 0);
  else if (p->scope.v == 1)
    init = state_flow(b, FLOW_GLOBAL, 0, p->name.v, place);
  else if (kind_of(b, p->scope) == SCOPE_CLASS)
    init = class_start(b, p);
  else
    init = FLOW_ID_UNBOUND.v;
  return info->init = init;
}

/* The place's value now; 0 only for members of which nothing is known. */
uint32_t flow_value(Builder *b, uint32_t place) {
  uint32_t v = b->cur[place];
  if (v || b->places[place].kind != PLACE_SYMBOL) return v;
  return flow_init(b, place);
}

/* As flow_value, but a member that is not known gets its FLOW_MEMBER. */
uint32_t flow_base(Builder *b, uint32_t place) {
  uint32_t v = flow_value(b, place);
  if (v) return v;
  uint32_t parent = flow_base(b, b->places[place].parent.v);
  PlaceInfo *info = &b->info[place];
  if (!info->member || b->flows.v[info->member].b != parent)
    info->member = state_flow(b, FLOW_MEMBER, 0, place, parent);
  return info->member;
}

/* The value when read later, from `node`, where the walk stands. */
uint32_t flow_lazy(Builder *b, uint32_t place, uint32_t node) {
  const PlaceInfo *info = &b->info[place];
  if (info->outer || is_builtin(b, place)) return flow_init(b, place);
  bool settled = info->last_end <= MIN(node, b->frame->loop_start);
  return free_value(b, place, settled ? flow_value(b, place) : 0);
}

/* ---- definitions -------------------------------------------------------- */

/* The definition takes effect here. */
void flow_bind(Builder *b, DefId def) {
  if (!def.v) return;
  Def *d = &b->defs.v[def.v];
  uint32_t track = b->def_track.v[def.v];
  d->reach = b->frame->reach;
  /* What reads the place before it binds it must find it. */
  bool reads = d->kind == DEF_AUG_ASSIGN || d->kind == DEF_DELETE;
  d->prev.v = reads ? flow_value(b, track) : b->cur[track];
  if (d->kind == DEF_DELETE) {
    state_set(b, track, FLOW_ID_UNBOUND.v);
  } else if (d->flags & DEF_BINDS) {
    d->flow.v = state_flow(b, FLOW_DEF, 0, def.v, 0);
    state_set(b, track, d->flow.v);
  } else {
    return;
  }
  state_forget_members(b, track);
}

/* Definitions in a range of nodes that change places of the scopes which the
 * walk is in. */
void flow_each_def(Builder *b, uint32_t begin, uint32_t end, FlowDefVisit fn,
                   void *ctx) {
  for (uint32_t d = place_defs_from(b, begin);
       d < b->defs.n && b->def_key.v[d] < end; d++) {
    uint32_t place = b->def_track.v[d];
    uint32_t scope = b->places[place].scope.v, at = b->frame->scope.v;
    while (at > scope && at != b->frame->base.v)
      at = b->scopes.v[at].parent.v;
    if (at == scope) fn(b, d, place, ctx);
  }
}

/* Records that `node` stands at the present reachability. */
void flow_mark(Builder *b, uint32_t node) {
  ReachId reach = b->frame->reach;
  if (b->reach_changes.n && vec_last(&b->reach_changes).reach.v == reach.v)
    return;
  vec_push(&b->reach_changes, b->scratch, (NodeReach){{node}, reach});
}

/* ---- scopes ------------------------------------------------------------- */

/* Starts the walk of a lazy scope that stands here. */
void flow_frame_open(Builder *b, Frame *frame, ScopeId scope) {
  Frame *up = b->frame;
  uint32_t first = b->scopes.v[scope.v].first.v;
  *frame = (Frame){.up = up,
                   .base = scope,
                   .scope = scope,
                   .reach = REACH_ID_ALWAYS,
                   .loop_start = NO_LOOP,
                   .snapshot = up ? MIN(first, up->loop_start) : first,
                   .import_flags = up ? up->import_flags | IMPORT_IN_FUNCTION
                                      : 0,
                   .returns = b->open_returns.n,
                   .yields = b->open_yields.n,
                   .lazy_names = b->ast->is_stub};
  b->frame = frame;
}

static void move_reaches(Builder *b, NodeReachVec *from, uint32_t mark,
                         NodeReachVec *to, uint32_t *begin, uint32_t *end) {
  *begin = to->n;
  vec_append(to, b->scratch, from->v + mark, from->n - mark);
  *end = to->n;
  from->n = mark;
}

/* Fills Place.end of the scope's places and its end_reach. */
void flow_scope_end(Builder *b, ScopeId scope) {
  Scope *s = &b->scopes.v[scope.v];
  s->end_reach = b->frame->reach;
  if (s->end_reach.v != REACH_NEVER) s->flags |= SCOPE_FALLS_THROUGH;
  for (uint32_t p = s->place_begin; p < s->place_end; p++)
    if (b->places[p].kind == PLACE_SYMBOL)
      b->places[p].end.v = flow_value(b, p);
}

void flow_frame_close(Builder *b, Frame *frame) {
  ASSERT(b->frame == frame && frame->segments == 0);
  flow_scope_end(b, frame->base);
  Scope *s = &b->scopes.v[frame->base.v];
  move_reaches(b, &b->open_returns, frame->returns, &b->returns,
               &s->return_begin, &s->return_end);
  move_reaches(b, &b->open_yields, frame->yields, &b->yields, &s->yield_begin,
               &s->yield_end);
  b->frame = frame->up;
}

/* Binds type parameters; their bounds and defaults are evaluated lazily. */
static void enter_type_params(Builder *b, ScopeId scope, uint32_t extra) {
  NodeList list = node_list(b, extra);
  if (!list.n) return;
  b->frame->scope = scope;
  for (uint32_t i = 0; i < list.n; i++)
    flow_bind(b, place_def_at(b, list.v[i]));
  for (uint32_t i = 0; i < list.n; i++) {
    const AstNode *n = node_at(b, list.v[i]);
    if (n->b) flow_lazy_expr(b, n->b);
    if (n->c) flow_lazy_expr(b, n->c);
  }
  flow_scope_end(b, scope);
}

static void flow_list(Builder *b, uint32_t extra) {
  NodeList list = node_list(b, extra);
  for (uint32_t i = 0; i < list.n; i++) flow_expr(b, list.v[i]);
}

static void visit_defaults(Builder *b, NodeList params) {
  for (uint32_t i = 0; i < params.n; i++)
    flow_expr0(b, node_at(b, params.v[i])->c);
}

static void bind_params(Builder *b, NodeList params) {
  for (uint32_t i = 0; i < params.n; i++)
    if (node_at(b, params.v[i])->a)
      flow_bind(b, place_def_at(b, params.v[i]));
}

static void visit_annotations(Builder *b, NodeList params, NodeId returns) {
  for (uint32_t i = 0; i < params.n; i++) {
    uint32_t note = node_at(b, params.v[i])->b;
    if (note) flow_annotation(b, note);
  }
  if (returns.v) flow_annotation(b, returns.v);
}

/* They run where they stand, in stubs too: `@x.setter` means the x before it. */
static void visit_decorators(Builder *b, uint32_t extra) {
  bool saved = b->frame->lazy_names;
  b->frame->lazy_names = false;
  flow_list(b, extra);
  b->frame->lazy_names = saved;
}

void flow_def_function(Builder *b, uint32_t node) {
  AstFunction f = *ast_function(b->ast, (NodeId){node});
  NodeList params = node_list(b, f.params);
  ScopeId outer = b->frame->scope;
  ScopeId scope = index_scope_of(b->out, (NodeId){node});
  visit_decorators(b, f.decorators);
  visit_defaults(b, params);
  enter_type_params(b, b->scopes.v[scope.v].parent, f.type_params);
  visit_annotations(b, params, f.returns);
  b->frame->scope = outer;
  flow_bind(b, place_def_at(b, node));
  Frame frame;
  flow_frame_open(b, &frame, scope);
  bind_params(b, params);
  flow_body(b, f.body);
  flow_frame_close(b, &frame);
}

void flow_lambda(Builder *b, uint32_t node) {
  const AstNode *n = node_at(b, node);
  NodeList params = node_list(b, n->a);
  visit_defaults(b, params);
  Frame frame;
  flow_frame_open(b, &frame, index_scope_of(b->out, (NodeId){node}));
  bind_params(b, params);
  flow_expr(b, n->b);
  flow_frame_close(b, &frame);
}

void flow_type_alias(Builder *b, uint32_t node) {
  const AstNode *n = node_at(b, node);
  ScopeId outer = b->frame->scope;
  ScopeId scope = index_scope_of(b->out, (NodeId){node});
  enter_type_params(b, b->scopes.v[scope.v].parent, n->b);
  Frame frame;
  flow_frame_open(b, &frame, scope);
  flow_expr(b, n->c);
  flow_frame_close(b, &frame);
  b->frame->scope = outer;
  flow_store(b, n->a);
}

/* A class's places are of no interest to the joins around it. */
static void drop_from_log(Builder *b, uint32_t mark, ScopeId scope) {
  uint32_t to = mark;
  for (uint32_t i = mark; i < b->log.n; i++)
    if (b->places[b->log.v[i].place].scope.v != scope.v)
      b->log.v[to++] = b->log.v[i];
  b->log.n = to;
}

void flow_def_class(Builder *b, uint32_t node) {
  AstClass c = *ast_class(b->ast, (NodeId){node});
  ScopeId outer = b->frame->scope;
  ScopeId scope = index_scope_of(b->out, (NodeId){node});
  visit_decorators(b, c.decorators);
  enter_type_params(b, b->scopes.v[scope.v].parent, c.type_params);
  flow_list(b, c.args);
  b->frame->scope = scope;
  uint32_t log = b->log.n, arms = b->arms.n;
  flow_body(b, c.body);
  flow_scope_end(b, scope);
  if (b->arms.n == arms) drop_from_log(b, log, scope);
  b->frame->scope = outer;
  flow_bind(b, place_def_at(b, node));
}

/* Requires: the first pass and place_resolve. */
void flow_module(Builder *b) {
  vec_push(&b->flows, b->scratch, (Flow){0});
  vec_push(&b->flows, b->scratch, (Flow){.kind = FLOW_UNBOUND});
  vec_push(&b->orders, b->scratch, 0u);
  vec_push(&b->orders, b->scratch, 0u);
  vec_push(&b->preds, b->scratch, (Pred){0});
  vec_push(&b->extra, b->scratch, 0u);
  reach_init(b);
  Frame frame;
  b->frame = NULL;
  flow_frame_open(b, &frame, (ScopeId){1});
  flow_body(b, node_at(b, 1)->a);
  flow_frame_close(b, &frame);
}
