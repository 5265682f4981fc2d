/* narrow.c - what a test says of the value of a place.
 *
 * Problem: index has made one flow node for each place that a predicate may
 * narrow, without knowing what the predicate means.  Here the predicate's
 * expression is read again, together with types, from the point of view of one
 * place: somewhere in it stands the place (`x is None`, `isinstance(x, C)`),
 * or a member of it that tells the members of a union apart (`x.kind == "a"`,
 * `x["tag"] is None`, `x[0]`).
 *
 * Representation: a Test is a question about one value; it is put to every
 * member of the place's type, and what it leaves is joined, in order.  A test
 * of a member is put to the member's type: where nothing is left of that, the
 * value that holds it is out too, otherwise it stays as it is.
 *
 * Names are compared by text, without asking for scopes: a predicate is
 * evaluated in one scope, whose names mean one place each, and nested scopes
 * are not searched.
 *
 * What is dynamic stays dynamic, unless the test names a class or a single
 * value; Divergent operands give Divergent, which drops out of the unions that
 * follow (query rounds only grow).
 *
 * Where branches meet again, both sides of one test are put together before
 * any type is made (narrow_join).
 *
 * Cost: members of the type times the cost of the test.  Not handled: tests on
 * members of members' parents.
 * Source: typing spec "Type narrowing", "Tagged unions"; PEP 647, 742.
 */
#include "infer/narrow_int.h"

#include "base/hmap.h"
#include "infer/expr_int.h"

/* ---- the place in the expression ----------------------------------------- */

/* Splits `value.attr`, `value[1]`, `value["k"]`. */
static bool member_of(const Ast *ast, NodeId node, Operand *out) {
  const AstNode *n = ast_at(ast, node);
  if (n->kind == AST_Attribute) {
    out->kind = PLACE_ATTRIBUTE;
    out->name = (NameId){n->b};
    return true;
  }
  if (n->kind != AST_Subscript) return false;
  const AstNode *item = ast_at(ast, (NodeId){n->b});
  bool minus = item->kind == AST_UnaryOp && item->op == UNARY_MINUS;
  if (minus) item = ast_at(ast, (NodeId){item->a});
  if (item->kind == AST_Str && !minus) {
    out->kind = PLACE_KEY;
    out->name = name_intern(ast->values[item->a].text);
    return true;
  }
  if (item->kind != AST_Int) return false;
  const AstValue *value = &ast->values[item->a];
  if (value->big || value->integer < 0 || value->integer > INT32_MAX)
    return false;
  out->kind = PLACE_INDEX;
  out->index = (int32_t)(minus ? -value->integer : value->integer);
  return true;
}

static bool is_place(Ctx *ctx, NodeId node, PlaceId id) {
  const Place *place = &ctx->module->index->places[id.v];
  const AstNode *n = ast_at(ctx->ast, node);
  if (n->kind == AST_NamedExpr)
    return is_place(ctx, (NodeId){n->a}, id) ||
           is_place(ctx, (NodeId){n->b}, id);
  if (place->kind == PLACE_SYMBOL)
    return n->kind == AST_Name && n->a == place->name.v;
  Operand member = {0};
  if (!member_of(ctx->ast, node, &member) || member.kind != place->kind)
    return false;
  if (place->kind == PLACE_INDEX ? member.index != place->index
                                 : !name_eq(member.name, place->name))
    return false;
  return is_place(ctx, (NodeId){n->a}, place->parent);
}

Operand narrow_operand_of(Ctx *ctx, NodeId node, PlaceId place) {
  Operand none = {0}, member = {.found = true, .child = true};
  if (is_place(ctx, node, place)) return (Operand){.found = true};
  while (ast_kind(ctx->ast, node) == AST_NamedExpr)
    node = (NodeId){ast_at(ctx->ast, node)->b};
  if (!member_of(ctx->ast, node, &member)) return none;
  NodeId holder = {ast_at(ctx->ast, node)->a};
  return is_place(ctx, holder, place) ? member : none;
}

/* ---- members of a type --------------------------------------------------- */

