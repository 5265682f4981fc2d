/* expr_subscript.c - object[index].
 *
 * Tuples and literals of text are indexed and sliced exactly; classes and special forms
 * become type expressions (annot.c); everything else goes through __getitem__
 * or, for a class object, its metaclass or __class_getitem__.
 */
#include "infer/constrained.h"
#include "infer/annot.h"
#include "infer/expr_int.h"
#include "types/caps.h"
#include <string.h>

/* ---- tuples --------------------------------------------------------------------- */

static TypeId subscript_tuple(Ctx *ctx, TypeId tuple, TypeId index,
                              NodeId slice, NodeId node) {
  if (type_kind(index) == TYPE_KIND_LITERAL_INT ||
      type_kind(index) == TYPE_KIND_LITERAL_BOOL) {
    TypeId t = expr_tuple_at(ctx, tuple, type_int_value(index));
    if (!type_is_null(t)) return t;
    if (node.v)
      ctx_report(ctx, RULE_INDEX_OUT_OF_BOUNDS, node,
                 "Index %lld is out of bounds for tuple `%s` with length %u",
                 (long long)type_int_value(index),
                 display_short(ctx->world, tuple),
                 type_tuple_view(tuple).prefix.n);
    return TYPE(UNKNOWN);
  }
  return expr_tuple_slice(ctx, tuple, slice);
}

/* ---- text ------------------------------------------------------------------------ */

static TypeId text_slice(Ctx *ctx, TypeId object, Str s, NodeId slice) {
  SliceBounds bounds;
  int64_t first, count, step;
  if (!expr_slice_literal(ctx, slice, &bounds)) return TYPE_NULL;
  expr_slice_resolve(s.len, &bounds, &first, &count, &step);
  char *text = ARENA_ARRAY_RAW(ctx->scratch, char, (size_t)count + 1);
  for (int64_t i = 0; i < count; i++) text[i] = s.ptr[first + i * step];
  NameId name = name_intern(str_make(text, (uint32_t)count));
  return type_kind(object) == TYPE_KIND_LITERAL_STR ? type_literal_str(name)
                                                    : type_literal_bytes(name);
}

/* A literal of str or bytes at a literal index or slice; null: not known. */
static TypeId subscript_text(Ctx *ctx, TypeId object, TypeId index,
                             NodeId slice, NodeId node) {
  Str s = name_text(type_name(object));
  bool is_str = type_kind(object) == TYPE_KIND_LITERAL_STR;
  if (is_str && !str_is_ascii(s)) return TYPE_NULL;
  if (type_kind(index) != TYPE_KIND_LITERAL_INT)
    return text_slice(ctx, object, s, slice);
  int64_t i = type_int_value(index);
  if (i < 0) i += s.len;
  if (i < 0 || i >= s.len) {
    if (node.v)
      ctx_report(ctx, RULE_INDEX_OUT_OF_BOUNDS, node,
                 "Index %lld is out of bounds for `%s` with length %u",
                 (long long)type_int_value(index),
                 display_short(ctx->world, object), s.len);
    return TYPE(UNKNOWN);
  }
  if (!is_str) return type_literal_int((unsigned char)s.ptr[i]);
  return type_literal_str(
      name_intern(str_slice(s, (uint32_t)i, (uint32_t)i + 1)));
}

/* ---- one object --------------------------------------------------------------------- */

static TypeId version_at(Ctx *ctx, TypeId index) {
  PythonVersion v = ctx->worker->infer->options->python_version;
  if (type_kind(index) != TYPE_KIND_LITERAL_INT) return TYPE_NULL;
  if (type_int_value(index) == 0) return type_literal_int(v.major);
  if (type_int_value(index) == 1) return type_literal_int(v.minor);
  return TYPE_NULL;
}

static TypeId version_slice(Ctx *ctx, NodeId slice) {
  PythonVersion v = ctx->worker->infer->options->python_version;
  SliceBounds s;
  if (!expr_slice_literal(ctx, slice, &s)) return TYPE_NULL;
  if (s.given[0] || s.given[2] || !s.given[1] || s.bound[1] < 1 ||
      s.bound[1] > 2)
    return TYPE_NULL;
  TypeId items[2] = {type_literal_int(v.major), type_literal_int(v.minor)};
  return type_tuple_of((TypeSpan){items, (uint32_t)s.bound[1]});
}

