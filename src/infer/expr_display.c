/* expr_display.c - displays, comprehensions, lambdas.
 *
 * A display takes its element type from its context when the elements fit
 * (bidirectional inference); otherwise it is the union of what its elements are, literals
 * widened, since list, set and dict are invariant.  Tuples keep their elements.
 */
#include "infer/check.h"
#include "infer/class.h"
#include "infer/expr_int.h"
#include "infer/stmt_int.h"
#include "infer/typevar.h"

enum {
  DISPLAY_ELEMENTS_MAX = 64, /* distinct element types joined; then Unknown joins */
  TUPLE_ELEMENTS_MAX = 256   /* longer tuples are tuple[union, ...] */
};

/* ---- what the context asks for ------------------------------------------------- */

/* `expected` without None and the like: the member of a union that a container
 * of this class could be. */
static bool expected_args_one(Ctx *ctx, ClassId class_id, TypeId expected,
                              TypeId *args, uint32_t n) {
  World *world = ctx->world;
  if (type_kind(expected) != TYPE_KIND_INSTANCE) return false;
  if (type_class(expected).v == class_id.v) {
    TypeSpan have = type_args(expected);
    for (uint32_t i = 0; i < n && i < have.n; i++) args[i] = have.v[i];
    return have.n > 0;
  }
  TypeId params = class_type_params(world, class_id);
  if (type_kind(params) != TYPE_KIND_LIST || type_args(params).n != n)
    return false;
  TypeId generic = world_instance_identity(world, class_id);
  TypeId seen = world_as_instance_of(world, generic, type_class(expected));
  if (type_is_null(seen) &&
      (class_flags(world, type_class(expected)) & CLASS_PROTOCOL)) {
    /* SupportsKeysAndGetItem[int, str]: what makes dict[K, V] fit. */
    Solver *solver = solver_create(world, params);
    if (!solver_assign(solver, generic, expected)) return false;
    for (uint32_t i = 0; i < n; i++)
      args[i] = solver_value(solver, type_args(params).v[i]);
    return true;
  }
  if (type_is_null(seen) || type_kind(seen) != TYPE_KIND_INSTANCE)
    return false;
  /* Sequence[T] against Sequence[int]: T is asked to be int. */
  TypeSpan from = type_args(seen), to = type_args(expected);
  TypeSpan vars = type_args(params);
  bool any = false;
  for (uint32_t i = 0; i < from.n && i < to.n; i++)
    for (uint32_t k = 0; k < n; k++)
      if (type_eq(from.v[i], vars.v[k])) {
        args[k] = to.v[i];
        any = true;
      }
  return any;
}

bool expr_declared_args(Ctx *ctx, ClassId class_id, TypeId declared,
                        TypeId *args, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) args[i] = TYPE_NULL;
  if (type_is_null(declared)) return false;
  declared = alias_expand(ctx->world, declared);
  TypeSpan members = union_members(ctx->world, &declared);
  for (uint32_t i = 0; i < members.n; i++)
    if (expected_args_one(ctx, class_id, alias_expand(ctx->world, members.v[i]),
                          args, n))
      return true;
  return false;
}

bool expr_expected_args(Ctx *ctx, ClassId class_id, TypeId expected,
                        TypeId *args, uint32_t n) {
  if (!expr_declared_args(ctx, class_id, expected, args, n)) return false;
  for (uint32_t i = 0; i < n; i++)
    if (!type_is_null(args[i]) && !typevar_all_visible(ctx, args[i]))
      args[i] = TYPE_NULL; /* a call's variable that is to be found yet */
  return true;
}

/* ---- collecting elements ------------------------------------------------------------ */

/* Element types of one type argument of a container. */
typedef struct {
  TypeId expected;   /* null: none */
  bool fits;         /* all so far are assignable to expected */
  UnionBuilder *natural;
  TypeId last;       /* the type that was added last: most elements are alike */
  uint32_t distinct;
} Elements;

static Elements elements_begin(Ctx *ctx, TypeId expected) {
  return (Elements){.expected = expected,
                    .fits = !type_is_null(expected),
                    .natural = union_begin(ctx->world)};
}

static void elements_add(Ctx *ctx, Elements *e, TypeId type) {
  if (type_eq(type, e->last)) return;
  e->last = type;
  if (e->fits && !relate_assignable(ctx->world, type, e->expected))
    e->fits = false;
  if (++e->distinct <= DISPLAY_ELEMENTS_MAX || !e->fits)
    union_add(e->natural, typevar_self_widened(
                              ctx, promote_invariant(ctx->world, type)));
}

