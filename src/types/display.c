/* display.c - types as text, by the table "Display" of src/README.md.
 *
 * One function a group of kinds, appending to a buffer. A union is written in
 * the order of its members, except that literals are gathered where the first
 * literal stood, type[...] where the first of those stood, and int | float that
 * came from the annotation `float` is written so, where the first of them
 * stood. Ends by a depth that is counted in the value, and by the stack of
 * functions being written. */
#include "types/callable.h"
#include "types/caps.h"
#include "types/display_int.h"

static void put(Display *d, const char *s) { strbuf_puts(d->out, s); }

static void put_list(Display *d, TypeSpan list) {
  for (uint32_t i = 0; i < list.n; i++) {
    if (i) put(d, ", ");
    display_any(d, list.v[i]);
  }
}

/* ---- type variables ------------------------------------------------------ */

static bool is_bound(const Display *d, TypeId var) {
  for (uint32_t i = 0; i < d->bound_n; i++)
    if (d->bound[i].v == var.v) return true;
  return false;
}

/* T@f; T in a signature that binds it. */
static void put_type_var(Display *d, TypeId t) {
  TypeVarView v = type_var_view(t);
  strbuf_put(d->out, v.kind == TYPE_VAR_SELF ? STR("Self") : name_text(v.name));
  if (v.scope_name.v == 0 || is_bound(d, t)) return;
  strbuf_putc(d->out, '@');
  strbuf_put(d->out, name_text(v.scope_name));
}

static void put_param_spec_part(Display *d, TypeId t) {
  put_type_var(d, type_param_spec_of(t));
  put(d, type_param_spec_is_kwargs(t) ? ".kwargs" : ".args");
}

/* ---- classes ------------------------------------------------------------- */

/* The value of a TypeVarTuple: its elements stand side by side. */
static void put_variadic_argument(Display *d, TypeId arg, bool first) {
  TupleView v = type_tuple_view(arg);
  bool only_var = v.prefix.n + v.suffix.n == 0 && !type_is_null(v.middle) &&
                  type_kind(v.middle) == TYPE_KIND_UNPACKED;
  if (arg.v == TYPE(EMPTY_TUPLE).v) {
    if (first) put(d, "()");
    return;
  }
  if (!first) put(d, ", ");
  if (type_is_null(v.middle)) {
    put_list(d, v.prefix);
  } else if (only_var) {
    display_any(d, v.middle);
  } else {
    put(d, "*");
    display_any(d, arg);
  }
}

/* An argument for a parameter (or null) of a class or alias. */
static void put_argument(Display *d, TypeId arg, TypeId param, bool first) {
  TypeKind kind = type_kind(arg);
  if (kind == TYPE_KIND_TUPLE && !type_is_null(param) &&
      type_kind(param) == TYPE_KIND_TYPE_VAR &&
      type_var_view(param).kind == TYPE_VAR_TUPLE) {
    put_variadic_argument(d, arg, first);
    return;
  }
  if (!first) put(d, ", ");
  if (kind == TYPE_KIND_PARAMS) {
    SignatureView v = type_signature_view(arg);
    if (v.n == 0 && (v.flags & SIGNATURE_GRADUAL)) put(d, "...");
    else display_param_list(d, v);
    return;
  }
  if (kind == TYPE_KIND_TYPE_VAR) {
    TypeVarKind var = type_var_view(arg).kind;
    if (var == TYPE_VAR_TUPLE) put(d, "*");
    if (var == TYPE_VAR_PARAM_SPEC) put(d, "**");
  }
  display_any(d, arg);
}

static void put_tuple(Display *d, TypeId t);

static void put_class(Display *d, ClassId class_id, TypeSpan args) {
  if (class_is(class_id, KNOWN_tuple) && args.n == 1 &&
      type_kind(args.v[0]) == TYPE_KIND_TUPLE) {
    put_tuple(d, args.v[0]);
    return;
  }
  display_class_name(d, class_id);
  if (args.n == 0) return;
  TypeId list = d->world->class_type_params(d->world, class_id);
  TypeSpan params = type_is_null(list) ? (TypeSpan){NULL, 0} : type_args(list);
  put(d, "[");
  for (uint32_t i = 0; i < args.n; i++)
    put_argument(d, args.v[i], i < params.n ? params.v[i] : TYPE_NULL, i == 0);
  put(d, "]");
}

