/* pattern.c - match statements: what a pattern leaves of its subject, what a
 * capture binds.
 *
 * A pattern is a test of the subject, read against its type member by member:
 * values compare by `==`, None, True and False by identity, classes like
 * isinstance, then their sub-patterns against the attributes, sequences and
 * mappings by shape.  The positive side drops members that cannot match.  The
 * negative side may drop a member only when the pattern surely matches all of
 * it; a pattern is irrefutable for a type exactly when its negative side
 * leaves Never, and this is how sub-patterns are asked.
 *
 *   case Point(x=0)     of Point | int     Point, else Point | int
 *   case Point()                           Point, else int
 *   case {"tag": "a"}   of TD1 | TD2       by the items' literals
 *
 * A capture's type is found by walking from the case's pattern down to it with
 * the type of the value that stands there, narrowed by the patterns above.  In
 * an or-pattern each alternative binds the name, and the results are joined.
 *
 * Ends: by the depth of the pattern.  Source: PEP 634; typing spec "Type
 * narrowing", "Enums: exhaustiveness".
 */
#include "infer/annot.h"
#include "infer/narrow_int.h"

#include "infer/expr_int.h"

#define NO_ARGS ((TypeSpan){NULL, 0})

/* ---- class patterns ------------------------------------------------------ */

/* A class of which `case C(x)` binds the value itself (PEP 634). */
static bool binds_itself(World *world, TypeId instance) {
  static const KnownClass known[] = {
      KNOWN_bool,  KNOWN_bytearray, KNOWN_bytes, KNOWN_dict,
      KNOWN_float, KNOWN_frozenset, KNOWN_int,   KNOWN_list,
      KNOWN_set,   KNOWN_str,       KNOWN_tuple,
  };
  if (type_kind(instance) == TYPE_KIND_TUPLE) return true;
  TypeId nominal = world_nominal_fallback(world, instance);
  if (type_is_null(nominal) || type_kind(nominal) != TYPE_KIND_INSTANCE)
    return false;
  for (uint32_t i = 0; i < ARRAY_LEN(known); i++)
    if (!type_is_null(
            world_as_instance_of(world, nominal, (ClassId){known[i]})))
      return true;
  return false;
}

/* The class's __match_args__ as a tuple type; null when it has none. */
static TypeId match_args(Ctx *ctx, TypeId instance) {
  World *world = ctx->world;
  TypeId nominal = world_nominal_fallback(world, instance);
  if (type_is_null(nominal) || type_kind(nominal) != TYPE_KIND_INSTANCE)
    return TYPE_NULL;
  ClassMember member =
      class_lookup(ctx->worker, nominal, NAME_ID(dunder_match_args), 0);
  if (type_is_null(member.type) || member.dynamic) return TYPE_NULL;
  TypeId t = member.type;
  /* The member's public type has lost its literals. */
  if (member.def.v) {
    ModuleState *m = module_state(ctx->worker, class_at(member.owner)->module);
    t = unqualified(def_type(ctx->worker, m, member.def), NULL);
  }
  t = alias_expand(world, t);
  return type_kind(t) == TYPE_KIND_TUPLE ? t : TYPE_NULL;
}

/* What a sub-pattern of a class pattern is put against. */
typedef struct {
  NodeId pattern;
  TypeId type; /* null: not known */
  bool itself; /* the value, not an attribute */
  bool surely; /* the attribute is there */
} Sub;

/* The attribute for item `at` of a class pattern, on a value of `instance`
 * (no union) that passed the class test; cls: an instance of the class that
 * the pattern names, null when that is not one class. */
