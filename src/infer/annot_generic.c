/* annot_generic.c - type arguments of classes and aliases.
 *
 * Arguments meet parameters from left to right.  A TypeVarTuple takes what the
 * parameters before and behind it leave over; an unpacked tuple of unknown
 * length may only fall to one.  The only ParamSpec of a class may take its
 * parameters without brackets: C[int, str] is C[[int, str]].  What is missing
 * comes from the defaults, which may name earlier parameters, else is Unknown.
 *
 * Sources: typing spec, "generics.html" (user-defined generic types, ParamSpec,
 * TypeVarTuple, defaults).
 */
#include "infer/class.h"
#include "infer/typevar.h"

static TypeVarKind var_kind(TypeId param) { return type_var_view(param).kind; }

/* ---- tuples ------------------------------------------------------------------- */

typedef struct {
  TypeVec prefix, suffix;
  TypeId middle;
} Packing;

static void pack_one(World *world, Packing *p, TypeId t) {
  Arena *arena = world->scratch;
  if (type_kind(t) != TYPE_KIND_UNPACKED) {
    vec_push(type_is_null(p->middle) ? &p->prefix : &p->suffix, arena, t);
    return;
  }
  TypeId inner = type_inner(t);
  if (type_kind(inner) == TYPE_KIND_TUPLE) {
    TupleView view = type_tuple_view(inner);
    for (uint32_t i = 0; i < view.prefix.n; i++)
      pack_one(world, p, view.prefix.v[i]);
    if (type_is_null(view.middle)) return;
    if (type_is_null(p->middle)) p->middle = view.middle;
    else p->middle = TYPE(UNKNOWN); /* two unbounded parts: an error elsewhere */
    for (uint32_t i = 0; i < view.suffix.n; i++)
      pack_one(world, p, view.suffix.v[i]);
    return;
  }
  TypeId middle = type_is_dynamic(inner) ? inner : t;
  p->middle = type_is_null(p->middle) ? middle : TYPE(UNKNOWN);
}

TypeId annot_pack(World *world, TypeSpan elements) {
  Packing p = {0};
  for (uint32_t i = 0; i < elements.n; i++) pack_one(world, &p, elements.v[i]);
  if (type_is_null(p.middle)) return type_tuple_of(type_vec_span(&p.prefix));
  return type_tuple(type_vec_span(&p.prefix), p.middle,
                    type_vec_span(&p.suffix));
}

bool annot_is_unbounded(TypeId t) {
  if (type_kind(t) != TYPE_KIND_UNPACKED) return false;
  TypeId inner = type_inner(t);
  return type_kind(inner) != TYPE_KIND_TUPLE ||
         !type_is_null(type_tuple_view(inner).middle);
}

TypeId annot_tuple(Ctx *ctx, const SliceItems *items, NodeId node,
                   uint32_t where) {
  NodeList list = items->list;
  if (list.n == 2 && ast_kind(ctx->ast, ast_item(list, 1)) == AST_Ellipsis) {
    NodeId first = ast_item(list, 0);
    TypeId t = annot_element(ctx, first, where);
    if (type_kind(t) == TYPE_KIND_UNPACKED)
      t = annot_invalid(ctx, node, "`...` cannot be used after an unpacked "
                                   "element");
    else
      t = annot_checked(ctx, t, first);
    return type_tuple((TypeSpan){0}, t, (TypeSpan){0});
  }
  TypeVec elements = {0};
  uint32_t unbounded = 0;
  for (uint32_t i = 0; i < list.n; i++) {
    NodeId item = ast_item(list, i);
    if (ast_kind(ctx->ast, item) == AST_Ellipsis) {
      annot_invalid(ctx, item, "`...` may only be used as the second of two "
                               "type arguments of `tuple`");
      vec_push(&elements, ctx->scratch, TYPE(UNKNOWN));
      continue;
    }
    TypeId t = annot_element(ctx, item, where);
    bool bare = type_kind(t) == TYPE_KIND_TYPE_VAR &&
                var_kind(t) == TYPE_VAR_TUPLE;
    TypeId checked =
        type_kind(t) == TYPE_KIND_UNPACKED ? t : annot_checked(ctx, t, item);
    /* Reported; what was meant is clear. */
    t = bare ? type_unpacked(t) : checked;
    if (annot_is_unbounded(t) && ++unbounded == 2)
      annot_invalid(ctx, item, "Only one unbounded tuple may be unpacked in a "
                               "tuple");
    vec_push(&elements, ctx->scratch, t);
  }
  return annot_pack(ctx->world, type_vec_span(&elements));
}

/* ---- defaults -------------------------------------------------------------------- */

