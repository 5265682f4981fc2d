/* index_verify.c - the invariants of index.h, checked one by one.
 *
 * Called at the end of index_module in debug builds; also by the tests and the
 * fuzz target.  Panics with the name of the check and the id.
 */
#include "index/index_int.h"

#define CHECK(what, id) \
  do { \
    if (!(what)) panic("index_verify: %s, id %u", #what, (id)); \
  } while (0)

static bool flow_ok(const Index *x, uint32_t id) {
  return id != 0 && id < x->flow_count;
}

static bool reach_ok(const Index *x, ReachId r) {
  return r.v != 0 && r.v < x->reach_count;
}

static bool node_ok(const Index *x, NodeId node) {
  return node.v != 0 && node.v < x->ast->node_count;
}

static void verify_scopes(const Index *x) {
  uint32_t at = 1, first = 0;
  CHECK(x->scope_count >= 2 && x->scopes[1].kind == SCOPE_MODULE, 1u);
  for (uint32_t i = 1; i < x->scope_count; i++) {
    const Scope *s = &x->scopes[i];
    CHECK(s->kind <= SCOPE_TYPE_ALIAS, i);
    CHECK(i == 1 ? s->parent.v == 0 : s->parent.v && s->parent.v < i, i);
    CHECK(i == 1 || (s->around.v && s->around.v < i), i);
    CHECK(node_ok(x, s->node), i);
    CHECK(s->first.v >= first, i);
    first = s->first.v;
    CHECK(s->place_begin == at && s->place_end >= at, i);
    at = s->place_end;
    CHECK(s->return_end <= x->return_count && s->yield_end <= x->yield_count,
          i);
    CHECK(reach_ok(x, s->end_reach), i);
    ScopeId found = s->kind == SCOPE_TYPE_PARAMS
                        ? index_type_params_of(x, s->node)
                        : index_scope_of(x, s->node);
    CHECK(found.v == i, i);
  }
  CHECK(at == x->place_count, at);
}

static void verify_places(const Index *x) {
  for (uint32_t s = 1; s < x->scope_count; s++)
    for (uint32_t i = x->scopes[s].place_begin; i < x->scopes[s].place_end;
         i++) {
      const Place *p = &x->places[i];
      CHECK(p->scope.v == s, i);
      CHECK((p->kind == PLACE_SYMBOL) == (p->parent.v == 0), i);
      CHECK((p->name.v == 0) == (p->kind == PLACE_INDEX), i);
      if (p->parent.v) CHECK(x->places[p->parent.v].scope.v == s, i);
      CHECK(p->end.v < x->flow_count, i);
      uint32_t last = 0;
      for (uint32_t d = p->first_def.v; d; d = x->defs[d].next.v) {
        CHECK(d > last && d < x->def_count && x->defs[d].place.v == i, i);
        last = d;
      }
      if (p->kind != PLACE_SYMBOL) continue;
      PlaceId found = index_symbol(x, p->scope, p->name);
      CHECK(found.v == i || found.v == 0, i);
    }
}

static void verify_defs(const Index *x) {
  uint32_t last = 0;
  for (uint32_t i = 1; i < x->def_count; i++) {
    const Def *d = &x->defs[i];
    CHECK(d->kind > DEF_NONE && d->kind <= DEF_DELETE, i);
    CHECK(node_ok(x, d->node), i);
    uint32_t key = d->target.v ? d->target.v : d->node.v;
    CHECK(key > last, i);
    last = key;
    CHECK(d->place.v && d->place.v < x->place_count, i);
    CHECK(d->scope.v && d->scope.v < x->scope_count, i);
    CHECK(d->flow.v < x->flow_count && d->prev.v < x->flow_count, i);
    CHECK(d->pred.v < x->pred_count && d->reach.v < x->reach_count, i);
    if (d->flow.v) {
      const Flow *f = &x->flows[d->flow.v];
      CHECK(f->kind == FLOW_DEF && f->a == i, i);
      CHECK(reach_ok(x, d->reach), i);
    }
    CHECK(index_def_of(x, (NodeId){key}).v == i, i);
  }
}

/* True when `reach` goes through `over`; bounded, as chains may be long. */
static bool goes_through(const Index *x, uint32_t reach, uint32_t over) {
  for (int i = 0; reach != over; i++) {
    const Reach *r = &x->reaches[reach];
    if (i == 1000 || reach == REACH_NEVER) return true;
    if (reach < over || reach == REACH_ALWAYS) return false;
    reach = r->kind == REACH_OR || r->kind == REACH_AND ? r->c : r->a;
  }
  return true;
}

static void verify_edges(const Index *x, uint32_t i) {
  const Flow *f = &x->flows[i];
  CHECK(f->a && f->a < x->extra_count, i);
  FlowEdges edges = index_edges(x, (FlowId){i});
  CHECK(edges.n >= (f->kind == FLOW_PHI ? 2u : 1u), i);
  CHECK(f->a + 2 * edges.n < x->extra_count, i);
  for (uint32_t k = 0; k < edges.n; k++) {
    CHECK(flow_ok(x, edges.v[k].value.v), i);
    CHECK(reach_ok(x, edges.v[k].edge), i);
    CHECK(!f->c || goes_through(x, edges.v[k].edge.v, f->c), i);
    CHECK(edges.v[k].edge.v != REACH_NEVER || f->kind == FLOW_LOOP, i);
    bool back = f->kind == FLOW_LOOP && k > 0;
    CHECK(back || edges.v[k].value.v < i, i);
  }
}

static void verify_flows(const Index *x) {
  for (uint32_t i = 1; i < x->flow_count; i++) {
    const Flow *f = &x->flows[i];
    switch (f->kind) {
    case FLOW_UNBOUND: CHECK(i == FLOW_ID_UNBOUND.v, i); break;
    case FLOW_DEF:
      CHECK(f->a && f->a < x->def_count && x->defs[f->a].flow.v == i, i);
      break;
    case FLOW_PHI:
    case FLOW_LOOP: verify_edges(x, i); break;
    case FLOW_NARROW:
      CHECK(f->a && f->a < i && f->b && f->b < x->pred_count && f->c < 2, i);
      break;
    case FLOW_STAR:
      CHECK(f->a && f->a < i && node_ok(x, (NodeId){f->b}), i);
      CHECK(f->c && f->c < x->place_count, i);
      break;
    case FLOW_FREE:
      CHECK(f->a && f->a < x->place_count && f->b < i, i);
      CHECK(x->places[f->a].kind == PLACE_SYMBOL, i);
      break;
    case FLOW_GLOBAL: CHECK(f->a && f->b < x->place_count, i); break;
    case FLOW_MEMBER:
      CHECK(f->a && f->a < x->place_count && f->b && f->b < i, i);
      CHECK(x->places[f->a].kind != PLACE_SYMBOL, i);
      break;
    default: CHECK(!"a known kind", i);
    }
  }
}

static void verify_reaches(const Index *x) {
  for (uint32_t i = 3; i < x->reach_count; i++) {
    const Reach *r = &x->reaches[i];
    CHECK(r->kind >= REACH_PRED && r->kind <= REACH_AND, i);
    CHECK(r->a && r->a < i && r->a != REACH_NEVER, i);
    if (r->kind == REACH_OR || r->kind == REACH_AND) {
      CHECK(r->b && r->b < i && r->b != REACH_NEVER && r->c && r->c < i, i);
      CHECK(goes_through(x, r->a, r->c) && goes_through(x, r->b, r->c), i);
    } else if (r->kind == REACH_PRED) CHECK(r->b && r->b < x->pred_count, i);
    else CHECK(node_ok(x, (NodeId){r->b}), i);
  }
  for (uint32_t i = 1; i < x->pred_count; i++) {
    const Pred *p = &x->preds[i];
    CHECK(p->kind > PRED_NONE && p->kind <= PRED_NOT_EMPTY, i);
    CHECK(node_ok(x, p->node) && p->subject.v < x->flow_count, i);
    CHECK(p->previous.v < i, i);
  }
  for (uint32_t i = 0; i < x->reach_change_count; i++) {
    CHECK(reach_ok(x, x->reach_changes[i].reach), i);
    CHECK(i == 0 || x->reach_changes[i - 1].node.v < x->reach_changes[i].node.v,
          i);
  }
}

static void verify_uses(const Index *x) {
  for (uint32_t i = 1; i < x->ast->node_count; i++) {
    const AstNode *n = &x->ast->nodes[i];
    bool name = n->kind == AST_Name;
    if (!name && n->kind != AST_Attribute && n->kind != AST_Subscript)
      continue;
    uint32_t use = name ? n->b : n->c;
    if (n->op == EXPR_LOAD) {
      CHECK(!name || flow_ok(x, use), i);
      CHECK(use < x->flow_count, i);
      continue;
    }
    CHECK(!name || use, i);
    CHECK(use < x->def_count, i);
    if (use) CHECK(x->defs[use].target.v == i, i);
  }
}

static void verify_containers(const Index *x) {
  uint32_t at = 0;
  for (uint32_t i = 0; i < x->container_count; i++) {
    const Container *c = &x->containers[i];
    CHECK(c->first.v && c->first.v < x->def_count, i);
    CHECK(index_container_of(x, c->first) == i + 1, i);
    if (c->use_end == 0) continue;
    CHECK(c->use_begin == at && c->use_end > at, i);
    at = c->use_end;
  }
  CHECK(at == x->container_use_count, at);
  for (uint32_t i = 0; i < x->container_use_count; i++) {
    CHECK(node_ok(x, x->container_uses[i].node), i);
    CHECK(x->container_uses[i].depth < CONTAINER_DEPTH_MAX, i);
  }
  for (uint32_t i = 0; i < x->container_def_count; i++) {
    const ContainerDef *d = &x->container_defs[i];
    CHECK(d->container < x->container_count, i);
    CHECK(i == 0 || x->container_defs[i - 1].def.v < d->def.v, i);
    CHECK(x->defs[d->def.v].kind == DEF_ASSIGN, i);
  }
}

/* Panics when an invariant of index.h is broken (debug builds). */
void index_verify(const Index *index) {
  verify_scopes(index);
  verify_places(index);
  verify_defs(index);
  verify_flows(index);
  verify_reaches(index);
  verify_uses(index);
  for (uint32_t i = 0; i < index->implicit_count; i++) {
    const ImplicitAttribute *a = &index->implicit[i];
    CHECK(a->def.v && a->def.v < index->def_count, i);
    CHECK(index->scopes[a->class_scope.v].kind == SCOPE_CLASS, i);
  }
  verify_containers(index);
}
