/* straight.h - parsing while there is one reading of the text.
 *
 * Problem: tree-sitter's stack is a graph, since it may follow several readings of
 * the text at once, and its tree counts lines and columns, references and what an
 * edit would touch.  Nearly everywhere there is one reading, and nobody asks for
 * the rest.
 *
 * So the parser's tables are run over a plain array, with the tokens of
 * quick_lexer.h, as long as each token has one action.  Where it has several, or
 * none, or is the last, the array becomes a stack of the library again
 * (straight_leave), with the token for the library to go on with; when that has one
 * reading again, straight_enter takes its stack over.
 *
 * Lines and columns are left out of all subtrees.  The library weighs the
 * cost of errors by them, and nothing else: see runtime_parse_sound.
 *
 * Layer: parse, private to runtime.c.
 */
#ifndef PARSE_TREE_SITTER_STRAIGHT_H
#define PARSE_TREE_SITTER_STRAIGHT_H

#include "parse/tree_sitter/quick_lexer.h"

typedef struct {
  Subtree subtree;
  uint32_t end; /* offset behind it */
  TSStateId state;
  bool extra;
} Slot;

typedef struct {
  QuickLexer lexer;
  TSParser *parser;
  Slot *slots; /* [0]: the bottom, without a subtree */
  uint32_t count, room;
  bool has_extras; /* there may be some among the slots */
} Straight;

/* ts_language_lookup where each state has a row (language.c). */
static inline uint16_t table_value(const TSLanguage *language, TSStateId state,
                                   TSSymbol symbol) {
  return language->parse_table[state * language->symbol_count + symbol];
}

static void straight_reserve(Straight *s, uint32_t count) {
  if (count <= s->room) return;
  s->room = count * 2;
  s->slots = ts_realloc(s->slots, s->room * sizeof *s->slots);
}

static void straight_push(Straight *s, Subtree subtree, uint32_t end,
                          TSStateId state) {
  if (s->count == s->room) straight_reserve(s, s->count + 1);
  s->slots[s->count++] = (Slot){subtree, end, state, false};
}

/* ---- the library's stack ------------------------------------------------- */

/* One version of the stack, which is active and saw no error. */
static bool is_straight(const TSParser *self) {
  const Stack *stack = self->stack;
  return stack->heads.size == 1 && !self->finished_tree.ptr &&
         stack->heads.contents[0].status == StackStatusActive &&
         stack->heads.contents[0].node->error_cost == 0;
}

/* Takes the library's stack over, down to its bottom; false, and nothing done,
 * where it branches. */
static bool straight_enter(Straight *s) {
  TSParser *self = s->parser;
  if (!is_straight(self)) return false;
  Stack *stack = self->stack;
  StackHead *head = &stack->heads.contents[0];
  uint32_t depth = 0;
  StackNode *node = head->node;
  for (; node != stack->base_node; node = node->links[0].node) {
    if (node->link_count != 1 || node->ref_count != 1 ||
        !node->links[0].subtree.ptr)
      return false;
    depth++;
  }
  const ExternalScannerState *state = NULL;
  if (head->last_external_token.ptr)
    state = &head->last_external_token.ptr->external_scanner_state;
  quick_reset(&s->lexer.scanner);
  if (state &&
      !quick_load(&s->lexer.scanner, ts_external_scanner_state_data(state),
                  state->length))
    return false;
  straight_reserve(s, depth + 1);
  s->count = depth + 1;
  s->has_extras = false;
  s->slots[0] = (Slot){.state = node->state};
  for (node = head->node; depth > 0; depth--) {
    Subtree subtree = node->links[0].subtree;
    bool extra = ts_subtree_extra(subtree);
    s->slots[depth] = (Slot){subtree, node->position.bytes, node->state, extra};
    s->has_extras |= extra;
    StackNode *below = node->links[0].node;
    if (stack->node_pool.size < MAX_NODE_POOL_SIZE)
      array_push(&stack->node_pool, node);
    else ts_free(node);
    node = below;
  }
  head->node = node;
  return true;
}

/* Gives the stack back to the library. */
static void straight_leave(Straight *s) {
  TSParser *self = s->parser;
  for (uint32_t i = 1; i < s->count; i++)
    ts_stack_push(self->stack, 0, s->slots[i].subtree, false,
                  s->slots[i].state);
  if (!s->lexer.scanner.has_tokens) return;
  char data[SCANNER_BYTES];
  uint32_t length = quick_save(&s->lexer.scanner, data);
  Subtree token =
      ts_subtree_new_leaf(&self->tree_pool, 0, length_zero(), length_zero(), 0,
                          0, true, false, false, self->language);
  ts_external_scanner_state_init(
      &ts_subtree_to_mut_unsafe(token).ptr->external_scanner_state, data,
      length);
  ts_stack_set_last_external_token(self->stack, 0, token);
}

/* ---- subtrees -------------------------------------------------------------- */

static Subtree make_leaf(Straight *s, const Token *t, uint32_t from,
                         bool extra) {
  const TSLanguage *language = s->parser->language;
  uint32_t padding = t->start - from, size = t->end - t->start;
  if (padding > UINT8_MAX || size > UINT8_MAX || t->symbol > UINT8_MAX) {
    Subtree leaf = ts_subtree_new_leaf(
        &s->parser->tree_pool, t->symbol, (Length){padding, {0, 0}},
        (Length){size, {0, 0}}, 0, 0, false, false, false, language);
    MutableSubtree changed = ts_subtree_to_mut_unsafe(leaf);
    ts_subtree_set_extra(&changed, extra);
    return ts_subtree_from_mut(changed);
  }
  TSSymbolMetadata metadata = language->symbol_metadata[t->symbol];
  return (Subtree){.data = {.is_inline = true,
                            .visible = metadata.visible,
                            .named = metadata.named,
                            .extra = extra,
                            .symbol = (uint8_t)t->symbol,
                            .padding_bytes = (uint8_t)padding,
                            .size_bytes = (uint8_t)size}};
}

