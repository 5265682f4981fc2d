/* relate.c - subtyping and assignability: dispatch, memory, unions.
 *
 * Problem.  Whether each value of one type is a value of another, for types
 * that may be recursive (protocols whose methods mention the protocol, aliases
 * that mention themselves) and partly unknown.
 *
 * Two relations share the code. Subtyping: a dynamic type is related to dynamic
 * types and `object` only. Assignability: it is related to everything.
 * Equivalence is subtyping both ways.
 *
 * Recursion is coinductive. Every endless chain of questions passes through a
 * protocol's or TypedDict's members or through an alias, so only these pairs
 * are put on the stack of assumptions; a pair met again there holds. An answer
 * that used an assumption is valid only under it, so it is not remembered;
 * `low` is the lowest assumption that the work since a point has used, and an
 * answer is free when that is none. As the worker's memory never holds an
 * answer that rests on an assumption, nothing has to be rolled back from it
 * when an assumption fails.
 *
 * It ends: a chain of ever larger types (P[T] with a method that returns
 * P[list[T]]) meets no pair twice, so nesting has a budget, which is a function
 * of the depths of the two types, and so has the number of steps. Past either
 * the answer is "yes": silence, not noise. To keep that a function of the two
 * types alone, a remembered answer carries its height and cost, and a hit takes
 * from the budget what computing it would have taken: what happens to be in the
 * memory cannot be seen.
 *
 * Unions: each member of a source, one member of a target; literals are looked
 * up in a target's index, so that two unions of n literals cost n.
 * Intersections the other way round; negation by disjointness (disjoint.c),
 * one-sided.
 *
 * Source: typing spec "Subtyping", "Assignability", "Union types"; Amadio and
 * Cardelli, Subtyping recursive types. */
#include "base/panic.h"
#include "types/callable.h"
#include "types/caps.h"
#include "types/display.h"
#include "types/relate_int.h"
#include "types/relcache.h"

#define DYNAMIC (TYPE_HAS_ANY | TYPE_HAS_UNKNOWN | TYPE_HAS_DIVERGENT)

/* Adds a line to the explanation, if there is one. Returns false. */
bool relate_why(Relate *r, const char *fmt, ...) {
  enum { MOST = 600 };
  if (!r->explain || r->quiet || r->explain->len > MOST) return false;
  va_list args;
  va_start(args, fmt);
  strbuf_vprintf(r->explain, fmt, args);
  va_end(args);
  strbuf_putc(r->explain, '\n');
  return false;
}

/* ---- assumptions --------------------------------------------------------- */

/* Whether the pair is on the stack; notes the use of the assumption. */
bool relate_is_assumed(Relate *r, TypeId source, TypeId target) {
  for (const Assumption *a = r->assumed; a; a = a->below)
    if (a->source.v == source.v && a->target.v == target.v) {
      r->low = MIN(r->low, a->index);
      return true;
    }
  return false;
}

void relate_assume(Relate *r, Assumption *a, TypeId source, TypeId target) {
  *a = (Assumption){source, target, r->assumed ? r->assumed->index + 1 : 0,
                    r->assumed};
  r->assumed = a;
}

/* Whatever used this assumption alone is free of assumptions now. */
void relate_unassume(Relate *r, const Assumption *a) {
  r->assumed = a->below;
  if (r->low != NO_ASSUMPTION && r->low >= a->index) r->low = NO_ASSUMPTION;
}

/* ---- unions -------------------------------------------------------------- */

/* The same value is a member, whatever its promotability. */
static bool literal_in_union(TypeId literal, TypeId t) {
  return type_union_has(t, literal) ||
         type_union_has(t, type_literal_promotable(literal)) ||
         type_union_has(t, type_literal_declared(literal));
}

