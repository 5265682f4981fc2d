/* assign.c - unpacking a value over targets, and checking assignments.
 *
 * A target is a name, attribute, subscript, or a tuple or list of targets with at
 * most one star.  The type that one name inside a nest of targets receives is found by
 * walking from the root target down to it, taking the matching element of the
 * value at each step (Python reference, "Assignment statements").
 */
#include "infer/call_int.h"
#include "infer/check.h"
#include "infer/special/special.h"
#include "infer/expr_int.h"
#include "infer/stmt_int.h"

/* ---- elements of a value ------------------------------------------------------- */

/* A target's value when what is unpacked is a tuple of no fixed length, of as many items as
 * the targets take: a target beside the star may be given what stands at its
 * place from either end, or something of the middle. */
static TypeId element_of_open(Ctx *ctx, TupleView v, uint32_t index,
                              uint32_t count, uint32_t star) {
  World *world = ctx->world;
  uint32_t last = count - 1 - index;
  if (index < v.prefix.n && index < star) return v.prefix.v[index];
  if (last < v.suffix.n && index != star && (star == count || index > star))
    return v.suffix.v[v.suffix.n - 1 - last];
  if (star == count) return v.middle;
  uint32_t after = count - 1 - star;
  uint32_t first = index < star ? v.prefix.n : MIN(star, v.prefix.n);
  uint32_t end = index > star ? 0 : v.suffix.n - MIN(after, v.suffix.n);
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = first; i < v.prefix.n; i++)
    union_add(builder, v.prefix.v[i]);
  union_add(builder, v.middle);
  for (uint32_t i = 0; i < end; i++) union_add(builder, v.suffix.v[i]);
  TypeId item = union_end(builder);
  if (index != star) return item;
  item = promote_literals(world, item);
  return type_instance(CLASS_ID(list), (TypeSpan){&item, 1});
}

/* Type of target `index` of `count`, of which `star` (count: none) is starred, when the
 * value is one type that is no union. */
static TypeId element_of(Ctx *ctx, TypeId value, uint32_t index,
                         uint32_t count, uint32_t star) {
  World *world = ctx->world;
  if (type_is_dynamic(value)) {
    if (index == star)
      return type_instance(CLASS_ID(list), (TypeSpan){&value, 1});
    return value;
  }
  TypeId tuple = expr_unpacked_tuple(ctx, value);
  if (!type_is_null(tuple)) value = tuple;
  if (type_kind(value) == TYPE_KIND_TUPLE) {
    TupleView v = type_tuple_view(value);
    bool fixed = type_is_null(v.middle);
    uint32_t after = star < count ? count - star - 1 : 0;
    bool fits = star < count ? v.prefix.n + 1 >= count : v.prefix.n == count;
    if (fixed && !fits)
      return element_of(ctx, TYPE(UNKNOWN), index, count, star);
    if (fixed && star == count) return v.prefix.v[index];
    if (fixed && star < count) {
      if (index < star) return v.prefix.v[index];
      if (index > star) return v.prefix.v[v.prefix.n - (count - index)];
      uint32_t n = v.prefix.n - star - after;
      TypeId sum = n ? promote_literals(
                           world, union_of(world, (TypeSpan){v.prefix.v + star,
                                                             n}))
                     : TYPE(UNKNOWN);
      return type_instance(CLASS_ID(list), (TypeSpan){&sum, 1});
    }
    if (!fixed && type_kind(v.middle) != TYPE_KIND_UNPACKED &&
        (star < count || count >= v.prefix.n + v.suffix.n))
      return element_of_open(ctx, v, index, count, star);
    if (!fixed && index < v.prefix.n && index < star)
      return v.prefix.v[index];
    if (!fixed && index != star && (star == count || index > star) &&
        count - index <= v.suffix.n)
      return v.suffix.v[v.suffix.n - (count - index)];
  }
  Ctx quiet = expr_quiet(ctx);
  TypeId item = expr_iterate(&quiet, value, ID_NONE(NodeId), false);
  if (index != star) return item;
  item = promote_literals(world, item);
  return type_instance(CLASS_ID(list), (TypeSpan){&item, 1});
}

static TypeId element_of_any(Ctx *ctx, TypeId value, uint32_t index,
                             uint32_t count, uint32_t star) {
  value = alias_expand(ctx->world, value);
  TypeId store = value;
  TypeSpan members = union_members(ctx->world, &store);
  UnionBuilder *builder = union_begin(ctx->world);
  for (uint32_t i = 0; i < members.n; i++)
    union_add(builder, element_of(ctx, alias_expand(ctx->world, members.v[i]),
                                  index, count, star));
  return union_end(builder);
}

static uint32_t star_position(const Ast *ast, NodeList targets) {
  for (uint32_t i = 0; i < targets.n; i++)
    if (ast_kind(ast, ast_item(targets, i)) == AST_Starred) return i;
  return targets.n;
}

