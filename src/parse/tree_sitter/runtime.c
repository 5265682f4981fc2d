/* runtime.c - tree-sitter's library, and its parse loop for a text that is
 * parsed once.
 *
 * Problem: tree-sitter's loop can go on from an old tree, be interrupted, and
 * follow several readings of the text at once; each reduction copies the path
 * that it takes off the stack into a stack of its own and puts that in the place
 * of the old one.  Nearly always there is one reading and one straight path, and
 * nothing else refers to its nodes, so that a reduction can take them as they are.
 *
 * This is that loop again, with the library's own functions for all that is
 * not straight: more than one action, more than one version of the stack, paths
 * that join, errors, the end.  It takes the same decisions in the same order, so
 * that the tree is the same, but for how hidden repetitions nest: they are not
 * balanced, since the tree is read once and thrown away.
 *
 * The library is one unit of all its files, as its own lib.c has it, so that what
 * is static in them can be reached from here.
 */
#include <tree_sitter/../../src/lib.c>

#include "parse/tree_sitter/fast_lexer.h"
#include "parse/tree_sitter/runtime.h"
#include "parse/tree_sitter/scanner.h"

/* ---- the lexer ---------------------------------------------------------- */

static void advance_char(TSLexer *lexer, bool skip) {
  if (!fast_lexer_step((Lexer *)lexer, skip)) ts_lexer__advance(lexer, skip);
}

static void mark_end(TSLexer *lexer) { fast_lexer_mark_end((Lexer *)lexer); }

/* ts_parser__external_scanner_scan gives false here, and changes nothing. */
static bool is_not_external(const TSParser *self, Subtree last_external,
                            uint32_t position) {
  const TSStringInput *input = self->lexer.input.payload;
  const char *state = NULL;
  uint32_t length = 0;
  if (last_external.ptr) {
    const ExternalScannerState *s = &last_external.ptr->external_scanner_state;
    state = ts_external_scanner_state_data(s);
    length = s->length;
  }
  if (position >= input->length) return false;
  return scanner_finds_nothing(state, length, input->string + position,
                               input->length - position);
}

/* Whether the token is a keyword, or begins with one; its symbol if it is one
 * that may stand here. */
static bool lex_keyword(TSParser *self, TSStateId state, TSSymbol *symbol) {
  Lexer *lexer = &self->lexer;
  uint32_t end = lexer->token_end_position.bytes;
  ts_lexer_reset(lexer, lexer->token_start_position);
  ts_lexer_start(lexer);
  if (!self->language->keyword_lex_fn(&lexer->data, 0)) return false;
  TSSymbol keyword = lexer->data.result_symbol;
  if (lexer->token_end_position.bytes == end &&
      (ts_language_has_actions(self->language, state, keyword) ||
       ts_language_is_reserved_word(self->language, state, keyword)))
    *symbol = keyword;
  return true;
}

/* ts_parser__lex where the generated lexer alone finds the token. */
static Subtree lex_token(TSParser *self, StackVersion version,
                         TSStateId state) {
  TSLexerMode mode = ts_language_lex_mode_for_state(self->language, state);
  Lexer *lexer = &self->lexer;
  const StackHead *head = &self->stack->heads.contents[version];
  Length position = head->node->position;
  if (mode.lex_state == (uint16_t)-1 || state == ERROR_STATE ||
      (mode.external_lex_state != 0 &&
       !is_not_external(self, head->last_external_token, position.bytes)))
    return ts_parser__lex(self, version, state);
  ts_lexer_reset(lexer, position);
  ts_lexer_start(lexer);
  if (!self->language->lex_fn(&lexer->data, mode.lex_state))
    return ts_parser__lex(self, version, state);
  uint32_t lookahead_end = 0;
  ts_lexer_finish(lexer, &lookahead_end);
  TSSymbol symbol = lexer->data.result_symbol;
  Length padding = length_sub(lexer->token_start_position, position);
  Length size =
      length_sub(lexer->token_end_position, lexer->token_start_position);
  uint32_t lookahead = lookahead_end - lexer->token_end_position.bytes;
  bool is_keyword = symbol == self->language->keyword_capture_token &&
                    symbol != 0 && lex_keyword(self, state, &symbol);
  return ts_subtree_new_leaf(&self->tree_pool, symbol, padding, size,
                             lookahead, state, false, false, is_keyword,
                             self->language);
}