static Sub class_item(Ctx *ctx, NodeList items, uint32_t at, TypeId cls,
                      TypeId instance) {
  NodeId item = ast_item(items, at);
  const AstNode *n = ast_at(ctx->ast, item);
  Sub sub = {.pattern = item};
  NameId name = {0};
  if (n->kind == AST_MatchKeyword) {
    sub.pattern = (NodeId){n->b};
    name = (NameId){n->a};
  } else if (!type_is_null(cls)) {
    TypeId args = match_args(ctx, cls);
    if (type_is_null(args)) {
      sub.itself = at == 0 && binds_itself(ctx->world, cls);
      sub.surely = sub.itself;
      if (sub.itself) sub.type = instance;
      return sub;
    }
    TupleView v = type_tuple_view(args);
    if (at < v.prefix.n && type_kind(v.prefix.v[at]) == TYPE_KIND_LITERAL_STR)
      name = type_name(v.prefix.v[at]);
  }
  if (name.v == 0) return sub;
  Attr attr = attr_read(ctx->worker, instance, name);
  sub.type = attr.type;
  sub.surely = !type_is_null(attr.type) && !attr.possibly_missing;
  return sub;
}

/* `instance`, one member of what the class test leaves, after the
 * sub-patterns. */
static TypeId class_items(Ctx *ctx, NodeList items, TypeId cls,
                          TypeId instance) {
  for (uint32_t i = 0; i < items.n; i++) {
    Sub sub = class_item(ctx, items, i, cls, instance);
    if (type_is_null(sub.type)) continue;
    TypeId left = pattern_narrow(ctx, sub.pattern, sub.type, true);
    if (sub.itself) instance = left;
    if (type_eq(left, TYPE(NEVER))) return left;
  }
  return instance;
}

/* True when the sub-patterns match every value of `instance`; for one refutable
 * pattern that takes the value itself, *left is what it leaves. */
static bool items_irrefutable(Ctx *ctx, NodeList items, TypeId cls,
                              TypeId instance, TypeId *left) {
  for (uint32_t i = 0; i < items.n; i++) {
    Sub sub = class_item(ctx, items, i, cls, instance);
    if (type_is_null(sub.type) || !sub.surely) return false;
    TypeId rest = pattern_narrow(ctx, sub.pattern, sub.type, false);
    if (type_eq(rest, TYPE(NEVER))) continue;
    if (sub.itself && items.n == 1) *left = rest;
    return false;
  }
  return true;
}

/* The one class of a class pattern, as its instance, or null. */
static TypeId pattern_class(const Test *test) {
  TypeId cls = test->operand;
  bool one = !type_is_null(cls) && (type_kind(cls) == TYPE_KIND_INSTANCE ||
                                    type_kind(cls) == TYPE_KIND_TUPLE);
  return one ? cls : TYPE_NULL;
}

static TypeId class_negative(Ctx *ctx, NodeList items, const Test *test,
                             TypeId member) {
  TypeId rest = narrow_members(ctx, test, member, false);
  TypeId cls = pattern_class(test);
  if (items.n == 0 || type_is_null(test->exact)) return rest;
  if (type_eq(rest, TYPE(NEVER))) {
    TypeId left = member;
    return items_irrefutable(ctx, items, cls, member, &left) ? rest : left;
  }
  /* Of a wider type only the class's own instances are known. */
  TypeId left = TYPE_NULL;
  bool all =
      !type_is_null(cls) && items_irrefutable(ctx, items, cls, cls, &left);
  return all ? rest : member;
}

static TypeId match_class(Ctx *ctx, const AstNode *n, TypeId member,
                          bool holds) {
  World *world = ctx->world;
  NodeList items = ast_list(ctx->ast, n->b);
  TypeId classes = expr_infer(ctx, (NodeId){n->a}, TYPE_NULL);
  Test test = narrow_isinstance(ctx, classes);
  if (!holds) return class_negative(ctx, items, &test, member);
  TypeId narrowed = narrow_members(ctx, &test, member, true);
  if (items.n == 0 || type_is_dynamic(narrowed)) return narrowed;
  TypeSpan members = union_members(world, &narrowed);
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = 0; i < members.n; i++)
    union_add(builder,
              class_items(ctx, items, pattern_class(&test), members.v[i]));
  return union_end(builder);
}

