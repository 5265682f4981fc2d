/* overload.c - which overload a call means.
 *
 * The algorithm of the typing spec, "Overload call evaluation": (1) drop those
 * whose arity does not fit, (2) take the first that the types fit, (3) when there is
 * none expand the type of one argument after the other (unions, bool, enums, tuples) and
 * join the results, (5) when arguments hold Any and several overloads match with
 * different returns, the answer is Unknown; (4) an argument *xs of unknown length
 * goes to overloads that take any number before those that do not.  An argument that is Divergent decides
 * nothing: the answer is Divergent.
 */
#include "infer/call_int.h"
#include "infer/check.h"
#include "types/callable.h"

enum {
  EXPAND_ONE_MAX = 64,   /* types that one argument expands to */
  EXPAND_ALL_MAX = 256   /* argument lists in all */
};

typedef struct {
  Ctx *ctx;
  TypeId expected;
  CalleeName name;
  TypeId *items; /* overloads left after step 1 */
  uint32_t n;
  bool certain; /* no argument's Any could have chosen another one */
} Overloads;

/* ---- step 2 and 5 ---------------------------------------------------------------- */

static bool has_gradual(Arguments args) {
  for (uint32_t i = 0; i < args.n; i++)
    if (!type_is_null(args.v[i].type) &&
        type_has(args.v[i].type, TYPE_HAS_ANY | TYPE_HAS_UNKNOWN))
      return true;
  return false;
}

/* The arguments with the types of those that wait for a context, where these hold
 * something unknown; else nothing (n = 0). */
static Arguments with_gradual(Ctx *ctx, Arguments args) {
  Ctx quiet = *ctx;
  quiet.diags = NULL;
  quiet.counts = NULL;
  Argument *copy = ARENA_ARRAY(ctx->scratch, Argument, args.n + 1);
  bool any = false;
  for (uint32_t i = 0; i < args.n; i++) {
    copy[i] = args.v[i];
    if (!type_is_null(copy[i].type) || copy[i].node.v == 0 ||
        ast_kind(ctx->ast, copy[i].node) == AST_Lambda)
      continue;
    TypeId type = expr_infer(&quiet, copy[i].node, TYPE_NULL);
    if (!type_has(type, TYPE_HAS_ANY | TYPE_HAS_UNKNOWN)) continue;
    copy[i].type = type;
    any = true;
  }
  return (Arguments){copy, any ? args.n : 0};
}

/* What fits these arguments fits whatever their Any stands for. */
static Arguments materialised(Ctx *ctx, Arguments args) {
  Argument *copy = ARENA_ARRAY(ctx->scratch, Argument, args.n + 1);
  for (uint32_t i = 0; i < args.n; i++) {
    copy[i] = args.v[i];
    if (!type_is_null(copy[i].type))
      copy[i].type = type_any_opaque(ctx->world, copy[i].type);
  }
  return (Arguments){copy, args.n};
}

/* The parameters that argument `a` goes to, as a LIST. */
static TypeId bound_params(Ctx *ctx, const SignatureView *v,
                           const Binding *binding, uint32_t a) {
  VEC(TypeId) all = {0};
  for (uint32_t i = 0; i < binding->bound.n; i++)
    if (binding->bound.v[i].argument == a)
      vec_push(&all, ctx->scratch,
               v->params[binding->bound.v[i].param].type);
  return type_list((TypeSpan){all.v, all.n});
}

/* What renames the type parameters of `w` to those of `v`; null: nothing does. */
static TypeId renaming(Ctx *ctx, const SignatureView *v,
                       const SignatureView *w) {
  if (type_is_null(v->type_params) || type_is_null(w->type_params))
    return TYPE_NULL;
  TypeSpan to = type_args(v->type_params), from = type_args(w->type_params);
  if (to.n != from.n || to.n == 0) return TYPE_NULL;
  TypePair *pairs = ARENA_ARRAY(ctx->scratch, TypePair, to.n);
  for (uint32_t i = 0; i < to.n; i++)
    pairs[i] = (TypePair){from.v[i], to.v[i]};
  return type_mapping(pairs, to.n);
}

/* Whether the call means overload `one`, whatever Any in its arguments stands for,
 * though `other`, which comes later, takes them as well.  Where both have the same
 * parameter for an argument, its Any does not tell them apart. */