/* The values of bool or an enum, one by one. */
static bool finite_in(Relate *r, TypeId source, TypeId target) {
  World *world = r->world;
  if (type_kind(source) != TYPE_KIND_INSTANCE) return false;
  if (source.v == TYPE_KNOWN(bool).v)
    return relate(r, TYPE(TRUE), target) && relate(r, TYPE(FALSE), target);
  if (!(world->class_flags(world, type_class(source)) & CLASS_ENUM))
    return false;
  TypeId all = world->enum_members(world, type_class(source));
  if (type_is_null(all) || type_args(all).n == 0 ||
      type_args(all).n > CAP_ENUM_EXPANSION)
    return false;
  TypeSpan values = type_args(all);
  for (uint32_t i = 0; i < values.n; i++)
    if (!relate(r, values.v[i], target)) return false;
  return true;
}

static bool has_literal(TypeSpan members) {
  for (uint32_t i = 0; i < members.n; i++)
    if (type_is_literal(members.v[i])) return true;
  return false;
}

/* Members of the source that are left for the target's variables. */
typedef VEC(TypeId) TypeVec;

/* One source member against the target's members that are not variables, those
 * without variables in them first. */
static bool to_other_members(Relate *r, TypeId source, TypeSpan members) {
  for (uint32_t round = 0; round < 2; round++) {
    for (uint32_t i = 0; i < members.n; i++) {
      TypeId t = members.v[i];
      bool open = type_has(t, TYPE_HAS_TYPE_VAR);
      if (open != (round == 1) || relate_is_variable(r, t)) continue;
      uint32_t mark = solver_mark(r->solver);
      if (relate(r, source, t)) return true;
      solver_rollback(r->solver, mark);
    }
  }
  return false;
}

static bool has_variable(const Relate *r, TypeSpan members) {
  for (uint32_t i = 0; i < members.n; i++)
    if (relate_is_variable(r, members.v[i])) return true;
  return false;
}

/* A target union with variables of the solver: T | None takes from int | None
 * what None does not. A variable of the solver as source is below the whole
 * union, or goes to a variable of the target; what is another function's
 * variable takes nothing in. What this allocates stays: the solver's log may
 * lie behind it. */
static bool to_open_union(Relate *r, TypeId source, TypeId target) {
  TypeSpan members = type_members(target),
           from = union_members(r->world, &source);
  uint32_t start = solver_mark(r->solver);
  TypeVec left = {0};
  vec_reserve(&left, r->world->scratch, from.n);
  bool open = has_variable(r, members);
  r->quiet++;
  for (uint32_t i = 0; i < from.n; i++) {
    bool is_var = relate_is_variable(r, from.v[i]);
    bool taken = is_var ? !open && relate(r, from.v[i], target)
                        : to_other_members(r, from.v[i], members);
    if (!taken) left.v[left.n++] = from.v[i];
  }
  r->quiet--;
  TypeId rest = union_of(r->world, (TypeSpan){left.v, left.n});
  bool done = left.n == 0;
  for (uint32_t i = 0; i < members.n && !done; i++) {
    if (!relate_is_variable(r, members.v[i])) continue;
    uint32_t bounds = solver_mark(r->solver);
    done = solver_lower(r, members.v[i], rest);
    if (!done) solver_rollback(r->solver, bounds);
  }
  if (done || left.n == from.n) return done;
  /* What the other members took may be in the way: all to one variable. */
  solver_rollback(r->solver, start);
  for (uint32_t i = 0; i < members.n && !done; i++)
    done = relate_is_variable(r, members.v[i]) &&
           solver_lower(r, members.v[i], source);
  return done;
}

static bool to_union(Relate *r, TypeId source, TypeId target) {
  if (type_is_literal(source) && literal_in_union(source, target)) return true;
  if (type_union_has(target, source)) return true;
  TypeSpan members = type_members(target);
  bool literal = type_is_literal(source);
  if (literal && (type_union_flags(target) & UNION_ALL_LITERALS)) return false;
  r->quiet++;
  bool ok = false;
  for (uint32_t i = 0; i < members.n && !ok; i++) {
    if (literal && type_is_literal(members.v[i])) continue;
    uint32_t mark = r->solver ? solver_mark(r->solver) : 0;
    ok = relate(r, source, members.v[i]);
    if (!ok && r->solver) solver_rollback(r->solver, mark);
  }
  if (!ok && has_literal(members)) ok = finite_in(r, source, target);
  r->quiet--;
  return ok;
}

