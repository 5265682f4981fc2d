/* final_check.c - what Final, frozen dataclasses and read-only attributes forbid.
 *
 * A Final name is bound once, where it is declared; an attribute that a class
 * body declares Final without a value is bound in __init__.  So every other
 * binding of the place is an error, whatever statement makes it: the index has
 * them all in one list.
 *
 * Sources: typing spec, "qualifiers.html#final", "dataclasses.html",
 * "namedtuples.html", "classes.html#classvar".
 */
#include "infer/check.h"
#include "infer/class.h"
#include "infer/func.h"
#include "infer/special/special.h"
#include "infer/typevar.h"
#include "types/mro.h"

static uint32_t qualifiers_of(Ctx *ctx, DefId def) {
  if (!(ctx->module->index->defs[def.v].flags & DEF_DECLARES)) return 0;
  TypeId t = def_declared(ctx->worker, ctx->module, def);
  return type_kind(t) == TYPE_KIND_QUALIFIED ? type_qualifiers(t) : 0;
}

static bool is_reachable(Ctx *ctx, const Def *def) {
  return reach_truth(ctx, def->reach, REACH_ID_ALWAYS) != TRUTH_NEVER;
}

/* The reachable definition of a place that declares it Final; 0: none. */
static DefId final_def(Ctx *ctx, PlaceId place) {
  const Index *index = ctx->module->index;
  if (!(index->places[place.v].flags & PLACE_DECLARED)) return (DefId){0};
  for (DefId d = index->places[place.v].first_def; d.v;
       d = index->defs[d.v].next)
    if (index->defs[d.v].kind == DEF_ANN_ASSIGN &&
        is_reachable(ctx, &index->defs[d.v]) &&
        (qualifiers_of(ctx, d) & QUALIFIER_FINAL))
      return d;
  return (DefId){0};
}

static NodeId place_of_def(const Def *d) {
  return d->target.v ? d->target : d->node;
}

static void check_place(Ctx *ctx, PlaceId place) {
  const Index *index = ctx->module->index;
  DefId final = final_def(ctx, place);
  if (final.v == 0) return;
  for (DefId d = index->places[place.v].first_def; d.v;
       d = index->defs[d.v].next) {
    const Def *def = &index->defs[d.v];
    if (d.v == final.v || !(def->flags & DEF_BINDS) || def->kind == DEF_DELETE)
      continue;
    if (!is_reachable(ctx, def)) continue;
    ctx_report(ctx, RULE_INVALID_ASSIGNMENT, place_of_def(def),
               "Reassignment of `Final` symbol `%" PRIstr "` is not allowed",
               STR_ARG(name_text(index->places[place.v].name)));
  }
}

/* Whether the module's symbol is declared Final there. */
static bool is_final_in(Ctx *ctx, ModuleId module, NameId name) {
  if (module.v == 0 || module.v == ctx->module->id.v) return false;
  ModuleState *m = module_state(ctx->worker, module);
  PlaceId place = index_symbol(m->index, (ScopeId){1}, name);
  if (place.v == 0) return false;
  Ctx there = ctx_quiet(ctx->worker, m, (ScopeId){1});
  return final_def(&there, place).v != 0;
}

static NodeId import_statement(const Ast *ast, NodeId alias) {
  NodeId node = alias;
  do node.v--;
  while (ast_kind(ast, node) != AST_ImportFrom);
  return node;
}

/* Whether the import may not have bound the name before: another branch, or a
 * handler of a try around the import. */
static bool may_be_first(const Index *index, const Def *def) {
  if (def->prev.v == 0) return true;
  const Flow *flow = &index->flows[def->prev.v];
  if (flow->kind != FLOW_PHI) return false;
  FlowEdges edges = index_edges(index, def->prev);
  for (uint32_t i = 0; i < edges.n; i++) {
    uint8_t kind = index->flows[edges.v[i].value.v].kind;
    if (kind == FLOW_UNBOUND || kind == FLOW_GLOBAL) return true;
  }
  return false;
}

