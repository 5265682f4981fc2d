/* call.c - calling a value of any kind, and dunder methods.
 *
 * Problem: every kind of value that can be called comes down to one or more
 * signatures.  A union is called member by member with the arguments inferred
 * once; each must take them.
 */
#include "base/panic.h"
#include "infer/annot.h"
#include "infer/call_int.h"
#include "infer/check.h"
#include "infer/constrained.h"
#include "infer/func.h"
#include "infer/special/special.h"
#include "types/callable.h"

/* ---- names for messages ----------------------------------------------------------- */

CalleeName call_name(World *world, TypeId callee) {
  (void)world;
  switch (type_kind(callee)) {
    case TYPE_KIND_FUNCTION:
      return (CalleeName){"function", name_text(type_name(callee)), callee,
                          false, false};
    case TYPE_KIND_BOUND_METHOD: {
      CalleeName name = call_name(world, type_bound_function(callee));
      if (name.name.len) name.kind = "bound method";
      name.callee = callee;
      return name;
    }
    case TYPE_KIND_CLASS:
    case TYPE_KIND_GENERIC_ALIAS:
      return (CalleeName){"constructor of class",
                          name_text(class_at(type_class(callee))->name),
                          TYPE_NULL, false, false};
    default: return (CalleeName){"", {0}, TYPE_NULL, false, false};
  }
}

/* ---- arguments --------------------------------------------------------------------- */

/* A union of tuples of one length as a tuple of unions, a named tuple as its
 * items; other types as they are. */
static TypeId star_tuple(Ctx *ctx, TypeId type) {
  World *world = ctx->world;
  type = alias_expand(world, type);
  TypeSpan members = union_members(world, &type);
  TypeId *tuples = ARENA_ARRAY(ctx->scratch, TypeId, members.n + 1);
  uint32_t n = 0;
  for (uint32_t i = 0; i < members.n; i++) {
    tuples[i] = expr_as_tuple(ctx, members.v[i]);
    if (type_is_null(tuples[i]) || type_is_literal(members.v[i])) return type;
    if (members.n == 1) return tuples[i];
    TupleView v = type_tuple_view(tuples[i]);
    if (!type_is_null(v.middle) || (i && v.prefix.n != n)) return type;
    n = v.prefix.n;
  }
  TypeId *items = ARENA_ARRAY(ctx->scratch, TypeId, n + 1);
  for (uint32_t k = 0; k < n; k++) {
    UnionBuilder *builder = union_begin(world);
    for (uint32_t i = 0; i < members.n; i++)
      union_add(builder, type_tuple_view(tuples[i]).prefix.v[k]);
    items[k] = union_end(builder);
  }
  return type_tuple_of((TypeSpan){items, n});
}

/* *[a, b]: its items are arguments as they stand. */
static bool push_display(Ctx *ctx, void *list, NodeId display) {
  VEC(Argument) *out = list;
  const AstNode *n = ast_at(ctx->ast, display);
  if (n->kind != AST_List && n->kind != AST_Tuple) return false;
  NodeList items = ast_list(ctx->ast, n->a);
  for (uint32_t i = 0; i < items.n; i++)
    if (ast_kind(ctx->ast, ast_item(items, i)) == AST_Starred) return false;
  for (uint32_t i = 0; i < items.n; i++)
    vec_push(out, ctx->scratch, ((Argument){.node = ast_item(items, i)}));
  return true;
}

/* **{"a": 1}: the same, by name. */
static bool push_dict_display(Ctx *ctx, void *list, NodeId display) {
  VEC(Argument) *out = list;
  const AstNode *n = ast_at(ctx->ast, display);
  if (n->kind != AST_Dict) return false;
  NodeList items = ast_list(ctx->ast, n->a);
  for (uint32_t i = 0; i < items.n; i++) {
    NodeId key = {ast_at(ctx->ast, ast_item(items, i))->a};
    if (key.v == 0 || ast_kind(ctx->ast, key) != AST_Str) return false;
  }
  for (uint32_t i = 0; i < items.n; i++) {
    const AstNode *item = ast_at(ctx->ast, ast_item(items, i));
    const AstNode *key = ast_at(ctx->ast, (NodeId){item->a});
    vec_push(out, ctx->scratch,
             ((Argument){.node = {item->b},
                         .keyword = name_intern(
                             ctx->ast->values[key->a].text)}));
  }
  return true;
}

