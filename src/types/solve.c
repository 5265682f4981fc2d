/* solve.c - type variables solved from the arguments of one call.
 *
 * Problem.  A call of `def f[T](x: list[T], y: T | None) -> T`: find T such
 * that each argument is assignable to its parameter.
 *
 * Representation.  Each variable has a lower bound (the union of all that was
 * assigned to it) and an upper bound (the intersection of all that it was
 * assigned to). The relation (relate.c) runs as always, and where it meets a
 * variable it adds a bound instead of an answer: source <: T adds below, T <:
 * target above, an invariant position both. A new bound is checked against the
 * other side, the declared bound, and the constraints, so a contradiction is
 * found at the argument that makes it. Every change is logged; what fails is
 * rolled back.
 *
 * A ParamSpec's value is PARAMS, a TypeVarTuple's a TUPLE; both are taken from
 * the first that is given, later ones must agree.
 *
 * A generic function as argument brings its own variables (fresh copies of
 * them) along; bounds may then mention other variables, and the solution puts
 * values in until none is left. What refers to itself becomes Unknown.
 *
 * Invariant: without a roll-back bounds only grow (below) or shrink (above).
 * Ends: the relation does, and each adds a finite number of bounds; fuel for
 * the worst. Deterministic: the order is that of the arguments, and of the
 * members of a union.
 *
 * Memory: scratch. Scratch must not be reset to a mark taken after
 * solver_create while the solver is in use.
 *
 * Source: typing spec "Generics"; Pierce and Turner, Local type inference. */
#include "types/callable.h"
#include "types/caps.h"
#include "types/display.h"
#include "types/relate_int.h"
#include "types/variance.h"

#define NO_TYPES ((TypeSpan){NULL, 0})

typedef struct {
  TypeId var;
  TypeId lower, upper; /* null: none yet */
  TypeId rising;       /* what the lower bound is being held against */
  TypeVarBounds declared;
  TypeVarKind kind;
  bool settled; /* Any or Unknown, and no lower bound adds to it */
} Bounds;

typedef struct {
  uint32_t index;
  TypeId lower, upper; /* before the change */
} Change;

struct Solver {
  World *world;
  VEC(Bounds) vars;
  VEC(Change) log;
  uint32_t own; /* variables given to solver_create */
  uint32_t steps;
  uint32_t copies;
  bool expects; /* upper bounds say what is wanted (solver_expect) */
};

/* ---- variables ----------------------------------------------------------- */

static int32_t find(const Solver *s, TypeId var) {
  for (uint32_t i = 0; i < s->vars.n; i++)
    if (s->vars.v[i].var.v == var.v) return (int32_t)i;
  return -1;
}

bool solver_has(const Solver *s, TypeId var) { return find(s, var) >= 0; }

void solver_add(Solver *s, TypeSpan vars) {
  for (uint32_t i = 0; i < vars.n; i++) {
    TypeId var = vars.v[i];
    if (type_kind(var) != TYPE_KIND_TYPE_VAR || solver_has(s, var)) continue;
    Bounds b = {.var = var,
                .declared = s->world->type_var_bounds(s->world, var),
                .kind = type_var_view(var).kind};
    /* Self is bound by C[T], whatever T the receiver has. */
    if (b.kind == TYPE_VAR_SELF && !type_is_null(b.declared.bound) &&
        type_kind(b.declared.bound) == TYPE_KIND_INSTANCE)
      b.declared.bound =
          world_instance_unknown(s->world, type_class(b.declared.bound));
    vec_push(&s->vars, s->world->scratch, b);
  }
}

uint32_t solver_fresh(Solver *s) {
  return s->copies = s->copies % (TYPE_VAR_COPY_CALLEE - 1) + 1;
}

/* Starts solving the variables of `type_params` (a LIST). */
Solver *solver_create(World *world, TypeId type_params) {
  enum { MORE_VARS = 16, CHANGES = 128 };
  Solver *s = ARENA_NEW(world->scratch, Solver);
  s->world = world;
  TypeSpan vars = type_is_null(type_params) ? NO_TYPES : type_args(type_params);
  vec_reserve(&s->vars, world->scratch, vars.n + MORE_VARS);
  vec_reserve(&s->log, world->scratch, CHANGES);
  solver_add(s, vars);
  s->own = s->vars.n;
  return s;
}

