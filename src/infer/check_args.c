/* check_args.c - one call against one signature: types and type variables.
 *
 * Arguments are taken in two rounds: first those whose type does not depend on
 * their parameter, then lambdas and displays, which see what the first round has found out about
 * the type variables.
 *
 * What the result's context expects is tried first where an argument may take
 * its type from it: `x: list[float] = list_of(1)`, `x: list[Base | None] =
 * sorted([...])`.  When arguments or the result do not fit that, the context is asked last,
 * for variables that no argument decided.  Calls inside of calls are tried so
 * CALL_TRIALS_MAX deep, since each trial doubles the work of those inside.
 */
#include "infer/call_int.h"
#include "infer/func.h"
#include "infer/special/special.h"
#include "infer/typevar.h"
#include "types/callable.h"
#include "types/variance.h"

/* ---- arguments ------------------------------------------------------------------ */

static bool node_is_sensitive(const Ast *ast, NodeId node) {
  switch (ast_kind(ast, node)) {
    case AST_Lambda:
    case AST_List:
    case AST_Set:
    case AST_Dict:
    case AST_ListComp:
    case AST_SetComp:
    case AST_DictComp:
    case AST_GeneratorExp: return true;
    case AST_Tuple: {
      NodeList items = ast_list(ast, ast_at(ast, node)->a);
      for (uint32_t i = 0; i < items.n; i++)
        if (node_is_sensitive(ast, ast_item(items, i))) return true;
      return false;
    }
    case AST_IfExp:
      return node_is_sensitive(ast, (NodeId){ast_at(ast, node)->b}) ||
             node_is_sensitive(ast, (NodeId){ast_at(ast, node)->c});
    default: return false;
  }
}

bool argument_takes_context(const Ast *ast, NodeId node) {
  const AstNode *n = ast_at(ast, node);
  switch ((AstKind)n->kind) {
    case AST_Call:
    case AST_Await:
    case AST_BoolOp: return true;
    case AST_BinOp: return argument_takes_context(ast, (NodeId){n->a});
    case AST_Tuple: {
      NodeList items = ast_list(ast, n->a);
      for (uint32_t i = 0; i < items.n; i++)
        if (argument_takes_context(ast, ast_item(items, i))) return true;
      return false;
    }
    case AST_IfExp:
      return argument_takes_context(ast, (NodeId){n->b}) ||
             argument_takes_context(ast, (NodeId){n->c});
    default: return node_is_sensitive(ast, node);
  }
}

bool argument_is_sensitive(const Ctx *ctx, const Argument *argument) {
  return argument->node.v && node_is_sensitive(ctx->ast, argument->node);
}

TypeId argument_type(Ctx *ctx, Argument *argument, TypeId expected,
                     bool loud) {
  if (!type_is_null(argument->type)) return argument->type;
  if (loud) {
    argument->type = expr_infer(ctx, argument->node, expected);
    return argument->type;
  }
  Ctx quiet = expr_quiet(ctx);
  TypeId type = expr_infer(&quiet, argument->node, expected);
  if (argument->keeps) argument->type = type;
  return type;
}

void arguments_finish(Ctx *ctx, Arguments args) {
  for (uint32_t i = 0; i < args.n; i++)
    argument_type(ctx, &args.v[i], TYPE_NULL, true);
}

/* ---- one signature ----------------------------------------------------------------- */

typedef struct {
  Ctx *ctx;
  World *world;
  SignatureView signature;
  Arguments args;
  CalleeName name;
  NodeId node;
  Solver *solver; /* NULL: nothing to solve */
  bool partly;    /* the result's context holds unsolved variables */
  bool ok;
} Check;

static bool assign(Check *c, TypeId source, TypeId target) {
  return c->solver && type_has(target, TYPE_HAS_TYPE_VAR)
             ? solver_assign(c->solver, source, target)
             : relate_assignable(c->world, source, target);
}

static void report_argument(Check *c, uint32_t argument, TypeId type,
                            TypeId want) {
  c->ok = false;
  if (!c->node.v || !ctx_reports(c->ctx, RULE_INVALID_ARGUMENT_TYPE)) return;
  if (c->solver) {
    TypeId shown = subst(c->world, want, solver_partial(c->solver));
    if (!relate_assignable(c->world, type, shown)) want = shown;
  }
  /* No argument at all may be wrong for `*args: *Ts`. */
  bool written = argument < c->args.n && c->args.v[argument].node.v;
  NodeId at = written ? c->args.v[argument].node : c->node;
  const char *a, *b;
  display_pair(c->world, want, type, &a, &b);
  bool named = c->name.name.len != 0;
  ctx_report(c->ctx, RULE_INVALID_ARGUMENT_TYPE, at,
             "Argument%s%s%s%" PRIstr "%s is incorrect: Expected `%s`, found "
             "`%s`",
             named ? " to " : "", named ? c->name.kind : "",
             named ? " `" : "", STR_ARG(c->name.name), named ? "`" : "", a, b);
  if (!type_has(want, TYPE_HAS_TYPE_VAR)) note_why(c->ctx, type, want);
}

