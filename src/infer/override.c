/* override.c - members of a class against those of its bases that they hide.
 *
 * A method may be used wherever the overridden one may (Liskov): as a bound
 * callable it is assignable to the other.  Constructors, private names and what
 * has no annotations to compare are left out; return types count only where both
 * are annotated.
 *
 * Sources: typing spec, "class-compat.html" (override), "qualifiers.html#final-1".
 */
#include "infer/check.h"
#include "infer/class.h"
#include "infer/func.h"
#include "infer/special/special.h"
#include "types/mro.h"

typedef struct {
  Ctx *ctx;
  ClassId id;
  TypeId self;
  NameId name;
  DefId def;    /* the last def of the name in the class body */
  ClassMember own, base;
} Override1;

/* Names that need not fit those of the base (typing spec: constructors; the
 * reference: private names). */
static bool is_exempt(NameId name) {
  switch (name.v) {
  case NAME_dunder_init:
  case NAME_dunder_new:
  case NAME_dunder_init_subclass:
  case NAME_dunder_class_getitem:
  case NAME_dunder_post_init: return true;
  default: break;
  }
  Str s = name_text(name);
  return str_starts(s, STR("__")) && !str_ends(s, STR("__"));
}

/* Flags of all defs of a name in a class body, together. */
static uint32_t flags_of_name(InferWorker *worker, ClassId id, NameId name,
                              DefId *last) {
  const ClassInfo *info = class_at(id);
  if (info->scope.v == 0) return 0;
  ModuleState *m = class_module(worker, id);
  PlaceId place = index_symbol(m->index, info->scope, name);
  uint32_t flags = 0;
  if (place.v == 0) return 0;
  for (DefId d = m->index->places[place.v].first_def; d.v;
       d = m->index->defs[d.v].next) {
    if (m->index->defs[d.v].kind == DEF_FUNCTION)
      flags |= func_flags(worker, m, d);
    if (last) *last = d;
  }
  return flags;
}

/* The method as it is called on an instance; null when it is none. */
static TypeId as_called(Override1 *o, TypeId t, uint32_t flags) {
  World *world = o->ctx->world;
  if (type_kind(t) != TYPE_KIND_FUNCTION) return TYPE_NULL;
  if (flags & FUNC_NEW)
    return call_signature(world, type_bound_method(
                                     type_generic_alias(o->id,
                                                        type_args(o->self)),
                                     t));
  if (flags & FUNC_STATIC) return world->signature(world, t);
  TypeId receiver = flags & FUNC_CLASS
                        ? type_generic_alias(o->id, type_args(o->self))
                        : o->self;
  return call_signature(world, type_bound_method(receiver, t));
}

/* The signature with Unknown for a return type that nobody wrote. */
static TypeId without_inferred(World *world, TypeId t) {
  if (type_kind(t) != TYPE_KIND_CALLABLE) return t;
  SignatureView v = type_signature_view(t);
  if (!(v.flags & SIGNATURE_INFERRED_RETURN)) return t;
  return type_callable(v.params, v.n, TYPE(UNKNOWN), v.type_params, v.flags);
}

/* The signature with parameters that only operators and protocols fill: callers
 * of a dunder method do not name its parameters. */
static TypeId without_names(World *world, TypeId t) {
  if (type_kind(t) == TYPE_KIND_OVERLOADED) {
    TypeSpan members = type_args(t);
    TypeId *out = ARENA_ARRAY_RAW(world->scratch, TypeId, members.n);
    for (uint32_t i = 0; i < members.n; i++)
      out[i] = without_names(world, members.v[i]);
    return type_overloaded((TypeSpan){out, members.n});
  }
  if (type_kind(t) != TYPE_KIND_CALLABLE) return t;
  SignatureView v = type_signature_view(t);
  Param *params = ARENA_ARRAY_RAW(world->scratch, Param, MAX(v.n, 1u));
  for (uint32_t i = 0; i < v.n; i++) {
    params[i] = v.params[i];
    if (params[i].kind == PARAM_POSITIONAL_OR_KEYWORD)
      params[i].kind = PARAM_POSITIONAL_ONLY;
  }
  return type_callable(params, v.n, v.returns, v.type_params, v.flags);
}

