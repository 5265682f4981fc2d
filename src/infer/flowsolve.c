/* flowsolve.c - values of the SSA graph, and what can be reached.
 *
 * index has compiled control flow into flow nodes; here they get types, lazily.
 * A phi is the union of those operands whose edge can be reached, seen from
 * the point where the branches part; a narrowed node is its predecessor put through
 * narrow.c.  Values that may be unbound are QUALIFIED.
 *
 * Reachability conditions are chains that join.  A chain is walked in a loop, not by
 * recursion (a function may hold thousands of calls in a row); a join is
 * memoised relative to its dominator, so that n joins in a row cost n.
 */
#include "infer/call_body.h"
#include "infer/expr_int.h"
#include "infer/narrow_int.h"
#include "infer/queries.h"

/* ---- reachability ------------------------------------------------------------- */

static Truth truth_and(Truth a, Truth b) {
  if (a == TRUTH_NEVER || b == TRUTH_NEVER) return TRUTH_NEVER;
  return a == TRUTH_ALWAYS ? b : TRUTH_AMBIGUOUS;
}
static Truth truth_or(Truth a, Truth b) {
  if (a == TRUTH_ALWAYS || b == TRUTH_ALWAYS) return TRUTH_ALWAYS;
  return a == TRUTH_NEVER ? b : TRUTH_AMBIGUOUS;
}
static Truth truth_not(Truth t) {
  return t == TRUTH_AMBIGUOUS ? t
         : t == TRUTH_ALWAYS  ? TRUTH_NEVER
                              : TRUTH_ALWAYS;
}

static bool with_suppresses(Ctx *ctx, NodeId item) {
  const AstNode *node = ast_at(ctx->ast, item);
  TypeId manager = expr_infer(ctx, (NodeId){node->a}, TYPE_NULL);
  if (type_is_dynamic(manager)) return false;
  for (int async = 0; async < 2; async++) {
    TypeId exit = attr_dunder(ctx->worker, manager,
                              async ? NAME_ID(dunder_aexit)
                                    : NAME_ID(dunder_exit));
    if (type_is_null(exit)) continue;
    /* An inferred return type says nothing of the sort: nobody meant it. */
    TypeId signature = call_signature(ctx->world, exit);
    if (!type_is_null(signature) &&
        type_kind(signature) == TYPE_KIND_CALLABLE &&
        (type_signature_view(signature).flags & SIGNATURE_INFERRED_RETURN))
      continue;
    TypeId any[3] = {TYPE(ANY), TYPE(ANY), TYPE(ANY)};
    CallResult r = call_dunder(
        ctx, manager, async ? NAME_ID(dunder_aexit) : NAME_ID(dunder_exit),
        any, 3);
    if (!r.ok) continue;
    TypeId result = async ? expr_await(ctx, r.returns, ID_NONE(NodeId))
                          : r.returns;
    /* Typing spec, "Context managers": only a return type of bool (or
     * Literal[True]) says that it may swallow. */
    if (type_kind(result) == TYPE_KIND_LITERAL_BOOL)
      return type_literal_same(result, TYPE(TRUE));
    return type_kind(result) == TYPE_KIND_INSTANCE &&
           class_is(type_class(result), KNOWN_bool);
  }
  return false;
}

/* The part of a condition that the node itself adds. */
TypeId reach_compute(InferWorker *worker, ModuleState *module,
                     uint32_t index) {
  const Reach *reach = &module->index->reaches[index];
  Ctx ctx = ctx_quiet(worker, module, (ScopeId){1});
  Truth truth = TRUTH_ALWAYS;
  switch ((ReachKind)reach->kind) {
    case REACH_CALL: {
      NodeId call = {reach->b};
      ctx.scope = index_enclosing(module->index, call);
      truth = call_returns(&ctx, call) ? TRUTH_ALWAYS : TRUTH_NEVER;
      break;
    }
    case REACH_SUPPRESS: {
      NodeId item = {reach->b};
      ctx.scope = index_enclosing(module->index, item);
      truth = with_suppresses(&ctx, item) ? TRUTH_AMBIGUOUS : TRUTH_NEVER;
      break;
    }
    case REACH_OR: {
      ReachId base = {reach->c ? reach->c : REACH_ID_ALWAYS.v};
      truth = truth_or(reach_truth(&ctx, (ReachId){reach->a}, base),
                       reach_truth(&ctx, (ReachId){reach->b}, base));
      break;
    }
    case REACH_AND: {
      truth = truth_and(
          reach_truth(&ctx, (ReachId){reach->a}, REACH_ID_ALWAYS),
          reach_truth(&ctx, (ReachId){reach->b}, REACH_ID_ALWAYS));
      break;
    }
    default: break;
  }
  return query_number(truth);
}

