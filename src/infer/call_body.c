/* call_body.c - a def's return expressions with what one call gives to them.
 *
 * Problem: the parameters of a def without annotations are Unknown, and so is
 * what it returns of them.
 *
 *     def pair(key, default=None):
 *         key = key.strip()
 *         return key, default
 *
 * gives tuple[str, int] to pair(" a", 1).  So a return expression whose type
 * holds Unknown is inferred again with the types that the call gives to the
 * parameters, literals widened.  Only what is Unknown in general is evaluated
 * anew, value by value along the def's use-def graph: what is known holds for
 * all calls.  Each value is evaluated once for a call, and one that is asked
 * for while it is evaluated, or that a loop carries, is what it is in general.
 *
 * The answer is a function of the def, the types given and the depth: nothing of
 * it is published.  It ends by BODY_VALUES, and calls inside are looked into
 * no deeper than call_site.c says.
 *
 * Not handled: what attributes and closures keep of a parameter.  The typing spec
 * leaves inferred returns open; pyright calls this "call-site return type
 * inference".
 */
#include "infer/call_body.h"

enum { BODY_VALUES = 64 /* values of one def that are evaluated anew */ };

struct CallBody {
  uint32_t values; /* evaluated so far */
  HMap64 known;    /* (definition or flow node) -> its type */
};

Ctx call_body_ctx(const Ctx *inside, const Override *given) {
  CallBody *body = ARENA_NEW(inside->scratch, CallBody);
  hmap64_init(&body->known, inside->scratch, 8);
  Ctx ctx = *inside;
  ctx.overrides = given;
  ctx.body = body;
  return ctx;
}

/* The value of a definition or flow node: `general`, or what `evaluate` makes of
 * it for this call. */
static TypeId value_anew(Ctx *ctx, uint64_t key, TypeId general,
                         TypeId (*evaluate)(Ctx *ctx, uint32_t id)) {
  CallBody *body = ctx->body;
  if (!type_has(general, TYPE_HAS_UNKNOWN)) return general;
  bool found;
  uint32_t *slot = hmap64_find_or_insert(&body->known, key, &found);
  if (found) return (TypeId){*slot};
  *slot = general.v;
  if (body->values++ >= BODY_VALUES) return general;
  TypeId type = evaluate(ctx, (uint32_t)key);
  *hmap64_find_or_insert(&body->known, key, &found) = type.v;
  return type;
}

static TypeId evaluate_def(Ctx *ctx, uint32_t def) {
  return def_type_in(ctx, (DefId){def});
}

TypeId call_body_def(Ctx *ctx, DefId def) {
  return value_anew(ctx, (uint64_t)1 << 32 | def.v,
                    def_type(ctx->worker, ctx->module, def), evaluate_def);
}

static TypeId evaluate_flow(Ctx *ctx, uint32_t flow) {
  return flow_evaluate(ctx, (FlowId){flow});
}

TypeId call_body_flow(Ctx *ctx, FlowId flow) {
  TypeId general = query(ctx->worker, QUERY_FLOW, ctx->module, flow.v);
  if (ctx->index->flows[flow.v].kind == FLOW_LOOP) return general;
  return value_anew(ctx, flow.v, general, evaluate_flow);
}
