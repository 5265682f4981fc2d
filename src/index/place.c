/* place.c - from temporary symbols to places: what each name means.
 *
 * Problem: the first pass has met names in scopes; which scope binds a name is
 * known only now.  A symbol is *local* when its scope binds or declares it.
 * A symbol that is merely used
 * - in an eager scope (class, comprehension, type parameters) is the symbol of
 *   the scope around it: it has no place of its own, so that the flow of the
 *   outer place simply goes on inside;
 * - in a lazy scope gets a place there, free: `outer` leads to the place of the
 *   next lazy scope further out, one link a scope, `owner` to the one that is
 *   bound.  So narrowing of a captured variable works at every level.
 * - in the module becomes an unbound symbol of the module (builtins, names of
 *   star imports).
 * `global x` and `nonlocal x` make a free symbol whose definitions count as the
 * owner's too.
 *
 * Members follow their symbol: equal chains of one symbol become one place.
 * Places are then numbered scope by scope.  Each step is linear in symbols,
 * but for walks along the scopes around, which nesting bounds.
 */
#include "index/index_int.h"

#define LOCAL (PLACE_BOUND | PLACE_DECLARED | PLACE_PARAM)
#define OUTSIDE (PLACE_GLOBAL | PLACE_NONLOCAL)

static bool is_local(uint32_t flags) {
  return (flags & LOCAL) && !(flags & OUTSIDE);
}

static bool is_lazy(ScopeKind kind) {
  return kind == SCOPE_FUNCTION || kind == SCOPE_LAMBDA ||
         kind == SCOPE_TYPE_ALIAS || kind == SCOPE_MODULE;
}

static bool is_annotation(ScopeKind kind) {
  return kind == SCOPE_TYPE_PARAMS || kind == SCOPE_TYPE_ALIAS;
}

/* ---- members ------------------------------------------------------------ */

/* Parents are below 2^30: the Ast has fewer nodes than that. */
static uint64_t member_key(uint32_t parent, PlaceKind kind, uint32_t name) {
  return (uint64_t)parent << 34 | (uint64_t)kind << 32 | name;
}

/* Splits an attribute or a subscript with a literal; false for others. */
static bool member_of(const Builder *b, const AstNode *n, PlaceKind *kind,
                      uint32_t *name) {
  if (n->kind == AST_Attribute) {
    *kind = PLACE_ATTRIBUTE;
    *name = n->b;
    return n->b != 0;
  }
  if (n->kind != AST_Subscript) return false;
  const AstNode *item = node_at(b, n->b);
  bool minus = item->kind == AST_UnaryOp && item->op == UNARY_MINUS;
  if (minus) item = node_at(b, item->a);
  if (item->kind == AST_Str && !minus) {
    Str text = b->ast->values[item->a].text;
    *kind = PLACE_KEY;
    if (text.len > 255) return false;
    *name = (b->second_pass ? name_find(text) : name_intern(text)).v;
    return *name != 0;
  }
  if (item->kind != AST_Int || b->ast->values[item->a].big) return false;
  int64_t value = b->ast->values[item->a].integer;
  if (value < 0 || value > INT32_MAX) return false;
  *kind = PLACE_INDEX;
  *name = (uint32_t)(minus ? -value : value);
  return true;
}

static uint32_t member_make(Builder *b, uint32_t parent, PlaceKind kind,
                            uint32_t name) {
  bool found;
  uint32_t *slot = hmap64_find_or_insert(
      &b->members, member_key(parent, kind, name), &found);
  if (!found) {
    *slot = b->temps.n;
    vec_push(&b->temps, b->scratch,
             (Place){.kind = (uint8_t)kind,
                     .scope = b->temps.v[parent].scope,
                     .name = {kind == PLACE_INDEX ? 0 : name},
                     .parent = {parent},
                     .index = kind == PLACE_INDEX ? (int32_t)name : 0});
  }
  return *slot;
}

static uint32_t place_of_name(Builder *b, const AstNode *n) {
  if (!b->second_pass)
    return n->op == EXPR_LOAD ? scope_symbol(b, b->scope, (NameId){n->a}) : 0;
  if (n->op != EXPR_LOAD) return n->b ? b->def_track.v[n->b] : 0;
  return n->b & TEMP_MARK ? b->final[n->b & ~TEMP_MARK] : 0;
}

/* The place that an expression names, or 0.  First pass: a temporary, made when
 * missing.  Second pass: only before its names are visited. */