uint32_t solver_mark(const Solver *s) { return s->log.n; }

void solver_rollback(Solver *s, uint32_t mark) {
  while (s->log.n > mark) {
    Change c = vec_pop(&s->log);
    s->vars.v[c.index].lower = c.lower;
    s->vars.v[c.index].upper = c.upper;
  }
}

static void set(Solver *s, uint32_t i, TypeId lower, TypeId upper) {
  Bounds *b = &s->vars.v[i];
  if (b->lower.v == lower.v && b->upper.v == upper.v) return;
  Change change = {i, b->lower, b->upper};
  b->lower = lower;
  b->upper = upper;
  vec_push(&s->log, s->world->scratch, change);
}

static void mention(TypeId t, void *ctx);

typedef struct {
  const Solver *solver;
  bool bounded; /* look for variables with bounds only */
  bool found;
} Mention;

static void mention(TypeId t, void *ctx) {
  Mention *m = ctx;
  if (m->found || !type_has(t, TYPE_HAS_TYPE_VAR)) return;
  if (type_kind(t) != TYPE_KIND_TYPE_VAR) type_each_part(t, mention, m);
  else
    m->found = m->bounded ? solver_has_bounds(m->solver, t)
                          : solver_has(m->solver, t);
}

/* Whether a variable of the solver (with bounds) occurs in `t`. */
static bool mentions(const Solver *s, TypeId t, bool bounded) {
  Mention m = {s, bounded, false};
  mention(t, &m);
  return m.found;
}

/* source <: target with nothing solved; what mentions variables is let pass. */
static bool holds(Solver *s, TypeId source, TypeId target) {
  if (type_has(source, TYPE_HAS_TYPE_VAR) && mentions(s, source, false)) return true;
  if (type_has(target, TYPE_HAS_TYPE_VAR) && mentions(s, target, false)) return true;
  return relate_assignable(s->world, source, target);
}

/* ---- constraints --------------------------------------------------------- */

/* The first constraint that takes `t`, or null. */
static TypeId pick_constraint(Solver *s, const Bounds *b, TypeId t) {
  TypeSpan choices = type_args(b->declared.constraints);
  for (uint32_t i = 0; i < choices.n; i++)
    if (relate_equivalent(s->world, t, choices.v[i])) return choices.v[i];
  for (uint32_t i = 0; i < choices.n; i++)
    if (holds(s, t, choices.v[i])) return choices.v[i];
  return TYPE_NULL;
}

/* A constrained variable of the caller, all of whose choices are choices
 * here. */
static bool same_constraints(Solver *s, const Bounds *b, TypeId t) {
  if (type_kind(t) != TYPE_KIND_TYPE_VAR) return false;
  TypeVarBounds other = s->world->type_var_bounds(s->world, t);
  if (type_is_null(other.constraints)) return false;
  TypeSpan choices = type_args(other.constraints);
  for (uint32_t i = 0; i < choices.n; i++)
    if (type_is_null(pick_constraint(s, b, choices.v[i]))) return false;
  return true;
}

static bool fits_constraints(Solver *s, const Bounds *b, TypeId t) {
  return type_is_null(b->declared.constraints) || type_is_dynamic(t) ||
         mentions(s, t, false) || same_constraints(s, b, t) ||
         !type_is_null(pick_constraint(s, b, t));
}

/* ---- bounds -------------------------------------------------------------- */

static bool fuel(Solver *s) { return ++s->steps <= CAP_SOLVE_STEPS; }

/* For what would go round (T > U > T) until nothing is left, one frame of the
 * stack a step. */
static bool give_up(Solver *s) {
  s->steps = CAP_SOLVE_STEPS;
  return true;
}

/* The list with its parameters positional-only, if they can be given so. */
static TypeId positional_only(Solver *s, TypeId params) {
  SignatureView v = type_signature_view(params);
  Param *copy = ARENA_ARRAY_RAW(s->world->scratch, Param, v.n + 1);
  for (uint32_t i = 0; i < v.n; i++) {
    if (v.params[i].kind > PARAM_POSITIONAL_OR_KEYWORD) return TYPE_NULL;
    copy[i] = v.params[i];
    copy[i].kind = PARAM_POSITIONAL_ONLY;
  }
  return type_params(copy, v.n, v.flags);
}