static bool wins(Overloads *o, Arguments args, TypeId one, TypeId other) {
  Ctx *ctx = o->ctx;
  SignatureView v = type_signature_view(one), w = type_signature_view(other);
  Binding first, second;
  bind_args(ctx, &v, args, o->name, ID_NONE(NodeId), &first);
  bind_args(ctx, &w, args, o->name, ID_NONE(NodeId), &second);
  Argument *copy = ARENA_ARRAY(ctx->scratch, Argument, args.n + 1);
  TypeId names = renaming(ctx, &v, &w);
  bool same = false, differ = false;
  for (uint32_t i = 0; i < args.n; i++) {
    copy[i] = args.v[i];
    if (type_is_null(copy[i].type) ||
        !type_has(copy[i].type, TYPE_HAS_ANY | TYPE_HAS_UNKNOWN))
      continue;
    TypeId there = bound_params(ctx, &w, &second, i);
    if (!type_is_null(names)) there = subst(ctx->world, there, names);
    if (type_eq(bound_params(ctx, &v, &first, i), there)) {
      same = true;
      continue;
    }
    copy[i].type = type_any_opaque(ctx->world, copy[i].type);
    differ = true;
  }
  /* That not all of them are sure to fit is known. */
  if (!same || !differ) return same;
  return check_call(ctx, one, (Arguments){copy, args.n}, o->expected, o->name,
                    ID_NONE(NodeId))
      .ok;
}

static bool any_wins(Overloads *o, Arguments args, const uint32_t *before,
                     uint32_t n, TypeId other) {
  for (uint32_t i = 0; i < n; i++)
    if (wins(o, args, o->items[before[i]], other)) return true;
  return false;
}

static bool has_star(Arguments args) {
  for (uint32_t i = 0; i < args.n; i++)
    if (args.v[i].is_star) return true;
  return false;
}

static bool takes_any_number(TypeId callable) {
  SignatureView v = type_signature_view(callable);
  for (uint32_t i = 0; i < v.n; i++)
    if (v.params[i].kind == PARAM_VARIADIC) return true;
  return false;
}

/* What two overloads that both may be meant return: nobody knows, unless it is the
 * same.  LiteralString and str are, as str, which is what they are to those who
 * wrote the overloads. */
static TypeId common_return(World *world, TypeId a, TypeId b) {
  if (type_eq(a, b) || type_same_but_order(a, b) ||
      relate_equivalent(world, a, b))
    return a;
  TypeId str = TYPE_KNOWN(str);
  bool literal = (type_eq(a, str) && type_eq(b, TYPE(LITERAL_STRING))) ||
                 (type_eq(b, str) && type_eq(a, TYPE(LITERAL_STRING)));
  return literal ? str : TYPE(UNKNOWN);
}

/* Tries the overloads in order with these arguments, quietly. */
static CallResult try_these(Overloads *o, Arguments args, bool variadic_only,
                            uint32_t *chosen) {
  Ctx *ctx = o->ctx;
  bool gradual = has_gradual(args);
  CallResult first = {TYPE_NULL, false};
  uint32_t *fit = NULL, fits = 0; /* overloads that the call may mean */
  o->certain = true;
  for (uint32_t i = 0; i < o->n; i++) {
    if (variadic_only && !takes_any_number(o->items[i])) continue;
    CallResult r = check_call(ctx, o->items[i], args, o->expected, o->name,
                              ID_NONE(NodeId));
    if (!r.ok) continue;
    if (!first.ok) {
      first = r;
      *chosen = i;
      /* LiteralString is a claim about values that nobody knows. */
      if (!gradual && type_eq(r.returns, TYPE(LITERAL_STRING))) {
        Arguments known = with_gradual(ctx, args);
        if (known.n) return try_these(o, known, variadic_only, chosen);
      }
      if (!gradual) return r;
      fit = ARENA_ARRAY_RAW(ctx->scratch, uint32_t, o->n);
    } else {
      if (any_wins(o, args, fit, fits, o->items[i])) continue;
      o->certain = false;
      /* What all __init__ return, None, decides nothing. */
      if (!o->name.is_init)
        first.returns = common_return(ctx->world, first.returns, r.returns);
      if (type_eq(first.returns, TYPE(UNKNOWN))) break;
    }
    fit[fits++] = i;
    CallResult sure = check_call(ctx, o->items[i], materialised(ctx, args),
                                 o->expected, o->name, ID_NONE(NodeId));
    if (sure.ok) break;
  }
  return first;
}