/* *args whose type is a tuple stands for its elements up to the part whose length
 * is not known. */
static void push_star(Ctx *ctx, void *list, NodeId node, bool loud) {
  VEC(Argument) *out = list;
  NodeId inner = {ast_at(ctx->ast, node)->a};
  if (push_display(ctx, list, inner)) return;
  Ctx quiet = expr_quiet(ctx);
  TypeId type = expr_infer(loud ? ctx : &quiet, inner, TYPE_NULL);
  TypeId expanded = star_tuple(ctx, type);
  if (type_kind(expanded) == TYPE_KIND_TUPLE) {
    TupleView v = type_tuple_view(expanded);
    for (uint32_t i = 0; i < v.prefix.n; i++)
      vec_push(out, ctx->scratch,
               ((Argument){.node = inner, .type = v.prefix.v[i]}));
    if (type_is_null(v.middle)) return;
    if (v.prefix.n) type = type_tuple((TypeSpan){0}, v.middle, v.suffix);
  }
  vec_push(out, ctx->scratch,
           ((Argument){.node = inner, .type = type, .is_star = true}));
}

/* **kwargs: a TypedDict stands for its items. */
static void push_double_star(Ctx *ctx, void *list, NodeId node) {
  VEC(Argument) *out = list;
  World *world = ctx->world;
  if (push_dict_display(ctx, list, node)) return;
  TypeId type = expr_infer(ctx, node, TYPE_NULL);
  TypeId dict = alias_expand(world, type);
  if (type_kind(dict) != TYPE_KIND_INSTANCE ||
      !(world->class_flags(world, type_class(dict)) & CLASS_TYPED_DICT)) {
    vec_push(out, ctx->scratch,
             ((Argument){.node = node, .type = type, .is_double_star = true}));
    return;
  }
  Param items = {.kind = PARAM_KEYWORD_VARIADIC,
                 .flags = PARAM_UNPACKED,
                 .type = dict};
  TypeId taking =
      type_callable(&items, 1, TYPE(ANY), TYPE(EMPTY_LIST), 0);
  SignatureView v = type_signature_view(func_expand_kwargs(world, taking));
  for (uint32_t i = 0; i < v.n; i++)
    if (v.params[i].kind == PARAM_KEYWORD_ONLY)
      vec_push(out, ctx->scratch,
               ((Argument){.node = node,
                           .type = v.params[i].type,
                           .keyword = v.params[i].name,
                           .is_item = true}));
}

Arguments call_arguments(Ctx *ctx, NodeId call) {
  NodeList list = ast_list(ctx->ast, ast_at(ctx->ast, call)->b);
  VEC(Argument) out = {0};
  for (uint32_t i = 0; i < list.n; i++) {
    NodeId node = ast_item(list, i);
    const AstNode *n = ast_at(ctx->ast, node);
    if (n->kind == AST_Starred) {
      push_star(ctx, &out, node, true);
    } else if (n->kind == AST_Keyword && n->a == 0) {
      push_double_star(ctx, &out, (NodeId){n->b});
    } else if (n->kind == AST_Keyword) {
      vec_push(&out, ctx->scratch,
               ((Argument){.node = {n->b}, .keyword = {n->a}}));
    } else {
      vec_push(&out, ctx->scratch, ((Argument){.node = node}));
    }
  }
  return (Arguments){out.v, out.n};
}

static CallResult finish(Ctx *ctx, Arguments args, NodeId node,
                         TypeId returns, bool ok) {
  if (node.v) arguments_finish(ctx, args);
  return (CallResult){returns, ok};
}