/* The two members as they are called; false when one of them is no method. */
static bool signatures(Override1 *o, uint32_t flags, uint32_t base_flags,
                       TypeId *own, TypeId *base) {
  World *world = o->ctx->world;
  *own = as_called(o, o->own.type, flags);
  *base = as_called(o, o->base.type, base_flags);
  if (type_is_null(*own) || type_is_null(*base)) return false;
  *own = without_inferred(world, *own);
  *base = without_inferred(world, *base);
  if (name_is_dunder(o->name)) *base = without_names(world, *base);
  return true;
}

/* What could be called on the class needs an object now; true when it was
 * reported. */
static bool check_bound_to(Override1 *o, uint32_t flags, uint32_t base_flags) {
  const uint32_t unbound = FUNC_CLASS | FUNC_STATIC | FUNC_NEW;
  if (!(base_flags & (FUNC_CLASS | FUNC_STATIC)) || (flags & unbound) ||
      (base_flags & FUNC_NEW) || is_exempt(o->name) ||
      type_kind(o->own.type) != TYPE_KIND_FUNCTION ||
      type_kind(o->base.type) != TYPE_KIND_FUNCTION)
    return false;
  check_report_name(o->ctx, RULE_INVALID_METHOD_OVERRIDE,
                    o->ctx->module->index->defs[o->def.v].node,
                    "Invalid override of method `%" PRIstr
                    "`: an instance method cannot stand for the %s `%" PRIstr
                    ".%" PRIstr "`",
                    STR_ARG(name_text(o->name)),
                    base_flags & FUNC_STATIC ? "static method" : "class method",
                    STR_ARG(name_text(class_at(o->base.owner)->name)),
                    STR_ARG(name_text(o->name)));
  return true;
}

/* True when it was reported. */
static bool check_signature(Override1 *o, uint32_t flags, uint32_t base_flags) {
  Ctx *ctx = o->ctx;
  TypeId own, base;
  bool exempt = is_exempt(o->name) && !(flags & FUNC_OVERRIDE);
  if (exempt || !ctx_reports(ctx, RULE_INVALID_METHOD_OVERRIDE)) return false;
  if (!signatures(o, flags, base_flags, &own, &base)) return false;
  if (relate_assignable(ctx->world, own, base)) return false;
  NodeId node = ctx->module->index->defs[o->def.v].node;
  check_report_name(ctx, RULE_INVALID_METHOD_OVERRIDE, node,
                    "Invalid override of method `%" PRIstr
                    "`: definition is incompatible with `%" PRIstr ".%" PRIstr "`",
                    STR_ARG(name_text(o->name)),
                    STR_ARG(name_text(class_at(o->base.owner)->name)),
                    STR_ARG(name_text(o->name)));
  note_why(ctx, own, base);
  return true;
}

/* A Final variable of a base, bound again by a variable or a def. */
static bool check_final_variable(Override1 *o, const Def *def) {
  Ctx *ctx = o->ctx;
  if (!(o->base.qualifiers & QUALIFIER_FINAL)) return false;
  Str name = name_text(o->name), owner = name_text(class_at(o->base.owner)->name);
  if (str_starts(name, STR("__")) && !str_ends(name, STR("__"))) return false;
  /* `__dict__` of typeshed's type: it says Final of what a descriptor gives. */
  if (class_at(o->base.owner)->module.v == ctx->worker->infer->builtins.v)
    return false;
  const char *format = "Cannot override `Final` attribute `%" PRIstr
                       "` of superclass `%" PRIstr "`";
  if (def->kind == DEF_FUNCTION)
    check_report_name(ctx, RULE_OVERRIDE_OF_FINAL_VARIABLE, def->node, format,
                      STR_ARG(name), STR_ARG(owner));
  else
    ctx_report(ctx, RULE_OVERRIDE_OF_FINAL_VARIABLE,
               def->target.v ? def->target : def->node, format, STR_ARG(name),
               STR_ARG(owner));
  return true;
}

