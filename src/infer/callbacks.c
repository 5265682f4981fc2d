/* callbacks.c - the World that the algebra asks, answered by infer.
 */
#include "infer/alias.h"
#include "infer/call_int.h"
#include "infer/class.h"
#include "infer/func.h"
#include "infer/special/special.h"
#include "infer/typevar.h"
#include <stdlib.h>

static bool is_class_object(TypeId t) {
  TypeKind kind = type_kind(t);
  return kind == TYPE_KIND_CLASS || kind == TYPE_KIND_GENERIC_ALIAS ||
         kind == TYPE_KIND_SUBCLASS_OF;
}

/* What a module of which nothing is known may have as a variable is none of the
 * methods that operators look up in its class. */
static bool is_module_variable(TypeId object, NameId name, const Attr *attr) {
  return attr->is_dynamic && type_kind(object) == TYPE_KIND_INSTANCE &&
         class_is(type_class(object), KNOWN_ModuleType) &&
         str_starts(name_text(name), STR("__"));
}

/* What a metaclass other than `type` makes of an operation on its classes: a
 * class of strings that is an enum is iterable as a class. Null: nothing. */
static TypeId metaclass_dunder(InferWorker *worker, TypeId object,
                               NameId name) {
  if (!name_is_dunder(name)) return TYPE_NULL;
  TypeId meta = world_nominal_fallback(&worker->world, object);
  if (type_is_null(meta) || type_kind(meta) != TYPE_KIND_INSTANCE)
    return TYPE_NULL;
  ClassMember own = class_lookup(worker, meta, name, MEMBER_CLASS_ONLY);
  if (type_is_null(own.type) || own.dynamic ||
      type_kind(own.type) != TYPE_KIND_FUNCTION ||
      class_is(own.owner, KNOWN_type) || class_is(own.owner, KNOWN_object))
    return TYPE_NULL;
  return attr_dunder(worker, object, name);
}

static Member member_of(World *world, TypeId object, NameId name) {
  InferWorker *worker = world->self;
  if (is_class_object(object)) {
    TypeId t = metaclass_dunder(worker, object, name);
    if (!type_is_null(t))
      return (Member){.name = name, .type = t, .flags = MEMBER_METHOD};
  }
  /* A class is hashed by its metaclass, whatever its instances are. */
  if (name_is(name, NAME_dunder_hash) && is_class_object(object))
    object = world_nominal_fallback(world, object);
  Attr attr = attr_read(worker, object, name);
  if (is_module_variable(object, name, &attr)) attr.type = TYPE_NULL;
  Member m = {.name = name, .type = attr.type};
  if (attr.possibly_missing && !type_is_null(attr.type))
    m.flags |= MEMBER_POSSIBLY_MISSING;
  if (type_is_null(attr.type)) return m;
  if (attr.qualifiers & (QUALIFIER_FINAL | QUALIFIER_READ_ONLY))
    m.flags |= MEMBER_READ_ONLY;
  if (attr.qualifiers & QUALIFIER_CLASS_VAR) m.flags |= MEMBER_CLASS_VAR;
  TypeKind kind = type_kind(attr.type);
  if (kind == TYPE_KIND_BOUND_METHOD || kind == TYPE_KIND_FUNCTION) {
    m.flags |= MEMBER_METHOD;
  } else if (kind != TYPE_KIND_MODULE) {
    ClassMember raw = class_lookup(worker, object, name, 0);
    if (!type_is_null(raw.type) && type_kind(raw.type) == TYPE_KIND_PROPERTY) {
      m.flags |= MEMBER_PROPERTY;
      if (type_is_null(type_property_view(raw.type).setter))
        m.flags |= MEMBER_READ_ONLY;
    } else {
      m.flags |= MEMBER_INSTANCE_VAR;
      if (raw.declared && raw.owner.v &&
          !(raw.qualifiers & QUALIFIER_CLASS_VAR) &&
          (class_flags(world, raw.owner) & CLASS_DATACLASS_FROZEN))
        m.flags |= MEMBER_READ_ONLY;
    }
  }
  return m;
}

/* ---- protocols ------------------------------------------------------------------- */

/* Names that are never members of a protocol. */
static bool is_protocol_noise(NameId name) {
  switch (name.v) {
    case NAME_dunder_slots:
    case NAME_dunder_module:
    case NAME_dunder_doc:
    case NAME_dunder_dict:
    case NAME_dunder_annotations:
    case NAME_dunder_init:
    case NAME_dunder_new:
    case NAME_dunder_init_subclass:
    case NAME_dunder_class_getitem:
    case NAME_dunder_match_args: return true;
    default: return str_is(name_text(name), "__abstractmethods__") ||
                    str_is(name_text(name), "__type_params__") ||
                    str_is(name_text(name), "__parameters__") ||
                    str_is(name_text(name), "_is_protocol");
  }
}

typedef VEC(NameId) Names;

static void add_name(Arena *arena, Names *out, NameId name) {
  for (uint32_t i = 0; i < out->n; i++)
    if (name_eq(out->v[i], name)) return;
  vec_push(out, arena, name);
}

static int by_text(const void *a, const void *b) {
  return name_cmp(*(const NameId *)a, *(const NameId *)b);
}

