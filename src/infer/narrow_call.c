/* narrow_call.c - tests that are calls: isinstance and its kin, type guards.
 *
 * isinstance and issubclass: the second argument's value says which instances
 * may pass (`operand`) and which surely do (`exact`): a class is both, the
 * value of a type[C] only the first, since a subclass may hide behind it. What
 * passes a class of which nothing is known meets Unknown: it may have any member.
 * What is not understood opens both.  A member that derives from the class passes
 * as it is (list[int] against list); one that a class of the test derives from
 * gives that class with the arguments that follow (Sequence[int] gives
 * list[int]); others meet: Never if no value can be both, an intersection
 * otherwise.  The negative side drops members that derive, and subtracts
 * classes without type parameters from the rest.
 *
 * User-defined guards (PEP 647, 742): the callee's return type is a
 * TYPE_GUARD; when it is generic or overloaded the call itself is inferred to
 * find it.
 *
 * Not handled: guards called through the class (C.is_x(obj, value)), keyword
 * arguments. Source: typing spec "Type narrowing"; library reference
 * "isinstance".
 */
#include "infer/annot.h"
#include "infer/narrow_int.h"

#include "infer/expr_int.h"
#include "types/callable.h"

#define NO_ARGS ((TypeSpan){NULL, 0})

/* ---- what classes a value names ------------------------------------------ */

/* The aliases that are being expanded: tuples of classes may hold themselves
 * (`Info = type | tuple["Info", ...]`), which adds nothing new. */
typedef struct Trail Trail;
struct Trail {
  TypeId alias;
  const Trail *up;
  uint32_t depth;
};

enum { TRAIL_MAX = 6 };

typedef struct {
  UnionBuilder *may, *surely;
  bool open; /* something that is not understood may pass */
  const Trail *trail;
} Classes;

static bool on_trail(const Trail *trail, TypeId alias) {
  for (; trail; trail = trail->up)
    if (type_eq(trail->alias, alias)) return true;
  return false;
}

/* No subclass can hide behind the type. */
static bool is_final(World *world, TypeId t) {
  if (type_is_literal(t)) return true;
  if (type_kind(t) != TYPE_KIND_INSTANCE) return false;
  return (world->class_flags(world, type_class(t)) & CLASS_FINAL) != 0;
}

/* What callable(x) asks for. */
static TypeId top_callable(void) {
  return type_callable(NULL, 0, TYPE_KNOWN(object), TYPE_NULL,
                       SIGNATURE_GRADUAL | SIGNATURE_TOP);
}

static void add_instance(Classes *c, TypeId t) {
  union_add(c->may, t);
  union_add(c->surely, t);
}

/* `list` for typing.List; 0 for forms that are no classes. */
static ClassId form_class(SpecialForm form) {
  switch (form) {
  case FORM_TUPLE: return CLASS_ID(tuple);
  case FORM_TYPE: return CLASS_ID(type);
  default: return annot_collection(form);
  }
}

/* A member of a union that is given as a value: `int | None`. */
static void add_union_value(Ctx *ctx, Classes *c, TypeId t) {
  World *world = ctx->world;
  t = alias_expand(world, t);
  TypeSpan members = union_members(world, &t);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId m = members.v[i];
    if (type_kind(m) == TYPE_KIND_INSTANCE)
      add_instance(c, world_instance_unknown(world, type_class(m)));
    else if (type_kind(m) == TYPE_KIND_TUPLE)
      add_instance(c, world_instance_unknown(world, CLASS_ID(tuple)));
    else c->open = true;
  }
}

static void add_classes(Ctx *ctx, Classes *c, TypeId value);

static void add_tuple(Ctx *ctx, Classes *c, TypeId tuple) {
  TupleView v = type_tuple_view(tuple);
  for (uint32_t i = 0; i < v.prefix.n; i++) add_classes(ctx, c, v.prefix.v[i]);
  for (uint32_t i = 0; i < v.suffix.n; i++) add_classes(ctx, c, v.suffix.v[i]);
  if (type_is_null(v.middle)) return;
  Classes some = {c->may, union_begin(ctx->world), false, c->trail};
  add_classes(ctx, &some, v.middle);
  c->open |= some.open;
}