/* A class variable is none of an instance. */
static void check_variable(Override1 *o, const Def *def) {
  Ctx *ctx = o->ctx;
  if (class_flags(ctx->world, o->id) & CLASS_TYPED_DICT) return;
  Str name = name_text(o->name);
  if (str_starts(name, STR("__")) && !str_ends(name, STR("__"))) return;
  if (class_at(o->base.owner)->module.v == ctx->worker->infer->builtins.v)
    return;
  NodeId node = def->target.v ? def->target : def->node;
  Str owner = name_text(class_at(o->base.owner)->name);
  if (def->kind != DEF_ANN_ASSIGN || !o->base.declared) return;
  if ((o->base.qualifiers & QUALIFIER_READ_ONLY) &&
      !type_is_dynamic(o->base.type) &&
      (class_flags(ctx->world, o->base.owner) & CLASS_NAMED_TUPLE)) {
    ctx_report(ctx, RULE_INVALID_NAMED_TUPLE, node,
               "Cannot override field `%" PRIstr "` of `%" PRIstr "`",
               STR_ARG(name), STR_ARG(owner));
    return;
  }
  uint32_t own = 0;
  unqualified(def_declared(ctx->worker, ctx->module, o->def), &own);
  bool class_var = (own & QUALIFIER_CLASS_VAR) != 0;
  bool base_var = (o->base.qualifiers & QUALIFIER_CLASS_VAR) != 0;
  TypeKind kind = type_kind(o->base.type);
  if (kind == TYPE_KIND_FUNCTION || kind == TYPE_KIND_PROPERTY) return;
  if ((own & QUALIFIER_FINAL) || class_var == base_var) return;
  ctx_report(ctx, RULE_INVALID_ATTRIBUTE_OVERRIDE, node,
             "%s `%" PRIstr "` cannot override %s of superclass `%" PRIstr "`",
             class_var ? "Class variable" : "Instance variable", STR_ARG(name),
             class_var ? "an instance variable" : "a class variable",
             STR_ARG(owner));
}

static bool is_method(TypeId t) {
  return type_kind(t) == TYPE_KIND_FUNCTION ||
         type_kind(t) == TYPE_KIND_OVERLOADED;
}

/* A value that cannot stand for a method in any way. */
static bool is_uncallable(const Override1 *o) {
  TypeId own = o->own.type;
  if (type_is_null(own) || o->own.dynamic || o->own.declared) return false;
  switch (type_kind(own)) {
  case TYPE_KIND_LITERAL_INT:
  case TYPE_KIND_LITERAL_STR:
  case TYPE_KIND_LITERAL_BOOL:
  case TYPE_KIND_TUPLE: return true;
  case TYPE_KIND_INSTANCE: break;
  default: return false;
  }
  InferWorker *worker = o->ctx->worker;
  return type_is_null(attr_dunder(worker, own, NAME_ID(dunder_call))) &&
         type_is_null(attr_dunder(worker, own, NAME_ID(dunder_get)));
}

/* A def that a decorator made a descriptor of, and whose return type is written. */
static bool says_what_it_gives(Ctx *ctx, const ClassMember *m) {
  if (m->def.v == 0 || m->owner.v == 0 ||
      type_kind(m->type) != TYPE_KIND_INSTANCE)
    return false;
  ModuleState *of = class_module(ctx->worker, m->owner);
  const Def *def = &of->index->defs[m->def.v];
  return def->kind == DEF_FUNCTION &&
         ast_function(of->ast, def->node)->returns.v != 0 &&
         !type_is_null(
             attr_dunder(ctx->worker, m->type, NAME_ID(dunder_get)));
}

/* `__cause__: T` and the like: a variable that a base other than object declares,
 * and not one that each class has of its own. */
static bool is_plain_dunder(const Override1 *o, const Def *def) {
  return name_is_dunder(o->name) && def->kind == DEF_ANN_ASSIGN &&
         o->base.declared && !class_is(o->base.owner, KNOWN_object) &&
         !name_is(o->name, NAME_dunder_slots) &&
         !name_is(o->name, NAME_dunder_match_args);
}

/* Whether the two are compared as attributes: a variable, a property or a class
 * stands on one of the sides, and both are declared. */