TypeId assign_unpacked(Ctx *ctx, NodeId root, NodeId target, TypeId value) {
  const Ast *ast = ctx->module->ast;
  while (root.v != target.v) {
    const AstNode *n = ast_at(ast, root);
    if (n->kind == AST_Starred) {
      root = (NodeId){n->a};
      continue;
    }
    if (n->kind != AST_Tuple && n->kind != AST_List) return value;
    NodeList list = ast_list(ast, n->a);
    uint32_t i = 0;
    while (i < list.n && target.v >= ast_end(ast, ast_item(list, i)).v) i++;
    if (i == list.n) return TYPE(UNKNOWN);
    value = element_of_any(ctx, value, i, list.n, star_position(ast, list));
    root = ast_item(list, i);
  }
  return value;
}

/* ---- checking ---------------------------------------------------------------------- */

static void report_assignment(Ctx *ctx, NodeId node, TypeId value,
                              TypeId declared) {
  if (!ctx_reports(ctx, RULE_INVALID_ASSIGNMENT)) return;
  const char *a, *b;
  display_pair(ctx->world, value, declared, &a, &b);
  ctx_report(ctx, RULE_INVALID_ASSIGNMENT, node,
             "Object of type `%s` is not assignable to `%s`", a, b);
  note_why(ctx, value, declared);
}

/* The declared type of a name target, or null; *conflicting gets a second type
 * that contradicts it. */
static TypeId name_declared(Ctx *ctx, NodeId target, TypeId *conflicting) {
  *conflicting = TYPE_NULL;
  /* What broken code assigns to may be a name that is only read. */
  if (ast_at(ctx->ast, target)->op != EXPR_STORE) return TYPE_NULL;
  DefId def = {ast_at(ctx->ast, target)->b};
  if (def.v == 0) return TYPE_NULL;
  PlaceId place = ctx->index->defs[def.v].place;
  if (place.v == 0) return TYPE_NULL;
  TypeId declared = place_declared(ctx->worker, ctx->module, place);
  if (type_kind(declared) == TYPE_KIND_LIST)
    return inherited_declaration(ctx->worker, ctx->module,
                                 &ctx->index->places[place.v]);
  return declared_before(ctx->worker, ctx->module, def, conflicting);
}

/* Two declarations that may hold where the name is bound. */
static void report_conflict(Ctx *ctx, NodeId target, TypeId second) {
  if (!ctx_reports(ctx, RULE_CONFLICTING_DECLARATIONS)) return;
  PlaceId place = ctx->index->defs[ast_at(ctx->ast, target)->b].place;
  TypeId first =
      unqualified(place_declared(ctx->worker, ctx->module, place), NULL);
  const char *a, *b;
  display_pair(ctx->world, first, second, &a, &b);
  ctx_report(ctx, RULE_CONFLICTING_DECLARATIONS, target,
             "Conflicting declared types for `%" PRIstr "`: `%s` and `%s`",
             STR_ARG(name_text((NameId){ast_at(ctx->ast, target)->a})), a, b);
}

/* The second parameter of a __setitem__ that takes `index` as its first. */
static TypeId stored_item(World *world, TypeId callable, TypeId index) {
  if (type_kind(callable) != TYPE_KIND_CALLABLE) return TYPE_NULL;
  SignatureView v = type_signature_view(callable);
  bool plain = v.n == 2 && v.params[1].kind <= PARAM_POSITIONAL_OR_KEYWORD &&
               type_args(v.type_params).n == 0;
  return plain && relate_assignable(world, index, v.params[0].type)
             ? v.params[1].type
             : TYPE_NULL;
}

TypeId assign_item_expected(Ctx *ctx, NodeId target, NodeId value) {
  if (!argument_takes_context(ctx->ast, value)) return TYPE_NULL;
  const AstNode *n = ast_at(ctx->ast, target);
  Ctx quiet = expr_quiet(ctx);
  World *world = ctx->world;
  TypeId object =
      alias_expand(world, expr_infer(&quiet, (NodeId){n->a}, TYPE_NULL));
  if (type_kind(object) != TYPE_KIND_INSTANCE) return TYPE_NULL;
  TypeId index = expr_infer(&quiet, (NodeId){n->b}, TYPE_NULL);
  if (class_flags(world, type_class(object)) & CLASS_TYPED_DICT)
    return typed_dict_get(&quiet, object, index, ID_NONE(NodeId));
  TypeId method = attr_dunder(ctx->worker, object, NAME_ID(dunder_setitem));
  if (type_is_null(method) || type_is_dynamic(method)) return TYPE_NULL;
  TypeId signature = call_signature(world, method);
  if (type_is_null(signature)) return TYPE_NULL;
  if (type_kind(signature) != TYPE_KIND_OVERLOADED)
    return stored_item(world, signature, index);
  TypeSpan all = type_args(signature);
  for (uint32_t i = 0; i < all.n; i++) {
    TypeId t = stored_item(world, all.v[i], index);
    if (!type_is_null(t)) return t;
  }
  return TYPE_NULL;
}