static void add_value(Ctx *ctx, Classes *c, TypeId value) {
  World *world = ctx->world;
  switch (type_kind(value)) {
  case TYPE_KIND_CLASS:
    add_instance(c, world_instance_unknown(world, type_class(value)));
    return;
  case TYPE_KIND_SUBCLASS_OF: {
    TypeId made = type_inner(value);
    if (is_final(world, made)) add_instance(c, made);
    else union_add(c->may, made);
    return;
  }
  case TYPE_KIND_TUPLE: add_tuple(ctx, c, value); return;
  case TYPE_KIND_SPECIAL_FORM: {
    ClassId class_id = form_class(type_form(value));
    if (type_form(value) == FORM_CALLABLE) add_instance(c, top_callable());
    else if (class_id.v)
      add_instance(c, world_instance_unknown(world, class_id));
    else c->open = true;
    return;
  }
  case TYPE_KIND_KNOWN_VALUE:
    if (type_known_value_kind(value) == KNOWN_VALUE_UNION)
      add_union_value(ctx, c, type_inner(value));
    else c->open = true;
    return;
  case TYPE_KIND_UNION: {
    /* One of them: each may, none surely does. */
    TypeSpan members = type_members(value);
    Classes some = {c->may, union_begin(world), false, c->trail};
    for (uint32_t i = 0; i < members.n; i++)
      add_classes(ctx, &some, members.v[i]);
    c->open |= some.open;
    return;
  }
  default:
    if (type_kind(value) == TYPE_KIND_INSTANCE &&
        class_is(type_class(value), KNOWN_NoneType)) {
      add_instance(c, value);
      return;
    }
    if (type_is_dynamic(value)) union_add(c->may, value);
    else c->open = true;
    return;
  }
}

static void add_classes(Ctx *ctx, Classes *c, TypeId value) {
  TypeId expanded = alias_expand(ctx->world, value);
  if (type_eq(expanded, value)) {
    add_value(ctx, c, value);
    return;
  }
  if (on_trail(c->trail, value)) return;
  uint32_t depth = c->trail ? c->trail->depth + 1 : 0;
  if (depth == TRAIL_MAX) {
    c->open = true;
    return;
  }
  Trail here = {value, c->trail, depth};
  Classes some = {c->may, c->surely, false, &here};
  add_value(ctx, &some, expanded);
  c->open |= some.open;
}

/* ---- isinstance ---------------------------------------------------------- */

static bool is_typed_dict(World *world, TypeId t) {
  return type_kind(t) == TYPE_KIND_INSTANCE &&
         (world->class_flags(world, type_class(t)) & CLASS_TYPED_DICT);
}

static bool nominal_derives(Ctx *ctx, TypeId t, TypeId target) {
  World *world = ctx->world;
  TypeId nominal = world_nominal_fallback(world, t);
  if (type_is_null(nominal) || type_kind(nominal) != TYPE_KIND_INSTANCE)
    return false;
  ClassId base = type_kind(target) == TYPE_KIND_TUPLE ? CLASS_ID(tuple)
                                                      : type_class(target);
  if (!type_is_null(world_as_instance_of(world, nominal, base))) return true;
  if (is_typed_dict(world, nominal)) {
    TypeId dict = world_instance_unknown(world, CLASS_ID(dict));
    return !type_is_null(world_as_instance_of(world, dict, base));
  }
  return (world->class_flags(world, base) & CLASS_PROTOCOL) &&
         relate_assignable(world, t, target);
}

bool narrow_derives(Ctx *ctx, TypeId t, TypeId target) {
  World *world = ctx->world;
  t = alias_expand(world, t);
  if (type_is_dynamic(t)) return false;
  switch (type_kind(t)) {
  case TYPE_KIND_UNION: {
    TypeSpan members = type_members(t);
    for (uint32_t i = 0; i < members.n; i++)
      if (!narrow_derives(ctx, members.v[i], target)) return false;
    return true;
  }
  case TYPE_KIND_INTERSECTION: {
    IntersectionView v = type_intersection_view(t);
    for (uint32_t i = 0; i < v.positive.n; i++)
      if (narrow_derives(ctx, v.positive.v[i], target)) return true;
    return false;
  }
  case TYPE_KIND_TYPE_VAR: {
    TypeVarBounds bounds = world->type_var_bounds(world, t);
    if (!type_is_null(bounds.constraints)) {
      TypeSpan c = type_args(bounds.constraints);
      for (uint32_t i = 0; i < c.n; i++)
        if (!narrow_derives(ctx, c.v[i], target)) return false;
      return c.n > 0;
    }
    return !type_is_null(bounds.bound) &&
           narrow_derives(ctx, bounds.bound, target);
  }
  default: break;
  }
  switch (type_kind(target)) {
  case TYPE_KIND_INSTANCE:
  case TYPE_KIND_TUPLE: return nominal_derives(ctx, t, target);
  default: return relate_subtype(world, t, target);
  }
}

