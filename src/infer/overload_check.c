/* overload_check.c - sets of overloads.
 *
 * Source: typing spec, "overload.html" (Overload definitions, implementation
 * consistency, overlapping overloads).
 */
#include "infer/check.h"
#include "infer/class.h"
#include "infer/func.h"

typedef struct {
  Ctx *ctx;
  DefId *v;
  uint32_t n;
  DefId implementation; /* 0: none */
  DefId *open; /* those under a condition that cannot be decided */
  uint32_t open_n;
  Str name;
} OverloadSet;

static NodeId node_of(const Ctx *ctx, DefId def) {
  return ctx->module->index->defs[def.v].node;
}

static uint32_t flags_of(const Ctx *ctx, DefId def) {
  return func_flags(ctx->worker, ctx->module, def);
}

/* The run of overloads that ends at `def` (its implementation, or the last
 * overload when none follows); false when `def` ends none. */
static bool find_set(Ctx *ctx, DefId def, OverloadSet *set) {
  const Index *index = ctx->module->index;
  const Def *d = &index->defs[def.v];
  uint32_t room = 0;
  DefId first = index->places[d->place.v].first_def;
  for (DefId i = first; i.v; i = index->defs[i.v].next) room++;
  set->v = ARENA_ARRAY(ctx->scratch, DefId, room);
  set->open = ARENA_ARRAY(ctx->scratch, DefId, room);
  for (DefId i = first; i.v; i = index->defs[i.v].next) {
    const Def *one = &index->defs[i.v];
    bool overload =
        one->kind == DEF_FUNCTION && (flags_of(ctx, i) & FUNC_OVERLOAD);
    bool reachable =
        reach_truth(ctx, one->reach, REACH_ID_ALWAYS) != TRUTH_NEVER;
    if (overload && reachable) {
      if (func_overload_is_open(ctx->worker, ctx->module, i, def))
        set->open[set->open_n++] = i;
      else set->v[set->n++] = i;
    }
    if (i.v == def.v) {
      if (!overload) set->implementation = def;
      break;
    }
    if (!overload && reachable) set->n = set->open_n = 0;
  }
  if (set->n + set->open_n == 0) return false;
  if (set->implementation.v) return true;
  for (DefId i = d->next; i.v; i = index->defs[i.v].next)
    if (index->defs[i.v].kind == DEF_FUNCTION) return false;
  return true;
}

static bool needs_implementation(const OverloadSet *set) {
  Ctx *ctx = set->ctx;
  if (set->implementation.v || ctx->module->module->is_stub) return false;
  ClassId owner = func_class(ctx->worker, ctx->module, set->v[0]);
  if (owner.v && (class_flags(ctx->world, owner) & CLASS_PROTOCOL))
    return false;
  for (uint32_t i = 0; i < set->n; i++)
    if (!(flags_of(ctx, set->v[i]) & FUNC_ABSTRACT)) return true;
  return false;
}

static void check_consistent(const OverloadSet *set, uint32_t flag,
                             const char *decorator) {
  Ctx *ctx = set->ctx;
  uint32_t with = 0, all = set->n;
  for (uint32_t i = 0; i < set->n; i++)
    with += (flags_of(ctx, set->v[i]) & flag) != 0;
  if (set->implementation.v) {
    all++;
    with += (flags_of(ctx, set->implementation) & flag) != 0;
  }
  if (with == 0 || with == all) return;
  check_report_name(ctx, RULE_INVALID_OVERLOAD, node_of(ctx, set->v[0]),
                    "Overloaded function `%" PRIstr
                    "` does not use the `@%s` decorator consistently",
                    STR_ARG(set->name), decorator);
}

static TypeId with_any_return(TypeId t) {
  SignatureView v = type_signature_view(t);
  return type_callable(v.params, v.n, TYPE(ANY), v.type_params, v.flags);
}

/* What is left to compare: the arguments of a call, without the receiver. Of
 * **kwargs: Unpack[TD] those that TD names. */
static TypeId arguments_of(World *world, TypeId t) {
  SignatureView v = type_signature_view(func_expand_kwargs(world, t));
  bool drop = (v.flags & SIGNATURE_METHOD) && v.n &&
              v.params[0].kind <= PARAM_POSITIONAL_OR_KEYWORD;
  return type_callable(v.params + drop, v.n - drop, TYPE(ANY), v.type_params,
                       v.flags & ~(uint32_t)(SIGNATURE_METHOD |
                                             SIGNATURE_OPEN_KWARGS));
}

