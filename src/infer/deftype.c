/* deftype.c - the type of a definition, and of a place seen from elsewhere.
 *
 * One function a kind of definition.  Three questions are kept apart, as they
 * depend on different things: what a definition declares (annotations only),
 * what it binds (its value, or the declared type narrowed to it), and what other scopes
 * see of the place (the declaration if there is one, else the value at the end
 * of the scope).  A declared type never waits for an inferred one.
 */
#include "infer/expr_int.h"
#include "infer/func.h"
#include "infer/partial_container.h"
#include "infer/queries.h"
#include "infer/stmt_int.h"

TypeId def_type(InferWorker *worker, ModuleState *module, DefId def) {
  return query(worker, QUERY_DEF_TYPE, module, def.v);
}
TypeId place_public(InferWorker *worker, ModuleState *module, PlaceId place) {
  return query(worker, QUERY_PLACE_PUBLIC, module, place.v);
}

/* All targets of one statement share the source of the first. */
static DefId source_key(const Index *index, DefId def) {
  NodeId node = index->defs[def.v].node;
  while (def.v > 1 && index->defs[def.v - 1].node.v == node.v) def.v--;
  return def;
}
TypeId def_source(InferWorker *worker, ModuleState *module, DefId def) {
  return query(worker, QUERY_DEF_SOURCE, module,
               source_key(module->index, def).v);
}

enum { NARROW_ARGS_MAX = 16 };

/* A part of a value that has Any among its arguments, where the declared type
 * says what they are: list[Any] bound to a Sequence[int] is a list[int]. */
static TypeId with_declared_args(Ctx *ctx, TypeId declared, TypeId part) {
  if (type_kind(part) != TYPE_KIND_INSTANCE ||
      !type_has(part, TYPE_HAS_ANY | TYPE_HAS_UNKNOWN))
    return part;
  TypeSpan have = type_args(part);
  TypeId args[NARROW_ARGS_MAX];
  if (have.n == 0 || have.n > NARROW_ARGS_MAX ||
      !expr_declared_args(ctx, type_class(part), declared, args, have.n))
    return part;
  for (uint32_t i = 0; i < have.n; i++)
    if (type_is_null(args[i]) ||
        !type_has(have.v[i], TYPE_HAS_ANY | TYPE_HAS_UNKNOWN))
      args[i] = have.v[i];
  TypeId made = type_instance(type_class(part), (TypeSpan){args, have.n});
  return relate_assignable(ctx->world, part, made) ? made : part;
}

static bool same_form(TypeId a, TypeId b) {
  return type_kind(a) == type_kind(b) &&
         (type_kind(a) == TYPE_KIND_TUPLE ||
          (type_kind(a) == TYPE_KIND_SUBCLASS_OF &&
           type_is_dynamic(type_inner(a))) ||
          (type_kind(a) == TYPE_KIND_INSTANCE && type_args(a).n > 0 &&
           type_class(a).v == type_class(b).v));
}

/* A part of a value where the declaration has the same with Any in it: a
 * list[int] bound to a list[Any], or to a bare list, is what was declared, since
 * anything may be put in; a type[T] bound to a type[Any] takes any arguments. */
static TypeId with_declared_any(Ctx *ctx, TypeId declared, TypeId part) {
  part = alias_expand(ctx->world, part);
  TypeSpan members = union_members(ctx->world, &declared);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId m = alias_expand(ctx->world, members.v[i]);
    if (type_has(m, TYPE_HAS_ANY | TYPE_HAS_UNKNOWN) && same_form(m, part) &&
        relate_assignable(ctx->world, part, m) &&
        relate_assignable(ctx->world, m, part))
      return m;
  }
  return part;
}

/* A literal that the declaration names is what an annotation means by it. */
static TypeId declared_literals(World *world, TypeId declared, TypeId value) {
  if (!type_has(value, TYPE_HAS_PROMOTABLE)) return value;
  declared = alias_expand(world, declared);
  TypeSpan names = union_members(world, &declared);
  TypeSpan parts = union_members(world, &value);
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = 0; i < parts.n; i++) {
    TypeId part = parts.v[i];
    TypeId literal = type_is_literal(part) ? type_literal_declared(part) : part;
    bool named = names.n == 1 ? type_eq(names.v[0], literal)
                              : type_union_has(declared, literal);
    union_add(builder, named ? literal : part);
  }
  return union_end(builder);
}