/* `float` as an annotation, for a protocol with variables to be solved: int and
 * float each on its own may ask something else of one variable. Then what float
 * says is meant: SupportsAdd[T, R] for T = float. */
static bool float_to_protocol(Relate *r, TypeId source, TypeId target) {
  TypeId alone = {0};
  if (type_eq(source, type_float_annotation())) alone = TYPE_KNOWN(float);
  if (type_eq(source, type_complex_annotation())) alone = TYPE_KNOWN(complex);
  if (type_is_null(alone) || type_kind(target) != TYPE_KIND_INSTANCE ||
      !type_has(target, TYPE_HAS_TYPE_VAR) ||
      !(r->world->class_flags(r->world, type_class(target)) & CLASS_PROTOCOL))
    return false;
  return relate(r, alone, target);
}

static bool each_of_union(Relate *r, TypeId source, TypeId target);

static bool from_union(Relate *r, TypeId source, TypeId target) {
  if (!r->solver) return each_of_union(r, source, target);
  uint32_t mark = solver_mark(r->solver);
  if (each_of_union(r, source, target)) return true;
  solver_rollback(r->solver, mark);
  return float_to_protocol(r, source, target);
}

static bool each_of_union(Relate *r, TypeId source, TypeId target) {
  if (r->solver && type_kind(target) == TYPE_KIND_UNION &&
      type_has(target, TYPE_HAS_TYPE_VAR))
    return to_open_union(r, source, target);
  TypeSpan members = type_members(source);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId m = members.v[i];
    if (type_is_literal(m) && type_kind(target) == TYPE_KIND_UNION &&
        literal_in_union(m, target))
      continue;
    if (!relate(r, m, target))
      return r->explain && !r->quiet &&
             relate_why(
                 r, "element `%s` of union `%s` is not assignable to `%s`",
                 display_short(r->world, m), display_short(r->world, source),
                 display_short(r->world, target));
  }
  return true;
}

/* ---- intersections ------------------------------------------------------- */

static bool to_intersection(Relate *r, TypeId source, TypeId target) {
  IntersectionView v = type_intersection_view(target);
  for (uint32_t i = 0; i < v.positive.n; i++)
    if (!relate(r, source, v.positive.v[i])) return false;
  for (uint32_t i = 0; i < v.negative.n; i++)
    if (!meet_disjoint(r->world, source, v.negative.v[i])) return false;
  return true;
}

/* P & ~N <: T holds when P <: T, or P <: T | N. */
static bool from_intersection(Relate *r, TypeId source, TypeId target) {
  IntersectionView v = type_intersection_view(source);
  bool ok = false;
  r->quiet++;
  for (uint32_t i = 0; i < v.positive.n && !ok; i++)
    ok = relate(r, v.positive.v[i], target);
  if (!ok && v.negative.n && type_kind(target) == TYPE_KIND_UNION) {
    UnionBuilder *b = union_begin(r->world);
    union_add(b, target);
    for (uint32_t i = 0; i < v.negative.n; i++) union_add(b, v.negative.v[i]);
    TypeId wider = union_end(b);
    for (uint32_t i = 0; i < v.positive.n && !ok && wider.v != target.v; i++)
      ok = relate(r, v.positive.v[i], wider);
  }
  if (!ok && type_kind(target) == TYPE_KIND_INSTANCE)
    ok = (r->world->class_flags(r->world, type_class(target)) &
          CLASS_PROTOCOL) &&
         relate_to_protocol(r, source, target);
  r->quiet--;
  return ok;
}

/* ---- type variables ------------------------------------------------------ */

/* The Self of one class, bound by two of its methods: a function that is read
 * in the class body has its receiver's. */
static bool same_self(TypeId a, TypeId b) {
  TypeVarView x = type_var_view(a), y = type_var_view(b);
  return x.kind == TYPE_VAR_SELF && y.kind == TYPE_VAR_SELF &&
         x.module.v == y.module.v && x.def.v == y.def.v;
}