static TypeId default_of(World *world, TypeSpan params, uint32_t i,
                         const TypeId *args) {
  TypeVarBounds bounds = world->type_var_bounds(world, params.v[i]);
  TypeId t = bounds.default_type;
  if (type_is_null(t)) return typevar_unknown(params.v[i]);
  if (i == 0 || !type_has(t, TYPE_HAS_TYPE_VAR)) return t;
  TypePair *pairs = ARENA_ARRAY(world->scratch, TypePair, i);
  for (uint32_t k = 0; k < i; k++) pairs[k] = (TypePair){params.v[k], args[k]};
  return subst(world, t, type_mapping(pairs, i));
}

static bool has_default(World *world, TypeId param) {
  return !type_is_null(world->type_var_bounds(world, param).default_type);
}

void annot_default_arguments(World *world, TypeSpan params, TypeId *args) {
  for (uint32_t i = 0; i < params.n; i++)
    args[i] = default_of(world, params, i, args);
}

/* ---- arguments ----------------------------------------------------------------------- */

typedef struct {
  TypeVec types;   /* evaluated */
  VEC(NodeId) nodes; /* where each came from */
} Given;

static void give(Ctx *ctx, Given *given, TypeId t, NodeId node) {
  vec_push(&given->types, ctx->scratch, t);
  vec_push(&given->nodes, ctx->scratch, node);
}

/* Evaluates the items: types, UNPACKED of unknown length, PARAMS, ParamSpecs. */
static void evaluate_items(Ctx *ctx, const SliceItems *items, uint32_t where,
                           Given *given) {
  for (uint32_t i = 0; i < items->list.n; i++) {
    NodeId item = ast_item(items->list, i);
    AstKind kind = ast_kind(ctx->ast, item);
    if (kind == AST_List || kind == AST_Ellipsis) {
      give(ctx, given, annot_params_where(ctx, item, where), item);
      continue;
    }
    TypeId t = annot_element(ctx, item, where);
    TypeId inner = type_kind(t) == TYPE_KIND_UNPACKED ? type_inner(t) : t;
    bool fixed = type_kind(t) == TYPE_KIND_UNPACKED &&
                 type_kind(inner) == TYPE_KIND_TUPLE && !annot_is_unbounded(t);
    if (!fixed) {
      give(ctx, given, t, item);
      continue;
    }
    TupleView view = type_tuple_view(inner);
    for (uint32_t k = 0; k < view.prefix.n; k++)
      give(ctx, given, view.prefix.v[k], item);
  }
}

static bool is_params(TypeId t) {
  return type_kind(t) == TYPE_KIND_PARAMS ||
         (type_kind(t) == TYPE_KIND_TYPE_VAR &&
          type_var_view(t).kind == TYPE_VAR_PARAM_SPEC);
}

/* An argument for a plain parameter or a ParamSpec. */
static TypeId argument_for(Ctx *ctx, TypeId param, TypeId t, NodeId node) {
  if (var_kind(param) == TYPE_VAR_PARAM_SPEC) {
    if (is_params(t)) return t;
    if (type_is_dynamic(t)) return annot_gradual_params();
    ctx_report(ctx, RULE_INVALID_TYPE_ARGUMENTS, node,
               "Type argument for ParamSpec `%" PRIstr "` must be a list of "
               "types, `...`, a ParamSpec or `Concatenate`",
               STR_ARG(name_text(type_var_view(param).name)));
    return annot_gradual_params();
  }
  return annot_checked(ctx, t, node);
}

static void report_count(Ctx *ctx, TypeSpan params, uint32_t got, NodeId node,
                         Str name) {
  if (!ctx_reports(ctx, RULE_INVALID_TYPE_ARGUMENTS)) return;
  uint32_t required = 0;
  bool variadic = false;
  for (uint32_t i = 0; i < params.n; i++) {
    if (var_kind(params.v[i]) == TYPE_VAR_TUPLE) variadic = true;
    else if (!has_default(ctx->world, params.v[i])) required++;
  }
  if (got < required) {
    uint32_t missing = 0;
    for (uint32_t i = got; i < params.n && missing == 0; i++)
      if (!has_default(ctx->world, params.v[i])) missing = i;
    ctx_report(ctx, RULE_INVALID_TYPE_ARGUMENTS, node,
               "No type argument provided for required type variable `%" PRIstr
               "` of `%" PRIstr "`",
               STR_ARG(name_text(type_var_view(params.v[missing]).name)),
               STR_ARG(name));
  } else if (got > params.n && !variadic) {
    ctx_report(ctx, RULE_INVALID_TYPE_ARGUMENTS, node,
               "Too many type arguments to `%" PRIstr "`: expected %s%u, got %u",
               STR_ARG(name), required < params.n ? "at most " : "", params.n,
               got);
  }
}