static bool is_callable_form(World *world, TypeId type) {
  type = alias_expand(world, type);
  TypeSpan members = union_members(world, &type);
  for (uint32_t i = 0; i < members.n; i++)
    if (type_kind(alias_expand(world, members.v[i])) == TYPE_KIND_CALLABLE)
      return true;
  return false;
}

/* What a lambda is asked to give keeps the variables that are still to be found:
 * what it gives tells them.  Those of a lambda inside it are not known. */
static TypeId with_open_return(Check *c, TypeId closed, TypeId open) {
  if (type_kind(closed) != TYPE_KIND_CALLABLE ||
      type_kind(open) != TYPE_KIND_CALLABLE)
    return closed;
  SignatureView v = type_signature_view(closed);
  TypeId returns = type_signature_view(open).returns;
  if (type_is_null(returns) || is_callable_form(c->world, returns))
    return closed;
  return type_callable(v.params, v.n, returns, v.type_params, v.flags);
}

/* What the parameter asks of an argument, as context for inferring it. */
static TypeId context_for(Check *c, TypeId want, bool is_lambda) {
  if (!c->solver) return want;
  want = solver_context(c->solver, want);
  if (!is_lambda || !type_has(want, TYPE_HAS_TYPE_VAR)) return want;
  /* What no other argument has decided is not known inside the lambda. */
  TypeSpan vars = type_args(c->signature.type_params);
  TypePair *pairs = ARENA_ARRAY(c->ctx->scratch, TypePair, vars.n + 1);
  for (uint32_t i = 0; i < vars.n; i++)
    pairs[i] = (TypePair){vars.v[i], typevar_unknown(vars.v[i])};
  TypeId closed = subst(c->world, want, type_mapping(pairs, vars.n));
  if (type_has(closed, TYPE_HAS_TYPE_VAR))
    closed = subst(c->world, closed, solver_closing(c->solver));
  return with_open_return(c, closed, want);
}

static bool is_lambda(const Check *c, const Argument *a) {
  return a->node.v && ast_kind(c->ctx->ast, a->node) == AST_Lambda;
}

static bool is_self(TypeId t) {
  return type_kind(t) == TYPE_KIND_TYPE_VAR &&
         type_var_view(t).kind == TYPE_VAR_SELF;
}

/* A lambda that gives more than the variable was so far, as in
 * reduce(lambda a, b: a + b, [0.5], 0): its parameters, which got their types
 * from the variable, are no bound of it. */
static TypeId with_open_params(Check *c, TypeId lambda) {
  if (type_kind(lambda) != TYPE_KIND_CALLABLE) return lambda;
  SignatureView v = type_signature_view(lambda);
  Param *params = ARENA_ARRAY(c->ctx->scratch, Param, v.n + 1);
  for (uint32_t i = 0; i < v.n; i++) {
    params[i] = v.params[i];
    params[i].type = TYPE(UNKNOWN);
  }
  return type_callable(params, v.n, v.returns, v.type_params, v.flags);
}

static void check_types(Check *c, Binding *binding);

static void check_bound(Check *c, Bound *bound) {
  const Param *param = &c->signature.params[bound->param];
  Argument *argument = &c->args.v[bound->argument];
  TypeId want = param->type;
  if (type_kind(want) == TYPE_KIND_PARAM_SPEC_PART ||
      type_kind(want) == TYPE_KIND_UNPACKED)
    return;
  TypeId have = bound->element;
  /* A def that its class body calls like any function: the receiver that its
   * first parameter would have is none. */
  if (!(param->flags & PARAM_ANNOTATED) && is_self(want)) {
    if (type_is_null(have))
      argument_type(c->ctx, argument, TYPE_NULL, c->node.v != 0);
    return;
  }
  if (type_is_null(have))
    have = argument_type(c->ctx, argument,
                         context_for(c, want, is_lambda(c, argument)),
                         c->node.v != 0);
  bound->have = have;
  if (assign(c, have, want)) return;
  if (c->solver && is_lambda(c, argument) &&
      assign(c, with_open_params(c, have), want))
    return;
  /* An argument that was inferred before its parameter was known. */
  if (argument->node.v) {
    TypeId form = typeform_implicit(c->ctx, argument->node, want, have);
    if (!type_eq(form, have) && assign(c, form, want)) return;
  }
  /* method.__func__(cls) of a class method: any class. */
  if (!(param->flags & PARAM_ANNOTATED) &&
      type_kind(want) == TYPE_KIND_SUBCLASS_OF && is_self(type_inner(want)))
    return;
  report_argument(c, bound->argument, have, want);
}

