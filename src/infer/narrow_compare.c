/* narrow_compare.c - tests that are comparisons: is, ==, in, len(x) == n.
 *
 * Identity narrows to what is in both operands; when the other operand is a
 * type with one value (None, an enum member, a class object), its negation
 * takes that value away.  Equality is in narrow_equal.c.
 *
 * `in` is `==` with any of the elements, and its negation `!=` with those that
 * are surely there (displays and tuples, not list[T]). `"k" in td` tells
 * TypedDicts apart: one that is final and lacks the key cannot hold it, and
 * one that requires it always does.
 *
 * Source: typing spec "Literals: interactions with narrowing", "Enums",
 * "TypedDict: final types and in"; Python reference "Comparisons".
 */
#include "infer/narrow_int.h"

#include "infer/expr_int.h"
#include "infer/special/special.h"

static bool is_none(TypeId t) { return type_eq(t, TYPE_KNOWN(NoneType)); }

/* ---- identity ------------------------------------------------------------ */

bool narrow_is_single_object(TypeId t) {
  switch (type_kind(t)) {
  case TYPE_KIND_LITERAL_BOOL:
  case TYPE_KIND_LITERAL_ENUM:
  case TYPE_KIND_NAMED_SENTINEL:
  case TYPE_KIND_CLASS:
  case TYPE_KIND_MODULE:
  case TYPE_KIND_FUNCTION: return true;
  case TYPE_KIND_INSTANCE:
    return is_none(t) || class_is(type_class(t), KNOWN_EllipsisType) ||
           class_is(type_class(t), KNOWN_NotImplementedType);
  default: return false;
  }
}

/* `x is S` where S is the one object that `S = object()` made. */
static TypeId apply_sentinel(World *world, TypeId member, TypeId sentinel,
                             bool holds) {
  if (!holds) return type_eq(member, sentinel) ? TYPE(NEVER) : member;
  if (type_is_dynamic(member) || relate_assignable(world, sentinel, member))
    return sentinel;
  TypeKind kind = type_kind(member);
  bool open = kind == TYPE_KIND_TYPE_VAR || kind == TYPE_KIND_INTERSECTION;
  return open ? member : TYPE(NEVER);
}

static TypeId apply_identical(Ctx *ctx, const Test *test, TypeId member,
                              bool holds) {
  World *world = ctx->world;
  TypeId other = alias_expand(world, test->operand);
  if (type_is_dynamic(other)) return member;
  if (type_kind(other) == TYPE_KIND_SENTINEL)
    return apply_sentinel(world, member, other, holds);
  if (type_is_literal(other)) other = type_literal_declared(other);
  bool single = narrow_is_single_object(other);
  if (type_is_dynamic(member)) return holds && single ? other : member;
  if (!holds) return single ? meet_without(world, member, other) : member;
  /* An int literal says nothing of identity that its class does not. */
  return meet_of2(world, member, other);
}

Test narrow_identical(TypeId operand) {
  return (Test){.apply = apply_identical, .operand = operand};
}

/* ---- in ------------------------------------------------------------------ */

/* Elements of a container: what they may be, and which are surely there. */
typedef struct {
  UnionBuilder *may;
  TypeVec surely;
  bool partial; /* some may be missing */
  bool open;    /* not understood */
} Elements;

static void add_element(Ctx *ctx, Elements *e, TypeId t, bool surely) {
  t = alias_expand(ctx->world, t);
  union_add(e->may, t);
  e->partial |= !surely;
  if (surely && narrow_is_value(t)) vec_push(&e->surely, ctx->scratch, t);
}

/* Builtin containers, whose `__contains__` is a search by `==`. */
static bool is_search(ClassId id) {
  static const KnownClass known[] = {
      KNOWN_list, KNOWN_set,         KNOWN_frozenset,   KNOWN_deque,
      KNOWN_dict, KNOWN_defaultdict, KNOWN_OrderedDict,
  };
  for (uint32_t i = 0; i < ARRAY_LEN(known); i++)
    if (class_is(id, known[i])) return true;
  return false;
}

