/* call_site.c - what a def without a return annotation gives to one caller.
 *
 * Problem: the inferred return type joins what all callers may get.
 *
 *     def find(key, default=None):
 *         if default is None:
 *             return None
 *         return [default]
 *
 * gives None to those callers only that leave `default` out.  So the returns
 * that the arguments of a call rule out are taken away: a return is ruled out when
 * a test on the way to it asks about a parameter without annotation (not about
 * what the parameter's name was assigned later) and the argument's type decides
 * the test.  A return that is left and passes parameters on to another such def
 * is looked at in the same way, a few calls deep.  Whoever annotates a parameter
 * says what all callers may give, and gets what all of them may get.  The types of the
 * return expressions are those of the inferred return; where they hold Unknown and
 * the def is small, they are inferred anew with what the call gives (call_body.c).
 *
 * The answer is a function of the def, the types of the arguments and the depth,
 * which counts from the call that someone asked about; nothing of it is published,
 * but a worker keeps its answers.
 * Ends by the depth and by SITE_STEPS tests of one def.
 *
 * Not handled: generators and coroutines, defs with type variables.  The typing
 * spec leaves inferred returns open; pyright's "call-site return type inference"
 * has the same aim.
 */
#include "infer/call_body.h"
#include "infer/call_int.h"
#include "infer/func.h"

enum {
  SITE_CALLEES = 16, /* members of a union that is called */
  SITE_JOINS = 4,    /* joins inside of joins, from a name back to a parameter */
  SITE_STEPS = 512,  /* links of reachability that one call may follow */
  SITE_BODY = 64,    /* nodes of a def whose returns are inferred anew,
                      * half of them with each call in between */
  SITE_PREDS = 32,   /* answers to tests that one evaluation keeps */
  ASKS_WIDE = 1 << 30 /* beside a parameter: its type without literals */
};

/* What the call says to a test, asked inside so many joins. */
typedef struct {
  PredId pred;
  uint32_t joins, steps; /* what the answer took of SITE_STEPS */
  Truth truth;
} SitePred;

enum { ASKED_NOT, ASKED_WIDE, ASKED_EXACTLY };

typedef struct {
  TypeId callee, callable;
  SignatureView signature;
  const Binding *binding;
  Ctx ctx;         /* inside the def, quiet */
  ScopeId scope;   /* the def's body */
  TypeId *given;   /* by parameter: null until asked */
  uint8_t *how;    /* by parameter: ASKED_... */
  uint32_t *asked; /* parameters in the order in which they were asked for */
  uint32_t asked_count;
  uint32_t depth, steps, joins;
  bool anew;       /* Unknown returns are inferred anew */
  SitePred *preds; /* [SITE_PREDS], direct mapped */
} Site;

/* ---- what the call gives to a parameter ------------------------------------ */

/* All that *args gets; Unknown when it is not known how many. */
static TypeId given_variadic(Site *s, uint32_t k) {
  const Binding *b = s->binding;
  VEC(TypeId) items = {0};
  for (uint32_t i = 0; i < b->bound.n; i++) {
    const Bound *bound = &b->bound.v[i];
    if (bound->param != k) continue;
    if (!type_is_null(bound->element)) return TYPE(UNKNOWN);
    TypeId have = type_is_null(bound->have) ? TYPE(UNKNOWN) : bound->have;
    vec_push(&items, s->ctx.scratch, have);
  }
  return type_tuple_of((TypeSpan){items.v, items.n});
}

/* An empty dict when nothing goes to **kwargs. */
static TypeId given_keywords(Site *s, uint32_t k) {
  const Binding *b = s->binding;
  for (uint32_t i = 0; i < b->bound.n; i++)
    if (b->bound.v[i].param == k) return TYPE(UNKNOWN);
  TypeId args[2] = {TYPE_KNOWN(str), TYPE(UNKNOWN)};
  return type_when_false(
      s->ctx.world, type_instance(CLASS_ID(dict), (TypeSpan){args, 2}));
}

