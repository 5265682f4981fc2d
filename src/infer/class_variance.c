/* class_variance.c - the variance of a class's type parameters.
 *
 * A legacy parameter has the variance that its TypeVar declares.  For a PEP 695
 * parameter (or infer_variance=True) the class is walked: where the parameter
 * occurs in the types of members and in the arguments of bases, with the
 * polarity of each place.  What occurs nowhere is bivariant, which is where
 * the walk of mutually recursive classes starts: the query is a number, and
 * inside a cycle it reads as bivariant for all parameters, the bottom of the
 * lattice
 *
 *     bivariant < covariant, contravariant < invariant
 *
 * Each round can only go up in it, so the rounds of query.c end, and the answer
 * is the same whatever class was asked first.
 *
 * Left out, as in the typing spec ("generics.html#variance-inference"): __init__,
 * __new__ and the receiver; a name that starts with an underscore, a Final, a
 * read-only property and a frozen dataclass's field are read-only.
 */
#include "infer/check.h"
#include "infer/class.h"
#include "infer/func.h"
#include "infer/queries.h"
#include "infer/special/special.h"
#include "infer/typevar.h"
#include "types/variance.h"

enum {
  VARIANCE_PARAMS = 12 /* two bits each in a number of 24 */
};

typedef struct {
  World *world;
  TypeId var;
  Variance found; /* so far */
} Walk;

static void walk(Walk *w, TypeId t, Variance position) {
  if (w->found == VARIANCE_INVARIANT || type_is_null(t)) return;
  Variance v = variance_compose(position, variance_in(w->world, t, w->var));
  w->found = variance_join(w->found, v);
}

/* ---- members ------------------------------------------------------------------------ */

static bool is_read_only_name(NameId name) {
  Str s = name_text(name);
  bool dunder = str_starts(s, STR("__")) && str_ends(s, STR("__"));
  return str_starts(s, STR("_")) && !dunder;
}

/* The signature without its receiver. */
static void walk_method(Walk *w, TypeId t) {
  if (type_kind(t) == TYPE_KIND_OVERLOADED) {
    TypeSpan items = type_args(t);
    for (uint32_t i = 0; i < items.n; i++) walk_method(w, items.v[i]);
    return;
  }
  if (type_kind(t) != TYPE_KIND_CALLABLE) {
    walk(w, t, VARIANCE_COVARIANT);
    return;
  }
  SignatureView view = type_signature_view(t);
  uint32_t first = view.flags & SIGNATURE_METHOD ? 1 : 0;
  for (uint32_t i = first; i < view.n; i++) walk(w, view.params[i].type, VARIANCE_CONTRAVARIANT);
  walk(w, view.returns, VARIANCE_COVARIANT);
}

static void walk_getter(Walk *w, TypeId getter) {
  if (!type_is_null(getter) && type_kind(getter) == TYPE_KIND_FUNCTION)
    walk_method(w, w->world->signature(w->world, getter));
}

static void walk_member(Walk *w, ClassId id, NameId name) {
  InferWorker *worker = w->world->self;
  ClassMember m = class_own_member(worker, id, name);
  if (type_is_null(m.type)) return;
  if (type_kind(m.type) == TYPE_KIND_FUNCTION) {
    walk_method(w, w->world->signature(w->world, m.type));
    return;
  }
  if (type_kind(m.type) == TYPE_KIND_PROPERTY) {
    PropertyView view = type_property_view(m.type);
    walk_getter(w, view.getter);
    walk_getter(w, view.setter);
    return;
  }
  bool read_only = is_read_only_name(name) ||
                   (m.qualifiers & (QUALIFIER_FINAL | QUALIFIER_READ_ONLY)) ||
                   (class_flags(w->world, id) &
                    (CLASS_DATACLASS_FROZEN | CLASS_NAMED_TUPLE));
  walk(w, m.type, read_only ? VARIANCE_COVARIANT : VARIANCE_INVARIANT);
}

/* The extra items of a TypedDict are no member by name. */
static void walk_extra_items(Walk *w, ClassId id) {
  if (!(class_flags(w->world, id) & CLASS_TYPED_DICT)) return;
  bool read_only;
  TypeId extra = typeddict_extra(w->world->self, id, &read_only);
  if (!type_is_null(extra))
    walk(w, extra, read_only ? VARIANCE_COVARIANT : VARIANCE_INVARIANT);
}

static void walk_members(Walk *w, ClassId id) {
  InferWorker *worker = w->world->self;
  walk_extra_items(w, id);
  ModuleState *m = class_module(worker, id);
  PlaceVec places = {0};
  special_places(worker, id, &places);
  for (uint32_t i = 0; i < places.n; i++) {
    NameId name = m->index->places[places.v[i].v].name;
    if (name_is(name, NAME_dunder_init) || name_is(name, NAME_dunder_new))
      continue;
    walk_member(w, id, name);
  }
  const Index *index = m->index;
  NameId last = {0};
  for (uint32_t i = 0; i < index->implicit_count; i++) {
    const ImplicitAttribute *a = &index->implicit[i];
    if (a->class_scope.v != class_at(id)->scope.v || name_eq(a->name, last))
      continue;
    last = a->name;
    if (index_symbol(index, a->class_scope, a->name).v == 0)
      walk_member(w, id, a->name);
  }
}