static TypeId narrow_gradual(Ctx *ctx, TypeId declared, TypeId value) {
  declared = alias_expand(ctx->world, declared);
  TypeSpan parts = union_members(ctx->world, &value);
  UnionBuilder *narrowed = union_begin(ctx->world);
  for (uint32_t i = 0; i < parts.n; i++)
    union_add(narrowed, with_declared_any(ctx, declared, parts.v[i]));
  return union_end(narrowed);
}

TypeId def_narrow_declared(Ctx *ctx, TypeId declared, TypeId value) {
  World *world = ctx->world;
  /* In a cycle: what is not known yet adds nothing to the rounds. */
  if (type_eq(value, TYPE(DIVERGENT))) return value;
  if (type_is_dynamic(value)) {
    /* The part of the declared type that is not known is what it may be. */
    TypeSpan members = type_kind(declared) == TYPE_KIND_UNION
                           ? type_members(declared)
                           : (TypeSpan){0};
    for (uint32_t i = 0; i < members.n; i++)
      if (type_is_dynamic(members.v[i])) return value;
    return declared;
  }
  if (type_is_dynamic(declared) || type_eq(declared, value)) return value;
  if (!relate_assignable(world, value, declared)) return declared;
  /* Arguments that a call has solved, in the order that was written. */
  if (type_kind(value) == TYPE_KIND_INSTANCE &&
      type_same_but_order(value, declared))
    return declared;
  if (type_has(declared, TYPE_HAS_ANY | TYPE_HAS_UNKNOWN))
    value = narrow_gradual(ctx, declared, value);
  if (!type_has(value, TYPE_HAS_ANY | TYPE_HAS_UNKNOWN))
    return declared_literals(world, declared, value);
  UnionBuilder *narrowed = union_begin(world);
  TypeSpan parts = union_members(world, &value);
  for (uint32_t i = 0; i < parts.n; i++)
    union_add(narrowed, with_declared_args(ctx, declared, parts.v[i]));
  return union_end(narrowed);
}

/* Who puts what may be anything into a place that is declared as optional, mostly
 * fills it: `if x is None: x = load()`. Whether that is None again nobody has said. */
TypeId def_narrow_assigned(Ctx *ctx, TypeId declared, TypeId value) {
  TypeId narrowed = def_narrow_declared(ctx, declared, value);
  if (!type_is_dynamic(value) || !type_eq(narrowed, declared)) return narrowed;
  TypeId plain = alias_expand(ctx->world, declared);
  if (type_kind(plain) != TYPE_KIND_UNION ||
      !type_union_has(plain, TYPE_KNOWN(NoneType)))
    return narrowed;
  TypeSpan members = type_members(plain);
  UnionBuilder *filled = union_begin(ctx->world);
  for (uint32_t i = 0; i < members.n; i++)
    union_add(filled,
              type_eq(members.v[i], TYPE_KNOWN(NoneType)) ? value : members.v[i]);
  return union_end(filled);
}

/* The object whose attribute a definition binds. */
static TypeId bound_object(InferWorker *worker, ModuleState *m,
                           const Def *def) {
  Ctx ctx = ctx_quiet(worker, m, def->scope);
  NodeId object = {ast_at(m->ast, def->target)->a};
  return expr_infer(&ctx, object, TYPE_NULL);
}

