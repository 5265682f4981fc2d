/* image.c - modules as bytes.
 *
 * Problem: each run needs the stubs of the standard library, which do not
 * change; parsing and indexing them costs far more than having them.  So the
 * build does it once, and the program carries what came out.
 *
 * Format: a stream of bytes and varints, read front to back in one pass.  First
 * the numbers of the names that occur, then the counts, the nodes in order, the tables
 * of image.def, flows and reaches.  What stands is small because all is told
 * relative to what is known: a child by its distance from its parent, an offset by
 * that from the node before, a use by that from the use before, and lists, records
 * and values of literals stand where their node does.  So a node takes some 6
 * bytes for 28, and reading costs about as much as copying memory of that size.
 *
 * Not in the image, since it depends on the run: handles of names (a number
 * in the module's list stands for each) and the hash table of symbols.  Lists
 * and values come in the order of their nodes, which is not the order in which parsing
 * made them; nobody can tell.
 */
#include "index/image.h"

#include "base/panic.h"
#include "index/index_int.h"

/* The words of a node's kind in nodes.def, told by the first letters. */
#define IS(what, letters)                                          \
  ((what)[0] == (letters)[0] &&                                    \
   ((letters)[1] == 0 || (what)[1] == (letters)[1]))
/* The highest bit of the byte that tells the kind: the node's op follows. */
#define HAS_OP 0x80u
static_assert(AST_KIND_COUNT <= HAS_OP, "a kind and a flag are a byte");

/* The order of AstFunction's words and of its like: which are what. */
enum { REC_NODE, REC_LIST, REC_NAME, REC_OFFSET, REC_USE };
typedef struct {
  uint8_t n;
  uint8_t words[8];
} RecordShape;

static RecordShape record_shape(AstKind kind) {
  switch (kind) {
  case AST_FunctionDef:
    return (RecordShape){8,
                         {REC_NAME, REC_OFFSET, REC_LIST, REC_LIST, REC_LIST,
                          REC_NODE, REC_LIST, REC_OFFSET}};
  case AST_ClassDef:
    return (RecordShape){
        6, {REC_NAME, REC_OFFSET, REC_LIST, REC_LIST, REC_LIST, REC_LIST}};
  case AST_For:
    return (RecordShape){4, {REC_NODE, REC_NODE, REC_LIST, REC_LIST}};
  case AST_Try:
    return (RecordShape){4, {REC_LIST, REC_LIST, REC_LIST, REC_LIST}};
  default:
    ASSERT(kind == AST_ExceptHandler);
    return (RecordShape){4, {REC_NODE, REC_OFFSET, REC_LIST, REC_USE}};
  }
}
static_assert(sizeof(AstFunction) == 32 && sizeof(AstClass) == 24 &&
                  sizeof(AstFor) == 16 && sizeof(AstTry) == 16 &&
                  sizeof(AstHandler) == 16,
              "record_shape follows ast.h");

/* Uses of loads and of the others are told apart by the node's op, flows and
 * reaches by their kind. */
typedef struct {
  uint32_t start, depth, use[2];
  Flow flow[16];
  Reach reach[16];
} Before;

static uint32_t use_class(const AstNode *node) {
  return node->kind == AST_ExceptHandler || node->op != EXPR_LOAD;
}

/* ---- writing ------------------------------------------------------------ */

typedef struct {
  Enc *out;
  const Ast *ast;
  HMap32 local; /* NameId -> number in this image */
  VEC(NameId) names;
  Arena *scratch;
  uint32_t extra, values; /* how many words and values the reader needs */
  Before before;
} Writer;

static void put(Writer *w, uint32_t x) { enc_var(w->out, x); }

static void put_diff(Writer *w, uint32_t x, uint32_t base) {
  enc_svar(w->out, (int32_t)(x - base));
}

static void put_name(Writer *w, NameId name) {
  uint32_t known = name.v ? hmap32_get(&w->local, name.v) : 0;
  if (name.v && !known) {
    vec_push(&w->names, w->scratch, name);
    known = w->names.n;
    hmap32_put(&w->local, name.v, known);
  }
  put(w, known);
}