static Truth reach_own(Ctx *ctx, ReachId reach) {
  return (Truth)query_to_number(
      query(ctx->worker, QUERY_REACH, ctx->module, reach.v), TRUTH_AMBIGUOUS);
}

Truth reach_truth(Ctx *ctx, ReachId reach, ReachId base) {
  const Index *index = ctx->module->index;
  Truth truth = TRUTH_ALWAYS;
  while (reach.v != base.v && reach.v != REACH_ID_ALWAYS.v) {
    const Reach *r = &index->reaches[reach.v];
    ReachId before = {r->a};
    Truth own = TRUTH_ALWAYS;
    switch ((ReachKind)r->kind) {
      case REACH_NEVER: return TRUTH_NEVER;
      case REACH_PRED:
        own = pred_truth(ctx, (PredId){r->b});
        if (!r->c) own = truth_not(own);
        break;
      case REACH_CALL:
      case REACH_SUPPRESS: own = reach_own(ctx, reach); break;
      case REACH_OR:
        own = reach_own(ctx, reach);
        before = (ReachId){r->c ? r->c : REACH_ID_ALWAYS.v};
        break;
      case REACH_AND:
        own = reach_own(ctx, reach);
        before = REACH_ID_ALWAYS;
        break;
      default: return truth;
    }
    truth = truth_and(truth, own);
    if (truth == TRUTH_NEVER) return truth;
    reach = before;
  }
  return truth;
}

Truth reach_truth_beside(Ctx *ctx, ReachId reach, ReachId other) {
  const Index *index = ctx->module->index;
  ReachId base = reach;
  /* Operands have smaller ids than what uses them. */
  while (base.v != other.v)
    if (base.v > other.v) base = index_reach_before(index, base);
    else other = index_reach_before(index, other);
  return reach_truth(ctx, reach, base);
}

/* ---- predicates ------------------------------------------------------------------- */

enum { FLOW_PLACE_RETURNS_MAX = 8 }; /* back edges followed for one place */

PlaceId flow_place(const Index *index, FlowId id) {
  /* Bounded walk to the definition or member that the value starts from. */
  uint32_t returns = 0;
  for (;;) {
    const Flow *flow = &index->flows[id.v];
    switch ((FlowKind)flow->kind) {
      case FLOW_DEF: return index->defs[flow->a].place;
      case FLOW_NARROW: id = (FlowId){flow->a}; break;
      case FLOW_FREE:
      case FLOW_MEMBER: return (PlaceId){flow->a};
      case FLOW_STAR: return (PlaceId){flow->c};
      case FLOW_GLOBAL:
        /* A name of the module before the module binds it, or that it never binds. */
        return flow->b ? (PlaceId){flow->b}
                       : index_symbol(index, (ScopeId){1}, (NameId){flow->a});
      case FLOW_PHI:
      case FLOW_LOOP: {
        /* The latest of the values before it; of a loop that nothing comes
         * into (the name is first bound in its body), what comes back. */
        FlowEdges edges = index_edges(index, id);
        FlowId next = {0}, back = {0};
        for (uint32_t i = 0; i < edges.n; i++) {
          FlowId value = edges.v[i].value;
          if (value.v > id.v) back = value;
          else if (value.v > FLOW_ID_UNBOUND.v && value.v < id.v &&
                   value.v > next.v)
            next = value;
        }
        if (next.v == 0 && returns++ < FLOW_PLACE_RETURNS_MAX) next = back;
        if (next.v == 0) return (PlaceId){0};
        id = next;
        break;
      }
      default: return (PlaceId){0};
    }
  }
}