static void put_tuple(Display *d, TypeId t) {
  TupleView v = type_tuple_view(t);
  put(d, "tuple[");
  if (type_is_null(v.middle)) {
    if (v.prefix.n == 0) put(d, "()");
    put_list(d, v.prefix);
  } else if (v.prefix.n + v.suffix.n == 0 &&
             type_kind(v.middle) != TYPE_KIND_UNPACKED) {
    display_any(d, v.middle);
    put(d, ", ...");
  } else {
    put_list(d, v.prefix);
    if (v.prefix.n) put(d, ", ");
    if (type_kind(v.middle) == TYPE_KIND_UNPACKED) {
      display_any(d, v.middle);
    } else {
      put(d, "*tuple[");
      display_any(d, v.middle);
      put(d, ", ...]");
    }
    if (v.suffix.n) put(d, ", ");
    put_list(d, v.suffix);
  }
  put(d, "]");
}

/* ---- functions ----------------------------------------------------------- */

static void put_function(Display *d, TypeId t) {
  uint32_t n = MIN(d->functions, ARRAY_LEN(d->stack));
  bool again = false;
  for (uint32_t i = 0; i < n; i++) again |= d->stack[i].v == t.v;
  TypeId signature = again ? TYPE_NULL : d->world->signature(d->world, t);
  if (type_is_null(signature) ||
      (type_kind(signature) != TYPE_KIND_CALLABLE &&
       type_kind(signature) != TYPE_KIND_OVERLOADED)) {
    put(d, "def ");
    strbuf_put(d->out, name_text(type_name(t)));
    put(d, "(...)");
    return;
  }
  if (d->functions < ARRAY_LEN(d->stack)) d->stack[d->functions] = t;
  display_signature(d, signature, type_name(t));
}

/* bound method C.m(x: int) -> R */
static void put_bound_method(Display *d, TypeId t) {
  TypeId function = type_bound_function(t);
  TypeId signature = callable_of(d->world, t);
  if (type_is_null(signature)) {
    put(d, "bound method ");
    display_member(d, type_receiver(t));
    put(d, ".(...)");
    return;
  }
  if (type_kind(signature) == TYPE_KIND_OVERLOADED ||
      type_kind(function) != TYPE_KIND_FUNCTION) {
    display_signature(d, signature, (NameId){0});
    return;
  }
  put(d, "bound method ");
  display_member(d, type_receiver(t));
  put(d, ".");
  strbuf_put(d->out, name_text(type_name(function)));
  display_signature(d, signature, (NameId){0});
}

/* ---- unions, intersections ----------------------------------------------- */

/* `int | float` is what `float` means, wherever the two come from. */
static uint32_t number_flags(TypeId t) {
  uint32_t flags = type_union_flags(t);
  if (!type_union_has(t, TYPE_KNOWN(int)) ||
      !type_union_has(t, TYPE_KNOWN(float)))
    return flags;
  return flags | (type_union_has(t, TYPE_KNOWN(complex)) ? UNION_COMPLEX
                                                         : UNION_FLOAT);
}

/* A union that is shown as one word, float or complex. */
static bool is_number_word(TypeId t) {
  uint32_t flags = number_flags(t), n = type_members(t).n;
  return flags & UNION_COMPLEX ? n == 3 : (flags & UNION_FLOAT) && n == 2;
}

void display_member(Display *d, TypeId t) {
  bool wrap = false;
  switch (type_kind(t)) {
  case TYPE_KIND_CALLABLE:
    wrap = !(type_signature_view(t).flags & SIGNATURE_TOP);
    break;
  case TYPE_KIND_FUNCTION:
  case TYPE_KIND_BOUND_METHOD: wrap = true; break;
  case TYPE_KIND_UNION: wrap = !is_number_word(t); break;
  case TYPE_KIND_INTERSECTION: {
    IntersectionView v = type_intersection_view(t);
    wrap = v.positive.n + v.negative.n > 1;
    break;
  }
  default: break;
  }
  if (wrap) put(d, "(");
  display_any(d, t);
  if (wrap) put(d, ")");
}

/* What of a union is written at the place of its first member of a group. */
typedef enum { GROUP_NONE, GROUP_LITERAL, GROUP_TYPE, GROUP_FLOAT } Group;

