/* call_builtin.c - builtins of which the argument's type decides the result.
 *
 * bool(x) where the truth of x is known, len(x) of tuples and literals of text,
 * tuple(x) of what has items of known types: typeshed can only say bool, int and
 * tuple[T, ...].  The call itself has been checked as any other; here its
 * result is narrowed.  And of all calls, what an empty display adds to the result.
 */
#include "infer/call_int.h"

#include "infer/check.h"
#include "infer/operator_int.h"

typedef TypeId Narrow(Ctx *ctx, TypeId argument);

static TypeId bool_of(Ctx *ctx, TypeId argument) {
  switch (type_truth(ctx->world, argument)) {
  case TRUTH_ALWAYS: return type_literal_bool(true);
  case TRUTH_NEVER: return type_literal_bool(false);
  default: return TYPE_NULL;
  }
}

/* What __len__ is declared to give where that is numbers, which are no less than 0 at
 * run time. */
static TypeId length_said(Ctx *ctx, TypeId argument) {
  TypeId method = attr_dunder(ctx->worker, argument, NAME_ID(dunder_len));
  if (type_is_null(method) || method_is_unannotated(ctx->worker, method))
    return TYPE_NULL;
  CallResult r = call_dunder(ctx, argument, NAME_ID(dunder_len), NULL, 0);
  if (!r.ok || type_is_null(r.returns)) return TYPE_NULL;
  TypeId store = alias_expand(ctx->world, r.returns);
  TypeSpan members = union_members(ctx->world, &store);
  UnionBuilder *builder = union_begin(ctx->world);
  bool known = members.n > 0;
  for (uint32_t i = 0; i < members.n && known; i++) {
    known = operator_is_int(members.v[i]) && type_int_value(members.v[i]) >= 0;
    if (known)
      union_add(builder, type_literal_int(type_int_value(members.v[i])));
  }
  TypeId length = union_end(builder);
  return known ? length : TYPE_NULL;
}

/* An object of a class that derives from tuple and has no length of its own. */
static TypeId tuple_below(Ctx *ctx, TypeId argument) {
  ClassMember own =
      class_lookup(ctx->worker, argument, NAME_ID(dunder_len), 0);
  return own.owner.v == CLASS_ID(tuple).v ? expr_as_tuple(ctx, argument)
                                          : TYPE_NULL;
}

/* Null: not known. */
static TypeId length_of(Ctx *ctx, TypeId argument) {
  switch (type_kind(argument)) {
  case TYPE_KIND_LITERAL_STR:
    return type_literal_int(utf8_count(name_text(type_name(argument))));
  case TYPE_KIND_LITERAL_BYTES:
    return type_literal_int(name_text(type_name(argument)).len);
  case TYPE_KIND_TUPLE: {
    TupleView v = type_tuple_view(argument);
    return type_is_null(v.middle) ? type_literal_int(v.prefix.n) : TYPE_NULL;
  }
  case TYPE_KIND_UNION: {
    TypeSpan members = type_members(argument);
    UnionBuilder *builder = union_begin(ctx->world);
    bool known = true;
    for (uint32_t i = 0; i < members.n && known; i++) {
      TypeId n = length_of(ctx, alias_expand(ctx->world, members.v[i]));
      known = !type_is_null(n);
      if (known) union_add(builder, n);
    }
    TypeId sum = union_end(builder);
    return known ? sum : TYPE_NULL;
  }
  case TYPE_KIND_INSTANCE: {
    /* list, dict and str, of which most lengths are asked, do not say. */
    if (class_at(type_class(argument))->module.v ==
        ctx->worker->infer->builtins.v)
      return TYPE_NULL;
    TypeId tuple = tuple_below(ctx, argument);
    return type_is_null(tuple) ? length_said(ctx, argument)
                               : length_of(ctx, tuple);
  }
  default: return TYPE_NULL;
  }
}

static TypeId tuple_of(Ctx *ctx, TypeId argument) {
  TypeKind kind = type_kind(argument);
  bool exact = kind == TYPE_KIND_TUPLE || kind == TYPE_KIND_LITERAL_STR ||
               kind == TYPE_KIND_LITERAL_BYTES;
  return exact ? expr_as_tuple(ctx, argument) : TYPE_NULL;
}

/* What narrows the callee's result; *none: the result without arguments. */
static Narrow *narrow_of(const Ctx *ctx, TypeId callee, TypeId *none) {
  if (type_kind(callee) == TYPE_KIND_CLASS) {
    if (class_is(type_class(callee), KNOWN_bool)) {
      *none = type_literal_bool(false);
      return bool_of;
    }
    if (class_is(type_class(callee), KNOWN_tuple)) {
      *none = type_tuple_of((TypeSpan){0});
      return tuple_of;
    }
    return NULL;
  }
  *none = TYPE_NULL;
  bool is_len = type_kind(callee) == TYPE_KIND_FUNCTION &&
                type_module_id(callee).v == ctx->worker->infer->builtins.v &&
                str_is(name_text(type_name(callee)), "len");
  return is_len ? length_of : NULL;
}

/* ---- empty displays as arguments --------------------------------------------------- */

/* The class of what an empty display makes; 0: it is none. */
static ClassId empty_display(const Ast *ast, const Argument *a) {
  if (a->node.v == 0 || a->is_star || a->is_double_star) return (ClassId){0};
  const AstNode *n = ast_at(ast, a->node);
  if ((n->kind != AST_List && n->kind != AST_Dict) || ast_list(ast, n->a).n)
    return (ClassId){0};
  return n->kind == AST_List ? CLASS_ID(list) : CLASS_ID(dict);
}

static bool is_unknown_of(TypeId t, ClassId id) {
  if (type_kind(t) != TYPE_KIND_INSTANCE || type_class(t).v != id.v)
    return false;
  TypeSpan args = type_args(t);
  for (uint32_t i = 0; i < args.n; i++)
    if (!type_eq(args.v[i], TYPE(UNKNOWN))) return false;
  return true;
}

/* sum([[1]], []): beside a list with known items the empty one is such a list. */
static TypeId without_empty(Ctx *ctx, Arguments args, TypeId result) {
  if (type_kind(result) != TYPE_KIND_UNION) return result;
  for (uint32_t i = 0; i < args.n; i++) {
    ClassId id = empty_display(ctx->ast, &args.v[i]);
    if (id.v == 0) continue;
    TypeSpan members = type_members(result);
    UnionBuilder *builder = union_begin(ctx->world);
    bool other = false;
    for (uint32_t k = 0; k < members.n; k++) {
      TypeId m = members.v[k];
      if (is_unknown_of(m, id)) continue;
      other |= type_kind(m) == TYPE_KIND_INSTANCE && type_class(m).v == id.v;
      union_add(builder, m);
    }
    TypeId rest = union_end(builder);
    if (!other) continue;
    result = rest;
    if (type_kind(result) != TYPE_KIND_UNION) break;
  }
  return result;
}

TypeId call_builtin(Ctx *ctx, TypeId callee, Arguments args, TypeId result) {
  TypeId none;
  Narrow *narrow = narrow_of(ctx, callee, &none);
  if (!narrow) return without_empty(ctx, args, result);
  if (args.n == 0) return type_is_null(none) ? result : none;
  Argument *a = &args.v[0];
  if (args.n != 1 || a->keyword.v || a->is_star || a->is_double_star)
    return result;
  TypeId argument = argument_type(ctx, a, TYPE_NULL, false);
  TypeId narrowed = narrow(ctx, alias_expand(ctx->world, argument));
  return type_is_null(narrowed) ? result : narrowed;
}