/* The value that a test asks about: `x is None`, `isinstance(x, C)`, `len(x) == 2`;
 * 0: none. */
static NodeId tested_operand(const Ast *ast, NodeId node) {
  const AstNode *n = ast_at(ast, node);
  if (n->kind == AST_Compare) {
    if (ast_list(ast, n->b).n != 1) return ID_NONE(NodeId);
    node = (NodeId){n->a};
    n = ast_at(ast, node);
  }
  if (n->kind == AST_Call) {
    NodeList args = ast_list(ast, n->b);
    if (args.n == 0) return ID_NONE(NodeId);
    node = ast_item(args, 0);
    n = ast_at(ast, node);
  }
  bool is = n->kind == AST_Name || n->kind == AST_Attribute ||
            n->kind == AST_Subscript;
  return is ? node : ID_NONE(NodeId);
}

/* Whether one outcome of the test leaves no value to the place at `operand`. */
static Truth narrowed_truth(Ctx *ctx, PredId pred, NodeId operand) {
  const AstNode *n = ast_at(ctx->ast, operand);
  FlowId flow = {n->kind == AST_Name ? n->b : n->c};
  if (flow.v == 0) return TRUTH_AMBIGUOUS;
  PlaceId place = flow_place(ctx->index, flow);
  if (place.v == 0) return TRUTH_AMBIGUOUS;
  uint32_t qualifiers;
  TypeId type = unqualified(flow_type(ctx, flow), &qualifiers);
  if (type_is_dynamic(type) || type_eq(type, TYPE(NEVER)) ||
      (qualifiers & (QUALIFIER_UNBOUND | QUALIFIER_POSSIBLY_UNBOUND)))
    return TRUTH_AMBIGUOUS;
  TypeId no = narrow_type(ctx, type, place, pred, false);
  if (type_eq(no, TYPE(NEVER))) return TRUTH_ALWAYS;
  if (type_eq(no, TYPE(DIVERGENT))) return TRUTH_AMBIGUOUS;
  TypeId yes = narrow_type(ctx, type, place, pred, true);
  return type_eq(yes, TYPE(NEVER)) ? TRUTH_NEVER : TRUTH_AMBIGUOUS;
}

/* A test that leaves no value to what it asks about: behind the last branch of
 * an elif chain that names all members of a union nothing runs. A member that
 * tells the members of a union apart speaks for the value that holds it. */
static Truth test_truth(Ctx *ctx, PredId pred, NodeId node) {
  NodeId operand = tested_operand(ctx->ast, node);
  if (operand.v == 0) return TRUTH_AMBIGUOUS;
  Truth truth = narrowed_truth(ctx, pred, operand);
  const AstNode *n = ast_at(ctx->ast, operand);
  if (truth != TRUTH_AMBIGUOUS || n->kind == AST_Name) return truth;
  NodeId holder = {n->a};
  AstKind kind = ast_kind(ctx->ast, holder);
  bool is = kind == AST_Name || kind == AST_Attribute || kind == AST_Subscript;
  return is ? narrowed_truth(ctx, pred, holder) : TRUTH_AMBIGUOUS;
}

/* A name that an import binds: `from sys import version_info`. */
static bool is_imported_name(const Index *index, NodeId node) {
  const AstNode *n = ast_at(index->ast, node);
  if (n->kind != AST_Name || n->b == 0) return false;
  const Flow *flow = &index->flows[n->b];
  DefId def = {0};
  if (flow->kind == FLOW_DEF) def = (DefId){flow->a};
  if (flow->kind == FLOW_FREE) def = index->places[flow->a].first_def;
  return def.v && index->defs[def.v].kind == DEF_IMPORT_FROM;
}

/* Tests whose own value may be known: constants, names and attributes,
 * comparisons with sys.version_info and sys.platform.  What the others answer
 * follows from what they leave to their operand. */
