/* relate_callable.c - relations between signatures.
 *
 * A source fits a target when it can be called in every way in which the target
 * can: parameters contravariantly, the return type covariantly. Parameters are
 * matched by position first, then by name; the typing spec has a rule for each
 * pair of kinds, and the comments below name them.
 *
 * Before that a list is brought into one form: a ParamSpec's pair *args:
 * P.args, **kwargs: P.kwargs is taken out and kept aside, *args: *tuple[A, B]
 * becomes positional-only parameters, **kwargs: **TD keyword-only ones, and
 * (...) becomes *args and **kwargs of Any.
 *
 * Overloads: each one of the target must be met, by some one of the source. A
 * generic source is instantiated: its variables (fresh copies, since the target
 * may mention the same) are solved along with the others, or in a solver of
 * their own. A generic target's variables stay what they are.
 *
 * Source: typing spec "Callables: assignability rules for callables",
 * "Generics: ParamSpec", "TypeVarTuple", "Overloads". */
#include "types/callable.h"
#include "types/caps.h"
#include "types/display.h"
#include "types/relate_int.h"

typedef VEC(Param) ParamVec;

/* A parameter list, brought into one form. */
typedef struct {
  ParamVec all;        /* without *args, **kwargs */
  uint32_t positional; /* the first ones of these */
  const Param *args;   /* *args or NULL */
  TypeSpan suffix;     /* what follows in *args: *tuple[*Ts, A] */
  const Param *kwargs; /* **kwargs or NULL */
  bool unpacked;       /* there was **kwargs: **TD: more keys may come */
  TypeId spec;         /* a ParamSpec behind it, or null */
  uint32_t flags;
} Params;

static const Param any_args = {.type = TYPE(ANY), .kind = PARAM_VARIADIC};
static const Param any_kwargs = {.type = TYPE(ANY),
                                 .kind = PARAM_KEYWORD_VARIADIC};

/* ---- one form ------------------------------------------------------------ */

static void add_variadic(Relate *r, Params *out, const Param *p) {
  out->args = p;
  if (type_kind(p->type) != TYPE_KIND_UNPACKED) return;
  TypeId inner = type_inner(p->type);
  if (type_kind(inner) != TYPE_KIND_TUPLE) return;
  Arena *a = r->world->scratch;
  TupleView v = type_tuple_view(inner);
  out->args = NULL;
  for (uint32_t i = 0; i < v.prefix.n; i++)
    vec_push(&out->all, a,
             ((Param){.type = v.prefix.v[i], .kind = PARAM_POSITIONAL_ONLY}));
  if (type_is_null(v.middle)) return;
  Param *rest = ARENA_NEW(a, Param);
  *rest = *p;
  rest->type = v.middle;
  out->args = rest;
  out->suffix = v.suffix;
}

/* **kwargs: **TD */
static void add_unpacked_dict(Relate *r, Params *out, const Param *p) {
  World *world = r->world;
  TypeId dict = p->type;
  if (type_kind(dict) == TYPE_KIND_UNPACKED) dict = type_inner(dict);
  dict = alias_expand(world, dict);
  if (type_kind(dict) != TYPE_KIND_INSTANCE) {
    out->kwargs = p;
    return;
  }
  uint32_t n = 0;
  const NameId *names = world->protocol_members(world, type_class(dict), &n);
  TypeId mapping = subst_mapping_of(world, dict);
  out->unpacked = true;
  for (uint32_t i = 0; i < n; i++) {
    Member m = world->class_member(world, type_class(dict), names[i]);
    if (type_is_null(m.type)) continue;
    bool optional = (m.flags & MEMBER_NOT_REQUIRED) != 0;
    vec_push(&out->all, world->scratch,
             ((Param){.name = names[i],
                      .type = subst(world, m.type, mapping),
                      .kind = PARAM_KEYWORD_ONLY,
                      .flags = optional ? PARAM_HAS_DEFAULT : 0}));
  }
}

