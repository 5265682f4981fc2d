/* call_star_union.c - f(*x) where x is a union of tuples.
 *
 * Tuples of one length become a tuple of unions (call.c).  Others are given one
 * after the other, as arguments that each have their place: the call is right
 * when it is for all of them. When it is not, the caller falls back to items of
 * which no place is known, and reports that.
 */
#include "infer/call_int.h"
#include "infer/expr_int.h"

enum { MEMBERS_MAX = 16 };

/* The arguments, with the tuple's items in place of the one at `at`. */
static Arguments with_items(Ctx *ctx, Arguments args, uint32_t at,
                            TypeId tuple) {
  TupleView v = type_tuple_view(tuple);
  Argument *list =
      ARENA_ARRAY(ctx->scratch, Argument, args.n + v.prefix.n + 1);
  uint32_t n = 0;
  for (uint32_t i = 0; i < at; i++) list[n++] = args.v[i];
  NodeId node = args.v[at].node;
  for (uint32_t i = 0; i < v.prefix.n; i++)
    list[n++] = (Argument){.node = node, .type = v.prefix.v[i]};
  if (!type_is_null(v.middle))
    list[n++] = (Argument){.node = node,
                           .type = type_tuple((TypeSpan){0}, v.middle,
                                              v.suffix),
                           .is_star = true};
  for (uint32_t i = at + 1; i < args.n; i++) list[n++] = args.v[i];
  return (Arguments){list, n};
}

TypeId call_star_union(Ctx *ctx, TypeId callee, Arguments args,
                       TypeId expected) {
  uint32_t at = 0;
  while (at < args.n && !args.v[at].is_star) at++;
  if (at == args.n || type_is_null(args.v[at].type)) return TYPE_NULL;
  TypeId type = alias_expand(ctx->world, args.v[at].type);
  if (type_kind(type) != TYPE_KIND_UNION) return TYPE_NULL;
  TypeSpan members = union_members(ctx->world, &type);
  if (members.n > MEMBERS_MAX) return TYPE_NULL;
  UnionBuilder *builder = union_begin(ctx->world);
  bool ok = true;
  for (uint32_t i = 0; i < members.n && ok; i++) {
    TypeId tuple = expr_as_tuple(ctx, members.v[i]);
    ok = !type_is_null(tuple);
    if (!ok) break;
    CallResult r = call_value(ctx, callee, with_items(ctx, args, at, tuple),
                              expected, ID_NONE(NodeId));
    ok = r.ok;
    union_add(builder, r.returns);
  }
  TypeId joined = union_end(builder);
  if (!ok) return TYPE_NULL;
  arguments_finish(ctx, args);
  return joined;
}
