/* abstract.c - abstract members that a class leaves without an implementation.
 *
 * A method is abstract by @abstractmethod when the class's metaclass derives from
 * ABCMeta, as that of a protocol does; a member of a protocol also when its body is `...` or it is declared
 * without a value.  The classes of the MRO are gone through from object's end: an
 * abstract member adds its name, any other binding takes it away.
 *
 * Sources: typing spec, "protocol.html#explicitly-declaring-implementation"; the
 * library's abc module.
 */
#include "infer/check.h"
#include "infer/class.h"
#include "infer/expr_int.h"
#include "infer/func.h"
#include "infer/queries.h"
#include "infer/special/special.h"
#include "types/mro.h"

/* What a class body does for a name. */
typedef enum { NAME_LEFT, NAME_IMPLEMENTED, NAME_ABSTRACT } NameState;

static NameState state_of_place(InferWorker *worker, ModuleState *m,
                                const Place *place, bool is_protocol) {
  const Index *index = m->index;
  NameState state = NAME_LEFT;
  bool placeholder = false;
  for (DefId d = place->first_def; d.v; d = index->defs[d.v].next) {
    const Def *def = &index->defs[d.v];
    if (def->flags & DEF_BINDS) state = NAME_IMPLEMENTED;
    if (def->kind != DEF_FUNCTION) continue;
    uint32_t flags = func_flags(worker, m, d);
    if (flags & FUNC_ABSTRACT) return NAME_ABSTRACT;
    if (is_protocol && !(flags & FUNC_OVERLOAD))
      placeholder = func_body_kind(m->ast, def->node) == BODY_ELLIPSIS;
  }
  if (is_protocol && (placeholder || state == NAME_LEFT)) return NAME_ABSTRACT;
  return state == NAME_LEFT ? NAME_IMPLEMENTED : state;
}

/* `__slots__`, `__doc__`: nothing to implement. */
static bool is_dunder_data(NameId name) {
  switch (name.v) {
  case NAME_dunder_slots:
  case NAME_dunder_doc:
  case NAME_dunder_module:
  case NAME_dunder_match_args:
  case NAME_dunder_annotations: return true;
  default: return false;
  }
}

static void remove_name(NameVec *names, NameId name) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < names->n; i++)
    if (!name_eq(names->v[i], name)) names->v[kept++] = names->v[i];
  names->n = kept;
}

/* Names that methods of the class bind through self. */
static void remove_implicit(const Index *index, ScopeId scope, NameVec *names) {
  for (uint32_t i = 0; i < index->implicit_count; i++)
    if (index->implicit[i].class_scope.v == scope.v)
      remove_name(names, index->implicit[i].name);
}

/* The class gets a `__hash__` that its body does not write: a method, or None
 * beside its `__eq__`. */
static bool makes_hash(InferWorker *worker, const ModuleState *m, ClassId id) {
  if (class_flags(&worker->world, id) & CLASS_DATACLASS) return true;
  PlaceId eq = index_symbol(m->index, class_at(id)->scope, NAME_ID(dunder_eq));
  PlaceId hash =
      index_symbol(m->index, class_at(id)->scope, NAME_ID(dunder_hash));
  return eq.v && !hash.v;
}

static void add_class(InferWorker *worker, ClassId id, NameVec *names) {
  ScopeId scope = class_at(id)->scope;
  if (scope.v == 0) return;
  ModuleState *m = class_module(worker, id);
  /* A stub's bodies say nothing. */
  bool is_protocol = (class_flags(&worker->world, id) & CLASS_PROTOCOL) &&
                     !m->module->is_stub;
  PlaceVec places = {0};
  special_places(worker, id, &places);
  for (uint32_t i = 0; i < places.n; i++) {
    const Place *place = &m->index->places[places.v[i].v];
    NameState state = state_of_place(worker, m, place, is_protocol);
    if (state == NAME_LEFT || is_dunder_data(place->name)) continue;
    remove_name(names, place->name);
    if (state == NAME_ABSTRACT) vec_push(names, worker->scratch, place->name);
  }
  remove_implicit(m->index, scope, names);
  if (makes_hash(worker, m, id)) remove_name(names, NAME_ID(dunder_hash));
}