uint32_t place_of_expr(Builder *b, uint32_t node) {
  uint32_t chain[8], n = 0;
  const AstNode *at = node_at(b, node);
  while (at->kind == AST_Attribute || at->kind == AST_Subscript) {
    if (n == ARRAY_LEN(chain)) return 0;
    chain[n++] = node;
    node = at->a;
    at = node_at(b, node);
  }
  if (at->kind != AST_Name) return 0;
  PlaceKind kinds[8];
  uint32_t names[8];
  for (uint32_t i = 0; i < n; i++)
    if (!member_of(b, node_at(b, chain[i]), &kinds[i], &names[i])) return 0;
  uint32_t place = place_of_name(b, at);
  while (n && place) {
    n--;
    place = b->second_pass
                ? hmap64_get(&b->members, member_key(place, kinds[n], names[n]))
                : member_make(b, place, kinds[n], names[n]);
  }
  return place;
}

/* Its child by attribute or literal item, or 0 (second pass). */
uint32_t place_child(const Builder *b, uint32_t parent, const AstNode *load) {
  PlaceKind kind;
  uint32_t name;
  if (!b->info[parent].child || !member_of(b, load, &kind, &name)) return 0;
  return hmap64_get(&b->members, member_key(parent, kind, name));
}

/* ---- what a symbol means ------------------------------------------------ */

/* Results by temporary, while places have no numbers yet. */
typedef struct {
  Builder *b;
  U32Vec canon; /* the temporary that has the place; 0 = not settled */
  U32Vec outer;
  bool missing; /* some nonlocal without a binding */
} Resolve;

static uint32_t settle(Resolve *r, uint32_t temp);

static uint32_t symbol_at(Resolve *r, uint32_t scope, NameId name) {
  return scope_symbol(r->b, (ScopeId){scope}, name);
}

static uint32_t symbol_find(Resolve *r, uint32_t scope, NameId name) {
  return hmap64_get(&r->b->symbols, hmap_pair(scope, name.v));
}

/* The settled symbol that `name` means outside of `scope`. */
static uint32_t look_outside(Resolve *r, uint32_t scope, NameId name) {
  const ScopeVec *scopes = &r->b->scopes;
  bool annotation = is_annotation((ScopeKind)scopes->v[scope].kind);
  for (;;) {
    scope = scopes->v[scope].parent.v;
    ScopeKind kind = (ScopeKind)scopes->v[scope].kind;
    if (is_lazy(kind)) return settle(r, symbol_at(r, scope, name));
    if (kind != SCOPE_CLASS || annotation) {
      uint32_t temp = symbol_find(r, scope, name);
      if (temp && r->b->temps.v[temp].flags & (LOCAL | OUTSIDE))
        return settle(r, temp);
    }
    annotation = annotation && is_annotation(kind);
  }
}

/* The function scope around that `nonlocal name` means, as a symbol, or 0. */
static uint32_t find_nonlocal(Resolve *r, uint32_t scope, NameId name) {
  const ScopeVec *scopes = &r->b->scopes;
  for (scope = scopes->v[scope].parent.v; scope > 1;
       scope = scopes->v[scope].parent.v) {
    ScopeKind kind = (ScopeKind)scopes->v[scope].kind;
    if (kind != SCOPE_FUNCTION && kind != SCOPE_LAMBDA) continue;
    uint32_t temp = symbol_find(r, scope, name);
    if (!temp) continue;
    uint32_t flags = r->b->temps.v[temp].flags;
    if (is_local(flags) || flags & PLACE_NONLOCAL) return temp;
  }
  return 0;
}

static bool same_frame(const Builder *b, uint32_t scope, uint32_t outer) {
  while (scope != outer && !is_lazy((ScopeKind)b->scopes.v[scope].kind))
    scope = b->scopes.v[scope].parent.v;
  return scope == outer;
}

/* `global x` and `nonlocal x`. */
static void settle_outside(Resolve *r, uint32_t temp) {
  Place t = r->b->temps.v[temp];
  uint32_t scope = t.scope.v;
  uint32_t owner = t.flags & PLACE_GLOBAL ? symbol_at(r, 1, t.name)
                                          : find_nonlocal(r, scope, t.name);
  if (!owner || owner == temp) {
    r->missing = true;
    r->canon.v[temp] = temp;
    return;
  }
  if (t.flags & LOCAL)
    r->b->temps.v[owner].flags |= PLACE_WRITTEN_FROM_INSIDE;
  owner = settle(r, owner);
  bool eager = same_frame(r->b, scope, r->b->temps.v[owner].scope.v);
  r->canon.v[temp] = eager ? owner : temp;
  r->outer.v[temp] = eager ? 0 : owner;
}

