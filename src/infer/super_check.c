/* super_check.c - methods that have to call the base's method of their name.
 *
 * Constructors, __init_subclass__ and the two methods of a context manager do
 * their class's part of a work that each class of the MRO has a part in.  One
 * that does not hand on, although a base other than object has such a method, is
 * reported (rule missing-super-call).
 *
 * Handing on is any call of that name on something other than the method's own
 * first parameter: super().__init__(), Base.__init__(self), or through a
 * variable.  Not asked: where it stands, with which arguments.
 */
#include "infer/check.h"
#include "infer/class.h"
#include "infer/func.h"
#include "infer/special/special.h"

static const NameId handed_on[] = {
    {NAME_dunder_init},
    {NAME_dunder_init_subclass},
    {NAME_dunder_enter},
    {NAME_dunder_exit},
};

/* A def that only says that there is such a method. */
static bool is_placeholder(const ModuleState *m, NodeId function) {
  return !m->module->is_stub && func_body_kind(m->ast, function) != BODY_CODE &&
         func_body_kind(m->ast, function) != BODY_PASS;
}

static bool has_method(InferWorker *worker, ClassId id, NameId name) {
  uint32_t flags = class_flags(&worker->world, id), q = 0;
  if (class_is(id, KNOWN_object)) return false;
  if (!special_is_defined(worker, id, name))
    return (flags & CLASS_DATACLASS) && name_is(name, NAME_dunder_init) &&
           !type_is_null(special_own_member(worker, id, name, &q));
  ModuleState *m = class_module(worker, id);
  PlaceId place = index_symbol(m->index, class_at(id)->scope, name);
  const Def *def = &m->index->defs[m->index->places[place.v].first_def.v];
  return def->kind == DEF_FUNCTION && !is_placeholder(m, def->node);
}

/* The nearest base that has the method; 0: none, or a base is not known. */
static ClassId base_with(InferWorker *worker, ClassId id, NameId name) {
  TypeId list = worker->world.class_mro(&worker->world, id);
  if (type_is_null(list) || type_kind(list) != TYPE_KIND_LIST)
    return (ClassId){0};
  TypeSpan mro = type_args(list);
  for (uint32_t i = 1; i < mro.n; i++) {
    if (type_kind(mro.v[i]) == TYPE_KIND_TUPLE) continue;
    if (type_kind(mro.v[i]) != TYPE_KIND_INSTANCE) return (ClassId){0};
    if (has_method(worker, type_class(mro.v[i]), name))
      return type_class(mro.v[i]);
  }
  return (ClassId){0};
}

static bool hands_on(const Ast *ast, NodeId function, NameId name) {
  NodeList params = ast_list(ast, ast_function(ast, function)->params);
  uint32_t first = params.n ? ast_at(ast, ast_item(params, 0))->a : 0;
  for (NodeId i = function; i.v < ast_end(ast, function).v; i.v++) {
    const AstNode *call = ast_at(ast, i);
    if (call->kind != AST_Call) continue;
    const AstNode *callee = ast_at(ast, (NodeId){call->a});
    if (callee->kind != AST_Attribute || callee->b != name.v) continue;
    const AstNode *object = ast_at(ast, (NodeId){callee->a});
    if (object->kind != AST_Name || object->a != first) return true;
  }
  return false;
}

static void check_method(Ctx *ctx, ClassId id, NameId name) {
  const Index *index = ctx->module->index;
  PlaceId place = index_symbol(index, class_at(id)->scope, name);
  if (place.v == 0) return;
  DefId d = index->places[place.v].first_def;
  for (; d.v; d = index->defs[d.v].next) {
    const Def *def = &index->defs[d.v];
    if (def->kind != DEF_FUNCTION ||
        (func_flags(ctx->worker, ctx->module, d) & FUNC_OVERLOAD) ||
        is_placeholder(ctx->module, def->node) ||
        hands_on(ctx->ast, def->node, name))
      continue;
    ClassId base = base_with(ctx->worker, id, name);
    if (base.v == 0) return;
    check_report_name(ctx, RULE_MISSING_SUPER_CALL, def->node,
                      "Method `%" PRIstr "` does not call `%" PRIstr
                      "` of the base class `%" PRIstr "`",
                      STR_ARG(name_text(name)), STR_ARG(name_text(name)),
                      STR_ARG(name_text(class_at(base)->name)));
  }
}

void check_super_calls(Ctx *ctx, ClassId id) {
  if (!ctx_reports(ctx, RULE_MISSING_SUPER_CALL) ||
      ctx->module->module->is_stub ||
      (class_flags(ctx->world, id) & (CLASS_PROTOCOL | CLASS_UNKNOWN_BASE)))
    return;
  for (size_t i = 0; i < ARRAY_LEN(handed_on); i++)
    check_method(ctx, id, handed_on[i]);
}
