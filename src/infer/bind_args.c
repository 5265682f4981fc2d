/* bind_args.c - which argument goes to which parameter.
 *
 * Python reference, "Calls": positional arguments fill positional parameters
 * from the left, keywords find theirs by name, the rest goes to *args and
 * **kwargs.  An argument *xs of unknown length may fill any number of the positional
 * parameters that are left and that no keyword names, and excuses those it does
 * not fill; **kw likewise for keyword parameters.  A * argument whose
 * type is a tuple of fixed length has been taken apart before (call.c).
 */
#include "infer/call_int.h"

typedef struct {
  Ctx *ctx;
  const SignatureView *signature;
  Arguments args;
  CalleeName name;
  NodeId node;
  Binding *out;
  bool *filled;      /* by parameter */
  bool star_open;    /* an unbounded * argument was seen */
  bool spec_seen;    /* *args of a ParamSpec were given */
  bool double_star;  /* an unbounded ** argument was seen */
  uint32_t position; /* next positional parameter */
} Binder;

#define binder_report(b, rule, at, ...)                                      \
  do {                                                                       \
    (b)->out->ok = false;                                                    \
    if ((b)->node.v) ctx_report((b)->ctx, rule, at, __VA_ARGS__);            \
  } while (0)

static void give(Binder *b, uint32_t argument, uint32_t param,
                 TypeId element) {
  vec_push(&b->out->bound, b->ctx->scratch, ((Bound){argument, param, element}));
  b->filled[param] = true;
}

static bool is_positional(const Param *p) {
  return p->kind <= PARAM_POSITIONAL_OR_KEYWORD;
}

static uint32_t find_kind(const SignatureView *s, uint8_t kind) {
  for (uint32_t i = 0; i < s->n; i++)
    if (s->params[i].kind == kind) return i;
  return UINT32_MAX;
}

/* The parameter that a keyword names. */
static uint32_t find_keyword(const SignatureView *s, NameId name) {
  for (uint32_t i = 0; i < s->n; i++)
    if ((s->params[i].kind == PARAM_POSITIONAL_OR_KEYWORD ||
         s->params[i].kind == PARAM_KEYWORD_ONLY) &&
        name_eq(s->params[i].name, name))
      return i;
  return UINT32_MAX;
}

static bool keyword_given(const Binder *b, NameId name) {
  for (uint32_t i = 0; i < b->args.n; i++)
    if (b->args.v[i].keyword.v && name_eq(b->args.v[i].keyword, name))
      return true;
  return false;
}

static NodeId argument_node(const Binder *b, uint32_t i) {
  return b->args.v[i].node.v ? b->args.v[i].node : b->node;
}

static bool is_spec_part(TypeId t) {
  return type_kind(t) == TYPE_KIND_PARAM_SPEC_PART;
}

/* *args of type P.args goes to *args: P.args as a whole; what the positional
 * parameters before it take must come before it. */
static void give_spec_args(Binder *b, uint32_t i, uint32_t variadic,
                           TypeId element) {
  const SignatureView *s = b->signature;
  give(b, i, variadic, element);
  b->spec_seen = true;
  for (uint32_t k = b->position; k < s->n && is_positional(&s->params[k]); k++) {
    const Param *p = &s->params[k];
    if (b->filled[k] || !p->name.v || !keyword_given(b, p->name)) continue;
    binder_report(b, RULE_PARAMETER_ALREADY_ASSIGNED, argument_node(b, i),
                  "Parameter `%" PRIstr "` must be given by position before "
                  "`*args: P.args`",
                  STR_ARG(name_text(p->name)));
    return;
  }
}

/* The `name=` of a keyword argument. */
static NodeId keyword_node(const Binder *b, uint32_t i) {
  NodeId value = argument_node(b, i), keyword = {value.v - 1};
  bool is = value.v > 1 && b->args.v[i].node.v != 0 &&
            ast_kind(b->ctx->ast, keyword) == AST_Keyword;
  return is ? keyword : value;
}

/* `*Ts` of tuple[*Ts], else null. */
static TypeId unpacked_pack(TypeId value) {
  if (type_kind(value) != TYPE_KIND_TUPLE) return TYPE_NULL;
  TupleView v = type_tuple_view(value);
  if (type_is_null(v.middle) || v.prefix.n || v.suffix.n) return TYPE_NULL;
  return type_kind(v.middle) == TYPE_KIND_UNPACKED ? v.middle : TYPE_NULL;
}