/* A library's registry of functions or classes of several kinds: what may be put in
 * besides nobody has said, and who only uses the library cannot say it there. */
static bool is_foreign_registry(Ctx *ctx, TypeId natural) {
  if (ctx->module->module->is_checked ||
      type_kind(natural) != TYPE_KIND_UNION)
    return false;
  TypeSpan members = type_members(natural);
  for (uint32_t i = 0; i < members.n; i++)
    switch (type_kind(members.v[i])) {
    case TYPE_KIND_CALLABLE:
    case TYPE_KIND_OVERLOADED:
    case TYPE_KIND_SUBCLASS_OF: return true;
    default: break;
    }
  return false;
}

static TypeId elements_end(Ctx *ctx, Elements *e, bool empty) {
  TypeId natural = union_end(e->natural);
  if (type_is_null(e->expected) && is_foreign_registry(ctx, natural))
    return TYPE(UNKNOWN);
  /* An Any that was written is meant; what is not known says nothing. */
  if (!type_is_null(e->expected) && e->fits &&
      (!type_is_dynamic(e->expected) || type_eq(e->expected, TYPE(ANY))))
    return e->expected;
  return empty ? TYPE(UNKNOWN) : natural;
}

static TypeId infer_element(Ctx *ctx, NodeId node, TypeId expected) {
  if (ast_kind(ctx->ast, node) != AST_Starred)
    return expr_infer(ctx, node, expected);
  NodeId inner = {ast_at(ctx->ast, node)->a};
  TypeId value = expr_infer(ctx, inner, TYPE_NULL);
  return expr_iterate(ctx, value, inner, false);
}

/* ---- keys ---------------------------------------------------------------------------- */

/* Whether the first class of the MRO that says how objects are compared takes
 * the hash away: by `__hash__ = None`, or by an `__eq__` alone.  Stubs name what
 * they mean. */
static bool has_no_hash(Ctx *ctx, TypeId instance) {
  InferWorker *worker = ctx->worker;
  TypeId mro = class_mro(ctx->world, type_class(instance));
  if (type_kind(mro) != TYPE_KIND_LIST) return false;
  TypeSpan entries = type_args(mro);
  for (uint32_t i = 0; i < entries.n; i++) {
    if (type_kind(entries.v[i]) != TYPE_KIND_INSTANCE) return false;
    ClassId id = type_class(entries.v[i]);
    ClassMember hash = class_own_member(worker, id, NAME_ID(dunder_hash));
    if (!type_is_null(hash.type))
      return type_kind(hash.type) == TYPE_KIND_INSTANCE &&
             class_is(type_class(hash.type), KNOWN_NoneType);
    if (class_module(worker, id)->module->is_stub) continue;
    ClassMember eq = class_own_member(worker, id, NAME_ID(dunder_eq));
    if (!type_is_null(eq.type) && eq.def.v) return true;
  }
  return false;
}

/* The part of a type that has no hash; null: all have one. */
static TypeId without_hash(Ctx *ctx, TypeId type) {
  World *world = ctx->world;
  type = alias_expand(world, type);
  if (type_is_literal(type) || type_is_dynamic(type)) return TYPE_NULL;
  TypeSpan members = union_members(world, &type);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId m = alias_expand(world, members.v[i]);
    if (type_kind(m) == TYPE_KIND_TUPLE) {
      TypeSpan items = type_tuple_view(m).prefix;
      for (uint32_t k = 0; k < items.n; k++)
        if (!type_is_null(without_hash(ctx, items.v[k]))) return m;
    } else if (type_kind(m) == TYPE_KIND_INSTANCE && has_no_hash(ctx, m)) {
      return m;
    }
  }
  return TYPE_NULL;
}

static void check_hash(Ctx *ctx, TypeId type, NodeId node, const char *what) {
  if (!ctx_reports(ctx, RULE_UNHASHABLE)) return;
  TypeId bad = without_hash(ctx, type);
  if (!type_is_null(bad))
    ctx_report(ctx, RULE_UNHASHABLE, node,
               "%s cannot be of type `%s`, which is not hashable", what,
               display_short(ctx->world, bad));
}
static void check_key(Ctx *ctx, TypeId type, NodeId node) {
  check_hash(ctx, type, node, "A key of a dict");
}
static void check_item(Ctx *ctx, TypeId type, NodeId node) {
  check_hash(ctx, type, node, "An item of a set");
}