/* Declared type of the place that a definition binds, or null. */
static TypeId declared_for(InferWorker *worker, ModuleState *m,
                           const Def *def) {
  if (def->place.v == 0) return TYPE_NULL;
  const Place *place = &m->index->places[def->place.v];
  if (place->kind != PLACE_SYMBOL) {
    if (place->kind != PLACE_ATTRIBUTE) return TYPE_NULL;
    TypeId object = bound_object(worker, m, def);
    /* Only a declared attribute: an inferred one is made of such values. */
    if (type_kind(object) != TYPE_KIND_INSTANCE &&
        type_kind(object) != TYPE_KIND_TYPE_VAR)
      return TYPE_NULL;
    ClassMember member = class_lookup(worker, object, place->name,
                                      MEMBER_SKIP_OBJECT | MEMBER_DECLARED_ONLY);
    return member.declared ? member.type : TYPE_NULL;
  }
  if (!(place->flags & PLACE_DECLARED))
    return inherited_declaration(worker, m, place);
  DefId id = {(uint32_t)(def - m->index->defs)};
  return declared_before(worker, m, id, NULL);
}

/* ---- values ------------------------------------------------------------------------ */

static Ctx ctx_of(InferWorker *worker, ModuleState *m, const Def *def) {
  return ctx_quiet(worker, m, def->scope);
}

/* Root target of the statement, above an unpacked name. */
static NodeId root_target(const Ast *ast, const Def *def) {
  const AstNode *node = ast_at(ast, def->node);
  switch ((DefKind)def->kind) {
    case DEF_ASSIGN: {
      NodeList targets = ast_list(ast, node->a);
      for (uint32_t i = 0; i < targets.n; i++) {
        NodeId t = ast_item(targets, i);
        if (def->target.v >= t.v && def->target.v < ast_end(ast, t).v)
          return t;
      }
      return def->target;
    }
    case DEF_FOR: return ast_for(ast, def->node)->target;
    case DEF_COMPREHENSION: return (NodeId){node->a};
    case DEF_WITH: return (NodeId){node->b};
    default: return def->target;
  }
}

static TypeId source_in(Ctx *ctx, DefId id) {
  const Index *index = ctx->module->index;
  const Def *def = &index->defs[id.v];
  const Ast *ast = ctx->module->ast;
  const AstNode *node = ast_at(ast, def->node);
  switch ((DefKind)def->kind) {
    case DEF_ASSIGN: {
      TypeId expected = declared_for(ctx->worker, ctx->module, def);
      if (def->flags & DEF_IN_UNPACK)
        expected = type_is_null(expected)
                       ? expected
                       : assign_unpack_expected(ctx, root_target(ast, def),
                                                (NodeId){node->b}, def->target,
                                                expected);
      else if (ast_kind(ast, def->target) == AST_Subscript)
        expected = assign_item_expected(ctx, def->target, (NodeId){node->b});
      TypeId completed = container_completed(ctx, id);
      if (!type_is_null(completed)) return completed;
      return expr_infer(ctx, (NodeId){node->b}, expected);
    }
    case DEF_FOR: {
      const AstFor *loop = ast_for(ast, def->node);
      TypeId iterable = expr_infer(ctx, loop->iter, TYPE_NULL);
      return expr_iterate(ctx, iterable, ID_NONE(NodeId), node->op == 1);
    }
    case DEF_COMPREHENSION: {
      TypeId iterable = expr_infer(ctx, (NodeId){node->b}, TYPE_NULL);
      return expr_iterate(ctx, iterable, ID_NONE(NodeId), node->op == 1);
    }
    case DEF_WITH: {
      TypeId manager = expr_infer(ctx, (NodeId){node->a}, TYPE_NULL);
      NodeId with = def->node;
      do with.v--;
      while (ast_kind(ast, with) != AST_With ||
             ast_end(ast, with).v <= def->node.v);
      return expr_enter(ctx, manager, ast_at(ast, with)->op == 1,
                        ID_NONE(NodeId));
    }
    default: return TYPE(UNKNOWN);
  }
}

TypeId def_source_compute(InferWorker *worker, ModuleState *module,
                          uint32_t index) {
  Ctx ctx = ctx_of(worker, module, &module->index->defs[index]);
  return source_in(&ctx, (DefId){index});
}

static TypeId value_of_target(Ctx *ctx, DefId id) {
  const Def *def = &ctx->module->index->defs[id.v];
  TypeId source = ctx->overrides
                      ? source_in(ctx, id)
                      : def_source(ctx->worker, ctx->module, id);
  if (!(def->flags & DEF_IN_UNPACK)) return source;
  return assign_unpacked(ctx, root_target(ctx->module->ast, def), def->target,
                         source);
}