static void add_container(Ctx *ctx, Elements *e, TypeId container) {
  World *world = ctx->world;
  container = alias_expand(world, container);
  switch (type_kind(container)) {
  case TYPE_KIND_TUPLE: {
    TupleView v = type_tuple_view(container);
    for (uint32_t i = 0; i < v.prefix.n; i++)
      add_element(ctx, e, v.prefix.v[i], true);
    if (!type_is_null(v.middle)) {
      if (type_kind(v.middle) == TYPE_KIND_UNPACKED) e->open = true;
      else add_element(ctx, e, v.middle, false);
    }
    for (uint32_t i = 0; i < v.suffix.n; i++)
      add_element(ctx, e, v.suffix.v[i], true);
    return;
  }
  case TYPE_KIND_INSTANCE: {
    TypeSpan args = type_args(container);
    if (!is_search(type_class(container)) || args.n == 0) break;
    add_element(ctx, e, args.v[0], false);
    return;
  }
  default: break;
  }
  e->open = true;
}

static void add_container_node(Ctx *ctx, Elements *e, NodeId node);

static void add_display(Ctx *ctx, Elements *e, NodeList items) {
  for (uint32_t i = 0; i < items.n; i++) {
    NodeId item = ast_item(items, i);
    const AstNode *n = ast_at(ctx->ast, item);
    if (n->kind == AST_Starred) {
      add_container_node(ctx, e, (NodeId){n->a});
    } else if (n->kind == AST_DictItem) {
      if (n->a == 0) e->open = true;
      else
        add_element(ctx, e, expr_infer(ctx, (NodeId){n->a}, TYPE_NULL), true);
    } else {
      add_element(ctx, e, expr_infer(ctx, item, TYPE_NULL), true);
    }
  }
}

static void add_container_node(Ctx *ctx, Elements *e, NodeId node) {
  const AstNode *n = ast_at(ctx->ast, node);
  switch ((AstKind)n->kind) {
  case AST_Tuple:
  case AST_List:
  case AST_Set:
  case AST_Dict: add_display(ctx, e, ast_list(ctx->ast, n->a)); return;
  default: add_container(ctx, e, expr_infer(ctx, node, TYPE_NULL)); return;
  }
}

/* Values of these never equal None; it is taken for granted that no class has an
 * __eq__ that says so. */
static bool never_none(World *world, TypeId t) {
  t = alias_expand(world, t);
  TypeSpan members = union_members(world, &t);
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId nominal = world_nominal_fallback(world, members.v[i]);
    if (type_is_null(nominal) || type_kind(nominal) != TYPE_KIND_INSTANCE)
      return false;
    ClassId id = type_class(nominal);
    uint32_t flags = world->class_flags(world, id);
    if (class_is(id, KNOWN_object) || class_is(id, KNOWN_NoneType) ||
        (flags & (CLASS_PROTOCOL | CLASS_UNKNOWN_BASE)))
      return false;
  }
  return true;
}

enum {               /* Test.number of `in` */
       IN_TEXTS = 1, /* the elements are literals of str and bytes */
       IN_ALL = 2    /* and all of them are surely there */
};

static bool is_text(TypeId t) {
  return type_kind(t) == TYPE_KIND_LITERAL_STR ||
         type_kind(t) == TYPE_KIND_LITERAL_BYTES;
}

static bool has_text(TypeId texts, TypeId t) {
  if (type_kind(texts) != TYPE_KIND_UNION)
    return type_is_literal(texts) && type_literal_same(texts, t);
  return type_union_has(texts, type_literal_promotable(t)) ||
         type_union_has(texts, type_literal_declared(t));
}

/* Big tables of names are looked up at once. */
static int64_t in_flags(World *world, const Elements *e, TypeId elements) {
  TypeSpan members = union_members(world, &elements);
  if (e->open) return 0;
  for (uint32_t i = 0; i < members.n; i++)
    if (!is_text(members.v[i])) return 0;
  return e->partial ? IN_TEXTS : IN_TEXTS | IN_ALL;
}