static bool from_type_var(Relate *r, TypeId source, TypeId target) {
  TypeVarBounds bounds = r->world->type_var_bounds(r->world, source);
  TypeVarKind kind = type_var_view(source).kind;
  if (kind == TYPE_VAR_PARAM_SPEC || kind == TYPE_VAR_TUPLE) return false;
  if (!type_is_null(bounds.constraints)) {
    TypeSpan choices = type_args(bounds.constraints);
    for (uint32_t i = 0; i < choices.n; i++)
      if (!relate(r, choices.v[i], target)) return false;
    return choices.n > 0;
  }
  return relate(r,
                type_is_null(bounds.bound) ? TYPE_KNOWN(object) : bounds.bound,
                target);
}

/* ---- all kinds ----------------------------------------------------------- */

static bool to_literal(Relate *r, TypeId source, TypeId target) {
  if (type_literal_same(source, target)) return true;
  if (type_kind(target) != TYPE_KIND_LITERAL_ENUM ||
      type_kind(source) != TYPE_KIND_INSTANCE ||
      type_class(source).v != type_class(target).v)
    return false;
  TypeId all = r->world->enum_members(r->world, type_class(source));
  return !type_is_null(all) && type_args(all).n == 1;
}

static bool to_callable(Relate *r, TypeId source, TypeId target) {
  TypeId signature = callable_of(r->world, source);
  if (!type_is_null(signature))
    return type_is_dynamic(signature)
               ? relate(r, signature, target)
               : relate_callables(r, signature, target);
  return r->mode == RELATE_ASSIGNABLE &&
         type_kind(source) == TYPE_KIND_INSTANCE &&
         (r->world->class_flags(r->world, type_class(source)) &
          CLASS_UNKNOWN_BASE);
}

static bool to_guard(Relate *r, TypeId source, TypeId target) {
  if (type_kind(source) != TYPE_KIND_TYPE_GUARD ||
      type_guard_is(source) != type_guard_is(target))
    return false;
  TypeId a = type_inner(source), b = type_inner(target);
  return type_guard_is(source) ? relate_same(r, a, b) : relate(r, a, b);
}

static bool to_function(Relate *r, TypeId source, TypeId target) {
  if (type_kind(source) != type_kind(target)) return false;
  if (type_kind(source) == TYPE_KIND_BOUND_METHOD)
    return relate(r, type_receiver(source), type_receiver(target)) &&
           relate(r, type_bound_function(source), type_bound_function(target));
  if (type_module_id(source).v != type_module_id(target).v ||
      type_def(source).v != type_def(target).v)
    return false;
  TypeId a = callable_of(r->world, source), b = callable_of(r->world, target);
  if (type_is_null(a) || type_is_null(b)) return false;
  return type_is_dynamic(a) || type_is_dynamic(b) || relate_callables(r, a, b);
}

/* The source is no union, intersection, variable; nor is the target. */
static bool by_target(Relate *r, TypeId source, TypeId target) {
  switch (type_kind(target)) {
  case TYPE_KIND_INSTANCE: return relate_to_instance(r, source, target);
  case TYPE_KIND_TUPLE: return relate_tuples(r, source, target);
  case TYPE_KIND_LITERAL_INT:
  case TYPE_KIND_LITERAL_BOOL:
  case TYPE_KIND_LITERAL_STR:
  case TYPE_KIND_LITERAL_BYTES:
  case TYPE_KIND_LITERAL_ENUM: return to_literal(r, source, target);
  case TYPE_KIND_LITERAL_STRING:
    return type_kind(source) == TYPE_KIND_LITERAL_STR;
  case TYPE_KIND_CLASS:
  case TYPE_KIND_GENERIC_ALIAS:
  case TYPE_KIND_SUBCLASS_OF: return relate_to_class_object(r, source, target);
  case TYPE_KIND_FUNCTION:
  case TYPE_KIND_BOUND_METHOD: return to_function(r, source, target);
  case TYPE_KIND_CALLABLE:
  case TYPE_KIND_OVERLOADED: return to_callable(r, source, target);
  case TYPE_KIND_PARAMS:
    /* As arguments of a class: a list of parameter types. */
    return type_kind(source) == TYPE_KIND_PARAMS &&
           relate_params(r, type_signature_view(target),
                         type_signature_view(source));
  case TYPE_KIND_TYPE_GUARD: return to_guard(r, source, target);
  case TYPE_KIND_TYPE_FORM: return relate_to_type_form(r, source, target);
  case TYPE_KIND_ALWAYS_TRUTHY:
    return type_truth(r->world, source) == TRUTH_ALWAYS;
  case TYPE_KIND_ALWAYS_FALSY:
    return type_truth(r->world, source) == TRUTH_NEVER;
  case TYPE_KIND_UNPACKED:
    return type_kind(source) == TYPE_KIND_UNPACKED &&
           relate(r, type_inner(source), type_inner(target));
  default: return false;
  }
}