static TypeId param_type(Ctx *ctx, DefId id, const Def *def) {
  const AstNode *node = ast_at(ctx->module->ast, def->node);
  TypeId declared = def_declared(ctx->worker, ctx->module, id);
  TypeId type = type_kind(declared) != TYPE_KIND_LIST
                    ? unqualified(declared, NULL)
                    : func_unannotated_param(ctx->worker, ctx->module, id);
  if (type_eq(type, TYPE(DIVERGENT))) return type;
  return declared_collected(ctx->world, node->op, type);
}

static TypeId class_value(Ctx *ctx, DefId id) {
  TypeId value = class_value_of_def(ctx->worker, ctx->module, id);
  return decorator_class_value(ctx, id, value);
}

/* What `except E as x` binds: instances of E, of each member of a tuple; a group under except*. */
static TypeId except_instance(Ctx *ctx, TypeId type) {
  World *world = ctx->world;
  if (type_is_dynamic(type)) return type;
  TypeSpan members = union_members(world, &type);
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId t = alias_expand(world, members.v[i]);
    if (type_kind(t) == TYPE_KIND_TUPLE) {
      TupleView view = type_tuple_view(t);
      for (uint32_t k = 0; k < view.prefix.n; k++)
        union_add(builder, except_instance(ctx, view.prefix.v[k]));
      if (!type_is_null(view.middle))
        union_add(builder, except_instance(ctx, view.middle));
      for (uint32_t k = 0; k < view.suffix.n; k++)
        union_add(builder, except_instance(ctx, view.suffix.v[k]));
    } else if (type_kind(t) == TYPE_KIND_SUBCLASS_OF) {
      union_add(builder, type_inner(t));
    } else {
      TypeId instance = annot_of_value(ctx, t);
      union_add(builder, type_is_null(instance) ? TYPE(UNKNOWN) : instance);
    }
  }
  return union_end(builder);
}

static TypeId except_type(Ctx *ctx, const Def *def) {
  const Ast *ast = ctx->module->ast;
  const AstHandler *handler = ast_handler(ast, def->node);
  if (handler->type.v == 0) return TYPE(UNKNOWN);
  TypeId t = except_instance(ctx, expr_infer(ctx, handler->type, TYPE_NULL));
  NodeId try_node = def->node;
  do try_node.v--;
  while (ast_kind(ast, try_node) != AST_Try ||
         ast_end(ast, try_node).v <= def->node.v);
  if (ast_at(ast, try_node)->op != 1) return t;
  bool plain = relate_assignable(ctx->world, t,
                                 world_known(ctx->world, KNOWN_Exception));
  return type_instance(plain ? CLASS_ID(ExceptionGroup)
                             : CLASS_ID(BaseExceptionGroup),
                       (TypeSpan){&t, 1});
}

static TypeId aug_assign_value(Ctx *ctx, const Def *def) {
  const AstNode *node = ast_at(ctx->module->ast, def->node);
  TypeId left = def->prev.v
                    ? unqualified(flow_type(ctx, def->prev), NULL)
                    : expr_target_value(ctx, def->target);
  return expr_augmented(ctx, (Operator)node->op, left, (NodeId){node->b},
                        ID_NONE(NodeId));
}

/* `x: Any = v` asks for no checks of x; only what is assigned later narrows. */
static TypeId ann_assign_value(Ctx *ctx, DefId id, const Def *def) {
  const AstNode *node = ast_at(ctx->module->ast, def->node);
  TypeId declared = def_declared(ctx->worker, ctx->module, id);
  uint32_t qualifiers = 0;
  bool has = type_kind(declared) != TYPE_KIND_LIST;
  TypeId type = has ? unqualified(declared, &qualifiers) : TYPE(UNKNOWN);
  if (has && type_kind(declared) == TYPE_KIND_QUALIFIED &&
      !(qualifiers & QUALIFIER_DECLARED))
    has = false; /* a bare Final or ClassVar */
  if (node->c == 0) return type;
  NodeId value = {node->c};
  if (!has) return expr_infer(ctx, value, TYPE_NULL);
  /* Stubs write `x: int = ...`. */
  if (ast_kind(ctx->module->ast, value) == AST_Ellipsis &&
      ctx->module->module->is_stub)
    return type;
  if (type_is_dynamic(alias_expand(ctx->world, type))) return type;
  return def_narrow_declared(ctx, type, expr_infer(ctx, value, type));
}