static void bind_star(Binder *b, uint32_t i) {
  const SignatureView *s = b->signature;
  Argument *argument = &b->args.v[i];
  TypeId value = argument_type(b->ctx, argument, TYPE_NULL, b->node.v != 0);
  Ctx quiet = expr_quiet(b->ctx);
  TypeId element = expr_iterate(b->node.v ? b->ctx : &quiet, value,
                                argument->node, false);
  uint32_t variadic = find_kind(s, PARAM_VARIADIC);
  if (is_spec_part(value) && variadic != UINT32_MAX &&
      is_spec_part(s->params[variadic].type)) {
    give_spec_args(b, i, variadic, element);
    return;
  }
  b->star_open = true;
  while (b->position < s->n && is_positional(&s->params[b->position])) {
    const Param *p = &s->params[b->position];
    if (p->name.v && p->kind != PARAM_POSITIONAL_ONLY &&
        keyword_given(b, p->name))
      break;
    give(b, i, b->position++, element);
  }
  if (variadic == UINT32_MAX) return;
  TypeId pack = unpacked_pack(value);
  bool whole = !type_is_null(pack) &&
               type_kind(s->params[variadic].type) == TYPE_KIND_UNPACKED;
  give(b, i, variadic, whole ? pack : element);
}

static void bind_positional(Binder *b, uint32_t i, uint32_t *extra) {
  const SignatureView *s = b->signature;
  while (b->position < s->n && is_positional(&s->params[b->position]) &&
         b->filled[b->position] && !b->star_open)
    b->position++;
  if (!b->spec_seen && b->position < s->n && is_positional(&s->params[b->position])) {
    give(b, i, b->position++, TYPE_NULL);
    return;
  }
  uint32_t variadic = find_kind(s, PARAM_VARIADIC);
  if (variadic != UINT32_MAX) give(b, i, variadic, TYPE_NULL);
  else if (!b->star_open && !(s->flags & SIGNATURE_GRADUAL)) ++*extra;
}

static void bind_keyword(Binder *b, uint32_t i) {
  const SignatureView *s = b->signature;
  NameId name = b->args.v[i].keyword;
  Str text = name_text(name);
  for (uint32_t k = 0; k < s->n; k++) {
    const Param *p = &s->params[k];
    if (!name_eq(p->name, name)) continue;
    if (p->kind == PARAM_POSITIONAL_OR_KEYWORD ||
        p->kind == PARAM_KEYWORD_ONLY) {
      if (b->filled[k] && !b->star_open) {
        binder_report(b, RULE_PARAMETER_ALREADY_ASSIGNED, keyword_node(b, i),
                      "Multiple values provided for parameter `%" PRIstr
                      "`%s%s%s%" PRIstr "%s",
                      STR_ARG(text), b->name.name.len ? " of " : "",
                      b->name.name.len ? b->name.kind : "",
                      b->name.name.len ? " `" : "", STR_ARG(b->name.name),
                      b->name.name.len ? "`" : "");
        return;
      }
      give(b, i, k, TYPE_NULL);
      return;
    }
    if (p->kind == PARAM_POSITIONAL_ONLY &&
        find_kind(s, PARAM_KEYWORD_VARIADIC) == UINT32_MAX) {
      binder_report(b, RULE_POSITIONAL_ONLY_PARAMETER_AS_KWARG,
                    keyword_node(b, i),
                    "Positional-only parameter `%" PRIstr
                    "` passed as keyword argument",
                    STR_ARG(text));
      b->filled[k] = true;
      return;
    }
  }
  uint32_t kwargs = find_kind(s, PARAM_KEYWORD_VARIADIC);
  if (kwargs != UINT32_MAX) {
    give(b, i, kwargs, TYPE_NULL);
    return;
  }
  if (s->flags & SIGNATURE_GRADUAL) return;
  if ((s->flags & SIGNATURE_OPEN_KWARGS) && b->args.v[i].is_item) return;
  binder_report(b, RULE_UNKNOWN_ARGUMENT, keyword_node(b, i),
                "Argument `%" PRIstr "` does not match any known parameter%s%s"
                "%s%" PRIstr "%s",
                STR_ARG(text), b->name.name.len ? " of " : "", b->name.kind,
                b->name.name.len ? " `" : "", STR_ARG(b->name.name),
                b->name.name.len ? "`" : "");
}

/* **td of a TypedDict: its items by name, typed each (typing spec, "Callables:
 * unpack for keyword arguments"). */