TypeId narrow_members(Ctx *ctx, const Test *test, TypeId type, bool holds) {
  World *world = ctx->world;
  if (!type_is_null(test->operand) && type_eq(test->operand, TYPE(DIVERGENT)))
    return TYPE(DIVERGENT);
  TypeId expanded = alias_expand(world, type);
  TypeSpan members = union_members(world, &expanded);
  if (members.n == 1) {
    TypeId one = members.v[0];
    if (type_eq(one, TYPE(DIVERGENT)) || type_eq(one, TYPE(NEVER))) return one;
    return test->apply(ctx, test, one, holds);
  }
  UnionBuilder *builder = union_begin(world);
  bool changed = false, has_int = false, has_float = false;
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId member = alias_expand(world, members.v[i]);
    TypeId t = test->apply(ctx, test, member, holds);
    if (!type_eq(t, member)) changed = true;
    else if (type_eq(t, TYPE_KNOWN(int))) has_int = true;
    else if (type_eq(t, TYPE_KNOWN(float))) has_float = true;
    union_add(builder, t);
  }
  /* `float | None` without None is shown as `float` still. */
  if (changed && has_int && has_float && (type_union_flags(expanded)))
    union_add(builder, type_float_annotation());
  TypeId result = union_end(builder);
  return changed ? result : type;
}

/* Type of x.attr, x[1], x["k"] where that is known well enough to tell members
 * of a union apart; else null. */
static TypeId child_type(Ctx *ctx, TypeId member, Operand operand) {
  World *world = ctx->world;
  TypeId t = TYPE_NULL;
  if (type_is_dynamic(member)) return t;
  /* `Request & ~AlwaysFalsy`, behind a test of truth */
  if (type_kind(member) == TYPE_KIND_INTERSECTION &&
      operand.kind != PLACE_ATTRIBUTE) {
    TypeSpan positive = type_intersection_view(member).positive;
    return positive.n == 1 ? child_type(ctx, positive.v[0], operand) : t;
  }
  switch ((PlaceKind)operand.kind) {
  case PLACE_ATTRIBUTE: {
    Attr attr = attr_read(ctx->worker, member, operand.name);
    if (!attr.possibly_missing && !attr.is_dynamic) t = attr.type;
    break;
  }
  case PLACE_INDEX: {
    TypeId tuple = world_as_instance_of(world, member, CLASS_ID(tuple));
    if (!type_is_null(tuple) && type_kind(tuple) == TYPE_KIND_TUPLE)
      t = expr_subscript(ctx, tuple, type_literal_int(operand.index),
                         ID_NONE(NodeId));
    break;
  }
  case PLACE_KEY:
    if (type_kind(member) == TYPE_KIND_INSTANCE &&
        (world->class_flags(world, type_class(member)) & CLASS_TYPED_DICT))
      t = typed_dict_get(ctx, member, type_literal_str(operand.name),
                         ID_NONE(NodeId));
    break;
  default: break;
  }
  if (type_is_null(t) || type_is_dynamic(t) || type_eq(t, TYPE(NEVER)))
    return TYPE_NULL;
  return t;
}

TypeId narrow_operand(Ctx *ctx, Operand operand, const Test *test, TypeId type,
                      bool holds) {
  if (!operand.child) return narrow_members(ctx, test, type, holds);
  World *world = ctx->world;
  TypeId expanded = alias_expand(world, type);
  TypeSpan members = union_members(world, &expanded);
  if (members.n == 1) return type;
  UnionBuilder *builder = union_begin(world);
  uint32_t kept = 0;
  for (uint32_t i = 0; i < members.n; i++) {
    TypeId item = child_type(ctx, members.v[i], operand);
    if (!type_is_null(item)) {
      TypeId left = narrow_members(ctx, test, item, holds);
      if (type_eq(left, TYPE(NEVER))) continue;
    }
    kept++;
    union_add(builder, members.v[i]);
  }
  TypeId result = union_end(builder);
  return kept == members.n ? type : result;
}

/* ---- truth --------------------------------------------------------------- */

static TypeId apply_truth(Ctx *ctx, const Test *test, TypeId member,
                          bool holds) {
  (void)test;
  if (type_is_dynamic(member)) return member;
  member = type_retested(ctx->world, member);
  return holds ? type_when_true(ctx->world, member)
               : type_when_false(ctx->world, member);
}

Test narrow_truth(void) { return (Test){.apply = apply_truth}; }

/* ---- dispatch ------------------------------------------------------------ */