/* ---- displays -------------------------------------------------------------------------- */

TypeId expr_list_or_set(Ctx *ctx, NodeId node, TypeId expected) {
  const AstNode *n = ast_at(ctx->ast, node);
  ClassId class_id = n->kind == AST_List ? CLASS_ID(list) : CLASS_ID(set);
  NodeList items = ast_list(ctx->ast, n->a);
  TypeId want;
  expr_expected_args(ctx, class_id, expected, &want, 1);
  Elements e = elements_begin(ctx, want);
  for (uint32_t i = 0; i < items.n; i++) {
    TypeId type = infer_element(ctx, ast_item(items, i), want);
    elements_add(ctx, &e, type);
    if (n->kind == AST_Set) check_item(ctx, type, ast_item(items, i));
  }
  TypeId arg = elements_end(ctx, &e, items.n == 0);
  return type_instance(class_id, (TypeSpan){&arg, 1});
}

/* The keys and values of a mapping that is unpacked with **. */
static void unpack_mapping(Ctx *ctx, TypeId mapping, NodeId node,
                           Elements *keys, Elements *values) {
  if (ctx_reports(ctx, RULE_INVALID_ARGUMENT_TYPE)) {
    mapping = alias_expand(ctx->world, mapping);
    TypeSpan members = union_members(ctx->world, &mapping);
    bool some = false, other = false, none = false;
    for (uint32_t i = 0; i < members.n; i++) {
      TypeId m = alias_expand(ctx->world, members.v[i]);
      if (argument_is_mapping(ctx, m)) some = true;
      else if (type_eq(m, TYPE_KNOWN(NoneType))) none = true;
      else other = true;
    }
    /* Of mappings beside other things, what the keys of a mixed display hold,
     * only the None is told. */
    if (some ? none && !other : none || other)
      ctx_report(ctx, RULE_INVALID_ARGUMENT_TYPE, node,
                 "What is unpacked by `**` must be a mapping: found `%s`",
                 display_short(ctx->world, mapping));
  }
  TypeId key = TYPE(UNKNOWN), item = TYPE(UNKNOWN);
  if (!mapping_items(ctx, mapping, &key, &item)) key = item = TYPE(UNKNOWN);
  elements_add(ctx, keys, key);
  elements_add(ctx, values, item);
}

TypeId expr_dict(Ctx *ctx, NodeId node, TypeId expected) {
  NodeList items = ast_list(ctx->ast, ast_at(ctx->ast, node)->a);
  if (!type_is_null(expected)) {
    TypeId t = typed_dict_display(ctx, node, expected);
    if (!type_is_null(t)) return t;
  }
  TypeId want[2];
  expr_expected_args(ctx, CLASS_ID(dict), expected, want, 2);
  Elements keys = elements_begin(ctx, want[0]);
  Elements values = elements_begin(ctx, want[1]);
  for (uint32_t i = 0; i < items.n; i++) {
    const AstNode *item = ast_at(ctx->ast, ast_item(items, i));
    if (item->a == 0) {
      TypeId other = expr_infer(ctx, (NodeId){item->b}, expected);
      unpack_mapping(ctx, other, (NodeId){item->b}, &keys, &values);
      continue;
    }
    TypeId key = expr_infer(ctx, (NodeId){item->a}, want[0]);
    check_key(ctx, key, (NodeId){item->a});
    elements_add(ctx, &keys, key);
    elements_add(ctx, &values, expr_infer(ctx, (NodeId){item->b}, want[1]));
  }
  TypeId args[2] = {elements_end(ctx, &keys, items.n == 0),
                    elements_end(ctx, &values, items.n == 0)};
  return type_instance(CLASS_ID(dict), (TypeSpan){args, 2});
}

/* The element that a tuple display's position is expected to be. */
static TypeId expected_element(Ctx *ctx, TypeId expected, uint32_t i,
                               uint32_t n) {
  if (type_is_null(expected)) return TYPE_NULL;
  expected = alias_expand(ctx->world, expected);
  TypeSpan members = union_members(ctx->world, &expected);
  for (uint32_t m = 0; m < members.n; m++) {
    TypeId t = alias_expand(ctx->world, members.v[m]);
    if (type_kind(t) == TYPE_KIND_TUPLE) {
      TupleView view = type_tuple_view(t);
      if (type_is_null(view.middle) && view.prefix.n != n) continue;
      if (i < view.prefix.n) return view.prefix.v[i];
      if (!type_is_null(view.middle) && view.suffix.n == 0 &&
          type_kind(view.middle) != TYPE_KIND_UNPACKED)
        return view.middle;
      continue;
    }
    TypeId arg;
    if (type_kind(t) == TYPE_KIND_INSTANCE && type_args(t).n == 1) {
      ClassId c = type_class(t);
      if (class_is(c, KNOWN_Iterable) || class_is(c, KNOWN_Sequence) ||
          class_is(c, KNOWN_Collection)) {
        arg = type_args(t).v[0];
        return typevar_all_visible(ctx, arg) ? arg : TYPE_NULL;
      }
    }
  }
  return TYPE_NULL;
}