/* The def has type parameters of its own. */
static bool is_generic(TypeId t) {
  return type_args(type_signature_view(t).type_params).n > 0;
}

/* A signature that can be compared without solving anything. */
static bool is_plain(TypeId t) {
  return type_kind(t) == TYPE_KIND_CALLABLE &&
         type_args(type_signature_view(t).type_params).n == 0 &&
         !type_has(t, TYPE_HAS_TYPE_VAR | TYPE_HAS_DIVERGENT);
}

static bool params_have(TypeId t, uint32_t flags) {
  SignatureView v = type_signature_view(t);
  for (uint32_t i = 0; i < v.n; i++)
    if (type_has(v.params[i].type, flags)) return true;
  return false;
}

static void check_implementation(const OverloadSet *set) {
  Ctx *ctx = set->ctx;
  if (set->implementation.v == 0) return;
  if (flags_of(ctx, set->implementation) & FUNC_DECORATED) return;
  TypeId body = func_signature(ctx->worker, ctx->module, set->implementation);
  if (type_kind(body) != TYPE_KIND_CALLABLE ||
      type_has(body, TYPE_HAS_DIVERGENT))
    return;
  TypeId returns = type_signature_view(body).returns;
  bool inferred =
      type_signature_view(body).flags & SIGNATURE_INFERRED_RETURN;
  TypeId takes = arguments_of(ctx->world, body);
  for (uint32_t i = 0; i < set->n; i++) {
    TypeId t = func_signature(ctx->worker, ctx->module, set->v[i]);
    if (type_kind(t) != TYPE_KIND_CALLABLE ||
        type_has(t, TYPE_HAS_DIVERGENT) ||
        (flags_of(ctx, set->v[i]) & FUNC_DECORATED))
      continue;
    TypeId r = type_signature_view(t).returns;
    if (!inferred && !is_generic(t) && !is_generic(body) && !relate_assignable(ctx->world, r, returns) &&
        !relate_assignable(ctx->world, returns, r))
      check_report_name(ctx, RULE_INVALID_OVERLOAD,
                        node_of(ctx, set->v[i]),
                        "The return type of overload %u of `%" PRIstr
                        "` is not consistent with that of the implementation",
                        i + 1, STR_ARG(set->name));
    if (relate_assignable(ctx->world, takes, arguments_of(ctx->world, t)))
      continue;
    check_report_name(ctx, RULE_INVALID_OVERLOAD,
                      node_of(ctx, set->implementation),
                      "Implementation of overloaded function `%" PRIstr
                      "` does not accept all arguments of overload %u",
                      STR_ARG(set->name), i + 1);
  }
}

/* @final and @override stand on the implementation, or on the first overload when
 * there is none. */
static void check_placed(const OverloadSet *set, uint32_t flag,
                         const char *decorator) {
  Ctx *ctx = set->ctx;
  for (uint32_t i = set->implementation.v ? 0 : 1; i < set->n; i++) {
    if (!(flags_of(ctx, set->v[i]) & flag)) continue;
    check_report_name(ctx, RULE_INVALID_OVERLOAD, node_of(ctx, set->v[i]),
                      "`@%s` should be applied only to the %s", decorator,
                      set->implementation.v ? "overload implementation"
                                            : "first overload");
  }
}

/* Overloads that an earlier one hides entirely. */
static void check_reachable(const OverloadSet *set) {
  Ctx *ctx = set->ctx;
  if (!ctx_reports(ctx, RULE_UNREACHABLE_OVERLOAD)) return;
  TypeId *t = ARENA_ARRAY(ctx->scratch, TypeId, set->n);
  for (uint32_t i = 0; i < set->n; i++)
    t[i] = func_signature(ctx->worker, ctx->module, set->v[i]);
  for (uint32_t j = 1; j < set->n; j++) {
    for (uint32_t i = 0; i < j; i++) {
      if (!is_plain(t[i]) || !is_plain(t[j])) continue;
      if (params_have(t[i], TYPE_HAS_ANY | TYPE_HAS_UNKNOWN)) continue;
      if (params_have(t[j], TYPE_HAS_ANY | TYPE_HAS_UNKNOWN)) continue;
      if (!relate_subtype(ctx->world, with_any_return(t[i]),
                          with_any_return(t[j])))
        continue;
      check_report_name(ctx, RULE_UNREACHABLE_OVERLOAD,
                        node_of(ctx, set->v[j]),
                        "Overload %u of `%" PRIstr "` can never be chosen: "
                        "overload %u accepts all its arguments",
                        j + 1, STR_ARG(set->name), i + 1);
      break;
    }
  }
}