static void put_use(Writer *w, const AstNode *node, uint32_t use) {
  uint32_t *before = &w->before.use[use_class(node)];
  put_diff(w, use, *before);
  if (use) *before = use;
}

static void put_list(Writer *w, uint32_t list, uint32_t id, bool numbers) {
  NodeList items = ast_list(w->ast, list);
  put(w, items.n);
  if (items.n) w->extra += items.n + 1;
  for (uint32_t i = 0; i < items.n; i++) {
    put(w, numbers ? items.v[i] : items.v[i] - id);
    id = items.v[i];
  }
}

static void put_record(Writer *w, uint32_t id) {
  const AstNode *node = &w->ast->nodes[id];
  const uint32_t *record = &w->ast->extra[node->a];
  RecordShape shape = record_shape((AstKind)node->kind);
  w->extra += shape.n;
  for (uint32_t i = 0; i < shape.n; i++) switch (shape.words[i]) {
    case REC_NODE: put(w, record[i] ? record[i] - id : 0); break;
    case REC_LIST: put_list(w, record[i], id, false); break;
    case REC_NAME: put_name(w, (NameId){record[i]}); break;
    case REC_OFFSET: put_diff(w, record[i], node->start); break;
    case REC_USE: put_use(w, node, record[i]); break;
    }
}

enum { VALUE_BIG = 1, VALUE_IN_SOURCE = 2, VALUE_INTEGER = 4 };

static void put_value(Writer *w, uint32_t id) {
  const AstNode *node = &w->ast->nodes[id];
  const AstValue *value = &w->ast->values[node->a];
  Str source = w->ast->source, text = value->text;
  bool in_source = text.len && text.ptr >= source.ptr &&
                   text.ptr + text.len <= source.ptr + source.len;
  enc_u8(w->out,
         (uint8_t)((value->big ? VALUE_BIG : 0) |
                   (in_source ? VALUE_IN_SOURCE : 0) |
                   (value->integer ? VALUE_INTEGER : 0)));
  put(w, text.len);
  if (in_source) put_diff(w, (uint32_t)(text.ptr - source.ptr), node->start);
  else enc_bytes(w->out, text.ptr, text.len);
  if (value->integer) enc_svar(w->out, value->integer);
  w->values++;
}

static void put_word(Writer *w, const char *what, uint32_t word, uint32_t id) {
  const AstNode *node = &w->ast->nodes[id];
  bool numbers = node->kind == AST_Compare && word == node->c;
  if (IS(what, "L")) put_list(w, word, id, numbers);
  else if (IS(what, "NO")) put(w, word ? word - id : 0);
  else if (IS(what, "NA")) put_name(w, (NameId){word});
  else if (IS(what, "NU")) put(w, word);
  else if (IS(what, "R")) put_record(w, id);
  else if (IS(what, "V")) put_value(w, id);
  else if (IS(what, "U")) put_use(w, node, word);
}

