/* type.c - constructors of types, their readers, and the order of types.
 *
 * The layout of each kind's record is what its constructor writes here, and
 * what type_part_range (intern.c) knows about the places of its parts. Readers
 * only assert the kind. */
#include "types/intern.h"

#define PIECE(x) \
  { &(x), sizeof(x) / 4 }
#define SPAN_PIECE(span) \
  { (span).v, (span).n }

static inline TypeId make(TypeKind kind, uint32_t aux, const Words *pieces,
                          uint32_t n) {
  return intern_record(kind, aux, pieces, n, 0);
}

static inline TypeId make1(TypeKind kind, uint32_t aux, uint32_t word) {
  return make(kind, aux, &(Words){&word, 1}, 1);
}

static inline TypeId make2(TypeKind kind, uint32_t aux, uint32_t a,
                           uint32_t b) {
  uint32_t w[2] = {a, b};
  return make(kind, aux, &(Words){w, 2}, 1);
}

static inline TypeId word_type(TypeId type, uint32_t i) {
  return (TypeId){type_at(type)->w[i]};
}

/* Records hold handles as words. */
static inline TypeSpan words_span(const uint32_t *w, uint32_t n) {
  static_assert(sizeof(TypeId) == 4, "a record's words are read as handles");
  return (TypeSpan){(const TypeId *)(const void *)w, n};
}

/* ---- instances, class objects -------------------------------------------- */

TypeId type_instance(ClassId class_id, TypeSpan args) {
  ASSERT(class_id.v != 0);
  if (args.n == 0 && class_id.v < KNOWN_CLASS_COUNT)
    return (TypeId){2 * (TYPE_FIXED_COUNT - 1 + class_id.v)};
  Words w[2] = {PIECE(class_id), SPAN_PIECE(args)};
  return make(TYPE_KIND_INSTANCE, 0, w, 2);
}

ClassId type_class(TypeId type) {
  ASSERT(type_kind(type) == TYPE_KIND_INSTANCE ||
         type_kind(type) == TYPE_KIND_CLASS ||
         type_kind(type) == TYPE_KIND_GENERIC_ALIAS ||
         type_kind(type) == TYPE_KIND_LITERAL_ENUM);
  return (ClassId){type_at(type)->w[0]};
}

TypeSpan type_args(TypeId type) {
  const TypeRec *rec = type_at(type);
  switch ((TypeKind)rec->kind) {
  case TYPE_KIND_INSTANCE:
  case TYPE_KIND_GENERIC_ALIAS: return words_span(rec->w + 1, rec->n - 1);
  case TYPE_KIND_TYPE_ALIAS: return words_span(rec->w + 3, rec->n - 3);
  case TYPE_KIND_LIST:
  case TYPE_KIND_OVERLOADED: return words_span(rec->w, rec->n);
  case TYPE_KIND_UNION: return type_members(type);
  default: return (TypeSpan){NULL, 0};
  }
}

TypeId type_class_object(ClassId class_id) {
  return make1(TYPE_KIND_CLASS, 0, class_id.v);
}

TypeId type_generic_alias(ClassId class_id, TypeSpan args) {
  if (args.n == 0) return type_class_object(class_id);
  Words w[2] = {PIECE(class_id), SPAN_PIECE(args)};
  return make(TYPE_KIND_GENERIC_ALIAS, 0, w, 2);
}

TypeId type_subclass_of(TypeId instance) {
  return make1(TYPE_KIND_SUBCLASS_OF, 0, instance.v);
}

TypeId type_inner(TypeId type) {
  ASSERT(type_at(type)->n >= 1);
  return word_type(type, 0);
}

/* ---- tuples -------------------------------------------------------------- */

/* Fixed: the elements (aux 0). Else aux 1, the length of the prefix, prefix,
 * middle, suffix. */
TypeId type_tuple(TypeSpan prefix, TypeId middle, TypeSpan suffix) {
  if (type_is_null(middle)) {
    Words w[2] = {SPAN_PIECE(prefix), SPAN_PIECE(suffix)};
    /* One piece when there is one: the hash sees the pieces. */
    if (suffix.n == 0) return make(TYPE_KIND_TUPLE, 0, w, 1);
    if (prefix.n == 0) return make(TYPE_KIND_TUPLE, 0, w + 1, 1);
    panic("a tuple of fixed length has one span of elements");
  }
  Words w[4] = {PIECE(prefix.n), SPAN_PIECE(prefix), PIECE(middle),
                SPAN_PIECE(suffix)};
  return make(TYPE_KIND_TUPLE, 1, w, 4);
}

