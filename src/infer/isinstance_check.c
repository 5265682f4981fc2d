/* isinstance_check.c - isinstance and issubclass against protocols and TypedDicts.
 *
 * What has type arguments is no class to test for either: list[int] fails at run
 * time.
 *
 * Source: typing spec, "protocol.html#runtime-checkable-decorator-and-narrowing-
 * types-by-isinstance", "typeddict.html".
 */
#include "infer/check.h"
#include "infer/class.h"
#include "infer/special/special.h"

typedef struct {
  Ctx *ctx;
  NodeId call;
  TypeId subject;   /* type of the first argument */
  bool is_subclass; /* issubclass */
  const char *role; /* where the class stands */
} Test;

/* A protocol with members that are no methods. */
static bool has_data_members(Ctx *ctx, ClassId id) {
  uint32_t n = 0;
  World *world = ctx->world;
  const NameId *names = world->protocol_members(world, id, &n);
  for (uint32_t i = 0; i < n; i++) {
    Member m = world->class_member(world, id, names[i]);
    if (!type_is_null(m.type) && !(m.flags & MEMBER_METHOD)) return true;
  }
  return false;
}

/* The object has all members of the protocol, but does not fit it: the test,
 * which looks at names only, would accept it. */
static bool is_unsafe(const Test *t, TypeId instance, ClassId protocol) {
  World *world = t->ctx->world;
  if (type_is_dynamic(instance)) return false;
  TypeId nominal = world_nominal_fallback(world, instance);
  if (type_is_null(nominal) || type_kind(nominal) != TYPE_KIND_INSTANCE ||
      (class_flags(world, type_class(nominal)) &
       (CLASS_UNKNOWN_BASE | CLASS_PROTOCOL)) ||
      class_is(type_class(nominal), KNOWN_object))
    return false;
  TypeId target = world_instance_unknown(world, protocol);
  if (relate_assignable(world, instance, target)) return false;
  uint32_t n = 0;
  const NameId *names = world->protocol_members(world, protocol, &n);
  for (uint32_t i = 0; i < n; i++)
    if (type_is_null(world->member(world, instance, names[i]).type))
      return false;
  return n > 0;
}

static TypeId tested_instance(const Test *t) {
  if (!t->is_subclass) return t->subject;
  switch (type_kind(t->subject)) {
  case TYPE_KIND_CLASS:
    return world_instance_unknown(t->ctx->world, type_class(t->subject));
  case TYPE_KIND_SUBCLASS_OF: return type_inner(t->subject);
  default: return TYPE(UNKNOWN);
  }
}

static void check_target(const Test *t, TypeId target, NodeId node) {
  Ctx *ctx = t->ctx;
  /* Any is a class at run time, but one that refuses to be asked for. */
  if (type_kind(target) == TYPE_KIND_SPECIAL_FORM &&
      type_form(target) == FORM_ANY)
    ctx_report(ctx, RULE_INVALID_ARGUMENT_TYPE, node,
               "`typing.Any` cannot be used %s", t->role);
  if (type_kind(target) != TYPE_KIND_CLASS) return;
  ClassId id = type_class(target);
  uint32_t flags = class_flags(ctx->world, id);
  Str name = name_text(class_at(id)->name);
  if ((flags & CLASS_TYPED_DICT) && !class_is(id, KNOWN_TypedDictInternals)) {
    ctx_report(ctx, RULE_ISINSTANCE_AGAINST_TYPED_DICT, node,
               "`TypedDict` class `%" PRIstr "` cannot be used %s",
               STR_ARG(name), t->role);
    return;
  }
  if (!(flags & CLASS_PROTOCOL)) return;
  if (!(flags & CLASS_RUNTIME_CHECKABLE)) {
    ctx_report(ctx, RULE_ISINSTANCE_AGAINST_PROTOCOL, node,
               "Class `%" PRIstr "` cannot be used %s: it is a protocol that is "
               "not `@runtime_checkable`",
               STR_ARG(name), t->role);
    return;
  }
  if (t->is_subclass && has_data_members(ctx, id)) {
    ctx_report(ctx, RULE_ISINSTANCE_AGAINST_PROTOCOL, node,
               "Class `%" PRIstr "` cannot be used %s: it is a protocol with "
               "non-method members",
               STR_ARG(name), t->role);
    return;
  }
  if (ctx_reports(ctx, RULE_UNSAFE_PROTOCOL_ISINSTANCE) &&
      is_unsafe(t, tested_instance(t), id))
    ctx_report(ctx, RULE_UNSAFE_PROTOCOL_ISINSTANCE, node,
               "`%s` with protocol `%" PRIstr
               "` only looks for the members' names: `%s` has them but does not "
               "fit",
               t->is_subclass ? "issubclass" : "isinstance", STR_ARG(name),
               display_short(ctx->world, tested_instance(t)));
}

