/* inherit.c - declarations that a class inherits.
 *
 * A class body or method that assigns to a name without annotation means the
 * variable that a base declares: it has the declared type, which what is
 * assigned must fit (typing spec, "Type checking of class and instance
 * variables"; an override may not change a mutable attribute's type). The
 * declaration of a method or property says nothing of the kind, nor do names
 * that are private to one class, nor an enum's members.
 */
#include "infer/class.h"
#include "infer/infer_int.h"

static bool is_private(NameId name) {
  Str text = name_text(name);
  return str_starts(text, STR("__")) && !str_ends(text, STR("__"));
}

ClassMember inherited_variable(InferWorker *worker, ClassId id, NameId name) {
  World *world = &worker->world;
  ClassMember none = {0};
  if (is_private(name)) return none;
  TypeId self = world_instance_identity(world, id);
  ClassMember m =
      class_lookup(worker, self, name,
                   MEMBER_SKIP_FIRST | MEMBER_SKIP_OBJECT | MEMBER_DECLARED_ONLY);
  if (type_is_null(m.type) || !m.declared || m.def.v == 0) return none;
  if (m.qualifiers & (QUALIFIER_INIT_VAR | QUALIFIER_FINAL)) return none;
  if (class_flags(world, id) & CLASS_ENUM) return none;
  return m;
}

/* All that binds the name in the class body is plain assignment. */
bool inherits_declaration(const Index *index, const Place *place) {
  if (index->scopes[place->scope.v].kind != SCOPE_CLASS) return false;
  for (DefId d = place->first_def; d.v; d = index->defs[d.v].next) {
    DefKind kind = (DefKind)index->defs[d.v].kind;
    if (kind != DEF_ASSIGN && kind != DEF_AUG_ASSIGN) return false;
  }
  return true;
}

TypeId inherited_declaration(InferWorker *worker, ModuleState *module,
                             const Place *place) {
  if (!inherits_declaration(module->index, place)) return TYPE_NULL;
  ClassId id = class_of_scope(worker, module, place->scope);
  return id.v ? inherited_variable(worker, id, place->name).type : TYPE_NULL;
}