/* A class whose arguments are not known cannot be subtracted: `~list[Unknown]`
 * says nothing. */
static bool is_generic(TypeId t) {
  return type_kind(t) == TYPE_KIND_TUPLE ||
         (type_kind(t) == TYPE_KIND_INSTANCE && type_args(t).n > 0);
}

static TypeId meet_classes(Ctx *ctx, TypeId member, TypeId target) {
  World *world = ctx->world;
  TypeSpan targets = union_members(world, &target);
  /* That something unknown can be called says nothing of its attributes. */
  if (type_is_dynamic(member)) {
    if (type_kind(target) == TYPE_KIND_CALLABLE) return member;
    for (uint32_t i = 0; i < targets.n; i++)
      if (type_is_dynamic(targets.v[i])) return member;
    return target;
  }
  for (uint32_t i = 0; i < targets.n; i++)
    if (narrow_derives(ctx, member, targets.v[i])) return member;
  /* All that a type variable may stand for. */
  if (targets.n > 1 && type_kind(member) == TYPE_KIND_TYPE_VAR &&
      relate_subtype(world, member, target))
    return member;
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = 0; i < targets.n; i++)
    union_add(builder, meet_of2(world, member, targets.v[i]));
  return union_end(builder);
}

static TypeId apply_isinstance(Ctx *ctx, const Test *test, TypeId member,
                               bool holds) {
  World *world = ctx->world;
  if (holds)
    return type_is_null(test->operand)
               ? member
               : meet_classes(ctx, member, test->operand);
  if (type_is_null(test->exact) || type_is_dynamic(member)) return member;
  TypeId exact = test->exact;
  TypeSpan excluded = union_members(world, &exact);
  for (uint32_t i = 0; i < excluded.n; i++)
    if (narrow_derives(ctx, member, excluded.v[i])) return TYPE(NEVER);
  for (uint32_t i = 0; i < excluded.n; i++)
    if (!is_generic(excluded.v[i]))
      member = meet_without(world, member, excluded.v[i]);
  return member;
}

Test narrow_isinstance(Ctx *ctx, TypeId classes) {
  Classes c = {union_begin(ctx->world), union_begin(ctx->world), false, NULL};
  Test test = {.apply = apply_isinstance};
  if (type_eq(classes, TYPE(DIVERGENT))) {
    test.operand = classes;
    return test;
  }
  add_classes(ctx, &c, classes);
  test.operand = union_end(c.may);
  test.exact = union_end(c.surely);
  if (c.open || type_eq(test.operand, TYPE(NEVER))) test.operand = TYPE_NULL;
  if (type_eq(test.exact, TYPE(NEVER))) test.exact = TYPE_NULL;
  return test;
}

/* ---- issubclass ---------------------------------------------------------- */

/* The class objects of `target` that are among those of `member`. */
static TypeId meet_class_objects(Ctx *ctx, TypeId member, TypeId target) {
  World *world = ctx->world;
  TypeSpan targets = union_members(world, &target);
  TypeId made = callable_made(world, member);
  bool exact =
      !type_is_null(made) && type_kind(member) != TYPE_KIND_SUBCLASS_OF;
  if (type_is_null(made) || type_is_dynamic(made)) {
    TypeId objects = subclass_of(world, target);
    bool dynamic = type_is_dynamic(member) || !type_is_null(made);
    return dynamic ? objects : meet_of2(world, member, objects);
  }
  for (uint32_t i = 0; i < targets.n; i++)
    if (narrow_derives(ctx, made, targets.v[i])) return member;
  if (exact &&
      !(world->class_flags(world, type_class(member)) & CLASS_UNKNOWN_BASE))
    return TYPE(NEVER);
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = 0; i < targets.n; i++) {
    if (type_is_dynamic(targets.v[i])) {
      union_add(builder, meet_of2(world, member, targets.v[i]));
      continue;
    }
    TypeId both = meet_of2(world, made, targets.v[i]);
    TypeKind kind = type_kind(both);
    if (kind == TYPE_KIND_NEVER) continue;
    union_add(builder,
              kind == TYPE_KIND_INSTANCE || kind == TYPE_KIND_TUPLE
                  ? subclass_of(world, both)
                  : meet_of2(world, member, subclass_of(world, targets.v[i])));
  }
  return union_end(builder);
}