/* The pair is assumed while what the aliases stand for is compared: recursive
 * aliases meet it again. */
static bool by_alias(Relate *r, TypeId source, TypeId target) {
  if (relate_is_assumed(r, source, target)) return true;
  Assumption assumption;
  relate_assume(r, &assumption, source, target);
  bool ok =
      relate(r, alias_expand(r->world, source), alias_expand(r->world, target));
  relate_unassume(r, &assumption);
  return ok;
}

/* `type` or type[Any] */
static bool is_any_class(TypeId target) {
  if (type_kind(target) == TYPE_KIND_SUBCLASS_OF)
    return type_is_dynamic(type_inner(target));
  return target.v == TYPE_KNOWN(type).v;
}

/* A ParamSpec of the caller and `...`, as arguments of a class. */
static bool is_gradual_params(const Relate *r, TypeId params) {
  if (type_kind(params) != TYPE_KIND_PARAMS || r->mode != RELATE_ASSIGNABLE)
    return false;
  SignatureView v = type_signature_view(params);
  return v.n == 0 && (v.flags & SIGNATURE_GRADUAL);
}

static bool is_param_spec(TypeId t) {
  return type_kind(t) == TYPE_KIND_TYPE_VAR &&
         type_var_view(t).kind == TYPE_VAR_PARAM_SPEC;
}

static bool by_kind(Relate *r, TypeId source, TypeId target) {
  TypeKind ks = type_kind(source), kt = type_kind(target);
  if (ks == TYPE_KIND_TYPE_ALIAS || kt == TYPE_KIND_TYPE_ALIAS)
    return by_alias(r, source, target);
  if (ks == TYPE_KIND_UNION) return from_union(r, source, target);
  if (kt == TYPE_KIND_INTERSECTION) return to_intersection(r, source, target);
  if (kt == TYPE_KIND_UNION) {
    if (r->solver && type_has(target, TYPE_HAS_TYPE_VAR)) {
      if (to_open_union(r, source, target)) return true;
    } else if (to_union(r, source, target)) {
      return true;
    }
    if (ks != TYPE_KIND_INTERSECTION && ks != TYPE_KIND_TYPE_VAR &&
        ks != TYPE_KIND_NEW_TYPE)
      return false;
  }
  if (ks == TYPE_KIND_INTERSECTION) return from_intersection(r, source, target);
  if (ks == TYPE_KIND_TYPE_VAR && kt == TYPE_KIND_TYPE_VAR &&
      same_self(source, target))
    return true;
  if (is_param_spec(source) && is_gradual_params(r, target)) return true;
  if (is_param_spec(target) && is_gradual_params(r, source)) return true;
  if (ks == TYPE_KIND_PARAM_SPEC_PART)
    return relate(r, world_nominal_fallback(r->world, source), target);
  if (ks == TYPE_KIND_TYPE_VAR) return from_type_var(r, source, target);
  if (kt == TYPE_KIND_TYPE_VAR) return false;
  if (ks == TYPE_KIND_NEW_TYPE)
    return relate(r, r->world->new_type_base(r->world, source), target);
  if (ks == TYPE_KIND_NAMED_SENTINEL) source = type_sentinel_instance(source);
  if (ks == TYPE_KIND_SENTINEL) source = TYPE_KNOWN(object);
  if (ks == TYPE_KIND_SPECIAL_FORM && r->mode == RELATE_ASSIGNABLE &&
      special_form_is_class(type_form(source)) && is_any_class(target))
    return true;
  return by_target(r, source, target);
}