/* LIST of the names, as string literals, in order of definition. */
TypeId class_abstract_compute(InferWorker *worker, ModuleState *unused,
                              uint32_t index) {
  ClassId id = {index};
  World *world = &worker->world;
  TypeId meta = class_metaclass(world, id);
  if (type_kind(meta) != TYPE_KIND_INSTANCE ||
      (!class_derives(worker, type_class(meta), CLASS_ID(ABCMeta)) &&
       !class_has_protocol_base(world, id)))
    return TYPE(EMPTY_LIST);
  TypeSpan mro = type_args(class_mro(world, id));
  NameVec names = {0};
  for (uint32_t i = mro.n; i-- > 0;) {
    ClassId owner = mro_entry_class(mro.v[i]);
    if (owner.v) add_class(worker, owner, &names);
  }
  TypeId *out = ARENA_ARRAY(worker->scratch, TypeId, names.n + 1);
  for (uint32_t i = 0; i < names.n; i++)
    out[i] = type_literal_declared(type_literal_str(names.v[i]));
  return type_list((TypeSpan){out, names.n});
}

TypeId class_abstract_members(InferWorker *worker, ClassId id) {
  return query(worker, QUERY_CLASS_ABSTRACT, NULL, id.v);
}

static const char *names_text(Ctx *ctx, TypeSpan names) {
  StrBuf text;
  strbuf_init(&text, ctx->scratch);
  for (uint32_t i = 0; i < names.n && i < 3; i++)
    strbuf_printf(&text, "%s`%" PRIstr "`", i ? ", " : "",
                  STR_ARG(name_text(type_name(names.v[i]))));
  if (names.n > 3) strbuf_printf(&text, " and %u more", names.n - 3);
  return text.ptr;
}

void check_final_class(Ctx *ctx, ClassId id) {
  uint32_t flags = class_flags(ctx->world, id);
  if (!(flags & CLASS_FINAL) || (flags & (CLASS_PROTOCOL | CLASS_TYPED_DICT)) ||
      ctx->module->module->is_stub)
    return;
  TypeSpan names = type_args(class_abstract_members(ctx->worker, id));
  if (names.n == 0) return;
  check_report_name(ctx, RULE_ABSTRACT_METHOD_IN_FINAL_CLASS,
                    class_at(id)->node,
                    "Final class `%" PRIstr "` leaves abstract member%s %s "
                    "unimplemented",
                    STR_ARG(name_text(class_at(id)->name)),
                    names.n == 1 ? "" : "s", names_text(ctx, names));
}

void check_instantiation(Ctx *ctx, ClassId id, NodeId node) {
  if (node.v == 0 || !ctx_reports(ctx, RULE_ABSTRACT_INSTANTIATION)) return;
  Str name = name_text(class_at(id)->name);
  uint32_t flags = class_flags(ctx->world, id);
  if (flags & CLASS_TYPED_DICT) return; /* a dict at run time */
  if (flags & CLASS_PROTOCOL) {
    ctx_report(ctx, RULE_ABSTRACT_INSTANTIATION, node,
               "Cannot instantiate protocol class `%" PRIstr "`", STR_ARG(name));
    return;
  }
  TypeSpan names = type_args(class_abstract_members(ctx->worker, id));
  if (names.n == 0) return;
  ctx_report(ctx, RULE_ABSTRACT_INSTANTIATION, node,
             "Cannot instantiate abstract class `%" PRIstr
             "` with unimplemented abstract member%s %s",
             STR_ARG(name), names.n == 1 ? "" : "s", names_text(ctx, names));
}

/* A body that does not do what the signature says: none at all, one that always
 * fails, or one that gives None where another type is declared. */