/* Members of a protocol: the names of its body and of its protocol bases; items of a TypedDict. */
static const NameId *protocol_members(World *world, ClassId id,
                                      uint32_t *count) {
  InferWorker *worker = world->self;
  Names names = {0};
  if (class_flags(world, id) & CLASS_TYPED_DICT) {
    NameVec items = {0};
    typeddict_names(worker, id, &items);
    for (uint32_t i = 0; i < items.n; i++)
      add_name(worker->scratch, &names, items.v[i]);
  } else {
    TypeId mro = class_mro(world, id);
    TypeSpan entries = type_kind(mro) == TYPE_KIND_LIST ? type_args(mro)
                                                        : (TypeSpan){0};
    for (uint32_t i = 0; i < entries.n; i++) {
      if (type_kind(entries.v[i]) != TYPE_KIND_INSTANCE) continue;
      ClassId base = type_class(entries.v[i]);
      if (!(class_flags(world, base) & CLASS_PROTOCOL)) continue;
      const ClassInfo *info = class_at(base);
      if (info->scope.v == 0) continue;
      ModuleState *m = module_state(worker, info->module);
      const Scope *s = &m->index->scopes[info->scope.v];
      for (uint32_t p = s->place_begin; p < s->place_end; p++) {
        const Place *place = &m->index->places[p];
        if (place->kind != PLACE_SYMBOL ||
            !(place->flags & (PLACE_BOUND | PLACE_DECLARED)) ||
            is_protocol_noise(place->name))
          continue;
        add_name(worker->scratch, &names, place->name);
      }
    }
  }
  if (names.n) qsort(names.v, names.n, sizeof(NameId), by_text);
  *count = names.n;
  return names.v;
}

static Member typed_dict_extra(World *world, ClassId id) {
  bool read_only;
  Member m = {.type = typeddict_extra(world->self, id, &read_only)};
  m.flags = read_only ? MEMBER_NOT_REQUIRED | MEMBER_READ_ONLY
                      : MEMBER_NOT_REQUIRED;
  return m;
}

/* The raw member in the terms of the class's own parameters. */
static Member class_member(World *world, ClassId id, NameId name) {
  InferWorker *worker = world->self;
  if (class_flags(world, id) & CLASS_TYPED_DICT)
    return typeddict_item(worker, id, name);
  Member m = {.name = name};
  ClassMember raw =
      class_lookup(worker, world_instance_identity(world, id), name, 0);
  if (type_is_null(raw.type)) return m;
  /* Self stays: what it is, the relation says. */
  TypeId self = typevar_self(worker, class_module(worker, id), id,
                             ID_NONE(NodeId));
  m.type = raw.type;
  switch (type_kind(raw.type)) {
    case TYPE_KIND_FUNCTION: {
      ModuleState *module = module_state(worker, type_module_id(raw.type));
      uint32_t flags = func_flags(worker, module, type_def(raw.type));
      m.flags = MEMBER_METHOD;
      TypeId signature = call_signature(world, raw.type);
      if (type_is_null(signature)) return m;
      m.type = flags & FUNC_STATIC ? signature
               : flags & FUNC_CLASS
                   ? call_signature(world, type_bound_method(
                                               type_subclass_of(self),
                                               raw.type))
                   : call_signature(world, type_bound_method(self, raw.type));
      if (type_is_null(m.type)) m.type = TYPE(UNKNOWN);
      return m;
    }
    case TYPE_KIND_PROPERTY: {
      PropertyView v = type_property_view(raw.type);
      m.flags = MEMBER_PROPERTY;
      if (type_is_null(v.setter)) m.flags |= MEMBER_READ_ONLY;
      Attr attr = attr_read(worker, self, name);
      m.type = type_is_null(attr.type) ? TYPE(UNKNOWN) : attr.type;
      return m;
    }
    default:
      /* What is not declared may be either. */
      if (raw.qualifiers & QUALIFIER_CLASS_VAR) m.flags = MEMBER_CLASS_VAR;
      else if (raw.declared) m.flags = MEMBER_INSTANCE_VAR;
      if (raw.qualifiers & (QUALIFIER_FINAL | QUALIFIER_READ_ONLY))
        m.flags |= MEMBER_READ_ONLY;
      return m;
  }
}

/* ---- places ------------------------------------------------------------------------- */

static Str module_name(World *world, ModuleId id) {
  InferWorker *worker = world->self;
  return name_text(modules_at(worker->infer->modules, id)->name);
}

static void source_place(World *world, ModuleId id, NodeId node, Str *path,
                         uint32_t *line) {
  InferWorker *worker = world->self;
  ModuleState *m = module_state(worker, id);
  *path = m->module->display;
  *line = line_map_position(&m->code->parse.lines, m->ast->source,
                            ast_at(m->ast, node)->start)
              .line;
}

static TypeId module_member(World *world, ModuleId id, NameId name) {
  bool maybe = false;
  return module_attribute(world->self, id, name, &maybe);
}

void world_callbacks_init(InferWorker *worker) {
  World *w = &worker->world;
  w->class_type_params = class_type_params;
  w->class_mro = class_mro;
  w->class_flags = class_flags;
  w->class_metaclass = class_metaclass;
  w->class_variance = class_variance;
  w->type_var_bounds = type_var_bounds;
  w->type_var_variance = type_var_variance;
  w->signature = func_callable;
  w->alias_value = alias_value;
  w->new_type_base = new_type_base;
  w->member = member_of;
  w->protocol_members = protocol_members;
  w->typed_dict_extra = typed_dict_extra;
  w->class_member = class_member;
  w->constructor = class_constructor;
  w->enum_members = enum_closed_members;
  w->module_name = module_name;
  w->source_place = source_place;
  w->module_member = module_member;
}