static TypeId given_compute(Site *s, uint32_t k) {
  const Param *p = &s->signature.params[k];
  if (p->kind == PARAM_VARIADIC) return given_variadic(s, k);
  if (p->kind == PARAM_KEYWORD_VARIADIC) return given_keywords(s, k);
  const Binding *b = s->binding;
  for (uint32_t i = 0; i < b->bound.n; i++) {
    const Bound *bound = &b->bound.v[i];
    if (bound->param != k) continue;
    bool known = type_is_null(bound->element) && !type_is_null(bound->have);
    return known ? bound->have : TYPE(UNKNOWN);
  }
  return type_is_null(p->default_type) ? TYPE(UNKNOWN) : p->default_type;
}

static TypeId given_at(Site *s, uint32_t k) {
  if (type_is_null(s->given[k])) s->given[k] = given_compute(s, k);
  if (s->how[k] != ASKED_EXACTLY) s->asked[s->asked_count++] = k;
  s->how[k] = ASKED_EXACTLY;
  return s->given[k];
}

/* True and False are what tests ask about; other literals only make more types,
 * and more answers to be kept. */
static TypeId given_wide_at(Site *s, uint32_t k) {
  if (type_is_null(s->given[k])) s->given[k] = given_compute(s, k);
  if (s->how[k] == ASKED_NOT) {
    s->asked[s->asked_count++] = k | ASKS_WIDE;
    s->how[k] = ASKED_WIDE;
  }
  return type_kind(s->given[k]) == TYPE_KIND_LITERAL_BOOL
             ? s->given[k]
             : promote_literals(s->ctx.world, s->given[k]);
}

/* What an entry of `asked` asks for. */
static TypeId given_asked(Site *s, uint32_t asks) {
  return asks & ASKS_WIDE ? given_wide_at(s, asks & ~(uint32_t)ASKS_WIDE)
                          : given_at(s, asks);
}

/* The type that the call gives to that parameter; null: somebody annotated it. */
static TypeId given_param(Site *s, NameId name) {
  for (uint32_t k = 0; k < s->signature.n; k++) {
    const Param *p = &s->signature.params[k];
    if (!name_eq(p->name, name)) continue;
    if (p->flags & PARAM_ANNOTATED) return TYPE_NULL;
    return given_at(s, k);
  }
  return TYPE_NULL;
}

static bool may_reach(Site *s, ReachId reach, ReachId base);

/* Where branches that the call may take meet; null when one of them assigned. */
static TypeId given_flow(Site *s, FlowId id, NameId name, PlaceId *place) {
  const Index *index = s->ctx.index;
  const Flow *flow = &index->flows[id.v];
  while (flow->kind == FLOW_NARROW) {
    id = (FlowId){flow->a};
    flow = &index->flows[id.v];
  }
  if (flow->kind == FLOW_DEF) {
    const Def *d = &index->defs[flow->a];
    if (d->kind != DEF_PARAM || d->scope.v != s->scope.v) return TYPE_NULL;
    *place = d->place;
    return given_param(s, name);
  }
  if (flow->kind != FLOW_PHI || s->joins >= SITE_JOINS ||
      ++s->steps > SITE_STEPS)
    return TYPE_NULL;
  ReachId base = {flow->c ? flow->c : REACH_ID_ALWAYS.v};
  FlowEdges edges = index_edges(index, id);
  TypeId type = TYPE_NULL;
  s->joins++;
  for (uint32_t i = 0; i < edges.n; i++) {
    if (!may_reach(s, edges.v[i].edge, base)) continue;
    type = given_flow(s, edges.v[i].value, name, place);
    if (type_is_null(type)) break;
  }
  s->joins--;
  return type;
}

/* The type that the call gives to what `operand` names, and its place; null when
 * that is no parameter, or not any more. */
static TypeId given_to(Site *s, NodeId operand, PlaceId *place) {
  const AstNode *n = ast_at(s->ctx.ast, operand);
  if (n->kind != AST_Name || n->b == 0) return TYPE_NULL;
  return given_flow(s, (FlowId){n->b}, (NameId){n->a}, place);
}

/* ---- which returns the call may reach ---------------------------------------- */