/* What a ParamSpec is that is given two values: the one that fits the other, by
 * position alone if it does not by name; null when neither fits. */
static TypeId join_params(Relate *r, TypeId a, TypeId b) {
  if (a.v == b.v || type_is_dynamic(a) || type_is_dynamic(b)) return a;
  for (uint32_t round = 0; round < 2; round++) {
    if (type_is_null(a) || type_is_null(b)) return TYPE_NULL;
    if (type_kind(a) != TYPE_KIND_PARAMS || type_kind(b) != TYPE_KIND_PARAMS)
      return TYPE_NULL;
    SignatureView x = type_signature_view(a), y = type_signature_view(b);
    if (relate_params(r, x, y)) return b;
    if (relate_params(r, y, x)) return a;
    a = positional_only(r->solver, a);
    b = positional_only(r->solver, b);
  }
  return TYPE_NULL;
}

/* The ParamSpec `i`, or one that is to be the same. */
static bool is_same_spec(const Solver *s, uint32_t i, TypeId value) {
  for (uint32_t step = 0; step <= s->vars.n && !type_is_null(value); step++) {
    int32_t at = find(s, value);
    if (at < 0) return false;
    if ((uint32_t)at == i) return true;
    value = s->vars.v[at].lower;
  }
  return false;
}

static bool bind_params(Relate *r, uint32_t i, TypeId value) {
  Solver *s = r->solver;
  if (is_same_spec(s, i, value)) return true;
  TypeKind kind = type_kind(value);
  if (kind == TYPE_KIND_CALLABLE) value = callable_params(value);
  else if (type_is_dynamic(value))
    value = type_params(NULL, 0, SIGNATURE_GRADUAL);
  else if (kind != TYPE_KIND_PARAMS && kind != TYPE_KIND_TYPE_VAR) return false;
  TypeId old = s->vars.v[i].lower;
  if (!type_is_null(old)) value = join_params(r, old, value);
  if (type_is_null(value)) return false;
  set(s, i, value, s->vars.v[i].upper);
  return true;
}

/* Element by element; of different lengths: no. */
static TypeId join_tuples(World *world, TypeId a, TypeId b) {
  TupleView x = type_tuple_view(a), y = type_tuple_view(b);
  if (!type_is_null(x.middle) || !type_is_null(y.middle))
    return relate_assignable(world, b, a)   ? a
           : relate_assignable(world, a, b) ? b
                                            : TYPE_NULL;
  if (x.prefix.n != y.prefix.n) return TYPE_NULL;
  ArenaMark mark = arena_mark(world->scratch);
  TypeId *v = ARENA_ARRAY_RAW(world->scratch, TypeId, x.prefix.n + 1);
  for (uint32_t i = 0; i < x.prefix.n; i++)
    v[i] = union_of2(world, x.prefix.v[i], y.prefix.v[i]);
  TypeId result = type_tuple_of((TypeSpan){v, x.prefix.n});
  arena_reset_to(world->scratch, mark);
  return result;
}

/* What a TypeVarTuple is given, as a TUPLE; null when it cannot be. */
static TypeId as_tuple(TypeId value) {
  if (type_is_dynamic(value)) return type_tuple(NO_TYPES, value, NO_TYPES);
  if (type_kind(value) == TYPE_KIND_TUPLE) return value;
  if (type_kind(value) != TYPE_KIND_TYPE_VAR) return TYPE_NULL;
  return type_tuple(NO_TYPES, type_unpacked(value), NO_TYPES);
}

/* value <: *Ts */
static bool tuple_lower(Relate *r, uint32_t i, TypeId value) {
  Solver *s = r->solver;
  Bounds b = s->vars.v[i];
  value = as_tuple(value);
  if (!type_is_null(b.lower) && !type_is_null(value))
    value = join_tuples(s->world, b.lower, value);
  if (type_is_null(value)) return false;
  if (!type_is_null(b.upper) && !relate(r, value, b.upper)) return false;
  set(s, i, value, b.upper);
  return true;
}

/* *Ts <: value, which may be a union of tuples: a callable with defaults takes
 * fewer arguments, too. */