static TypeId apply_issubclass(Ctx *ctx, const Test *test, TypeId member,
                               bool holds) {
  World *world = ctx->world;
  if (holds)
    return type_is_null(test->operand)
               ? member
               : meet_class_objects(ctx, member, test->operand);
  TypeId made = callable_made(world, member);
  if (type_is_null(test->exact) || type_is_null(made) || type_is_dynamic(made))
    return member;
  TypeId exact = test->exact;
  TypeSpan excluded = union_members(world, &exact);
  for (uint32_t i = 0; i < excluded.n; i++)
    if (narrow_derives(ctx, made, excluded.v[i])) return TYPE(NEVER);
  for (uint32_t i = 0; i < excluded.n; i++)
    if (!is_generic(excluded.v[i]))
      member = meet_without(world, member, subclass_of(world, excluded.v[i]));
  return member;
}

/* ---- type(x) is C -------------------------------------------------------- */

static TypeId apply_exact_type(Ctx *ctx, const Test *test, TypeId member,
                               bool holds) {
  World *world = ctx->world;
  if (type_is_null(test->operand)) return member;
  TypeId target = test->operand;
  TypeId nominal = world_nominal_fallback(world, member);
  bool derives = narrow_derives(ctx, member, target);
  bool same = !type_is_null(nominal) &&
              type_kind(nominal) == TYPE_KIND_INSTANCE &&
              type_kind(target) == TYPE_KIND_INSTANCE &&
              type_class(nominal).v == type_class(target).v;
  if (type_kind(target) == TYPE_KIND_TUPLE)
    same = type_kind(member) == TYPE_KIND_TUPLE;
  if (!holds) {
    bool surely = !type_is_null(test->exact) && derives &&
                  (same && is_final(world, member));
    return surely ? TYPE(NEVER) : member;
  }
  /* A value of a class that derives from C is of no type C. */
  if (!type_is_null(test->exact) && derives && !same &&
      !type_is_null(nominal) && type_kind(member) != TYPE_KIND_NEW_TYPE)
    return TYPE(NEVER);
  return meet_classes(ctx, member, target);
}

static TypeId apply_exact_types(Ctx *ctx, const Test *test, TypeId member,
                                bool holds) {
  UnionBuilder *builder = union_begin(ctx->world);
  for (uint32_t i = 0; i < test->values.n; i++) {
    Test one = narrow_exact_type(ctx, test->values.v[i]);
    TypeId t = narrow_members(ctx, &one, member, holds);
    if (holds) union_add(builder, t);
    else member = t;
  }
  TypeId matched = union_end(builder);
  return holds ? matched : member;
}

Test narrow_exact_types(TypeSpan class_objects) {
  return (Test){.apply = apply_exact_types, .values = class_objects};
}

Test narrow_exact_type(Ctx *ctx, TypeId class_object) {
  Test test = {.apply = apply_exact_type};
  class_object = alias_expand(ctx->world, class_object);
  TypeId made = callable_made(ctx->world, class_object);
  if (type_kind(class_object) == TYPE_KIND_GENERIC_ALIAS) made = TYPE_NULL;
  if (type_is_null(made) || type_is_dynamic(made)) return test;
  test.operand = made;
  if (type_kind(class_object) == TYPE_KIND_CLASS) test.exact = made;
  return test;
}

/* ---- hasattr ------------------------------------------------------------- */

static TypeId apply_hasattr(Ctx *ctx, const Test *test, TypeId member,
                            bool holds) {
  World *world = ctx->world;
  if (type_is_dynamic(member)) return member;
  Attr attr = attr_read(ctx->worker, member, test->name);
  if (!type_is_null(attr.type)) {
    bool surely = !attr.possibly_missing && !attr.is_dynamic;
    return !holds && surely ? TYPE(NEVER) : member;
  }
  if (!holds) return member;
  bool closed = is_final(world, member) ||
                type_kind(member) == TYPE_KIND_MODULE ||
                type_kind(member) == TYPE_KIND_CLASS;
  /* A subclass, or the object itself, may have the attribute, of which nothing
   * else is known. */
  return closed && type_kind(member) == TYPE_KIND_INSTANCE
             ? TYPE(NEVER)
             : meet_of2(world, member, TYPE(UNKNOWN));
}