static Group group_of(TypeId t, uint32_t flags) {
  if (type_is_literal(t)) return GROUP_LITERAL;
  if (type_kind(t) == TYPE_KIND_SUBCLASS_OF) return GROUP_TYPE;
  if (!(flags & (UNION_FLOAT | UNION_COMPLEX))) return GROUP_NONE;
  bool is_float = t.v == TYPE_KNOWN(int).v || t.v == TYPE_KNOWN(float).v ||
                  ((flags & UNION_COMPLEX) && t.v == TYPE_KNOWN(complex).v);
  return is_float ? GROUP_FLOAT : GROUP_NONE;
}

static void put_literals(Display *d, TypeSpan members) {
  uint32_t count = 0, shown = 0, most = UINT32_MAX;
  for (uint32_t i = 0; i < members.n; i++)
    count += type_is_literal(members.v[i]);
  if ((d->flags & DISPLAY_SHORT) && count > CAP_DISPLAY_LITERALS_SHORT)
    most = CAP_DISPLAY_LITERALS_KEPT;
  put(d, "Literal[");
  for (uint32_t i = 0; i < members.n && shown < most; i++) {
    if (!type_is_literal(members.v[i])) continue;
    if (shown++) put(d, ", ");
    display_literal(d, members.v[i]);
  }
  if (shown < count)
    strbuf_printf(d->out, ", ... omitted %u literals", count - shown);
  put(d, "]");
}

static void put_types(Display *d, TypeSpan members) {
  uint32_t n = 0;
  put(d, "type[");
  for (uint32_t i = 0; i < members.n; i++) {
    if (type_kind(members.v[i]) != TYPE_KIND_SUBCLASS_OF) continue;
    if (n++) put(d, " | ");
    display_any(d, type_inner(members.v[i]));
  }
  put(d, "]");
}

static void put_group(Display *d, Group group, TypeSpan members, TypeId t,
                      uint32_t flags) {
  switch (group) {
  case GROUP_LITERAL: put_literals(d, members); return;
  case GROUP_TYPE: put_types(d, members); return;
  case GROUP_FLOAT: put(d, flags & UNION_COMPLEX ? "complex" : "float"); return;
  default: display_member(d, t); return;
  }
}

static void put_union(Display *d, TypeId t) {
  TypeSpan members = type_members(t);
  uint32_t flags = number_flags(t);
  uint32_t seen[4] = {0}, count = 0;
  for (uint32_t i = 0; i < members.n; i++) {
    Group g = group_of(members.v[i], flags);
    if (g == GROUP_NONE || seen[g]++ == 0) count++;
  }
  uint32_t most = (d->flags & DISPLAY_SHORT) && count > CAP_DISPLAY_UNION_SHORT
                      ? CAP_DISPLAY_UNION_KEPT
                      : UINT32_MAX;
  uint32_t shown = 0, done[4] = {0};
  for (uint32_t i = 0; i < members.n && shown < most; i++) {
    Group g = group_of(members.v[i], flags);
    if (g != GROUP_NONE && done[g]++) continue;
    if (shown++) put(d, " | ");
    put_group(d, g, members, members.v[i], flags);
  }
  if (shown < count)
    strbuf_printf(d->out, " | ... omitted %u union elements", count - shown);
}

static void put_intersection(Display *d, TypeId t) {
  IntersectionView v = type_intersection_view(t);
  for (uint32_t i = 0; i < v.positive.n; i++) {
    if (i) put(d, " & ");
    display_member(d, v.positive.v[i]);
  }
  for (uint32_t i = 0; i < v.negative.n; i++) {
    put(d, i || v.positive.n ? " & ~" : "~");
    display_member(d, v.negative.v[i]);
  }
}

/* ---- values that annotations and special forms are ----------------------- */