/* ---- kinds of callees ----------------------------------------------------------------- */

/* The callee as messages name it; what has no name by its type. */
static const char *callee_shown(Ctx *ctx, TypeId callee, CalleeName name) {
  StrBuf text;
  strbuf_init(&text, ctx->scratch);
  if (name.name.len) {
    strbuf_printf(&text, "%s `%" PRIstr "`", name.kind, STR_ARG(name.name));
    return text.ptr;
  }
  if (type_kind(callee) == TYPE_KIND_BOUND_METHOD)
    callee = type_bound_function(callee);
  strbuf_printf(&text, "`%s`", display_short(ctx->world, callee));
  return text.ptr;
}

/* A method without parameters has none for its receiver either. */
static bool takes_receiver(Ctx *ctx, TypeId method, CalleeName name,
                           NodeId node) {
  TypeId signature = call_signature(ctx->world, type_bound_function(method));
  if (type_is_null(signature) || type_kind(signature) != TYPE_KIND_CALLABLE)
    return true;
  SignatureView v = type_signature_view(signature);
  if ((v.n && v.params[0].kind <= PARAM_VARIADIC) ||
      (v.flags & SIGNATURE_GRADUAL))
    return true;
  if (node.v)
    ctx_report(ctx, RULE_TOO_MANY_POSITIONAL_ARGUMENTS, node,
               "Too many positional arguments to %s: expected 0, got 1",
               callee_shown(ctx, method, name));
  return false;
}

/* The `self` annotation of a method, or of each of its overloads, does not take
 * the receiver (typing spec, "Generics: annotating self"). */
static bool refuses_receiver(Ctx *ctx, TypeId callee, CalleeName name,
                             NodeId node) {
  if (type_kind(callee) != TYPE_KIND_BOUND_METHOD) return false;
  TypeId method = call_signature(ctx->world, type_bound_function(callee));
  if (type_is_null(method)) return false;
  TypeId receiver = type_receiver(callee);
  if (type_has(receiver, TYPE_HAS_DIVERGENT)) return false;
  if (type_kind(method) == TYPE_KIND_OVERLOADED) {
    if (node.v)
      ctx_report(ctx, RULE_NO_MATCHING_OVERLOAD, node,
                 "No overload of %s takes `%s`",
                 callee_shown(ctx, callee, name),
                 display_short(ctx->world, receiver));
    return true;
  }
  if (type_kind(method) != TYPE_KIND_CALLABLE) return false;
  SignatureView v = type_signature_view(method);
  /* A function that became an attribute may be one in C, which is not bound. */
  if (v.n == 0 || !(v.flags & SIGNATURE_METHOD)) return false;
  if (node.v && ctx_reports(ctx, RULE_INVALID_ARGUMENT_TYPE)) {
    TypeId object = callable_made(ctx->world, receiver);
    if (type_is_null(object)) object = receiver;
    const char *a, *b;
    display_pair(ctx->world,
                 subst_self_bound(ctx->world, v.params[0].type, object),
                 receiver, &a, &b);
    ctx_report(ctx, RULE_INVALID_ARGUMENT_TYPE, node,
               "Argument `%" PRIstr
               "` of %s is incorrect: Expected `%s`, found `%s`",
               STR_ARG(name_text(v.params[0].name)),
               callee_shown(ctx, callee, name), a, b);
  }
  return true;
}

/* Whatever that is, `*x` must be iterable and `**x` a mapping. */
static CallResult call_dynamic(Ctx *ctx, TypeId callee, Arguments args,
                               NodeId node) {
  bool unpacks = false;
  for (uint32_t i = 0; i < args.n; i++)
    unpacks |= args.v[i].is_star || args.v[i].is_double_star;
  if (node.v && unpacks) {
    SignatureView any = type_signature_view(
        type_callable(NULL, 0, callee, TYPE(EMPTY_LIST), SIGNATURE_GRADUAL));
    Binding binding;
    bind_args(ctx, &any, args, call_name(ctx->world, callee), node, &binding);
  }
  return finish(ctx, args, node, callee, true);
}