/* `if not hasattr(self, "x")` is how attributes are made: a member alone is
 * never ruled out. */
static TypeId narrow_hasattr(Ctx *ctx, NodeList args, Operand operand,
                             TypeId type, bool holds) {
  if (args.n != 2) return type;
  TypeId name = expr_infer(ctx, ast_item(args, 1), TYPE_NULL);
  if (type_kind(name) != TYPE_KIND_LITERAL_STR) return type;
  Test test = {.apply = apply_hasattr, .name = type_name(name)};
  TypeId t = narrow_operand(ctx, operand, &test, type, holds);
  return !holds && type_eq(t, TYPE(NEVER)) ? type : t;
}

/* `if getattr(x, "name", None):` tells of the attribute what hasattr would, when
 * the default is false; that it is false tells nothing of it. */
static TypeId narrow_getattr(Ctx *ctx, NodeList args, Operand operand,
                             TypeId type, bool holds) {
  if (!holds || args.n < 2 || args.n > 3) return type;
  if (args.n == 3 &&
      type_truth(ctx->world, expr_infer(ctx, ast_item(args, 2), TYPE_NULL)) !=
          TRUTH_NEVER)
    return type;
  return narrow_hasattr(ctx, (NodeList){args.v, 2}, operand, type, true);
}

/* ---- len ----------------------------------------------------------------- */

enum { LENGTH_EXPANDED = 64 }; /* longest tuple that a test of len() makes */

static bool compare_length(uint8_t op, int64_t length, int64_t number) {
  switch ((CompareOperator)op) {
  case CMP_EQ: return length == number;
  case CMP_LT: return length < number;
  case CMP_LT_E: return length <= number;
  case CMP_GT: return length > number;
  default: return length >= number;
  }
}

/* tuple[prefix, *middle, suffix] with `n` elements in its middle, and, when
 * open, any number more. */
static TypeId with_middle(Ctx *ctx, TupleView v, uint32_t n, bool open) {
  uint32_t count = v.prefix.n + n;
  TypeId *items = ARENA_ARRAY_RAW(ctx->scratch, TypeId, count + v.suffix.n + 1);
  for (uint32_t i = 0; i < v.prefix.n; i++) items[i] = v.prefix.v[i];
  for (uint32_t i = v.prefix.n; i < count; i++) items[i] = v.middle;
  if (open) return type_tuple((TypeSpan){items, count}, v.middle, v.suffix);
  for (uint32_t i = 0; i < v.suffix.n; i++) items[count + i] = v.suffix.v[i];
  return type_tuple_of((TypeSpan){items, count + v.suffix.n});
}

/* A tuple of any length from its prefix and suffix on. */
static TypeId unbounded_length(Ctx *ctx, const Test *test, TypeId tuple,
                               bool holds) {
  TupleView v = type_tuple_view(tuple);
  int64_t fixed = v.prefix.n + v.suffix.n, number = test->number;
  if (type_kind(v.middle) == TYPE_KIND_UNPACKED) return tuple;
  uint8_t op = test->op;
  bool below = (op == CMP_LT || op == CMP_LT_E) == holds;
  if (op == CMP_EQ) {
    if (!holds) return number == fixed ? with_middle(ctx, v, 1, true) : tuple;
    if (number < fixed) return TYPE(NEVER);
    if (number > LENGTH_EXPANDED) return tuple;
    return with_middle(ctx, v, (uint32_t)(number - fixed), false);
  }
  /* First length behind the border. */
  int64_t border = op == CMP_LT || op == CMP_GT_E ? number : number + 1;
  if (border > LENGTH_EXPANDED) return tuple;
  if (!below)
    return border <= fixed
               ? tuple
               : with_middle(ctx, v, (uint32_t)(border - fixed), true);
  if (border > fixed + 1) return tuple;
  return border <= fixed ? TYPE(NEVER) : with_middle(ctx, v, 0, false);
}

static TypeId apply_length(Ctx *ctx, const Test *test, TypeId member,
                           bool holds);

/* Every part has the length. */
static TypeId apply_length_to_parts(Ctx *ctx, const Test *test, TypeId member,
                                    bool holds) {
  TypeSpan parts = type_intersection_view(member).positive;
  for (uint32_t i = 0; i < parts.n; i++) {
    TypeId part = apply_length(ctx, test, parts.v[i], holds);
    if (!type_eq(part, parts.v[i]))
      member = meet_of2(ctx->world, member, part);
  }
  return member;
}

