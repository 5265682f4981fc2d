/* construct_bind.c - __new__ and __init__ as generic functions that make instances.
 *
 * Typing spec, "Constructors": the class's type parameters become parameters of the
 * function, beside those of the method.  The receiver is bound before the
 * call.  Where `self` (or `cls`) is annotated, the annotation says what is made:
 *
 *     class C(Generic[T1, T2]):
 *         def __init__(self: "C[V2, list[V1]]", a: V1, b: V2): ...
 *
 * C(...) makes a C[T1, T2] with T1, T2 undecided; laid over C[V2, list[V1]] it gives T1 = V2
 * and T2 = list[V1].  What is decided already, as in C[int, list[str]](...), decides
 * V1 and V2 instead, or does not fit.
 */
#include "infer/construct_int.h"
#include "types/relate.h"

static bool is_in(TypeId list, TypeId var) {
  TypeSpan vars = type_args(list);
  for (uint32_t i = 0; i < vars.n; i++)
    if (type_eq(vars.v[i], var)) return true;
  return false;
}

typedef struct {
  World *world;
  const Receiver *receiver;
  TypeId own; /* LIST: the method's type parameters */
  VEC(TypePair) pairs;
  TypeId solved; /* MAPPING of what was left over, or null */
} Binder;

static bool is_mapped(const Binder *b, TypeId var) {
  for (uint32_t i = 0; i < b->pairs.n; i++)
    if (type_eq(b->pairs.v[i].var, var)) return true;
  const TypePair *pairs;
  uint32_t n =
      type_is_null(b->solved) ? 0 : type_mapping_pairs(b->solved, &pairs);
  for (uint32_t i = 0; i < n; i++)
    if (type_eq(pairs[i].var, var)) return true;
  return false;
}

static TypeId mapped(Binder *b, TypeId t) {
  World *world = b->world;
  if (b->pairs.n)
    t = subst(world, t, type_mapping(b->pairs.v, b->pairs.n));
  return type_is_null(b->solved) ? t : subst(world, t, b->solved);
}

/* Lays what is made over the annotation, argument by argument. */
static void match_arguments(Binder *b, TypeId made, TypeId want) {
  Arena *scratch = b->world->scratch;
  TypeSpan have = type_args(made), ask = type_args(want);
  for (uint32_t i = 0; i < have.n && i < ask.n; i++) {
    if (type_eq(have.v[i], ask.v[i])) continue;
    if (is_in(b->receiver->params, have.v[i]) && !is_mapped(b, have.v[i]))
      vec_push(&b->pairs, scratch, ((TypePair){have.v[i], ask.v[i]}));
    else if (is_in(b->own, ask.v[i]) && !is_mapped(b, ask.v[i]))
      vec_push(&b->pairs, scratch, ((TypePair){ask.v[i], have.v[i]}));
  }
  if (b->pairs.n < 2) return;
  /* T1 = list[V] and V = int: T1 = list[int] */
  TypeId mapping = type_mapping(b->pairs.v, b->pairs.n);
  for (uint32_t i = 0; i < b->pairs.n; i++)
    b->pairs.v[i].value = subst(b->world, b->pairs.v[i].value, mapping);
}

/* False: the annotation `want` does not take what is made. */
static bool bind_annotation(Binder *b, TypeId want) {
  World *world = b->world;
  const Receiver *r = b->receiver;
  want = alias_expand(world, subst_self_bound(world, want, r->nominal));
  if (type_is_dynamic(want)) return true;
  TypeId made = r->nominal;
  if (type_kind(want) == TYPE_KIND_INSTANCE) {
    TypeId seen = world_as_instance_of(world, made, type_class(want));
    if (!type_is_null(seen) && type_kind(seen) == TYPE_KIND_INSTANCE) {
      made = seen;
      match_arguments(b, made, want);
    }
  }
  made = mapped(b, made);
  want = mapped(b, want);
  TypeSpan a = type_args(r->params), c = type_args(b->own);
  if (a.n + c.n == 0 || (!type_has(made, TYPE_HAS_TYPE_VAR) &&
                         !type_has(want, TYPE_HAS_TYPE_VAR)))
    return relate_assignable(world, made, want);
  TypeId *left = ARENA_ARRAY(world->scratch, TypeId, a.n + c.n);
  uint32_t n = 0;
  for (uint32_t i = 0; i < a.n; i++)
    if (!is_mapped(b, a.v[i])) left[n++] = a.v[i];
  for (uint32_t i = 0; i < c.n; i++)
    if (!is_mapped(b, c.v[i])) left[n++] = c.v[i];
  Solver *solver = solver_create(world, type_list((TypeSpan){left, n}));
  if (!solver_assign(solver, made, want)) return false;
  b->solved = solver_partial(solver);
  return true;
}