static bool pred_may_decide(const Index *index, NodeId node) {
  const Ast *ast = index->ast;
  switch (ast_kind(ast, node)) {
    case AST_True:
    case AST_False:
    case AST_None:
    case AST_Int:
    case AST_Str:
    case AST_Name:
    case AST_Attribute:
    case AST_NamedExpr:
    case AST_Tuple:
    case AST_Dict:
    case AST_List: return true;
    case AST_Compare: {
      NodeId left = {ast_at(ast, node)->a};
      AstKind kind = ast_kind(ast, left);
      if (kind == AST_Subscript) left = (NodeId){ast_at(ast, left)->a};
      return ast_kind(ast, left) == AST_Attribute ||
             is_imported_name(index, left);
    }
    case AST_Call: {
      /* sys.platform.startswith("win") */
      NodeId func = {ast_at(ast, node)->a};
      if (ast_kind(ast, func) != AST_Attribute) return false;
      NodeId object = {ast_at(ast, func)->a};
      return ast_kind(ast, object) == AST_Attribute ||
             is_imported_name(index, object);
    }
    default: return false;
  }
}

TypeId pred_truth_compute(InferWorker *worker, ModuleState *module,
                          uint32_t index) {
  const Pred *pred = &module->index->preds[index];
  Ctx ctx = ctx_quiet(worker, module,
                      index_enclosing(module->index, pred->node));
  Truth truth = TRUTH_AMBIGUOUS;
  switch ((PredKind)pred->kind) {
    case PRED_EXPR:
      if (pred_may_decide(ctx.index, pred->node))
        truth = type_truth(
            ctx.world, expr_tested(&ctx, pred->node,
                                   expr_infer(&ctx, pred->node, TYPE_NULL)));
      if (truth == TRUTH_AMBIGUOUS)
        truth = test_truth(&ctx, (PredId){index}, pred->node);
      break;
    case PRED_PATTERN: {
      TypeId subject = pred_subject(&ctx, (PredId){index});
      if (type_is_dynamic(subject)) break;
      TypeId rest = narrow_type(&ctx, subject, ID_NONE(PlaceId),
                                (PredId){index}, false);
      TypeId taken = narrow_type(&ctx, subject, ID_NONE(PlaceId),
                                 (PredId){index}, true);
      if (type_eq(rest, TYPE(NEVER))) truth = TRUTH_ALWAYS;
      else if (type_eq(taken, TYPE(NEVER))) truth = TRUTH_NEVER;
      break;
    }
    default: break;
  }
  return query_number(truth);
}

Truth pred_truth(Ctx *ctx, PredId pred) {
  return (Truth)query_to_number(
      query(ctx->worker, QUERY_PRED_TRUTH, ctx->module, pred.v),
      TRUTH_AMBIGUOUS);
}

NodeId pred_subject_node(const Ast *ast, const Pred *pred) {
  /* The case's Match statement is the nearest node before it that ends behind
   * it. */
  NodeId match = pred->node;
  do match.v--;
  while (ast_kind(ast, match) != AST_Match ||
         ast_end(ast, match).v <= pred->node.v);
  return (NodeId){ast_at(ast, match)->a};
}

TypeId pred_subject_compute(InferWorker *worker, ModuleState *module,
                            uint32_t index) {
  const Pred *pred = &module->index->preds[index];
  Ctx ctx = ctx_quiet(worker, module,
                      index_enclosing(module->index, pred->node));
  TypeId type;
  if (pred->subject.v) {
    type = unqualified(flow_type(&ctx, pred->subject), NULL);
  } else if (pred->previous.v) {
    type = narrow_type(&ctx, pred_subject(&ctx, pred->previous),
                       ID_NONE(PlaceId), pred->previous, false);
  } else {
    type = expr_infer(&ctx, pred_subject_node(module->ast, pred), TYPE_NULL);
  }
  return type;
}

TypeId pred_subject(Ctx *ctx, PredId pred) {
  return query(ctx->worker, QUERY_PRED_SUBJECT, ctx->module, pred.v);
}