static TypeId apply_length(Ctx *ctx, const Test *test, TypeId member,
                           bool holds) {
  int64_t length;
  switch (type_kind(member)) {
  case TYPE_KIND_INTERSECTION:
    return apply_length_to_parts(ctx, test, member, holds);
  case TYPE_KIND_TUPLE: {
    TupleView v = type_tuple_view(member);
    if (!type_is_null(v.middle))
      return unbounded_length(ctx, test, member, holds);
    length = v.prefix.n;
    break;
  }
  case TYPE_KIND_LITERAL_STR:
    if (!str_is_ascii(name_text(type_name(member)))) return member;
    length = name_text(type_name(member)).len;
    break;
  case TYPE_KIND_LITERAL_BYTES:
    length = name_text(type_name(member)).len;
    break;
  default: return member;
  }
  return compare_length(test->op, length, test->number) == holds ? member
                                                                 : TYPE(NEVER);
}

Test narrow_length(CompareOperator op, int64_t number) {
  return (Test){.apply = apply_length, .op = (uint8_t)op, .number = number};
}

/* ---- guards -------------------------------------------------------------- */

static TypeId apply_type_is(Ctx *ctx, const Test *test, TypeId member,
                            bool holds) {
  World *world = ctx->world;
  TypeId target = alias_expand(world, test->operand);
  if (holds) {
    if (type_is_dynamic(member)) return target;
    return type_is_dynamic(target) ? member : meet_of2(world, member, target);
  }
  if (type_is_dynamic(member) || type_is_dynamic(target)) return member;
  if (type_has(target, TYPE_HAS_ANY | TYPE_HAS_UNKNOWN)) {
    bool inside = relate_assignable(world, member, target);
    return inside ? TYPE(NEVER) : member;
  }
  return meet_without(world, member, target);
}

static TypeId signature_guard(TypeId signature) {
  if (type_kind(signature) != TYPE_KIND_CALLABLE) return TYPE_NULL;
  SignatureView v = type_signature_view(signature);
  return type_kind(v.returns) == TYPE_KIND_TYPE_GUARD ? v.returns : TYPE_NULL;
}

/* Whether the callee may be a guard; only annotations count, so that no return
 * type is inferred for a mere test. */
static bool may_guard(Ctx *ctx, TypeId callee) {
  switch (type_kind(callee)) {
  case TYPE_KIND_BOUND_METHOD:
    return may_guard(ctx, type_bound_function(callee));
  case TYPE_KIND_FUNCTION: {
    ModuleState *m = module_state(ctx->worker, type_module_id(callee));
    const Def *def = &m->index->defs[type_def(callee).v];
    if (def->kind != DEF_FUNCTION) return false;
    NodeId returns = ast_function(m->ast, def->node)->returns;
    if (returns.v == 0) return false;
    AstKind kind = ast_kind(m->ast, returns);
    if (kind != AST_Subscript && kind != AST_Str) return false;
    return may_guard(ctx, ctx->world->signature(ctx->world, callee));
  }
  case TYPE_KIND_CALLABLE: return !type_is_null(signature_guard(callee));
  case TYPE_KIND_OVERLOADED: {
    TypeSpan items = type_args(callee);
    for (uint32_t i = 0; i < items.n; i++)
      if (may_guard(ctx, items.v[i])) return true;
    return false;
  }
  default: return false;
  }
}

/* The TYPE_GUARD that the call gives, or null. */
static TypeId guard_of(Ctx *ctx, NodeId call, TypeId callee) {
  if (type_kind(callee) == TYPE_KIND_INSTANCE) {
    callee = attr_dunder(ctx->worker, callee, NAME_ID(dunder_call));
    if (type_is_null(callee)) return TYPE_NULL;
  }
  if (!may_guard(ctx, callee)) return TYPE_NULL;
  TypeId signature = call_signature(ctx->world, callee);
  if (!type_is_null(signature) && type_kind(signature) == TYPE_KIND_CALLABLE &&
      type_args(type_signature_view(signature).type_params).n == 0)
    return signature_guard(signature);
  TypeId result = expr_infer(ctx, call, TYPE_NULL);
  return type_kind(result) == TYPE_KIND_TYPE_GUARD ? result : TYPE_NULL;
}

