/* class_keywords.c - what a class statement hands on when the class is made.
 *
 * Its keywords, `metaclass` aside, go to the metaclass, and `type` hands them on to
 * the __init_subclass__ of the bases (data model, "Customizing class creation"). So
 * with a metaclass that makes classes as `type` does, the call of that method is
 * checked; what other metaclasses do with keywords is not known.
 *
 * Also here: the value of `metaclass`, decorators and variables of the body that fail
 * when the class is made.
 */
#include "infer/call_int.h"
#include "infer/check.h"
#include "infer/class.h"
#include "infer/expr_int.h"
#include "infer/special/special.h"

/* The metaclass makes classes the way `type` or ABCMeta does. */
static bool is_plain_metaclass(InferWorker *worker, TypeId meta) {
  static const WellKnownName makers[] = {NAME_dunder_new, NAME_dunder_init,
                                         NAME_dunder_call};
  if (type_kind(meta) != TYPE_KIND_INSTANCE) return false;
  for (size_t i = 0; i < ARRAY_LEN(makers); i++) {
    ClassMember m = class_lookup(worker, meta, (NameId){makers[i]}, 0);
    if (type_is_null(m.type) || m.dynamic) return false;
    if (!class_is(m.owner, KNOWN_type) && !class_is(m.owner, KNOWN_ABCMeta))
      return false;
  }
  return true;
}

/* The keywords of the statement as arguments. */
static Arguments keyword_arguments(Ctx *ctx, NodeList args) {
  Argument *out = ARENA_ARRAY(ctx->scratch, Argument, args.n + 1);
  uint32_t n = 0;
  for (uint32_t i = 0; i < args.n; i++) {
    const AstNode *a = ast_at(ctx->ast, ast_item(args, i));
    if (a->kind != AST_Keyword) continue;
    NameId name = {a->a};
    if (name.v && name_is(name, NAME_metaclass)) continue;
    out[n++] = (Argument){.node = {a->b},
                          .keyword = name,
                          .is_double_star = name.v == 0};
  }
  return (Arguments){out, n};
}

/* `node`: the first base, where what is missing is reported. */
void check_class_keywords(Ctx *ctx, ClassId id, NodeId node) {
  const uint32_t made_otherwise = CLASS_TYPED_DICT | CLASS_NAMED_TUPLE |
                                  CLASS_ENUM | CLASS_UNKNOWN_BASE |
                                  CLASS_PROTOCOL;
  World *world = ctx->world;
  const AstClass *c = class_ast(ctx->worker, id);
  if (c == NULL || ctx->module->module->is_stub || node.v == 0 ||
      (class_flags(world, id) & made_otherwise) ||
      !is_plain_metaclass(ctx->worker, class_metaclass(world, id)))
    return;
  TypeId object = type_class_object(id);
  Attr hook = attr_read(ctx->worker, type_super(object, object),
                        NAME_ID(dunder_init_subclass));
  if (type_is_null(hook.type) || hook.is_dynamic) return;
  if (type_eq(hook.type, TYPE_KNOWN(NoneType)))
    ctx_report(ctx, RULE_NON_CALLABLE_INIT_SUBCLASS, node,
               "The class cannot be derived from: `__init_subclass__` of a base "
               "is `None`");
  if (type_kind(hook.type) != TYPE_KIND_BOUND_METHOD) return;
  Arguments args = keyword_arguments(ctx, ast_list(ctx->ast, c->args));
  call_value(ctx, hook.type, args, TYPE_NULL, node);
}

void check_metaclass_value(Ctx *ctx, NodeId node, TypeId value) {
  value = alias_expand(ctx->world, value);
  switch (type_kind(value)) {
  case TYPE_KIND_INSTANCE:
    if (!type_is_null(attr_dunder(ctx->worker, value, NAME_ID(dunder_call))))
      return;
    break;
  case TYPE_KIND_TUPLE:
  case TYPE_KIND_MODULE:
  case TYPE_KIND_LITERAL_INT:
  case TYPE_KIND_LITERAL_STR:
  case TYPE_KIND_LITERAL_BOOL: break;
  default: return;
  }
  ctx_report(ctx, RULE_INVALID_METACLASS, node,
             "Metaclass of type `%s` cannot be called",
             display_short(ctx->world, value));
}

/* The decorator of the class that is functools.total_ordering. */
static NodeId total_ordering_node(Ctx *ctx, ClassId id) {
  Ctx quiet = expr_quiet(ctx);
  NodeList list =
      ast_list(ctx->ast, class_ast(ctx->worker, id)->decorators);
  for (uint32_t i = 0; i < list.n; i++) {
    TypeId t = expr_infer(&quiet, ast_item(list, i), TYPE_NULL);
    if (type_kind(t) == TYPE_KIND_FUNCTION &&
        str_is(name_text(type_name(t)), "total_ordering"))
      return ast_item(list, i);
  }
  return class_at(id)->node;
}

/* @total_ordering where there is nothing to go by. */
static void check_total_ordering(Ctx *ctx, ClassId id) {
  static const WellKnownName orders[] = {NAME_dunder_lt, NAME_dunder_le,
                                         NAME_dunder_gt, NAME_dunder_ge};
  TypeId self = world_instance_identity(ctx->world, id);
  for (size_t i = 0; i < ARRAY_LEN(orders); i++)
    if (!type_is_null(class_lookup(ctx->worker, self, (NameId){orders[i]},
                                   MEMBER_SKIP_OBJECT)
                          .type))
      return;
  ctx_report(ctx, RULE_INVALID_TOTAL_ORDERING, total_ordering_node(ctx, id),
             "Class `%" PRIstr "` is decorated with `@total_ordering` but has "
             "none of `__lt__`, `__le__`, `__gt__`, `__ge__`",
             STR_ARG(name_text(class_at(id)->name)));
}

/* Not under a condition, which TYPE_CHECKING may be. */
static bool is_unconditional(Ctx *ctx, ClassId id, NodeId statement) {
  NodeList body = ast_list(ctx->ast, class_ast(ctx->worker, id)->body);
  for (uint32_t i = 0; i < body.n; i++)
    if (ast_item(body, i).v == statement.v) return true;
  return false;
}

/* A value in the body under a name that __slots__ needs for its descriptor. */
static void check_slot_values(Ctx *ctx, ClassId id) {
  NameVec slots = {0};
  if (!class_slots(ctx->worker, id, &slots)) return;
  const Index *index = ctx->module->index;
  for (uint32_t i = 0; i < slots.n; i++) {
    PlaceId place = index_symbol(index, class_at(id)->scope, slots.v[i]);
    if (place.v == 0) continue;
    DefId d = index->places[place.v].first_def;
    const Def *def = &index->defs[d.v];
    if (!(def->flags & DEF_BINDS) || def->next.v ||
        !is_unconditional(ctx, id, def->node))
      continue;
    ctx_report(ctx, RULE_INVALID_ASSIGNMENT,
               def->target.v ? def->target : def->node,
               "`%" PRIstr "` has a value in the class body, but is named in "
               "`__slots__`",
               STR_ARG(name_text(slots.v[i])));
  }
}

void check_class_creation(Ctx *ctx, ClassId id) {
  if (class_flags(ctx->world, id) & CLASS_TOTAL_ORDERING)
    check_total_ordering(ctx, id);
  if (!ctx->module->module->is_stub) check_slot_values(ctx, id);
}