static void report_subscript(Ctx *ctx, TypeId object, NodeId node) {
  if (node.v)
    ctx_report(ctx, RULE_NOT_SUBSCRIPTABLE, node,
               "Cannot subscript object of type `%s` with no `__getitem__` "
               "method",
               display_short(ctx->world, object));
}

static bool may_be_any(World *world, TypeId type) {
  TypeSpan members = union_members(world, &type);
  for (uint32_t i = 0; i < members.n; i++)
    if (type_is_dynamic(members.v[i])) return true;
  return false;
}

static void report_key(Ctx *ctx, TypeId object, TypeId index, NodeId node) {
  if (node.v && !may_be_any(ctx->world, index))
    ctx_report(ctx, RULE_INVALID_ARGUMENT_TYPE, node,
               "Method `__getitem__` of type `%s` cannot be called with key "
               "of type `%s`",
               display_short(ctx->world, object),
               display_short(ctx->world, index));
}

/* What the class's own `__class_getitem__` gives, where it says so and the class
 * is not generic. Null: nobody says. */
static TypeId class_item(Ctx *ctx, TypeId object, NodeId slice, TypeId index) {
  World *world = ctx->world;
  NameId name = NAME_ID(dunder_class_getitem);
  if (type_kind(object) != TYPE_KIND_CLASS ||
      type_args(class_type_params(world, type_class(object))).n)
    return TYPE_NULL;
  ClassMember own = class_own_member(ctx->worker, type_class(object), name);
  if (type_is_null(own.type) || type_kind(own.type) != TYPE_KIND_FUNCTION)
    return TYPE_NULL;
  TypeId method = attr_read(ctx->worker, object, name).type;
  if (type_is_null(method) || method_is_unannotated(ctx->worker, method))
    return TYPE_NULL;
  if (slice.v) index = expr_infer(ctx, slice, TYPE_NULL);
  Argument argument = {.type = index};
  CallResult r = call_value(ctx, method, (Arguments){&argument, 1}, TYPE_NULL,
                            ID_NONE(NodeId));
  if (r.ok) return r.returns;
  if (!slice.v || may_be_any(world, index)) return TYPE_NULL;
  ctx_report(ctx, RULE_INVALID_ARGUMENT_TYPE, slice,
             "Method `__class_getitem__` of `%s` cannot be called with key of "
             "type `%s`",
             display_short(world, object), display_short(world, index));
  return r.returns;
}

static bool in_function(const Ctx *ctx) {
  const Scope *scopes = ctx->index->scopes;
  ScopeId scope = ctx->scope;
  while (scopes[scope.v].kind == SCOPE_COMPREHENSION)
    scope = scopes[scope.v].parent;
  return scopes[scope.v].kind == SCOPE_FUNCTION ||
         scopes[scope.v].kind == SCOPE_LAMBDA;
}

/* Union[args], list[t]: a type form as a value. Functions compute such
 * (`return Union[tuple(parts)]`), and nobody reads what they compute as a type;
 * outside of them it may be an alias. */
static TypeId subscript_form(Ctx *ctx, TypeId object, NodeId node) {
  if (!ctx->diags || !in_function(ctx))
    return annot_subscript(ctx, object, node, ANNOT_ALIAS);
  uint8_t *levels = ARENA_ARRAY(ctx->scratch, uint8_t, RULE_COUNT);
  memcpy(levels, ctx->diags->levels, RULE_COUNT);
  static const Rule forms[] = {RULE_INVALID_TYPE_FORM,
                               RULE_INVALID_SYNTAX_IN_FORWARD_ANNOTATION,
                               RULE_ESCAPE_CHARACTER_IN_FORWARD_ANNOTATION,
                               RULE_RAW_STRING_TYPE_ANNOTATION,
                               RULE_IMPLICIT_CONCATENATED_STRING_TYPE_ANNOTATION};
  for (size_t i = 0; i < ARRAY_LEN(forms); i++)
    levels[forms[i]] = SEVERITY_IGNORE;
  DiagList lax = *ctx->diags;
  lax.levels = levels;
  Ctx inner = *ctx;
  inner.diags = &lax;
  TypeId t = annot_subscript(&inner, object, node, ANNOT_ALIAS);
  lax.levels = ctx->diags->levels;
  *ctx->diags = lax;
  return t;
}