/* What a property gives after a value was stored: that value, not its literal,
 * since more code runs on each access than for a plain attribute. */
static TypeId value_in_property(Ctx *ctx, DefId id, TypeId read,
                                PropertyStore store) {
  if (store == STORE_CONVERTS) return read;
  TypeId value = promote_literals(ctx->world, value_of_target(ctx, id));
  return store == STORE_UNTYPED ? value : def_narrow_declared(ctx, read, value);
}

/* Whether an item that was stored is what the next read of it gives: so it is
 * with the containers of the standard library and with TypedDicts.  A subclass,
 * or what is not known, may do anything. */
static bool keeps_items(Ctx *ctx, TypeId object) {
  const Infer *infer = ctx->worker->infer;
  object = alias_expand(ctx->world, object);
  switch (type_kind(object)) {
    case TYPE_KIND_UNION: {
      TypeSpan members = type_members(object);
      for (uint32_t i = 0; i < members.n; i++)
        if (!keeps_items(ctx, members.v[i])) return false;
      return true;
    }
    case TYPE_KIND_INTERSECTION: {
      TypeSpan parts = type_intersection_view(object).positive;
      for (uint32_t i = 0; i < parts.n; i++)
        if (keeps_items(ctx, parts.v[i])) return true;
      return false;
    }
    case TYPE_KIND_INSTANCE: {
      ClassId id = type_class(object);
      ModuleId module = class_at(id)->module;
      return module.v == infer->builtins.v || module.v == infer->typing.v ||
             class_is(id, KNOWN_OrderedDict) || class_is(id, KNOWN_deque) ||
             class_is(id, KNOWN_defaultdict) ||
             (class_flags(ctx->world, id) & CLASS_TYPED_DICT);
    }
    default: return false;
  }
}

/* object[key] where a definition stores something there that need not be what
 * it gives later; null: it is. */
static TypeId item_after_store(Ctx *ctx, const Def *def) {
  TypeId object = bound_object(ctx->worker, ctx->module, def);
  if (keeps_items(ctx, object)) return TYPE_NULL;
  NodeId key = {ast_at(ctx->ast, def->target)->b};
  Ctx quiet = expr_quiet(ctx);
  return expr_subscript(&quiet, object, expr_infer(&quiet, key, TYPE_NULL),
                        ID_NONE(NodeId));
}