static CallResult try_all(Overloads *o, Arguments args, uint32_t *chosen) {
  if (has_star(args)) {
    CallResult r = try_these(o, args, true, chosen);
    if (r.ok) return r;
  }
  return try_these(o, args, false, chosen);
}

/* ---- step 3: expansion -------------------------------------------------------------- */

static TypeSpan expand_type(Ctx *ctx, TypeId type) {
  World *world = ctx->world;
  type = alias_expand(world, type);
  if (type_kind(type) == TYPE_KIND_UNION) return type_members(type);
  TypeId *items;
  if (type_kind(type) == TYPE_KIND_INSTANCE) {
    ClassId c = type_class(type);
    if (class_is(c, KNOWN_bool)) {
      items = ARENA_ARRAY(ctx->scratch, TypeId, 2);
      items[0] = TYPE(TRUE);
      items[1] = TYPE(FALSE);
      return (TypeSpan){items, 2};
    }
    if (class_flags(world, c) & CLASS_ENUM) {
      TypeId members = world->enum_members(world, c);
      if (type_kind(members) == TYPE_KIND_LIST) return type_args(members);
    }
  }
  if (type_kind(type) == TYPE_KIND_TUPLE) {
    TupleView v = type_tuple_view(type);
    if (!type_is_null(v.middle)) return (TypeSpan){0};
    for (uint32_t i = 0; i < v.prefix.n; i++) {
      TypeSpan inner = expand_type(ctx, v.prefix.v[i]);
      if (inner.n < 2 || inner.n > EXPAND_ONE_MAX) continue;
      items = ARENA_ARRAY(ctx->scratch, TypeId, inner.n);
      TypeId *parts = ARENA_ARRAY(ctx->scratch, TypeId, v.prefix.n);
      for (uint32_t k = 0; k < inner.n; k++) {
        for (uint32_t m = 0; m < v.prefix.n; m++) parts[m] = v.prefix.v[m];
        parts[i] = inner.v[k];
        items[k] = type_tuple_of((TypeSpan){parts, v.prefix.n});
      }
      return (TypeSpan){items, inner.n};
    }
  }
  return (TypeSpan){0};
}

static CallResult expand_from(Overloads *o, Arguments args, uint32_t from,
                              uint32_t *budget) {
  Ctx *ctx = o->ctx;
  for (uint32_t i = from; i < args.n; i++) {
    if (type_is_null(args.v[i].type) || args.v[i].is_star) continue;
    TypeSpan parts = expand_type(ctx, args.v[i].type);
    if (parts.n < 2 || parts.n > EXPAND_ONE_MAX) continue;
    UnionBuilder *builder = union_begin(ctx->world);
    Argument *copy = ARENA_ARRAY(ctx->scratch, Argument, args.n);
    for (uint32_t k = 0; k < args.n; k++) copy[k] = args.v[k];
    bool ok = true;
    for (uint32_t k = 0; k < parts.n && ok; k++) {
      if (*budget == 0) {
        ok = false;
        break;
      }
      --*budget;
      copy[i].type = parts.v[k];
      Arguments list = {copy, args.n};
      uint32_t chosen;
      CallResult r = try_all(o, list, &chosen);
      /* A member may expand further: the bool of bool | None. */
      if (!r.ok) r = expand_from(o, list, i, budget);
      ok = r.ok;
      if (ok) union_add(builder, r.returns);
    }
    TypeId joined = union_end(builder);
    if (ok) return (CallResult){joined, true};
  }
  return (CallResult){TYPE(UNKNOWN), false};
}

/* ---- arguments that are calls ---------------------------------------------------------- */