/* The parameters that the arguments of the call are to decide. */
static TypeId open_params(const Binder *b) {
  TypeSpan a = type_args(b->receiver->params), c = type_args(b->own);
  TypeId *open = ARENA_ARRAY(b->world->scratch, TypeId, a.n + c.n + 1);
  uint32_t n = 0;
  for (uint32_t i = 0; i < a.n; i++)
    if (!is_mapped(b, a.v[i])) open[n++] = a.v[i];
  for (uint32_t i = 0; i < c.n; i++)
    if (!is_mapped(b, c.v[i])) open[n++] = c.v[i];
  return type_list((TypeSpan){open, n});
}

/* What the annotation of the first parameter asks of an instance; null: nothing. */
static TypeId wanted(const Param *first, bool is_new) {
  if (!(first->flags & PARAM_ANNOTATED)) return TYPE_NULL;
  if (!is_new) return first->type;
  return type_kind(first->type) == TYPE_KIND_SUBCLASS_OF
             ? type_inner(first->type)
             : TYPE_NULL;
}

static TypeId bind_one(World *world, const Receiver *receiver, TypeId callable,
                       bool is_new, TypeId *refused) {
  SignatureView v = type_signature_view(callable);
  Binder b = {.world = world, .receiver = receiver, .own = v.type_params};
  /* (*args) takes the receiver and keeps all its parameters. */
  uint32_t first = v.n && v.params[0].kind <= PARAM_POSITIONAL_OR_KEYWORD;
  if (first) {
    TypeId want = wanted(&v.params[0], is_new);
    if (!type_is_null(want) && !bind_annotation(&b, want)) {
      *refused = v.params[0].type;
      return TYPE_NULL;
    }
  }
  bool declared = is_new && !(v.flags & SIGNATURE_INFERRED_RETURN);
  TypeId t = type_callable(v.params + first, v.n - first,
                           declared ? v.returns : receiver->made,
                           TYPE(EMPTY_LIST),
                           v.flags & ~(uint32_t)SIGNATURE_METHOD);
  t = mapped(&b, subst_self_bound(world, t, receiver->made));
  v = type_signature_view(t);
  return type_callable(v.params, v.n, v.returns, open_params(&b), v.flags);
}

TypeId construct_bind(World *world, const Receiver *receiver, TypeId method,
                      bool is_new, TypeId *refused) {
  *refused = TYPE_NULL;
  if (type_kind(method) == TYPE_KIND_FUNCTION)
    method = world->signature(world, method);
  if (type_is_null(method)) return TYPE(UNKNOWN);
  if (type_kind(method) == TYPE_KIND_CALLABLE)
    return bind_one(world, receiver, method, is_new, refused);
  if (type_kind(method) != TYPE_KIND_OVERLOADED) return TYPE(UNKNOWN);
  TypeSpan items = type_args(method);
  TypeId *bound = ARENA_ARRAY(world->scratch, TypeId, items.n + 1);
  uint32_t n = 0;
  for (uint32_t i = 0; i < items.n; i++) {
    TypeId t = bind_one(world, receiver, items.v[i], is_new, refused);
    if (!type_is_null(t)) bound[n++] = t;
  }
  *refused = TYPE_NULL;
  return n ? type_overloaded((TypeSpan){bound, n}) : TYPE_NULL;
}