static TypeId apply_in(Ctx *ctx, const Test *test, TypeId member, bool holds) {
  if (type_is_dynamic(member)) return member;
  if (is_text(member) && (test->number & (holds ? IN_TEXTS : IN_ALL)))
    return has_text(test->operand, member) == holds ? member : TYPE(NEVER);
  if (holds) {
    if (type_is_null(test->operand) || type_is_dynamic(test->operand))
      return member;
    if (is_none(member) && never_none(ctx->world, test->operand))
      return TYPE(NEVER);
    return narrow_equal_part(ctx, member, test->operand);
  }
  for (uint32_t i = 0; i < test->values.n; i++) {
    Test without = narrow_equal(test->values.v[i]);
    member = narrow_members(ctx, &without, member, false);
  }
  return member;
}

static TypeId apply_substring(Ctx *ctx, const Test *test, TypeId member,
                              bool holds) {
  (void)ctx;
  if (type_kind(member) != TYPE_KIND_LITERAL_STR) return member;
  bool found = str_find(name_text(test->name), name_text(type_name(member)),
                        0) != STR_NONE;
  return found == holds ? member : TYPE(NEVER);
}

/* Test of `place in container`. */
static Test narrow_in(Ctx *ctx, NodeId container) {
  AstKind kind = ast_kind(ctx->ast, container);
  bool display = kind == AST_Tuple || kind == AST_List || kind == AST_Set ||
                 kind == AST_Dict;
  if (!display) {
    TypeId t = alias_expand(ctx->world, expr_infer(ctx, container, TYPE_NULL));
    if (type_kind(t) == TYPE_KIND_LITERAL_STR)
      return (Test){.apply = apply_substring, .name = type_name(t)};
    if (type_eq(t, TYPE(DIVERGENT)))
      return (Test){.apply = apply_in, .operand = t};
  }
  Elements e = {.may = union_begin(ctx->world)};
  add_container_node(ctx, &e, container);
  Test test = {.apply = apply_in, .operand = union_end(e.may)};
  test.values = (TypeSpan){e.surely.v, e.surely.n};
  test.number = in_flags(ctx->world, &e, test.operand);
  /* A list whose items are not known yet rules nothing out. */
  if (e.open || type_eq(test.operand, TYPE(DIVERGENT)))
    test.operand = TYPE_NULL;
  return test;
}

/* Test of `"key" in place`. */
static TypeId apply_has_key(Ctx *ctx, const Test *test, TypeId member,
                            bool holds) {
  World *world = ctx->world;
  if (type_kind(member) != TYPE_KIND_INSTANCE) return member;
  uint32_t flags = world->class_flags(world, type_class(member));
  if (!(flags & CLASS_TYPED_DICT)) return member;
  Member item = world->class_member(world, type_class(member), test->name);
  if (holds && !type_is_null(item.type)) return member;
  /* One with more keys may be given where it is asked for. */
  if (holds)
    return flags & CLASS_FINAL ? TYPE(NEVER)
                               : meet_of2(world, member, TYPE(UNKNOWN));
  bool surely = !type_is_null(item.type) && !(item.flags & MEMBER_NOT_REQUIRED);
  return surely ? TYPE(NEVER) : member;
}

/* `type(place) in (A, B)`: true when it is that. */
static bool narrow_type_in(Ctx *ctx, NodeId left, NodeId right, TypeId *type,
                           PlaceId place, bool holds) {
  Operand operand;
  if (narrow_call_of(ctx, left, place, &operand) != CALL_OF_TYPE) return false;
  TypeId classes = alias_expand(ctx->world, expr_infer(ctx, right, TYPE_NULL));
  if (type_kind(classes) != TYPE_KIND_TUPLE) return true;
  TupleView v = type_tuple_view(classes);
  if (!type_is_null(v.middle)) return true;
  Test test = narrow_exact_types(v.prefix);
  *type = narrow_operand(ctx, operand, &test, *type, holds);
  return true;
}

static TypeId narrow_contains(Ctx *ctx, NodeId left, NodeId right, TypeId type,
                              PlaceId place, bool holds) {
  if (narrow_type_in(ctx, left, right, &type, place, holds)) return type;
  Operand operand = narrow_operand_of(ctx, left, place);
  if (operand.found) {
    Test test = narrow_in(ctx, right);
    return narrow_operand(ctx, operand, &test, type, holds);
  }
  operand = narrow_operand_of(ctx, right, place);
  if (!operand.found) return type;
  TypeId key = expr_infer(ctx, left, TYPE_NULL);
  if (type_kind(key) != TYPE_KIND_LITERAL_STR) return type;
  Test test = {.apply = apply_has_key, .name = type_name(key)};
  return narrow_operand(ctx, operand, &test, type, holds);
}