TypeId type_tuple_of(TypeSpan elements) {
  return type_tuple(elements, TYPE_NULL, (TypeSpan){NULL, 0});
}

TupleView type_tuple_view(TypeId tuple) {
  const TypeRec *rec = type_at(tuple);
  ASSERT(rec->kind == TYPE_KIND_TUPLE);
  if (rec->aux == 0)
    return (TupleView){words_span(rec->w, rec->n), {NULL, 0}, TYPE_NULL};
  uint32_t n = rec->w[0];
  return (TupleView){words_span(rec->w + 1, n),
                     words_span(rec->w + n + 2, rec->n - n - 2),
                     {rec->w[n + 1]}};
}

/* ---- literals: aux 1 = declared (bool: aux = value | declared << 1) ------ */

TypeId type_literal_int(int64_t value) {
  return make(TYPE_KIND_LITERAL_INT, 0, &(Words)PIECE(value), 1);
}

TypeId type_literal_bool(bool value) {
  return value ? TYPE(TRUE) : TYPE(FALSE);
}

TypeId type_literal_str(NameId text) {
  return make1(TYPE_KIND_LITERAL_STR, 0, text.v);
}

TypeId type_literal_bytes(NameId bytes) {
  return make1(TYPE_KIND_LITERAL_BYTES, 0, bytes.v);
}

TypeId type_literal_enum(ClassId enum_class, NameId member) {
  return make2(TYPE_KIND_LITERAL_ENUM, 0, enum_class.v, member.v);
}

static TypeId literal_with_aux(TypeId type, uint32_t aux) {
  const TypeRec *rec = type_at(type);
  if (rec->aux == aux) return type;
  return make((TypeKind)rec->kind, aux, &(Words){rec->w, rec->n}, 1);
}

/* The same value as an annotation means it: never promoted. */
TypeId type_literal_declared(TypeId type) {
  if (!type_is_literal(type)) return type;
  uint32_t aux = type_at(type)->aux;
  bool is_bool = type_kind(type) == TYPE_KIND_LITERAL_BOOL;
  return literal_with_aux(type, aux | (is_bool ? 2 : 1));
}

/* The same value as an expression gives it. */
TypeId type_literal_promotable(TypeId type) {
  if (!type_is_literal(type)) return type;
  uint32_t aux = type_at(type)->aux;
  bool is_bool = type_kind(type) == TYPE_KIND_LITERAL_BOOL;
  return literal_with_aux(type, aux & ~(is_bool ? 2u : 1u));
}

/* Whether both are literals of the same kind and value. */
bool type_literal_same(TypeId a, TypeId b) {
  if (a.v == b.v) return type_is_literal(a);
  const TypeRec *x = type_at(a), *y = type_at(b);
  if (x->kind != y->kind || !type_is_literal(a)) return false;
  if (x->kind == TYPE_KIND_LITERAL_BOOL) return (x->aux & 1) == (y->aux & 1);
  return memcmp(x->w, y->w, (size_t)x->n * 4) == 0;
}

TypeId type_sentinel(ModuleId module, DefId def) {
  return make2(TYPE_KIND_SENTINEL, 0, module.v, def.v);
}

int64_t type_int_value(TypeId type) {
  const TypeRec *rec = type_at(type);
  if (rec->kind == TYPE_KIND_LITERAL_BOOL) return rec->aux & 1;
  ASSERT(rec->kind == TYPE_KIND_LITERAL_INT);
  int64_t value;
  memcpy(&value, rec->w, 8);
  return value;
}

NameId type_name(TypeId type) {
  const TypeRec *rec = type_at(type);
  switch ((TypeKind)rec->kind) {
  case TYPE_KIND_LITERAL_STR:
  case TYPE_KIND_LITERAL_BYTES:
  case TYPE_KIND_TYPE_VAR: return (NameId){rec->w[0]};
  case TYPE_KIND_LITERAL_ENUM: return (NameId){rec->w[1]};
  case TYPE_KIND_FUNCTION:
  case TYPE_KIND_TYPE_ALIAS:
  case TYPE_KIND_NAMED_SENTINEL:
  case TYPE_KIND_NEW_TYPE: return (NameId){rec->w[2]};
  default: return (NameId){0};
  }
}