/* 1 yes, 0 no, -1 the kinds must be looked at. */
static int at_once(Relate *r, TypeId source, TypeId target) {
  if (source.v == TYPE(NEVER).v && relate_is_variable(r, target))
    solver_never(r, target);
  if (source.v == target.v || source.v == TYPE(NEVER).v) return 1;
  if (r->solver) {
    if (relate_is_variable(r, target)) return solver_lower(r, target, source);
    if (relate_is_variable(r, source)) return solver_upper(r, source, target);
    if (type_is_dynamic(source) && type_has(target, TYPE_HAS_TYPE_VAR))
      return solver_bind_all(r, target, source);
    if (type_is_dynamic(target) && type_has(source, TYPE_HAS_TYPE_VAR))
      return 1;
  }
  if (target.v == TYPE_KNOWN(object).v) return 1;
  bool from = type_is_dynamic(source), to = type_is_dynamic(target);
  if (from || to) {
    if (r->mode == RELATE_ASSIGNABLE || (from && to)) return 1;
    if (from) return 0;
    return type_kind(source) == TYPE_KIND_UNION ||
                   type_kind(source) == TYPE_KIND_INTERSECTION ||
                   type_kind(source) == TYPE_KIND_TYPE_ALIAS
               ? -1
               : 0;
  }
  return -1;
}

static bool over_budget(Relate *r) {
  if (r->depth > r->budget || r->cost > CAP_RELATE_COST) r->overflow = true;
  return r->overflow;
}

static bool compute(Relate *r, TypeId source, TypeId target) {
  STACK_GUARD();
  r->depth++;
  if (r->depth > r->peak) r->peak = r->depth;
  bool ok = over_budget(r) || by_kind(r, source, target);
  r->depth--;
  return ok;
}

static bool hit(Relate *r, const RelSlot *slot) {
  r->world->relation_hits++;
  r->cost += slot->cost;
  uint32_t reach = r->depth + slot->height;
  if (reach > r->peak) r->peak = reach;
  if (reach > r->budget || r->cost > CAP_RELATE_COST) {
    r->overflow = true;
    return true;
  }
  return slot->answer;
}

static bool remembered(Relate *r, TypeId source, TypeId target) {
  RelCache *cache = r->world->relcache;
  const RelSlot *slot = relcache_get(cache, source, target, r->mode);
  if (slot) return hit(r, slot);
  uint32_t low = r->low, peak = r->peak;
  uint64_t cost = r->cost, before = r->world->provisional;
  r->low = NO_ASSUMPTION;
  r->peak = r->depth;
  bool ok = compute(r, source, target);
  if (r->low == NO_ASSUMPTION && !r->overflow &&
      r->world->provisional == before) {
    uint64_t spent = MIN(r->cost - cost, UINT32_MAX);
    uint32_t height = MIN(r->peak - r->depth, UINT16_MAX);
    relcache_put(cache,
                 &(RelSlot){source.v, target.v, (uint32_t)spent,
                            (uint8_t)(r->mode + 1), ok, (uint16_t)height});
  }
  r->low = MIN(r->low, low);
  r->peak = MAX(r->peak, peak);
  return ok;
}

/* source <: target, by the mode of r. */
bool relate(Relate *r, TypeId source, TypeId target) {
  if (r->overflow) return true;
  r->cost++;
  int answer = at_once(r, source, target);
  if (answer >= 0) return answer != 0;
  bool solving = r->solver && (type_has(source, TYPE_HAS_TYPE_VAR) ||
                               type_has(target, TYPE_HAS_TYPE_VAR));
  if (solving || r->explain) return compute(r, source, target);
  return remembered(r, source, target);
}

/* The class float alone cannot be written in an annotation, so where an
 * inferred argument is it, it means the annotation. */
static TypeId as_written(TypeId t) {
  if (t.v == TYPE_KNOWN(float).v) return type_float_annotation();
  if (t.v == TYPE_KNOWN(complex).v) return type_complex_annotation();
  return t;
}

