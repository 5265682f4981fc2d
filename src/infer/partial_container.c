/* partial_container.c - the items of `x = []`, from what is put in later.
 *
 * Problem: an empty display has no items to infer from.  mypy and pyrefly let
 * the first use decide, and report the next use that differs; pyright and ty
 * leave the items unknown.  Here the items are the union of *all* that the web
 * of the definition (index/container.c) puts in, literals widened, so:
 *
 *   - no order of uses matters, and no later use contradicts an earlier one;
 *   - the type is complete or the container stays as it is without uses
 *     (list[Unknown]): when a thing put in is not known, or the container gets
 *     another name under which more may be put in.  A half-known union would be
 *     worse than none: `int | Unknown` is checked as an int.
 *   - where a declared type wants other items than were put in, and those fit
 *     (`return x` under `-> list[float]`), the container is what is wanted: it was
 *     never anything else (container_wanted).
 *
 * `d[k] = []; d[k].append(1)`: a use has a depth.  What is put in at depth n and is
 * itself an empty container is completed by the uses at depth n + 1.
 *
 * Representation: one query for a web; its answer is tuple[item, key, value]:
 * items of a list, set or deque, keys and values of a dict.  Never: nothing is
 * put in; Unknown: not known.
 *
 * Cycles: what is put in may be made of the container itself, `x.append(f(x))`.
 * That is a cycle of queries like any other (query.c): what is Divergent drops out
 * of the union, and rounds go on until nothing changes.
 *
 * Cost: what is put in is inferred once more than its body's walk does.
 */
#include "infer/partial_container.h"

#include "infer/class.h"
#include "infer/expr_int.h"
#include "infer/queries.h"
#include "infer/typevar.h"

enum { PART_ITEM, PART_KEY, PART_VALUE, PART_COUNT };
enum { FITS_DEPTH = 3 }; /* containers in containers */

/* What one level of a web gets. */
typedef struct {
  UnionBuilder *parts[PART_COUNT];
  bool unknown[PART_COUNT];
} Level;

typedef struct {
  Ctx *ctx;
  Level level;
  const TypeId *below; /* parts of the next level; NULL at the deepest */
} Collected;

/* ---- filling a container's arguments ---------------------------------------- */

static bool is_sequence(ClassId c) {
  return class_is(c, KNOWN_list) || class_is(c, KNOWN_set) ||
         class_is(c, KNOWN_deque);
}
static bool is_mapping(ClassId c) {
  return class_is(c, KNOWN_dict) || class_is(c, KNOWN_OrderedDict) ||
         class_is(c, KNOWN_defaultdict);
}

static TypeId filled(TypeId have, TypeId part) {
  if (!type_eq(have, TYPE(UNKNOWN)) || type_eq(part, TYPE(NEVER))) return have;
  return part;
}

/* An empty container of that type with those parts put in. */
static TypeId fill(TypeId empty, const TypeId *parts) {
  if (type_kind(empty) != TYPE_KIND_INSTANCE) return empty;
  ClassId c = type_class(empty);
  TypeSpan have = type_args(empty);
  TypeId args[2];
  if (is_sequence(c) && have.n == 1) {
    args[0] = filled(have.v[0], parts[PART_ITEM]);
  } else if (is_mapping(c) && have.n == 2) {
    args[0] = filled(have.v[0], parts[PART_KEY]);
    args[1] = filled(have.v[1], parts[PART_VALUE]);
  } else {
    return empty;
  }
  return type_instance(c, (TypeSpan){args, have.n});
}

/* ---- what is put in ------------------------------------------------------------ */

static bool is_open(Ctx *ctx, TypeId type) {
  TypeSpan members = union_members(ctx->world, &type);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeKind kind = type_kind(members.v[i]);
    /* Functions carry attributes that nobody declares. */
    if (type_is_dynamic(members.v[i]) || kind == TYPE_KIND_FUNCTION ||
        kind == TYPE_KIND_CALLABLE || kind == TYPE_KIND_OVERLOADED)
      return true;
  }
  return false;
}

static void put(Collected *c, int part, TypeId type) {
  Ctx *ctx = c->ctx;
  if (type_has(type, TYPE_HAS_DIVERGENT)) type = TYPE(DIVERGENT);
  else if (is_open(ctx, type)) c->level.unknown[part] = true;
  union_add(c->level.parts[part],
            typevar_self_widened(ctx, promote_literals(ctx->world, type)));
}