static bool tuple_upper(Solver *s, uint32_t i, TypeId value) {
  Bounds b = s->vars.v[i];
  if (type_kind(value) != TYPE_KIND_UNION) value = as_tuple(value);
  if (type_is_null(value)) return false;
  if (!type_is_null(b.lower) && !holds(s, b.lower, value)) return false;
  if (!type_is_null(b.upper) && b.upper.v != value.v) {
    if (holds(s, b.upper, value)) value = b.upper;
    else if (!holds(s, value, b.upper)) return false;
  }
  set(s, i, b.lower, value);
  return true;
}

static bool over_bound(Relate *r, const Bounds *b, TypeId source) {
  if (!r->explain || r->quiet) return false;
  Str name = name_text(type_var_view(b->var).name);
  return relate_why(r, "`%s` does not satisfy the bound `%s` of `%" PRIstr "`",
                    display_short(r->world, source),
                    display_short(r->world, b->declared.bound), STR_ARG(name));
}

/* source <: var */
bool solver_lower(Relate *r, TypeId var, TypeId source) {
  Solver *s = r->solver;
  int32_t at = find(s, var);
  if (at < 0) return false;
  if (source.v == var.v || !fuel(s)) return true;
  uint32_t i = (uint32_t)at;
  Bounds b = s->vars.v[i];
  if (b.kind == TYPE_VAR_PARAM_SPEC) return bind_params(r, i, source);
  if (b.kind == TYPE_VAR_TUPLE) return tuple_lower(r, i, source);
  TypeKind kind = type_kind(source);
  if (kind == TYPE_KIND_PARAMS || kind == TYPE_KIND_UNPACKED) return false;
  if (b.settled) return true;
  TypeId lower =
      type_is_null(b.lower) ? source : union_of2(s->world, b.lower, source);
  if (lower.v == b.lower.v) return true;
  if (!type_is_null(b.upper) && !holds(s, source, b.upper)) return false;
  if (!type_is_null(b.declared.bound) && !holds(s, source, b.declared.bound))
    return over_bound(r, &b, source);
  if (!fits_constraints(s, &b, lower)) return false;
  set(s, i, lower, b.upper);
  return true;
}

void solver_settle(Solver *s) {
  for (uint32_t i = 0; i < s->vars.n; i++) {
    TypeId lower = s->vars.v[i].lower;
    s->vars.v[i].settled = !type_is_null(lower) && (lower.v == TYPE(ANY).v ||
                                                    lower.v == TYPE(UNKNOWN).v);
  }
}

/* See relate_int.h. */
void solver_never(Relate *r, TypeId var) {
  Solver *s = r->solver;
  int32_t at = find(s, var);
  if (at < 0) return;
  const Bounds *b = &s->vars.v[at];
  if (b->kind == TYPE_VAR_PLAIN && type_is_null(b->lower) &&
      type_is_null(b->declared.constraints))
    set(s, (uint32_t)at, TYPE(NEVER), b->upper);
}

/* var <: target */
bool solver_upper(Relate *r, TypeId var, TypeId target) {
  Solver *s = r->solver;
  int32_t at = find(s, var);
  if (at < 0) return false;
  if (target.v == var.v || !fuel(s)) return true;
  uint32_t i = (uint32_t)at;
  Bounds b = s->vars.v[i];
  if (type_is_dynamic(target)) {
    /* In a cycle that is still open the variable is so, too. */
    if (target.v == TYPE(DIVERGENT).v && type_is_null(b.lower) && b.kind == TYPE_VAR_PLAIN)
      set(s, i, TYPE(DIVERGENT), b.upper);
    return true;
  }
  if (b.kind == TYPE_VAR_PARAM_SPEC) return bind_params(r, i, target);
  if (b.kind == TYPE_VAR_TUPLE) return tuple_upper(s, i, target);
  if (!type_is_null(b.lower)) {
    if (b.rising.v == target.v) return give_up(s);
    s->vars.v[i].rising = target;
    bool fits = relate(r, b.lower, target);
    s->vars.v[i].rising = b.rising;
    if (!fits) return false;
  }
  b = s->vars.v[i]; /* the relation may have added to it */
  TypeId upper = target;
  if (!type_is_null(b.upper) && b.upper.v != target.v) {
    if (holds(s, b.upper, target)) upper = b.upper;
    else if (!holds(s, target, b.upper))
      upper = meet_of2(s->world, b.upper, target);
  }
  if (upper.v == TYPE(NEVER).v && target.v != TYPE(NEVER).v) return false;
  set(s, i, b.lower, upper);
  return true;
}