/* The slots that make up the topmost `count` that are not extra; UINT32_MAX if
 * the topmost is. */
static uint32_t with_extras(const Straight *s, uint32_t count) {
  uint32_t at = s->count;
  if (count > 0 && s->slots[at - 1].extra) return UINT32_MAX;
  while (count > 0) count -= !s->slots[--at].extra;
  return s->count - at;
}

/* ts_parser__reduce; false, and nothing done, if an extra is on top. */
static bool straight_reduce(Straight *s, const TSParseAction *a) {
  const TSLanguage *language = s->parser->language;
  uint32_t n = a->reduce.child_count;
  if (s->has_extras && (n = with_extras(s, n)) == UINT32_MAX) return false;
  const Slot *below = &s->slots[s->count - n - 1], *first = below + 1;
  Subtree *children = ts_malloc(ts_subtree_alloc_size(n));
  SubtreeHeapData *node = (SubtreeHeapData *)&children[n];
  TSSymbolMetadata metadata = language->symbol_metadata[a->reduce.symbol];
  *node = (SubtreeHeapData){.ref_count = 1,
                            .symbol = a->reduce.symbol,
                            .child_count = n,
                            .parse_state = below->state,
                            .visible = metadata.visible,
                            .named = metadata.named,
                            .production_id = a->reduce.production_id};
  uint32_t descendants = 0;
  int32_t precedence = a->reduce.dynamic_precedence;
  for (uint32_t i = 0; i < n; i++) {
    Subtree child = first[i].subtree;
    children[i] = child;
    descendants += ts_subtree_visible(child);
    if (child.data.is_inline || child.ptr->child_count == 0) continue;
    descendants += child.ptr->visible_descendant_count;
    precedence += child.ptr->dynamic_precedence;
  }
  uint32_t end = s->slots[s->count - 1].end;
  if (n > 0) {
    node->padding.bytes = ts_subtree_padding(children[0]).bytes;
    node->size.bytes = end - below->end - node->padding.bytes;
  }
  node->visible_descendant_count = descendants;
  node->dynamic_precedence = precedence;
  TSStateId next = ts_language_lookup(language, below->state, a->reduce.symbol);
  s->count -= n;
  straight_push(s, (Subtree){.ptr = node}, end, next);
  return true;
}

/* ---- the loop --------------------------------------------------------------- */

/* The one action of several that counts: shifts that only continue a
 * repetition are left out, as the library does; NULL if there is not one. */
static const TSParseAction *only_of(const TSParseActionEntry *entry) {
  const TSParseAction *found = NULL;
  for (uint32_t i = entry->entry.count; i > 0; i--) {
    const TSParseAction *a = &entry[i].action;
    if (a->type == TSParseActionTypeShift && a->shift.repetition) continue;
    if (found) return NULL;
    found = a;
  }
  return found;
}

static inline const TSParseAction *only_action(const TSLanguage *language,
                                               TSStateId state,
                                               TSSymbol symbol) {
  const TSParseActionEntry *entry =
      &language->parse_actions[table_value(language, state, symbol)];
  if (entry->entry.count != 1 ||
      (entry[1].action.type == TSParseActionTypeShift &&
       entry[1].action.shift.repetition))
    return only_of(entry);
  return &entry[1].action;
}

/* A keyword where only a name fits is a name. */
static const TSParseAction *action_as_name(const TSLanguage *language,
                                           TSStateId state, Token *t) {
  TSSymbol name = language->keyword_capture_token;
  if (!t->is_keyword || t->symbol == name ||
      ts_language_has_actions(language, state, t->symbol) ||
      ts_language_is_reserved_word(language, state, t->symbol))
    return NULL;
  const TSParseAction *a = only_action(language, state, name);
  if (a) t->symbol = name;
  return a;
}

static inline const TSParseAction *action_of(const TSLanguage *language,
                                             TSStateId state, Token *t) {
  const TSParseAction *a = only_action(language, state, t->symbol);
  return a ? a : action_as_name(language, state, t);
}

/* Parses up to a token that has not one action, or that is the last.  Returns
 * the state in which that token was read, or 0 if it was not. */
static TSStateId straight_run(Straight *s) {
  const TSLanguage *language = s->parser->language;
  for (;;) {
    Token t;
    TSStateId state = s->slots[s->count - 1].state, read_in = state;
    uint32_t from = s->slots[s->count - 1].end;
    if (!quick_lex(&s->lexer, state, from, &t)) return 0;
    const TSParseAction *a = action_of(language, state, &t);
    while (a && a->type == TSParseActionTypeReduce && straight_reduce(s, a)) {
      state = s->slots[s->count - 1].state;
      a = action_of(language, state, &t);
    }
    if (!a || a->type != TSParseActionTypeShift) return read_in;
    bool extra = a->shift.extra;
    straight_push(s, make_leaf(s, &t, from, extra), t.end,
                  extra ? state : a->shift.state);
    s->slots[s->count - 1].extra = extra;
    s->has_extras |= extra;
    if (!quick_commit(&s->lexer.scanner, &t)) return 0;
  }
}

#endif