static bool takes(Ctx *ctx, TypeId arg, TypeId part) {
  return type_has(part, TYPE_HAS_DIVERGENT) ||
         (!type_is_dynamic(part) && relate_assignable(ctx->world, part, arg));
}

/* Whether a container takes what is put into it at the next level. */
static bool takes_all(Ctx *ctx, TypeId type, const TypeId *below) {
  if (type_kind(type) != TYPE_KIND_INSTANCE) return true;
  TypeSpan args = type_args(type);
  if (is_sequence(type_class(type)) && args.n == 1)
    return takes(ctx, args.v[0], below[PART_ITEM]);
  if (is_mapping(type_class(type)) && args.n == 2)
    return takes(ctx, args.v[0], below[PART_KEY]) &&
           takes(ctx, args.v[1], below[PART_VALUE]);
  return true;
}

/* A value that is stored: an empty container is what is put into it, another one
 * must take that. */
static TypeId stored(Collected *c, NodeId node) {
  TypeId type = expr_infer(c->ctx, node, TYPE_NULL);
  if (!c->below) return type;
  if (index_is_empty_container(c->ctx->ast, node)) return fill(type, c->below);
  return takes_all(c->ctx, type, c->below) ? type : TYPE(UNKNOWN);
}

static void put_items(Collected *c, int part, TypeId iterable) {
  put(c, part, expr_iterate(c->ctx, iterable, ID_NONE(NodeId), false));
}

/* update() of a set, or with a mapping; |= */
static void put_all(Collected *c, TypeId all) {
  TypeId mapping = type_is_dynamic(all)
                       ? TYPE_NULL
                       : world_as_instance_of(c->ctx->world, all,
                                              CLASS_ID(Mapping));
  if (!type_is_null(mapping) && type_args(mapping).n == 2) {
    put(c, PART_KEY, type_args(mapping).v[0]);
    put(c, PART_VALUE, type_args(mapping).v[1]);
  } else if (!type_eq(all, TYPE(DIVERGENT))) {
    put(c, PART_KEY, TYPE(UNKNOWN)); /* pairs */
    put(c, PART_VALUE, TYPE(UNKNOWN));
  }
  put_items(c, PART_ITEM, all);
}

static void put_unknown(Collected *c) {
  for (int i = 0; i < PART_COUNT; i++) c->level.unknown[i] = true;
}

static void use_update(Collected *c, NodeList args) {
  const Ast *ast = c->ctx->ast;
  for (uint32_t i = 0; i < args.n; i++) {
    const AstNode *n = ast_at(ast, ast_item(args, i));
    if (n->kind == AST_Starred || (n->kind == AST_Keyword && !n->a)) {
      put_unknown(c);
    } else if (n->kind == AST_Keyword) {
      put(c, PART_KEY, TYPE_KNOWN(str));
      put(c, PART_VALUE, stored(c, (NodeId){n->b}));
    } else {
      put_all(c, expr_infer(c->ctx, ast_item(args, i), TYPE_NULL));
    }
  }
}

static void use_call(Collected *c, NodeId call) {
  const Ast *ast = c->ctx->ast;
  const AstNode *n = ast_at(ast, call);
  NameId method = {ast_at(ast, (NodeId){n->a})->b};
  NodeList args = ast_list(ast, n->b);
  if (method.v == NAME_update) {
    use_update(c, args);
    return;
  }
  for (uint32_t i = 0; i < args.n; i++) {
    AstKind kind = ast_kind(ast, ast_item(args, i));
    if (kind == AST_Starred || kind == AST_Keyword) {
      put_unknown(c);
      return;
    }
  }
  if (args.n == 0) return;
  switch (method.v) {
    case NAME_extend:
    case NAME_extendleft:
      put_items(c, PART_ITEM, expr_infer(c->ctx, ast_item(args, 0), TYPE_NULL));
      return;
    case NAME_setdefault:
      put(c, PART_KEY, expr_infer(c->ctx, ast_item(args, 0), TYPE_NULL));
      put(c, PART_VALUE,
          args.n > 1 ? stored(c, ast_item(args, 1)) : TYPE_KNOWN(NoneType));
      return;
    case NAME_insert:
      if (args.n == 2) put(c, PART_ITEM, stored(c, ast_item(args, 1)));
      return;
    default: put(c, PART_ITEM, stored(c, ast_item(args, 0))); return;
  }
}