TypeId def_type_in(Ctx *ctx, DefId id) {
  ModuleState *m = ctx->module;
  const Def *def = &m->index->defs[id.v];
  bool unresolved;
  TypeId form;
  switch ((DefKind)def->kind) {
    case DEF_IMPORT:
    case DEF_IMPORT_FROM: {
      bool maybe;
      TypeId t = import_value(ctx, def->node, &unresolved, &maybe);
      return type_is_null(t) ? TYPE(UNKNOWN) : t;
    }
    case DEF_FUNCTION: return func_value(ctx->worker, m, id);
    case DEF_CLASS: return class_value(ctx, id);
    case DEF_TYPE_ALIAS: return alias_statement_value(ctx, id);
    case DEF_TYPE_PARAM: return type_param_value(ctx->worker, m, id);
    case DEF_PARAM: return param_type(ctx, id, def);
    case DEF_ASSIGN:
      form = special_assignment_value(ctx, id);
      if (!type_is_null(form)) return form;
      break;
    case DEF_ANN_ASSIGN:
      form = special_assignment_value(ctx, id);
      return type_is_null(form) ? ann_assign_value(ctx, id, def) : form;
    case DEF_AUG_ASSIGN: {
      TypeId declared = declared_for(ctx->worker, m, def);
      TypeId value = aug_assign_value(ctx, def);
      return type_is_null(declared)
                 ? value
                 : def_narrow_declared(ctx, declared, value);
    }
    case DEF_FOR:
    case DEF_WITH:
    case DEF_COMPREHENSION: break;
    case DEF_NAMED_EXPR: {
      TypeId declared = declared_for(ctx->worker, m, def);
      TypeId value =
          expr_infer(ctx, (NodeId){ast_at(m->ast, def->node)->b}, declared);
      return type_is_null(declared)
                 ? value
                 : def_narrow_declared(ctx, declared, value);
    }
    case DEF_EXCEPT: return except_type(ctx, def);
    case DEF_MATCH: return pattern_capture(ctx, id);
    default: return TYPE(UNKNOWN);
  }
  const Place *place = &m->index->places[def->place.v];
  if (def->place.v && place->kind == PLACE_ATTRIBUTE) {
    TypeId object = bound_object(ctx->worker, m, def);
    PropertyStore store;
    TypeId read = attr_after_store(ctx->worker, object, place->name, &store);
    if (!type_is_null(read)) return value_in_property(ctx, id, read, store);
  }
  if (def->place.v &&
      (place->kind == PLACE_KEY || place->kind == PLACE_INDEX)) {
    TypeId read = item_after_store(ctx, def);
    if (!type_is_null(read)) return read;
  }
  TypeId declared = declared_for(ctx->worker, m, def);
  TypeId value = value_of_target(ctx, id);
  return type_is_null(declared)
             ? value
             : def_narrow_assigned(ctx, declared, value);
}

TypeId def_type_compute(InferWorker *worker, ModuleState *module,
                        uint32_t index) {
  Ctx ctx = ctx_of(worker, module, &module->index->defs[index]);
  return def_type_in(&ctx, (DefId){index});
}

/* ---- what other scopes see ------------------------------------------------------------ */

static bool is_there(InferWorker *worker, ModuleState *m, const Place *place) {
  Ctx ctx = ctx_quiet(worker, m, place->scope);
  for (DefId d = place->first_def; d.v; d = m->index->defs[d.v].next)
    if (reach_truth(&ctx, m->index->defs[d.v].reach, REACH_ID_ALWAYS) !=
        TRUTH_NEVER)
      return true;
  return place->first_def.v == 0;
}

bool place_may_be_bound(InferWorker *worker, ModuleState *module,
                        PlaceId place) {
  return is_there(worker, module, &module->index->places[place.v]);
}

enum { ENDS_MAX = 64 };
typedef struct {
  FlowId seen[ENDS_MAX];
  uint32_t n;
} Ends;

static void see_end(Ends *ends, FlowId flow) {
  for (uint32_t i = 0; i < ends->n; i++)
    if (ends->seen[i].v == flow.v) return;
  if (ends->n < ENDS_MAX) ends->seen[ends->n++] = flow;
}

/* Whether a class's body may end without having bound the place: the name then
 * had the value that it has around the class, which is no member.  Fills *ends
 * with all that the end is joined from. */
static bool ends_outside(Ctx *ctx, const Place *place, Ends *ends) {
  const Index *ix = ctx->index;
  ends->n = 0;
  if (ix->scopes[place->scope.v].kind != SCOPE_CLASS) return false;
  bool outside = false;
  see_end(ends, place->end);
  for (uint32_t at = 0; at < ends->n; at++) {
    FlowId id = ends->seen[at];
    const Flow *flow = &ix->flows[id.v];
    switch ((FlowKind)flow->kind) {
    case FLOW_DEF:
      outside |= ix->defs[flow->a].scope.v != place->scope.v;
      break;
    case FLOW_FREE:
    case FLOW_GLOBAL: outside = true; break;
    case FLOW_NARROW:
    case FLOW_STAR: see_end(ends, (FlowId){flow->a}); break;
    case FLOW_PHI:
    case FLOW_LOOP: {
      FlowEdges edges = index_edges(ix, id);
      for (uint32_t i = 0; i < edges.n; i++)
        if (reach_truth(ctx, edges.v[i].edge, REACH_ID_ALWAYS) != TRUTH_NEVER)
          see_end(ends, edges.v[i].value);
      break;
    }
    default: break;
    }
  }
  return outside;
}