static TypeId narrow_guard(Ctx *ctx, NodeId call, TypeId callee,
                           Operand operand, TypeId type, bool holds) {
  TypeId guard = guard_of(ctx, call, callee);
  if (type_is_null(guard)) return type;
  if (type_guard_is(guard)) {
    Test test = {.apply = apply_type_is, .operand = type_inner(guard)};
    return narrow_operand(ctx, operand, &test, type, holds);
  }
  return holds && !operand.child ? type_inner(guard) : type;
}

/* ---- calls --------------------------------------------------------------- */

static bool is_builtin(Ctx *ctx, TypeId callee, const char *name) {
  return type_kind(callee) == TYPE_KIND_FUNCTION &&
         type_module_id(callee).v == ctx->worker->infer->builtins.v &&
         str_eq(name_text(type_name(callee)), str_from(name));
}

/* The first argument, when it is positional; 0 otherwise. */
static NodeId first_argument(const Ast *ast, NodeList args) {
  NodeId none = {0};
  if (args.n == 0) return none;
  AstKind kind = ast_kind(ast, ast_item(args, 0));
  if (kind == AST_Keyword || kind == AST_Starred) return none;
  return ast_item(args, 0);
}

/* Looks at the argument first: most calls in comparisons are of other things.
 */
CallOf narrow_call_of(Ctx *ctx, NodeId node, PlaceId place, Operand *operand) {
  if (ast_kind(ctx->ast, node) != AST_Call) return CALL_OF_OTHER;
  const AstNode *n = ast_at(ctx->ast, node);
  NodeList args = ast_list(ctx->ast, n->b);
  NodeId first = first_argument(ctx->ast, args);
  if (args.n != 1 || first.v == 0) return CALL_OF_OTHER;
  *operand = narrow_operand_of(ctx, first, place);
  if (!operand->found) return CALL_OF_OTHER;
  TypeId callee = expr_infer(ctx, (NodeId){n->a}, TYPE_NULL);
  if (type_kind(callee) == TYPE_KIND_CLASS)
    return class_is(type_class(callee), KNOWN_type) ? CALL_OF_TYPE
                                                    : CALL_OF_OTHER;
  return is_builtin(ctx, callee, "len") ? CALL_OF_LEN : CALL_OF_OTHER;
}

TypeId narrow_call(Ctx *ctx, NodeId call, TypeId type, PlaceId place,
                   bool holds) {
  const AstNode *n = ast_at(ctx->ast, call);
  NodeList args = ast_list(ctx->ast, n->b);
  NodeId first = first_argument(ctx->ast, args);
  if (first.v == 0) return type;
  Operand operand = narrow_operand_of(ctx, first, place);
  if (!operand.found) return type;
  TypeId callee =
      alias_expand(ctx->world, expr_infer(ctx, (NodeId){n->a}, TYPE_NULL));
  if (type_eq(callee, TYPE(DIVERGENT))) return callee;
  bool subclass = is_builtin(ctx, callee, "issubclass");
  if (subclass || is_builtin(ctx, callee, "isinstance")) {
    if (args.n != 2) return type;
    TypeId classes = expr_infer(ctx, ast_item(args, 1), TYPE_NULL);
    Test test = narrow_isinstance(ctx, classes);
    if (subclass) test.apply = apply_issubclass;
    return narrow_operand(ctx, operand, &test, type, holds);
  }
  if (is_builtin(ctx, callee, "callable") && args.n == 1) {
    Test test = {
        apply_isinstance, top_callable(), top_callable(), NO_ARGS, {0}, 0, 0};
    return narrow_operand(ctx, operand, &test, type, holds);
  }
  if (is_builtin(ctx, callee, "hasattr"))
    return narrow_hasattr(ctx, args, operand, type, holds);
  if (is_builtin(ctx, callee, "getattr"))
    return narrow_getattr(ctx, args, operand, type, holds);
  if (is_builtin(ctx, callee, "len") && args.n == 1) {
    Test test = narrow_length(CMP_GT, 0);
    return narrow_operand(ctx, operand, &test, type, holds);
  }
  if (type_kind(callee) == TYPE_KIND_CLASS) {
    if (!class_is(type_class(callee), KNOWN_bool) || args.n != 1) return type;
    Test test = narrow_truth();
    return narrow_operand(ctx, operand, &test, type, holds);
  }
  return narrow_guard(ctx, call, callee, operand, type, holds);
}