/* f("a", *xs) where as many items of xs as are wanted fit. */
static bool fits_filled(Check *c, const TypeId *items, uint32_t n,
                        uint32_t split, TypeId middle, TypeId want) {
  TypeId bound = want;
  if (c->solver) bound = subst(c->world, want, solver_partial(c->solver));
  if (type_kind(bound) != TYPE_KIND_TUPLE) return false;
  TupleView v = type_tuple_view(bound);
  uint32_t most = v.prefix.n + v.suffix.n;
  for (uint32_t extra = 0; n + extra <= most; extra++) {
    TypeVec all = {0};
    for (uint32_t i = 0; i < n; i++) {
      for (uint32_t k = 0; i == split && k < extra; k++)
        vec_push(&all, c->ctx->scratch, middle);
      vec_push(&all, c->ctx->scratch, items[i]);
    }
    for (uint32_t k = 0; split == n && k < extra; k++)
      vec_push(&all, c->ctx->scratch, middle);
    if (assign(c, type_tuple_of(type_vec_span(&all)), want)) return true;
  }
  return false;
}

/* What argument `i` of `n` for *args: *Ts is to be, where a function that was
 * given says so; null: nothing is known. */
static TypeId variadic_context(Check *c, TypeId want, uint32_t i, uint32_t n) {
  TypeId t = type_inner(want);
  if (type_kind(t) == TYPE_KIND_TYPE_VAR)
    t = c->solver ? solver_value(c->solver, t) : TYPE_NULL;
  if (type_is_null(t)) return t;
  TypeSpan members = union_members(c->world, &t);
  for (uint32_t k = 0; k < members.n; k++) {
    if (type_kind(members.v[k]) != TYPE_KIND_TUPLE) continue;
    TupleView v = type_tuple_view(members.v[k]);
    if (type_is_null(v.middle) && v.prefix.n != n) continue;
    TypeId item = i < v.prefix.n ? v.prefix.v[i]
                  : v.suffix.n   ? TYPE_NULL
                                 : v.middle;
    if (!type_is_null(item) && type_kind(item) != TYPE_KIND_UNPACKED &&
        typevar_all_visible(c->ctx, item))
      return item;
  }
  return TYPE_NULL;
}

/* The arguments for *args: *Ts, as one tuple. */
static void check_variadic(Check *c, const Binding *binding, uint32_t index) {
  TypeId want = c->signature.params[index].type;
  uint32_t count = 0;
  for (uint32_t i = 0; i < binding->bound.n; i++)
    count += binding->bound.v[i].param == index;
  VEC(TypeId) items = {0};
  TypeId middle = TYPE_NULL;
  uint32_t last = 0, split = 0;
  for (uint32_t i = 0; i < binding->bound.n; i++) {
    const Bound *b = &binding->bound.v[i];
    if (b->param != index) continue;
    last = b->argument;
    if (!type_is_null(b->element)) {
      middle = b->element;
      split = items.n;
      continue;
    }
    TypeId context = type_is_null(middle)
                         ? variadic_context(c, want, items.n, count)
                         : TYPE_NULL;
    vec_push(&items, c->ctx->scratch,
             argument_type(c->ctx, &c->args.v[b->argument], context,
                           c->node.v != 0));
  }
  TypeId have =
      type_is_null(middle)
          ? type_tuple_of((TypeSpan){items.v, items.n})
          : type_tuple((TypeSpan){items.v, split}, middle,
                       (TypeSpan){items.v + split, items.n - split});
  TypeId tuple = type_kind(type_inner(want)) == TYPE_KIND_TUPLE
                     ? type_inner(want)
                     : type_tuple((TypeSpan){0}, want, (TypeSpan){0});
  if (!assign(c, have, tuple) &&
      !(!type_is_null(middle) &&
        fits_filled(c, items.v, items.n, split, middle, tuple)))
    report_argument(c, last, have, tuple);
}