/* The declared return type of what is called is Never: only annotations count, as inferring the
 * return type of every callee would make one knot of the program. */
static bool callee_returns(Ctx *ctx, TypeId callee) {
  World *world = ctx->world;
  switch (type_kind(callee)) {
    case TYPE_KIND_BOUND_METHOD:
      return callee_returns(ctx, type_bound_function(callee));
    case TYPE_KIND_FUNCTION: {
      ModuleState *m = module_state(ctx->worker, type_module_id(callee));
      const Def *def = &m->index->defs[type_def(callee).v];
      if (ast_function(m->ast, def->node)->returns.v == 0 ||
          ast_at(m->ast, def->node)->op)
        return true;
      TypeId signature = world->signature(world, callee);
      return callee_returns(ctx, signature);
    }
    case TYPE_KIND_CALLABLE:
      return !type_eq(type_signature_view(callee).returns, TYPE(NEVER));
    case TYPE_KIND_OVERLOADED: {
      TypeSpan items = type_args(callee);
      for (uint32_t i = 0; i < items.n; i++)
        if (callee_returns(ctx, items.v[i])) return true;
      return false;
    }
    case TYPE_KIND_INSTANCE: {
      TypeId call = attr_dunder(ctx->worker, callee, NAME_ID(dunder_call));
      return type_is_null(call) || type_kind(call) == TYPE_KIND_INSTANCE ||
             callee_returns(ctx, call);
    }
    default: return true;
  }
}

/* Some of its overloads do not return: the arguments decide. */
static bool is_sometimes_never(Ctx *ctx, TypeId callee) {
  if (type_kind(callee) == TYPE_KIND_BOUND_METHOD)
    callee = type_bound_function(callee);
  if (type_kind(callee) == TYPE_KIND_FUNCTION) {
    ModuleState *m = module_state(ctx->worker, type_module_id(callee));
    DefId def = type_def(callee);
    /* Overloads come before it. */
    PlaceId place = m->index->defs[def.v].place;
    if (m->index->places[place.v].first_def.v == def.v) return false;
    callee = ctx->world->signature(ctx->world, callee);
  }
  if (type_kind(callee) != TYPE_KIND_OVERLOADED) return false;
  TypeSpan items = type_args(callee);
  for (uint32_t i = 0; i < items.n; i++)
    if (!callee_returns(ctx, items.v[i])) return true;
  return false;
}

bool call_returns(Ctx *ctx, NodeId call) {
  const Ast *ast = ctx->ast;
  bool awaited = ast_kind(ast, call) == AST_Await;
  if (awaited) call = (NodeId){ast_at(ast, call)->a};
  if (ast_kind(ast, call) != AST_Call) return true;
  TypeId callee =
      expr_infer(ctx, (NodeId){ast_at(ast, call)->a}, TYPE_NULL);
  if (awaited) {
    if (type_kind(callee) == TYPE_KIND_BOUND_METHOD)
      callee = type_bound_function(callee);
    if (type_kind(callee) != TYPE_KIND_FUNCTION) return true;
    TypeId signature = ctx->world->signature(ctx->world, callee);
    if (type_kind(signature) != TYPE_KIND_CALLABLE) return true;
    TypeId result = type_signature_view(signature).returns;
    return type_kind(result) != TYPE_KIND_INSTANCE ||
           !type_eq(expr_await(ctx, result, ID_NONE(NodeId)), TYPE(NEVER));
  }
  if (!callee_returns(ctx, callee)) return false;
  return !is_sometimes_never(ctx, callee) ||
         !type_eq(expr_infer(ctx, call, TYPE_NULL), TYPE(NEVER));
}

/* ---- values -------------------------------------------------------------------------- */

static TypeId unbound(void) {
  return type_qualified(TYPE(NEVER), QUALIFIER_UNBOUND);
}

static const Override *override_of(const Ctx *ctx, DefId def) {
  for (const Override *o = ctx->overrides; o; o = o->next)
    if (o->def.v == def.v) return o;
  return NULL;
}