static bool by_position_only(SignatureView v) {
  for (uint32_t i = 0; i < v.n; i++)
    if (v.params[i].kind != PARAM_POSITIONAL_ONLY) return false;
  return true;
}

/* Two lists for a ParamSpec, one of them written as types: `[int]` cannot say what
 * the parameter is called, so its name does not count. */
static bool same_positions(Relate *r, TypeId a, TypeId b) {
  SignatureView x = type_signature_view(a), y = type_signature_view(b);
  if (x.n != y.n || ((x.flags | y.flags) & SIGNATURE_GRADUAL) ||
      !(by_position_only(x) || by_position_only(y)))
    return false;
  for (uint32_t i = 0; i < x.n; i++) {
    const Param *p = &x.params[i], *q = &y.params[i];
    if (p->kind > PARAM_POSITIONAL_OR_KEYWORD ||
        q->kind > PARAM_POSITIONAL_OR_KEYWORD ||
        ((p->flags ^ q->flags) & PARAM_HAS_DEFAULT) ||
        !relate_same(r, p->type, q->type))
      return false;
  }
  return true;
}

/* Both ways. */
bool relate_same(Relate *r, TypeId a, TypeId b) {
  if (a.v == b.v) return true;
  if (type_kind(a) == TYPE_KIND_PARAMS && type_kind(b) == TYPE_KIND_PARAMS &&
      r->mode == RELATE_ASSIGNABLE && same_positions(r, a, b))
    return true;
  a = as_written(a);
  b = as_written(b);
  return relate(r, a, b) && relate(r, b, a);
}

/* ---- questions from outside ---------------------------------------------- */

/* The budget of nesting is a function of the two types. */
Relate relate_begin(World *world, Relation mode, TypeId source, TypeId target) {
  uint32_t depth = MIN(type_at(source)->depth, 64u);
  depth += MIN(type_at(target)->depth, 64u);
  return (Relate){.world = world,
                  .mode = mode,
                  .low = NO_ASSUMPTION,
                  .budget = CAP_RELATE_DEPTH + depth};
}

static bool ask(World *world, Relation mode, TypeId source, TypeId target) {
  world->relations++;
  ArenaMark mark = arena_mark(world->scratch);
  Relate r = relate_begin(world, mode, source, target);
  bool ok = relate(&r, source, target);
  arena_reset_to(world->scratch, mark);
  return relate_end(&r, ok);
}

/* Answers that need no context: 1, 0, or -1. */
static inline int quick(World *world, TypeId source, TypeId target) {
  if (source.v == target.v || target.v == TYPE_KNOWN(object).v) return 1;
  const TypeRec *s = type_at(source), *t = type_at(target);
  if (t->kind != TYPE_KIND_INSTANCE || t->n != 1) return -1;
  TypeId base = source;
  if (s->kind != TYPE_KIND_INSTANCE) {
    if (!type_is_literal(source)) return -1;
    base = world_nominal_fallback(world, source);
    if (base.v == target.v) return 1;
  } else if (s->w[0] == t->w[0]) {
    return -1;
  }
  return type_is_null(world_as_instance_of(world, base, type_class(target)))
             ? -1
             : 1;
}

bool relate_subtype(World *world, TypeId source, TypeId target) {
  int answer = quick(world, source, target);
  return answer >= 0 ? answer != 0 : ask(world, RELATE_SUBTYPE, source, target);
}

bool relate_assignable(World *world, TypeId source, TypeId target) {
  if (type_is_dynamic(source) || type_is_dynamic(target)) return true;
  int answer = quick(world, source, target);
  return answer >= 0 ? answer != 0
                     : ask(world, RELATE_ASSIGNABLE, source, target);
}

bool relate_equivalent(World *world, TypeId a, TypeId b) {
  if (a.v == b.v || type_literal_same(a, b)) return true;
  return relate_subtype(world, a, b) && relate_subtype(world, b, a);
}

/* Runs a failed assignment again and writes why into `out`. */
void relate_explain(World *world, TypeId source, TypeId target, StrBuf *out) {
  Relate r = relate_begin(world, RELATE_ASSIGNABLE, source, target);
  r.explain = out;
  relate(&r, source, target);
}