static bool is_unimplemented(InferWorker *worker, ModuleState *m, DefId def) {
  NodeId node = m->index->defs[def.v].node;
  switch (func_body_kind(m->ast, node)) {
  case BODY_CODE: return false;
  case BODY_ELLIPSIS:
  case BODY_NOT_IMPLEMENTED: return true;
  case BODY_DOCSTRING:
  case BODY_PASS: break;
  }
  TypeId returns = func_declared_return(worker, m, def);
  return !type_is_null(returns) &&
         !relate_assignable(&worker->world, TYPE_KNOWN(NoneType), returns);
}

/* C.make() where make is a class or static method without a body. */
static void check_class_call(Ctx *ctx, NodeId call, TypeId callee) {
  if (!ctx_reports(ctx, RULE_CALL_ABSTRACT_METHOD)) return;
  bool bound = type_kind(callee) == TYPE_KIND_BOUND_METHOD;
  if (bound && type_kind(type_receiver(callee)) != TYPE_KIND_CLASS) return;
  TypeId function = bound ? type_bound_function(callee) : callee;
  if (type_kind(function) != TYPE_KIND_FUNCTION) return;
  ModuleState *m = module_state(ctx->worker, type_module_id(function));
  uint32_t flags = func_flags(ctx->worker, m, type_def(function));
  if (m->module->is_stub || !(flags & FUNC_ABSTRACT) ||
      !(flags & (FUNC_CLASS | FUNC_STATIC)) ||
      !is_unimplemented(ctx->worker, m, type_def(function)))
    return;
  Ctx quiet = expr_quiet(ctx);
  NodeId of = {ast_at(ctx->ast, (NodeId){ast_at(ctx->ast, call)->a})->a};
  TypeId object = expr_infer(&quiet, of, TYPE_NULL);
  if (type_kind(object) != TYPE_KIND_CLASS) return;
  ctx_report(ctx, RULE_CALL_ABSTRACT_METHOD, call,
             "Method `%" PRIstr "` of `%" PRIstr
             "` is abstract and has no implementation to call",
             STR_ARG(name_text(type_name(function))),
             STR_ARG(name_text(class_at(type_class(object))->name)));
}

void check_abstract_call(Ctx *ctx, NodeId call, TypeId callee) {
  NodeId func = {ast_at(ctx->ast, call)->a};
  if (ast_kind(ctx->ast, func) != AST_Attribute) return;
  NodeId of = {ast_at(ctx->ast, func)->a};
  if (ast_kind(ctx->ast, of) != AST_Call) {
    check_class_call(ctx, call, callee);
    return;
  }
  if (!ctx_reports(ctx, RULE_ABSTRACT_SUPER_CALL) ||
      type_kind(callee) != TYPE_KIND_BOUND_METHOD)
    return;
  TypeId function = type_bound_function(callee);
  if (type_kind(function) != TYPE_KIND_FUNCTION) return;
  Ctx quiet = expr_quiet(ctx);
  if (type_kind(expr_infer(&quiet, of, TYPE_NULL)) != TYPE_KIND_SUPER) return;
  ModuleState *m = module_state(ctx->worker, type_module_id(function));
  if (m->module->is_stub) return;
  bool abstract = func_flags(ctx->worker, m, type_def(function)) & FUNC_ABSTRACT;
  ClassId owner = func_class(ctx->worker, m, type_def(function));
  if (owner.v && (class_flags(ctx->world, owner) & CLASS_PROTOCOL))
    abstract = true;
  if (!abstract || !is_unimplemented(ctx->worker, m, type_def(function))) return;
  ctx_report(ctx, RULE_ABSTRACT_SUPER_CALL, call,
             "Method `%" PRIstr "` of `%" PRIstr
             "` is abstract and has no implementation to call",
             STR_ARG(name_text(type_name(function))),
             STR_ARG(owner.v ? name_text(class_at(owner)->name) : STR("?")));
}