static TypeId subscript_class(Ctx *ctx, TypeId object, TypeId index,
                              NodeId slice, NodeId node) {
  TypeId getitem =
      attr_dunder(ctx->worker, object, NAME_ID(dunder_getitem));
  if (!type_is_null(getitem) && type_kind(object) != TYPE_KIND_KNOWN_VALUE &&
      type_kind(object) != TYPE_KIND_SPECIAL_FORM) {
    CallResult r =
        call_dunder(ctx, object, NAME_ID(dunder_getitem), &index, 1);
    if (!r.ok) report_key(ctx, object, index, slice.v ? slice : node);
    return r.ok ? r.returns : TYPE(UNKNOWN);
  }
  TypeId t = class_item(ctx, object, slice, index);
  if (!type_is_null(t)) return t;
  if (node.v && ast_kind(ctx->ast, node) == AST_Subscript)
    t = subscript_form(ctx, object, node);
  return type_is_null(t) ? TYPE(UNKNOWN) : t;
}

typedef struct {
  TypeId object, index;
  NodeId node;
} Subscription;

static TypeId subscript_constrained(Ctx *ctx, TypeId mapping, void *data) {
  const Subscription *s = data;
  return expr_subscript(ctx, subst(ctx->world, s->object, mapping),
                        subst(ctx->world, s->index, mapping), s->node);
}

/* The characters of a str literal, the numbers of a bytes literal; null when
 * they are too many. */
static TypeId text_items(TypeId text) {
  Str s = name_text(type_name(text));
  bool is_str = type_kind(text) == TYPE_KIND_LITERAL_STR;
  if (s.len > CAP_TEXT_ITEMS) return TYPE_NULL;
  TypeId items[CAP_TEXT_ITEMS];
  uint32_t n = 0, start = 0;
  for (uint32_t i = 0; i < s.len; i++) {
    if (!is_str) {
      items[n++] = type_literal_int((unsigned char)s.ptr[i]);
      continue;
    }
    bool last = i + 1 == s.len || ((unsigned char)s.ptr[i + 1] & 0xC0) != 0x80;
    if (!last) continue;
    items[n++] = type_literal_str(name_intern(str_slice(s, start, i + 1)));
    start = i + 1;
  }
  return type_tuple_of((TypeSpan){items, n});
}

TypeId expr_as_tuple(Ctx *ctx, TypeId type) {
  World *world = ctx->world;
  switch (type_kind(type)) {
    case TYPE_KIND_TUPLE: return type;
    case TYPE_KIND_LITERAL_STR:
    case TYPE_KIND_LITERAL_BYTES: return text_items(type);
    case TYPE_KIND_INTERSECTION: {
      TypeSpan parts = type_intersection_view(type).positive;
      for (uint32_t i = 0; i < parts.n; i++) {
        TypeId tuple = expr_as_tuple(ctx, parts.v[i]);
        if (!type_is_null(tuple)) return tuple;
      }
      return TYPE_NULL;
    }
    case TYPE_KIND_TYPE_VAR: {
      TypeId bound = world->type_var_bounds(world, type).bound;
      return type_is_null(bound)
                 ? TYPE_NULL
                 : expr_as_tuple(ctx, alias_expand(world, bound));
    }
    case TYPE_KIND_NEW_TYPE:
      return expr_as_tuple(ctx, world->new_type_base(world, type));
    case TYPE_KIND_INSTANCE: break;
    default: return TYPE_NULL;
  }
  TypeId tuple = world_as_instance_of(world, type, CLASS_ID(tuple));
  bool is = !type_is_null(tuple) && type_kind(tuple) == TYPE_KIND_TUPLE;
  return is ? tuple : TYPE_NULL;
}

TypeId expr_unpacked_tuple(Ctx *ctx, TypeId value) {
  TypeId tuple = expr_as_tuple(ctx, value);
  if (type_is_null(tuple) || type_kind(value) != TYPE_KIND_INSTANCE)
    return tuple;
  ClassMember iter =
      class_lookup(ctx->worker, value, NAME_ID(dunder_iter), 0);
  return class_is(iter.owner, KNOWN_tuple) ? tuple : TYPE_NULL;
}