static bool is_attribute_pair(const Override1 *o, const Def *def) {
  World *world = o->ctx->world;
  if (str_starts(name_text(o->name), STR("__")) && !is_plain_dunder(o, def))
    return false;
  uint32_t flags = class_flags(world, o->id);
  if (flags & CLASS_TYPED_DICT) return false;
  if ((flags & CLASS_ENUM) && def->kind != DEF_FUNCTION) return false;
  if (class_flags(world, o->base.owner) & CLASS_NAMED_TUPLE) return false;
  if (def->kind == DEF_ASSIGN && is_method(o->base.type))
    return is_uncallable(o);
  if (def->kind == DEF_ASSIGN && type_kind(o->base.type) == TYPE_KIND_PROPERTY)
    return !type_is_null(o->own.type) && !o->own.dynamic &&
           type_kind(o->own.type) != TYPE_KIND_FUNCTION;
  if (def->kind != DEF_ANN_ASSIGN && def->kind != DEF_FUNCTION &&
      def->kind != DEF_CLASS)
    return false;
  if (type_is_null(o->own.type) || o->own.dynamic) return false;
  TypeKind base = type_kind(o->base.type), own = type_kind(o->own.type);
  if (base == TYPE_KIND_PROPERTY || own == TYPE_KIND_PROPERTY)
    return o->base.declared || is_method(o->base.type) ||
           base == TYPE_KIND_PROPERTY;
  if (is_method(o->base.type)) return def->kind == DEF_ANN_ASSIGN;
  if (base == TYPE_KIND_INSTANCE && !o->base.declared)
    return says_what_it_gives(o->ctx, &o->own) &&
           says_what_it_gives(o->ctx, &o->base);
  return o->base.declared;
}

/* The def that bears @override. */
static NodeId override_node(const Override1 *o) {
  const ModuleState *m = o->ctx->module;
  PlaceId place = m->index->defs[o->def.v].place;
  for (DefId d = m->index->places[place.v].first_def; d.v;
       d = m->index->defs[d.v].next)
    if (func_flags(o->ctx->worker, o->ctx->module, d) & FUNC_OVERRIDE)
      return m->index->defs[d.v].node;
  return m->index->defs[o->def.v].node;
}

/* A definition against one member that it hides; true when it was reported. */
static bool check_hidden(Override1 *o, const Def *def, uint32_t flags) {
  Ctx *ctx = o->ctx;
  if (check_final_variable(o, def)) return true;
  if (is_attribute_pair(o, def) &&
      check_attribute_override(ctx, o->self, o->def, o->name, &o->own,
                               &o->base))
    return true;
  if (def->kind != DEF_FUNCTION) {
    check_variable(o, def);
    return false;
  }
  uint32_t base_flags = flags_of_name(ctx->worker, o->base.owner, o->name, NULL);
  Str name = name_text(o->name);
  bool private = str_starts(name, STR("__")) && !str_ends(name, STR("__"));
  if ((base_flags & FUNC_FINAL) && !private) {
    check_report_name(ctx, RULE_OVERRIDE_OF_FINAL_METHOD, def->node,
                      "Cannot override final member `%" PRIstr
                      "` from superclass `%" PRIstr "`",
                      STR_ARG(name),
                      STR_ARG(name_text(class_at(o->base.owner)->name)));
    return true;
  }
  return !type_is_null(o->own.type) &&
         (check_bound_to(o, flags, base_flags) ||
          check_signature(o, flags, base_flags));
}

/* Every override is to be marked (typing spec, "Strict enforcement per project"):
 * the first def of the name, or an overload's implementation, is reported. */
static void check_marked(Override1 *o, uint32_t flags) {
  const Index *index = o->ctx->module->index;
  if (!ctx_reports(o->ctx, RULE_MISSING_OVERRIDE_DECORATOR) ||
      (flags & FUNC_OVERRIDE) || is_exempt(o->name))
    return;
  DefId d = o->def;
  if (!(flags & FUNC_OVERLOAD))
    d = index->places[index->defs[d.v].place.v].first_def;
  if (index->defs[d.v].kind != DEF_FUNCTION) return;
  check_report_name(o->ctx, RULE_MISSING_OVERRIDE_DECORATOR,
                    index->defs[d.v].node,
                    "Method `%" PRIstr "` overrides that of `%" PRIstr
                    "`, but is not marked with `@override`",
                    STR_ARG(name_text(o->name)),
                    STR_ARG(name_text(class_at(o->base.owner)->name)));
}