/* A Final name of another module, imported by name or by star, bound here again. */
static void check_imported(Ctx *ctx, PlaceId place) {
  const Index *index = ctx->module->index;
  NameId name = index->places[place.v].name;
  DefId imported = {0};
  ModuleId from = {0};
  for (DefId d = index->places[place.v].first_def; d.v && !imported.v;
       d = index->defs[d.v].next)
    if (index->defs[d.v].kind == DEF_IMPORT_FROM) imported = d;
  if (imported.v) {
    NodeId alias = index->defs[imported.v].node;
    from = import_from_module(ctx->worker, ctx->module,
                              import_statement(ctx->module->ast, alias));
    if (!is_final_in(ctx, from, (NameId){ast_at(ctx->ast, alias)->a})) return;
  } else {
    for (uint32_t i = 0; i < index->import_count && !from.v; i++) {
      if (!(index->imports[i].flags & IMPORT_STAR)) continue;
      ModuleId id = import_from_module(ctx->worker, ctx->module,
                                       index->imports[i].node);
      if (is_final_in(ctx, id, name)) from = id;
    }
    if (from.v == 0) return;
  }
  for (DefId d = index->places[place.v].first_def; d.v;
       d = index->defs[d.v].next) {
    const Def *def = &index->defs[d.v];
    if (def->kind == DEF_IMPORT_FROM || !(def->flags & DEF_BINDS) ||
        def->kind == DEF_DELETE || (imported.v && may_be_first(index, def)))
      continue;
    ctx_report(ctx, RULE_INVALID_ASSIGNMENT, place_of_def(def),
               "Reassignment of imported `Final` symbol `%" PRIstr
               "` is not allowed",
               STR_ARG(name_text(name)));
  }
}

void check_final_names(Ctx *ctx, ScopeId scope) {
  if (!ctx_reports(ctx, RULE_INVALID_ASSIGNMENT)) return;
  const Index *index = ctx->module->index;
  const Scope *s = &index->scopes[scope.v];
  for (uint32_t p = s->place_begin; p < s->place_end; p++) {
    const Place *place = &index->places[p];
    if (place->kind != PLACE_SYMBOL || !(place->flags & PLACE_BOUND)) continue;
    if (place->flags & PLACE_REASSIGNED) check_place(ctx, (PlaceId){p});
    if (scope.v == 1 && ((place->flags & PLACE_REASSIGNED) ||
                         (s->flags & SCOPE_STAR_IMPORT)))
      check_imported(ctx, (PlaceId){p});
  }
}

/* ---- Final without a value ---------------------------------------------------------- */

/* Whether `__init__` of the class binds self.name. */
static bool bound_in_init(Ctx *ctx, ScopeId class_scope, NameId name) {
  const Index *index = ctx->module->index;
  uint32_t n, first = index_implicit(index, class_scope, name, &n);
  for (uint32_t i = first; i < first + n; i++) {
    ScopeId method = index->implicit[i].method_scope;
    if (name_is(index->scopes[method.v].name, NAME_dunder_init)) return true;
  }
  return false;
}

void check_final_declaration(Ctx *ctx, NodeId node, uint32_t qualifiers) {
  if (!(qualifiers & QUALIFIER_FINAL)) return;
  const AstNode *n = ast_at(ctx->ast, node);
  NodeId target = {n->a};
  const Index *index = ctx->module->index;
  ScopeId scope = ctx->scope;
  if (ctx->loops && n->c)
    ctx_report(ctx, RULE_INVALID_ASSIGNMENT, target,
               "A `Final` symbol cannot be assigned in a loop");
  if (ast_kind(ctx->ast, target) == AST_Attribute) {
    /* self.x: Final = 1 stands in __init__ only. */
    while (scope.v && index->scopes[scope.v].kind != SCOPE_FUNCTION)
      scope = index->scopes[scope.v].parent;
    if (scope.v && !name_is(index->scopes[scope.v].name, NAME_dunder_init))
      ctx_report(ctx, RULE_INVALID_ASSIGNMENT, target,
                 "A `Final` attribute can only be assigned in the class body "
                 "or `__init__`");
    return;
  }
  if (n->c || ctx->module->module->is_stub ||
      ast_kind(ctx->ast, target) != AST_Name)
    return;
  NameId name = {ast_at(ctx->ast, target)->a};
  if (index->scopes[scope.v].kind == SCOPE_CLASS) {
    ClassId id = class_of_scope(ctx->worker, ctx->module, scope);
    uint32_t flags = class_flags(ctx->world, id);
    bool declared = (qualifiers & QUALIFIER_DECLARED) != 0;
    if ((flags & (CLASS_DATACLASS | CLASS_PROTOCOL)) && declared) return;
    if (flags & (CLASS_TYPED_DICT | CLASS_NAMED_TUPLE)) return;
    if (declared && bound_in_init(ctx, scope, name)) return;
  }
  ctx_report(ctx, RULE_FINAL_WITHOUT_VALUE, target,
             "`Final` symbol `%" PRIstr "` is not assigned a value",
             STR_ARG(name_text(name)));
}