/* A class or a tuple of classes: names, and attributes of modules. */
static bool names_classes(Site *s, NodeId node) {
  const Ast *ast = s->ctx.ast;
  const AstNode *n = ast_at(ast, node);
  if (n->kind == AST_Attribute) {
    NodeId object = {n->a};
    return ast_kind(ast, object) == AST_Name &&
           type_kind(expr_infer(&s->ctx, object, TYPE_NULL)) ==
               TYPE_KIND_MODULE;
  }
  if (n->kind != AST_Tuple) return n->kind == AST_Name;
  NodeList items = ast_list(ast, n->a);
  for (uint32_t i = 0; i < items.n; i++) {
    NodeId item = ast_item(items, i);
    if (ast_kind(ast, item) == AST_Tuple || !names_classes(s, item))
      return false;
  }
  return true;
}

static bool is_constant(const Ast *ast, NodeId node) {
  switch (ast_kind(ast, node)) {
    case AST_None:
    case AST_True:
    case AST_False:
    case AST_Int:
    case AST_Str:
    case AST_Bytes:
    case AST_Name: return true;
    default: return false;
  }
}

/* x in `type(x)`; 0: that is something else. */
static NodeId type_operand(const Ast *ast, NodeId node) {
  const AstNode *n = ast_at(ast, node);
  if (n->kind != AST_Call || ast_kind(ast, (NodeId){n->a}) != AST_Name ||
      !str_is(ast_text(ast, (NodeId){n->a}), "type"))
    return ID_NONE(NodeId);
  NodeList args = ast_list(ast, n->b);
  return args.n == 1 ? ast_item(args, 0) : ID_NONE(NodeId);
}

/* The parameter that a test asks about, where what it is compared with needs no
 * calls: `p`, `p is None`, `p == "a"`, `isinstance(p, C)`, `type(p) is C`,
 * `callable(p)`; 0: none. */
static NodeId tested_name(Site *s, NodeId node) {
  const Ast *ast = s->ctx.ast;
  const AstNode *n = ast_at(ast, node);
  if (n->kind == AST_Name) return node;
  if (n->kind == AST_Compare) {
    NodeList right = ast_list(ast, n->b);
    if (right.n != 1 || !is_constant(ast, ast_item(right, 0)))
      return ID_NONE(NodeId);
    NodeId of = type_operand(ast, (NodeId){n->a});
    return of.v ? of : (NodeId){n->a};
  }
  if (n->kind != AST_Call) return ID_NONE(NodeId);
  NodeList args = ast_list(ast, n->b);
  NodeId callee = {n->a};
  if (ast_kind(ast, callee) != AST_Name) return ID_NONE(NodeId);
  bool asks = args.n == 2 ? names_classes(s, ast_item(args, 1))
                          : args.n == 1 && str_is(ast_text(ast, callee), "callable");
  return asks ? ast_item(args, 0) : ID_NONE(NodeId);
}

/* By the type that the call gives, when all values answer the test alike. */
static Truth site_pred_compute(Site *s, PredId pred) {
  const Pred *p = &s->ctx.index->preds[pred.v];
  Truth truth = pred_truth(&s->ctx, pred);
  if (truth != TRUTH_AMBIGUOUS || p->kind != PRED_EXPR) return truth;
  NodeId name = tested_name(s, p->node);
  PlaceId place = {0};
  TypeId type = name.v ? given_to(s, name, &place) : TYPE_NULL;
  if (type_is_null(type) || type_is_dynamic(type) ||
      type_eq(type, TYPE(NEVER)))
    return truth;
  TypeId no = narrow_type(&s->ctx, type, place, pred, false);
  if (type_eq(no, TYPE(NEVER))) return TRUTH_ALWAYS;
  TypeId yes = narrow_type(&s->ctx, type, place, pred, true);
  return type_eq(yes, TYPE(NEVER)) ? TRUTH_NEVER : truth;
}

/* All returns behind a test ask about it. A kept answer takes as many steps as
 * it took at first. */
static Truth site_pred(Site *s, PredId pred) {
  SitePred *kept = &s->preds[pred.v % SITE_PREDS];
  if (kept->pred.v == pred.v && kept->joins == s->joins &&
      s->steps + kept->steps <= SITE_STEPS) {
    s->steps += kept->steps;
    return kept->truth;
  }
  uint32_t joins = s->joins, before = s->steps;
  Truth truth = site_pred_compute(s, pred);
  if (s->steps <= SITE_STEPS)
    *kept = (SitePred){pred, joins, s->steps - before, truth};
  return truth;
}