static void check_one(Override1 *o, TypeSpan bases) {
  Ctx *ctx = o->ctx;
  InferWorker *worker = ctx->worker;
  uint32_t flags = flags_of_name(worker, o->id, o->name, &o->def);
  if (o->def.v == 0) return;
  const Def *def = &ctx->module->index->defs[o->def.v];
  o->base = class_lookup(worker, o->self, o->name, MEMBER_SKIP_FIRST);
  if (type_is_null(o->base.type)) {
    if ((flags & FUNC_OVERRIDE) && def->kind == DEF_FUNCTION)
      check_report_name(ctx, RULE_INVALID_EXPLICIT_OVERRIDE,
                        override_node(o),
                        "Method `%" PRIstr "` is decorated with `@override` but "
                        "does not override anything",
                        STR_ARG(name_text(o->name)));
    return;
  }
  /* Behind a base of which nothing is known there may be one that has it. */
  if (o->base.dynamic)
    o->base = class_lookup(
        worker, o->self, o->name,
        MEMBER_SKIP_FIRST | MEMBER_SKIP_OBJECT | MEMBER_SKIP_DYNAMIC);
  if (type_is_null(o->base.type) || o->base.dynamic) return;
  o->own = class_own_member(worker, o->id, o->name);
  check_marked(o, flags);
  if (check_hidden(o, def, flags)) return;
  /* Of several bases each may have one of its own. */
  ClassId first = o->base.owner;
  for (uint32_t i = 0; i < bases.n && bases.n > 1; i++) {
    if (type_kind(bases.v[i]) != TYPE_KIND_INSTANCE) continue;
    o->base = class_lookup(worker, bases.v[i], o->name, MEMBER_SKIP_OBJECT);
    if (type_is_null(o->base.type) || o->base.dynamic ||
        o->base.owner.v == first.v)
      continue;
    if (check_hidden(o, def, flags)) return;
  }
}

/* ---- bases against each other ------------------------------------------------------ */

/* Whether `id` comes behind `before` in the order of a class. */
static bool is_behind(World *world, ClassId of, ClassId before, ClassId id) {
  TypeSpan mro = type_args(class_mro(world, of));
  bool seen = false;
  for (uint32_t i = 0; i < mro.n; i++) {
    ClassId c = mro_entry_class(mro.v[i]);
    if (c.v == before.v) seen = true;
    if (c.v == id.v && c.v != before.v) return seen;
  }
  return false;
}

/* A member of a base, `o->base`, that one of another base, `o->own`, hides; true
 * when it was reported. */
static bool check_inherited(Override1 *o, TypeSpan bases) {
  Ctx *ctx = o->ctx;
  InferWorker *worker = ctx->worker;
  if (o->own.owner.v == o->base.owner.v || o->own.dynamic) return false;
  for (uint32_t i = 0; i < bases.n; i++) {
    ClassId base = mro_entry_class(bases.v[i]);
    /* Known where the base itself was defined. */
    if (base.v && is_behind(ctx->world, base, o->own.owner, o->base.owner))
      return false;
  }
  /* A method of a base stores under the name what a class behind declares: the
   * declaration that comes before was compared with it where it stands. */
  if (class_derives(worker, o->base.owner, o->own.owner)) return false;
  bool typed_dict = class_flags(ctx->world, o->id) & CLASS_TYPED_DICT;
  if (!typed_dict &&
      check_attributes_of_bases(ctx, o->id, o->self, o->name, &o->own,
                                &o->base))
    return true;
  uint32_t flags = flags_of_name(worker, o->own.owner, o->name, NULL);
  uint32_t base_flags = flags_of_name(worker, o->base.owner, o->name, NULL);
  TypeId own, base;
  if (!signatures(o, flags, base_flags, &own, &base) ||
      relate_assignable(ctx->world, own, base))
    return false;
  Str name = name_text(o->name);
  Str winner = name_text(class_at(o->own.owner)->name);
  Str hidden = name_text(class_at(o->base.owner)->name);
  check_report_name(ctx, RULE_INVALID_METHOD_OVERRIDE,
                    class_at(o->id)->node,
                    "Bases of class `%" PRIstr "` define method `%" PRIstr
                    "` incompatibly: `%" PRIstr ".%" PRIstr
                    "` hides `%" PRIstr ".%" PRIstr "`",
                    STR_ARG(name_text(class_at(o->id)->name)), STR_ARG(name),
                    STR_ARG(winner), STR_ARG(name), STR_ARG(hidden),
                    STR_ARG(name));
  note_why(ctx, own, base);
  return true;
}