/* One of the signature's, or one that a generic argument brought along. */
static bool is_own_variable(const Check *c, TypeId var) {
  if (c->solver && solver_has(c->solver, var)) return true;
  TypeSpan own = type_args(c->signature.type_params);
  for (uint32_t i = 0; i < own.n; i++)
    if (type_eq(own.v[i], var)) return true;
  return false;
}

/* Arguments for the parameters of a ParamSpec that the caller has: `*args` and
 * `**kwargs` of its P.args and P.kwargs, both, and nothing else (typing spec,
 * "Generics: ParamSpec", valid use of the components). */
static void check_outer_spec(Check *c, const Binding *binding, TypeId var) {
  uint32_t args = 0, kwargs = 0;
  bool unknown = false;
  for (uint32_t i = 0; i < binding->bound.n; i++) {
    const Bound *b = &binding->bound.v[i];
    TypeId want = c->signature.params[b->param].type;
    if (type_kind(want) != TYPE_KIND_PARAM_SPEC_PART) continue;
    Argument *a = &c->args.v[b->argument];
    TypeId have = argument_type(c->ctx, a, TYPE_NULL, c->node.v != 0);
    TypeId part = type_param_spec_part(var, a->is_double_star);
    if (type_eq(have, part) && (a->is_star || a->is_double_star)) {
      if (a->is_star) args++;
      else kwargs++;
    } else if (type_is_dynamic(have) ||
               (!type_is_null(b->element) && type_is_dynamic(b->element) &&
                type_kind(have) != TYPE_KIND_PARAM_SPEC_PART)) {
      unknown = true;
    } else {
      report_argument(c, b->argument, have, part);
      return;
    }
  }
  if (unknown || (args == 1 && kwargs == 1)) return;
  c->ok = false;
  if (c->node.v)
    ctx_report(c->ctx, RULE_MISSING_ARGUMENT, c->node,
               "The call must pass `*args` and `**kwargs` of ParamSpec `%" PRIstr
               "`",
               STR_ARG(name_text(type_var_view(var).name)));
}

/* The arguments that the ParamSpec's pair takes. */
static Arguments spec_arguments(Check *c, const Binding *binding) {
  VEC(Argument) rest = {0};
  for (uint32_t i = 0; i < c->args.n; i++) {
    bool to_spec = false;
    for (uint32_t k = 0; k < binding->bound.n; k++) {
      const Bound *b = &binding->bound.v[k];
      TypeId want = c->signature.params[b->param].type;
      if (b->argument == i && type_kind(want) == TYPE_KIND_PARAM_SPEC_PART)
        to_spec = true;
    }
    if (to_spec) vec_push(&rest, c->ctx->scratch, c->args.v[i]);
  }
  return (Arguments){rest.v, rest.n};
}

/* Arguments for (*args: P.args, **kwargs: P.kwargs): a call of its own against
 * what P was solved to. Variables in there (of a generic function that was
 * given for Callable[P, R]) are solved along with the others. */
static void check_param_spec(Check *c, const Binding *binding, TypeId part) {
  TypeId var = type_param_spec_of(part);
  if (!is_own_variable(c, var)) {
    check_outer_spec(c, binding, var);
    return;
  }
  if (!c->solver || !solver_has_bounds(c->solver, var)) {
    for (uint32_t i = 0; i < binding->bound.n; i++) {
      const Bound *b = &binding->bound.v[i];
      if (type_is_null(b->element))
        argument_type(c->ctx, &c->args.v[b->argument], TYPE_NULL,
                      c->node.v != 0);
    }
    return;
  }
  TypeId params = solver_value(c->solver, var);
  if (type_kind(params) == TYPE_KIND_TYPE_VAR && !type_eq(params, var)) {
    check_outer_spec(c, binding, params);
    return;
  }
  if (type_kind(params) != TYPE_KIND_PARAMS &&
      type_kind(params) != TYPE_KIND_CALLABLE)
    return;
  Check inner = *c;
  inner.signature = type_signature_view(params);
  inner.signature.type_params = c->signature.type_params;
  inner.args = spec_arguments(c, binding);
  Binding rest;
  bind_args(c->ctx, &inner.signature, inner.args, c->name, c->node, &rest);
  if (rest.ok) check_types(&inner, &rest);
  c->ok = c->ok && rest.ok && inner.ok;
}

/* Never for a variable says that there was no value to learn from; in an
 * invariant place (list(()) is a list[T]) that decides nothing. */
