/* annot_callable.c - Callable, Concatenate and parameter lists in type
 * expressions.  Typing spec, "callables.html", "generics.html#paramspec". */
#include "infer/typevar.h"

TypeId annot_gradual_params(void) {
  return type_params(NULL, 0, SIGNATURE_GRADUAL);
}

static Param positional(TypeId type) {
  return (Param){.type = type,
                 .kind = PARAM_POSITIONAL_ONLY,
                 .flags = PARAM_ANNOTATED | PARAM_SYNTHETIC_NAME};
}

typedef VEC(Param) ParamVec;

/* *args: P.args, **kwargs: P.kwargs */
static void add_param_spec(Arena *arena, TypeId var, ParamVec *out) {
  vec_push(out, arena,
           (Param){.name = NAME_ID(args),
                   .type = type_param_spec_part(var, false),
                   .kind = PARAM_VARIADIC,
                   .flags = PARAM_ANNOTATED});
  vec_push(out, arena,
           (Param){.name = NAME_ID(kwargs),
                   .type = type_param_spec_part(var, true),
                   .kind = PARAM_KEYWORD_VARIADIC,
                   .flags = PARAM_ANNOTATED});
}

static void add_type(Arena *arena, TypeId t, ParamVec *out) {
  Param param = positional(t);
  if (type_kind(t) == TYPE_KIND_UNPACKED) {
    param.name = NAME_ID(args);
    param.kind = PARAM_VARIADIC;
    param.flags = PARAM_ANNOTATED | PARAM_UNPACKED;
    TypeId inner = type_inner(t);
    /* *tuple[int, str] is two parameters, *tuple[int, ...] is *args: int. */
    if (type_kind(inner) == TYPE_KIND_TUPLE) {
      TupleView view = type_tuple_view(inner);
      if (type_is_null(view.middle)) {
        for (uint32_t i = 0; i < view.prefix.n; i++)
          add_type(arena, view.prefix.v[i], out);
        return;
      }
      if (view.prefix.n == 0 && view.suffix.n == 0 &&
          type_kind(view.middle) != TYPE_KIND_UNPACKED) {
        param.type = view.middle;
        param.flags = PARAM_ANNOTATED;
      }
    } else if (type_is_dynamic(inner)) {
      param.type = inner;
      param.flags = PARAM_ANNOTATED;
    }
  }
  vec_push(out, arena, param);
}

/* [A, *Ts, B]: what stands behind the unbounded part belongs to *args as well:
 * *args: *tuple[*Ts, B]. */
static void add_types(World *world, TypeSpan types, ParamVec *out) {
  uint32_t i = 0;
  while (i < types.n && !annot_is_unbounded(types.v[i])) i++;
  bool pack = i + 1 < types.n;
  for (uint32_t k = 0; k < (pack ? i : types.n); k++)
    add_type(world->scratch, types.v[k], out);
  if (!pack) return;
  TypeSpan rest = {types.v + i, types.n - i};
  add_type(world->scratch, type_unpacked(annot_pack(world, rest)), out);
}

TypeId annot_params_of_types(World *world, TypeSpan types) {
  ParamVec params = {0};
  add_types(world, types, &params);
  return type_params(params.v, params.n, 0);
}

static bool is_param_spec(TypeId t) {
  return type_kind(t) == TYPE_KIND_TYPE_VAR &&
         type_var_view(t).kind == TYPE_VAR_PARAM_SPEC;
}

static TypeId params_of_list(Ctx *ctx, NodeList list, uint32_t where) {
  TypeVec types = {0};
  for (uint32_t i = 0; i < list.n; i++) {
    NodeId item = ast_item(list, i);
    TypeId t = annot_element(ctx, item, where);
    if (type_kind(t) != TYPE_KIND_UNPACKED) t = annot_checked(ctx, t, item);
    vec_push(&types, ctx->scratch, t);
  }
  return annot_params_of_types(ctx->world, type_vec_span(&types));
}

TypeId annot_params_where(Ctx *ctx, NodeId node, uint32_t where) {
  const AstNode *n = ast_at(ctx->ast, node);
  if (n->kind == AST_List)
    return params_of_list(ctx, ast_list(ctx->ast, n->a), where);
  if (n->kind == AST_Ellipsis) return annot_gradual_params();
  TypeId t = annot_element(ctx, node, where);
  if (is_param_spec(t) || type_kind(t) == TYPE_KIND_PARAMS) return t;
  if (type_is_dynamic(t)) return annot_gradual_params();
  annot_invalid(ctx, node, "A parameter list must be a list of types, `...`, a "
                           "ParamSpec or `Concatenate`");
  return annot_gradual_params();
}

/* A parameter list `[int, str]`, `...`, P, Concatenate[...] as PARAMS. */
TypeId annot_params(Ctx *ctx, NodeId node) {
  TypeId t = annot_params_where(ctx, node, 0);
  if (!is_param_spec(t)) return t;
  ParamVec params = {0};
  add_param_spec(ctx->scratch, t, &params);
  return type_params(params.v, params.n, 0);
}

TypeId annot_concatenate(Ctx *ctx, const SliceItems *items, NodeId node,
                         uint32_t where) {
  uint32_t n = items->list.n;
  if (n < 2) {
    annot_invalid(ctx, node, "`typing.Concatenate` needs at least two type "
                             "arguments");
    return annot_gradual_params();
  }
  ParamVec params = {0};
  for (uint32_t i = 0; i + 1 < n; i++)
    add_type(ctx->scratch, annot_inner(ctx, ast_item(items->list, i), where),
             &params);
  uint32_t flags = 0;
  TypeId last = annot_params_where(ctx, ast_item(items->list, n - 1), where);
  if (is_param_spec(last)) {
    add_param_spec(ctx->scratch, last, &params);
  } else {
    SignatureView view = type_signature_view(last);
    for (uint32_t i = 0; i < view.n; i++)
      vec_push(&params, ctx->scratch, view.params[i]);
    flags = view.flags & SIGNATURE_GRADUAL;
  }
  return type_params(params.v, params.n, flags);
}

TypeId annot_callable(Ctx *ctx, const SliceItems *items, NodeId node,
                      uint32_t where) {
  if (items->list.n != 2) {
    annot_invalid(ctx, node, "`typing.Callable` expects exactly two type "
                             "arguments: parameters and return type");
    return type_callable(NULL, 0, TYPE(UNKNOWN), TYPE(EMPTY_LIST),
                         SIGNATURE_GRADUAL);
  }
  TypeId list = annot_params_where(ctx, ast_item(items->list, 0), where);
  NodeId result = ast_item(items->list, 1);
  TypeId returns = annot_element(ctx, result, where);
  if (type_kind(returns) != TYPE_KIND_TYPE_GUARD)
    returns = annot_checked(ctx, returns, result);
  if (is_param_spec(list)) {
    ParamVec params = {0};
    add_param_spec(ctx->scratch, list, &params);
    return type_callable(params.v, params.n, returns, TYPE(EMPTY_LIST), 0);
  }
  SignatureView view = type_signature_view(list);
  return type_callable(view.params, view.n, returns, TYPE(EMPTY_LIST),
                       view.flags & SIGNATURE_GRADUAL);
}