/* ---- stores to attributes --------------------------------------------------------------- */

/* Whether a store stands in __init__ of `owner`, through its self. */
static bool in_init_of(const Ctx *ctx, ClassId owner) {
  const Index *index = ctx->module->index;
  ScopeId scope = ctx->scope;
  while (scope.v && index->scopes[scope.v].kind != SCOPE_FUNCTION)
    scope = index->scopes[scope.v].parent;
  if (scope.v == 0 ||
      !name_is(index->scopes[scope.v].name, NAME_dunder_init))
    return false;
  ClassId around = class_around(ctx->worker, ctx->module, scope);
  return around.v == owner.v;
}

/* The class body gives the name a value. */
static bool has_class_value(InferWorker *worker, ClassId id, NameId name) {
  const ClassInfo *info = class_at(id);
  if (info->scope.v == 0) return false;
  const Index *index = class_module(worker, id)->index;
  PlaceId place = index_symbol(index, info->scope, name);
  DefId d = place.v ? index->places[place.v].first_def : (DefId){0};
  for (; d.v; d = index->defs[d.v].next)
    if (index->defs[d.v].flags & DEF_BINDS) return true;
  return false;
}

static bool is_plain_value(TypeId t) {
  switch (type_kind(t)) {
  case TYPE_KIND_FUNCTION:
  case TYPE_KIND_PROPERTY:
  case TYPE_KIND_BOUND_METHOD: return false;
  default: return true;
  }
}

/* A field of a frozen dataclass, its own or inherited. */
static bool is_frozen(InferWorker *worker, ClassId owner, NameId name) {
  uint32_t flags = class_flags(&worker->world, owner);
  if (!(flags & CLASS_DATACLASS_FROZEN)) return false;
  const Index *index = class_module(worker, owner)->index;
  PlaceId place = index_symbol(index, class_at(owner)->scope, name);
  return place.v && (index->places[place.v].flags & PLACE_DECLARED);
}

/* Adds the names of a class's __slots__; false when it has none, or none that
 * is a display of strings. */
static bool add_slots(InferWorker *worker, ClassId id, NameVec *out) {
  ClassMember slots = class_own_member(worker, id, NAME_ID(dunder_slots));
  if (type_is_null(slots.type)) return false;
  if (type_kind(slots.type) == TYPE_KIND_TUPLE &&
      (class_flags(&worker->world, id) & CLASS_DATACLASS)) {
    TupleView v = type_tuple_view(slots.type);
    bool literal = type_is_null(v.middle);
    for (uint32_t i = 0; i < v.prefix.n && literal; i++) {
      literal = type_kind(v.prefix.v[i]) == TYPE_KIND_LITERAL_STR;
      if (literal) vec_push(out, worker->scratch, type_name(v.prefix.v[i]));
    }
    if (literal) return true;
  }
  return class_slots(worker, id, out);
}

/* Whether instances have no room for the attribute: every class of the MRO has
 * __slots__ and none of them names it. */
static bool has_no_slot(Ctx *ctx, TypeId instance, NameId name) {
  TypeId nominal = instance;
  if (type_kind(nominal) == TYPE_KIND_TYPE_VAR)
    nominal = type_var_bounds(ctx->world, nominal).bound;
  if (type_is_null(nominal) || type_kind(nominal) != TYPE_KIND_INSTANCE)
    return false;
  TypeSpan mro = type_args(class_mro(ctx->world, type_class(nominal)));
  NameVec slots = {0};
  for (uint32_t i = 0; i < mro.n; i++) {
    if (type_kind(mro.v[i]) != TYPE_KIND_INSTANCE) return false;
    ClassId id = type_class(mro.v[i]);
    if (class_is(id, KNOWN_object)) continue;
    if (class_at(id)->scope.v == 0 || !add_slots(ctx->worker, id, &slots))
      return false;
  }
  for (uint32_t i = 0; i < slots.n; i++)
    if (name_eq(slots.v[i], name) || name_is(slots.v[i], NAME_dunder_dict))
      return false;
  return slots.n > 0;
}

