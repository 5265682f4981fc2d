/* order.c - a total order of types by structure.
 *
 * Handles come in schedule order, so whatever must be sorted (the pairs of a
 * mapping, dumps) is sorted by what the types say: kind, names by their text,
 * declarations by module and place in the source, then parts from left to
 * right. Modules are ordered by the function that the owner of the module
 * table installs. Two different handles never compare equal.
 *
 * Cost: the common prefix of both values; no allocation. Ends because parts
 * exist before the whole.
 */
#include "types/intern.h"

static int cmp_module_handle(ModuleId a, ModuleId b) {
  return (a.v > b.v) - (a.v < b.v);
}

static int (*cmp_module)(ModuleId, ModuleId) = cmp_module_handle;

void types_set_module_cmp(int (*cmp)(ModuleId a, ModuleId b)) {
  cmp_module = cmp ? cmp : cmp_module_handle;
}

static int cmp_u32(uint32_t a, uint32_t b) { return (a > b) - (a < b); }

static int cmp_name(uint32_t a, uint32_t b) {
  if (a == b) return 0;
  if (a == 0 || b == 0) return a ? 1 : -1;
  return name_cmp((NameId){a}, (NameId){b});
}

/* By place in the source; known classes that no typeshed defines by their
 * fixed ids. */
static int cmp_class(uint32_t a, uint32_t b) {
  if (a == b) return 0;
  const ClassInfo *x = class_at((ClassId){a}), *y = class_at((ClassId){b});
  if (x->defined != y->defined) return x->defined ? -1 : 1;
  if (!x->defined) return cmp_u32(a, b);
  if (x->module.v != y->module.v) {
    int c = cmp_module(x->module, y->module);
    if (c) return c;
  }
  int c = cmp_u32(x->node.v, y->node.v);
  return c ? c : cmp_u32(x->def.v, y->def.v);
}

static int cmp_module_word(uint32_t a, uint32_t b) {
  return a == b ? 0 : cmp_module((ModuleId){a}, (ModuleId){b});
}

/* What each word of a record means, for kinds where not all are parts: one
 * letter a word, the last repeats. t type, n name, c class, m module, u plain
 * number. */
static const char *word_kinds(TypeKind kind) {
  switch (kind) {
  case TYPE_KIND_INSTANCE:
  case TYPE_KIND_GENERIC_ALIAS: return "ct";
  case TYPE_KIND_CLASS: return "c";
  case TYPE_KIND_LITERAL_ENUM: return "cn";
  case TYPE_KIND_LITERAL_STR:
  case TYPE_KIND_LITERAL_BYTES: return "n";
  case TYPE_KIND_MODULE: return "m";
  case TYPE_KIND_SENTINEL: return "mu";
  case TYPE_KIND_NAMED_SENTINEL: return "munc";
  case TYPE_KIND_FUNCTION:
  case TYPE_KIND_TYPE_ALIAS:
  case TYPE_KIND_NEW_TYPE: return "munt";
  case TYPE_KIND_TYPE_VAR: return "nmumun";
  case TYPE_KIND_TYPE_GUARD: return "tn";
  case TYPE_KIND_INTERSECTION: return "ut";
  default: return "t";
  }
}

static int cmp_word(char kind, uint32_t a, uint32_t b) {
  if (a == b) return 0;
  switch (kind) {
  case 'n': return cmp_name(a, b);
  case 'c': return cmp_class(a, b);
  case 'm': return cmp_module_word(a, b);
  case 'u': return cmp_u32(a, b);
  default:
    if (a == 0 || b == 0) return a ? 1 : -1;
    return type_cmp((TypeId){a}, (TypeId){b});
  }
}

static int cmp_words(const TypeRec *x, const TypeRec *y) {
  const char *kind = word_kinds((TypeKind)x->kind);
  uint32_t n = MIN(x->n, y->n);
  for (uint32_t i = 0; i < n; i++) {
    int c = cmp_word(*kind, x->w[i], y->w[i]);
    if (c) return c;
    if (kind[1]) kind++;
  }
  return cmp_u32(x->n, y->n);
}

static int cmp_signature(TypeId a, TypeId b) {
  SignatureView x = type_signature_view(a), y = type_signature_view(b);
  for (uint32_t i = 0; i < x.n && i < y.n; i++) {
    const Param *p = &x.params[i], *q = &y.params[i];
    int c = cmp_u32(p->kind, q->kind);
    if (!c) c = cmp_name(p->name.v, q->name.v);
    if (!c) c = cmp_word('t', p->type.v, q->type.v);
    if (!c) c = cmp_u32(p->flags, q->flags);
    if (!c) c = cmp_word('t', p->default_type.v, q->default_type.v);
    if (c) return c;
  }
  int c = cmp_u32(x.n, y.n);
  if (!c) c = cmp_word('t', x.returns.v, y.returns.v);
  if (!c) c = cmp_word('t', x.type_params.v, y.type_params.v);
  return c;
}

static int cmp_spans(TypeSpan a, TypeSpan b) {
  for (uint32_t i = 0; i < a.n && i < b.n; i++) {
    int c = cmp_word('t', a.v[i].v, b.v[i].v);
    if (c) return c;
  }
  return cmp_u32(a.n, b.n);
}

static int cmp_tuple(TypeId a, TypeId b) {
  TupleView x = type_tuple_view(a), y = type_tuple_view(b);
  int c = cmp_spans(x.prefix, y.prefix);
  if (!c) c = cmp_word('t', x.middle.v, y.middle.v);
  return c ? c : cmp_spans(x.suffix, y.suffix);
}

/* Requires: neither is null. */
int type_cmp(TypeId a, TypeId b) {
  if (a.v == b.v) return 0;
  const TypeRec *x = type_at(a), *y = type_at(b);
  int c = cmp_u32(x->kind, y->kind);
  if (c) return c;
  switch ((TypeKind)x->kind) {
  case TYPE_KIND_LITERAL_INT: {
    int64_t v = type_int_value(a), w = type_int_value(b);
    c = (v > w) - (v < w);
    break;
  }
  case TYPE_KIND_UNION: c = cmp_spans(type_members(a), type_members(b)); break;
  case TYPE_KIND_CALLABLE:
  case TYPE_KIND_PARAMS: c = cmp_signature(a, b); break;
  case TYPE_KIND_TUPLE: c = cmp_tuple(a, b); break;
  default: c = cmp_words(x, y);
  }
  return c ? c : cmp_u32(x->aux, y->aux);
}