/* ---- modules, functions -------------------------------------------------- */

TypeId type_module(ModuleId module) {
  return make1(TYPE_KIND_MODULE, 0, module.v);
}

ModuleId type_module_id(TypeId type) {
  const TypeRec *rec = type_at(type);
  switch ((TypeKind)rec->kind) {
  case TYPE_KIND_MODULE:
  case TYPE_KIND_FUNCTION:
  case TYPE_KIND_TYPE_ALIAS:
  case TYPE_KIND_SENTINEL:
  case TYPE_KIND_NAMED_SENTINEL:
  case TYPE_KIND_NEW_TYPE: return (ModuleId){rec->w[0]};
  case TYPE_KIND_TYPE_VAR: return (ModuleId){rec->w[1]};
  default: return (ModuleId){0};
  }
}

TypeId type_function(ModuleId module, DefId def, NameId name, TypeId mapping) {
  uint32_t w[4] = {module.v, def.v, name.v, mapping.v};
  return make(TYPE_KIND_FUNCTION, 0, &(Words){w, 4}, 1);
}

DefId type_def(TypeId type) {
  const TypeRec *rec = type_at(type);
  switch ((TypeKind)rec->kind) {
  case TYPE_KIND_FUNCTION:
  case TYPE_KIND_TYPE_ALIAS:
  case TYPE_KIND_SENTINEL:
  case TYPE_KIND_NAMED_SENTINEL:
  case TYPE_KIND_NEW_TYPE: return (DefId){rec->w[1]};
  case TYPE_KIND_TYPE_VAR: return (DefId){rec->w[2]};
  default: return (DefId){0};
  }
}

TypeId type_mapping_of(TypeId type) {
  ASSERT(type_kind(type) == TYPE_KIND_FUNCTION);
  return word_type(type, 3);
}

TypeId type_bound_method(TypeId receiver, TypeId function) {
  return make2(TYPE_KIND_BOUND_METHOD, 0, receiver.v, function.v);
}

TypeId type_receiver(TypeId bound_method) {
  ASSERT(type_kind(bound_method) == TYPE_KIND_BOUND_METHOD);
  return word_type(bound_method, 0);
}

TypeId type_bound_function(TypeId bound_method) {
  ASSERT(type_kind(bound_method) == TYPE_KIND_BOUND_METHOD);
  return word_type(bound_method, 1);
}

/* ---- signatures ---------------------------------------------------------- */

/* Returns, type parameters, then four words a parameter. */
static TypeId signature_make(TypeKind kind, const Param *params, uint32_t n,
                             TypeId returns, TypeId type_params,
                             uint32_t flags) {
  for (uint32_t i = 0; i < n; i++)
    ASSERT(params[i].reserved == 0 && params[i].type.v != 0);
  uint32_t head[2] = {returns.v, type_params.v};
  Words w[2] = {PIECE(head), {params, n * 4}};
  return make(kind, flags, w, 2);
}

TypeId type_callable(const Param *params, uint32_t n, TypeId returns,
                     TypeId type_params, uint32_t flags) {
  ASSERT(returns.v != 0);
  if (type_params.v == TYPE(EMPTY_LIST).v) type_params = TYPE_NULL;
  return signature_make(TYPE_KIND_CALLABLE, params, n, returns, type_params,
                        flags);
}

bool type_is_param_spec_pair(const Param *pair) {
  return pair[0].kind == PARAM_VARIADIC &&
         type_kind(pair[0].type) == TYPE_KIND_PARAM_SPEC_PART &&
         pair[1].kind == PARAM_KEYWORD_VARIADIC &&
         type_kind(pair[1].type) == TYPE_KIND_PARAM_SPEC_PART;
}

TypeId type_params(const Param *params, uint32_t n, uint32_t flags) {
  if (n == 2 && flags == 0 && type_is_param_spec_pair(params)) {
    TypeId spec = type_param_spec_of(params[0].type);
    if (type_eq(spec, type_param_spec_of(params[1].type))) return spec;
  }
  return signature_make(TYPE_KIND_PARAMS, params, n, TYPE_NULL, TYPE_NULL,
                        flags);
}

