/* protocol.c - structural relations of protocols.
 *
 * The pair (source, protocol) is assumed to hold while the members are
 * compared: a method that returns the protocol itself is then no endless
 * question. See the head of relate.c for what an assumption does to the answers
 * that used it.
 *
 * A protocol's member is asked for in terms of the class's parameters, gets the
 * target's arguments put in, and Self becomes the source. The source's member
 * is what reading the attribute on the source gives: so a module, a class
 * object, a function or a tuple can implement a protocol like an instance can.
 *
 * Source: typing spec "Protocols". */
#include "types/callable.h"
#include "types/display.h"
#include "types/relate_int.h"

/* ---- protocols ----------------------------------------------------------- */

typedef struct {
  TypeId source, target;
  TypeId mapping; /* of the target's class */
  TypeId self;    /* what Self means */
} Pair;

/* The member as read on an instance of the target. */
static Member wanted_member(Relate *r, const Pair *p, NameId name) {
  World *world = r->world;
  Member m = world->class_member(world, type_class(p->target), name);
  if (type_is_null(m.type)) return m;
  bool method = m.flags & MEMBER_METHOD;
  m.type = subst(world, m.type, p->mapping);
  m.write_type = subst(world, m.write_type, p->mapping);
  if (method) {
    TypeId signature = callable_of(world, m.type);
    TypeId first = signature;
    if (!type_is_null(signature) &&
        type_kind(signature) == TYPE_KIND_OVERLOADED)
      first = type_args(signature).v[0];
    if (!type_is_null(first) && type_kind(first) == TYPE_KIND_CALLABLE &&
        (type_signature_view(first).flags & SIGNATURE_METHOD))
      signature = callable_bind(world, signature, p->self);
    if (!type_is_null(signature)) m.type = signature;
  }
  m.type = subst_self(world, m.type, p->self);
  m.write_type = subst_self(world, m.write_type, p->self);
  return m;
}

/* The member as read on the source. */
static Member found_member(Relate *r, const Pair *p, NameId name) {
  World *world = r->world;
  if (name_is(name, NAME_dunder_call)) {
    TypeKind kind = type_kind(p->source);
    TypeId signature =
        kind == TYPE_KIND_INSTANCE || kind == TYPE_KIND_INTERSECTION
            ? TYPE_NULL
            : callable_of(world, p->source);
    if (!type_is_null(signature))
      return (Member){name, signature, TYPE_NULL, MEMBER_METHOD};
  }
  if (type_kind(p->source) == TYPE_KIND_MODULE && world->module_member) {
    TypeId t = world->module_member(world, type_module_id(p->source), name);
    if (!type_is_null(t)) return (Member){name, t, TYPE_NULL, 0};
  }
  return world->member(world, p->source, name);
}

/* A method whose receiver is declared as a generic protocol (cls: type[P[T]]):
 * the source's own members tell what T is. That is the same kind of question as
 * the one being decided, so it is asked under the same assumptions. Null: the
 * method is none of this kind. */
static TypeId bind_to_protocol(Relate *r, TypeId method) {
  World *world = r->world;
  if (type_kind(method) != TYPE_KIND_BOUND_METHOD) return TYPE_NULL;
  TypeId signature = callable_of(world, type_bound_function(method));
  if (type_is_null(signature) || type_kind(signature) != TYPE_KIND_CALLABLE)
    return TYPE_NULL;
  SignatureView v = type_signature_view(signature);
  if (v.n == 0 || !(v.params[0].flags & PARAM_ANNOTATED) ||
      type_args(v.type_params).n == 0)
    return TYPE_NULL;
  TypeId declared = v.params[0].type, receiver = type_receiver(method);
  if (type_kind(declared) == TYPE_KIND_SUBCLASS_OF) {
    declared = type_inner(declared);
    receiver = callable_made(world, receiver);
  }
  if (type_is_null(receiver) || type_kind(declared) != TYPE_KIND_INSTANCE ||
      !(world->class_flags(world, type_class(declared)) & CLASS_PROTOCOL))
    return TYPE_NULL;
  Solver *solver = solver_create(world, v.type_params), *outer = r->solver;
  r->solver = solver;
  r->quiet++;
  bool ok = relate(r, receiver, declared);
  r->quiet--;
  r->solver = outer;
  if (!ok) return TYPE_NULL;
  TypeId solved = subst(world, signature, solver_partial(solver));
  return callable_bind(world, solved, type_receiver(method));
}

