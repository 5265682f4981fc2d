/* override_attribute.c - variables and properties against those of the bases that
 * they hide.
 *
 * Whatever is read from an object as one of the base must be there in the derived
 * class, and what may be stored must be taken.  So the type that is read is
 * covariant, the type that may be stored contravariant: a variable that can be
 * assigned keeps its type, a property without a setter may be narrowed.  Only
 * declarations are compared: what a class merely assigns takes the type that its
 * base declares.
 *
 * Sources: typing spec, "concepts.html" (subtypes), "class-compat.html",
 * "qualifiers.html#final".
 */
#include "infer/check.h"
#include "infer/class.h"
#include "infer/member.h"
#include "types/mro.h"
#include <stdarg.h>

typedef struct {
  Ctx *ctx;
  NameId name;
  const Def *def; /* NULL: it comes from a base of `id`, too */
  ClassId id;
  ClassId winner; /* without def: who has it */
  ClassId owner;  /* of the base's member */
} Hidden;

static void report(const Hidden *h, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void report(const Hidden *h, const char *format, ...) {
  Ctx *ctx = h->ctx;
  StrBuf text;
  strbuf_init(&text, ctx->scratch);
  va_list args;
  va_start(args, format);
  strbuf_vprintf(&text, format, args);
  va_end(args);
  if (h->def == NULL) {
    check_report_name(ctx, RULE_INVALID_ATTRIBUTE_OVERRIDE,
                      class_at(h->id)->node,
                      "Bases of class `%" PRIstr "` define attribute `%" PRIstr
                      "` incompatibly: in `%" PRIstr "` and `%" PRIstr
                      "`: %" PRIstr,
                      STR_ARG(name_text(class_at(h->id)->name)),
                      STR_ARG(name_text(h->name)),
                      STR_ARG(name_text(class_at(h->winner)->name)),
                      STR_ARG(name_text(class_at(h->owner)->name)),
                      STR_ARG(strbuf_str(&text)));
    return;
  }
  const char *whole = "Invalid override of attribute `%" PRIstr
                      "` of superclass `%" PRIstr "`: %" PRIstr;
  Str name = name_text(h->name), owner = name_text(class_at(h->owner)->name);
  bool named = h->def->kind == DEF_FUNCTION || h->def->kind == DEF_CLASS;
  if (named)
    check_report_name(ctx, RULE_INVALID_ATTRIBUTE_OVERRIDE, h->def->node, whole,
                      STR_ARG(name), STR_ARG(owner),
                      STR_ARG(strbuf_str(&text)));
  else
    ctx_report(ctx, RULE_INVALID_ATTRIBUTE_OVERRIDE,
               h->def->target.v ? h->def->target : h->def->node, whole,
               STR_ARG(name), STR_ARG(owner), STR_ARG(strbuf_str(&text)));
}

/* Nothing may be stored in it through an instance. */
static bool is_read_only(World *world, const ClassMember *m) {
  if (m->qualifiers & (QUALIFIER_FINAL | QUALIFIER_READ_ONLY)) return true;
  return (class_flags(world, m->owner) &
          (CLASS_DATACLASS_FROZEN | CLASS_NAMED_TUPLE)) != 0;
}

/* A method as a callable, so that another callable can stand for it. */
static TypeId as_callable(World *world, TypeId t) {
  TypeKind kind = type_kind(t);
  if (kind != TYPE_KIND_FUNCTION && kind != TYPE_KIND_BOUND_METHOD) return t;
  TypeId signature = call_signature(world, t);
  return type_is_null(signature) ? TYPE(UNKNOWN) : signature;
}

static bool is_variable(const ClassMember *m) {
  TypeKind kind = type_kind(m->type);
  return m->declared && kind != TYPE_KIND_FUNCTION &&
         kind != TYPE_KIND_PROPERTY && kind != TYPE_KIND_OVERLOADED;
}

/* `t` of the base's member seen through the derived class: a Self that a variable
 * declares is the derived class in both. */
static TypeId same_self(World *world, TypeId t, TypeId self,
                        const ClassMember *base) {
  bool mentions = is_variable(base) && type_has(base->type, TYPE_HAS_SELF);
  return mentions ? subst_self(world, base->type, self) : t;
}

/* What may be stored in the base's variable, or through its setter; true when it
 * was reported. */
static bool check_stores(const Hidden *h, TypeId self, TypeId parent,
                         const ClassMember *own, const ClassMember *base) {
  InferWorker *worker = h->ctx->worker;
  World *world = h->ctx->world;
  bool property = type_kind(base->type) == TYPE_KIND_PROPERTY;
  if ((!property && !is_variable(base)) || is_read_only(world, base))
    return false;
  if (base->qualifiers & QUALIFIER_CLASS_VAR) return false;
  TypeId taken = attr_write(worker, parent, h->name).type;
  if (type_is_null(taken)) return false;
  taken = same_self(world, taken, self, base);
  TypeId takes = is_read_only(world, own)
                     ? TYPE_NULL
                     : attr_write(worker, self, h->name).type;
  if (type_is_null(takes)) {
    report(h, "it can be assigned there, but is read-only here");
    return true;
  }
  /* Bases are compared by what they give. */
  if (h->def == NULL || relate_assignable(world, taken, takes)) return false;
  const char *a, *b;
  display_pair(world, taken, takes, &a, &b);
  report(h, "it can be assigned a value of type `%s` there, but only of type "
            "`%s` here",
         a, b);
  return true;
}

/* A property whose getter says nothing of what it gives. */
static bool is_untyped_property(World *world, TypeId t) {
  if (type_kind(t) != TYPE_KIND_PROPERTY) return false;
  TypeId getter = type_property_view(t).getter;
  if (type_is_null(getter) || type_kind(getter) != TYPE_KIND_FUNCTION)
    return false;
  TypeId signature = world->signature(world, getter);
  return type_kind(signature) == TYPE_KIND_CALLABLE &&
         (type_signature_view(signature).flags & SIGNATURE_INFERRED_RETURN);
}

/* The getter of a property, of which `def` is the last part. */
static const Def *getter_def(const Hidden *h) {
  if (h->def == NULL || h->def->kind != DEF_FUNCTION || h->def->place.v == 0)
    return h->def;
  const Index *index = h->ctx->module->index;
  DefId first = index->places[h->def->place.v].first_def;
  const Def *def = &index->defs[first.v];
  return def->kind == DEF_FUNCTION ? def : h->def;
}

static bool check_hidden(Hidden h, TypeId self, const ClassMember *own,
                         const ClassMember *base) {
  Ctx *ctx = h.ctx;
  InferWorker *worker = ctx->worker;
  World *world = ctx->world;
  TypeId parent = world_as_instance_of(world, self, base->owner);
  if (type_is_null(parent) || (type_kind(parent) != TYPE_KIND_INSTANCE &&
                               type_kind(parent) != TYPE_KIND_TUPLE))
    return false;
  TypeId have = attr_read(worker, self, h.name).type;
  TypeId want = attr_read(worker, parent, h.name).type;
  if (type_is_null(have) || type_is_null(want)) return false;
  want = as_callable(world, same_self(world, want, self, base));
  if (is_untyped_property(world, own->type)) have = TYPE(UNKNOWN);
  /* A getter that only raises leaves the value to those who override it. */
  if (type_kind(want) == TYPE_KIND_NEVER &&
      is_untyped_property(world, base->type))
    want = TYPE(UNKNOWN);
  if (!relate_assignable(world, have, want)) {
    const char *a, *b;
    display_pair(world, have, want, &a, &b);
    if (type_kind(own->type) == TYPE_KIND_PROPERTY) h.def = getter_def(&h);
    report(&h, "type `%s` is not assignable to `%s`", a, b);
    return true;
  }
  return check_stores(&h, self, parent, own, base);
}

bool check_attribute_override(Ctx *ctx, TypeId self, DefId def, NameId name,
                              const ClassMember *own,
                              const ClassMember *base) {
  if (!ctx_reports(ctx, RULE_INVALID_ATTRIBUTE_OVERRIDE)) return false;
  Hidden h = {.ctx = ctx,
              .name = name,
              .def = &ctx->module->index->defs[def.v],
              .owner = base->owner};
  return check_hidden(h, self, own, base);
}

static bool is_attribute(const ClassMember *m) {
  return is_variable(m) || type_kind(m->type) == TYPE_KIND_PROPERTY;
}

bool check_attributes_of_bases(Ctx *ctx, ClassId id, TypeId self, NameId name,
                               const ClassMember *own,
                               const ClassMember *base) {
  if (!ctx_reports(ctx, RULE_INVALID_ATTRIBUTE_OVERRIDE) ||
      !is_attribute(own) || !is_attribute(base))
    return false;
  Hidden h = {.ctx = ctx,
              .name = name,
              .id = id,
              .winner = own->owner,
              .owner = base->owner};
  return check_hidden(h, self, own, base);
}