/* False: the way from `base` to that point is ruled out. */
static bool may_reach(Site *s, ReachId reach, ReachId base) {
  const Index *index = s->ctx.index;
  while (reach.v != base.v && reach.v != REACH_ID_ALWAYS.v) {
    if (++s->steps > SITE_STEPS) return true;
    const Reach *r = &index->reaches[reach.v];
    ReachId before = {r->a}, common = {r->c ? r->c : REACH_ID_ALWAYS.v};
    switch ((ReachKind)r->kind) {
      case REACH_PRED: {
        Truth never = r->c ? TRUTH_NEVER : TRUTH_ALWAYS;
        if (site_pred(s, (PredId){r->b}) == never) return false;
        break;
      }
      case REACH_OR:
        if (!may_reach(s, before, common) &&
            !may_reach(s, (ReachId){r->b}, common))
          return false;
        before = common;
        break;
      case REACH_AND:
        return may_reach(s, before, REACH_ID_ALWAYS) &&
               may_reach(s, (ReachId){r->b}, REACH_ID_ALWAYS);
      default:
        if (reach_truth(&s->ctx, reach, before) == TRUTH_NEVER) return false;
    }
    reach = before;
  }
  return true;
}

/* ---- returns -------------------------------------------------------------------- */

/* The arguments of a call inside the def: parameters as the call gives them,
 * nothing known of others; *known gets how many parameters. */
static Arguments passed_on(Site *s, NodeId call, uint32_t *known) {
  NodeList list = ast_list(s->ctx.ast, ast_at(s->ctx.ast, call)->b);
  VEC(Argument) out = {0};
  *known = 0;
  for (uint32_t i = 0; i < list.n; i++) {
    NodeId node = ast_item(list, i);
    const AstNode *n = ast_at(s->ctx.ast, node);
    Argument a = {.node = node, .type = TYPE(UNKNOWN)};
    a.is_star = n->kind == AST_Starred;
    a.is_double_star = n->kind == AST_Keyword && n->a == 0;
    if (a.is_star) a.node = (NodeId){n->a};
    if (n->kind == AST_Keyword) {
      a.node = (NodeId){n->b};
      a.keyword = (NameId){n->a};
    }
    PlaceId place;
    TypeId type = given_to(s, a.node, &place);
    if (!type_is_null(type) && !type_is_dynamic(type)) {
      ++*known;
      if (a.is_double_star) continue; /* no keywords: see given_keywords */
      a.type = type;
    }
    if (!a.is_star || type_kind(a.type) != TYPE_KIND_TUPLE) {
      vec_push(&out, s->ctx.scratch, a);
      continue;
    }
    TupleView v = type_tuple_view(a.type);
    for (uint32_t k = 0; k < v.prefix.n; k++)
      vec_push(&out, s->ctx.scratch,
               ((Argument){.node = a.node, .type = v.prefix.v[k]}));
  }
  return (Arguments){out.v, out.n};
}

static TypeId call_returns_at(Ctx *caller, TypeId callee, TypeId callable,
                              const Binding *binding, uint32_t depth);

/* What that callee of the call in `return f(p)` gives to `args`; null: not known
 * here.  *less when that is less than it gives to others. */
static TypeId inner_callee(Site *s, TypeId callee, Arguments args,
                           bool *less) {
  Ctx *ctx = &s->ctx;
  if (type_is_dynamic(callee)) return callee;
  if (type_kind(callee) != TYPE_KIND_FUNCTION &&
      type_kind(callee) != TYPE_KIND_BOUND_METHOD)
    return TYPE_NULL;
  TypeId callable = call_signature(ctx->world, callee);
  if (type_is_null(callable) || type_kind(callable) != TYPE_KIND_CALLABLE)
    return TYPE_NULL;
  SignatureView signature = type_signature_view(callable);
  if (!(signature.flags & SIGNATURE_INFERRED_RETURN)) return TYPE_NULL;
  if (type_kind(signature.returns) != TYPE_KIND_UNION)
    return signature.returns;
  Binding binding;
  bind_args(ctx, &signature, args, call_name(ctx->world, callee),
            ID_NONE(NodeId), &binding);
  if (!binding.ok) return TYPE_NULL;
  for (uint32_t i = 0; i < binding.bound.n; i++) {
    Bound *b = &binding.bound.v[i];
    if (type_is_null(b->element)) b->have = args.v[b->argument].type;
  }
  TypeId type =
      call_returns_at(ctx, callee, callable, &binding, s->depth + 1);
  *less |= !type_eq(type, signature.returns);
  return type;
}