static void bind_typed_dict(Binder *b, uint32_t i, TypeId dict) {
  const SignatureView *s = b->signature;
  World *world = b->ctx->world;
  uint32_t n = 0, kwargs = find_kind(s, PARAM_KEYWORD_VARIADIC);
  const NameId *names = world->protocol_members(world, type_class(dict), &n);
  TypeId mapping = subst_mapping_of(world, dict);
  for (uint32_t k = 0; k < n; k++) {
    Member m = world->class_member(world, type_class(dict), names[k]);
    if (type_is_null(m.type)) continue;
    uint32_t at = find_keyword(s, names[k]);
    if (at == UINT32_MAX) at = kwargs;
    Str text = name_text(names[k]);
    if (at == UINT32_MAX) {
      if (!(s->flags & SIGNATURE_GRADUAL))
        binder_report(b, RULE_UNKNOWN_ARGUMENT, keyword_node(b, i),
                      "Item `%" PRIstr "` does not match any known parameter",
                      STR_ARG(text));
    } else if ((at != kwargs && b->filled[at]) || keyword_given(b, names[k])) {
      if (!b->star_open)
        binder_report(b, RULE_PARAMETER_ALREADY_ASSIGNED, keyword_node(b, i),
                      "Multiple values provided for parameter `%" PRIstr "`",
                      STR_ARG(text));
    } else {
      give(b, i, at, subst(world, m.type, mapping));
    }
  }
}

bool argument_is_mapping(Ctx *ctx, TypeId value) {
  World *world = ctx->world;
  if (type_kind(value) != TYPE_KIND_INSTANCE && !type_is_literal(value) &&
      type_kind(value) != TYPE_KIND_TUPLE)
    return true;
  if (!type_is_null(world_as_instance_of(world, value, CLASS_ID(Mapping))))
    return true;
  NameId keys = name_intern(STR("keys"));
  return !type_is_null(attr_read(ctx->worker, value, keys).type) &&
         !type_is_null(
             attr_dunder(ctx->worker, value, NAME_ID(dunder_getitem)));
}

bool mapping_items(Ctx *ctx, TypeId value, TypeId *key, TypeId *item) {
  if (type_is_dynamic(value)) return false;
  TypeId seen = world_as_instance_of(ctx->world, value, CLASS_ID(Mapping));
  if (!type_is_null(seen)) {
    if (type_kind(seen) != TYPE_KIND_INSTANCE || type_args(seen).n != 2)
      return false;
    *key = type_args(seen).v[0];
    *item = type_args(seen).v[1];
    return true;
  }
  Ctx quiet = expr_quiet(ctx);
  CallResult keys =
      call_dunder(&quiet, value, name_intern(STR("keys")), NULL, 0);
  if (!keys.ok) return false;
  *key = expr_iterate(&quiet, keys.returns, ID_NONE(NodeId), false);
  CallResult r = call_dunder(&quiet, value, NAME_ID(dunder_getitem), key, 1);
  *item = r.returns;
  return r.ok;
}

/* What a `**value`, no union, gives each name; null: it is no mapping from str. */
static TypeId element_of_mapping(Ctx *ctx, TypeId value) {
  if (type_is_dynamic(value)) return value;
  World *world = ctx->world;
  bool typed_dict = type_kind(value) == TYPE_KIND_INSTANCE &&
                    (class_flags(world, type_class(value)) & CLASS_TYPED_DICT);
  if (typed_dict) return TYPE(UNKNOWN); /* in a union: each key has its own */
  TypeId key, item;
  if (mapping_items(ctx, value, &key, &item))
    return relate_assignable(world, key, TYPE_KNOWN(str)) ? item : TYPE_NULL;
  return argument_is_mapping(ctx, value) ? TYPE(UNKNOWN) : TYPE_NULL;
}

static TypeId element_of_double_star(Binder *b, TypeId value, uint32_t i) {
  World *world = b->ctx->world;
  value = alias_expand(world, value);
  TypeSpan members = union_members(world, &value);
  UnionBuilder *builder = union_begin(world);
  for (uint32_t k = 0; k < members.n; k++) {
    TypeId m = alias_expand(world, members.v[k]);
    TypeId element = element_of_mapping(b->ctx, m);
    if (type_is_null(element)) {
      binder_report(b, RULE_INVALID_ARGUMENT_TYPE, argument_node(b, i),
                    "Argument behind `**` must be a mapping with keys of type "
                    "`str`: found `%s`",
                    display_short(world, m));
      element = TYPE(UNKNOWN);
    }
    union_add(builder, element);
  }
  return union_end(builder);
}

/* Nobody knows which item goes to which parameter: where some are of any
 * type, none of them is held against one. */
static TypeId item_of_any(World *world, TypeId element) {
  TypeSpan members = union_members(world, &element);
  for (uint32_t i = 0; i < members.n; i++)
    if (type_is_dynamic(members.v[i])) return members.v[i];
  return element;
}