/* A list[T] of a call may be a list of something else in another context. */
static bool may_change(Ctx *ctx, const Argument *a) {
  if (a->node.v == 0 || a->is_star || a->is_double_star ||
      type_is_null(a->type))
    return false;
  AstKind kind = ast_kind(ctx->ast, a->node);
  if (kind != AST_Call && kind != AST_Await) return false;
  TypeId type = a->type;
  TypeSpan members = union_members(ctx->world, &type);
  for (uint32_t i = 0; i < members.n; i++)
    if (type_kind(members.v[i]) == TYPE_KIND_INSTANCE &&
        type_args(members.v[i]).n)
      return true;
  return false;
}

/* Calls among the arguments, inferred once without their parameters, are inferred
 * again for each overload, when no overload takes them as they are, or none that gives what is
 * expected.  *chosen as in try_these; *out gets the arguments with the types
 * that the chosen one gave them. */
static CallResult try_calls_anew(Overloads *o, Arguments args,
                                 uint32_t *chosen, Arguments *out) {
  Ctx *ctx = o->ctx;
  Argument *copy = ARENA_ARRAY(ctx->scratch, Argument, args.n + 1);
  bool any = false;
  for (uint32_t i = 0; i < args.n; i++) {
    copy[i] = args.v[i];
    if (!may_change(ctx, &args.v[i])) continue;
    copy[i].type = TYPE_NULL;
    any = true;
  }
  *out = (Arguments){copy, args.n};
  if (!any || ctx->trials >= CALL_TRIALS_MAX)
    return (CallResult){TYPE_NULL, false};
  ctx->trials++;
  CallResult r = try_all(o, *out, chosen);
  if (r.ok) {
    for (uint32_t i = 0; i < args.n; i++)
      copy[i].keeps = !type_is_null(args.v[i].type);
    check_call(ctx, o->items[*chosen], *out, o->expected, o->name,
               ID_NONE(NodeId));
  }
  ctx->trials--;
  return r;
}

static bool is_expected(Overloads *o, CallResult r) {
  return r.ok && (type_is_null(o->expected) ||
                  type_has(o->expected, TYPE_HAS_TYPE_VAR) ||
                  relate_assignable(o->ctx->world, r.returns, o->expected));
}

/* ---- the whole ------------------------------------------------------------------------- */

enum {
  LISTED_OVERLOADS = 5,  /* in notes; there may be dozens */
  LISTED_SIGNATURE = 240 /* characters; a longer one says nothing any more */
};

/* Notes one overload, and what it finds wrong with the arguments, which have
 * been inferred. */
static void note_overload(Ctx *ctx, const Overloads *o, TypeId overload,
                          uint32_t number, Arguments args, NodeId node) {
  const char *shown = display_short(ctx->world, overload);
  bool brief = strlen(shown) <= LISTED_SIGNATURE;
  if (brief)
    diag_note(ctx->diags, ID_NONE(FileId), NULL, "overload %u: %s", number,
              shown);
  DiagList found = {.arena = ctx->scratch, .levels = ctx->diags->levels};
  Ctx inner = *ctx;
  inner.diags = &found;
  inner.counts = NULL;
  check_call(&inner, overload, args, TYPE_NULL, o->name, node);
  if (found.items.n == 0) return;
  Str why = found.items.v[0].message;
  if (brief)
    diag_note(ctx->diags, ID_NONE(FileId), NULL, "  %" PRIstr, STR_ARG(why));
  else
    diag_note(ctx->diags, ID_NONE(FileId), NULL, "overload %u: %" PRIstr,
              number, STR_ARG(why));
}

static void report_none(Ctx *ctx, const Overloads *o, TypeSpan all,
                        Arguments args, NodeId node) {
  if (!node.v || !ctx_reports(ctx, RULE_NO_MATCHING_OVERLOAD)) return;
  bool named = o->name.name.len != 0;
  ctx_report(ctx, RULE_NO_MATCHING_OVERLOAD, node,
             "No overload%s%s%s%" PRIstr "%s matches arguments",
             named ? " of " : "", named ? o->name.kind : "",
             named ? " `" : "", STR_ARG(o->name.name), named ? "`" : "");
  for (uint32_t i = 0; i < all.n && i < LISTED_OVERLOADS; i++)
    note_overload(ctx, o, all.v[i], i + 1, args, node);
  if (all.n > LISTED_OVERLOADS)
    diag_note(ctx->diags, ID_NONE(FileId), NULL, "and %u more",
              all.n - LISTED_OVERLOADS);
}