/* What the call in `return f(p)` gives with what the call gives to p; null:
 * nothing more than is known. */
static TypeId inner_call(Site *s, NodeId call) {
  Ctx *ctx = &s->ctx;
  uint32_t known;
  Arguments args = passed_on(s, call, &known);
  if (known == 0) return TYPE_NULL;
  TypeId callee =
      expr_infer(ctx, (NodeId){ast_at(ctx->ast, call)->a}, TYPE_NULL);
  TypeSpan members = union_members(ctx->world, &callee);
  if (members.n > SITE_CALLEES) return TYPE_NULL;
  bool less = false;
  UnionBuilder *builder = union_begin(ctx->world);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId type = inner_callee(s, members.v[i], args, &less);
    if (type_is_null(type)) {
      less = false;
      break;
    }
    union_add(builder, type);
  }
  TypeId type = union_end(builder);
  return less ? type : TYPE_NULL;
}

/* Whether the call may reach that point; *less: not, though others may. */
static bool is_left(Site *s, ReachId reach, bool *less) {
  if (reach_truth(&s->ctx, reach, REACH_ID_ALWAYS) == TRUTH_NEVER)
    return false;
  if (may_reach(s, reach, REACH_ID_ALWAYS)) return true;
  *less = true;
  return false;
}

/* The types that the call gives to parameters without annotation, for inferring
 * the body with them; NULL: it gives nothing that is known. */
static const Override *given_overrides(Site *s) {
  const Index *index = s->ctx.index;
  const Override *list = NULL;
  for (uint32_t k = 0; k < s->signature.n; k++) {
    const Param *p = &s->signature.params[k];
    if ((p->flags & PARAM_ANNOTATED) || p->name.v == 0 ||
        p->kind == PARAM_KEYWORD_VARIADIC)
      continue;
    PlaceId place = index_symbol(index, s->scope, p->name);
    if (place.v == 0) continue;
    TypeId type = given_wide_at(s, k);
    if (type_is_dynamic(type)) continue;
    DefId def = index->places[place.v].first_def;
    if (def.v == 0 || index->defs[def.v].kind != DEF_PARAM) continue;
    Override *o = ARENA_NEW(s->ctx.scratch, Override);
    *o = (Override){def, type, list};
    list = o;
  }
  return list;
}

/* Fills gives[] where a return that is left holds Unknown in general, if what the
 * call gives makes all of them known: a part of what it may be is no more than
 * what is known in general, and says less about the rest. */
static bool body_returns(Site *s, TypeId *gives, const bool *left) {
  const Index *index = s->ctx.index;
  const Scope *scope = &index->scopes[s->scope.v];
  uint32_t first = scope->return_begin, n = scope->return_end - first;
  const Override *given = n ? given_overrides(s) : NULL;
  if (given == NULL) return false;
  Ctx ctx = call_body_ctx(&s->ctx, given);
  TypeId *better = ARENA_ARRAY(ctx.scratch, TypeId, n);
  for (uint32_t i = 0; i < n; i++) {
    NodeId value = {ast_at(ctx.ast, index->returns[first + i].node)->a};
    if (!left[i] || value.v == 0) continue;
    TypeId general = type_is_null(gives[i])
                         ? query(ctx.worker, QUERY_RETURN_VALUE, ctx.module,
                                 first + i + 1)
                         : gives[i];
    if (!type_has(general, TYPE_HAS_UNKNOWN)) continue;
    TypeId type = expr_infer(&ctx, value, TYPE_NULL);
    if (type_has(type, TYPE_HAS_UNKNOWN) || type_eq(type, TYPE(NEVER)))
      return false;
    better[i] = promote_literals(ctx.world, type);
  }
  for (uint32_t i = 0; i < n; i++)
    if (!type_is_null(better[i])) gives[i] = better[i];
  return true;
}