/* ---- a straight stack --------------------------------------------------- */

/* One version of the stack, which is active and saw no error yet. */
static bool is_straight(const TSParser *self) {
  const Stack *stack = self->stack;
  return stack->heads.size == 1 && !self->finished_tree.ptr &&
         stack->heads.contents[0].status == StackStatusActive &&
         stack->heads.contents[0].node->error_cost == 0;
}

/* ts_stack_push, without zeroing the seven links that nearly no node has. */
static void push(Stack *stack, StackHead *head, Subtree subtree,
                 TSStateId state) {
  StackNodeArray *pool = &stack->node_pool;
  StackNode *below = head->node;
  StackNode *node =
      pool->size > 0 ? array_pop(pool) : ts_malloc(sizeof(StackNode));
  node->state = state;
  node->position =
      length_add(below->position, ts_subtree_total_size(subtree));
  node->links[0] = (StackLink){below, subtree, false};
  node->link_count = 1;
  node->ref_count = 1;
  node->error_cost = below->error_cost + ts_subtree_error_cost(subtree);
  node->node_count = below->node_count + stack__subtree_node_count(subtree);
  node->dynamic_precedence =
      below->dynamic_precedence + ts_subtree_dynamic_precedence(subtree);
  head->node = node;
}

/* What the parent of an alias sees is visible. */
static void count_child(SubtreeHeapData *node, const SubtreeHeapData *child,
                        bool shows) {
  node->has_external_tokens |= child->has_external_tokens;
  if (child->child_count == 0) return;
  node->dynamic_precedence += child->dynamic_precedence;
  node->visible_descendant_count += child->visible_descendant_count;
  if (!shows) node->visible_child_count += child->visible_child_count;
}

/* ts_subtree_summarize_children for children without errors, less what only
 * edits, cursors and balancing ask for. */
static void summarize(SubtreeHeapData *node, const Subtree *children,
                      const TSSymbol *aliases) {
  for (uint32_t i = 0; i < node->child_count; i++) {
    Subtree child = children[i];
    bool shows = ts_subtree_visible(child);
    if (!ts_subtree_extra(child) && aliases)
      shows |= *aliases++ != 0 && ts_subtree_symbol(child) != 0;
    if (!child.data.is_inline) count_child(node, child.ptr, shows);
    node->visible_descendant_count += shows;
    node->visible_child_count += shows;
    Length size = ts_subtree_size(child);
    if (i == 0) {
      node->padding = ts_subtree_padding(child);
      node->size = size;
    } else {
      node->size = length_add(node->size, ts_subtree_padding(child));
      node->size = length_add(node->size, size);
    }
  }
}

/* ts_subtree_new_node, with room for the node behind the children. */
static Subtree make_parent(const TSLanguage *language, const TSParseAction *a,
                           Subtree *children, uint32_t n, TSStateId state) {
  SubtreeHeapData *node = (SubtreeHeapData *)&children[n];
  TSSymbolMetadata metadata =
      ts_language_symbol_metadata(language, a->reduce.symbol);
  *node = (SubtreeHeapData){.ref_count = 1,
                            .symbol = a->reduce.symbol,
                            .child_count = n,
                            .parse_state = state,
                            .visible = metadata.visible,
                            .named = metadata.named,
                            .production_id = a->reduce.production_id};
  summarize(node, children,
            ts_language_alias_sequence(language, a->reduce.production_id));
  node->dynamic_precedence += a->reduce.dynamic_precedence;
  return (Subtree){.ptr = node};
}

/* How many subtrees hold the topmost `count` that are not extra; UINT32_MAX
 * when the path is not straight, shared, or ends in an extra. */