/* A value that is no type, for all that is known. */
static bool is_no_type(World *world, TypeId value) {
  switch (type_kind(value)) {
  case TYPE_KIND_SPECIAL_FORM:
    /* typing.List and its like; Callable may be that of collections.abc. */
    return annot_collection(type_form(value)).v != 0;
  case TYPE_KIND_INSTANCE:
    return !relate_assignable(world, value, TYPE_KNOWN(type));
  case TYPE_KIND_CLASS:
  case TYPE_KIND_SUBCLASS_OF:
  case TYPE_KIND_ANY:
  case TYPE_KIND_UNKNOWN:
  case TYPE_KIND_DIVERGENT:
  case TYPE_KIND_NEVER:
  case TYPE_KIND_UNION:
  case TYPE_KIND_INTERSECTION: return false;
  default: return true;
  }
}

void pattern_check_class(Ctx *ctx, NodeId pattern, TypeId class_value) {
  const AstNode *n = ast_at(ctx->ast, pattern);
  class_value = alias_expand(ctx->world, class_value);
  if (is_no_type(ctx->world, class_value))
    ctx_report(ctx, RULE_INVALID_MATCH_PATTERN, (NodeId){n->a},
               "`%s` cannot be used in a class pattern because it is not a "
               "type",
               display_short(ctx->world, class_value));
  if (type_kind(class_value) != TYPE_KIND_CLASS) return;
  NodeList items = ast_list(ctx->ast, n->b);
  TypeId instance = world_instance_unknown(ctx->world, type_class(class_value));
  uint32_t positional = 0;
  for (uint32_t i = 0; i < items.n; i++)
    if (ast_kind(ctx->ast, ast_item(items, i)) != AST_MatchKeyword)
      positional++;
  TypeId args = match_args(ctx, instance);
  uint32_t allowed = binds_itself(ctx->world, instance) ? 1 : 0;
  if (!type_is_null(args)) {
    TupleView v = type_tuple_view(args);
    if (!type_is_null(v.middle)) return;
    allowed = v.prefix.n;
  }
  uint32_t flags = ctx->world->class_flags(ctx->world, type_class(class_value));
  if (positional > allowed && !(flags & CLASS_UNKNOWN_BASE))
    ctx_report(ctx, RULE_INVALID_MATCH_PATTERN, pattern,
               "Too many positional patterns for `%s`: at most %u, got %u",
               display_short(ctx->world, instance), allowed, positional);
}

/* ---- mapping patterns ---------------------------------------------------- */

static bool is_typed_dict(World *world, TypeId t) {
  return type_kind(t) == TYPE_KIND_INSTANCE &&
         (world->class_flags(world, type_class(t)) & CLASS_TYPED_DICT);
}

/* Mapping[K, V] that the member is; null when it is none. */
static TypeId as_mapping(World *world, TypeId member) {
  TypeSpan parts = {&member, 1};
  if (type_kind(member) == TYPE_KIND_INTERSECTION)
    parts = type_intersection_view(member).positive;
  for (uint32_t i = 0; i < parts.n; i++) {
    TypeId nominal = world_nominal_fallback(world, parts.v[i]);
    if (type_is_null(nominal)) continue;
    TypeId t = world_as_instance_of(world, nominal, CLASS_ID(Mapping));
    if (!type_is_null(t) && type_args(t).n == 2) return t;
  }
  return TYPE_NULL;
}

/* The item of a TypedDict that a key expression names; type null: none. */
static Member typed_dict_item(Ctx *ctx, TypeId member, NodeId key) {
  Member none = {0};
  TypeId t = expr_infer(ctx, key, TYPE_NULL);
  if (type_kind(t) != TYPE_KIND_LITERAL_STR) return none;
  Member item =
      ctx->world->class_member(ctx->world, type_class(member), type_name(t));
  if (type_is_null(item.type)) return none;
  if (type_args(member).n)
    item.type =
        subst(ctx->world, item.type, subst_mapping_of(ctx->world, member));
  return item;
}