/* Parameters [at, params.n) and arguments [0, n) without a TypeVarTuple. */
static void match_plain(Ctx *ctx, TypeSpan params, uint32_t from, uint32_t to,
                        const Given *given, uint32_t first, uint32_t n,
                        TypeId *args) {
  for (uint32_t i = from; i < to; i++) {
    uint32_t k = i - from;
    if (k >= n) {
      args[i] = default_of(ctx->world, params, i, args);
    } else {
      args[i] = argument_for(ctx, params.v[i], given->types.v[first + k],
                             given->nodes.v[first + k]);
    }
  }
}

/* An unpacked tuple of unknown length that stands where single parameters are
 * gives them its element type, and the rest to the TypeVarTuple. */
static void spread_unbounded(Ctx *ctx, uint32_t before, uint32_t behind,
                             Given *given) {
  uint32_t n = given->types.n, at = n;
  for (uint32_t i = 0; i < n && at == n; i++)
    if (annot_is_unbounded(given->types.v[i])) at = i;
  if (at == n) return;
  TypeId inner = type_inner(given->types.v[at]);
  if (type_kind(inner) != TYPE_KIND_TUPLE) return;
  TypeId element = type_tuple_view(inner).middle;
  if (type_kind(element) == TYPE_KIND_UNPACKED) return;
  NodeId node = given->nodes.v[at];
  uint32_t left = at < before ? before - at : 0;
  uint32_t tail = n - at - 1, right = tail < behind ? behind - tail : 0;
  if (left + right == 0) return;
  Given out = {0};
  for (uint32_t i = 0; i < n; i++) {
    if (i != at) {
      give(ctx, &out, given->types.v[i], given->nodes.v[i]);
      continue;
    }
    for (uint32_t k = 0; k < left; k++) give(ctx, &out, element, node);
    give(ctx, &out, given->types.v[i], node);
    for (uint32_t k = 0; k < right; k++) give(ctx, &out, element, node);
  }
  *given = out;
}

static void match_variadic(Ctx *ctx, TypeSpan params, uint32_t at,
                           const Given *given, TypeId *args) {
  uint32_t n = given->types.n, behind = params.n - at - 1;
  uint32_t taken = n < at ? n : at;
  uint32_t tail = n - taken < behind ? n - taken : behind;
  /* A ParamSpec with a default behind the TypeVarTuple takes parameter lists
   * only. */
  while (tail && has_default(ctx->world, params.v[at + tail]) &&
         !is_params(given->types.v[n - 1]))
    tail--;
  match_plain(ctx, params, 0, at, given, 0, taken, args);
  uint32_t middle = n - taken - tail;
  if (middle == 0 && n < at && has_default(ctx->world, params.v[at])) {
    args[at] = default_of(ctx->world, params, at, args);
  } else {
    TypeVec elements = {0};
    for (uint32_t i = 0; i < middle; i++) {
      TypeId t = given->types.v[taken + i];
      if (type_kind(t) != TYPE_KIND_UNPACKED)
        t = annot_checked(ctx, t, given->nodes.v[taken + i]);
      vec_push(&elements, ctx->scratch, t);
    }
    args[at] = annot_pack(ctx->world, type_vec_span(&elements));
  }
  match_plain(ctx, params, at + 1, params.n, given, taken + middle, tail, args);
}

/* Type arguments for `params`; see annot.h. */
void annot_arguments(Ctx *ctx, TypeSpan params, const SliceItems *items,
                     NodeId node, uint32_t where, Str name, TypeId *args) {
  Given given = {0};
  evaluate_items(ctx, items, where, &given);
  uint32_t n = given.types.n, variadic = params.n;
  for (uint32_t i = 0; i < params.n; i++)
    if (var_kind(params.v[i]) == TYPE_VAR_TUPLE && variadic == params.n)
      variadic = i;
  bool only_spec =
      params.n == 1 && var_kind(params.v[0]) == TYPE_VAR_PARAM_SPEC;
  if (only_spec && !(n == 1 && (is_params(given.types.v[0]) ||
                                type_is_dynamic(given.types.v[0])))) {
    args[0] = annot_params_of_types(ctx->world, type_vec_span(&given.types));
    return;
  }
  report_count(ctx, params, n, node, name);
  if (variadic < params.n) {
    spread_unbounded(ctx, variadic, params.n - variadic - 1, &given);
    match_variadic(ctx, params, variadic, &given, args);
    return;
  }
  /* An unpacked tuple of unknown length without a TypeVarTuple to take it. */
  for (uint32_t i = 0; i < n; i++)
    if (type_kind(given.types.v[i]) == TYPE_KIND_UNPACKED) {
      if (!type_is_dynamic(type_inner(given.types.v[i])))
        ctx_report(ctx, RULE_INVALID_TYPE_ARGUMENTS, given.nodes.v[i],
                   "`%" PRIstr "` takes no unpacked type arguments of unknown "
                   "length",
                   STR_ARG(name));
      annot_default_arguments(ctx->world, params, args);
      return;
    }
  match_plain(ctx, params, 0, params.n, &given, 0, n, args);
}

