/* protocol_check.c - what is wrong with a protocol's body.
 *
 * Sources: typing spec, "protocol.html" (defining a protocol), "generics.html#variance".
 */
#include "infer/check.h"
#include "infer/class.h"
#include "infer/special/special.h"
#include "infer/typevar.h"

/* self.x = ... in a method: all members are declared in the body. */
static void check_implicit(Ctx *ctx, ClassId id) {
  const Index *index = ctx->module->index;
  ScopeId scope = class_at(id)->scope;
  for (uint32_t i = 0; i < index->implicit_count; i++) {
    const ImplicitAttribute *a = &index->implicit[i];
    if (a->class_scope.v != scope.v) continue;
    ClassMember m = class_lookup(ctx->worker,
                                 world_instance_identity(ctx->world, id),
                                 a->name, MEMBER_DECLARED_ONLY);
    const Def *d = &index->defs[a->def.v];
    bool own_declaration = d->kind == DEF_ANN_ASSIGN;
    if (!own_declaration && m.declared) continue;
    if (own_declaration && index_symbol(index, scope, a->name).v) continue;
    ctx_report(ctx, RULE_INVALID_PROTOCOL, d->target.v ? d->target : d->node,
               "Member `%" PRIstr "` of a protocol must be declared in its body",
               STR_ARG(name_text(a->name)));
  }
}

static bool only_assigned(const Index *index, PlaceId place) {
  DefId d = index->places[place.v].first_def;
  for (; d.v; d = index->defs[d.v].next)
    if (index->defs[d.v].kind != DEF_ASSIGN) return false;
  return true;
}

/* x = 1 in the body: nobody knows whether that is the member's type. */
static void check_undeclared(Ctx *ctx, ClassId id) {
  const Index *index = ctx->module->index;
  ScopeId scope = class_at(id)->scope;
  const Scope *s = &index->scopes[scope.v];
  for (PlaceId place = {s->place_begin}; place.v < s->place_end; place.v++) {
    const Place *p = &index->places[place.v];
    if (p->kind != PLACE_SYMBOL || p->first_def.v == 0 ||
        str_starts(name_text(p->name), STR("__")) ||
        !only_assigned(index, place) ||
        class_lookup(ctx->worker, world_instance_identity(ctx->world, id),
                     p->name, MEMBER_DECLARED_ONLY)
            .declared)
      continue;
    const Def *d = &index->defs[p->first_def.v];
    ctx_report(ctx, RULE_AMBIGUOUS_PROTOCOL_MEMBER,
               d->target.v ? d->target : d->node,
               "Member `%" PRIstr "` of a protocol has no declared type",
               STR_ARG(name_text(p->name)));
  }
}

static const char *variance_name(Variance v) {
  return v == VARIANCE_CONTRAVARIANT ? "contravariant" : "covariant";
}

/* A protocol's type variables are declared as its members use them. */
static void check_variance(Ctx *ctx, ClassId id, NodeId node) {
  const AstClass *c = ast_class(ctx->ast, node);
  if (c->type_params) return;
  TypeSpan params = type_args(class_type_params(ctx->world, id));
  for (uint32_t i = 0; i < params.n; i++) {
    if (type_kind(params.v[i]) != TYPE_KIND_TYPE_VAR) continue;
    TypeVarView view = type_var_view(params.v[i]);
    if (view.kind != TYPE_VAR_PLAIN ||
        typevar_infers_variance(ctx->worker, params.v[i]))
      continue;
    Variance declared = type_var_variance(ctx->world, params.v[i]);
    Variance found =
        class_inferred_variance(ctx->worker, id, params.v[i]);
    if (found == VARIANCE_BIVARIANT) found = VARIANCE_COVARIANT;
    if (found == declared || found == VARIANCE_INVARIANT) continue;
    if (declared != VARIANCE_INVARIANT) continue; /* reported at its use */
    check_report_name(ctx, RULE_INVALID_PROTOCOL, node,
                      "Type variable `%" PRIstr "` of protocol `%" PRIstr
                      "` should be %s",
                      STR_ARG(name_text(view.name)),
                      STR_ARG(name_text(class_at(id)->name)),
                      variance_name(found));
  }
}

/* Protocol[T] and Generic[T] together. */
static void check_bases(Ctx *ctx, ClassId id, NodeId node) {
  NodeList args = ast_list(ctx->ast, ast_class(ctx->ast, node)->args);
  Ctx header = class_header_ctx(ctx->worker, id);
  bool protocol = false, generic = false;
  for (uint32_t i = 0; i < args.n; i++) {
    NodeId base = ast_item(args, i);
    if (ast_kind(ctx->ast, base) != AST_Subscript) continue;
    TypeId value =
        annot_value(&header, (NodeId){ast_at(ctx->ast, base)->a},
                    ctx->module->module->is_stub ? ANNOT_DEFERRED : 0);
    if (type_kind(value) != TYPE_KIND_SPECIAL_FORM) continue;
    protocol |= type_form(value) == FORM_PROTOCOL;
    generic |= type_form(value) == FORM_GENERIC;
  }
  if (protocol && generic)
    check_report_name(ctx, RULE_INVALID_PROTOCOL, node,
                      "A class cannot inherit from both `Protocol[...]` and "
                      "`Generic[...]`");
}

void check_protocol(Ctx *ctx, ClassId id, NodeId node) {
  if (ctx_reports(ctx, RULE_AMBIGUOUS_PROTOCOL_MEMBER))
    check_undeclared(ctx, id);
  if (!ctx_reports(ctx, RULE_INVALID_PROTOCOL)) return;
  check_implicit(ctx, id);
  check_bases(ctx, id, node);
  check_variance(ctx, id, node);
}