static TypeId match_typed_dict(Ctx *ctx, NodeList items, TypeId member,
                               bool holds) {
  World *world = ctx->world;
  uint32_t flags = world->class_flags(world, type_class(member));
  bool all = true;
  for (uint32_t i = 0; i < items.n; i++) {
    const AstNode *item = ast_at(ctx->ast, ast_item(items, i));
    Member m = typed_dict_item(ctx, member, (NodeId){item->a});
    if (type_is_null(m.type)) {
      if (holds && (flags & CLASS_FINAL)) return TYPE(NEVER);
      all = false;
      continue;
    }
    TypeId left = pattern_narrow(ctx, (NodeId){item->b}, m.type, holds);
    bool none = type_eq(left, TYPE(NEVER));
    if (holds && none) return left;
    if (!none || (m.flags & MEMBER_NOT_REQUIRED)) all = false;
  }
  return !holds && all ? TYPE(NEVER) : member;
}

static TypeId match_mapping(Ctx *ctx, const AstNode *n, TypeId member,
                            bool holds) {
  World *world = ctx->world;
  NodeList items = ast_list(ctx->ast, n->a);
  if (type_is_dynamic(member)) return member;
  if (is_typed_dict(world, member))
    return match_typed_dict(ctx, items, member, holds);
  TypeId mapping = as_mapping(world, member);
  if (type_is_null(mapping)) {
    if (!holds) return member;
    if (pattern_is_closed(ctx, member)) return TYPE(NEVER);
    return meet_of2(world, member,
                    world_instance_unknown(world, CLASS_ID(Mapping)));
  }
  if (!holds) return items.n ? member : TYPE(NEVER);
  for (uint32_t i = 0; i < items.n; i++) {
    const AstNode *item = ast_at(ctx->ast, ast_item(items, i));
    TypeId value = type_args(mapping).v[1];
    if (type_eq(pattern_narrow(ctx, (NodeId){item->b}, value, true),
                TYPE(NEVER)))
      return TYPE(NEVER);
  }
  return member;
}

/* ---- one member ---------------------------------------------------------- */

static TypeId match_or(Ctx *ctx, const AstNode *n, TypeId type, bool holds) {
  NodeList alternatives = ast_list(ctx->ast, n->a);
  UnionBuilder *builder = union_begin(ctx->world);
  TypeId rest = type;
  for (uint32_t i = 0; i < alternatives.n; i++) {
    NodeId alternative = ast_item(alternatives, i);
    if (holds) union_add(builder, pattern_narrow(ctx, alternative, rest, true));
    rest = pattern_narrow(ctx, alternative, rest, false);
    if (type_eq(rest, TYPE(NEVER))) break;
  }
  TypeId matched = union_end(builder);
  return holds ? matched : rest;
}

typedef struct {
  Test test;
  NodeId pattern;
  bool split;
} PatternTest;

static TypeId apply_pattern(Ctx *ctx, const Test *test, TypeId member,
                            bool holds) {
  const PatternTest *p = (const PatternTest *)(const void *)test;
  const AstNode *n = ast_at(ctx->ast, p->pattern);
  switch ((AstKind)n->kind) {
  case AST_MatchClass: return match_class(ctx, n, member, holds);
  case AST_MatchSequence:
    return pattern_sequence(ctx, p->pattern, member, holds, p->split);
  case AST_MatchMapping: return match_mapping(ctx, n, member, holds);
  default: return member;
  }
}

enum { SPLIT_MAX = 64 }; /* members into which tuples may be cut */

