/* types_dump.c - the structure of types as text. */
#include "types/types_dump.h"

static const char *const kind_names[TYPE_KIND_COUNT] = {
#define KIND(NAME, dump) [TYPE_KIND_##NAME] = dump,
#include "types/kinds.def"
#undef KIND
};

static void dump_name(NameId name, StrBuf *out) {
  strbuf_putc(out, ' ');
  if (name.v == 0) strbuf_putc(out, '-');
  else strbuf_json(out, name_text(name));
}

static void dump_part(TypeId part, void *ctx) {
  strbuf_putc(ctx, ' ');
  types_dump(part, ctx);
}

static void dump_params(TypeId t, StrBuf *out) {
  static const char *const kinds[] = {"/", "", "*", "!", "**"};
  SignatureView v = type_signature_view(t);
  if (v.flags) strbuf_printf(out, " flags=%u", v.flags);
  for (uint32_t i = 0; i < v.n; i++) {
    const Param *p = &v.params[i];
    strbuf_printf(out, " [%s", kinds[p->kind]);
    dump_name(p->name, out);
    dump_part(p->type, out);
    if (!type_is_null(p->default_type)) {
      strbuf_puts(out, " =");
      dump_part(p->default_type, out);
    } else if (p->flags & PARAM_HAS_DEFAULT) {
      strbuf_puts(out, " =");
    }
    strbuf_putc(out, ']');
  }
  if (type_kind(t) != TYPE_KIND_CALLABLE) return;
  strbuf_puts(out, " ->");
  dump_part(v.returns, out);
}

static void dump_head(TypeId t, StrBuf *out) {
  const TypeRec *rec = type_at(t);
  switch ((TypeKind)rec->kind) {
  case TYPE_KIND_LITERAL_INT:
  case TYPE_KIND_LITERAL_BOOL:
    strbuf_printf(out, " %lld", (long long)type_int_value(t));
    break;
  case TYPE_KIND_INSTANCE:
  case TYPE_KIND_CLASS:
  case TYPE_KIND_GENERIC_ALIAS:
    dump_name(class_at(type_class(t))->name, out);
    break;
  case TYPE_KIND_LITERAL_ENUM:
    dump_name(class_at(type_class(t))->name, out);
    dump_name(type_name(t), out);
    break;
  case TYPE_KIND_TYPE_VAR: {
    TypeVarView v = type_var_view(t);
    dump_name(v.name, out);
    if (v.scope_name.v) dump_name(v.scope_name, out);
    break;
  }
  case TYPE_KIND_TUPLE:
    if (rec->aux) strbuf_printf(out, " %u...", rec->w[0]);
    break;
  case TYPE_KIND_INTERSECTION: strbuf_printf(out, " +%u", rec->w[0]); break;
  case TYPE_KIND_SPECIAL_FORM:
    strbuf_printf(out, " %s", special_form_name(type_form(t)));
    break;
  case TYPE_KIND_KNOWN_VALUE:
  case TYPE_KIND_QUALIFIED:
  case TYPE_KIND_PARAM_SPEC_PART:
  case TYPE_KIND_TYPE_GUARD: strbuf_printf(out, " %u", rec->aux); break;
  default:
    if (type_name(t).v) dump_name(type_name(t), out);
  }
  if (type_is_literal(t) && !type_has(t, TYPE_IS_PROMOTABLE))
    strbuf_puts(out, " declared");
}

/* One line: (instance list (instance int)). */
void types_dump(TypeId t, StrBuf *out) {
  if (type_is_null(t)) {
    strbuf_putc(out, '-');
    return;
  }
  strbuf_putc(out, '(');
  strbuf_puts(out, kind_names[type_kind(t)]);
  dump_head(t, out);
  TypeKind kind = type_kind(t);
  if (kind == TYPE_KIND_CALLABLE || kind == TYPE_KIND_PARAMS)
    dump_params(t, out);
  else type_each_part(t, dump_part, out);
  strbuf_putc(out, ')');
}