static Params params_of(Relate *r, SignatureView v) {
  Params out = {.flags = v.flags};
  uint32_t pair;
  bool has_spec = callable_has_param_spec(v, &pair);
  vec_reserve(&out.all, r->world->scratch, v.n + 4);
  for (uint32_t i = 0; i < v.n; i++) {
    const Param *p = &v.params[i];
    if (has_spec && (i == pair || i == pair + 1)) {
      out.spec = type_param_spec_of(p->type);
    } else if (p->kind == PARAM_VARIADIC) {
      add_variadic(r, &out, p);
    } else if (p->kind != PARAM_KEYWORD_VARIADIC) {
      vec_push(&out.all, r->world->scratch, *p);
    } else if (p->flags & PARAM_UNPACKED) {
      add_unpacked_dict(r, &out, p);
    } else {
      out.kwargs = p;
    }
  }
  while (out.positional < out.all.n &&
         out.all.v[out.positional].kind <= PARAM_POSITIONAL_OR_KEYWORD)
    out.positional++;
  if (v.flags & SIGNATURE_GRADUAL) {
    if (!out.args) out.args = &any_args;
    if (!out.kwargs) out.kwargs = &any_kwargs;
  }
  return out;
}

/* PARAMS of what is left of a list from parameter `from` on. */
static TypeId rest_of(Relate *r, SignatureView v, uint32_t from) {
  uint32_t keep = v.flags & (SIGNATURE_GRADUAL | SIGNATURE_TOP);
  (void)r;
  return type_params(v.params + from, v.n - from, keep);
}

/* ---- single parameters --------------------------------------------------- */

static bool param_failed(Relate *r, const Param *s, TypeId given) {
  if (!r->explain || r->quiet) return false;
  Str name = s->name.v ? name_text(s->name) : STR("_");
  return relate_why(r, "parameter `%" PRIstr "` takes `%s`, not `%s`",
                    STR_ARG(name), display_short(r->world, s->type),
                    display_short(r->world, given));
}

/* The bound of a receiver that nobody annotated (of `cls`, as a class object): a
 * method that its class body uses as a plain function takes any instance of the
 * class. Null: none. */
static TypeId receiver_bound(Relate *r, const Param *s) {
  bool of_class = type_kind(s->type) == TYPE_KIND_SUBCLASS_OF;
  TypeId self = of_class ? type_inner(s->type) : s->type;
  if ((s->flags & PARAM_ANNOTATED) || type_kind(self) != TYPE_KIND_TYPE_VAR ||
      type_var_view(self).kind != TYPE_VAR_SELF)
    return TYPE_NULL;
  TypeId bound = r->world->type_var_bounds(r->world, self).bound;
  return of_class && !type_is_null(bound) ? subclass_of(r->world, bound)
                                          : bound;
}

/* A variable T that is being solved, or type[T]. */
static bool is_open_variable(Relate *r, TypeId given) {
  if (type_kind(given) == TYPE_KIND_SUBCLASS_OF) given = type_inner(given);
  return r->solver && type_kind(given) == TYPE_KIND_TYPE_VAR &&
         type_var_view(given).kind != TYPE_VAR_SELF;
}

static bool takes_type(Relate *r, const Param *s, TypeId given) {
  TypeId self = receiver_bound(r, s);
  if (type_is_null(self)) return relate(r, given, s->type);
  /* The variable becomes the class, not Self, which means nothing outside of
   * the method. */
  if (is_open_variable(r, given) && relate(r, given, self)) return true;
  if (relate(r, given, s->type)) return true;
  if (type_kind(self) == TYPE_KIND_INSTANCE)
    self = world_instance_unknown(r->world, type_class(self));
  return relate(r, given, self);
}

/* What is given for the target's parameter is taken by the source's. */
static bool takes(Relate *r, const Param *s, const Param *t) {
  if (!takes_type(r, s, t->type))
    return param_failed(r, s, t->type);
  if (!(t->flags & PARAM_HAS_DEFAULT) || (s->flags & PARAM_HAS_DEFAULT) ||
      s->kind == PARAM_VARIADIC || s->kind == PARAM_KEYWORD_VARIADIC)
    return true;
  Str name = s->name.v ? name_text(s->name) : STR("_");
  return relate_why(r, "parameter `%" PRIstr "` has no default", STR_ARG(name));
}