/* The values of the phi or loop whose edges can be reached; in *narrowed
 * whether some are narrowed.  Returns how many are left in values. */
static uint32_t phi_values(Ctx *ctx, FlowId id, FlowId *values,
                           bool *narrowed) {
  const Index *index = ctx->index;
  FlowEdges edges = index_edges(index, id);
  ReachId base = {index->flows[id.v].c};
  if (base.v == 0) base = REACH_ID_ALWAYS;
  uint32_t n = 0;
  for (uint32_t i = 0; i < edges.n; i++) {
    if (reach_truth(ctx, edges.v[i].edge, base) == TRUTH_NEVER) continue;
    values[n++] = edges.v[i].value;
    *narrowed |= index->flows[edges.v[i].value.v].kind == FLOW_NARROW;
  }
  return n;
}

/* Of a phi inside a phi: its values, if some are narrowed and all fit; else 0. */
static uint32_t phi_open(Ctx *ctx, FlowId id, FlowId *values, uint32_t room) {
  if (ctx->index->flows[id.v].kind != FLOW_PHI) return 0;
  if (index_edges(ctx->index, id).n > room) return 0;
  bool narrowed = false;
  uint32_t n = phi_values(ctx, id, values, &narrowed);
  return narrowed ? n : 0;
}

/* Union of the operands that can be reached. */
static TypeId phi_type(Ctx *ctx, FlowId id) {
  uint32_t count = index_edges(ctx->index, id).n;
  FlowId *values =
      ARENA_ARRAY_RAW(ctx->scratch, FlowId, count + NARROW_JOIN_ROOM);
  bool narrowed = false;
  uint32_t n = phi_values(ctx, id, values, &narrowed);
  if (n > 1 && narrowed) n = narrow_join(ctx, id, values, n, phi_open);
  UnionBuilder *builder = union_begin(ctx->world);
  uint32_t bound = 0, maybe = 0, missing = 0;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t qualifiers;
    TypeId t = unqualified(flow_type(ctx, values[i]), &qualifiers);
    if (qualifiers & QUALIFIER_UNBOUND) {
      missing++;
      continue;
    }
    if (qualifiers & QUALIFIER_POSSIBLY_UNBOUND) maybe++;
    bound++;
    union_add(builder, t);
  }
  TypeId type = union_end(builder);
  if (bound == 0) return missing ? unbound() : type;
  return missing || maybe ? type_qualified(type, QUALIFIER_POSSIBLY_UNBOUND)
                          : type;
}

static TypeId member_value(Ctx *ctx, const Flow *flow) {
  const Place *place = &ctx->index->places[flow->a];
  TypeId parent = unqualified(flow_type(ctx, (FlowId){flow->b}), NULL);
  if (place->kind == PLACE_ATTRIBUTE) {
    Attr attr = attr_read(ctx->worker, parent, place->name);
    return type_is_null(attr.type) ? TYPE(UNKNOWN) : attr.type;
  }
  if (place->kind == PLACE_KEY) {
    TypeId item = expr_display_item(ctx, (FlowId){flow->b}, place->name);
    if (!type_is_null(item)) return item;
  }
  TypeId key = place->kind == PLACE_INDEX ? type_literal_int(place->index)
                                          : type_literal_str(place->name);
  return expr_subscript(ctx, parent, key, ID_NONE(NodeId));
}

static TypeId star_value(Ctx *ctx, const Flow *flow) {
  NameId name = ctx->index->places[flow->c].name;
  ModuleId from = import_from_module(ctx->worker, ctx->module,
                                     (NodeId){flow->b});
  if (from.v) {
    ModuleState *m = module_state(ctx->worker, from);
    bool maybe = false;
    if (module_exports_star(ctx->worker, m, name)) {
      /* Only what `__all__` names comes from a `__getattr__`, too. */
      TypeId t = m->index->has_all && m->index->all_is_complete
                     ? module_attribute(ctx->worker, from, name, &maybe)
                     : module_symbol(ctx->worker, m, name, &maybe);
      if (!type_is_null(t) && !maybe) return t;
      if (!type_is_null(t)) {
        uint32_t qualifiers;
        TypeId before = unqualified(flow_type(ctx, (FlowId){flow->a}),
                                    &qualifiers);
        if (qualifiers & QUALIFIER_UNBOUND) return t;
        return union_of2(ctx->world, before, t);
      }
    }
  }
  return flow_type(ctx, (FlowId){flow->a});
}