static void bind_double_star(Binder *b, uint32_t i) {
  const SignatureView *s = b->signature;
  Argument *argument = &b->args.v[i];
  TypeId value = argument_type(b->ctx, argument, TYPE_NULL, b->node.v != 0);
  uint32_t spec = find_kind(s, PARAM_KEYWORD_VARIADIC);
  if (is_spec_part(value) && spec != UINT32_MAX &&
      is_spec_part(s->params[spec].type)) {
    give(b, i, spec, TYPE(UNKNOWN));
    return;
  }
  TypeId dict = alias_expand(b->ctx->world, value);
  if (type_kind(dict) == TYPE_KIND_INSTANCE &&
      (class_flags(b->ctx->world, type_class(dict)) & CLASS_TYPED_DICT)) {
    bind_typed_dict(b, i, dict);
    return;
  }
  TypeId element =
      item_of_any(b->ctx->world, element_of_double_star(b, value, i));
  b->double_star = true;
  for (uint32_t k = 0; k < s->n; k++) {
    const Param *p = &s->params[k];
    if (b->filled[k] || keyword_given(b, p->name)) continue;
    if (p->kind == PARAM_POSITIONAL_OR_KEYWORD ||
        p->kind == PARAM_KEYWORD_ONLY)
      give(b, i, k, element);
  }
  uint32_t kwargs = find_kind(s, PARAM_KEYWORD_VARIADIC);
  if (kwargs != UINT32_MAX) give(b, i, kwargs, element);
}

static void report_missing(Binder *b) {
  const SignatureView *s = b->signature;
  StrBuf names;
  strbuf_init(&names, b->ctx->scratch);
  uint32_t missing = 0;
  for (uint32_t k = 0; k < s->n; k++) {
    const Param *p = &s->params[k];
    if (b->filled[k] || (p->flags & PARAM_HAS_DEFAULT) ||
        p->kind == PARAM_VARIADIC || p->kind == PARAM_KEYWORD_VARIADIC)
      continue;
    if (is_positional(p) && b->star_open) continue;
    if (p->kind != PARAM_POSITIONAL_ONLY && b->double_star) continue;
    if (missing++) strbuf_puts(&names, ", ");
    if (p->name.v)
      strbuf_printf(&names, "`%" PRIstr "`", STR_ARG(name_text(p->name)));
    else
      strbuf_printf(&names, "%u", k + 1);
  }
  if (missing == 0) return;
  Str list = strbuf_str(&names);
  binder_report(b, RULE_MISSING_ARGUMENT, b->node,
                "No argument%s provided for required parameter%s %" PRIstr
                "%s%s%s%" PRIstr "%s",
                missing > 1 ? "s" : "", missing > 1 ? "s" : "", STR_ARG(list),
                b->name.name.len ? " of " : "", b->name.kind,
                b->name.name.len ? " `" : "", STR_ARG(b->name.name),
                b->name.name.len ? "`" : "");
}

void bind_args(Ctx *ctx, const SignatureView *signature, Arguments args,
               CalleeName name, NodeId node, Binding *out) {
  *out = (Binding){.ok = true};
  Binder b = {.ctx = ctx,
              .signature = signature,
              .args = args,
              .name = name,
              .node = node,
              .out = out,
              .filled = ARENA_ARRAY(ctx->scratch, bool, signature->n + 1)};
  uint32_t extra = 0, first_extra = 0, positional = 0;
  for (uint32_t i = 0; i < args.n; i++) {
    const Argument *a = &args.v[i];
    if (a->keyword.v || a->is_double_star) continue;
    if (a->is_star) {
      bind_star(&b, i);
      continue;
    }
    positional++;
    uint32_t before = extra;
    bind_positional(&b, i, &extra);
    if (extra == 1 && before == 0) first_extra = i;
  }
  if (extra) {
    uint32_t takes = 0;
    for (uint32_t k = 0; k < signature->n; k++)
      if (is_positional(&signature->params[k])) takes++;
    binder_report(&b, RULE_TOO_MANY_POSITIONAL_ARGUMENTS,
                  argument_node(&b, first_extra),
                  "Too many positional arguments%s%s%s%" PRIstr
                  "%s: expected %u, got %u",
                  name.name.len ? " to " : "", name.kind,
                  name.name.len ? " `" : "", STR_ARG(name.name),
                  name.name.len ? "`" : "", takes, positional);
  }
  for (uint32_t i = 0; i < args.n; i++)
    if (args.v[i].keyword.v) bind_keyword(&b, i);
  for (uint32_t i = 0; i < args.n; i++)
    if (args.v[i].is_double_star) bind_double_star(&b, i);
  report_missing(&b);
}