static NodeId statement_of(const Ast *ast, NodeId node) {
  NodeId statement = node;
  do statement.v--;
  while (ast_end(ast, statement).v <= node.v);
  return statement;
}

/* `x[k] = v`, `x[k] += v` */
static void use_store(Collected *c, NodeId target, bool augmented) {
  Ctx *ctx = c->ctx;
  const AstNode *n = ast_at(ctx->ast, target);
  NodeId statement = statement_of(ctx->ast, target), key = {n->b};
  const AstNode *s = ast_at(ctx->ast, statement);
  if (ast_kind(ctx->ast, key) == AST_Slice) {
    put_items(c, PART_ITEM, expr_infer(ctx, (NodeId){s->b}, TYPE_NULL));
    return;
  }
  TypeId value;
  if (augmented)
    value = expr_augmented(ctx, (Operator)s->op, expr_target_value(ctx, target),
                           (NodeId){s->b}, ID_NONE(NodeId));
  else
    value = stored(c, (NodeId){s->b});
  put(c, PART_KEY, expr_infer(ctx, key, TYPE_NULL));
  put(c, PART_VALUE, value);
  put(c, PART_ITEM, value);
}

/* `x += v`, `x |= v` */
static void use_augmented(Collected *c, NodeId statement) {
  const AstNode *n = ast_at(c->ctx->ast, statement);
  TypeId right = expr_infer(c->ctx, (NodeId){n->b}, TYPE_NULL);
  if (n->op == OP_ADD) put_items(c, PART_ITEM, right);
  if (n->op == OP_BITOR || n->op == OP_BITXOR) put_all(c, right);
}

/* Another value of the web: what it holds is among the items. */
static void put_other(Collected *c, TypeId type) {
  World *world = c->ctx->world;
  TypeSpan members = union_members(world, &type);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId t = alias_expand(world, members.v[i]);
    if (type_eq(t, TYPE(DIVERGENT))) continue;
    if (type_is_dynamic(t)) {
      put_unknown(c);
      continue;
    }
    if (type_kind(t) != TYPE_KIND_INSTANCE) continue;
    TypeSpan args = type_args(t);
    if (is_sequence(type_class(t)) && args.n == 1) {
      put(c, PART_ITEM, args.v[0]);
    } else if (is_mapping(type_class(t)) && args.n == 2) {
      put(c, PART_KEY, args.v[0]);
      put(c, PART_VALUE, args.v[1]);
    }
  }
}

static void use_one(Collected *c, const ContainerUse *u) {
  ModuleState *m = c->ctx->module;
  c->ctx->scope = index_enclosing(m->index, u->node);
  switch ((ContainerUseKind)u->kind) {
    case CONTAINER_CALL: use_call(c, u->node); return;
    case CONTAINER_STORE: use_store(c, u->node, false); return;
    case CONTAINER_AUG_STORE: use_store(c, u->node, true); return;
    case CONTAINER_AUG: use_augmented(c, u->node); return;
    case CONTAINER_OTHER: {
      DefId def = index_def_of(m->index, u->node);
      if (def.v == 0) put_unknown(c);
      else put_other(c, unqualified(def_type(c->ctx->worker, m, def), NULL));
      return;
    }
    case CONTAINER_ESCAPE: put_unknown(c); return;
  }
}

/* `d[k].append(v)` puts k into a defaultdict. */
static void use_chain(Collected *c, const ContainerUse *u) {
  const Ast *ast = c->ctx->ast;
  NodeId node = u->node, below = {0};
  while (ast_kind(ast, node) != AST_Name) {
    below = node;
    node = (NodeId){ast_at(ast, node)->a};
  }
  if (below.v == 0 || ast_kind(ast, below) != AST_Subscript) return;
  c->ctx->scope = index_enclosing(c->ctx->index, node);
  put(c, PART_KEY,
      expr_infer(c->ctx, (NodeId){ast_at(ast, below)->b}, TYPE_NULL));
}

/* ---- the query ------------------------------------------------------------------ */

/* Things of one kind: what is done to one of them may be done to all.  None
 * alone holds the place of something else. */