typedef struct {
  Relate *r;
  TypeId dynamic;
} BindAll;

static void bind_part(TypeId t, void *ctx) {
  BindAll *b = ctx;
  if (!type_has(t, TYPE_HAS_TYPE_VAR)) return;
  if (type_kind(t) == TYPE_KIND_TYPE_VAR) {
    if (solver_has(b->r->solver, t)) solver_lower(b->r, t, b->dynamic);
  } else {
    type_each_part(t, bind_part, b);
  }
}

/* A dynamic type for all variables of the solver in `t`; it always fits. */
bool solver_bind_all(Relate *r, TypeId t, TypeId dynamic) {
  BindAll b = {r, dynamic};
  bind_part(t, &b);
  return true;
}

/* source <: target; the bounds are as before when it does not hold. */
bool solver_assign(Solver *s, TypeId source, TypeId target) {
  Relate r = relate_begin(s->world, RELATE_ASSIGNABLE, source, target);
  r.solver = s;
  uint32_t mark = s->log.n;
  if (relate_end(&r, relate(&r, source, target))) return true;
  solver_rollback(s, mark);
  return false;
}

static bool is_open(const Bounds *b) {
  return type_is_null(b->lower) && type_is_null(b->upper);
}

/* A bound that holds something unknown asks nothing of its variable. */
static TypeId asked(TypeId bound) {
  bool asks = !type_is_null(bound) &&
              !type_has(bound, TYPE_HAS_UNKNOWN | TYPE_HAS_DIVERGENT);
  return asks ? bound : TYPE_NULL;
}

bool solver_expect(Solver *s, TypeId returns, TypeId expected, bool partly) {
  if (!solver_assign(s, returns, expected)) return false;
  bool any = false;
  for (uint32_t i = 0; i < s->vars.n; i++) {
    const Bounds *b = &s->vars.v[i];
    if (b->kind != TYPE_VAR_PLAIN) set(s, i, TYPE_NULL, TYPE_NULL);
    else if (partly) set(s, i, asked(b->lower), asked(b->upper));
    any |= i < s->own && !is_open(b);
  }
  s->expects = true;
  return any;
}

/* ---- solutions ----------------------------------------------------------- */

static TypeId unsolved(const Bounds *b) {
  if (!type_is_null(b->declared.default_type)) return b->declared.default_type;
  switch (b->kind) {
  case TYPE_VAR_TUPLE: return type_tuple(NO_TYPES, TYPE(UNKNOWN), NO_TYPES);
  case TYPE_VAR_PARAM_SPEC: return type_params(NULL, 0, SIGNATURE_GRADUAL);
  default: return TYPE(UNKNOWN);
  }
}

/* The lower bound without literals (and, for an `invariant` argument, without
 * functions and class objects), if the other bounds allow it. */
static TypeId promoted(Solver *s, const Bounds *b, bool invariant) {
  TypeId wide = invariant ? promote_invariant(s->world, b->lower)
                          : promote_literals(s->world, b->lower);
  if (wide.v == b->lower.v) return wide;
  if (!type_is_null(b->upper) && !holds(s, wide, b->upper)) return b->lower;
  if (!type_is_null(b->declared.bound) && !holds(s, wide, b->declared.bound))
    return b->lower;
  return wide;
}

static TypeId constrained(Solver *s, const Bounds *b) {
  TypeId t = type_is_null(b->lower) ? b->upper : b->lower;
  if (type_is_null(t)) return unsolved(b);
  if (type_is_dynamic(t) || mentions(s, t, false)) return t;
  if (same_constraints(s, b, t)) return t;
  if (!type_is_null(b->lower)) return pick_constraint(s, b, t);
  TypeSpan choices = type_args(b->declared.constraints);
  for (uint32_t i = 0; i < choices.n; i++)
    if (holds(s, choices.v[i], t)) return choices.v[i];
  return unsolved(b);
}

/* What an upper bound alone gives: of the tuples that a callable takes the
 * longest, all its parameters. */
