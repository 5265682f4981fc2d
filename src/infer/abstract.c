/* abstract.c - abstract methods that a class leaves without an implementation.
 *
 * A method is abstract by @abstractmethod when the class's metaclass derives from
 * ABCMeta.  The classes of the MRO are gone through from object's end: an
 * abstract def adds its name, any other binding takes it away.
 */
#include "infer/check.h"
#include "infer/class.h"
#include "infer/func.h"
#include "infer/queries.h"
#include "infer/special/special.h"
#include "types/mro.h"

/* Whether a name of a class body is bound to something abstract. */
static bool is_abstract_place(InferWorker *worker, ModuleState *m,
                              const Place *place, bool *binds) {
  const Index *index = m->index;
  bool abstract = false;
  for (DefId d = place->first_def; d.v; d = index->defs[d.v].next) {
    const Def *def = &index->defs[d.v];
    if (def->flags & DEF_BINDS) *binds = true;
    if (def->kind == DEF_FUNCTION &&
        (func_flags(worker, m, d) & FUNC_ABSTRACT))
      abstract = true;
  }
  return abstract;
}

static void remove_name(NameVec *names, NameId name) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < names->n; i++)
    if (!name_eq(names->v[i], name)) names->v[kept++] = names->v[i];
  names->n = kept;
}

static void add_class(InferWorker *worker, ClassId id, NameVec *names) {
  if (class_at(id)->scope.v == 0) return;
  ModuleState *m = class_module(worker, id);
  PlaceVec places = {0};
  special_places(worker, id, &places);
  for (uint32_t i = 0; i < places.n; i++) {
    const Place *place = &m->index->places[places.v[i].v];
    bool binds = false;
    bool abstract = is_abstract_place(worker, m, place, &binds);
    if (!binds) continue;
    remove_name(names, place->name);
    if (abstract) vec_push(names, worker->scratch, place->name);
  }
}

/* LIST of the names, as string literals, in order of definition. */
TypeId class_abstract_compute(InferWorker *worker, ModuleState *unused,
                              uint32_t index) {
  ClassId id = {index};
  World *world = &worker->world;
  TypeId meta = class_metaclass(world, id);
  if (type_kind(meta) != TYPE_KIND_INSTANCE ||
      !class_derives(worker, type_class(meta), CLASS_ID(ABCMeta)))
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
  StrBuf text;
  strbuf_init(&text, ctx->scratch);
  for (uint32_t i = 0; i < names.n && i < 3; i++)
    strbuf_printf(&text, "%s`%" PRIstr "`", i ? ", " : "",
                  STR_ARG(name_text(type_name(names.v[i]))));
  if (names.n > 3) strbuf_printf(&text, " and %u more", names.n - 3);
  ctx_report(ctx, RULE_ABSTRACT_INSTANTIATION, node,
             "Cannot instantiate abstract class `%" PRIstr
             "` with unimplemented abstract method%s %s",
             STR_ARG(name), names.n == 1 ? "" : "s", text.ptr);
}