static bool is_alike(TypeId type) {
  return type_kind(type) != TYPE_KIND_UNION &&
         !type_eq(type, TYPE_KNOWN(NoneType));
}

static TypeId part_end(Collected *c, int part) {
  TypeId type = union_end(c->level.parts[part]);
  bool known = !c->level.unknown[part] && !type_has(type, TYPE_HAS_UNKNOWN);
  return known && is_alike(type) ? type : TYPE(UNKNOWN);
}

static TypeId natural(Ctx *ctx, DefId def) {
  const Def *d = &ctx->index->defs[def.v];
  Ctx quiet = ctx_quiet(ctx->worker, ctx->module, d->scope);
  quiet.sites = ctx->sites;
  NodeId value = {ast_at(ctx->ast, d->node)->b};
  return expr_infer(&quiet, value, TYPE_NULL);
}

/* What a defaultdict(list) makes by itself; null: nothing that is known. */
static TypeId default_value(TypeId t) {
  if (type_kind(t) != TYPE_KIND_INSTANCE ||
      !class_is(type_class(t), KNOWN_defaultdict) || type_args(t).n != 2 ||
      type_is_dynamic(type_args(t).v[1]))
    return TYPE_NULL;
  return type_args(t).v[1];
}

/* Whether nothing that counts for a container of the class can be known any
 * more. */
static bool is_hopeless(const Level *level, ClassId holds) {
  if (is_sequence(holds)) return level->unknown[PART_ITEM];
  return level->unknown[PART_KEY] && level->unknown[PART_VALUE] &&
         (level->unknown[PART_ITEM] || is_mapping(holds));
}

/* An escape comes out before anything is inferred. */
static bool escapes(const Index *index, const Container *container) {
  for (uint32_t i = container->use_begin; i < container->use_end; i++)
    if (index->container_uses[i].kind == CONTAINER_ESCAPE &&
        index->container_uses[i].depth == 0)
      return true;
  return false;
}

/* One level of the web of a container of class `holds` (0: not known);
 * `made`: what a defaultdict makes. */
static void level_compute(Ctx *ctx, const Container *container, uint32_t depth,
                          ClassId holds, TypeId made, const TypeId *below,
                          TypeId *parts) {
  const Index *index = ctx->index;
  Collected c = {.ctx = ctx, .below = below};
  for (int i = 0; i < PART_COUNT; i++)
    c.level.parts[i] = union_begin(ctx->world);
  bool makes = depth == 0 && !type_is_null(made);
  if (makes) put(&c, PART_VALUE, below ? fill(made, below) : made);
  for (uint32_t i = container->use_begin; i < container->use_end; i++) {
    const ContainerUse *u = &index->container_uses[i];
    if (u->depth == depth) use_one(&c, u);
    else if (makes && u->kind != CONTAINER_ESCAPE) use_chain(&c, u);
    if (!is_hopeless(&c.level, holds)) continue;
    put_unknown(&c);
    break;
  }
  for (int i = 0; i < PART_COUNT; i++) parts[i] = part_end(&c, i);
}

TypeId container_compute(InferWorker *worker, ModuleState *module,
                         uint32_t index) {
  const Container *container = &module->index->containers[index - 1];
  Ctx ctx = ctx_quiet(worker, module, (ScopeId){1});
  if (container->use_begin == container->use_end ||
      escapes(module->index, container))
    return TYPE(UNKNOWN);
  TypeId first = natural(&ctx, container->first), made = default_value(first);
  ClassId holds = {0};
  if (type_kind(first) == TYPE_KIND_INSTANCE) holds = type_class(first);
  uint32_t deepest = 0;
  for (uint32_t i = container->use_begin; i < container->use_end; i++)
    deepest = MAX(deepest, module->index->container_uses[i].depth);
  TypeId parts[2][PART_COUNT];
  const TypeId *below = NULL;
  for (uint32_t depth = deepest + 1; depth-- > 0;) {
    level_compute(&ctx, container, depth, depth ? ID_NONE(ClassId) : holds,
                  made, below, parts[depth & 1]);
    below = parts[depth & 1];
  }
  return type_tuple_of((TypeSpan){parts[0], PART_COUNT});
}

/* ---- asking ------------------------------------------------------------------------ */