SignatureView type_signature_view(TypeId callable) {
  const TypeRec *rec = type_at(callable);
  ASSERT(rec->kind == TYPE_KIND_CALLABLE || rec->kind == TYPE_KIND_PARAMS);
  TypeId params = {rec->w[1] ? rec->w[1] : TYPE(EMPTY_LIST).v};
  return (SignatureView){(const Param *)(const void *)(rec->w + 2),
                         (rec->n - 2) / 4,
                         {rec->w[0]},
                         params,
                         rec->aux};
}

TypeId type_overloaded(TypeSpan callables) {
  ASSERT(callables.n > 0);
  if (callables.n == 1) return callables.v[0];
  return make(TYPE_KIND_OVERLOADED, 0, &(Words)SPAN_PIECE(callables), 1);
}

TypeId type_property(TypeId getter, TypeId setter, TypeId deleter) {
  uint32_t w[3] = {getter.v, setter.v, deleter.v};
  return make(TYPE_KIND_PROPERTY, 0, &(Words){w, 3}, 1);
}

PropertyView type_property_view(TypeId property) {
  ASSERT(type_kind(property) == TYPE_KIND_PROPERTY);
  return (PropertyView){word_type(property, 0), word_type(property, 1),
                        word_type(property, 2)};
}

/* ---- type variables ------------------------------------------------------ */

TypeId type_var(const TypeVarView *view) {
  uint32_t w[6] = {view->name.v,       view->module.v,
                   view->def.v,        view->scope_module.v,
                   view->scope_node.v, view->scope_name.v};
  uint32_t aux = (uint32_t)view->kind | (uint32_t)view->synthetic << 8;
  return make(TYPE_KIND_TYPE_VAR, aux, &(Words){w, 6}, 1);
}

TypeVarView type_var_view(TypeId type) {
  const TypeRec *rec = type_at(type);
  ASSERT(rec->kind == TYPE_KIND_TYPE_VAR);
  return (TypeVarView){(TypeVarKind)(rec->aux & 0xff),
                       {rec->w[0]},
                       {rec->w[1]},
                       {rec->w[2]},
                       {rec->w[3]},
                       {rec->w[4]},
                       {rec->w[5]},
                       (uint8_t)(rec->aux >> 8)};
}

TypeId type_param_spec_part(TypeId param_spec, bool kwargs) {
  return make1(TYPE_KIND_PARAM_SPEC_PART, kwargs, param_spec.v);
}

TypeId type_param_spec_of(TypeId part) {
  ASSERT(type_kind(part) == TYPE_KIND_PARAM_SPEC_PART);
  return word_type(part, 0);
}

bool type_param_spec_is_kwargs(TypeId part) {
  ASSERT(type_kind(part) == TYPE_KIND_PARAM_SPEC_PART);
  return type_at(part)->aux != 0;
}

TypeId type_unpacked(TypeId inner) {
  return make1(TYPE_KIND_UNPACKED, 0, inner.v);
}

/* ---- declarations by identity -------------------------------------------- */

TypeId type_alias(ModuleId module, DefId def, NameId name, TypeSpan args) {
  uint32_t head[3] = {module.v, def.v, name.v};
  Words w[2] = {PIECE(head), SPAN_PIECE(args)};
  return make(TYPE_KIND_TYPE_ALIAS, 0, w, 2);
}

TypeId type_new_type(ModuleId module, DefId def, NameId name) {
  uint32_t w[3] = {module.v, def.v, name.v};
  return make(TYPE_KIND_NEW_TYPE, 0, &(Words){w, 3}, 1);
}

TypeId type_named_sentinel(ModuleId module, DefId def, NameId name,
                           ClassId class_id) {
  uint32_t w[4] = {module.v, def.v, name.v, class_id.v};
  return make(TYPE_KIND_NAMED_SENTINEL, 0, &(Words){w, 4}, 1);
}

TypeId type_sentinel_instance(TypeId named_sentinel) {
  ASSERT(type_kind(named_sentinel) == TYPE_KIND_NAMED_SENTINEL);
  return type_instance((ClassId){type_at(named_sentinel)->w[3]}, (TypeSpan){0});
}

/* ---- special forms and other values -------------------------------------- */

