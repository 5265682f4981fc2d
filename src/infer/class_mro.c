/* class_mro.c - the method resolution order: types/mro.c's merge over the MROs
 * of the bases.
 *
 * Entries are types in terms of this class's parameters: Base[int] gives the MRO of
 * Base with int put in.  A dynamic base stands for any classes; its entry
 * (Unknown) is merged like a class of its own.  When the bases have no common order,
 * or the class derives from itself, the MRO is the class, Unknown and object:
 * silence rather than a guess; class_check.c says what is wrong.
 */
#include "infer/class.h"
#include "infer/queries.h"
#include "types/mro.h"

/* The MRO of a base as this class sees it. */
static TypeSpan mro_of_base(InferWorker *worker, TypeId base) {
  World *world = &worker->world;
  Arena *arena = worker->scratch;
  TypeId mro = base, nominal = base;
  if (!type_is_dynamic(base)) {
    nominal = world_nominal_fallback(world, base);
    mro = class_mro(world, type_class(nominal));
  }
  if (type_kind(mro) != TYPE_KIND_LIST) {
    TypeId *v = ARENA_ARRAY(arena, TypeId, 2);
    v[0] = mro;
    v[1] = TYPE_KNOWN(object);
    return (TypeSpan){v, 2};
  }
  TypeSpan entries = type_args(mro);
  TypeId *v = ARENA_ARRAY(arena, TypeId, entries.n);
  bool generic = type_args(nominal).n != 0;
  TypeId mapping = generic ? subst_mapping_of(world, nominal) : TYPE_NULL;
  for (uint32_t i = 0; i < entries.n; i++) {
    v[i] = entries.v[i];
    if (generic && type_has(v[i], TYPE_HAS_TYPE_VAR))
      v[i] = subst(world, v[i], mapping);
  }
  if (entries.n) v[0] = base;
  return (TypeSpan){v, entries.n};
}

TypeId class_mro_compute(InferWorker *worker, ModuleState *unused,
                         uint32_t index) {
  ClassId id = {index};
  TypeId list = class_bases(worker, id);
  if (type_kind(list) != TYPE_KIND_LIST) return list;
  TypeSpan bases = type_args(list);
  TypeSpan *mros = ARENA_ARRAY(worker->scratch, TypeSpan, bases.n + 1);
  uint32_t room = 1;
  bool ok = true;
  for (uint32_t i = 0; i < bases.n; i++) {
    mros[i] = mro_of_base(worker, bases.v[i]);
    room += mros[i].n;
    for (uint32_t k = 0; k < mros[i].n; k++)
      if (mro_entry_class(mros[i].v[k]).v == id.v) ok = false;
  }
  TypeId *out = ARENA_ARRAY(worker->scratch, TypeId, room + 2);
  out[0] = world_instance_identity(&worker->world, id);
  uint32_t n = 0;
  if (ok) n = mro_merge(worker->scratch, mros, bases.n, out + 1);
  if (n == 0 && bases.n) {
    out[1] = TYPE(UNKNOWN);
    out[2] = TYPE_KNOWN(object);
    n = 2;
  }
  return type_list((TypeSpan){out, n + 1});
}

/* LIST: the class itself first, object last (World.class_mro). */
TypeId class_mro(World *world, ClassId id) {
  return query(world->self, QUERY_CLASS_MRO, NULL, id.v);
}

/* Stubs write collections' ABCs as protocols, without their metaclass: so that
 * `Mapping.register` is there, while str and an EnumMeta do not collide. */
bool class_has_protocol_base(World *world, ClassId id) {
  TypeSpan mro = type_args(class_mro(world, id));
  for (uint32_t i = 0; i < mro.n; i++)
    if (type_kind(mro.v[i]) == TYPE_KIND_INSTANCE &&
        (world->class_flags(world, type_class(mro.v[i])) & CLASS_PROTOCOL))
      return true;
  return false;
}