TypeId expr_tuple(Ctx *ctx, NodeId node, TypeId expected) {
  NodeList items = ast_list(ctx->ast, ast_at(ctx->ast, node)->a);
  VEC(TypeId) all = {0};
  TypeId middle = TYPE_NULL;
  uint32_t split = 0;
  for (uint32_t i = 0; i < items.n; i++) {
    NodeId item = ast_item(items, i);
    if (ast_kind(ctx->ast, item) != AST_Starred) {
      TypeId want = expected_element(ctx, expected, i, items.n);
      vec_push(&all, ctx->scratch, expr_infer(ctx, item, want));
      continue;
    }
    NodeId inner = {ast_at(ctx->ast, item)->a};
    TypeId value =
        alias_expand(ctx->world, expr_infer(ctx, inner, TYPE_NULL));
    TypeId tuple = expr_unpacked_tuple(ctx, value);
    if (!type_is_null(tuple)) value = tuple;
    TupleView view = {0};
    bool is_tuple = type_kind(value) == TYPE_KIND_TUPLE;
    if (is_tuple) view = type_tuple_view(value);
    if (is_tuple && (type_is_null(view.middle) || type_is_null(middle))) {
      for (uint32_t k = 0; k < view.prefix.n; k++)
        vec_push(&all, ctx->scratch, view.prefix.v[k]);
      if (!type_is_null(view.middle)) {
        middle = view.middle;
        split = all.n;
      }
      for (uint32_t k = 0; k < view.suffix.n; k++)
        vec_push(&all, ctx->scratch, view.suffix.v[k]);
      continue;
    }
    TypeId element = expr_iterate(ctx, value, inner, false);
    if (type_is_null(middle)) {
      middle = element;
      split = all.n;
    } else {
      /* Two unbounded parts: one part of their union takes in what is between. */
      TypeId sum = union_of2(ctx->world, middle, element);
      for (uint32_t k = split; k < all.n; k++)
        sum = union_of2(ctx->world, sum, all.v[k]);
      all.n = split;
      middle = sum;
    }
  }
  if (all.n > TUPLE_ELEMENTS_MAX) {
    TypeId sum = union_of(ctx->world, (TypeSpan){all.v, all.n});
    return type_tuple((TypeSpan){0}, promote_literals(ctx->world, sum),
                      (TypeSpan){0});
  }
  if (type_is_null(middle))
    return type_tuple_of((TypeSpan){all.v, all.n});
  return type_tuple((TypeSpan){all.v, split}, middle,
                    (TypeSpan){all.v + split, all.n - split});
}

/* ---- comprehensions --------------------------------------------------------------------- */

/* An await that the expression itself runs. */
static bool holds_await(const Ast *ast, NodeId node) {
  for (uint32_t i = node.v; i < ast_end(ast, node).v; i++) {
    AstKind kind = (AstKind)ast->nodes[i].kind;
    if (kind == AST_Await) return true;
    if (kind == AST_Lambda || kind == AST_GeneratorExp) i = ast->ends[i] - 1;
  }
  return false;
}

/* Walks the clauses (reporting what is wrong in them). True when one is async or
 * awaits; the first iterable is evaluated outside. */
static bool comprehension_clauses(Ctx *ctx, Ctx *inner, NodeList clauses) {
  bool is_async = false;
  for (uint32_t i = 0; i < clauses.n; i++) {
    NodeId clause = ast_item(clauses, i);
    const AstNode *c = ast_at(ctx->ast, clause);
    if (c->op == 1) is_async = true;
    if (ctx->diags || ctx->counts) {
      TypeId iterable =
          expr_infer(i == 0 ? ctx : inner, (NodeId){c->b}, TYPE_NULL);
      TypeId item = expr_iterate(inner, iterable, (NodeId){c->b}, c->op == 1);
      if (!ctx->in_string)
        assign_check(inner, (NodeId){c->a}, item, ID_NONE(NodeId));
    }
    if (i > 0) is_async |= holds_await(ctx->ast, (NodeId){c->b});
    NodeList ifs = ast_list(ctx->ast, c->c);
    for (uint32_t k = 0; k < ifs.n; k++) {
      is_async |= holds_await(ctx->ast, ast_item(ifs, k));
      if (ctx->diags || ctx->counts) {
        TypeId test = expr_infer(inner, ast_item(ifs, k), TYPE_NULL);
        if (ctx->diags) check_test(inner, test, ast_item(ifs, k));
      }
    }
  }
  return is_async;
}