static TypeId upper_value(World *world, const Bounds *b) {
  TypeId upper = b->upper;
  if (b->kind != TYPE_VAR_TUPLE) return upper;
  TypeSpan tuples = union_members(world, &upper);
  TypeId best = tuples.v[0];
  for (uint32_t i = 1; i < tuples.n; i++) {
    TupleView x = type_tuple_view(best), y = type_tuple_view(tuples.v[i]);
    if (y.prefix.n > x.prefix.n || !type_is_null(y.middle)) best = tuples.v[i];
  }
  return best;
}

/* Whether the variable is an invariant argument of what is returned, and what is
 * known of it a thing of its own, such as a function, that no other would fit. */
static bool is_put_into(Solver *s, const Bounds *b, TypeId returns) {
  if (type_is_null(returns) || type_is_null(b->lower)) return false;
  switch (type_kind(b->lower)) {
  case TYPE_KIND_FUNCTION:
  case TYPE_KIND_CLASS:
  case TYPE_KIND_UNION:
    return variance_in(s->world, returns, b->var) == VARIANCE_INVARIANT;
  default: return false;
  }
}

static TypeId solution_of(Solver *s, const Bounds *b, TypeId returns,
                          bool keep_literals) {
  if (!type_is_null(b->declared.constraints)) {
    TypeId t = constrained(s, b);
    return type_is_null(t) ? unsolved(b) : t;
  }
  if (!type_is_null(b->lower))
    return keep_literals ? b->lower
                         : promoted(s, b, is_put_into(s, b, returns));
  return type_is_null(b->upper) ? unsolved(b) : upper_value(s->world, b);
}

bool solver_is_open(const Solver *s, TypeId var) {
  int32_t i = find(s, var);
  return i >= 0 && is_open(&s->vars.v[i]);
}

/* A variable that is to be at least A | itself is A: what two that are to be the
 * same say of each other. */
static TypeId without_itself(World *world, TypePair pair) {
  if (type_kind(pair.value) != TYPE_KIND_UNION ||
      !type_union_has(pair.value, pair.var))
    return pair.value;
  TypeSpan members = type_members(pair.value);
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = 0; i < members.n; i++)
    if (members.v[i].v != pair.var.v) union_add(builder, members.v[i]);
  return union_end(builder);
}

/* Values put into values until none is left of the variables (keep_open: of
 * those with bounds). */
static void resolve(Solver *s, TypePair *pairs, uint32_t n, bool keep_open) {
  bool again = true;
  for (uint32_t i = 0; i < n; i++)
    pairs[i].value = without_itself(s->world, pairs[i]);
  for (uint32_t round = 0; round <= s->vars.n && again; round++) {
    TypeId mapping = type_mapping(pairs, n);
    again = false;
    for (uint32_t i = 0; i < n; i++) {
      if (!mentions(s, pairs[i].value, keep_open)) continue;
      pairs[i].value = subst(s->world, pairs[i].value, mapping);
      pairs[i].value = without_itself(s->world, pairs[i]);
      again = true;
    }
  }
  if (!again) return;
  TypePair *unknown = ARENA_ARRAY_RAW(s->world->scratch, TypePair, n);
  for (uint32_t i = 0; i < n; i++) {
    Bounds none = {.kind = type_var_view(pairs[i].var).kind};
    unknown[i] = (TypePair){pairs[i].var, unsolved(&none)};
  }
  TypeId mapping = type_mapping(unknown, n);
  for (uint32_t i = 0; i < n; i++)
    pairs[i].value = subst(s->world, pairs[i].value, mapping);
}

/* Whether what is solved for `var` may stay a literal in `returns`: nothing can
 * be put into a tuple or an iterator.  There is no type[Literal[1]], and what
 * *args gives is told apart by its classes (typing spec, "Generics:
 * TypeVarTuple"). */
static bool stays_literal_in(Solver *s, TypeId var, TypeId returns) {
  if (type_kind(returns) == TYPE_KIND_SUBCLASS_OF) return false;
  for (uint32_t i = 0; i < s->own; i++)
    if (s->vars.v[i].kind == TYPE_VAR_TUPLE) return false;
  return variance_in(s->world, returns, var) == VARIANCE_COVARIANT;
}

/* The same for the variable `i`; another's than the solver's own counts when
 * one of those is nothing but it: the literal given to x: T is that of list[T]
 * no more. */