static CallResult call_signature_of(Ctx *ctx, TypeId callee, Arguments args,
                                    TypeId expected, NodeId node) {
  TypeId signature = call_signature(ctx->world, callee);
  CalleeName name = call_name(ctx->world, callee);
  if (type_is_null(signature))
    return finish(ctx, args, node, TYPE(UNKNOWN),
                  !refuses_receiver(ctx, callee, name, node));
  if (type_kind(callee) == TYPE_KIND_BOUND_METHOD &&
      !takes_receiver(ctx, callee, name, node))
    return finish(ctx, args, node, TYPE(UNKNOWN), false);
  if (type_kind(signature) == TYPE_KIND_OVERLOADED)
    return call_overloaded(ctx, signature, args, expected, name, node);
  if (type_kind(signature) != TYPE_KIND_CALLABLE)
    return finish(ctx, args, node,
                  type_is_dynamic(signature) ? signature : TYPE(UNKNOWN),
                  true);
  return check_call(ctx, signature, args, expected, name, node);
}

/* Arguments that take their type from the parameter, to be inferred anew. */
static bool without_context(Ctx *ctx, Arguments args, Arguments *out) {
  Argument *copy = ARENA_ARRAY(ctx->scratch, Argument, args.n + 1);
  bool any = false;
  for (uint32_t i = 0; i < args.n; i++) {
    copy[i] = args.v[i];
    if (type_is_null(args.v[i].type) || args.v[i].is_star ||
        args.v[i].is_double_star || !argument_is_sensitive(ctx, &args.v[i]))
      continue;
    copy[i].type = TYPE_NULL;
    any = true;
  }
  *out = (Arguments){copy, args.n};
  return any;
}

/* One member of a union.  A display is inferred, and stored, for the first of
 * which parameters are known, but the others may take it as well. */
static CallResult call_member(Ctx *ctx, TypeId callee, Arguments args,
                              TypeId expected, NodeId node) {
  Arguments anew;
  if (node.v && !type_is_dynamic(callee) &&
      without_context(ctx, args, &anew)) {
    CallResult r = call_value(ctx, callee, anew, expected, ID_NONE(NodeId));
    if (r.ok) return r;
  }
  return call_value(ctx, callee, args, expected, node);
}

static CallResult call_union(Ctx *ctx, TypeId callee, Arguments args,
                             TypeId expected, NodeId node) {
  TypeSpan members = type_members(callee);
  TypeId *returns = ARENA_ARRAY(ctx->scratch, TypeId, members.n);
  bool ok = true;
  for (uint32_t i = 0; i < members.n; i++) {
    if (type_is_dynamic(members.v[i])) {
      returns[i] = members.v[i];
      continue;
    }
    /* One member that does not take them is enough to say so. */
    NodeId at = ok ? node : ID_NONE(NodeId);
    CallResult r = call_member(ctx, members.v[i], args, expected, at);
    ok = ok && r.ok;
    returns[i] = r.returns;
  }
  UnionBuilder *builder = union_begin(ctx->world);
  for (uint32_t i = 0; i < members.n; i++) union_add(builder, returns[i]);
  return finish(ctx, args, node, union_end(builder), ok);
}

static CallResult call_object(Ctx *ctx, TypeId callee, Arguments args,
                              TypeId expected, NodeId node) {
  TypeId call = attr_dunder(ctx->worker, callee, NAME_ID(dunder_call));
  if (type_is_null(call)) {
    if (node.v)
      ctx_report(ctx, RULE_CALL_NON_CALLABLE, node,
                 "Object of type `%s` is not callable",
                 display_short(ctx->world, callee));
    return finish(ctx, args, node, TYPE(UNKNOWN), false);
  }
  if (node.v) {
    NameId name = NAME_ID(dunder_call);
    check_deprecated_method(ctx, callee, name, node);
    if (check_dunder_missing(ctx, RULE_CALL_NON_CALLABLE, callee, name))
      ctx_report(ctx, RULE_CALL_NON_CALLABLE, node,
                 "Object of type `%s` is not callable (possibly missing "
                 "`__call__` method)",
                 display_short(ctx->world, callee));
  }
  return call_value(ctx, call, args, expected, node);
}