TypeId container_completed(Ctx *ctx, DefId def) {
  const Index *index = ctx->module->index;
  PlaceId place = index->defs[def.v].place;
  if (place.v == 0 || !(index->places[place.v].flags & PLACE_CONTAINER))
    return TYPE_NULL;
  uint32_t container = index_container_of(index, def);
  if (container == 0) return TYPE_NULL;
  TypeId answer =
      query(ctx->worker, QUERY_CONTAINER, ctx->module, container);
  TypeId parts[PART_COUNT] = {answer, answer, answer};
  if (type_kind(answer) == TYPE_KIND_TUPLE) {
    TypeSpan span = type_tuple_view(answer).prefix;
    for (int i = 0; i < PART_COUNT; i++) parts[i] = span.v[i];
  }
  TypeId empty = natural(ctx, def), made = default_value(empty);
  if (!type_is_null(made) && !type_is_dynamic(parts[PART_VALUE])) {
    DefId first = index->containers[container - 1].first;
    if (!type_eq(made, default_value(natural(ctx, first)))) return TYPE_NULL;
    empty = type_instance(
        type_class(empty),
        (TypeSpan){(TypeId[]){type_args(empty).v[0], TYPE(UNKNOWN)}, 2});
  }
  TypeId type = fill(empty, parts);
  return type_eq(type, empty) ? TYPE_NULL : type;
}

/* ---- where a declared type wants it ------------------------------------------------- */

/* Which literals went in is not known any more: a str fits where some are wanted. */
static bool fits_literals(Ctx *ctx, TypeId have, TypeId want) {
  want = alias_expand(ctx->world, want);
  TypeSpan members = union_members(ctx->world, &want);
  for (uint32_t i = 0; i < members.n; i++)
    if (type_is_literal(members.v[i]) &&
        type_eq(have, world_nominal_fallback(ctx->world, members.v[i])))
      return true;
  return false;
}

/* Whether a container of `have` may be one of `want`: as if all were covariant,
 * since what is in it may have been made for it. */
static bool fits(Ctx *ctx, TypeId have, TypeId want, uint32_t depth) {
  if (relate_assignable(ctx->world, have, want)) return true;
  if (fits_literals(ctx, have, want)) return true;
  if (depth == 0) return false;
  if (type_kind(have) == TYPE_KIND_UNION) {
    TypeSpan members = type_members(have);
    for (uint32_t i = 0; i < members.n; i++)
      if (!fits(ctx, members.v[i], want, depth)) return false;
    return true;
  }
  if (type_kind(have) != TYPE_KIND_INSTANCE) return false;
  TypeSpan args = type_args(have);
  TypeId wants[2];
  if (args.n == 0 || args.n > 2 ||
      !expr_expected_args(ctx, type_class(have), want, wants, args.n))
    return false;
  for (uint32_t i = 0; i < args.n; i++)
    if (!type_is_null(wants[i]) && !fits(ctx, args.v[i], wants[i], depth - 1))
      return false;
  return true;
}

static TypeId wanted_one(Ctx *ctx, TypeId type, TypeId expected) {
  if (type_kind(type) != TYPE_KIND_INSTANCE ||
      !(is_sequence(type_class(type)) || is_mapping(type_class(type))) ||
      relate_assignable(ctx->world, type, expected))
    return type;
  TypeSpan have = type_args(type);
  TypeId args[2];
  if (have.n > 2 ||
      !expr_expected_args(ctx, type_class(type), expected, args, have.n))
    return type;
  for (uint32_t i = 0; i < have.n; i++) {
    if (type_is_null(args[i])) args[i] = have.v[i];
    else if (!fits(ctx, have.v[i], args[i], FITS_DEPTH)) return type;
  }
  return type_instance(type_class(type), (TypeSpan){args, have.n});
}

static bool is_container_name(Ctx *ctx, NodeId node) {
  const AstNode *n = ast_at(ctx->ast, node);
  if (n->kind != AST_Name || ctx->in_string || n->b == 0) return false;
  PlaceId place = flow_place(ctx->index, (FlowId){n->b});
  return place.v && (ctx->index->places[place.v].flags & PLACE_CONTAINER);
}