static bool keeps_literals(Solver *s, uint32_t i, TypeId returns) {
  const Bounds *b = &s->vars.v[i];
  if (type_is_null(returns) || type_is_null(b->lower) ||
      promote_literals(s->world, b->lower).v == b->lower.v)
    return false;
  if (i < s->own) return stays_literal_in(s, b->var, returns);
  for (uint32_t k = 0; k < s->own; k++)
    if (s->vars.v[k].lower.v == b->var.v)
      return stays_literal_in(s, s->vars.v[k].var, returns);
  return false;
}

/* A MAPPING of the variables with bounds; open ones stay in the values. */
TypeId solver_solution(Solver *s, TypeId returns, bool makes) {
  ArenaMark mark = arena_mark(s->world->scratch);
  TypePair *pairs = ARENA_ARRAY_RAW(s->world->scratch, TypePair, s->vars.n + 1);
  uint32_t n = 0, own = 0;
  for (uint32_t i = 0; i < s->vars.n; i++) {
    const Bounds *b = &s->vars.v[i];
    if (is_open(b)) continue;
    bool keep = !makes && keeps_literals(s, i, returns);
    pairs[n++] = (TypePair){b->var, solution_of(s, b, returns, keep)};
    if (i < s->own) own = n;
  }
  if (n) resolve(s, pairs, n, true);
  TypeId result = own ? type_mapping(pairs, own) : TYPE_NULL;
  arena_reset_to(s->world->scratch, mark);
  return result;
}

/* The same with open variables closed. */
TypeId solver_closing(Solver *s) {
  uint32_t n = s->vars.n;
  if (n == 0) return TYPE_NULL;
  ArenaMark mark = arena_mark(s->world->scratch);
  TypePair *pairs = ARENA_ARRAY_RAW(s->world->scratch, TypePair, n);
  for (uint32_t i = 0; i < n; i++)
    pairs[i] =
        (TypePair){s->vars.v[i].var, solution_of(s, &s->vars.v[i], TYPE_NULL, false)};
  resolve(s, pairs, n, false);
  TypeId result = type_mapping(pairs, n);
  arena_reset_to(s->world->scratch, mark);
  return result;
}

/* A MAPPING of the variables that are known so far; with `want`, of those that
 * may be replaced in it. Null when there are none. */
static TypeId known(Solver *s, TypeId want) {
  uint32_t n = 0;
  ArenaMark mark = arena_mark(s->world->scratch);
  TypePair *pairs = ARENA_ARRAY_RAW(s->world->scratch, TypePair, s->vars.n + 1);
  for (uint32_t i = 0; i < s->own; i++) {
    const Bounds *b = &s->vars.v[i];
    if (type_is_null(b->lower) && type_is_null(b->upper)) continue;
    if (type_is_null(b->lower) && !type_is_null(want) && !s->expects &&
        variance_in(s->world, want, b->var) != VARIANCE_CONTRAVARIANT)
      continue;
    TypeId value = solution_of(s, b, TYPE_NULL, false);
    /* What a generic function given before gives, of which is known what it is. */
    if (!type_is_null(want) && mentions(s, value, false))
      value = subst(s->world, b->var, solver_solution(s, TYPE_NULL, false));
    if (!mentions(s, value, false)) pairs[n++] = (TypePair){b->var, value};
  }
  TypeId result = n ? type_mapping(pairs, n) : TYPE_NULL;
  arena_reset_to(s->world->scratch, mark);
  return result;
}

/* The same for what is known so far: unsolved variables stay out. */
TypeId solver_partial(Solver *s) { return known(s, TYPE_NULL); }

/* `want` as context for inferring an argument. */
TypeId solver_context(Solver *s, TypeId want) {
  if (!type_has(want, TYPE_HAS_TYPE_VAR)) return want;
  return subst(s->world, want, known(s, want));
}

TypeId solver_value(const Solver *s, TypeId var) {
  int32_t i = find(s, var);
  if (i < 0) return TYPE_NULL;
  const Bounds *b = &s->vars.v[i];
  return type_is_null(b->lower) ? b->upper : b->lower;
}

bool solver_has_bounds(const Solver *s, TypeId var) {
  return !type_is_null(solver_value(s, var));
}