/* typing.Counter() makes a collections.Counter; typing.List() is an error of
 * Python. */
static bool form_makes_objects(SpecialForm form) {
  return form == FORM_DEFAULT_DICT || form == FORM_ORDERED_DICT ||
         form == FORM_COUNTER || form == FORM_CHAIN_MAP || form == FORM_DEQUE;
}

static bool is_top_callable(TypeId t) {
  return type_kind(t) == TYPE_KIND_CALLABLE &&
         (type_signature_view(t).flags & SIGNATURE_TOP);
}

CallResult call_value(Ctx *ctx, TypeId callee, Arguments args, TypeId expected,
                      NodeId node) {
  World *world = ctx->world;
  STACK_GUARD();
  switch (type_kind(callee)) {
    case TYPE_KIND_ANY:
    case TYPE_KIND_UNKNOWN:
    case TYPE_KIND_DIVERGENT:
    case TYPE_KIND_NEVER: return call_dynamic(ctx, callee, args, node);
    case TYPE_KIND_FUNCTION:
    case TYPE_KIND_BOUND_METHOD:
    case TYPE_KIND_CALLABLE:
    case TYPE_KIND_OVERLOADED:
      return call_signature_of(ctx, callee, args, expected, node);
    case TYPE_KIND_CLASS:
    case TYPE_KIND_GENERIC_ALIAS:
    case TYPE_KIND_SUBCLASS_OF:
      return call_class(ctx, callee, args, expected, node);
    case TYPE_KIND_UNION:
      return call_union(ctx, callee, args, expected, node);
    case TYPE_KIND_TYPE_ALIAS:
      return call_value(ctx, alias_expand(world, callee), args, expected,
                        node);
    case TYPE_KIND_INTERSECTION: {
      IntersectionView v = type_intersection_view(callee);
      if (v.positive.n == 0) break;
      for (uint32_t i = 0; i < v.positive.n; i++) {
        CallResult r = call_value(ctx, v.positive.v[i], args, expected,
                                  ID_NONE(NodeId));
        /* callable(x) of an int: of that call nothing is known. */
        if (r.ok && v.positive.n > 1 && is_top_callable(v.positive.v[i]))
          return finish(ctx, args, node, TYPE(UNKNOWN), true);
        if (r.ok)
          return call_value(ctx, v.positive.v[i], args, expected, node);
      }
      return call_value(ctx, v.positive.v[0], args, expected, node);
    }
    case TYPE_KIND_TYPE_VAR: {
      TypeVarBounds bounds = world->type_var_bounds(world, callee);
      if (type_is_null(bounds.bound)) break;
      return call_value(ctx, bounds.bound, args, expected, node);
    }
    case TYPE_KIND_KNOWN_VALUE: {
      /* X = NewType(...); an alias of a class is the class. */
      TypeId inner = type_inner(callee);
      if (type_known_value_kind(callee) == KNOWN_VALUE_NEW_TYPE)
        return check_call(ctx, newtype_constructor(ctx->world, inner), args,
                          expected, call_name(ctx->world, callee), node);
      if (type_is_partial(callee))
        return call_value(ctx, inner, args, expected, node);
      if (type_kind(inner) == TYPE_KIND_TUPLE)
        return finish(ctx, args, node, inner, true);
      if (node.v && type_known_value_kind(callee) != KNOWN_VALUE_TYPE_VAR)
        ctx_report(ctx, RULE_CALL_NON_CALLABLE, node,
                   "Object of type `%s` is not callable",
                   display_short(ctx->world, callee));
      return finish(ctx, args, node, TYPE(UNKNOWN), false);
    }
    case TYPE_KIND_SPECIAL_FORM:
      if (form_makes_objects(type_form(callee)))
        return call_class(
            ctx, type_class_object(annot_collection(type_form(callee))), args,
            expected, node);
      if (node.v && type_form(callee) != FORM_NAMED_TUPLE &&
          type_form(callee) != FORM_TYPED_DICT)
        ctx_report(ctx, RULE_CALL_NON_CALLABLE, node,
                   "Object of type `%s` is not callable",
                   display_short(ctx->world, callee));
      return finish(ctx, args, node, TYPE(UNKNOWN), true);
    case TYPE_KIND_SUPER:
      return finish(ctx, args, node, TYPE(UNKNOWN), true);
    default: break;
  }
  return call_object(ctx, callee, args, expected, node);
}