TypeId assign_unpack_expected(Ctx *ctx, NodeId target, NodeId value,
                              NodeId only, TypeId declared) {
  const Ast *ast = ctx->ast;
  if (target.v == only.v) return declared;
  if (only.v && (only.v < target.v || only.v >= ast_end(ast, target).v))
    return TYPE_NULL;
  AstKind kind = ast_kind(ast, target);
  if (kind != AST_Tuple && kind != AST_List)
    return argument_takes_context(ast, value)
               ? assign_expected(ctx, target, value)
               : TYPE_NULL;
  if (ast_kind(ast, value) != AST_Tuple) return TYPE_NULL;
  NodeList targets = ast_list(ast, ast_at(ast, target)->a);
  NodeList values = ast_list(ast, ast_at(ast, value)->a);
  uint32_t star = star_position(ast, targets);
  uint32_t fixed = star < targets.n ? targets.n - 1 : targets.n;
  if (star_position(ast, values) < values.n || values.n < fixed ||
      (star == targets.n && values.n > fixed))
    return TYPE_NULL;
  TypeId *want = ARENA_ARRAY(ctx->scratch, TypeId, values.n + 1);
  bool any = false;
  for (uint32_t i = 0; i < values.n; i++) want[i] = TYPE(UNKNOWN);
  for (uint32_t i = 0; i < targets.n; i++) {
    if (i == star) continue;
    uint32_t k = i < star ? i : values.n - (targets.n - i);
    TypeId t = assign_unpack_expected(ctx, ast_item(targets, i),
                                      ast_item(values, k), only, declared);
    if (type_is_null(t)) continue;
    want[k] = t;
    any = true;
  }
  return any ? type_tuple_of((TypeSpan){want, values.n}) : TYPE_NULL;
}

TypeId assign_expected(Ctx *ctx, NodeId target, NodeId value) {
  switch (ast_kind(ctx->ast, target)) {
    case AST_Name: {
      TypeId conflicting;
      return name_declared(ctx, target, &conflicting);
    }
    case AST_Attribute: return attribute_expected(ctx, target);
    case AST_Subscript: return assign_item_expected(ctx, target, value);
    case AST_Tuple:
    case AST_List:
      return assign_unpack_expected(ctx, target, value, ID_NONE(NodeId),
                                    TYPE_NULL);
    default: return TYPE_NULL;
  }
}

/* How many values a type of known length gives; false: not known, or no such
 * type. `open`: or more. */
static bool known_length(Ctx *ctx, TypeId value, uint32_t *n, bool *open) {
  *open = false;
  if (type_kind(value) == TYPE_KIND_LITERAL_STR) {
    *n = utf8_count(name_text(type_name(value)));
    return true;
  }
  TypeId tuple = expr_unpacked_tuple(ctx, value);
  if (type_is_null(tuple)) return false;
  TupleView v = type_tuple_view(tuple);
  *n = v.prefix.n + v.suffix.n;
  *open = !type_is_null(v.middle);
  return true;
}

/* Unpacking a value that gives too few or too many, or none at all; what is not
 * iterable is reported at `at`. */
static void check_unpacking(Ctx *ctx, NodeId target, NodeList list,
                            TypeId value, NodeId at) {
  uint32_t star = star_position(ctx->ast, list);
  bool starred = star < list.n;
  uint32_t need = starred ? list.n - 1 : list.n;
  value = alias_expand(ctx->world, value);
  TypeId store = value;
  TypeSpan members = union_members(ctx->world, &store);
  bool iterated = false;
  for (uint32_t i = 0; i < members.n; i++) {
    uint32_t have;
    bool open;
    TypeId m = alias_expand(ctx->world, members.v[i]);
    if (!known_length(ctx, m, &have, &open)) {
      if (!iterated) expr_iterate(ctx, value, at, false);
      iterated = true;
      continue;
    }
    bool fits = open ? starred || have <= need
                     : have == need || (starred && have > need);
    if (fits) continue;
    ctx_report(ctx, RULE_INVALID_ASSIGNMENT, target,
               "%s values to unpack: Expected %s%u",
               have > need ? "Too many" : "Not enough",
               starred ? "at least " : "", need);
    return;
  }
}

enum { LOOPS_MAX = 8 }; /* around an assignment, looked through */

/* The def or class statement whose value the name has right before `def` binds
 * it, in a loop for the first time; 0: another one, or nobody knows which. */