static bool is_required(const Param *p) {
  return !(p->flags & PARAM_HAS_DEFAULT);
}

static bool missing(Relate *r, const Param *p, const char *what) {
  Str name = p->name.v ? name_text(p->name) : STR("_");
  return relate_why(r, "%s parameter `%" PRIstr "`", what, STR_ARG(name));
}

/* Index of the parameter of s that takes a keyword, from `from` on. */
static int32_t by_keyword(const Params *s, NameId name, uint32_t from) {
  for (uint32_t i = from; i < s->all.n; i++)
    if (s->all.v[i].kind != PARAM_POSITIONAL_ONLY &&
        s->all.v[i].name.v == name.v)
      return (int32_t)i;
  return -1;
}

/* ---- TypeVarTuples ------------------------------------------------------- */

static bool is_var_tuple(const Relate *r, const Param *p, bool solved) {
  return p && type_kind(p->type) == TYPE_KIND_UNPACKED &&
         relate_is_variable(r, type_inner(p->type)) == solved;
}

/* The types of positional parameters from..positional-1 and of *args. */
static TypeId tuple_from(Relate *r, const Params *p, uint32_t from) {
  uint32_t n = p->positional > from ? p->positional - from : 0;
  TypeId *v = ARENA_ARRAY_RAW(r->world->scratch, TypeId, n + 1);
  for (uint32_t i = 0; i < n; i++) v[i] = p->all.v[from + i].type;
  TypeSpan prefix = {v, n}, none = {NULL, 0};
  if (!p->args) return type_tuple_of(prefix);
  return type_tuple(prefix, p->args->type, p->suffix.n ? p->suffix : none);
}

/* The tuples of positional arguments that the source takes behind `from`: one
 * for each number of arguments that leaves out parameters with defaults. */
static TypeId tuples_taken(Relate *r, const Params *p, uint32_t from) {
  TypeId whole = tuple_from(r, p, from);
  if (p->positional <= from || is_required(&p->all.v[p->positional - 1]))
    return whole;
  TupleView v = type_tuple_view(whole);
  UnionBuilder *builder = union_begin(r->world);
  for (uint32_t n = p->positional; n > from; n--) {
    if (is_required(&p->all.v[n - 1])) break;
    union_add(builder, type_tuple_of((TypeSpan){v.prefix.v, n - 1 - from}));
  }
  union_add(builder, whole);
  return union_end(builder);
}

/* ---- lists --------------------------------------------------------------- */

typedef struct {
  Relate *r;
  Params s, t;
  bool *used; /* parameters of s that were given something */
} Match;

/* A positional parameter of the target meets *args of the source; one that may
 * also be given by name needs a taker for that. */
static bool positional_to_args(Match *m, const Param *t) {
  if (!m->s.args) return missing(m->r, t, "no room for");
  if (!takes(m->r, m->s.args, t)) return false;
  if (t->kind != PARAM_POSITIONAL_OR_KEYWORD) return true;
  int32_t at = by_keyword(&m->s, t->name, m->s.positional);
  if (at >= 0) {
    m->used[at] = true;
    return takes(m->r, &m->s.all.v[at], t);
  }
  return m->s.kwargs ? takes(m->r, m->s.kwargs, t)
                     : missing(m->r, t, "no keyword");
}

static bool positional_to_positional(Match *m, uint32_t i, const Param *t) {
  const Param *s = &m->s.all.v[i];
  if (t->kind == PARAM_POSITIONAL_OR_KEYWORD &&
      (s->kind == PARAM_POSITIONAL_ONLY || s->name.v != t->name.v)) {
    /* (x, **kw) can take y=... for y elsewhere only when it has it so. */
    return missing(m->r, t, "no keyword");
  }
  m->used[i] = true;
  return takes(m->r, s, t);
}

/* The source's parameter that takes the k-th argument is a variable to be
 * solved. */
static bool is_variable_at(const Match *m, uint32_t k) {
  const Param *s = k < m->s.positional ? &m->s.all.v[k] : m->s.args;
  return s && relate_is_variable(m->r, s->type);
}