static TypeId without_never(Check *c, TypeId returns, TypeId solution) {
  const TypePair *pairs;
  if (type_is_null(solution)) return solution;
  uint32_t n = type_mapping_pairs(solution, &pairs), changed = 0;
  TypePair *copy = ARENA_ARRAY(c->ctx->scratch, TypePair, n + 1);
  for (uint32_t i = 0; i < n; i++) {
    copy[i] = pairs[i];
    if (!type_eq(pairs[i].value, TYPE(NEVER))) continue;
    Variance v = variance_in(c->world, returns, pairs[i].var);
    if (v != VARIANCE_INVARIANT && v != VARIANCE_CONTRAVARIANT) continue;
    copy[i].value = TYPE(UNKNOWN);
    changed++;
  }
  return changed ? type_mapping(copy, n) : solution;
}

static bool is_not_visible(TypeId var, const void *ctx) {
  return !typevar_is_visible(ctx, var);
}

/* What the context asks of the result, null: nothing that would decide a
 * variable.  Variables of the calls around, still to be solved, are Unknown:
 * they ask nothing (c->partly). */
static TypeId result_context(Check *c, TypeId expected) {
  if (!c->solver || type_is_null(expected) || type_is_dynamic(expected) ||
      !type_has(c->signature.returns, TYPE_HAS_TYPE_VAR))
    return TYPE_NULL;
  if (!type_has(expected, TYPE_HAS_TYPE_VAR)) return expected;
  TypeVec open = {0};
  typevar_collect(c->ctx->scratch, expected, is_not_visible, c->ctx, &open);
  if (open.n == 0) return expected;
  c->partly = true;
  TypePair *pairs = ARENA_ARRAY(c->ctx->scratch, TypePair, open.n);
  for (uint32_t i = 0; i < open.n; i++)
    pairs[i] = (TypePair){open.v[i], typevar_unknown(open.v[i])};
  expected = subst(c->world, expected, type_mapping(pairs, open.n));
  return type_is_dynamic(expected) ? TYPE_NULL : expected;
}

/* The context for what no argument has decided. */
static void ask_context(Check *c, TypeId expected) {
  TypeId returns = c->signature.returns;
  if (c->partly) {
    Solver *asking = solver_create(c->world, c->signature.type_params);
    if (!solver_expect(asking, returns, expected, true)) return;
    expected = subst(c->world, returns, solver_partial(asking));
  }
  solver_assign(c->solver, returns, expected);
}

static TypeId solved_return(Check *c, TypeId expected) {
  TypeId returns = c->signature.returns;
  if (!c->solver) return returns;
  if (!type_is_null(expected)) ask_context(c, expected);
  /* An instance's arguments are those that its class would be written with. */
  bool instance = c->name.makes && type_kind(returns) == TYPE_KIND_INSTANCE;
  TypeId solution = solver_solution(c->solver, returns, instance);
  TypeId t = subst(c->world, returns, without_never(c, returns, solution));
  t = rebind_result(c->world, t, c->solver);
  /* What tuple(...) makes. */
  if (type_kind(t) == TYPE_KIND_INSTANCE &&
      class_is(type_class(t), KNOWN_tuple) && type_args(t).n == 1)
    t = type_tuple((TypeSpan){0}, type_args(t).v[0], (TypeSpan){0});
  return t;
}

static bool is_variadic_pack(const Param *p) {
  return p->kind == PARAM_VARIADIC &&
         type_kind(p->type) == TYPE_KIND_UNPACKED;
}

/* Whether a callable with variables to be solved is wanted. */
static bool wants_callable(const Check *c, TypeId want) {
  if (!c->solver || !type_has(want, TYPE_HAS_TYPE_VAR)) return false;
  TypeSpan members = union_members(c->world, &want);
  for (uint32_t i = 0; i < members.n; i++)
    if (type_kind(members.v[i]) == TYPE_KIND_CALLABLE) return true;
  return false;
}

/* Values decide variables before what takes its type from them does: displays,
 * then functions (an overload, a generic one), lambdas, and functions whose own
 * variables what a lambda gives decides. */
enum {
  PHASE_VALUE,
  PHASE_DISPLAY,
  PHASE_FUNCTION,
  PHASE_LAMBDA,
  PHASE_AFTER,
  PHASES
};