TypeId container_wanted(Ctx *ctx, NodeId node, TypeId type, TypeId expected) {
  TypeKind kind = type_kind(type);
  if ((kind != TYPE_KIND_INSTANCE && kind != TYPE_KIND_UNION) ||
      !is_container_name(ctx, node))
    return type;
  if (kind == TYPE_KIND_INSTANCE) return wanted_one(ctx, type, expected);
  UnionBuilder *builder = union_begin(ctx->world);
  TypeSpan members = type_members(type);
  for (uint32_t i = 0; i < members.n; i++)
    union_add(builder, wanted_one(ctx, members.v[i], expected));
  return union_end(builder);
}

static TypeId opened_one(TypeId type) {
  if (type_kind(type) != TYPE_KIND_INSTANCE ||
      !(is_sequence(type_class(type)) || is_mapping(type_class(type))))
    return type;
  TypeId args[2] = {TYPE(UNKNOWN), TYPE(UNKNOWN)};
  uint32_t n = type_args(type).n;
  return n && n <= 2 ? type_instance(type_class(type), (TypeSpan){args, n})
                     : type;
}

TypeId container_opened(Ctx *ctx, NodeId node, TypeId type) {
  TypeKind kind = type_kind(type);
  if ((kind != TYPE_KIND_INSTANCE && kind != TYPE_KIND_UNION) ||
      !is_container_name(ctx, node))
    return type;
  if (kind == TYPE_KIND_INSTANCE) return opened_one(type);
  UnionBuilder *builder = union_begin(ctx->world);
  TypeSpan members = type_members(type);
  for (uint32_t i = 0; i < members.n; i++)
    union_add(builder, opened_one(members.v[i]));
  return union_end(builder);
}

/* ---- displays of several kinds ------------------------------------------------------ */

/* Things of several kinds, None aside, in one list, set, deque or dict. */
static bool is_mixed(Ctx *ctx, TypeId type) {
  if (type_kind(type) != TYPE_KIND_INSTANCE ||
      !(is_sequence(type_class(type)) || is_mapping(type_class(type))))
    return false;
  TypeSpan args = type_args(type);
  for (uint32_t i = 0; i < args.n; i++) {
    TypeId arg = args.v[i];
    TypeSpan members = union_members(ctx->world, &arg);
    uint32_t kinds = 0;
    for (uint32_t k = 0; k < members.n; k++)
      kinds += !type_eq(members.v[k], TYPE_KNOWN(NoneType));
    if (kinds > 1) return true;
  }
  return false;
}

static bool binds_display(const ModuleState *m, DefId id) {
  const Def *def = &m->index->defs[id.v];
  if (def->kind != DEF_ASSIGN || (def->flags & DEF_IN_UNPACK)) return false;
  const AstNode *n = ast_at(m->ast, (NodeId){ast_at(m->ast, def->node)->b});
  return (n->kind == AST_List || n->kind == AST_Set || n->kind == AST_Dict) &&
         n->a != 0;
}

/* The expression is a name or an attribute that nothing declares, and that was bound to
 * a display. */
static bool is_display_place(Ctx *ctx, NodeId node) {
  const AstNode *n = ast_at(ctx->ast, node);
  if (n->kind == AST_Name) {
    if (ctx->in_string || n->b == 0) return false;
    PlaceId place = flow_place(ctx->index, (FlowId){n->b});
    if (place.v == 0 || (ctx->index->places[place.v].flags & PLACE_DECLARED))
      return false;
    for (DefId d = ctx->index->places[place.v].first_def; d.v;
         d = ctx->index->defs[d.v].next)
      if (binds_display(ctx->module, d)) return true;
    return false;
  }
  if (n->kind != AST_Attribute) return false;
  Ctx quiet = expr_quiet(ctx);
  TypeId object = expr_infer(&quiet, (NodeId){n->a}, TYPE_NULL);
  if (type_kind(object) == TYPE_KIND_TYPE_VAR)
    object = type_var_bounds(ctx->world, object).bound;
  if (type_is_null(object) || type_kind(object) != TYPE_KIND_INSTANCE)
    return false;
  ClassMember member =
      class_lookup(ctx->worker, object, (NameId){n->b}, MEMBER_STORED);
  return !type_is_null(member.type) && !member.dynamic && !member.declared &&
         member.def.v && class_at(member.owner)->scope.v &&
         binds_display(class_module(ctx->worker, member.owner), member.def);
}

TypeId container_mixed(Ctx *ctx, NodeId node, TypeId type) {
  return is_mixed(ctx, type) && is_display_place(ctx, node) ? opened_one(type)
                                                            : type;
}