CallResult call_dunder(Ctx *ctx, TypeId object, NameId name,
                       const TypeId *args, uint32_t n) {
  TypeId method = attr_dunder(ctx->worker, object, name);
  if (type_is_null(method)) return (CallResult){TYPE(UNKNOWN), false};
  if (type_is_dynamic(method)) return (CallResult){method, true};
  Argument *list = ARENA_ARRAY(ctx->scratch, Argument, n + 1);
  for (uint32_t i = 0; i < n; i++) list[i] = (Argument){.type = args[i]};
  return call_value(ctx, method, (Arguments){list, n}, TYPE_NULL,
                    ID_NONE(NodeId));
}

/* ---- methods of constrained variables ------------------------------------------------ */

typedef struct {
  TypeId object;
  NameId name;
  Arguments args;
  TypeId expected;
} MethodCall;

static TypeId call_constrained(Ctx *ctx, TypeId mapping, void *data) {
  const MethodCall *c = data;
  TypeId object = subst(ctx->world, c->object, mapping);
  if (type_eq(object, TYPE(NEVER))) return object;
  TypeId method = attr_read(ctx->worker, object, c->name).type;
  if (type_is_null(method)) return TYPE_NULL;
  Argument *copy = ARENA_ARRAY(ctx->scratch, Argument, c->args.n + 1);
  for (uint32_t i = 0; i < c->args.n; i++) {
    copy[i] = c->args.v[i];
    if (!type_is_null(copy[i].type))
      copy[i].type = subst(ctx->world, copy[i].type, mapping);
  }
  CallResult r = call_value(ctx, method, (Arguments){copy, c->args.n},
                            c->expected, ID_NONE(NodeId));
  return r.ok ? r.returns : TYPE_NULL;
}

/* A method of several classes, or of the str or bytes that a test made of a name's
 * AnyStr. */
static bool may_be_constrained(const Ctx *ctx, NodeId function,
                               TypeId callee) {
  if (ast_kind(ctx->ast, function) != AST_Attribute) return false;
  if (type_kind(callee) == TYPE_KIND_UNION) return true;
  if (type_kind(callee) != TYPE_KIND_BOUND_METHOD) return false;
  TypeId receiver = type_receiver(callee);
  if (!type_eq(receiver, TYPE_KNOWN(str)) &&
      !type_eq(receiver, TYPE_KNOWN(bytes)))
    return false;
  NodeId object = {ast_at(ctx->ast, function)->a};
  return ast_kind(ctx->ast, object) == AST_Name;
}

/* x.strip(y) where x is a value of a constrained variable; null: it is none, or
 * the call is not possible. */
static TypeId call_constrained_method(Ctx *ctx, NodeId function,
                                      Arguments args, TypeId expected) {
  const AstNode *f = ast_at(ctx->ast, function);
  Ctx quiet = expr_quiet(ctx);
  TypeId object = expr_infer(&quiet, (NodeId){f->a}, TYPE_NULL);
  TypeId var = constrained_variable(ctx->world, &object, 1);
  if (type_is_null(var)) return TYPE_NULL;
  arguments_finish(ctx, args);
  MethodCall c = {object, {f->b}, args, expected};
  return constrained_each(ctx, var, call_constrained, &c);
}