static TypeId narrow_test(Ctx *ctx, NodeId node, TypeId type, PlaceId place,
                          bool holds) {
  const AstNode *n = ast_at(ctx->ast, node);
  switch ((AstKind)n->kind) {
  case AST_NamedExpr:
    if (is_place(ctx, (NodeId){n->a}, place)) {
      Test truth = narrow_truth();
      return narrow_members(ctx, &truth, type, holds);
    }
    return narrow_test(ctx, (NodeId){n->b}, type, place, holds);
  case AST_Name:
  case AST_Attribute:
  case AST_Subscript: {
    Operand operand = narrow_operand_of(ctx, node, place);
    Test truth = narrow_truth();
    return operand.found ? narrow_operand(ctx, operand, &truth, type, holds)
                         : type;
  }
  case AST_Call: return narrow_call(ctx, node, type, place, holds);
  case AST_Compare: return narrow_compare(ctx, node, type, place, holds);
  default: return type;
  }
}

/* ---- match --------------------------------------------------------------- */

typedef struct {
  Test test;
  NodeId pattern;
} MemberPattern;

static TypeId apply_member_pattern(Ctx *ctx, const Test *test, TypeId member,
                                   bool holds) {
  const MemberPattern *p = (const MemberPattern *)(const void *)test;
  return pattern_narrow(ctx, p->pattern, member, holds);
}

/* `match (a, b):` what item `at` of the subject can be, where that is part of
 * `type`, its value. */
static TypeId narrow_item(Ctx *ctx, PredId pred, NodeId pattern, uint32_t at,
                          TypeId type, bool holds) {
  World *world = ctx->world;
  TypeId subject =
      pattern_narrow(ctx, pattern, pred_subject(ctx, pred), holds);
  if (type_is_dynamic(subject)) return subject;
  if (type_eq(subject, TYPE(NEVER))) return subject;
  TypeSpan members = union_members(world, &subject);
  UnionBuilder *builder = union_begin(world);
  bool known = true;
  for (uint32_t i = 0; i < members.n && known; i++) {
    known = type_kind(members.v[i]) == TYPE_KIND_TUPLE;
    if (!known) break;
    TupleView v = type_tuple_view(members.v[i]);
    known = type_is_null(v.middle) && at < v.prefix.n;
    if (known) union_add(builder, v.prefix.v[at]);
  }
  TypeId item = union_end(builder);
  return known && relate_assignable(world, item, type) ? item : type;
}

/* The place is the subject, an item of it, or what it is a member of. */
static TypeId narrow_match(Ctx *ctx, TypeId type, PlaceId place, PredId pred,
                           bool holds) {
  const Ast *ast = ctx->ast;
  const Pred *p = &ctx->index->preds[pred.v];
  NodeId pattern = {ast_at(ast, p->node)->a};
  if (place.v == 0 ||
      (p->subject.v && flow_place(ctx->index, p->subject).v == place.v))
    return pattern_narrow(ctx, pattern, type, holds);
  NodeId subject = pred_subject_node(ast, p);
  if (ast_kind(ast, subject) == AST_Tuple) {
    NodeList items = ast_list(ast, ast_at(ast, subject)->a);
    for (uint32_t i = 0; i < items.n; i++) {
      if (ast_kind(ast, ast_item(items, i)) == AST_Starred) break;
      if (is_place(ctx, ast_item(items, i), place))
        return narrow_item(ctx, pred, pattern, i, type, holds);
    }
    return type;
  }
  Operand operand = narrow_operand_of(ctx, subject, place);
  MemberPattern test = {{.apply = apply_member_pattern}, pattern};
  return operand.child ? narrow_operand(ctx, operand, &test.test, type, holds)
                       : type;
}

TypeId narrow_type(Ctx *ctx, TypeId type, PlaceId place, PredId pred,
                   bool holds) {
  const Index *index = ctx->module->index;
  const Pred *p = &index->preds[pred.v];
  if (type_eq(type, TYPE(DIVERGENT)) || type_eq(type, TYPE(NEVER))) return type;
  Ctx quiet = expr_quiet(ctx);
  quiet.ast = ctx->module->ast;
  quiet.index = index;
  quiet.in_string = false;
  quiet.scope = index_enclosing(index, p->node);
  switch ((PredKind)p->kind) {
  case PRED_EXPR:
    return place.v ? narrow_test(&quiet, p->node, type, place, holds) : type;
  case PRED_PATTERN: return narrow_match(&quiet, type, place, pred, holds);
  default: return type;
  }
}

/* ---- joins --------------------------------------------------------------- */

/* A side of a test: (value before it, test, holds). */
static uint64_t side_key(const Flow *flow, bool holds) {
  return hmap_pair(flow->a, flow->b << 1 | (holds ? 1 : 0));
}