/* The methods and variables that `owner`, a class in the order of `base`, defines. */
static bool check_methods_of(Override1 *o, TypeSpan bases, TypeId base,
                             ClassId owner) {
  InferWorker *worker = o->ctx->worker;
  const ClassInfo *info = class_at(owner);
  if (info->scope.v == 0 || class_is(owner, KNOWN_object)) return false;
  const Index *index = class_module(worker, owner)->index;
  const Scope *scope = &index->scopes[info->scope.v];
  for (uint32_t p = scope->place_begin; p < scope->place_end; p++) {
    const Place *place = &index->places[p];
    if (place->kind != PLACE_SYMBOL || place->first_def.v == 0 ||
        (index->defs[place->first_def.v].kind != DEF_FUNCTION &&
         !(place->flags & PLACE_DECLARED)) ||
        str_starts(name_text(place->name), STR("__")))
      continue;
    o->name = place->name;
    o->own = class_lookup(worker, o->self, o->name, 0);
    if (o->own.owner.v == o->id.v || o->own.owner.v == owner.v) continue;
    o->base = class_lookup(worker, base, o->name, MEMBER_SKIP_DYNAMIC);
    if (o->base.owner.v == owner.v && check_inherited(o, bases)) return true;
  }
  return false;
}

/* The methods of all bases but the first, where the class has none of its own;
 * the first clash is reported. */
static void check_bases(Override1 *o, TypeSpan bases) {
  World *world = o->ctx->world;
  if (!ctx_reports(o->ctx, RULE_INVALID_METHOD_OVERRIDE)) return;
  for (uint32_t i = 1; i < bases.n; i++) {
    if (type_kind(bases.v[i]) != TYPE_KIND_INSTANCE) continue;
    TypeSpan mro = type_args(class_mro(world, type_class(bases.v[i])));
    for (uint32_t k = 0; k < mro.n; k++) {
      ClassId owner = mro_entry_class(mro.v[k]);
      if (owner.v && check_methods_of(o, bases, bases.v[i], owner)) return;
    }
  }
}

/* `self.x: T = ...` in methods, where a base declares x. */
static void check_implicit(Override1 *o) {
  Ctx *ctx = o->ctx;
  const Index *index = ctx->module->index;
  ScopeId scope = class_at(o->id)->scope;
  uint32_t i = index_implicit_from(index, scope);
  for (; i < index->implicit_count; i++) {
    const ImplicitAttribute *a = &index->implicit[i];
    if (a->class_scope.v != scope.v) break;
    if (index->defs[a->def.v].kind != DEF_ANN_ASSIGN ||
        index_symbol(index, scope, a->name).v ||
        str_starts(name_text(a->name), STR("__")))
      continue;
    o->name = a->name;
    o->def = a->def;
    o->base = class_lookup(ctx->worker, o->self, o->name,
                           MEMBER_SKIP_FIRST | MEMBER_SKIP_OBJECT |
                               MEMBER_DECLARED_ONLY);
    o->own = class_own_member(ctx->worker, o->id, o->name);
    if (type_is_null(o->base.type) || o->base.dynamic || !o->base.declared ||
        !o->own.declared || is_method(o->base.type) ||
        (o->base.qualifiers & (QUALIFIER_FINAL | QUALIFIER_CLASS_VAR)))
      continue;
    check_attribute_override(ctx, o->self, o->def, o->name, &o->own, &o->base);
  }
}

void check_overrides(Ctx *ctx, ClassId id) {
  PlaceVec places = {0};
  special_places(ctx->worker, id, &places);
  Override1 o = {.ctx = ctx,
                 .id = id,
                 .self = world_instance_identity(ctx->world, id)};
  TypeSpan bases = type_args(class_bases(ctx->worker, id));
  for (uint32_t i = 0; i < places.n; i++) {
    const Place *p = &ctx->module->index->places[places.v[i].v];
    if (!(p->flags & (PLACE_BOUND | PLACE_DECLARED))) continue;
    o.name = p->name;
    o.def = (DefId){0};
    check_one(&o, bases);
  }
  if (bases.n) check_implicit(&o);
  check_bases(&o, bases);
}