/* A writable attribute: the source's must be writable, and take all that the
 * target's takes. */
static bool writable(Relate *r, Str name, Member found, Member wanted) {
  if (found.flags & (MEMBER_READ_ONLY | MEMBER_METHOD))
    return relate_why(r, "protocol member `%" PRIstr "` is not writable",
                      STR_ARG(name));
  TypeId to = type_is_null(found.write_type) ? found.type : found.write_type;
  TypeId from =
      type_is_null(wanted.write_type) ? wanted.type : wanted.write_type;
  if (from.v == to.v || relate(r, from, to)) return true;
  return relate_why(r, "protocol member `%" PRIstr "` is invariant",
                    STR_ARG(name));
}

/* A class object has the ClassVars of its class for its variables; a ClassVar of
 * its own would be its metaclass's. */
static bool class_object_matches(Relate *r, const Pair *p, NameId name,
                                 Member wanted) {
  World *world = r->world;
  Member own = world->class_member(world, type_class(p->source), name);
  if (type_is_null(own.type)) return true; /* the metaclass's */
  if (wanted.flags & MEMBER_CLASS_VAR)
    return relate_why(r, "protocol member `%" PRIstr "` is a ClassVar",
                      STR_ARG(name_text(name)));
  if (own.flags & MEMBER_INSTANCE_VAR)
    return relate_why(r, "`%" PRIstr "` is a variable of instances",
                      STR_ARG(name_text(name)));
  return true;
}

/* ClassVar on one side only. */
static bool class_var_matches(Relate *r, const Pair *p, Str name, Member found,
                              Member wanted) {
  const uint32_t vars = MEMBER_INSTANCE_VAR | MEMBER_CLASS_VAR;
  TypeKind kind = type_kind(p->source);
  if (kind == TYPE_KIND_CLASS || kind == TYPE_KIND_GENERIC_ALIAS)
    return class_object_matches(r, p, wanted.name, wanted);
  if (type_kind(p->source) != TYPE_KIND_INSTANCE) return true;
  bool is_instance = (found.flags & vars) == MEMBER_INSTANCE_VAR;
  bool is_class = (found.flags & MEMBER_CLASS_VAR) != 0;
  if ((wanted.flags & vars) == MEMBER_CLASS_VAR && is_instance)
    return relate_why(r, "protocol member `%" PRIstr "` is a ClassVar",
                      STR_ARG(name));
  if ((wanted.flags & vars) == MEMBER_INSTANCE_VAR && is_class)
    return relate_why(r, "protocol member `%" PRIstr "` is no ClassVar",
                      STR_ARG(name));
  return true;
}

static bool member_matches(Relate *r, const Pair *p, NameId name) {
  Str text = name_text(name);
  Member wanted = wanted_member(r, p, name);
  if (type_is_null(wanted.type)) return true;
  Member found = found_member(r, p, name);
  if (type_is_null(found.type))
    return relate_why(r, "protocol member `%" PRIstr "` is missing",
                      STR_ARG(text));
  TypeId bound = bind_to_protocol(r, found.type);
  if (!type_is_null(bound)) found.type = bound;
  if (!relate(r, found.type, wanted.type))
    return relate_why(r, "protocol member `%" PRIstr "` is incompatible",
                      STR_ARG(text));
  if (wanted.flags & (MEMBER_METHOD | MEMBER_READ_ONLY)) return true;
  if (!(wanted.flags & MEMBER_PROPERTY) &&
      !class_var_matches(r, p, text, found, wanted))
    return false;
  return writable(r, text, found, wanted);
}

/* The target is an instance of a protocol, and no base of the source. */
bool relate_to_protocol(Relate *r, TypeId source, TypeId target) {
  if (relate_is_assumed(r, source, target)) return true;
  World *world = r->world;
  uint32_t n = 0;
  const NameId *names = world->protocol_members(world, type_class(target), &n);
  Pair p = {source, target, subst_mapping_of(world, target), source};
  Assumption assumption;
  relate_assume(r, &assumption, source, target);
  bool ok = true;
  for (uint32_t i = 0; i < n && ok; i++) ok = member_matches(r, &p, names[i]);
  relate_unassume(r, &assumption);
  return ok;
}