typedef struct {
  const Index *index;
  FlowId *values; /* 0: merged into another slot */
  HMap64 sides;   /* side -> slot + 1 */
  HMap64 slots;   /* value -> slot + 1; stale when the slot holds another */
  FlowId join;
} Join;

static bool join_has(const Join *j, FlowId value) {
  if (value.v == j->join.v) return true;
  uint32_t at = hmap64_get(&j->slots, value.v);
  return at && j->values[at - 1].v == value.v;
}

/* The slot + 1 that holds the other side of the narrowed value's test, or 0. */
static uint32_t join_other(const Join *j, const Flow *flow) {
  uint32_t at = hmap64_get(&j->sides, side_key(flow, !flow->c));
  if (at == 0 || j->values[at - 1].v == 0) return 0;
  const Flow *other = &j->index->flows[j->values[at - 1].v];
  bool is = other->kind == FLOW_NARROW && other->a == flow->a &&
            other->b == flow->b && other->c != flow->c;
  return is ? at : 0;
}

/* Adds the value of slot i. */
static void join_add(Join *j, uint32_t i) {
  FlowId value = j->values[i];
  uint32_t slot = i;
  j->values[i] = (FlowId){0};
  const Flow *flow = &j->index->flows[value.v];
  while (flow->kind == FLOW_NARROW) {
    uint32_t other = join_other(j, flow);
    if (other == 0) break;
    j->values[other - 1] = (FlowId){0};
    slot = MIN(slot, other - 1);
    value = (FlowId){flow->a};
    flow = &j->index->flows[value.v];
  }
  if (join_has(j, value)) return;
  j->values[slot] = value;
  hmap64_put(&j->slots, value.v, slot + 1);
  if (flow->kind == FLOW_NARROW)
    hmap64_put(&j->sides, side_key(flow, flow->c != 0), slot + 1);
}

enum { DROP_STEPS = 64 }; /* narrowings followed to find a wider value */

static bool narrows_one_of(const Join *j, FlowId value) {
  for (uint32_t i = 0; i < DROP_STEPS; i++) {
    const Flow *flow = &j->index->flows[value.v];
    if (flow->kind != FLOW_NARROW) return false;
    value = (FlowId){flow->a};
    if (join_has(j, value)) return true;
  }
  return false;
}

/* Puts the values of the first phi that is of use in its place. */
static bool join_open(Ctx *ctx, FlowId *values, uint32_t *n, uint32_t *room,
                      FlowOpen open) {
  FlowId inner[NARROW_JOIN_ROOM];
  for (uint32_t i = 0; i < *n; i++) {
    uint32_t more = open(ctx, values[i], inner, *room);
    if (more == 0) continue;
    memmove(values + i + more, values + i + 1, (*n - i - 1) * sizeof *values);
    memcpy(values + i, inner, more * sizeof *values);
    *room -= more;
    *n += more - 1;
    return true;
  }
  return false;
}

/* Both sides of a test together are what was tested; so the branches of an if,
 * an elif chain or a match give back the value before it, in its own order,
 * and nothing of the tests stays behind (`Any` after `if isinstance(x, int):
 * print()` is Any again).  What only narrows the join itself, around a loop,
 * adds nothing.  A branch may itself end in a join (`if a or b:`); its values
 * are put in its place while there is room.  Each merge takes one value away,
 * each round opens one join: linear in n. */
uint32_t narrow_join(Ctx *ctx, FlowId join, FlowId *values, uint32_t n,
                     FlowOpen open) {
  Join j = {.index = ctx->module->index, .values = values, .join = join};
  uint32_t room = NARROW_JOIN_ROOM;
  for (bool again = true; again;) {
    ArenaMark mark = arena_mark(ctx->scratch);
    uint32_t kept = 0;
    j.sides = j.slots = (HMap64){0};
    hmap64_init(&j.sides, ctx->scratch, n);
    hmap64_init(&j.slots, ctx->scratch, n);
    for (uint32_t i = 0; i < n; i++) join_add(&j, i);
    for (uint32_t i = 0; i < n; i++)
      if (values[i].v && narrows_one_of(&j, values[i])) values[i].v = 0;
    arena_reset_to(ctx->scratch, mark);
    for (uint32_t i = 0; i < n; i++)
      if (values[i].v) values[kept++] = values[i];
    n = kept;
    again = n > 1 && join_open(ctx, values, &n, &room, open);
  }
  return n;
}