/* Overloads that a later one contradicts: all arguments of the one are arguments
 * of the other, which returns something else; so the declared type of an
 * argument decides which holds, not the argument. */
static void check_overlaps(const OverloadSet *set) {
  Ctx *ctx = set->ctx;
  World *world = ctx->world;
  if (!ctx_reports(ctx, RULE_OVERLAPPING_OVERLOAD)) return;
  const uint32_t gradual = TYPE_HAS_ANY | TYPE_HAS_UNKNOWN;
  for (uint32_t i = 0; i < set->n; i++) {
    TypeId a = func_signature(ctx->worker, ctx->module, set->v[i]);
    if (!is_plain(a) || params_have(a, gradual)) continue;
    for (uint32_t j = i + 1; j < set->n; j++) {
      TypeId b = func_signature(ctx->worker, ctx->module, set->v[j]);
      if (!is_plain(b) || params_have(b, gradual) ||
          !relate_subtype(world, with_any_return(b), with_any_return(a)) ||
          relate_assignable(world, type_signature_view(a).returns,
                            type_signature_view(b).returns))
        continue;
      check_report_name(ctx, RULE_OVERLAPPING_OVERLOAD,
                        node_of(ctx, set->v[i]),
                        "Overload %u of `%" PRIstr "` overlaps overload %u, "
                        "which accepts the same arguments and returns an "
                        "incompatible type",
                        i + 1, STR_ARG(set->name), j + 1);
      break;
    }
  }
}

/* Code that never runs. */
static void check_bodies(const OverloadSet *set) {
  Ctx *ctx = set->ctx;
  if (ctx->module->module->is_stub) return;
  for (uint32_t i = 0; i < set->n; i++) {
    NodeId node = node_of(ctx, set->v[i]);
    if (func_body_kind(ctx->ast, node) != BODY_CODE) continue;
    check_report_name(ctx, RULE_USELESS_OVERLOAD_BODY, node,
                      "The body of overload %u of `%" PRIstr
                      "` never runs: only the implementation does",
                      i + 1, STR_ARG(set->name));
  }
}

static void report_open(const OverloadSet *set) {
  Ctx *ctx = set->ctx;
  for (uint32_t i = 0; i < set->open_n; i++)
    check_report_name(ctx, RULE_OVERLOAD_CONDITION_UNKNOWN,
                      node_of(ctx, set->open[i]),
                      "This overload of `%" PRIstr "` is left out: whether its "
                      "condition holds cannot be decided",
                      STR_ARG(set->name));
}

void check_overload_set(Ctx *ctx, DefId def) {
  OverloadSet set = {.ctx = ctx};
  const Def *d = &ctx->module->index->defs[def.v];
  const Place *place = &ctx->module->index->places[d->place.v];
  if (d->place.v == 0 || ctx->diags == NULL || ctx->unreachable) return;
  bool single = place->first_def.v == def.v && d->next.v == 0;
  if (single && !(flags_of(ctx, def) & FUNC_OVERLOAD)) return;
  if (!find_set(ctx, def, &set)) return;
  set.name = name_text(place->name);
  report_open(&set);
  if (set.n == 0) return;
  if (set.n == 1 && set.open_n == 0)
    check_report_name(ctx, RULE_INVALID_OVERLOAD, node_of(ctx, set.v[0]),
                      "Overloaded function `%" PRIstr
                      "` requires at least two overloads",
                      STR_ARG(set.name));
  if (needs_implementation(&set))
    check_report_name(ctx, RULE_INVALID_OVERLOAD, node_of(ctx, set.v[0]),
                      "Overloads for function `%" PRIstr
                      "` must be followed by a non-`@overload`-decorated "
                      "implementation function",
                      STR_ARG(set.name));
  check_consistent(&set, FUNC_STATIC, "staticmethod");
  check_consistent(&set, FUNC_CLASS, "classmethod");
  check_placed(&set, FUNC_FINAL, "final");
  check_placed(&set, FUNC_OVERRIDE, "override");
  check_implementation(&set);
  check_reachable(&set);
  check_overlaps(&set);
  check_bodies(&set);
}
