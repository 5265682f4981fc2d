/* declared.c - what definitions and places are declared as.
 *
 * Other scopes see one declaration of a place, the first that can be reached.
 * Inside the scope a binding is held against the declarations before it that can
 * reach it: one that all ways to the binding go through hides those before it, one
 * in another branch does not count, and of two that may both hold, in branches of
 * their own, neither is right.  All this is read off the reachability graph (its
 * dominators, and which outcome of a test a branch stands for); no condition is
 * evaluated but for what no version and platform reaches, since declared types
 * must not wait for inferred ones.  Declarations further down, in a loop, do not
 * count.
 */
#include "infer/expr_int.h"
#include "infer/queries.h"

TypeId def_declared(InferWorker *worker, ModuleState *module, DefId def) {
  if (!(module->index->defs[def.v].flags & DEF_DECLARES))
    return TYPE(EMPTY_LIST);
  return query(worker, QUERY_DEF_DECLARED, module, def.v);
}
TypeId place_declared(InferWorker *worker, ModuleState *module,
                      PlaceId place) {
  if (!(module->index->places[place.v].flags & PLACE_DECLARED))
    return TYPE(EMPTY_LIST);
  return query(worker, QUERY_PLACE_DECLARED, module, place.v);
}

/* ---- one definition, one place ------------------------------------------------- */

static bool annotations_deferred(const ModuleState *m, const Options *options) {
  return m->module->is_stub || m->index->future_annotations ||
         python_at_least(options->python_version, 3, 14);
}

/* The annotation of a variable or parameter, in the scope where it stands. */
static TypeId declared_annotation(InferWorker *worker, ModuleState *m,
                                  const Def *def, NodeId annotation,
                                  uint32_t where) {
  Ctx ctx = ctx_quiet(worker, m, index_enclosing(m->index, annotation));
  (void)def;
  if (annotations_deferred(m, worker->infer->options)) where |= ANNOT_DEFERRED;
  return annot_qualified(&ctx, annotation, where);
}

/* `X: TypeAlias = ...` declares an alias, not a variable. */
static bool is_alias_annotation(TypeId declared) {
  TypeId inner = unqualified(declared, NULL);
  return type_kind(inner) == TYPE_KIND_SPECIAL_FORM &&
         type_form(inner) == FORM_TYPE_ALIAS;
}

TypeId def_declared_compute(InferWorker *worker, ModuleState *module,
                            uint32_t index) {
  const Def *def = &module->index->defs[index];
  const Ast *ast = module->ast;
  switch ((DefKind)def->kind) {
    case DEF_ANN_ASSIGN: {
      const AstNode *node = ast_at(ast, def->node);
      TypeId t = declared_annotation(worker, module, def, (NodeId){node->b},
                                     ANNOT_VARIABLE);
      return is_alias_annotation(t) ? TYPE(EMPTY_LIST) : t;
    }
    case DEF_PARAM: {
      NodeId annotation = {ast_at(ast, def->node)->b};
      if (annotation.v == 0) return TYPE(EMPTY_LIST);
      uint8_t kind = ast_at(ast, def->node)->op;
      uint32_t where = ANNOT_PARAM;
      if (kind == PARAM_VARIADIC) where |= ANNOT_ARGS;
      if (kind == PARAM_KEYWORD_VARIADIC) where |= ANNOT_KWARGS;
      return declared_annotation(worker, module, def, annotation, where);
    }
    case DEF_FUNCTION:
    case DEF_CLASS:
      return type_qualified(def_type(worker, module, (DefId){index}),
                            QUALIFIER_DECLARED);
    default: return TYPE(EMPTY_LIST);
  }
}

/* What a parameter of this kind holds whose arguments are of a type: a tuple
 * for `*args: T`, a dict for `**kwargs: T`. */
TypeId declared_collected(World *world, uint8_t kind, TypeId type) {
  bool part = type_kind(type) == TYPE_KIND_PARAM_SPEC_PART;
  bool unpacked = type_kind(type) == TYPE_KIND_UNPACKED;
  switch (kind) {
    case PARAM_VARIADIC:
      if (part) return type;
      if (unpacked && type_kind(type_inner(type)) == TYPE_KIND_TUPLE)
        return type_inner(type);
      return type_tuple((TypeSpan){0}, type, (TypeSpan){0});
    case PARAM_KEYWORD_VARIADIC: {
      if (part) return type;
      if (unpacked) return type_inner(type);
      TypeId args[2] = {world_known(world, KNOWN_str), type};
      return type_instance(CLASS_ID(dict), (TypeSpan){args, 2});
    }
    default: return type;
  }
}

/* An annotation declares the place; defs and classes do so only for what is
 * assigned to their name from elsewhere, so they do not count here. */