static DefId shadowed(const Index *index, const Def *def) {
  if (def->prev.v == 0) return (DefId){0};
  const Flow *flow = &index->flows[def->prev.v];
  for (uint32_t i = 0; i < LOOPS_MAX && flow->kind == FLOW_LOOP; i++)
    flow = &index->flows[index->extra[flow->a + 1]];
  if (flow->kind != FLOW_DEF) return (DefId){0};
  const Def *before = &index->defs[flow->a];
  bool is = (before->kind == DEF_FUNCTION || before->kind == DEF_CLASS) &&
            before->place.v == def->place.v && before->scope.v == def->scope.v;
  return is ? (DefId){flow->a} : (DefId){0};
}

/* Descriptors that a class body makes of its functions: `f = property(f)`. */
static bool wraps_method(TypeId value) {
  if (type_kind(value) == TYPE_KIND_PROPERTY) return true;
  if (type_kind(value) != TYPE_KIND_INSTANCE) return false;
  ClassId id = type_class(value);
  return class_is(id, KNOWN_property) || class_is(id, KNOWN_classmethod) ||
         class_is(id, KNOWN_staticmethod);
}

/* What may take the place of the function, property or class of that statement;
 * null: anything. */
static TypeId shadow_type(Ctx *ctx, DefId def) {
  World *world = ctx->world;
  TypeId t = def_type(ctx->worker, ctx->module, def);
  switch (type_kind(t)) {
    case TYPE_KIND_PROPERTY: return TYPE_KNOWN(property);
    case TYPE_KIND_CLASS:
      return type_subclass_of(world_instance_unknown(world, type_class(t)));
    case TYPE_KIND_FUNCTION: break;
    default: return TYPE_NULL;
  }
  TypeId signature = world->signature(world, t);
  if (type_kind(signature) != TYPE_KIND_CALLABLE) return TYPE_NULL;
  SignatureView v = type_signature_view(signature);
  return v.flags & SIGNATURE_INFERRED_RETURN
             ? type_callable(v.params, v.n, TYPE(UNKNOWN), v.type_params,
                             v.flags)
             : signature;
}

/* `f = 1` behind `def f` or `class f`, which declare the name (typing spec,
 * "Type declarations"). */
static void check_shadowing(Ctx *ctx, NodeId target, TypeId value,
                            NodeId value_node) {
  const AstNode *n = ast_at(ctx->ast, target);
  if (n->op != EXPR_STORE || n->b == 0 || ctx->module->module->is_stub ||
      !ctx_reports(ctx, RULE_INVALID_ASSIGNMENT))
    return;
  DefId before = shadowed(ctx->index, &ctx->index->defs[n->b]);
  if (before.v == 0 || type_is_dynamic(value) || wraps_method(value)) return;
  TypeId want = shadow_type(ctx, before);
  if (type_is_null(want) || relate_assignable(ctx->world, value, want)) return;
  ctx_report(ctx, RULE_INVALID_ASSIGNMENT, value_node.v ? value_node : target,
             "Object of type `%s` cannot take the place of %s `%" PRIstr "`",
             display_short(ctx->world, value),
             ctx->index->defs[before.v].kind == DEF_CLASS ? "class"
                                                          : "function",
             STR_ARG(name_text((NameId){n->a})));
}

void assign_check(Ctx *ctx, NodeId target, TypeId value, NodeId value_node) {
  const AstNode *n = ast_at(ctx->ast, target);
  switch ((AstKind)n->kind) {
    case AST_Name: {
      TypeId conflicting;
      TypeId declared = name_declared(ctx, target, &conflicting);
      if (!type_is_null(conflicting)) report_conflict(ctx, target, conflicting);
      if (type_is_null(declared))
        check_shadowing(ctx, target, value, value_node);
      if (!type_is_null(declared) &&
          !relate_assignable(ctx->world, value, declared))
        report_assignment(ctx, value_node.v ? value_node : target, value,
                          declared);
      return;
    }
    case AST_Attribute: check_attribute_store(ctx, target, value); return;
    case AST_Subscript: check_subscript_store(ctx, target, value); return;
    case AST_Starred:
      assign_check(ctx, (NodeId){n->a}, value, ID_NONE(NodeId));
      return;
    case AST_Tuple:
    case AST_List: {
      NodeList list = ast_list(ctx->ast, n->a);
      check_unpacking(ctx, target, list, value,
                      value_node.v ? value_node : target);
      uint32_t star = star_position(ctx->ast, list);
      for (uint32_t i = 0; i < list.n; i++)
        assign_check(ctx, ast_item(list, i),
                     element_of_any(ctx, value, i, list.n, star),
                     ID_NONE(NodeId));
      return;
    }
    default: expr_infer(ctx, target, TYPE_NULL); return;
  }
}