static Variance inferred(InferWorker *worker, ClassId id, TypeId var) {
  Walk w = {&worker->world, var, VARIANCE_BIVARIANT};
  TypeSpan bases = type_args(class_bases(worker, id));
  for (uint32_t i = 0; i < bases.n; i++)
    walk(&w, bases.v[i], VARIANCE_COVARIANT);
  if (w.found != VARIANCE_INVARIANT) walk_members(&w, id);
  return w.found;
}

Variance class_inferred_variance(InferWorker *worker, ClassId id, TypeId var) {
  return inferred(worker, id, var);
}

TypeId class_variance_compute(InferWorker *worker, ModuleState *unused,
                              uint32_t index) {
  ClassId id = {index};
  World *world = &worker->world;
  TypeSpan params = type_args(class_type_params(world, id));
  uint32_t packed = 0;
  for (uint32_t i = 0; i < params.n && i < VARIANCE_PARAMS; i++) {
    Variance v = VARIANCE_INVARIANT;
    if (type_kind(params.v[i]) == TYPE_KIND_TYPE_VAR)
      v = typevar_infers_variance(worker, params.v[i])
              ? inferred(worker, id, params.v[i])
              : type_var_variance(world, params.v[i]);
    /* Numbers start with bivariant: what a cycle reads first. */
    packed |= (uint32_t)(VARIANCE_BIVARIANT - v) << (2 * i);
  }
  return query_number(packed);
}

/* Variance of a type parameter (World.class_variance). */
Variance class_variance(World *world, ClassId id, uint32_t type_param) {
  if (class_is(id, KNOWN_tuple)) return VARIANCE_COVARIANT;
  if (type_param >= VARIANCE_PARAMS) return VARIANCE_INVARIANT;
  TypeId v = query(world->self, QUERY_CLASS_VARIANCE, NULL, id.v);
  uint32_t packed = query_to_number(v, 0);
  return (Variance)(VARIANCE_BIVARIANT - (packed >> (2 * type_param) & 3));
}

/* ---- uses of declared variance ----------------------------------------------------- */

/* Of a plain variable only the variable itself: what a generic type around it
 * does is seen by the inference of variance and by the relations, and real code
 * relies on that.  A TypeVarTuple or ParamSpec never stands alone. */
static bool is_wrong_use(Ctx *ctx, TypeId var, TypeId t, bool is_param) {
  Variance at = is_param ? VARIANCE_CONTRAVARIANT : VARIANCE_COVARIANT;
  Variance declared = type_var_variance(ctx->world, var);
  if (declared == VARIANCE_INVARIANT) return false;
  if (type_var_view(var).kind == TYPE_VAR_PLAIN)
    return type_eq(t, var) && declared != at;
  Variance found = variance_compose(at, variance_in(ctx->world, t, var));
  return found != VARIANCE_BIVARIANT && found != declared;
}

static void check_use(Ctx *ctx, NodeId at, TypeId var, TypeId t,
                      bool is_param) {
  if (!is_wrong_use(ctx, var, t, is_param)) return;
  ctx_report(ctx, RULE_INVALID_GENERIC_CLASS, at,
             "%s type variable `%" PRIstr "` cannot be used in %s",
             type_var_variance(ctx->world, var) == VARIANCE_COVARIANT
                 ? "Covariant"
                 : "Contravariant",
             STR_ARG(name_text(type_var_view(var).name)),
             is_param ? "a parameter type" : "a return type");
}

static void check_method_uses(Ctx *ctx, TypeSpan vars, DefId def) {
  NodeId node = ctx->module->index->defs[def.v].node;
  const AstFunction *f = ast_function(ctx->ast, node);
  TypeId t = func_signature(ctx->worker, ctx->module, def);
  NodeList params = ast_list(ctx->ast, f->params);
  if (type_kind(t) != TYPE_KIND_CALLABLE) return;
  SignatureView v = type_signature_view(t);
  if (v.n != params.n) return;
  uint32_t first = v.flags & SIGNATURE_METHOD ? 1 : 0;
  for (uint32_t k = 0; k < vars.n; k++) {
    for (uint32_t i = first; i < v.n; i++) {
      NodeId at = {ast_at(ctx->ast, ast_item(params, i))->b};
      if (at.v)
        check_use(ctx, at, vars.v[k], v.params[i].type, true);
    }
    if (f->returns.v)
      check_use(ctx, f->returns, vars.v[k], v.returns, false);
  }
}

void check_member_variance(Ctx *ctx, ClassId id) {
  if (!ctx_reports(ctx, RULE_INVALID_GENERIC_CLASS)) return;
  TypeSpan params = type_args(class_type_params(ctx->world, id));
  TypeVec vars = {0};
  for (uint32_t i = 0; i < params.n; i++)
    if (type_kind(params.v[i]) == TYPE_KIND_TYPE_VAR &&
        type_var_variance(ctx->world, params.v[i]) != VARIANCE_INVARIANT)
      vec_push(&vars, ctx->scratch, params.v[i]);
  if (vars.n == 0) return;
  const Index *index = ctx->module->index;
  PlaceVec places = {0};
  special_places(ctx->worker, id, &places);
  for (uint32_t i = 0; i < places.n; i++) {
    const Place *p = &index->places[places.v[i].v];
    if (name_is(p->name, NAME_dunder_init) || name_is(p->name, NAME_dunder_new))
      continue;
    for (DefId d = p->first_def; d.v; d = index->defs[d.v].next)
      if (index->defs[d.v].kind == DEF_FUNCTION)
        check_method_uses(ctx, type_vec_span(&vars), d);
  }
}