static void grow(Resolve *r) {
  while (r->canon.n < r->b->temps.n) {
    vec_push(&r->canon, r->b->scratch, 0u);
    vec_push(&r->outer, r->b->scratch, 0u);
  }
}

/* Settles where the temporary's place is: returns the temporary that has it. */
static uint32_t settle(Resolve *r, uint32_t temp) {
  grow(r);
  if (r->canon.v[temp]) return r->canon.v[temp];
  Place t = r->b->temps.v[temp];
  ScopeKind kind = (ScopeKind)r->b->scopes.v[t.scope.v].kind;
  if (t.flags & OUTSIDE) {
    settle_outside(r, temp);
  } else if (is_local(t.flags) || kind == SCOPE_MODULE) {
    r->canon.v[temp] = temp;
  } else {
    uint32_t outside = look_outside(r, t.scope.v, t.name);
    r->canon.v[temp] = is_lazy(kind) ? temp : outside;
    if (is_lazy(kind)) r->outer.v[temp] = outside;
    else r->b->temps.v[outside].flags |= PLACE_USED;
  }
  return r->canon.v[temp];
}

static void settle_all(Resolve *r) {
  Builder *b = r->b;
  uint32_t met = b->temps.n;
  for (uint32_t t = 1; t < met; t++)
    if (b->temps.v[t].kind == PLACE_SYMBOL) settle(r, t);
  grow(r);
  HMap64 members;
  hmap64_init(&members, b->scratch, b->members.n);
  for (uint32_t t = 1; t < met; t++) {
    Place *place = &b->temps.v[t];
    if (place->kind == PLACE_SYMBOL) continue;
    uint32_t parent = r->canon.v[place->parent.v];
    place->parent.v = parent;
    place->scope = b->temps.v[parent].scope;
    uint32_t name = place->kind == PLACE_INDEX ? (uint32_t)place->index
                                               : place->name.v;
    bool found;
    uint32_t *slot = hmap64_find_or_insert(
        &members, member_key(parent, (PlaceKind)place->kind, name), &found);
    if (!found) *slot = t;
    else b->temps.v[*slot].flags |= place->flags;
    r->canon.v[t] = *slot;
  }
}

/* ---- numbers ------------------------------------------------------------ */

/* Numbers the settled temporaries scope by scope; b->final maps all. */
static void number_places(Resolve *r) {
  Builder *b = r->b;
  uint32_t temps = b->temps.n, scopes = b->scopes.n;
  uint32_t *next = ARENA_ARRAY(b->scratch, uint32_t, scopes + 1);
  for (uint32_t t = 1; t < temps; t++)
    if (r->canon.v[t] == t) next[b->temps.v[t].scope.v]++;
  uint32_t at = 1;
  for (uint32_t s = 1; s < scopes; s++) {
    uint32_t n = next[s];
    b->scopes.v[s].place_begin = next[s] = at;
    b->scopes.v[s].place_end = at += n;
  }
  b->place_count = at;
  b->final = ARENA_ARRAY(b->scratch, uint32_t, temps);
  for (uint32_t t = 1; t < temps; t++)
    if (r->canon.v[t] == t) b->final[t] = next[b->temps.v[t].scope.v]++;
  for (uint32_t t = 1; t < temps; t++)
    b->final[t] = b->final[r->canon.v[t]];
}

static void fill_place(Resolve *r, uint32_t temp) {
  Builder *b = r->b;
  uint32_t id = b->final[temp];
  Place *place = &b->places[id];
  PlaceInfo *info = &b->info[id];
  *place = b->temps.v[temp];
  info->owner = info->root = id;
  if (place->kind == PLACE_SYMBOL) {
    uint32_t outer = r->outer.v[temp];
    while (outer && r->outer.v[outer]) outer = r->outer.v[outer];
    if (outer) info->owner = b->final[outer];
    info->outer = b->final[r->outer.v[temp]];
    return;
  }
  uint32_t parent = b->final[place->parent.v];
  place->parent.v = parent;
  info->root = b->info[parent].root;
  info->sibling = b->info[parent].child;
  b->info[parent].child = id;
  uint32_t name = place->kind == PLACE_INDEX ? (uint32_t)place->index
                                             : place->name.v;
  hmap64_put(&b->members, member_key(parent, (PlaceKind)place->kind, name), id);
}