/* `list[int]`, written where a class is wanted. */
static bool check_subscript(const Test *t, TypeId target, NodeId node) {
  Ctx *ctx = t->ctx;
  if (ast_kind(ctx->ast, node) != AST_Subscript ||
      type_kind(target) != TYPE_KIND_GENERIC_ALIAS)
    return false;
  ctx_report(ctx, RULE_INVALID_ARGUMENT_TYPE, node,
             "`%s` has type arguments, so it cannot be used as the second "
             "argument to `%s`",
             display_short(ctx->world,
                           type_instance(type_class(target), type_args(target))),
             t->is_subclass ? "issubclass" : "isinstance");
  return true;
}

static void check_targets(const Test *t, NodeId node) {
  const Ast *ast = t->ctx->ast;
  if (ast_kind(ast, node) == AST_BinOp && ast_at(ast, node)->op == OP_BITOR) {
    check_targets(t, (NodeId){ast_at(ast, node)->a});
    check_targets(t, (NodeId){ast_at(ast, node)->b});
    return;
  }
  if (ast_kind(ast, node) == AST_Tuple) {
    NodeList list = ast_list(ast, ast_at(ast, node)->a);
    for (uint32_t i = 0; i < list.n; i++) check_targets(t, ast_item(list, i));
    return;
  }
  Ctx quiet = *t->ctx;
  quiet.diags = NULL;
  quiet.counts = NULL;
  TypeId target = expr_infer(&quiet, node, TYPE_NULL);
  if (!check_subscript(t, target, node)) check_target(t, target, node);
}

void check_class_pattern(Ctx *ctx, NodeId node, TypeId target) {
  if (ctx->diags == NULL || ctx->unreachable) return;
  Test t = {.ctx = ctx, .subject = TYPE(UNKNOWN), .role = "in a class pattern"};
  check_target(&t, alias_expand(ctx->world, target), node);
}

void check_class_test(Ctx *ctx, NodeId call, TypeId callee) {
  if (ctx->diags == NULL || ctx->unreachable || ctx->in_string ||
      type_kind(callee) != TYPE_KIND_FUNCTION ||
      type_module_id(callee).v != ctx->worker->infer->builtins.v)
    return;
  Str name = name_text(type_name(callee));
  bool is_subclass = str_is(name, "issubclass");
  if (!is_subclass && !str_is(name, "isinstance")) return;
  NodeId subject = special_argument(ctx->ast, call, 0, "");
  NodeId target = special_argument(ctx->ast, call, 1, "");
  if (subject.v == 0 || target.v == 0) return;
  Ctx quiet = *ctx;
  quiet.diags = NULL;
  quiet.counts = NULL;
  Test t = {.ctx = ctx,
            .call = call,
            .subject = expr_infer(&quiet, subject, TYPE_NULL),
            .is_subclass = is_subclass,
            .role = is_subclass ? "as the second argument to `issubclass`"
                                : "as the second argument to `isinstance`"};
  check_targets(&t, target);
}