/* Positional parameters of the target, then its *args.  *at: how many of the
 * source's positional ones were given. */
static bool match_positional(Match *m, uint32_t *at) {
  uint32_t i = 0;
  if (is_var_tuple(m->r, m->s.args, true) &&
      m->t.positional >= m->s.positional) {
    for (; i < m->s.positional; i++)
      if (!positional_to_positional(m, i, &m->t.all.v[i])) return false;
    *at = i;
    return solver_lower(m->r, type_inner(m->s.args->type),
                        tuple_from(m->r, &m->t, i));
  }
  /* What is a variable alone first: it may be what a protocol asks for, as in
   * (a: SupportsAdd[T, R], b: T) -> R. */
  bool twice = m->r->solver && m->t.positional > 1;
  for (uint32_t pass = twice ? 0 : 1; pass < 2; pass++) {
    for (uint32_t k = 0; k < m->t.positional; k++) {
      bool is_var = twice && is_variable_at(m, k);
      if (is_var != (pass == 0) && twice) continue;
      const Param *t = &m->t.all.v[k];
      bool ok = k < m->s.positional ? positional_to_positional(m, k, t)
                                    : positional_to_args(m, t);
      if (!ok) return false;
    }
  }
  *at = MIN(m->t.positional, m->s.positional);
  return true;
}

/* *args of the target. */
static bool match_args(Match *m, uint32_t from) {
  const Param *t = m->t.args, *s = m->s.args;
  if (is_var_tuple(m->r, s, true) && from == m->s.positional)
    return true; /* took everything */
  if (is_var_tuple(m->r, t, true)) {
    for (uint32_t i = from; i < m->s.positional; i++) m->used[i] = true;
    return solver_upper(m->r, type_inner(t->type),
                        tuples_taken(m->r, &m->s, from));
  }
  if (!s) return relate_why(m->r, "no `*args` parameter");
  for (uint32_t i = from; i < m->s.positional; i++) {
    const Param *p = &m->s.all.v[i];
    if (is_required(p)) return missing(m->r, p, "extra");
    if (!relate(m->r, t->type, p->type)) return param_failed(m->r, p, t->type);
    if (p->kind == PARAM_POSITIONAL_ONLY) m->used[i] = true;
  }
  return takes(m->r, s, t);
}

static bool match_keywords(Match *m, uint32_t from) {
  for (uint32_t k = m->t.positional; k < m->t.all.n; k++) {
    const Param *t = &m->t.all.v[k];
    int32_t at = by_keyword(&m->s, t->name, from);
    if (at >= 0) {
      m->used[at] = true;
      if (!takes(m->r, &m->s.all.v[at], t)) return false;
    } else if (!m->s.kwargs) {
      return missing(m->r, t, "no keyword");
    } else if (!takes(m->r, m->s.kwargs, t)) {
      return false;
    }
  }
  if (m->t.unpacked && !m->s.unpacked && !m->s.kwargs)
    return relate_why(m->r, "no `**kwargs` parameter");
  if (!m->t.kwargs) return true;
  if (!m->s.kwargs) return relate_why(m->r, "no `**kwargs` parameter");
  for (uint32_t i = 0; i < m->s.all.n; i++) {
    const Param *p = &m->s.all.v[i];
    if (m->used[i] || p->kind == PARAM_POSITIONAL_ONLY) continue;
    if (!relate(m->r, m->t.kwargs->type, p->type))
      return param_failed(m->r, p, m->t.kwargs->type);
  }
  return takes(m->r, m->s.kwargs, m->t.kwargs);
}

static bool nothing_missing(Match *m) {
  for (uint32_t i = 0; i < m->s.all.n; i++)
    if (!m->used[i] && is_required(&m->s.all.v[i]))
      return missing(m->r, &m->s.all.v[i], "extra");
  return true;
}

/* *args or **kwargs for whatever may come. */
static bool takes_all(const Relate *r, const Param *p) {
  if (!p) return false;
  return p->type.v == TYPE_KNOWN(object).v ||
         (r->mode == RELATE_ASSIGNABLE && type_is_dynamic(p->type));
}