/* What the body binds, of all that its end is joined from. */
static TypeId ended_inside(Ctx *ctx, const Place *place, const Ends *ends) {
  const Index *ix = ctx->index;
  UnionBuilder *builder = union_begin(ctx->world);
  bool any = false;
  for (uint32_t i = 0; i < ends->n; i++) {
    const Flow *flow = &ix->flows[ends->seen[i].v];
    if (flow->kind != FLOW_DEF) continue;
    const Def *def = &ix->defs[flow->a];
    if (def->scope.v != place->scope.v || !(def->flags & DEF_BINDS) ||
        def->kind == DEF_DELETE ||
        reach_truth(ctx, def->reach, REACH_ID_ALWAYS) == TRUTH_NEVER)
      continue;
    union_add(builder, def_type(ctx->worker, ctx->module, (DefId){flow->a}));
    any = true;
  }
  TypeId type = union_end(builder);
  return any ? type : type_qualified(TYPE(NEVER), QUALIFIER_UNBOUND);
}

TypeId place_public_compute(InferWorker *worker, ModuleState *module,
                            uint32_t index) {
  const Index *ix = module->index;
  const Place *place = &ix->places[index];
  if (place->scope.v == 1) {
    TypeId special = special_symbol(worker, module->module, place->name);
    if (!type_is_null(special))
      return is_there(worker, module, place)
                 ? special
                 : type_qualified(TYPE(NEVER), QUALIFIER_UNBOUND);
  }
  TypeId declared = place_declared(worker, module, (PlaceId){index});
  if (type_kind(declared) != TYPE_KIND_LIST) return declared;
  Ctx ctx = ctx_quiet(worker, module, place->scope);
  uint32_t qualifiers = QUALIFIER_UNBOUND;
  TypeId type = TYPE(NEVER);
  /* A closure runs while its function goes on, between any two bindings; what
   * reads a module or class mostly runs when that is complete. */
  bool closed_over = ix->scopes[place->scope.v].kind == SCOPE_FUNCTION;
  Ends ends;
  if (place->end.v && ends_outside(&ctx, place, &ends))
    return ended_inside(&ctx, place, &ends);
  if (place->end.v && !closed_over) {
    type = unqualified(flow_type(&ctx, place->end), &qualifiers);
    if (!(place->flags & PLACE_WRITTEN_FROM_INSIDE) &&
        !(qualifiers & QUALIFIER_UNBOUND))
      return qualifiers ? type_qualified(type, qualifiers) : type;
    /* What a class body deletes is no member; methods do not read its names. */
    if (ix->scopes[place->scope.v].kind == SCOPE_CLASS &&
        !(place->flags & PLACE_WRITTEN_FROM_INSIDE))
      return type_qualified(TYPE(NEVER), QUALIFIER_UNBOUND);
  }
  /* Read by closures, bound from a nested scope as well, or deleted at the
   * end: all that ever was bound. */
  UnionBuilder *builder = union_begin(ctx.world);
  bool any = !(qualifiers & QUALIFIER_UNBOUND), ended = any;
  if (any) union_add(builder, type);
  for (DefId d = place->first_def; d.v; d = ix->defs[d.v].next) {
    const Def *def = &ix->defs[d.v];
    if (!(def->flags & DEF_BINDS) || def->kind == DEF_DELETE) continue;
    bool own = def->scope.v == place->scope.v;
    if (ended && own && !closed_over) continue;
    if (reach_truth(&ctx, def->reach, REACH_ID_ALWAYS) == TRUTH_NEVER)
      continue;
    type = def_type(worker, module, d);
    if (!own || !closed_over) type = promote_literals(ctx.world, type);
    union_add(builder, type);
    any = true;
  }
  type = union_end(builder);
  return any ? type : type_qualified(TYPE(NEVER), QUALIFIER_UNBOUND);
}