static void put_known_value(Display *d, TypeId t) {
  TypeId inner = type_inner(t);
  switch (type_known_value_kind(t)) {
  case KNOWN_VALUE_TYPE_VAR:
    display_any(d, world_nominal_fallback(d->world, t));
    return;
  case KNOWN_VALUE_NEW_TYPE:
    put(d, "<NewType pseudo-class '");
    display_any(d, inner);
    break;
  case KNOWN_VALUE_TYPE_ALIAS:
    put(d, "<type alias '");
    display_any(d, inner);
    break;
  case KNOWN_VALUE_UNION:
    put(d, "<types.UnionType special-form '");
    display_any(d, inner);
    break;
  case KNOWN_VALUE_GENERIC_BASE:
  case KNOWN_VALUE_PROTOCOL_BASE:
    put(d, type_known_value_kind(t) == KNOWN_VALUE_GENERIC_BASE
               ? "<special-form 'typing.Generic["
               : "<special-form 'typing.Protocol[");
    put_list(d, type_args(inner));
    put(d, "]");
    break;
  case KNOWN_VALUE_PARTIAL:
    put(d, "partial[");
    display_any(d, inner);
    put(d, "]");
    return;
  default:
    put(d, type_kind(inner) == TYPE_KIND_TUPLE      ? "<class '"
           : type_kind(inner) == TYPE_KIND_CALLABLE ? "<Callable special-form '"
                                                    : "<special-form '");
    display_any(d, inner);
  }
  put(d, "'>");
}

static void put_guard(Display *d, TypeId t) {
  put(d, type_guard_is(t) ? "TypeIs[" : "TypeGuard[");
  display_any(d, type_inner(t));
  if (type_guard_place(t).v) {
    put(d, " @ ");
    strbuf_put(d->out, name_text(type_guard_place(t)));
  }
  put(d, "]");
}

static void put_alias(Display *d, TypeId t) {
  TypeSpan args = type_args(t);
  display_declared_name(d, t);
  if (args.n == 0) return;
  put(d, "[");
  for (uint32_t i = 0; i < args.n; i++)
    put_argument(d, args.v[i], TYPE_NULL, i == 0);
  put(d, "]");
}

/* before, the inner type, after */
static void put_around(Display *d, const char *before, TypeId t,
                       const char *after) {
  put(d, before);
  display_any(d, type_inner(t));
  put(d, after);
}

static void put_mapping(Display *d, TypeId t) {
  const TypePair *pairs;
  uint32_t n = type_mapping_pairs(t, &pairs);
  put(d, "{");
  for (uint32_t i = 0; i < n; i++) {
    if (i) put(d, ", ");
    display_any(d, pairs[i].var);
    put(d, ": ");
    display_any(d, pairs[i].value);
  }
  put(d, "}");
}