TypeId flow_evaluate(Ctx *ctx, FlowId id) {
  const Flow *flow = &ctx->index->flows[id.v];
  switch ((FlowKind)flow->kind) {
    case FLOW_PHI:
    case FLOW_LOOP: return phi_type(ctx, id);
    case FLOW_NARROW: {
      uint32_t qualifiers;
      TypeId t = unqualified(flow_type(ctx, (FlowId){flow->a}), &qualifiers);
      if (qualifiers & QUALIFIER_UNBOUND) return unbound();
      t = narrow_type(ctx, t, flow_place(ctx->index, (FlowId){flow->a}),
                      (PredId){flow->b}, flow->c != 0);
      return qualifiers ? type_qualified(t, qualifiers) : t;
    }
    case FLOW_STAR: return star_value(ctx, flow);
    case FLOW_MEMBER: return member_value(ctx, flow);
    default: return TYPE(UNKNOWN);
  }
}

TypeId flow_compute(InferWorker *worker, ModuleState *module,
                    uint32_t index) {
  Ctx ctx = ctx_quiet(worker, module, (ScopeId){1});
  PlaceId place = flow_place(module->index, (FlowId){index});
  if (place.v) ctx.scope = module->index->places[place.v].scope;
  return flow_evaluate(&ctx, (FlowId){index});
}

/* A module's declared variable as its functions see it: other modules may
 * assign to it what its declaration allows, so of the module's own flow only the
 * tests count under which the function stands, not what was assigned. */
static TypeId declared_value(Ctx *ctx, FlowId snapshot, TypeId declared) {
  const Index *index = ctx->module->index;
  VEC(const Flow *) tests = {0};
  const Flow *flow = &index->flows[snapshot.v];
  for (; flow->kind == FLOW_NARROW; flow = &index->flows[flow->a])
    vec_push(&tests, ctx->scratch, flow);
  while (tests.n > 0) {
    flow = vec_pop(&tests);
    declared = narrow_type(ctx, declared, flow_place(index, snapshot),
                           (PredId){flow->b}, flow->c != 0);
  }
  return declared;
}

static TypeId free_value(Ctx *ctx, const Flow *flow) {
  PlaceId place = {flow->a};
  const Place *p = &ctx->module->index->places[place.v];
  if (flow->b && p->scope.v == 1 && (p->flags & PLACE_DECLARED)) {
    uint32_t qualifiers;
    TypeId t = unqualified(place_public(ctx->worker, ctx->module, place),
                           &qualifiers);
    if (qualifiers & QUALIFIER_DECLARED)
      return declared_value(ctx, (FlowId){flow->b}, t);
  }
  if (flow->b) {
    uint32_t qualifiers;
    TypeId t = unqualified(flow_type(ctx, (FlowId){flow->b}), &qualifiers);
    if (!(qualifiers & QUALIFIER_UNBOUND)) return t;
  }
  uint32_t qualifiers;
  TypeId t = unqualified(place_public(ctx->worker, ctx->module, place),
                         &qualifiers);
  return t;
}

/* Whether some definition of a place can be reached. */
static bool is_reachable(Ctx *ctx, PlaceId place) {
  const Index *index = ctx->module->index;
  DefId d = place.v ? index->places[place.v].first_def : (DefId){0};
  for (; d.v; d = index->defs[d.v].next)
    if (reach_truth(ctx, index->defs[d.v].reach, REACH_ID_ALWAYS) !=
        TRUTH_NEVER)
      return true;
  return false;
}