TypeId pattern_narrow(Ctx *ctx, NodeId pattern, TypeId type, bool holds) {
  const AstNode *n = ast_at(ctx->ast, pattern);
  if (type_eq(type, TYPE(NEVER)) || type_eq(type, TYPE(DIVERGENT))) return type;
  switch ((AstKind)n->kind) {
  case AST_MatchAs:
    if (n->a) return pattern_narrow(ctx, (NodeId){n->a}, type, holds);
    return holds ? type : TYPE(NEVER);
  case AST_MatchStar: return holds ? type : TYPE(NEVER);
  case AST_MatchOr: return match_or(ctx, n, type, holds);
  case AST_MatchValue: {
    Test test = narrow_equal(expr_infer(ctx, (NodeId){n->a}, TYPE_NULL));
    return narrow_members(ctx, &test, type, holds);
  }
  case AST_MatchSingleton: {
    Test test = narrow_identical(expr_infer(ctx, (NodeId){n->a}, TYPE_NULL));
    return narrow_members(ctx, &test, type, holds);
  }
  case AST_MatchClass:
  case AST_MatchSequence:
  case AST_MatchMapping: {
    PatternTest p = {.test.apply = apply_pattern, .pattern = pattern};
    TypeId expanded = alias_expand(ctx->world, type);
    p.split = union_members(ctx->world, &expanded).n <= SPLIT_MAX;
    return narrow_members(ctx, &p.test, type, holds);
  }
  default: return type;
  }
}

/* ---- captures ------------------------------------------------------------ */

/* Whether some capture inside the pattern binds the name. */
static bool binds(const Ast *ast, NodeId pattern, NameId name) {
  for (uint32_t i = pattern.v; i < ast_end(ast, pattern).v; i++) {
    const AstNode *n = ast_at(ast, (NodeId){i});
    if (n->kind == AST_Name && n->op == EXPR_STORE && n->a == name.v)
      return true;
  }
  return false;
}

static bool is_capture(const Ast *ast, uint32_t target, NameId name) {
  return target && ast_at(ast, (NodeId){target})->a == name.v;
}

static TypeId capture(Ctx *ctx, NodeId pattern, TypeId type, NameId name);

static TypeId capture_or(Ctx *ctx, const AstNode *n, TypeId type, NameId name) {
  NodeList alternatives = ast_list(ctx->ast, n->a);
  UnionBuilder *builder = union_begin(ctx->world);
  for (uint32_t i = 0; i < alternatives.n; i++) {
    NodeId alternative = ast_item(alternatives, i);
    if (binds(ctx->ast, alternative, name))
      union_add(builder, capture(ctx, alternative, type, name));
    type = pattern_narrow(ctx, alternative, type, false);
  }
  return union_end(builder);
}

static TypeId capture_class(Ctx *ctx, const AstNode *n, TypeId subject,
                            NameId name) {
  World *world = ctx->world;
  NodeList items = ast_list(ctx->ast, n->b);
  uint32_t at = 0;
  while (at + 1 < items.n && !binds(ctx->ast, ast_item(items, at), name)) at++;
  TypeId expanded = alias_expand(world, subject);
  TypeSpan members = union_members(world, &expanded);
  Test test =
      narrow_isinstance(ctx, expr_infer(ctx, (NodeId){n->a}, TYPE_NULL));
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = 0; i < members.n; i++) {
    Sub sub = class_item(ctx, items, at, pattern_class(&test), members.v[i]);
    TypeId t = type_is_dynamic(members.v[i]) ? members.v[i] : sub.type;
    if (type_is_null(t)) t = TYPE(UNKNOWN);
    union_add(builder, capture(ctx, sub.pattern, t, name));
  }
  return union_end(builder);
}

/* Type of the value behind a key. */
static TypeId mapping_value(Ctx *ctx, TypeId member, NodeId key) {
  if (type_is_dynamic(member)) return member;
  if (is_typed_dict(ctx->world, member)) {
    Member item = typed_dict_item(ctx, member, key);
    return type_is_null(item.type) ? TYPE_KNOWN(object) : item.type;
  }
  TypeId mapping = as_mapping(ctx->world, member);
  return type_is_null(mapping) ? TYPE(UNKNOWN) : type_args(mapping).v[1];
}

static TypeId mapping_rest(Ctx *ctx, TypeId member) {
  TypeId args[2] = {TYPE(UNKNOWN), TYPE(UNKNOWN)};
  if (is_typed_dict(ctx->world, member)) {
    args[0] = TYPE_KNOWN(str);
    args[1] = TYPE_KNOWN(object);
  } else if (!type_is_dynamic(member)) {
    TypeId mapping = as_mapping(ctx->world, member);
    if (!type_is_null(mapping)) {
      args[0] = type_args(mapping).v[0];
      args[1] = type_args(mapping).v[1];
    }
  }
  return type_instance(CLASS_ID(dict), (TypeSpan){args, 2});
}