/* The union of what the returns give that are left; null: all of them are, and
 * no inner call says more. */
static TypeId site_returns(Site *s) {
  const Index *index = s->ctx.index;
  const Ast *ast = s->ctx.ast;
  const Scope *scope = &index->scopes[s->scope.v];
  uint32_t first = scope->return_begin, n = scope->return_end - first;
  TypeId *gives = ARENA_ARRAY(s->ctx.scratch, TypeId, n + 1);
  bool *left = ARENA_ARRAY(s->ctx.scratch, bool, n + 1);
  bool less = false;
  for (uint32_t i = 0; i < n; i++) {
    left[i] = is_left(s, index->returns[first + i].reach, &less);
    NodeId value = {ast_at(ast, index->returns[first + i].node)->a};
    if (!left[i] || value.v == 0 || ast_kind(ast, value) != AST_Call ||
        s->depth >= CALL_SITES_MAX)
      continue;
    gives[i] = inner_call(s, value);
    less |= !type_is_null(gives[i]);
  }
  bool end = is_left(s, scope->end_reach, &less);
  if (s->anew) less |= body_returns(s, gives, left);
  if (!less) return TYPE_NULL;
  UnionBuilder *builder = union_begin(s->ctx.world);
  for (uint32_t i = 0; i < n; i++) {
    if (!left[i]) continue;
    if (type_is_null(gives[i]))
      gives[i] = query(s->ctx.worker, QUERY_RETURN_VALUE, s->ctx.module,
                       first + i + 1);
    union_add(builder, gives[i]);
  }
  if (end) union_add(builder, TYPE_KNOWN(NoneType));
  return union_end(builder);
}

/* ---- answers that are kept -------------------------------------------------------
 *
 * What an evaluation reads of the call are the types that it gives to some of the
 * parameters, and which it asks for next follows from the answers so far.  So the
 * answers of a def form a tree: a node names the parameter to ask for, an edge is
 * its type, a leaf holds the answer. */

/* The node below `node` (0: the one of that depth, with or
 * without the body) for a type; 0: none yet. */
static uint64_t kept_edge(const Site *s, uint32_t node, TypeId type) {
  uint32_t root = UINT32_MAX - (2 * s->depth + s->anew);
  return hmap_pair(node ? node : root, type.v);
}

static uint32_t kept_step(const Site *s, uint32_t node, TypeId type) {
  return hmap64_get(&s->ctx.worker->sites.next, kept_edge(s, node, type));
}

/* The same; a node that is not there is made. */
static uint32_t kept_grow(const Site *s, uint32_t node, TypeId type) {
  SiteCache *cache = &s->ctx.worker->sites;
  bool found;
  uint32_t *at = hmap64_find_or_insert(&cache->next, kept_edge(s, node, type),
                                       &found);
  if (!found) {
    hvec_push(&cache->nodes, (SiteNode){0});
    *at = cache->nodes.n;
  }
  return *at;
}

/* The answer to a call that gives the same types; null: not known. */
static TypeId kept_answer(Site *s) {
  const SiteCache *cache = &s->ctx.worker->sites;
  uint32_t node = kept_step(s, 0, s->callee);
  if (node) node = kept_step(s, node, s->callable);
  while (node) {
    const SiteNode *n = &cache->nodes.v[node - 1];
    if (!type_is_null(n->answer)) return n->answer;
    node = kept_step(s, node, given_asked(s, n->asks));
  }
  return TYPE_NULL;
}