/* ---- pairs --------------------------------------------------------------- */

/* n op len(x) as len(x) op n. */
static CompareOperator mirrored(CompareOperator op) {
  switch (op) {
  case CMP_LT: return CMP_GT;
  case CMP_LT_E: return CMP_GT_E;
  case CMP_GT: return CMP_LT;
  case CMP_GT_E: return CMP_LT_E;
  default: return op;
  }
}

/* Whether `side` is len(place), type(place) or place.__class__, compared with
 * `other`: then *type is narrowed. */
static bool narrow_derived(Ctx *ctx, NodeId side, CompareOperator op,
                           NodeId other, TypeId *type, PlaceId place,
                           bool holds) {
  AstKind kind = ast_kind(ctx->ast, side);
  bool equality = op == CMP_EQ || op == CMP_IS;
  if (kind == AST_Attribute && equality) {
    Operand operand = narrow_operand_of(ctx, side, place);
    if (!operand.found || !operand.child ||
        !name_is(operand.name, NAME_dunder_class))
      return false;
    Test test = narrow_exact_type(ctx, expr_infer(ctx, other, TYPE_NULL));
    *type = narrow_members(ctx, &test, *type, holds);
    return true;
  }
  Operand operand;
  CallOf call = narrow_call_of(ctx, side, place, &operand);
  if (call == CALL_OF_OTHER || (call == CALL_OF_TYPE && !equality))
    return false;
  TypeId value = expr_infer(ctx, other, TYPE_NULL);
  if (call == CALL_OF_TYPE) {
    Test test = narrow_exact_type(ctx, value);
    *type = narrow_operand(ctx, operand, &test, *type, holds);
    return true;
  }
  if (type_kind(value) != TYPE_KIND_LITERAL_INT) return false;
  Test test = narrow_length(op == CMP_IS ? CMP_EQ : op, type_int_value(value));
  *type = narrow_operand(ctx, operand, &test, *type, holds);
  return true;
}

static TypeId narrow_pair(Ctx *ctx, NodeId left, CompareOperator op,
                          NodeId right, TypeId type, PlaceId place,
                          bool holds) {
  if (op == CMP_IS_NOT || op == CMP_NOT_EQ || op == CMP_NOT_IN) {
    op = op == CMP_IS_NOT ? CMP_IS : op == CMP_NOT_EQ ? CMP_EQ : CMP_IN;
    holds = !holds;
  }
  if (op == CMP_IN)
    return narrow_contains(ctx, left, right, type, place, holds);
  if (narrow_derived(ctx, left, op, right, &type, place, holds) ||
      narrow_derived(ctx, right, mirrored(op), left, &type, place, holds))
    return type;
  if (op != CMP_IS && op != CMP_EQ) return type;
  for (int side = 0; side < 2; side++) {
    Operand operand = narrow_operand_of(ctx, side ? right : left, place);
    if (!operand.found) continue;
    TypeId other = expr_infer(ctx, side ? left : right, TYPE_NULL);
    Test test = op == CMP_IS ? narrow_identical(other) : narrow_equal(other);
    return narrow_operand(ctx, operand, &test, type, holds);
  }
  return type;
}

TypeId narrow_compare(Ctx *ctx, NodeId node, TypeId type, PlaceId place,
                      bool holds) {
  const AstNode *n = ast_at(ctx->ast, node);
  NodeList rights = ast_list(ctx->ast, n->b), ops = ast_list(ctx->ast, n->c);
  /* That a chain does not hold says nothing of any of its pairs. */
  if (!holds && ops.n > 1) return type;
  NodeId left = {n->a};
  for (uint32_t i = 0; i < rights.n && i < ops.n; i++) {
    NodeId right = ast_item(rights, i);
    type = narrow_pair(ctx, left, (CompareOperator)ops.v[i], right, type, place,
                       holds);
    left = right;
  }
  return type;
}