static TypeId subscript_one(Ctx *ctx, TypeId object, TypeId index,
                            NodeId slice, NodeId node);

/* What the positive members give that can be subscripted; with one, or none,
 * that is as for this one. */
static TypeId subscript_intersection(Ctx *ctx, TypeId object, TypeId index,
                                     NodeId slice, NodeId node) {
  TypeSpan positive = type_intersection_view(object).positive;
  TypeId result = TYPE_NULL;
  for (uint32_t i = 0; i < positive.n; i++) {
    TypeId getitem =
        attr_dunder(ctx->worker, positive.v[i], NAME_ID(dunder_getitem));
    if (positive.n > 1 && type_is_null(getitem)) continue;
    TypeId t = subscript_one(ctx, positive.v[i], index, slice,
                             positive.n > 1 ? ID_NONE(NodeId) : node);
    result = type_is_null(result) ? t : meet_of2(ctx->world, result, t);
  }
  if (!type_is_null(result)) return result;
  return subscript_one(ctx, positive.n ? positive.v[0] : TYPE_KNOWN(object),
                       index, slice, node);
}

static TypeId subscript_one(Ctx *ctx, TypeId object, TypeId index,
                            NodeId slice, NodeId node) {
  if (type_is_dynamic(object) || type_eq(object, TYPE(NEVER))) return object;
  if (type_is_partial(object))
    object = world_nominal_fallback(ctx->world, object);
  TypeId t = TYPE_NULL;
  TypeId var = constrained_variable(ctx->world, &object, 1);
  if (!type_is_null(var)) {
    Subscription s = {object, index, node};
    return constrained_each(ctx, var, subscript_constrained, &s);
  }
  switch (type_kind(object)) {
    case TYPE_KIND_TUPLE:
      t = subscript_tuple(ctx, object, index, slice, node);
      break;
    case TYPE_KIND_CLASS:
    case TYPE_KIND_GENERIC_ALIAS:
    case TYPE_KIND_SUBCLASS_OF:
    case TYPE_KIND_SPECIAL_FORM:
    case TYPE_KIND_KNOWN_VALUE:
      return subscript_class(ctx, object, index, slice, node);
    case TYPE_KIND_INSTANCE:
      if (class_is(type_class(object), KNOWN_version_info)) {
        t = version_at(ctx, index);
        if (type_is_null(t)) t = version_slice(ctx, slice);
      } else {
        t = typed_dict_get(ctx, object, index, node);
      }
      if (!type_is_null(t)) break;
      FALLTHROUGH;
    case TYPE_KIND_TYPE_VAR:
    case TYPE_KIND_NEW_TYPE: {
      /* A named tuple, another class that derives from a tuple, Self of one. */
      TypeId tuple = expr_as_tuple(ctx, object);
      if (!type_is_null(tuple))
        t = subscript_tuple(ctx, tuple, index, slice, node);
      break;
    }
    case TYPE_KIND_INTERSECTION:
      return subscript_intersection(ctx, object, index, slice, node);
    case TYPE_KIND_LITERAL_STR:
    case TYPE_KIND_LITERAL_BYTES:
      t = subscript_text(ctx, object, index, slice, node);
      break;
    default: break;
  }
  if (!type_is_null(t)) return t;
  TypeId getitem = attr_dunder(ctx->worker, object, NAME_ID(dunder_getitem));
  if (type_is_null(getitem)) {
    report_subscript(ctx, object, node);
    return TYPE(UNKNOWN);
  }
  Argument argument = {.type = index};
  CallResult r = call_value(ctx, getitem, (Arguments){&argument, 1}, TYPE_NULL,
                            ID_NONE(NodeId));
  if (!r.ok) report_key(ctx, object, index, node.v && slice.v ? slice : node);
  /* With a wrong key it is still an item that was meant. */
  return type_is_null(r.returns) ? TYPE(UNKNOWN) : r.returns;
}