static bool check_slots(Ctx *ctx, TypeId instance, const ClassMember *member,
                        NameId name, NodeId target) {
  if (!ctx_reports(ctx, RULE_UNRESOLVED_ATTRIBUTE)) return false;
  /* A data descriptor stores where it likes; what is declared Any may be one. */
  if ((member->declared && type_is_dynamic(member->type)) ||
      type_kind(member->type) == TYPE_KIND_FUNCTION ||
      attr_is_data_descriptor(ctx->worker, member->type))
    return false;
  if (!has_no_slot(ctx, instance, name)) return false;
  ctx_report(ctx, RULE_UNRESOLVED_ATTRIBUTE, target,
             "Attribute `%" PRIstr "` is not in `__slots__` of `%" PRIstr "`",
             STR_ARG(name_text(name)),
             STR_ARG(name_text(class_at(member->owner)->name)));
  return true;
}

/* A store to a Final name of another module. */
static bool check_module_write(Ctx *ctx, TypeId module, NameId name,
                               NodeId target) {
  if (!is_final_in(ctx, type_module_id(module), name)) return false;
  ctx_report(ctx, RULE_INVALID_ASSIGNMENT, target,
             "Cannot assign to `%" PRIstr "` of `%s`: it is `Final`",
             STR_ARG(name_text(name)), display_short(ctx->world, module));
  return true;
}

/* What a store to the attribute has to respect: the qualifiers of a base hold
 * for what a subclass only assigns. */
static ClassMember governing_member(InferWorker *worker, TypeId instance,
                                    NameId name) {
  ClassMember member = class_lookup(worker, instance, name, 0);
  if (type_is_null(member.type) || member.dynamic || member.declared ||
      member.qualifiers || member.owner.v == 0)
    return member;
  TypeSpan mro = type_args(class_mro(&worker->world, member.owner));
  for (uint32_t i = 1; i < mro.n; i++) {
    ClassId base = mro_entry_class(mro.v[i]);
    if (base.v == 0) break;
    ClassMember above = class_own_member(worker, base, name);
    if (type_is_null(above.type)) continue;
    if (above.qualifiers) return above;
    if (above.declared) break;
  }
  return member;
}

bool check_attribute_write(Ctx *ctx, TypeId object, NameId name,
                           NodeId target) {
  TypeKind kind = type_kind(object);
  bool through_class = kind == TYPE_KIND_CLASS ||
                       kind == TYPE_KIND_GENERIC_ALIAS ||
                       kind == TYPE_KIND_SUBCLASS_OF;
  TypeId instance = object;
  if (kind == TYPE_KIND_SUBCLASS_OF) instance = type_inner(object);
  else if (through_class)
    instance = world_instance_unknown(ctx->world, type_class(object));
  if (type_is_dynamic(instance)) return false;
  if (kind == TYPE_KIND_MODULE) return check_module_write(ctx, object, name, target);
  ClassMember member = governing_member(ctx->worker, instance, name);
  if (type_is_null(member.type) || member.dynamic || member.owner.v == 0)
    return false;
  if (!through_class && check_slots(ctx, instance, &member, name, target))
    return true;
  Str text = name_text(name);
  Str owner = name_text(class_at(member.owner)->name);
  const char *problem = NULL;
  if (member.qualifiers & QUALIFIER_FINAL) {
    bool first = !through_class && in_init_of(ctx, member.owner) &&
                 !has_class_value(ctx->worker, member.owner, name);
    if (!first) problem = "is `Final`";
  } else if (is_frozen(ctx->worker, member.owner, name) && !through_class) {
    problem = "is a field of a frozen dataclass";
  } else if (member.qualifiers & QUALIFIER_READ_ONLY) {
    problem = "is read-only";
  } else if ((member.qualifiers & QUALIFIER_CLASS_VAR) && !through_class &&
             is_plain_value(member.type) && member.declared &&
             type_is_null(attr_dunder(ctx->worker, member.type,
                                      NAME_ID(dunder_set)))) {
    problem = "is a ClassVar and cannot be assigned through an instance";
  }
  if (!through_class) check_deprecated_setter(ctx, member.type, target);
  if (problem == NULL) return false;
  ctx_report(ctx, RULE_INVALID_ASSIGNMENT, target,
             "Cannot assign to attribute `%" PRIstr "` of class `%" PRIstr
             "`: it %s",
             STR_ARG(text), STR_ARG(owner), problem);
  return true;
}