/* ---- the expression -------------------------------------------------------------------- */

/* type(name, bases, members) makes a class of which nothing is known here, not
 * an object that has no more than `type` says. */
static TypeId made_class(TypeId callee, TypeId result) {
  if (!type_eq(result, TYPE_KNOWN(type))) return result;
  bool makes = (type_kind(callee) == TYPE_KIND_CLASS &&
                class_is(type_class(callee), KNOWN_type)) ||
               type_eq(callee, type_subclass_of(TYPE_KNOWN(type)));
  return makes ? type_subclass_of(TYPE(UNKNOWN)) : result;
}

/* dataclasses.replace(x, ...) and copy.replace(x, ...) are x.__replace__(...),
 * which knows the fields; null: x has none, or makes its instances in a way of
 * its own. */
static TypeId replace_call(Ctx *ctx, TypeId callee, Arguments args,
                           NodeId call) {
  if (type_kind(callee) != TYPE_KIND_FUNCTION || args.n == 0 ||
      !str_is(name_text(type_name(callee)), "replace"))
    return TYPE_NULL;
  const Module *m =
      modules_at(ctx->worker->infer->modules, type_module_id(callee));
  Str module = name_text(m->name);
  const Argument *first = &args.v[0];
  if (m->origin != ORIGIN_STDLIB || first->node.v == 0 || first->keyword.v ||
      first->is_star || first->is_double_star ||
      (!str_is(module, "dataclasses") && !str_is(module, "copy")))
    return TYPE_NULL;
  Ctx quiet = expr_quiet(ctx);
  TypeId object = expr_infer(&quiet, first->node, TYPE_NULL);
  if (type_kind(object) != TYPE_KIND_INSTANCE ||
      !(class_flags(ctx->world, type_class(object)) & CLASS_DATACLASS))
    return TYPE_NULL;
  ClassMember init =
      class_lookup(ctx->worker, object, NAME_ID(dunder_init), 0);
  TypeId method =
      attr_read(ctx->worker, object, name_intern(STR("__replace__"))).type;
  if (init.def.v || type_is_null(method) || type_is_dynamic(method))
    return TYPE_NULL;
  expr_infer(ctx, first->node, TYPE_NULL);
  return call_value(ctx, method, (Arguments){args.v + 1, args.n - 1},
                    TYPE_NULL, call)
      .returns;
}

TypeId call_infer(Ctx *ctx, NodeId call, TypeId expected) {
  const AstNode *n = ast_at(ctx->ast, call);
  TypeId callee = expr_infer(ctx, (NodeId){n->a}, TYPE_NULL);
  TypeId result;
  if (ctx->diags) {
    check_class_test(ctx, call, callee);
    check_abstract_call(ctx, call, callee);
    check_format_call(ctx, call);
  }
  if (call_special(ctx, call, callee, &result)) return result;
  check_generic_call(ctx, (NodeId){n->a}, callee);
  result = special_call(ctx, call, callee);
  if (!type_is_null(result)) return result;
  result = typed_dict_call(ctx, call, callee, expected);
  if (!type_is_null(result)) return result;
  Arguments args = call_arguments(ctx, call);
  if (may_be_constrained(ctx, (NodeId){n->a}, callee)) {
    result = call_constrained_method(ctx, (NodeId){n->a}, args, expected);
    if (!type_is_null(result)) return result;
  }
  result = replace_call(ctx, callee, args, call);
  if (!type_is_null(result)) return result;
  result = call_star_union(ctx, callee, args, expected);
  if (!type_is_null(result)) return result;
  /* In a quiet evaluation arguments are inferred on demand; `call` as the place
   * makes them be inferred once and stored. */
  result = call_value(ctx, callee, args, expected, call).returns;
  result = partial_call(ctx, callee, args, result, call);
  result = call_builtin(ctx, callee, args, result);
  return made_class(callee, result);
}