static void fill_places(Resolve *r) {
  Builder *b = r->b;
  b->places = ARENA_ARRAY(b->scratch, Place, b->place_count);
  b->info = ARENA_ARRAY(b->scratch, PlaceInfo, b->place_count);
  b->cur = ARENA_ARRAY(b->scratch, uint32_t, b->place_count);
  b->slot = ARENA_ARRAY(b->scratch, uint32_t, b->place_count);
  hmap64_clear(&b->members);
  for (uint32_t t = 1; t < b->temps.n; t++)
    if (r->canon.v[t] == t && b->temps.v[t].kind == PLACE_SYMBOL)
      fill_place(r, t);
  for (uint32_t t = 1; t < b->temps.n; t++)
    if (r->canon.v[t] == t && b->temps.v[t].kind != PLACE_SYMBOL)
      fill_place(r, t);
  for (uint32_t p = 1; p < b->place_count; p++)
    if (b->places[p].flags & PLACE_USED)
      b->places[b->info[p].owner].flags |= PLACE_USED;
}

/* ---- definitions -------------------------------------------------------- */

static void link_defs(Builder *b) {
  uint32_t *last = ARENA_ARRAY(b->scratch, uint32_t, b->place_count);
  uint8_t *bindings = ARENA_ARRAY(b->scratch, uint8_t, b->place_count);
  for (uint32_t d = 1; d < b->defs.n; d++) {
    Def *def = &b->defs.v[d];
    uint32_t track = b->final[b->def_track.v[d]];
    uint32_t place = b->info[track].owner;
    b->def_track.v[d] = track;
    def->place.v = place;
    if (last[place]) b->defs.v[last[place]].next.v = d;
    else b->places[place].first_def.v = d;
    last[place] = d;
    if (def->flags & DEF_BINDS) bindings[place] |= bindings[place] ? 2 : 1;
    if (bindings[place] & 2) b->places[place].flags |= PLACE_REASSIGNED;
    uint32_t end = node_end(b, def->node.v);
    PlaceInfo *info = &b->info[place];
    bool changes = def->flags & DEF_BINDS || def->kind == DEF_DELETE;
    if (changes && end > info->last_end) info->last_end = end;
  }
  for (uint32_t p = 1; p < b->place_count; p++)
    if (b->places[p].flags & PLACE_WRITTEN_FROM_INSIDE)
      b->info[p].last_end = UINT32_MAX;
}

/* What a class statement holds sees the class as `__class__`. */
static bool is_class_cell(const Builder *b, ScopeId scope, NameId name) {
  if (name.v != NAME_dunder_class) return false;
  for (scope = b->scopes.v[scope.v].parent; scope.v;
       scope = b->scopes.v[scope.v].parent)
    if (b->scopes.v[scope.v].kind == SCOPE_CLASS) return true;
  return false;
}

static void report_nonlocals(Resolve *r) {
  Builder *b = r->b;
  if (!b->diags || !r->missing) return;
  for (uint32_t i = 1; i < b->ast->node_count; i++) {
    const AstNode *n = node_at(b, i);
    if (n->kind != AST_Nonlocal) continue;
    ScopeId scope = index_enclosing(b->out, (NodeId){i});
    NodeList list = node_list(b, n->a);
    for (uint32_t k = 0; k < list.n; k++) {
      const AstNode *name = node_at(b, list.v[k]);
      if (scope.v == 1 || find_nonlocal(r, scope.v, (NameId){name->a}) ||
          is_class_cell(b, scope, (NameId){name->a}))
        continue;
      diag_add(b->diags, RULE_INVALID_SYNTAX, (Span){name->start, name->end},
               "no binding for nonlocal `%" PRIstr "` found",
               STR_ARG(name_text((NameId){name->a})));
    }
  }
}

/* Requires: the first pass.  Fills places, info, final; turns the
 * definitions' temporaries into places. */
void place_resolve(Builder *b) {
  Resolve r = {.b = b};
  settle_all(&r);
  number_places(&r);
  fill_places(&r);
  link_defs(b);
  for (uint32_t i = 1; i < b->forgets.n; i += 2)
    b->forgets.v[i] =
        b->final[b->forgets.v[i] >> 1] << 1 | (b->forgets.v[i] & 1);
  b->out->ast = b->ast;
  b->out->scopes = b->scopes.v;
  b->out->scope_count = b->scopes.n;
  report_nonlocals(&r);
}

/* First definition whose key is at or behind `node`. */
uint32_t place_defs_from(const Builder *b, uint32_t node) {
  uint32_t lo = 1, hi = b->defs.n;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (b->def_key.v[mid] < node) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

/* The definition with exactly this key, or 0. */
DefId place_def_at(const Builder *b, uint32_t node) {
  uint32_t d = place_defs_from(b, node);
  bool hit = d < b->defs.n && b->def_key.v[d] == node;
  return (DefId){hit ? d : 0};
}