static uint8_t phase_of(const Check *c, const Bound *b) {
  const Argument *a = &c->args.v[b->argument];
  if (!type_is_null(b->element)) return PHASE_VALUE;
  if (type_is_null(a->type) && is_lambda(c, a)) return PHASE_LAMBDA;
  if (wants_callable(c, c->signature.params[b->param].type))
    return PHASE_FUNCTION;
  return type_is_null(a->type) && argument_is_sensitive(c->ctx, a)
             ? PHASE_DISPLAY
             : PHASE_VALUE;
}

/* A function given by its name that has variables of its own, or overloads. */
static bool is_open_function(Check *c, const Argument *a) {
  if (a->is_star || a->is_double_star) return false;
  TypeId t = a->type;
  if (type_is_null(t)) {
    AstKind kind = ast_kind(c->ctx->ast, a->node);
    if (kind != AST_Name && kind != AST_Attribute) return false;
    Ctx quiet = expr_quiet(c->ctx);
    t = expr_infer(&quiet, a->node, TYPE_NULL);
  }
  t = type_is_dynamic(t) ? TYPE_NULL : callable_of(c->world, t);
  if (type_is_null(t)) return false;
  return type_kind(t) == TYPE_KIND_OVERLOADED ||
         (type_kind(t) == TYPE_KIND_CALLABLE &&
          type_args(type_signature_view(t).type_params).n > 0);
}

static bool mentions(Check *c, TypeId t, TypeId var) {
  return type_has(t, TYPE_HAS_TYPE_VAR) &&
         variance_in(c->world, t, var) != VARIANCE_BIVARIANT;
}

/* Whether callables of the type `first` give something of which no other
 * argument tells what it is, and which those of the type `then` take. */
static bool decides(Check *c, TypeId first, TypeId then) {
  if (type_kind(first) != TYPE_KIND_CALLABLE ||
      type_kind(then) != TYPE_KIND_CALLABLE)
    return false;
  SignatureView v = type_signature_view(first), w = type_signature_view(then);
  TypeSpan vars = type_args(c->signature.type_params);
  bool found = false;
  for (uint32_t i = 0; i < vars.n; i++) {
    TypeId var = vars.v[i];
    for (uint32_t k = 0; k < v.n; k++)
      if (mentions(c, v.params[k].type, var) && mentions(c, w.returns, var))
        return false;
    if (found || !mentions(c, v.returns, var) ||
        !type_eq(solver_context(c->solver, var), var))
      continue;
    for (uint32_t k = 0; k < w.n; k++)
      found |= mentions(c, w.params[k].type, var);
  }
  return found;
}

/* Functions that had better wait for a lambda: pipe(1, lambda a: a + 1, abs). */
static void put_off(Check *c, const Binding *binding, uint8_t *phases) {
  for (uint32_t i = 0; i < binding->bound.n; i++) {
    if (phases[i] != PHASE_FUNCTION) continue;
    const Bound *b = &binding->bound.v[i];
    TypeId then = c->signature.params[b->param].type;
    bool wait = false;
    for (uint32_t k = 0; k < binding->bound.n && !wait; k++)
      wait = phases[k] == PHASE_LAMBDA &&
             decides(c, c->signature.params[binding->bound.v[k].param].type,
                     then);
    if (wait && is_open_function(c, &c->args.v[b->argument]))
      phases[i] = PHASE_AFTER;
  }
}

static void check_types(Check *c, Binding *binding) {
  const SignatureView *s = &c->signature;
  uint32_t n = binding->bound.n;
  uint8_t *phases = ARENA_ARRAY(c->ctx->scratch, uint8_t, n + 1);
  for (uint32_t i = 0; i < n; i++)
    phases[i] = phase_of(c, &binding->bound.v[i]);
  for (uint8_t phase = 0; phase < PHASES; phase++) {
    /* What the values leave open no function decides: reduce(f, xs, any). */
    if (phase == PHASE_FUNCTION && c->solver) {
      solver_settle(c->solver);
      put_off(c, binding, phases);
    }
    for (uint32_t i = 0; i < n; i++)
      if (phases[i] == phase) check_bound(c, &binding->bound.v[i]);
  }
  for (uint32_t k = 0; k < s->n; k++) {
    if (is_variadic_pack(&s->params[k])) check_variadic(c, binding, k);
    if (s->params[k].kind == PARAM_VARIADIC &&
        type_kind(s->params[k].type) == TYPE_KIND_PARAM_SPEC_PART)
      check_param_spec(c, binding, s->params[k].type);
  }
}

/* The variable of this call that stands for all parameters, or for the rest of them, of a
 * callable that is wanted; null: none. */