/* Whether a type argument is within the bound or constraints of its parameter. A
 * type variable is when all that it may stand for is. */
static bool fits(World *world, TypeId arg, const TypeVarBounds *b) {
  if (type_is_dynamic(arg)) return true;
  if (type_kind(arg) == TYPE_KIND_TYPE_VAR) {
    TypeVarBounds own = world->type_var_bounds(world, arg);
    if (!type_is_null(own.constraints)) {
      TypeSpan list = type_args(own.constraints);
      for (uint32_t i = 0; i < list.n; i++)
        if (!fits(world, list.v[i], b)) return false;
      return true;
    }
    if (!type_is_null(b->constraints))
      return type_is_null(own.bound) ? false : fits(world, own.bound, b);
  }
  if (!type_is_null(b->bound)) return relate_assignable(world, arg, b->bound);
  if (type_is_null(b->constraints)) return true;
  TypeSpan list = type_args(b->constraints);
  for (uint32_t i = 0; i < list.n; i++)
    if (relate_assignable(world, arg, list.v[i])) return true;
  return list.n == 0;
}

void annot_check_bounds(Ctx *ctx, TypeSpan params, const TypeId *args,
                        NodeId node) {
  if (!ctx_reports(ctx, RULE_INVALID_TYPE_ARGUMENTS)) return;
  World *world = ctx->world;
  for (uint32_t i = 0; i < params.n; i++) {
    if (var_kind(params.v[i]) != TYPE_VAR_PLAIN) continue;
    TypeVarBounds b = world->type_var_bounds(world, params.v[i]);
    if (fits(world, args[i], &b)) continue;
    ctx_report(ctx, RULE_INVALID_TYPE_ARGUMENTS, node,
               "Type `%s` is not assignable to %s of type variable `%" PRIstr
               "`",
               display_short(world, args[i]),
               type_is_null(b.bound) ? "the constraints" : "the upper bound",
               STR_ARG(name_text(type_var_view(params.v[i]).name)));
  }
}

TypeId annot_specialise(Ctx *ctx, ClassId id, const SliceItems *items,
                        NodeId node, uint32_t where) {
  World *world = ctx->world;
  Str name = name_text(class_at(id)->name);
  TypeId list = class_type_params(world, id);
  if (type_eq(list, TYPE(DIVERGENT))) return list;
  TypeSpan params = type_args(list);
  if (params.n == 0) {
    if (!(class_flags(world, id) & CLASS_UNKNOWN_BASE))
      ctx_report(ctx, RULE_INVALID_TYPE_ARGUMENTS, node,
                 "Class `%" PRIstr "` is not generic", STR_ARG(name));
    return type_instance(id, (TypeSpan){0});
  }
  if (items->list.n != params.n &&
      (class_flags(world, id) & CLASS_UNKNOWN_BASE)) {
    /* A base that is not known may add parameters. */
    Given given = {0};
    evaluate_items(ctx, items, where, &given);
    return world_instance_unknown(world, id);
  }
  TypeId *args = ARENA_ARRAY(ctx->scratch, TypeId, params.n);
  annot_arguments(ctx, params, items, node, where, name, args);
  annot_check_bounds(ctx, params, args, node);
  return type_instance(id, (TypeSpan){args, params.n});
}

TypeId annot_specialise_free(Ctx *ctx, TypeId type, const SliceItems *items,
                             NodeId node, uint32_t where) {
  TypeVec vars = {0};
  typevar_collect(ctx->scratch, type, typevar_is_free, NULL, &vars);
  if (vars.n == 0) {
    ctx_report(ctx, RULE_INVALID_TYPE_ARGUMENTS, node,
               "`%s` is not generic", display_short(ctx->world, type));
    return type;
  }
  TypeId *args = ARENA_ARRAY(ctx->scratch, TypeId, vars.n);
  TypeSpan params = type_vec_span(&vars);
  annot_arguments(ctx, params, items, node, where, STR("type alias"), args);
  annot_check_bounds(ctx, params, args, node);
  TypePair *pairs = ARENA_ARRAY(ctx->scratch, TypePair, vars.n);
  for (uint32_t i = 0; i < vars.n; i++)
    pairs[i] = (TypePair){vars.v[i], args[i]};
  return subst(ctx->world, type, type_mapping(pairs, vars.n));
}