static TypeId capture_mapping(Ctx *ctx, const AstNode *n, TypeId subject,
                              NameId name) {
  World *world = ctx->world;
  NodeList items = ast_list(ctx->ast, n->a);
  TypeId expanded = alias_expand(world, subject);
  TypeSpan members = union_members(world, &expanded);
  UnionBuilder *builder = union_begin(world);
  bool rest = is_capture(ctx->ast, n->b, name);
  uint32_t at = 0;
  while (at + 1 < items.n && !binds(ctx->ast, ast_item(items, at), name)) at++;
  for (uint32_t i = 0; i < members.n; i++) {
    if (rest || items.n == 0) {
      union_add(builder, mapping_rest(ctx, members.v[i]));
      continue;
    }
    const AstNode *item = ast_at(ctx->ast, ast_item(items, at));
    TypeId value = mapping_value(ctx, members.v[i], (NodeId){item->a});
    union_add(builder, capture(ctx, (NodeId){item->b}, value, name));
  }
  return union_end(builder);
}

static TypeId capture_sequence(Ctx *ctx, NodeId pattern, TypeId subject,
                               NameId name) {
  NodeList items = ast_list(ctx->ast, ast_at(ctx->ast, pattern)->a);
  uint32_t at = 0;
  while (at + 1 < items.n && !binds(ctx->ast, ast_item(items, at), name)) at++;
  TypeId element = pattern_element(ctx, pattern, at, subject);
  return capture(ctx, ast_item(items, at), element, name);
}

/* The type that the capture of `name` inside the pattern binds, where the
 * pattern stands against a value of `type`. */
static TypeId capture(Ctx *ctx, NodeId pattern, TypeId type, NameId name) {
  const AstNode *n = ast_at(ctx->ast, pattern);
  switch ((AstKind)n->kind) {
  case AST_MatchAs:
    if (is_capture(ctx->ast, n->b, name))
      return pattern_narrow(ctx, pattern, type, true);
    return n->a ? capture(ctx, (NodeId){n->a}, type, name) : TYPE(UNKNOWN);
  case AST_MatchStar: {
    TypeId item = promote_invariant(ctx->world, type);
    return type_instance(CLASS_ID(list), (TypeSpan){&item, 1});
  }
  case AST_MatchOr: return capture_or(ctx, n, type, name);
  default: break;
  }
  TypeId subject = pattern_narrow(ctx, pattern, type, true);
  if (type_eq(subject, TYPE(NEVER)) || type_eq(subject, TYPE(DIVERGENT)))
    return subject;
  switch ((AstKind)n->kind) {
  case AST_MatchClass: return capture_class(ctx, n, subject, name);
  case AST_MatchMapping: return capture_mapping(ctx, n, subject, name);
  case AST_MatchSequence: return capture_sequence(ctx, pattern, subject, name);
  default: return TYPE(UNKNOWN);
  }
}

TypeId pattern_capture(Ctx *ctx, DefId def_id) {
  const Index *index = ctx->module->index;
  const Def *def = &index->defs[def_id.v];
  if (def->pred.v == 0 || def->target.v == 0) return TYPE(UNKNOWN);
  const Pred *pred = &index->preds[def->pred.v];
  Ctx quiet = expr_quiet(ctx);
  quiet.ast = ctx->module->ast;
  quiet.index = index;
  quiet.in_string = false;
  quiet.scope = index_enclosing(index, pred->node);
  NodeId pattern = {ast_at(quiet.ast, pred->node)->a};
  TypeId subject = pred_subject(&quiet, def->pred);
  NameId name = {ast_at(quiet.ast, def->target)->a};
  if (type_eq(subject, TYPE(DIVERGENT))) return subject;
  return capture(&quiet, pattern, subject, name);
}