static TypeId params_variable(const Check *c, TypeId want) {
  if (type_kind(want) != TYPE_KIND_CALLABLE) return TYPE_NULL;
  SignatureView v = type_signature_view(want);
  TypeId var = TYPE_NULL;
  uint32_t at;
  if (callable_has_param_spec(v, &at))
    var = type_param_spec_of(v.params[at].type);
  for (uint32_t i = 0; i < v.n; i++)
    if (v.params[i].kind == PARAM_VARIADIC &&
        type_kind(v.params[i].type) == TYPE_KIND_UNPACKED)
      var = type_inner(v.params[i].type);
  return !type_is_null(var) && is_own_variable(c, var) ? var : TYPE_NULL;
}

/* The first argument that is overloaded and whose parameters are to be those of
 * a ParamSpec or TypeVarTuple of this call; -1: none. */
static int32_t overloaded_argument(Check *c, const Binding *binding,
                                   TypeId *var) {
  for (uint32_t i = 0; i < binding->bound.n; i++) {
    const Bound *b = &binding->bound.v[i];
    TypeId want = c->signature.params[b->param].type;
    *var = params_variable(c, want);
    if (type_is_null(*var)) continue;
    Argument *a = &c->args.v[b->argument];
    if (is_lambda(c, a) || a->is_star || a->is_double_star) continue;
    TypeId t = argument_type(c->ctx, a, TYPE_NULL, c->node.v != 0);
    TypeId callable = type_is_dynamic(t) ? TYPE_NULL : callable_of(c->world, t);
    if (!type_is_null(callable) && type_kind(callable) == TYPE_KIND_OVERLOADED)
      return (int32_t)b->argument;
  }
  return -1;
}

/* Whether the call gives the arguments of that callable, too: `*args: P.args` or
 * `*args: *Ts`. */
static bool takes_its_arguments(const Check *c, TypeId var) {
  for (uint32_t i = 0; i < c->signature.n; i++) {
    const Param *p = &c->signature.params[i];
    if (p->kind != PARAM_VARIADIC) continue;
    if (type_kind(p->type) == TYPE_KIND_PARAM_SPEC_PART &&
        type_eq(type_param_spec_of(p->type), var))
      return true;
    if (type_kind(p->type) == TYPE_KIND_UNPACKED &&
        type_eq(type_inner(p->type), var))
      return true;
  }
  return false;
}

/* What the calls for each overload have in common: an overloaded function of
 * functions; of objects of one class, in which some arguments are not known. */
static TypeId joined_returns(World *world, TypeSpan all) {
  bool callables = true, objects = true;
  for (uint32_t i = 0; i < all.n; i++) {
    callables &= type_kind(all.v[i]) == TYPE_KIND_CALLABLE;
    objects &= type_kind(all.v[i]) == TYPE_KIND_INSTANCE &&
               type_kind(all.v[0]) == TYPE_KIND_INSTANCE &&
               type_class(all.v[i]).v == type_class(all.v[0]).v &&
               type_args(all.v[i]).n == type_args(all.v[0]).n;
  }
  if (callables) return type_overloaded(all);
  if (!objects) return TYPE(UNKNOWN);
  TypeSpan first = type_args(all.v[0]);
  TypeId *args = ARENA_ARRAY(world->scratch, TypeId, first.n + 1);
  for (uint32_t k = 0; k < first.n; k++) {
    args[k] = first.v[k];
    for (uint32_t i = 1; i < all.n; i++) {
      if (type_eq(type_args(all.v[i]).v[k], first.v[k])) continue;
      bool list = type_kind(first.v[k]) == TYPE_KIND_PARAMS;
      args[k] = list ? annot_gradual_params() : TYPE(UNKNOWN);
    }
  }
  return type_instance(type_class(all.v[0]), (TypeSpan){args, first.n});
}

/* One call for each overload of the argument.  The first that fits decides when
 * its arguments are given, too. */
static CallResult check_each_overload(const Check *c, uint32_t argument,
                                      TypeId var, TypeId callable,
                                      TypeId expected) {
  Argument *copy = ARENA_ARRAY(c->ctx->scratch, Argument, c->args.n);
  for (uint32_t i = 0; i < c->args.n; i++) copy[i] = c->args.v[i];
  TypeSpan all = type_args(callable_of(c->world, copy[argument].type));
  bool decides = takes_its_arguments(c, var);
  TypeVec fit = {0};
  for (uint32_t i = 0; i < all.n; i++) {
    copy[argument].type = all.v[i];
    CallResult r = check_call(c->ctx, callable, (Arguments){copy, c->args.n},
                              expected, c->name, ID_NONE(NodeId));
    if (!r.ok) continue;
    if (decides) return r;
    vec_push(&fit, c->ctx->scratch, r.returns);
  }
  if (fit.n == 0) return (CallResult){TYPE(UNKNOWN), false};
  TypeId returns = fit.n == 1 ? fit.v[0]
                              : joined_returns(c->world, type_vec_span(&fit));
  return (CallResult){returns, true};
}