static void keep_answer(Site *s, TypeId answer) {
  SiteCache *cache = &s->ctx.worker->sites;
  if (cache->nodes.n + s->asked_count + 3 > SITE_NODES_MAX) {
    hmap64_clear(&cache->next);
    cache->nodes.n = 0;
  }
  uint32_t node = kept_grow(s, kept_grow(s, 0, s->callee), s->callable);
  for (uint32_t i = 0; i < s->asked_count; i++) {
    uint32_t k = s->asked[i];
    ASSERT(type_is_null(cache->nodes.v[node - 1].answer));
    cache->nodes.v[node - 1].asks = k;
    node = kept_grow(s, node, given_asked(s, k));
  }
  cache->nodes.v[node - 1].answer = answer;
}

static TypeId evaluate(Site *s) {
  TypeId returns = s->signature.returns;
  s->preds = ARENA_ARRAY(s->ctx.scratch, SitePred, SITE_PREDS);
  TypeId type = site_returns(s);
  if (type_is_null(type)) return returns;
  type = call_bind_return(s->ctx.world, s->callee, type);
  /* Divergent stays: of a def that calls itself, what all callers get would never
   * leave the answer again. */
  bool says_less =
      type_has(type, TYPE_HAS_TYPE_VAR) || type_eq(type, TYPE(NEVER));
  return says_less ? returns : type;
}

/* Whether some parameter without annotation gets a type that is known. */
static bool gives_known(const SignatureView *signature,
                        const Binding *binding) {
  for (uint32_t i = 0; i < binding->bound.n; i++) {
    const Bound *b = &binding->bound.v[i];
    if (!(signature->params[b->param].flags & PARAM_ANNOTATED) &&
        type_is_null(b->element) && !type_is_null(b->have) &&
        !type_is_dynamic(b->have))
      return true;
  }
  return false;
}

static TypeId call_returns_at(Ctx *caller, TypeId callee, TypeId callable,
                              const Binding *binding, uint32_t depth) {
  SignatureView signature = type_signature_view(callable);
  TypeId function = type_kind(callee) == TYPE_KIND_BOUND_METHOD
                        ? type_bound_function(callee)
                        : callee;
  if (type_kind(function) != TYPE_KIND_FUNCTION) return signature.returns;
  InferWorker *worker = caller->worker;
  ModuleState *m = module_state(worker, type_module_id(function));
  NodeId node = m->index->defs[type_def(function).v].node;
  ScopeId scope = index_scope_of(m->index, node);
  const Scope *body = &m->index->scopes[scope.v];
  if (body->flags & (SCOPE_GENERATOR | SCOPE_ASYNC)) return signature.returns;
  bool anew = type_has(signature.returns, TYPE_HAS_UNKNOWN) &&
              depth < CALL_SITES_MAX &&
              ast_end(m->ast, node).v - node.v <= (uint32_t)SITE_BODY >> depth &&
              gives_known(&signature, binding);
  /* One type: of one return, or in the rounds of a def that calls itself, where
   * the others are not known yet. */
  bool one = type_kind(signature.returns) != TYPE_KIND_UNION &&
             body->return_end - body->return_begin < 2;
  if (!anew && (one || type_is_dynamic(signature.returns)))
    return signature.returns;
  Site s = {.callee = callee,
            .callable = callable,
            .signature = signature,
            .binding = binding,
            .ctx = ctx_quiet(worker, m, scope),
            .scope = scope,
            .given = ARENA_ARRAY(caller->scratch, TypeId, signature.n + 1),
            .how = ARENA_ARRAY(caller->scratch, uint8_t, signature.n + 1),
            .asked = ARENA_ARRAY(caller->scratch, uint32_t, 2 * signature.n + 1),
            .depth = depth,
            .anew = anew};
  s.ctx.sites = depth < CALL_SITES_MAX ? depth + 1 : depth;
  TypeId type = kept_answer(&s);
  if (!type_is_null(type)) return type;
  uint64_t provisional = worker->world.provisional;
  type = evaluate(&s);
  if (worker->world.provisional == provisional) keep_answer(&s, type);
  return type;
}

TypeId call_site_return(Ctx *caller, TypeId callee, TypeId callable,
                        const Binding *binding) {
  SignatureView signature = type_signature_view(callable);
  if (!(signature.flags & SIGNATURE_INFERRED_RETURN) ||
      type_is_null(callee) || type_args(signature.type_params).n)
    return signature.returns;
  return call_returns_at(caller, callee, callable, binding, caller->sites);
}