TypeId expr_comprehension(Ctx *ctx, NodeId node, TypeId expected) {
  const AstNode *n = ast_at(ctx->ast, node);
  Ctx inner = *ctx;
  if (!ctx->in_string) inner.scope = index_scope_of(ctx->index, node);
  NodeList clauses = ast_list(ctx->ast, n->b);
  bool is_async = comprehension_clauses(ctx, &inner, clauses);
  World *world = ctx->world;
  NodeId element = {n->a};
  if (n->kind == AST_DictComp) {
    TypeId want[2];
    expr_expected_args(ctx, CLASS_ID(dict), expected, want, 2);
    const AstNode *item = ast_at(ctx->ast, element);
    Elements keys = elements_begin(ctx, want[0]);
    Elements values = elements_begin(ctx, want[1]);
    if (item->a) {
      TypeId key = expr_infer(&inner, (NodeId){item->a}, want[0]);
      check_key(&inner, key, (NodeId){item->a});
      elements_add(ctx, &keys, key);
      elements_add(ctx, &values,
                   expr_infer(&inner, (NodeId){item->b}, want[1]));
    } else {
      TypeId other = expr_infer(&inner, (NodeId){item->b}, TYPE_NULL);
      unpack_mapping(&inner, other, (NodeId){item->b}, &keys, &values);
    }
    TypeId args[2] = {elements_end(ctx, &keys, false), elements_end(ctx, &values, false)};
    return type_instance(CLASS_ID(dict), (TypeSpan){args, 2});
  }
  if (n->kind == AST_GeneratorExp) {
    TypeId none = world_known(world, KNOWN_NoneType), want = TYPE_NULL;
    TypeId wants[3];
    if (expr_expected_args(ctx, CLASS_ID(GeneratorType), expected, wants, 3))
      want = wants[0];
    TypeId item = infer_element(&inner, element, want);
    if (is_async || holds_await(ctx->ast, element)) {
      TypeId args[2] = {item, none};
      return type_instance(CLASS_ID(AsyncGeneratorType), (TypeSpan){args, 2});
    }
    TypeId args[3] = {item, none, none};
    return type_instance(CLASS_ID(GeneratorType), (TypeSpan){args, 3});
  }
  ClassId class_id =
      n->kind == AST_ListComp ? CLASS_ID(list) : CLASS_ID(set);
  TypeId want;
  expr_expected_args(ctx, class_id, expected, &want, 1);
  Elements e = elements_begin(ctx, want);
  TypeId type = infer_element(&inner, element, want);
  elements_add(ctx, &e, type);
  if (n->kind == AST_SetComp) check_item(&inner, type, element);
  TypeId arg = elements_end(ctx, &e, false);
  return type_instance(class_id, (TypeSpan){&arg, 1});
}

/* ---- lambdas ------------------------------------------------------------------------------- */

/* Whether a lambda with these parameters may be called as the signature is: it
 * takes that many by position. */
static bool lambda_fits(const Ast *ast, NodeList params, TypeId signature) {
  SignatureView v = type_signature_view(signature);
  if (v.flags & SIGNATURE_GRADUAL) return true;
  uint32_t given = 0, required = 0, most = 0;
  bool any = false, given_any = false;
  for (uint32_t i = 0; i < params.n; i++) {
    const AstNode *p = ast_at(ast, ast_item(params, i));
    if (p->op == PARAM_VARIADIC) any = true;
    if (p->op > PARAM_POSITIONAL_OR_KEYWORD) continue;
    most++;
    if (!p->c) required++;
  }
  for (uint32_t i = 0; i < v.n; i++) {
    if (v.params[i].kind == PARAM_VARIADIC) given_any = true;
    if (v.params[i].kind <= PARAM_POSITIONAL_OR_KEYWORD) given++;
  }
  if (given_any) return any;
  return required <= given && (any || given <= most);
}

/* The signature that the context expects of a lambda, or null; of several the
 * first that it fits. */