/* A def's signature is not part of its type. */
static bool is_divergent(World *world, TypeId t) {
  if (type_has(t, TYPE_HAS_DIVERGENT)) return true;
  if (type_kind(t) != TYPE_KIND_FUNCTION &&
      type_kind(t) != TYPE_KIND_BOUND_METHOD)
    return false;
  TypeId signature = callable_of(world, t);
  return !type_is_null(signature) && type_has(signature, TYPE_HAS_DIVERGENT);
}

static bool any_divergent(World *world, Arguments args) {
  for (uint32_t i = 0; i < args.n; i++)
    if (!type_is_null(args.v[i].type) && is_divergent(world, args.v[i].type))
      return true;
  return false;
}

/* In a cycle that is still open: Divergent fits everything, so an overload that
 * does not take the arguments now will not take them later.  When those that do
 * differ in what they give, none is chosen on a guess. */
static CallResult call_undecided(Overloads *o, Arguments args) {
  CallResult only = {TYPE(DIVERGENT), true};
  uint32_t n = 0;
  for (uint32_t i = 0; i < o->n; i++) {
    CallResult r = check_call(o->ctx, o->items[i], args, o->expected, o->name,
                              ID_NONE(NodeId));
    if (!r.ok) continue;
    if (n++ && !type_eq(r.returns, only.returns))
      return (CallResult){TYPE(DIVERGENT), true};
    only = r;
  }
  return only;
}

CallResult call_overloaded(Ctx *ctx, TypeId overloaded, Arguments args,
                           TypeId expected, CalleeName name, NodeId node) {
  TypeSpan all = type_args(overloaded);
  Overloads o = {ctx, expected, name,
                 ARENA_ARRAY(ctx->scratch, TypeId, all.n + 1), 0, true};
  for (uint32_t i = 0; i < all.n; i++) {
    SignatureView view = type_signature_view(all.v[i]);
    Binding binding;
    bind_args(ctx, &view, args, name, ID_NONE(NodeId), &binding);
    if (binding.ok) o.items[o.n++] = all.v[i];
  }
  if (o.n == 1) { /* step 1: as if it were the only signature */
    CallResult r = check_call(ctx, o.items[0], args, expected, name, node);
    if (r.ok && node.v)
      check_deprecated_overload(ctx, name.callee, name.name, o.items[0], node);
    return r;
  }
  /* Arguments that no parameter influences are inferred once. */
  for (uint32_t i = 0; i < args.n; i++)
    if (args.v[i].node.v && !argument_is_sensitive(ctx, &args.v[i])) {
      if (node.v) {
        argument_type(ctx, &args.v[i], TYPE_NULL, true);
      } else if (type_is_null(args.v[i].type)) {
        args.v[i].type = argument_type(ctx, &args.v[i], TYPE_NULL, false);
      }
    }
  if (o.n && any_divergent(ctx->world, args)) {
    CallResult r = call_undecided(&o, args);
    if (node.v) arguments_finish(ctx, args);
    return r;
  }
  uint32_t chosen = 0;
  CallResult r = try_all(&o, args, &chosen);
  Arguments fit = args;
  if (!is_expected(&o, r)) {
    Overloads again = o;
    Arguments anew;
    uint32_t other;
    CallResult s = try_calls_anew(&again, args, &other, &anew);
    if (s.ok && (!r.ok || is_expected(&o, s))) {
      r = s;
      fit = anew;
      chosen = other;
      o.certain = again.certain;
    }
  }
  if (r.ok) {
    /* Once more, loudly, for what is sensitive. */
    if (node.v) {
      if (o.certain)
        check_deprecated_overload(ctx, name.callee, name.name,
                                  o.items[chosen], node);
      check_call(ctx, o.items[chosen], fit, expected, name, node);
      for (uint32_t i = 0; i < args.n; i++) args.v[i].type = fit.v[i].type;
    }
    return r;
  }
  if (node.v) arguments_finish(ctx, args);
  uint32_t budget = EXPAND_ALL_MAX;
  r = expand_from(&o, args, 0, &budget);
  if (!r.ok) report_none(ctx, &o, all, args, node);
  return r;
}