static uint32_t straight_path(const StackNode *node, uint32_t count) {
  uint32_t n = 0;
  while (count > 0) {
    if (node->link_count != 1 || node->ref_count != 1) return UINT32_MAX;
    Subtree subtree = node->links[0].subtree;
    if (!subtree.ptr) return UINT32_MAX;
    bool extra = ts_subtree_extra(subtree);
    if (extra && n == 0) return UINT32_MAX;
    count -= !extra;
    n++;
    node = node->links[0].node;
  }
  return n;
}

/* ts_parser__reduce where the stack is straight; false, and nothing done, where
 * it is not. */
static bool reduce_straight(TSParser *self, const TSParseAction *action) {
  Stack *stack = self->stack;
  StackHead *head = &stack->heads.contents[0];
  uint32_t n = straight_path(head->node, action->reduce.child_count);
  if (n == UINT32_MAX) return false;
  Subtree *children = ts_malloc(ts_subtree_alloc_size(n));
  for (uint32_t i = n; i > 0;) {
    StackNode *node = head->node;
    children[--i] = node->links[0].subtree;
    head->node = node->links[0].node;
    if (stack->node_pool.size < MAX_NODE_POOL_SIZE)
      array_push(&stack->node_pool, node);
    else ts_free(node);
  }
  TSStateId state = head->node->state;
  push(stack, head, make_parent(self->language, action, children, n, state),
       ts_language_next_state(self->language, state, action->reduce.symbol));
  return true;
}

typedef struct {
  TSStateId state;
  Subtree lookahead;
  TableEntry entry;
  StackVersion reduced; /* the last reduction made it */
  bool did_reduce;
} Step;

static void look_up(TSParser *self, Step *s, TSSymbol symbol) {
  ts_language_table_entry(self->language, s->state, symbol, &s->entry);
}

static void lex(TSParser *self, StackVersion version, uint32_t position,
                Subtree last_external, Step *s) {
  s->lookahead = lex_token(self, version, s->state);
  if (s->lookahead.ptr) {
    ts_parser__set_cached_token(self, position, last_external, s->lookahead);
    look_up(self, s, ts_subtree_symbol(s->lookahead));
  } else { /* the end of an extra that is no token */
    look_up(self, s, ts_builtin_sym_end);
  }
}

static void shift(TSParser *self, StackVersion version, Step *s,
                  const TSParseAction *action) {
  TSStateId next = action->shift.extra ? s->state : action->shift.state;
  bool extra = action->shift.extra;
  StackHead *head = &self->stack->heads.contents[version];
  if (extra || ts_subtree_extra(s->lookahead) ||
      ts_subtree_child_count(s->lookahead) > 0) {
    ts_parser__shift(self, version, next, s->lookahead, extra);
    return;
  }
  push(self->stack, head, s->lookahead, next);
  if (ts_subtree_has_external_tokens(s->lookahead))
    ts_stack_set_last_external_token(
        self->stack, version, ts_subtree_last_external_token(s->lookahead));
}

/* The actions of s->entry; true when the version has got past the token. */
static bool act(TSParser *self, StackVersion version, Step *s) {
  s->did_reduce = false;
  s->reduced = STACK_VERSION_NONE;
  uint32_t count = s->entry.action_count;
  for (uint32_t i = 0; i < count; i++) {
    TSParseAction action = s->entry.actions[i];
    switch (action.type) {
    case TSParseActionTypeShift:
      if (action.shift.repetition) break;
      shift(self, version, s, &action);
      return true;
    case TSParseActionTypeReduce: {
      s->did_reduce = true;
      if (count == 1 && s->lookahead.ptr && is_straight(self) &&
          reduce_straight(self, &action)) {
        s->reduced = version;
        break;
      }
      StackVersion made = ts_parser__reduce(
          self, version, action.reduce.symbol, action.reduce.child_count,
          action.reduce.dynamic_precedence, action.reduce.production_id,
          count > 1, s->lookahead.ptr == NULL);
      if (made != STACK_VERSION_NONE) s->reduced = made;
      break;
    }
    case TSParseActionTypeAccept:
      ts_parser__accept(self, version, s->lookahead);
      return true;
    case TSParseActionTypeRecover:
      ts_parser__recover(self, version, s->lookahead);
      return true;
    }
  }
  return false;
}