static const struct {
  const char *full, *module, *name;
} forms[FORM_COUNT] = {
#define FORM(NAME, module, name) \
  [FORM_##NAME] = {module "." name, module, name},
#include "types/special_forms.def"
#undef FORM
};

TypeId type_special_form(SpecialForm form) {
  return make(TYPE_KIND_SPECIAL_FORM, (uint32_t)form, NULL, 0);
}

SpecialForm type_form(TypeId type) {
  ASSERT(type_kind(type) == TYPE_KIND_SPECIAL_FORM);
  return (SpecialForm)type_at(type)->aux;
}

bool special_form_is_class(SpecialForm form) {
  switch (form) {
  case FORM_ANY:
  case FORM_CALLABLE:
  case FORM_GENERIC:
  case FORM_PROTOCOL:
  case FORM_TUPLE:
  case FORM_TYPE:
  case FORM_LIST:
  case FORM_DICT:
  case FORM_SET:
  case FORM_FROZEN_SET:
  case FORM_DEFAULT_DICT:
  case FORM_ORDERED_DICT:
  case FORM_COUNTER:
  case FORM_CHAIN_MAP:
  case FORM_DEQUE: return true;
  default: return false;
  }
}

const char *special_form_name(SpecialForm form) {
  ASSERT(form > FORM_NONE && form < FORM_COUNT);
  return forms[form].full;
}

/* FORM_NONE when there is no such form. */
SpecialForm special_form_find(Str module, Str name) {
  for (uint32_t i = FORM_NONE + 1; i < FORM_COUNT; i++)
    if (str_is(name, forms[i].name) && str_is(module, forms[i].module))
      return (SpecialForm)i;
  return FORM_NONE;
}

TypeId type_known_value(KnownValueKind kind, TypeId inner) {
  return make1(TYPE_KIND_KNOWN_VALUE, (uint32_t)kind, inner.v);
}

KnownValueKind type_known_value_kind(TypeId type) {
  ASSERT(type_kind(type) == TYPE_KIND_KNOWN_VALUE);
  return (KnownValueKind)type_at(type)->aux;
}

TypeId type_super(TypeId pivot, TypeId owner) {
  return make2(TYPE_KIND_SUPER, 0, pivot.v, owner.v);
}

TypeId type_guard(bool is, TypeId guarded, NameId place) {
  return make2(TYPE_KIND_TYPE_GUARD, is, guarded.v, place.v);
}

bool type_guard_is(TypeId type) {
  ASSERT(type_kind(type) == TYPE_KIND_TYPE_GUARD);
  return type_at(type)->aux != 0;
}

NameId type_guard_place(TypeId type) {
  ASSERT(type_kind(type) == TYPE_KIND_TYPE_GUARD);
  return (NameId){type_at(type)->w[1]};
}

TypeId type_form_of(TypeId inner) {
  return make1(TYPE_KIND_TYPE_FORM, 0, inner.v);
}

/* ---- lists, mappings, declarations --------------------------------------- */

TypeId type_list(TypeSpan items) {
  return make(TYPE_KIND_LIST, 0, &(Words)SPAN_PIECE(items), 1);
}

/* Sorts by insertion: mappings are as short as lists of type parameters. */
TypeId type_mapping(const TypePair *pairs, uint32_t n) {
  TypePair v[512];
  if (n > ARRAY_LEN(v)) panic("a mapping of %u type variables", n);
  for (uint32_t i = 0; i < n; i++) {
    uint32_t j = i;
    for (; j > 0 && type_cmp(v[j - 1].var, pairs[i].var) > 0; j--)
      v[j] = v[j - 1];
    v[j] = pairs[i];
  }
  return make(TYPE_KIND_MAPPING, 0, &(Words){v, n * 2}, 1);
}

uint32_t type_mapping_pairs(TypeId mapping, const TypePair **pairs) {
  if (type_is_null(mapping)) {
    *pairs = NULL;
    return 0;
  }
  const TypeRec *rec = type_at(mapping);
  ASSERT(rec->kind == TYPE_KIND_MAPPING);
  *pairs = (const TypePair *)(const void *)rec->w;
  return rec->n / 2;
}

TypeId type_qualified(TypeId inner, uint32_t qualifiers) {
  return make1(TYPE_KIND_QUALIFIED, qualifiers, inner.v);
}

uint32_t type_qualifiers(TypeId type) {
  return type_kind(type) == TYPE_KIND_QUALIFIED ? type_at(type)->aux : 0;
}

/* ---- unions and intersections -------------------------------------------- */

/* A union of more members than this carries a table of their positions, so
 * that type_union_has is constant: slots of 16 bits, position + 1, open
 * addressing, at most half full. The table is a function of the members and
 * their order, hence the same in equal records. */
#define UNION_INDEX_FROM 16u
#define UNION_INDEX_MAX 60000u

static uint32_t union_slots(uint32_t n) {
  uint32_t slots = 4;
  while (slots < n * 2) slots *= 2;
  return slots;
}

static inline uint32_t union_slot(uint32_t handle, uint32_t slots) {
  return (handle * 0x9E3779B1u >> 8) & (slots - 1);
}

void intern_fill_index(TypeRec *rec) {
  uint32_t n = rec->w[0], slots = union_slots(n);
  uint16_t *table = (uint16_t *)(void *)(rec->w + 1 + n);
  memset(table, 0, (size_t)slots * 2);
  for (uint32_t i = 0; i < n; i++) {
    uint32_t at = union_slot(rec->w[1 + i], slots);
    while (table[at]) at = (at + 1) & (slots - 1);
    table[at] = (uint16_t)(i + 1);
  }
}

TypeId type_union_raw(TypeSpan members, uint32_t flags) {
  ASSERT(members.n >= 2);
  uint32_t literals = 0;
  for (uint32_t i = 0; i < members.n; i++)
    literals += type_is_literal(members.v[i]);
  flags &= UNION_FLOAT | UNION_COMPLEX;
  if (literals == members.n) flags |= UNION_ALL_LITERALS;
  if (members.n <= UNION_INDEX_FROM || members.n > UNION_INDEX_MAX)
    return make(TYPE_KIND_UNION, flags, &(Words)SPAN_PIECE(members), 1);
  Words w[2] = {PIECE(members.n), SPAN_PIECE(members)};
  return intern_record(TYPE_KIND_UNION, flags | UNION_INDEXED, w, 2,
                       union_slots(members.n) / 2);
}

TypeSpan type_members(TypeId union_type) {
  const TypeRec *rec = type_at(union_type);
  if (rec->kind != TYPE_KIND_UNION) return (TypeSpan){NULL, 0};
  if (rec->aux & UNION_INDEXED) return words_span(rec->w + 1, rec->w[0]);
  return words_span(rec->w, rec->n);
}

uint32_t type_union_flags(TypeId union_type) {
  const TypeRec *rec = type_at(union_type);
  return rec->kind == TYPE_KIND_UNION ? rec->aux : 0;
}

bool type_union_has(TypeId union_type, TypeId member) {
  const TypeRec *rec = type_at(union_type);
  ASSERT(rec->kind == TYPE_KIND_UNION);
  if (!(rec->aux & UNION_INDEXED)) {
    for (uint32_t i = 0; i < rec->n; i++)
      if (rec->w[i] == member.v) return true;
    return false;
  }
  uint32_t n = rec->w[0], slots = union_slots(n);
  const uint16_t *table = (const uint16_t *)(const void *)(rec->w + 1 + n);
  for (uint32_t at = union_slot(member.v, slots); table[at];
       at = (at + 1) & (slots - 1))
    if (rec->w[table[at]] == member.v) return true;
  return false;
}

TypeId type_float_annotation(void) {
  TypeId v[2] = {TYPE_KNOWN(int), TYPE_KNOWN(float)};
  return type_union_raw((TypeSpan){v, 2}, UNION_FLOAT);
}

TypeId type_complex_annotation(void) {
  TypeId v[3] = {TYPE_KNOWN(int), TYPE_KNOWN(float), TYPE_KNOWN(complex)};
  return type_union_raw((TypeSpan){v, 3}, UNION_COMPLEX);
}

TypeId type_intersection_raw(TypeSpan positive, TypeSpan negative) {
  ASSERT(positive.n + negative.n >= 1 && (negative.n || positive.n >= 2));
  Words w[3] = {PIECE(positive.n), SPAN_PIECE(positive), SPAN_PIECE(negative)};
  return make(TYPE_KIND_INTERSECTION, 0, w, 3);
}

IntersectionView type_intersection_view(TypeId type) {
  const TypeRec *rec = type_at(type);
  ASSERT(rec->kind == TYPE_KIND_INTERSECTION);
  uint32_t n = rec->w[0];
  return (IntersectionView){words_span(rec->w + 1, n),
                            words_span(rec->w + 1 + n, rec->n - 1 - n)};
}