static void put_node(Writer *w, uint32_t id) {
  const AstNode *node = &w->ast->nodes[id];
  enc_u8(w->out, (uint8_t)(node->kind | (node->op ? HAS_OP : 0)));
  if (node->op) enc_u8(w->out, node->op);
  put_diff(w, node->depth, w->before.depth);
  put_diff(w, node->start, w->before.start);
  put(w, node->end - node->start);
  put(w, w->ast->ends[id] - id);
  w->before.depth = node->depth;
  w->before.start = node->start;
  switch (node->kind) {
#define NODE(Name, dump, class, A, B, C) \
  case AST_##Name:                       \
    put_word(w, #A, node->a, id);        \
    put_word(w, #B, node->b, id);        \
    put_word(w, #C, node->c, id);        \
    break;
#include "parse/nodes.def"
#undef NODE
  }
}

#define BYTE(f) enc_u8(w->out, (uint8_t)x->f);
#define NUM(f) put(w, (uint32_t)x->f);
#define DIFF(f) put_diff(w, (uint32_t)x->f, (uint32_t)before->f);
#define NAME(f) put_name(w, x->f);
#define TABLE(Type, array, count, fields)                                 \
  static void put_##array(Writer *w, const Index *index) {                \
    static const Type first;                                              \
    const Type *before = &first;                                          \
    for (uint32_t i = 0; i < index->count; i++) {                         \
      const Type *x = &index->array[i];                                   \
      fields before = x;                                                  \
    }                                                                     \
    (void)before;                                                         \
  }
#include "index/image.def"
#undef TABLE
#undef BYTE
#undef NUM
#undef DIFF
#undef NAME

static void put_flows(Writer *w, const Index *index) {
  for (uint32_t i = 0; i < index->flow_count; i++) {
    const Flow *x = &index->flows[i];
    Flow *before = &w->before.flow[x->kind];
    enc_u8(w->out, (uint8_t)x->kind);
    if (x->kind == FLOW_GLOBAL) put_name(w, (NameId){x->a});
    else put_diff(w, x->a, before->a);
    put_diff(w, x->b, before->b);
    put_diff(w, x->c, before->c);
    *before = *x;
  }
}

static void put_reaches(Writer *w, const Index *index) {
  for (uint32_t i = 0; i < index->reach_count; i++) {
    const Reach *x = &index->reaches[i];
    Reach *before = &w->before.reach[x->kind];
    enc_u8(w->out, (uint8_t)x->kind);
    put_diff(w, x->a, before->a);
    put_diff(w, x->b, before->b);
    put_diff(w, x->c, before->c);
    *before = *x;
  }
}

static void put_pragmas(Writer *w, const ParseResult *parse) {
  for (uint32_t i = 0; i < parse->pragma_count; i++) {
    const Pragma *p = &parse->pragmas[i];
    enc_u8(w->out, p->kind);
    enc_u8(w->out, (uint8_t)(p->whole_file | p->has_codes << 1 |
                             p->malformed << 2));
    put(w, p->span.start);
    put(w, p->span.end);
    put(w, p->line);
    put(w, p->codes.len);
    if (p->codes.len)
      put(w, (uint32_t)(p->codes.ptr - parse->ast.source.ptr));
  }
}

static void put_lines(Writer *w, const LineMap *lines) {
  for (uint32_t i = 1; i < lines->count; i++)
    put(w, lines->starts[i] - lines->starts[i - 1]);
}

static void put_module(Writer *w, const ParseResult *parse,
                       const Index *index) {
  for (uint32_t id = 1; id < parse->ast.node_count; id++) put_node(w, id);
#define TABLE(Type, array, count, fields) put_##array(w, index);
#include "index/image.def"
#undef TABLE
  put_flows(w, index);
  put_reaches(w, index);
  for (uint32_t i = 0; i < index->extra_count; i++) put(w, index->extra[i]);
  put_pragmas(w, parse);
  put_lines(w, &parse->lines);
}

/* Whether the module is a stub and the like, in the order of get_flags. */
static uint32_t flags_of(const ParseResult *parse, const Index *index) {
  return (uint32_t)(parse->ast.is_stub | parse->has_errors << 1 |
                    index->has_all << 2 | index->all_is_complete << 3 |
                    index->future_annotations << 4);
}

void image_write(const ParseResult *parse, const Index *index,
                 ImageNumber number, void *ctx, Arena *scratch, Enc *out) {
  Enc body;
  enc_init(&body, scratch);
  Writer w = {.out = &body,
              .ast = &parse->ast,
              .extra = 1,
              .values = 1,
              .scratch = scratch};
  hmap32_init(&w.local, scratch, 256);
  put_module(&w, parse, index);
  w.out = out;
  put(&w, w.names.n);
  for (uint32_t i = 0; i < w.names.n; i++)
    put(&w, number(ctx, name_text(w.names.v[i])));
  put(&w, flags_of(parse, index));
  put(&w, parse->ast.node_count);
  put(&w, w.extra);
  put(&w, w.values);
#define TABLE(Type, array, count, fields) put(&w, index->count);
#include "index/image.def"
#undef TABLE
  put(&w, index->flow_count);
  put(&w, index->reach_count);
  put(&w, index->extra_count);
  put(&w, parse->pragma_count);
  put(&w, parse->lines.count);
  enc_bytes(out, body.v, body.n);
}

/* ---- reading ------------------------------------------------------------
 * No check of each byte: the image is part of the program as its code is.  That it
 * ends where it should is checked once. */

typedef struct {
  const uint8_t *p;
  const uint32_t *names; /* number in this image -> handle */
  Ast *ast;
  Before before;
} Reader;

static NOINLINE uint32_t get_long(Reader *r) {
  uint64_t x = 0;
  for (unsigned shift = 0;; shift += 7) {
    uint8_t b = *r->p++;
    x |= (uint64_t)(b & 0x7F) << shift;
    if (b < 0x80 || shift > 56) return (uint32_t)x;
  }
}

static ALWAYS_INLINE uint32_t get(Reader *r) {
  if (LIKELY(*r->p < 0x80)) return *r->p++;
  return get_long(r);
}

static ALWAYS_INLINE uint32_t get_diff(Reader *r, uint32_t base) {
  uint32_t x = get(r);
  return base + ((x >> 1) ^ -(x & 1));
}

static int64_t get_integer(Reader *r) {
  uint64_t x = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    uint8_t b = *r->p++;
    x |= (uint64_t)(b & 0x7F) << shift;
    if (b < 0x80) break;
  }
  return (int64_t)(x >> 1) ^ -(int64_t)(x & 1);
}

static ALWAYS_INLINE NameId get_name(Reader *r) {
  return (NameId){r->names[get(r)]};
}

static ALWAYS_INLINE uint32_t get_use(Reader *r, const AstNode *node) {
  uint32_t *before = &r->before.use[use_class(node)];
  uint32_t use = get_diff(r, *before);
  if (use) *before = use;
  return use;
}

static ALWAYS_INLINE uint32_t get_list(Reader *r, uint32_t id, bool numbers) {
  uint32_t n = get(r);
  if (n == 0) return 0;
  Ast *ast = r->ast;
  uint32_t at = ast->extra_count, *to = &ast->extra[at];
  ast->extra_count += n + 1;
  *to++ = n;
  for (; n > 0; n--) {
    id = numbers ? get(r) : id + get(r);
    *to++ = id;
  }
  return at;
}

static uint32_t get_record(Reader *r, const AstNode *node, uint32_t id) {
  Ast *ast = r->ast;
  RecordShape shape = record_shape((AstKind)node->kind);
  uint32_t at = ast->extra_count, *record = &ast->extra[at], child;
  ast->extra_count += shape.n;
  for (uint32_t i = 0; i < shape.n; i++) switch (shape.words[i]) {
    case REC_NODE:
      child = get(r);
      record[i] = child ? id + child : 0;
      break;
    case REC_LIST: record[i] = get_list(r, id, false); break;
    case REC_NAME: record[i] = get_name(r).v; break;
    case REC_OFFSET: record[i] = get_diff(r, node->start); break;
    case REC_USE: record[i] = get_use(r, node); break;
    }
  return at;
}

static uint32_t get_value(Reader *r, const AstNode *node) {
  Ast *ast = r->ast;
  AstValue *value = &ast->values[ast->value_count];
  uint8_t flags = *r->p++;
  uint32_t len = get(r);
  *value = (AstValue){.text = {NULL, len}, .big = flags & VALUE_BIG};
  if (flags & VALUE_IN_SOURCE) {
    value->text.ptr = ast->source.ptr + get_diff(r, node->start);
  } else {
    value->text.ptr = (const char *)r->p;
    r->p += len;
  }
  if (flags & VALUE_INTEGER) value->integer = get_integer(r);
  return ast->value_count++;
}

static ALWAYS_INLINE uint32_t get_word(Reader *r, const char *what,
                                       const AstNode *node, uint32_t id,
                                       bool numbers) {
  if (IS(what, "L")) return get_list(r, id, numbers);
  if (IS(what, "NO")) {
    uint32_t child = get(r);
    return child ? id + child : 0;
  }
  if (IS(what, "NA")) return get_name(r).v;
  if (IS(what, "NU")) return get(r);
  if (IS(what, "R")) return get_record(r, node, id);
  if (IS(what, "V")) return get_value(r, node);
  if (IS(what, "U")) return get_use(r, node);
  return 0;
}

static ALWAYS_INLINE void get_node(Reader *r, uint32_t id) {
  AstNode *node = &r->ast->nodes[id];
  uint8_t kind = *r->p++;
  node->kind = kind & (uint8_t)~HAS_OP;
  node->op = kind & HAS_OP ? *r->p++ : 0;
  r->before.depth = get_diff(r, r->before.depth);
  r->before.start = get_diff(r, r->before.start);
  node->depth = (uint16_t)r->before.depth;
  node->start = r->before.start;
  node->end = node->start + get(r);
  r->ast->ends[id] = id + get(r);
  switch (node->kind) {
#define NODE(Name, dump, class, A, B, C)                              \
  case AST_##Name:                                                    \
    node->a = get_word(r, #A, node, id, false);                       \
    node->b = get_word(r, #B, node, id, false);                       \
    node->c = get_word(r, #C, node, id, AST_##Name == AST_Compare);   \
    break;
#include "parse/nodes.def"
#undef NODE
  default: panic("a packed module is damaged");
  }
}

#define BYTE(f) x->f = *r->p++;
#define NUM(f) x->f = get(r);
#define DIFF(f) x->f = get_diff(r, (uint32_t)before->f);
#define NAME(f) x->f = get_name(r);
#define TABLE(Type, array, count, fields)                              \
  static void get_##array(Reader *r, Index *index, Arena *mod) {       \
    static const Type first;                                           \
    const Type *before = &first;                                       \
    index->array = ARENA_ARRAY_RAW(mod, Type, index->count);           \
    for (uint32_t i = 0; i < index->count; i++) {                      \
      Type *x = &index->array[i];                                      \
      fields before = x;                                               \
    }                                                                  \
    (void)before;                                                      \
  }
#include "index/image.def"
#undef TABLE
#undef BYTE
#undef NUM
#undef DIFF
#undef NAME

static void get_flows(Reader *r, Index *index, Arena *mod) {
  index->flows = ARENA_ARRAY_RAW(mod, Flow, index->flow_count);
  for (uint32_t i = 0; i < index->flow_count; i++) {
    Flow x = {.kind = *r->p++};
    const Flow *before = &r->before.flow[x.kind];
    x.a = x.kind == FLOW_GLOBAL ? get_name(r).v : get_diff(r, before->a);
    x.b = get_diff(r, before->b);
    x.c = get_diff(r, before->c) & 0xFFFFFFu;
    index->flows[i] = r->before.flow[x.kind] = x;
  }
}

static void get_reaches(Reader *r, Index *index, Arena *mod) {
  index->reaches = ARENA_ARRAY_RAW(mod, Reach, index->reach_count);
  for (uint32_t i = 0; i < index->reach_count; i++) {
    Reach x = {.kind = *r->p++};
    const Reach *before = &r->before.reach[x.kind];
    x.a = get_diff(r, before->a);
    x.b = get_diff(r, before->b);
    x.c = get_diff(r, before->c) & 0xFFFFFFu;
    index->reaches[i] = r->before.reach[x.kind] = x;
  }
}

static void get_pragmas(Reader *r, Arena *mod, ParseResult *parse) {
  Pragma *pragmas = ARENA_ARRAY(mod, Pragma, parse->pragma_count);
  for (uint32_t i = 0; i < parse->pragma_count; i++) {
    Pragma *p = &pragmas[i];
    p->kind = *r->p++;
    uint8_t flags = *r->p++;
    p->whole_file = flags & 1;
    p->has_codes = flags >> 1 & 1;
    p->malformed = flags >> 2 & 1;
    p->span.start = get(r);
    p->span.end = get(r);
    p->line = get(r);
    uint32_t len = get(r);
    if (len) p->codes = (Str){parse->ast.source.ptr + get(r), len};
  }
  parse->pragmas = pragmas;
}

static void get_lines(Reader *r, Arena *mod, LineMap *lines) {
  uint32_t *starts = ARENA_ARRAY_RAW(mod, uint32_t, lines->count), at = 0;
  starts[0] = 0;
  for (uint32_t i = 1; i < lines->count; i++) starts[i] = at += get(r);
  lines->starts = starts;
}

static void get_names(Reader *r, ImageTexts texts, Arena *mod) {
  uint32_t n = get(r);
  uint32_t *names = ARENA_ARRAY_RAW(mod, uint32_t, n + 1);
  names[0] = 0;
  for (uint32_t i = 1; i <= n; i++) {
    uint32_t k = get(r), from = texts.starts[k], to = texts.starts[k + 1];
    names[i] = name_intern((Str){texts.bytes + from, to - from}).v;
  }
  r->names = names;
}

/* The counts, in the order of image_write, and room for the nodes. */
static void get_header(Reader *r, Arena *mod, ParseResult *parse,
                       Index *index) {
  Ast *ast = &parse->ast;
  uint32_t flags = get(r);
  ast->is_stub = flags & 1;
  parse->has_errors = flags >> 1 & 1;
  index->has_all = flags >> 2 & 1;
  index->all_is_complete = flags >> 3 & 1;
  index->future_annotations = flags >> 4 & 1;
  ast->node_count = get(r);
  ast->nodes = ARENA_ARRAY_RAW(mod, AstNode, ast->node_count);
  ast->ends = ARENA_ARRAY_RAW(mod, uint32_t, ast->node_count);
  ast->extra = ARENA_ARRAY_RAW(mod, uint32_t, get(r));
  ast->values = ARENA_ARRAY_RAW(mod, AstValue, get(r));
#define TABLE(Type, array, count, fields) index->count = get(r);
#include "index/image.def"
#undef TABLE
  index->flow_count = get(r);
  index->reach_count = get(r);
  index->extra_count = get(r);
  parse->pragma_count = get(r);
  parse->lines.count = get(r);
  ast->nodes[0] = (AstNode){0};
  ast->ends[0] = 1;
  ast->extra[0] = 0;
  ast->values[0] = (AstValue){0};
  ast->extra_count = ast->value_count = 1;
}

void image_read(Str image, ImageTexts texts, Str source, Arena *mod,
                ParseResult *parse, Index *index) {
  *parse = (ParseResult){.ast = {.arena = mod, .source = source}};
  *index = (Index){.arena = mod, .ast = &parse->ast};
  Reader r = {.p = (const uint8_t *)image.ptr, .ast = &parse->ast};
  get_names(&r, texts, mod);
  get_header(&r, mod, parse, index);
  for (uint32_t id = 1; id < parse->ast.node_count; id++) get_node(&r, id);
#define TABLE(Type, array, count, fields) get_##array(&r, index, mod);
#include "index/image.def"
#undef TABLE
  get_flows(&r, index, mod);
  get_reaches(&r, index, mod);
  index->extra = ARENA_ARRAY_RAW(mod, uint32_t, index->extra_count);
  for (uint32_t i = 0; i < index->extra_count; i++) index->extra[i] = get(&r);
  get_pragmas(&r, mod, parse);
  get_lines(&r, mod, &parse->lines);
  if (r.p != (const uint8_t *)image.ptr + image.len)
    panic("a packed module is damaged");
  index_build_symbols(mod, index);
}