/* The target ends in a ParamSpec: what is left of the source is its value. */
static bool to_param_spec(Match *m, SignatureView source, uint32_t at) {
  Relate *r = m->r;
  if (relate_is_variable(r, m->t.spec))
    return solver_lower(r, m->t.spec, rest_of(r, source, at));
  if (!type_is_null(m->s.spec))
    return at == m->s.positional && (m->s.spec.v == m->t.spec.v ||
                                     (relate_is_variable(r, m->s.spec) &&
                                      solver_lower(r, m->s.spec, m->t.spec)));
  if ((m->s.flags & SIGNATURE_GRADUAL) && r->mode == RELATE_ASSIGNABLE)
    return true;
  return takes_all(r, m->s.args) && takes_all(r, m->s.kwargs) &&
         nothing_missing(m);
}

/* The source ends in a ParamSpec. */
static bool from_param_spec(Match *m, SignatureView target) {
  Relate *r = m->r;
  /* What P takes depends on what stands before it: `run(f, *P.args)` as a
   * function of *Ts. The arguments alone say what Ts is. */
  if (is_var_tuple(r, m->t.args, true) && r->mode == RELATE_ASSIGNABLE)
    return true;
  if (relate_is_variable(r, m->s.spec)) {
    for (uint32_t i = 0; i < m->s.positional; i++) {
      const Param *t = i < m->t.positional ? &m->t.all.v[i] : m->t.args;
      if (!t || !takes(r, &m->s.all.v[i], t)) return false;
    }
    uint32_t from = MIN(m->s.positional, m->t.positional);
    return solver_upper(r, m->s.spec, rest_of(r, target, from));
  }
  return (m->t.flags & SIGNATURE_GRADUAL) && r->mode == RELATE_ASSIGNABLE;
}

/* Something follows an unpacked TypeVarTuple: the positional parameters behind
 * the first ones are compared as tuples. */
static bool match_as_tuples(Match *m) {
  uint32_t n = MIN(m->s.positional, m->t.positional);
  for (uint32_t i = 0; i < n; i++)
    if (!positional_to_positional(m, i, &m->t.all.v[i])) return false;
  TypeId given = tuple_from(m->r, &m->t, n), taken = tuple_from(m->r, &m->s, n);
  for (uint32_t i = n; i < m->s.positional; i++) m->used[i] = true;
  return relate(m->r, given, taken) && match_keywords(m, m->s.positional) &&
         nothing_missing(m);
}

/* Keyword-only parameters of a target whose other arguments are not known. */
static bool match_gradual(Match *m, uint32_t from) {
  for (uint32_t k = m->t.positional; k < m->t.all.n; k++) {
    const Param *t = &m->t.all.v[k];
    int32_t at = by_keyword(&m->s, t->name, from);
    const Param *s = at >= 0 ? &m->s.all.v[at] : m->s.kwargs;
    if (s == NULL) return missing(m->r, t, "no keyword");
    if (!takes(m->r, s, t)) return false;
  }
  return true;
}

static bool match_lists(Match *m, SignatureView source, SignatureView target) {
  Relate *r = m->r;
  bool lax = r->mode == RELATE_ASSIGNABLE;
  if (m->t.flags & SIGNATURE_TOP) return true;
  if (m->s.flags & SIGNATURE_TOP) return lax;
  bool gradual_s = m->s.flags & SIGNATURE_GRADUAL;
  bool gradual_t = m->t.flags & SIGNATURE_GRADUAL;
  if (!lax && gradual_s != gradual_t && type_is_null(m->t.spec)) {
    /* Only what takes all arguments is below (...). */
    TypeId object = TYPE_KNOWN(object);
    if (gradual_s || !m->s.args || !m->s.kwargs ||
        m->s.args->type.v != object.v || m->s.kwargs->type.v != object.v)
      return false;
  }
  if (!type_is_null(m->s.spec) && type_is_null(m->t.spec))
    return from_param_spec(m, target);
  if (type_is_null(m->t.spec) && (m->s.suffix.n || m->t.suffix.n))
    return match_as_tuples(m);
  uint32_t at = 0;
  if (!match_positional(m, &at)) return false;
  if (!type_is_null(m->t.spec)) return to_param_spec(m, source, at);
  if (gradual_t) return match_gradual(m, at);
  if (m->t.args && !match_args(m, at)) return false;
  return match_keywords(m, m->t.args && m->s.args ? at : at) &&
         nothing_missing(m);
}