/* A keyword where only a name fits is a name (ts_parser__advance). */
static bool keyword_as_name(TSParser *self, Step *s) {
  const TSLanguage *language = self->language;
  TSSymbol symbol = ts_subtree_symbol(s->lookahead);
  if (!ts_subtree_is_keyword(s->lookahead) ||
      symbol == language->keyword_capture_token ||
      ts_language_is_reserved_word(language, s->state, symbol))
    return false;
  look_up(self, s, language->keyword_capture_token);
  if (s->entry.action_count == 0) return false;
  MutableSubtree name = ts_subtree_make_mut(&self->tree_pool, s->lookahead);
  ts_subtree_set_symbol(&name, language->keyword_capture_token, language);
  s->lookahead = ts_subtree_from_mut(name);
  return true;
}

/* ts_parser__advance: one token further, or as far as this version comes. */
static void advance_version(TSParser *self, StackVersion version) {
  Stack *stack = self->stack;
  Step s = {.state = ts_stack_state(stack, version)};
  uint32_t position = ts_stack_position(stack, version).bytes;
  Subtree last_external = ts_stack_last_external_token(stack, version);
  s.lookahead = ts_parser__get_cached_token(self, s.state, position,
                                            last_external, &s.entry);
  bool needs_lex = !s.lookahead.ptr;
  for (;;) {
    if (needs_lex) lex(self, version, position, last_external, &s);
    needs_lex = false;
    if (act(self, version, &s)) return;
    if (s.reduced != STACK_VERSION_NONE) {
      ts_stack_renumber_version(stack, s.reduced, version);
      s.state = ts_stack_state(stack, version);
      if (!s.lookahead.ptr) needs_lex = true;
      else look_up(self, &s, ts_subtree_leaf_symbol(s.lookahead));
      continue;
    }
    if (s.did_reduce) { /* and was merged into another version */
      if (s.lookahead.ptr)
        ts_subtree_release(&self->tree_pool, s.lookahead);
      ts_stack_halt(stack, version);
      return;
    }
    if (keyword_as_name(self, &s)) continue;
    if (ts_parser__breakdown_top_of_stack(self, version)) {
      s.state = ts_stack_state(stack, version);
      ts_subtree_release(&self->tree_pool, s.lookahead);
      needs_lex = true;
      continue;
    }
    ts_stack_pause(stack, version, s.lookahead);
    return;
  }
}

/* Every version in turn, until it is behind all that went before; returns how
 * many there were. */
static uint32_t advance_all(TSParser *self, uint32_t *last) {
  StackVersion version = 0;
  for (; version < ts_stack_version_count(self->stack); version++)
    while (ts_stack_is_active(self->stack, version)) {
      advance_version(self, version);
      uint32_t position = ts_stack_position(self->stack, version).bytes;
      if (position > *last || (version > 0 && position == *last)) {
        *last = position;
        break;
      }
    }
  return version;
}

Subtree runtime_parse(TSParser *self, const char *text, uint32_t length) {
  TSStringInput string = {text, length};
  self->lexer.data.advance = advance_char;
  self->lexer.data.mark_end = mark_end;
  ts_lexer_set_input(&self->lexer, (TSInput){&string, ts_string_input_read,
                                             TSInputEncodingUTF8, NULL});
  array_clear(&self->included_range_differences);
  self->end_clock = clock_null();
  ts_parser__external_scanner_create(self);
  reusable_node_clear(&self->reusable_node);
  uint32_t last = 0;
  for (uint32_t versions = 1; versions != 0;) {
    versions = advance_all(self, &last);
    if (is_straight(self)) continue; /* there is nothing to condense */
    unsigned cost = ts_parser__condense_stack(self);
    if (self->finished_tree.ptr &&
        ts_subtree_error_cost(self->finished_tree) < cost)
      break;
  }
  return self->finished_tree;
}
