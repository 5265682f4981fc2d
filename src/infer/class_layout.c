/* class_layout.c - disjoint bases: classes with an instance layout of their own.
 *
 * A class is one when @disjoint_base marks it or its __slots__ name anything
 * but `__dict__` and `__weakref__`, which leave the layout open.  The disjoint
 * base of a class is the one of its bases' disjoint bases that derives from all
 * others; a class whose bases have none such cannot be created.
 *
 * Source: typing spec, "directives.html#disjoint-base" (PEP 800).
 */
#include "infer/check.h"
#include "infer/class.h"
#include "infer/func.h"
#include "infer/special/special.h"
#include "types/mro.h"

static bool takes_room(const Ast *ast, NodeId node) {
  NameId name = special_string(ast, node);
  if (name.v == 0) return true;
  return !str_is(name_text(name), "__dict__") &&
         !str_is(name_text(name), "__weakref__");
}

bool class_has_slots(InferWorker *worker, ClassId id) {
  const ClassInfo *info = class_at(id);
  ModuleState *m = class_module(worker, id);
  PlaceId place = index_symbol(m->index, info->scope, NAME_ID(dunder_slots));
  if (place.v == 0) return false;
  DefId def = m->index->places[place.v].first_def;
  if (def.v == 0 || m->index->defs[def.v].kind != DEF_ASSIGN) return false;
  NodeId value = {ast_at(m->ast, m->index->defs[def.v].node)->b};
  AstKind kind = ast_kind(m->ast, value);
  if (kind == AST_Str) return takes_room(m->ast, value);
  if (kind != AST_Tuple && kind != AST_List && kind != AST_Set) return false;
  NodeList list = ast_list(m->ast, ast_at(m->ast, value)->a);
  for (uint32_t i = 0; i < list.n; i++)
    if (takes_room(m->ast, ast_item(list, i))) return true;
  return false;
}

/* Adds the names that an expression lists; false when there may be others. */
static bool add_names(InferWorker *worker, const Ast *ast, NodeId node,
                      NameVec *out) {
  const AstNode *n = ast_at(ast, node);
  switch ((AstKind)n->kind) {
  case AST_Str:
    vec_push(out, worker->scratch, special_string(ast, node));
    return true;
  case AST_Tuple:
  case AST_List:
  case AST_Set:
  case AST_Dict: {
    bool all = true;
    NodeList list = ast_list(ast, n->a);
    for (uint32_t i = 0; i < list.n; i++) {
      NodeId item = ast_item(list, i);
      if (n->kind == AST_Dict) item.v = ast_at(ast, item)->a;
      NameId name = special_string(ast, item);
      if (name.v) vec_push(out, worker->scratch, name);
      all &= name.v != 0;
    }
    return all;
  }
  case AST_BinOp: {
    bool left = add_names(worker, ast, (NodeId){n->a}, out);
    return add_names(worker, ast, (NodeId){n->b}, out) && left;
  }
  default: return false;
  }
}

bool class_slots(InferWorker *worker, ClassId id, NameVec *out) {
  const ClassInfo *info = class_at(id);
  if (info->scope.v == 0) return false;
  ModuleState *m = class_module(worker, id);
  PlaceId place = index_symbol(m->index, info->scope, NAME_ID(dunder_slots));
  DefId def = place.v ? m->index->places[place.v].first_def : (DefId){0};
  if (def.v == 0) return false;
  bool all = m->index->defs[def.v].next.v == 0;
  for (; def.v; def = m->index->defs[def.v].next) {
    const Def *d = &m->index->defs[def.v];
    const AstNode *node = ast_at(m->ast, d->node);
    NodeId value = {d->kind == DEF_ASSIGN       ? node->b
                    : d->kind == DEF_ANN_ASSIGN ? node->c
                                                : 0};
    all &= value.v && add_names(worker, m->ast, value, out);
  }
  return all;
}

bool class_names_slot(InferWorker *worker, ClassId id, NameId name) {
  NameVec names = {0};
  class_slots(worker, id, &names);
  for (uint32_t i = 0; i < names.n; i++)
    if (name_eq(names.v[i], name)) return true;
  return false;
}

/* The disjoint base of a class, the first of its MRO; 0: only `object`. */
static ClassId disjoint_base(World *world, ClassId id) {
  TypeSpan mro = type_args(class_mro(world, id));
  for (uint32_t i = 0; i < mro.n; i++) {
    ClassId entry = mro_entry_class(mro.v[i]);
    if (entry.v && (class_flags(world, entry) & CLASS_DISJOINT_BASE))
      return entry;
  }
  return (ClassId){0};
}

void check_layout(Ctx *ctx, ClassId id, NodeId node) {
  InferWorker *worker = ctx->worker;
  if (!ctx_reports(ctx, RULE_INSTANCE_LAYOUT_CONFLICT)) return;
  TypeSpan bases = type_args(class_bases(worker, id));
  ClassId found = {0};
  for (uint32_t i = 0; i < bases.n; i++) {
    ClassId base = mro_entry_class(bases.v[i]);
    ClassId next = base.v ? disjoint_base(ctx->world, base) : base;
    if (next.v == 0) continue;
    if (found.v == 0 || class_derives(worker, next, found)) {
      found = next;
    } else if (!class_derives(worker, found, next)) {
      check_report_name(ctx, RULE_INSTANCE_LAYOUT_CONFLICT, node,
                        "Class `%" PRIstr "` cannot be created: its bases `%"
                        PRIstr "` and `%" PRIstr
                        "` have incompatible instance layouts",
                        STR_ARG(name_text(class_at(id)->name)),
                        STR_ARG(name_text(class_at(found)->name)),
                        STR_ARG(name_text(class_at(next)->name)));
      return;
    }
  }
}

void check_disjoint_decorator(Ctx *ctx, NodeId decorator, const char *what) {
  if (!ctx_reports(ctx, RULE_INVALID_ARGUMENT_TYPE)) return;
  Ctx quiet = *ctx;
  quiet.diags = NULL;
  quiet.counts = NULL;
  TypeId value;
  if (decorator_kind(&quiet, decorator, &value) == DECORATOR_DISJOINT_BASE)
    ctx_report(ctx, RULE_INVALID_ARGUMENT_TYPE, decorator,
               "`@disjoint_base` cannot be applied to a %s", what);
}