/* Whether the source takes every list of arguments that the target takes. */
bool relate_params(Relate *r, SignatureView source, SignatureView target) {
  /* Bounds that a solver notes stay in scratch. */
  ArenaMark mark = arena_mark(r->world->scratch);
  Match m = {r, params_of(r, source), params_of(r, target), NULL};
  m.used = ARENA_ARRAY(r->world->scratch, bool, m.s.all.n + 1);
  bool ok = match_lists(&m, source, target);
  if (!r->solver && !r->explain) arena_reset_to(r->world->scratch, mark);
  return ok;
}

/* ---- signatures ---------------------------------------------------------- */

static bool one_to_one(Relate *r, TypeId source, TypeId target) {
  SignatureView s = type_signature_view(source);
  SignatureView t = type_signature_view(target);
  if (!relate_params(r, s, t)) return false;
  if (relate(r, s.returns, t.returns)) return true;
  /* What callable(x) found: of that call nothing is known. */
  if ((s.flags & SIGNATURE_TOP) && r->mode == RELATE_ASSIGNABLE) return true;
  if (!r->explain || r->quiet) return false;
  return relate_why(r, "returns `%s` instead of `%s`",
                    display_short(r->world, s.returns),
                    display_short(r->world, t.returns));
}

/* The source's own variables are solved for. */
static bool from_generic(Relate *r, TypeId source, TypeId target) {
  if (r->solver) {
    source = callable_fresh(r->world, source, solver_fresh(r->solver));
    solver_add(r->solver, type_args(type_signature_view(source).type_params));
    return one_to_one(r, source, target);
  }
  source = callable_fresh(r->world, source, 1);
  r->solver = solver_create(r->world, type_signature_view(source).type_params);
  bool ok = one_to_one(r, source, target);
  r->solver = NULL;
  return ok;
}

static bool single(Relate *r, TypeId source, TypeId target) {
  if (source.v == target.v) return true;
  if (type_kind(source) != TYPE_KIND_CALLABLE ||
      type_kind(target) != TYPE_KIND_CALLABLE)
    return false;
  if (type_args(type_signature_view(source).type_params).n == 0)
    return one_to_one(r, source, target);
  ArenaMark mark = arena_mark(r->world->scratch);
  bool solving = r->solver != NULL;
  bool ok = from_generic(r, source, target);
  if (!solving && !r->explain) arena_reset_to(r->world->scratch, mark);
  return ok;
}

static bool some_overload(Relate *r, TypeId source, TypeId target) {
  TypeSpan all = type_args(source);
  bool ok = false;
  r->quiet++;
  for (uint32_t i = 0; i < all.n && !ok; i++) {
    uint32_t mark = r->solver ? solver_mark(r->solver) : 0;
    ok = single(r, all.v[i], target);
    if (!ok && r->solver) solver_rollback(r->solver, mark);
  }
  r->quiet--;
  return ok || relate_why(r, "no overload is assignable");
}

static bool to_one(Relate *r, TypeId source, TypeId target) {
  return type_kind(source) == TYPE_KIND_OVERLOADED
             ? some_overload(r, source, target)
             : single(r, source, target);
}

/* CALLABLE or OVERLOADED on both sides. */
bool relate_callables(Relate *r, TypeId source, TypeId target) {
  if (source.v == target.v) return true;
  if (type_kind(target) != TYPE_KIND_OVERLOADED)
    return to_one(r, source, target);
  TypeSpan all = type_args(target);
  for (uint32_t i = 0; i < all.n && i < CAP_RELATE_OVERLOADS; i++)
    if (!to_one(r, source, all.v[i])) return false;
  return true;
}