static bool has_params_variable(TypeId type_params) {
  TypeSpan vars = type_args(type_params);
  for (uint32_t i = 0; i < vars.n; i++) {
    TypeVarKind kind = type_var_view(vars.v[i]).kind;
    if (kind == TYPE_VAR_PARAM_SPEC || kind == TYPE_VAR_TUPLE) return true;
  }
  return false;
}

/* ---- the context first --------------------------------------------------------- */

/* Whether the context may change the type of an argument. */
static bool takes_context(const Check *c, const Binding *binding) {
  for (uint32_t i = 0; i < binding->bound.n; i++) {
    const Bound *b = &binding->bound.v[i];
    const Argument *a = &c->args.v[b->argument];
    if (type_is_null(b->element) && type_is_null(a->type) && a->node.v &&
        type_has(c->signature.params[b->param].type, TYPE_HAS_TYPE_VAR) &&
        argument_takes_context(c->ctx->ast, a->node))
      return true;
  }
  return false;
}

/* The arguments with variables that the context has decided; false: they, or
 * what comes out, do not fit. */
static bool check_expecting(Check *c, Binding *binding, TypeId expected,
                            CallResult *result) {
  c->solver = solver_create(c->world, c->signature.type_params);
  if (!solver_expect(c->solver, c->signature.returns, expected, c->partly))
    return false;
  check_types(c, binding);
  *result = (CallResult){solved_return(c, TYPE_NULL), c->ok};
  return c->ok && relate_assignable(c->world, result->returns, expected);
}

static bool try_context(const Check *c, Binding *binding, TypeId expected,
                        CallResult *result) {
  if (type_is_null(expected) || c->ctx->trials >= CALL_TRIALS_MAX ||
      !takes_context(c, binding))
    return false;
  Ctx inner = *c->ctx;
  inner.trials++;
  Check trial = *c;
  trial.ctx = &inner;
  trial.node = ID_NONE(NodeId);
  if (!check_expecting(&trial, binding, expected, result)) return false;
  if (c->node.v == 0) return true;
  Check loud = *c;
  check_expecting(&loud, binding, expected, result);
  arguments_finish(c->ctx, c->args);
  return true;
}

CallResult check_call(Ctx *ctx, TypeId callable, Arguments args,
                      TypeId expected, CalleeName name, NodeId node) {
  callable = rebind_fresh(ctx, func_expand_kwargs(ctx->world, callable));
  Check c = {.ctx = ctx,
             .world = ctx->world,
             .signature = type_signature_view(callable),
             .args = args,
             .name = name,
             .node = node,
             .ok = true};
  Binding binding;
  bind_args(ctx, &c.signature, args, name, node, &binding);
  if (!binding.ok) {
    /* What has found its parameter is checked all the same. */
    if (node.v && type_args(c.signature.type_params).n == 0)
      check_types(&c, &binding);
    if (node.v) arguments_finish(ctx, args);
    TypeId returns = c.signature.returns;
    if (type_has(returns, TYPE_HAS_TYPE_VAR)) returns = TYPE(UNKNOWN);
    return (CallResult){returns, false};
  }
  if (type_args(c.signature.type_params).n) {
    if (has_params_variable(c.signature.type_params)) {
      TypeId var;
      int32_t at = overloaded_argument(&c, &binding, &var);
      if (at >= 0) {
        CallResult r =
            check_each_overload(&c, (uint32_t)at, var, callable, expected);
        if (r.ok && node.v) arguments_finish(ctx, args);
        if (r.ok) return r;
      }
    }
    c.solver = solver_create(ctx->world, c.signature.type_params);
    expected = result_context(&c, expected);
    CallResult r;
    if (try_context(&c, &binding, expected, &r)) return r;
  }
  check_types(&c, &binding);
  if (node.v) arguments_finish(ctx, args);
  c.signature.returns =
      call_site_return(ctx, name.callee, callable, &binding);
  return (CallResult){solved_return(&c, expected), c.ok};
}