TypeId place_declared_compute(InferWorker *worker, ModuleState *module,
                              uint32_t index) {
  const Index *ix = module->index;
  ScopeId scope = ix->places[index].scope;
  Ctx ctx = ctx_quiet(worker, module, scope);
  for (DefId d = ix->places[index].first_def; d.v; d = ix->defs[d.v].next) {
    DefKind kind = (DefKind)ix->defs[d.v].kind;
    if (kind != DEF_ANN_ASSIGN && kind != DEF_PARAM) continue;
    /* Of several the first that can be reached: by version and platform. The only
     * one counts but in a module's scope: declarations must not wait for values. */
    bool only = d.v == ix->places[index].first_def.v && !ix->defs[d.v].next.v;
    if (!(only && scope.v != 1) &&
        reach_truth(&ctx, ix->defs[d.v].reach, REACH_ID_ALWAYS) == TRUTH_NEVER)
      continue;
    TypeId t = def_declared(worker, module, d);
    if (type_eq(t, TYPE(DIVERGENT))) return t;
    if (kind == DEF_PARAM && type_kind(t) != TYPE_KIND_LIST)
      t = declared_collected(ctx.world, ast_at(module->ast, ix->defs[d.v].node)->op,
                    unqualified(t, NULL));
    if (type_kind(t) == TYPE_KIND_QUALIFIED &&
        (type_qualifiers(t) & QUALIFIER_DECLARED))
      return t;
    if (type_kind(t) != TYPE_KIND_LIST && type_kind(t) != TYPE_KIND_QUALIFIED)
      return type_qualified(t, QUALIFIER_DECLARED);
  }
  return TYPE(EMPTY_LIST);
}

/* ---- where a definition binds ------------------------------------------------------- */

typedef enum { REACHES_NOT, REACHES, HIDES } Reaching;

/* How a declaration under condition `from` bears on a point under `to` behind it. */
static Reaching reaching(const Index *index, ReachId from, ReachId to) {
  ReachId above_from = {0}, above_to = {0}; /* the last nodes gone through */
  ReachId f = from;
  while (f.v != to.v) { /* operands have smaller ids than what uses them */
    if (f.v > to.v) above_from = f, f = index_reach_before(index, f);
    else above_to = to, to = index_reach_before(index, to);
  }
  if (f.v == from.v) return HIDES;
  if (above_to.v == 0) return REACHES;
  const Reach *a = &index->reaches[above_from.v];
  const Reach *b = &index->reaches[above_to.v];
  bool other_outcome = a->kind == REACH_PRED && b->kind == REACH_PRED &&
                       a->b == b->b && a->c != b->c;
  return other_outcome ? REACHES_NOT : REACHES;
}

/* A declaration in an except clause that the point does not stand in: the graph
 * has no condition for exceptions. */
static bool is_in_other_handler(const ModuleState *m, const Def *d,
                                NodeId point) {
  if (!(d->flags & DEF_IN_HANDLER)) return false;
  NodeId node = d->node;
  do node.v--;
  while (node.v && (ast_kind(m->ast, node) != AST_ExceptHandler ||
                    ast_end(m->ast, node).v <= d->node.v));
  return node.v && ast_end(m->ast, node).v <= point.v;
}

/* Whether an annotation or annotated parameter declares a type here. */
static TypeId declaration(Ctx *ctx, DefId d) {
  const Index *ix = ctx->module->index;
  const Def *def = &ix->defs[d.v];
  if (def->kind != DEF_ANN_ASSIGN && def->kind != DEF_PARAM) return TYPE_NULL;
  if (reach_truth(ctx, def->reach, REACH_ID_ALWAYS) == TRUTH_NEVER)
    return TYPE_NULL;
  TypeId t = def_declared(ctx->worker, ctx->module, d);
  uint32_t qualifiers;
  if (type_kind(t) == TYPE_KIND_LIST) return TYPE_NULL;
  TypeId type = unqualified(t, &qualifiers);
  if (type_kind(t) == TYPE_KIND_QUALIFIED && !(qualifiers & QUALIFIER_DECLARED))
    return TYPE_NULL;
  if (def->kind != DEF_PARAM) return type;
  return declared_collected(ctx->world, ast_at(ctx->module->ast, def->node)->op, type);
}

TypeId declared_before(InferWorker *worker, ModuleState *module, DefId def,
                       TypeId *conflicting) {
  const Index *ix = module->index;
  const Def *d = &ix->defs[def.v];
  const Place *place = &ix->places[d->place.v];
  if (conflicting) *conflicting = TYPE_NULL;
  if (!(place->flags & PLACE_DECLARED)) return TYPE_NULL;
  if (!(place->flags & PLACE_REDECLARED) || module->module->is_stub ||
      d->scope.v != place->scope.v) {
    TypeId t = place_declared(worker, module, d->place);
    return type_kind(t) == TYPE_KIND_LIST ? TYPE_NULL : unqualified(t, NULL);
  }
  Ctx ctx = ctx_quiet(worker, module, place->scope);
  TypeId found = TYPE_NULL, other = TYPE_NULL;
  for (DefId k = place->first_def; k.v; k = ix->defs[k.v].next) {
    TypeId t = declaration(&ctx, k);
    if (!type_is_null(t)) {
      Reaching how = reaching(ix, ix->defs[k.v].reach, d->reach);
      if (how == HIDES && is_in_other_handler(module, &ix->defs[k.v], d->node))
        how = REACHES;
      if (how == HIDES) found = t, other = TYPE_NULL;
      else if (how == REACHES && type_is_null(found)) found = t;
      else if (how == REACHES && type_is_null(other) &&
               !relate_equivalent(ctx.world, found, t))
        other = t;
    }
    if (k.v == def.v) break;
  }
  if (conflicting) *conflicting = other;
  return type_is_null(other) ? found : TYPE_NULL;
}