static TypeId expected_signature(Ctx *ctx, TypeId expected, NodeList params) {
  if (type_is_null(expected)) return TYPE_NULL;
  expected = alias_expand(ctx->world, expected);
  TypeSpan members = union_members(ctx->world, &expected);
  TypeId first = TYPE_NULL;
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId t = alias_expand(ctx->world, members.v[i]);
    if (type_kind(t) == TYPE_KIND_INSTANCE) {
      TypeId call = attr_dunder(ctx->worker, t, NAME_ID(dunder_call));
      if (!type_is_null(call)) t = call_signature(ctx->world, call);
    }
    if (type_is_null(t) || type_kind(t) != TYPE_KIND_CALLABLE) continue;
    if (lambda_fits(ctx->ast, params, t)) return t;
    if (type_is_null(first)) first = t;
  }
  return first;
}

static DefId param_def(const Index *index, NodeId param, ScopeId scope,
                       NameId name) {
  PlaceId place = index_symbol(index, scope, name);
  if (place.v == 0) return (DefId){0};
  for (DefId d = index->places[place.v].first_def; d.v;
       d = index->defs[d.v].next)
    if (index->defs[d.v].node.v == param.v) return d;
  return (DefId){0};
}

static TypeId lambda_param_type(const SignatureView *want, uint32_t i,
                                uint8_t kind) {
  if (!want || want->flags & SIGNATURE_GRADUAL) return TYPE(UNKNOWN);
  if (kind == PARAM_VARIADIC || kind == PARAM_KEYWORD_VARIADIC ||
      kind == PARAM_KEYWORD_ONLY)
    return TYPE(UNKNOWN);
  if (i < want->n && want->params[i].kind <= PARAM_POSITIONAL_OR_KEYWORD)
    return want->params[i].type;
  for (uint32_t k = 0; k < want->n; k++)
    if (want->params[k].kind == PARAM_VARIADIC) return want->params[k].type;
  return TYPE(UNKNOWN);
}

TypeId expr_lambda(Ctx *ctx, NodeId node, TypeId expected) {
  const AstNode *n = ast_at(ctx->ast, node);
  NodeList list = ast_list(ctx->ast, n->a);
  TypeId signature = expected_signature(ctx, expected, list);
  SignatureView view, *want = NULL;
  if (!type_is_null(signature)) {
    view = type_signature_view(signature);
    want = &view;
  }
  Ctx inner = *ctx;
  if (!ctx->in_string) inner.scope = index_scope_of(ctx->index, node);
  Param *params = ARENA_ARRAY(ctx->scratch, Param, list.n + 1);
  for (uint32_t i = 0; i < list.n; i++) {
    NodeId param = ast_item(list, i);
    const AstNode *p = ast_at(ctx->ast, param);
    TypeId type = lambda_param_type(want, i, p->op), value = TYPE_NULL;
    if (type_has(type, TYPE_HAS_TYPE_VAR) && want &&
        type_args(want->type_params).n)
      type = TYPE(UNKNOWN);
    /* What the context says of it stands for an annotation. */
    uint32_t flags = type_is_dynamic(type) ? 0 : PARAM_ANNOTATED;
    if (p->c) {
      value = expr_infer(ctx, (NodeId){p->c}, type);
      if (type_is_dynamic(type))
        type = union_of2(ctx->world, TYPE(UNKNOWN),
                         promote_literals(ctx->world, value));
    }
    params[i] = (Param){.name = {p->a},
                        .type = type,
                        .default_type = value,
                        .kind = p->op,
                        .flags = flags | (p->c ? PARAM_HAS_DEFAULT : 0)};
    DefId def = ctx->in_string
                    ? ID_NONE(DefId)
                    : param_def(ctx->index, param, inner.scope, (NameId){p->a});
    if (def.v == 0) continue;
    TypeId seen = declared_collected(ctx->world, p->op, type);
    Override *o = ARENA_NEW(ctx->scratch, Override);
    *o = (Override){def, seen, inner.overrides};
    inner.overrides = o;
    inner.body = NULL;
  }
  TypeId want_return = want ? want->returns : TYPE_NULL;
  if (!type_is_null(want_return) && type_has(want_return, TYPE_HAS_TYPE_VAR))
    want_return = TYPE_NULL;
  TypeId body = expr_infer(&inner, (NodeId){n->b}, want_return);
  return type_callable(params, list.n, body, TYPE(EMPTY_LIST),
                       SIGNATURE_INFERRED_RETURN);
}