TypeId expr_subscript(Ctx *ctx, TypeId object, TypeId index, NodeId node) {
  World *world = ctx->world;
  object = alias_expand(world, object);
  NodeId slice = {0};
  if (node.v && ast_kind(ctx->ast, node) == AST_Subscript)
    slice = (NodeId){ast_at(ctx->ast, node)->b};
  TypeId object_store = object, index_store = alias_expand(world, index);
  TypeSpan objects = union_members(world, &object_store);
  TypeSpan indexes = union_members(world, &index_store);
  if ((uint64_t)objects.n * indexes.n > 64)
    indexes = (TypeSpan){&index, 1};
  UnionBuilder *builder = union_begin(world);
  for (uint32_t i = 0; i < objects.n; i++)
    for (uint32_t k = 0; k < indexes.n; k++)
      union_add(builder, subscript_one(ctx, alias_expand(world, objects.v[i]),
                                       indexes.v[k], slice, node));
  return union_end(builder);
}

static bool is_type_base(TypeId t) {
  switch (type_kind(t)) {
    case TYPE_KIND_CLASS:
    case TYPE_KIND_SPECIAL_FORM: return true;
    case TYPE_KIND_KNOWN_VALUE: return !type_is_partial(t);
    default: return false;
  }
}

/* x[a:b:0], where x is a sequence of the language. */
static void check_step(Ctx *ctx, TypeId object, NodeId slice) {
  if (ast_kind(ctx->ast, slice) != AST_Slice) return;
  NodeId step = {ast_at(ctx->ast, slice)->c};
  if (step.v == 0 || !ctx_reports(ctx, RULE_ZERO_STEPSIZE_IN_SLICE)) return;
  Ctx quiet = expr_quiet(ctx);
  TypeId t = expr_infer(&quiet, step, TYPE_NULL);
  TypeId nominal = world_nominal_fallback(ctx->world, object);
  if (type_kind(t) != TYPE_KIND_LITERAL_INT || type_int_value(t) != 0 ||
      type_is_null(nominal) || type_kind(nominal) != TYPE_KIND_INSTANCE)
    return;
  ClassId c = type_class(nominal);
  if (class_is(c, KNOWN_str) || class_is(c, KNOWN_bytes) ||
      class_is(c, KNOWN_tuple) || class_is(c, KNOWN_list) ||
      class_is(c, KNOWN_bytearray) || class_is(c, KNOWN_range))
    ctx_report(ctx, RULE_ZERO_STEPSIZE_IN_SLICE, step,
               "A slice cannot have a step of zero");
}

/* name["key"], where a display tells the item. */
static TypeId named_item(Ctx *ctx, const AstNode *n) {
  const AstNode *object = ast_at(ctx->ast, (NodeId){n->a});
  const AstNode *key = ast_at(ctx->ast, (NodeId){n->b});
  if (ctx->in_string || object->kind != AST_Name || object->b == 0 ||
      key->kind != AST_Str)
    return TYPE_NULL;
  return expr_display_item(ctx, (FlowId){object->b},
                           name_intern(ctx->ast->values[key->a].text));
}

TypeId expr_subscript_node(Ctx *ctx, NodeId node) {
  const AstNode *n = ast_at(ctx->ast, node);
  TypeId object = expr_infer(ctx, (NodeId){n->a}, TYPE_NULL);
  if (n->c && !ctx->in_string) {
    uint32_t qualifiers;
    TypeId t = unqualified(flow_type(ctx, (FlowId){n->c}), &qualifiers);
    if (!(qualifiers & QUALIFIER_UNBOUND)) {
      TypeId key = expr_infer(ctx, (NodeId){n->b}, TYPE_NULL);
      if (ctx->diags) typed_dict_get(ctx, object, key, node);
      return t;
    }
  }
  /* list[int] and the like as values: the slice is a type expression. */
  if (is_type_base(object) &&
      (type_kind(object) != TYPE_KIND_CLASS ||
       type_is_null(attr_dunder(ctx->worker, object, NAME_ID(dunder_getitem)))))
    return subscript_class(ctx, object, TYPE(UNKNOWN), (NodeId){n->b}, node);
  TypeId index = expr_infer(ctx, (NodeId){n->b}, TYPE_NULL);
  TypeId item = named_item(ctx, n);
  if (!type_is_null(item)) return item;
  if (ctx->diags) check_step(ctx, object, (NodeId){n->b});
  return expr_subscript(ctx, object, index, node);
}