static void put_kind(Display *d, TypeId t) {
  switch (type_kind(t)) {
  case TYPE_KIND_ANY: put(d, "Any"); return;
  case TYPE_KIND_UNKNOWN: put(d, "Unknown"); return;
  case TYPE_KIND_DIVERGENT: put(d, "Divergent"); return;
  case TYPE_KIND_NEVER: put(d, "Never"); return;
  case TYPE_KIND_INSTANCE: put_class(d, type_class(t), type_args(t)); return;
  case TYPE_KIND_TUPLE: put_tuple(d, t); return;
  case TYPE_KIND_LITERAL_INT:
  case TYPE_KIND_LITERAL_BOOL:
  case TYPE_KIND_LITERAL_STR:
  case TYPE_KIND_LITERAL_BYTES:
  case TYPE_KIND_LITERAL_ENUM: put_literals(d, (TypeSpan){&t, 1}); return;
  case TYPE_KIND_LITERAL_STRING: put(d, "LiteralString"); return;
  case TYPE_KIND_SENTINEL: put(d, "object"); return;
  case TYPE_KIND_CLASS:
  case TYPE_KIND_GENERIC_ALIAS:
    if (type_eq(t, type_class_object(CLASS_ID(NoneType)))) {
      put(d, "<class 'NoneType'>");
      return;
    }
    put(d, "<class '");
    put_class(d, type_class(t),
              type_kind(t) == TYPE_KIND_CLASS ? (TypeSpan){NULL, 0}
                                              : type_args(t));
    put(d, "'>");
    return;
  case TYPE_KIND_SUBCLASS_OF: put_around(d, "type[", t, "]"); return;
  case TYPE_KIND_MODULE:
    put(d, "<module '");
    strbuf_put(d->out, d->world->module_name(d->world, type_module_id(t)));
    put(d, "'>");
    return;
  case TYPE_KIND_FUNCTION: put_function(d, t); return;
  case TYPE_KIND_BOUND_METHOD: put_bound_method(d, t); return;
  case TYPE_KIND_CALLABLE:
  case TYPE_KIND_OVERLOADED: display_signature(d, t, (NameId){0}); return;
  case TYPE_KIND_PROPERTY: put(d, "property"); return;
  case TYPE_KIND_UNION: put_union(d, t); return;
  case TYPE_KIND_INTERSECTION: put_intersection(d, t); return;
  case TYPE_KIND_TYPE_VAR: put_type_var(d, t); return;
  case TYPE_KIND_PARAM_SPEC_PART: put_param_spec_part(d, t); return;
  case TYPE_KIND_PARAMS: display_param_list(d, type_signature_view(t)); return;
  case TYPE_KIND_UNPACKED: put_around(d, "*", t, ""); return;
  case TYPE_KIND_TYPE_ALIAS: put_alias(d, t); return;
  case TYPE_KIND_NAMED_SENTINEL:
  case TYPE_KIND_NEW_TYPE: display_declared_name(d, t); return;
  case TYPE_KIND_SPECIAL_FORM:
    strbuf_printf(d->out, "<special-form '%s'>",
                  special_form_name(type_form(t)));
    return;
  case TYPE_KIND_KNOWN_VALUE: put_known_value(d, t); return;
  case TYPE_KIND_SUPER:
    put(d, "<super: ");
    display_any(d, type_inner(t));
    put(d, ", ");
    display_any(d, (TypeId){type_at(t)->w[1]});
    put(d, ">");
    return;
  case TYPE_KIND_TYPE_GUARD: put_guard(d, t); return;
  case TYPE_KIND_TYPE_FORM: put_around(d, "TypeForm[", t, "]"); return;
  case TYPE_KIND_ALWAYS_TRUTHY: put(d, "AlwaysTruthy"); return;
  case TYPE_KIND_ALWAYS_FALSY: put(d, "AlwaysFalsy"); return;
  case TYPE_KIND_LIST:
    put(d, "(");
    put_list(d, type_args(t));
    put(d, ")");
    return;
  case TYPE_KIND_MAPPING: put_mapping(d, t); return;
  case TYPE_KIND_QUALIFIED: display_any(d, type_inner(t)); return;
  case TYPE_KIND_NONE:
  case TYPE_KIND_COUNT: break;
  }
  UNREACHABLE();
}

void display_any(Display *d, TypeId t) {
  if (type_is_null(t)) {
    put(d, "<none>");
    return;
  }
  if (d->depth >= CAP_DISPLAY_DEPTH) {
    put(d, "...");
    return;
  }
  d->depth++;
  put_kind(d, t);
  d->depth--;
}

/* ---- entries ------------------------------------------------------------- */

static void names_init_in(Names *names, Arena *scratch) {
  hmap32_init(&names->first, scratch, 8);
  hmap32_init(&names->shared, scratch, 4);
  hmap32_init(&names->seen, scratch, 16);
}

static void show(World *world, TypeId type, uint32_t flags, Names *names,
                 StrBuf *out) {
  Display d = {.world = world, .out = out, .flags = flags, .names = names};
  display_any(&d, type);
}

/* Appends the type's text. */
void display_type(World *world, TypeId type, uint32_t flags, StrBuf *out) {
  Names names = {0};
  names_init_in(&names, world->scratch);
  display_collect(world, &names, type, 0);
  show(world, type, flags, &names, out);
}

static const char *display_as(World *world, TypeId type, uint32_t flags) {
  StrBuf out;
  strbuf_init(&out, world->scratch);
  display_type(world, type, flags, &out);
  return out.ptr;
}

/* A terminated copy in scratch, cut as messages are. */
const char *display_short(World *world, TypeId type) {
  return display_as(world, type, DISPLAY_SHORT);
}

const char *display_full(World *world, TypeId type) {
  return display_as(world, type, DISPLAY_FULL);
}

/* Two types in one message: same names are qualified. */
void display_pair(World *world, TypeId a, TypeId b, const char **text_a,
                  const char **text_b) {
  Names names = {0};
  names_init_in(&names, world->scratch);
  display_collect(world, &names, a, 0);
  display_collect(world, &names, b, 0);
  StrBuf x, y;
  strbuf_init(&x, world->scratch);
  strbuf_init(&y, world->scratch);
  show(world, a, DISPLAY_SHORT, &names, &x);
  show(world, b, DISPLAY_SHORT, &names, &y);
  *text_a = x.ptr;
  *text_b = y.ptr;
}