/* A variable of the module that is declared, and bound nowhere. */
static bool is_only_declared(const Ctx *ctx, PlaceId own) {
  if (own.v == 0 || ctx->module->module->is_stub) return false;
  uint32_t flags = ctx->module->index->places[own.v].flags;
  return (flags & PLACE_DECLARED) &&
         !(flags & (PLACE_BOUND | PLACE_WRITTEN_FROM_INSIDE));
}

static TypeId global_value(Ctx *ctx, NameId name) {
  InferWorker *worker = ctx->worker;
  const Index *index = ctx->module->index;
  PlaceId own = index_symbol(index, (ScopeId){1}, name);
  bool later = own.v && (index->places[own.v].flags & PLACE_BOUND);
  bool maybe = false;
  TypeId t = TYPE_NULL;
  /* A name of this module may be read here before the module binds it. */
  t = later || is_only_declared(ctx, own)
          ? module_implicit_attribute(worker, ctx->module, name)
          : module_symbol(worker, ctx->module, name, &maybe);
  /* `__dict__` is an attribute of modules, and no name in them. */
  if (!type_is_null(t) && (own.v || !name_is(name, NAME_dunder_dict))) return t;
  /* In builtins itself a name may be read before it is bound (`@property`), but
   * not one that another version defines. */
  if (ctx->module->id.v != worker->infer->builtins.v || is_reachable(ctx, own))
    t = builtin_lookup(worker, name);
  if (type_is_null(t)) t = module_own_submodule(worker, ctx->module, name);
  return type_is_null(t) ? unbound() : t;
}

TypeId flow_type(Ctx *ctx, FlowId id) {
  if (id.v == 0) return TYPE(UNKNOWN);
  const Flow *flow = &ctx->module->index->flows[id.v];
  switch ((FlowKind)flow->kind) {
    case FLOW_UNBOUND: return unbound();
    case FLOW_DEF: {
      DefId def = {flow->a};
      if (ctx->module->index->defs[def.v].kind == DEF_DELETE) return unbound();
      if (ctx->overrides) {
        const Override *o = override_of(ctx, def);
        if (o) return o->type;
        return ctx->body ? call_body_def(ctx, def) : def_type_in(ctx, def);
      }
      return def_type(ctx->worker, ctx->module, def);
    }
    case FLOW_FREE: return free_value(ctx, flow);
    case FLOW_GLOBAL: return global_value(ctx, (NameId){flow->a});
    case FLOW_PHI:
    case FLOW_NARROW:
    case FLOW_MEMBER:
      if (ctx->body) return call_body_flow(ctx, id);
      if (ctx->overrides) return flow_evaluate(ctx, id);
      break;
    default: break;
  }
  return query(ctx->worker, QUERY_FLOW, ctx->module, id.v);
}

/* ---- names without flow ---------------------------------------------------------------- */

/* `_T` and the like are the stub's own. */
static bool is_private(NameId name) {
  Str text = name_text(name);
  return str_starts(text, STR("_")) && !str_starts(text, STR("__"));
}

TypeId builtin_lookup(InferWorker *worker, NameId name) {
  ModuleState *m = module_state(worker, worker->infer->builtins);
  PlaceId place = index_symbol(m->index, (ScopeId){1}, name);
  if (place.v == 0 || is_private(name) || !module_shows(m, place))
    return TYPE_NULL;
  uint32_t qualifiers;
  TypeId t = unqualified(place_public(worker, m, place), &qualifiers);
  return qualifiers & QUALIFIER_UNBOUND ? TYPE_NULL : t;
}

TypeId scope_lookup(Ctx *ctx, ScopeId scope, NameId name) {
  PlaceId place = index_resolve(ctx->module->index, scope, name);
  if (place.v) {
    uint32_t qualifiers;
    TypeId t = unqualified(place_public(ctx->worker, ctx->module, place),
                           &qualifiers);
    if (!(qualifiers & QUALIFIER_UNBOUND)) return t;
  }
  bool maybe = false;
  TypeId t = module_symbol(ctx->worker, ctx->module, name, &maybe);
  if (!type_is_null(t)) return t;
  return builtin_lookup(ctx->worker, name);
}
