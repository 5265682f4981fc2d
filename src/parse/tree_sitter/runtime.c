/* runtime.c - tree-sitter's library, and its parse loop for a text that is
 * parsed once.
 *
 * Problem: tree-sitter's loop can go on from an old tree, be interrupted, and
 * follow several readings of the text at once.  Nearly always there is one
 * reading of a text that has no errors: straight.h is the loop for that.
 *
 * What is here is the library's loop again, with its own functions, for all that
 * is not straight: more than one action, more than one version of the stack, paths
 * that join, errors, the end.  Both take the same decisions in the same order, so
 * that the tree is the library's, but for how hidden repetitions nest: they are
 * not balanced, since the tree is read once and thrown away.
 *
 * The library is one unit of all its files, as its own lib.c has it, so that what
 * is static in them can be reached from here.
 */
#include <tree_sitter/../../src/lib.c>

#include "parse/tree_sitter/fast_lexer.h"
#include "parse/tree_sitter/runtime.h"
#include "parse/tree_sitter/straight.h"

/* ---- the library's loop --------------------------------------------------- */

static void advance_char(TSLexer *lexer, bool skip) {
  if (!fast_lexer_step((Lexer *)lexer, skip)) ts_lexer__advance(lexer, skip);
}

static void mark_end(TSLexer *lexer) { fast_lexer_mark_end((Lexer *)lexer); }

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
  s->lookahead = ts_parser__lex(self, version, s->state);
  if (s->lookahead.ptr) {
    ts_parser__set_cached_token(self, position, last_external, s->lookahead);
    look_up(self, s, ts_subtree_symbol(s->lookahead));
  } else { /* the end of an extra that is no token */
    look_up(self, s, ts_builtin_sym_end);
  }
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
      ts_parser__shift(self, version,
                       action.shift.extra ? s->state : action.shift.state,
                       s->lookahead, action.shift.extra);
      return true;
    case TSParseActionTypeReduce: {
      s->did_reduce = true;
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

/* ts_parser__advance: one token further, or as far as this version comes.
 * `lookahead`: the token, if it has been read already. */
static void advance_version(TSParser *self, StackVersion version,
                            Subtree lookahead) {
  Stack *stack = self->stack;
  Step s = {.state = ts_stack_state(stack, version), .lookahead = lookahead};
  uint32_t position = ts_stack_position(stack, version).bytes;
  Subtree last_external = ts_stack_last_external_token(stack, version);
  if (lookahead.ptr) look_up(self, &s, ts_subtree_symbol(lookahead));
  else
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
      if (s.lookahead.ptr) ts_subtree_release(&self->tree_pool, s.lookahead);
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
 * many there were.  `lookahead`: the first one's token, if it has been read. */
static uint32_t advance_all(TSParser *self, Subtree lookahead, uint32_t *last) {
  StackVersion version = 0;
  for (; version < ts_stack_version_count(self->stack); version++)
    while (ts_stack_is_active(self->stack, version)) {
      advance_version(self, version, lookahead);
      lookahead = NULL_SUBTREE;
      uint32_t position = ts_stack_position(self->stack, version).bytes;
      if (position > *last || (version > 0 && position == *last)) {
        *last = position;
        break;
      }
    }
  return version;
}

/* Goes as far as it can without the library's stack; returns the token that it
 * stopped at, if that has been read. */
static Subtree go_straight(Straight *s, uint32_t *last) {
  TSParser *self = s->parser;
  if (!straight_enter(s)) return NULL_SUBTREE;
  TSStateId read_in = straight_run(s);
  straight_leave(s);
  uint32_t position = ts_stack_position(self->stack, 0).bytes;
  if (position > *last) *last = position;
  if (read_in == 0) return NULL_SUBTREE;
  Subtree token = ts_parser__lex(self, 0, read_in);
  ts_parser__set_cached_token(
      self, position, ts_stack_last_external_token(self->stack, 0), token);
  return token;
}

static bool found_errors(const TSParser *self) {
  const Stack *stack = self->stack;
  for (uint32_t i = 0; i < stack->heads.size; i++) {
    const StackNode *node = stack->heads.contents[i].node;
    if (node->error_cost > 0 || node->state == ERROR_STATE) return true;
  }
  return self->finished_tree.ptr &&
         ts_subtree_error_cost(self->finished_tree) > 0;
}

/* With s: as quick as can be, and no tree for a text with errors. */
static Subtree parse(TSParser *self, Straight *s) {
  uint32_t last = 0;
  for (uint32_t versions = 1; versions != 0;) {
    Subtree lookahead = s ? go_straight(s, &last) : NULL_SUBTREE;
    versions = advance_all(self, lookahead, &last);
    if (is_straight(self)) continue; /* there is nothing to condense */
    unsigned cost = ts_parser__condense_stack(self);
    if (s && found_errors(self)) return NULL_SUBTREE;
    if (self->finished_tree.ptr &&
        ts_subtree_error_cost(self->finished_tree) < cost)
      break;
  }
  return self->finished_tree;
}

static void start(TSParser *self, TSStringInput *text) {
  self->lexer.data.advance = advance_char;
  self->lexer.data.mark_end = mark_end;
  ts_lexer_set_input(&self->lexer, (TSInput){text, ts_string_input_read,
                                             TSInputEncodingUTF8, NULL});
  array_clear(&self->included_range_differences);
  self->end_clock = clock_null();
  ts_parser__external_scanner_create(self);
  reusable_node_clear(&self->reusable_node);
}

Subtree runtime_parse(TSParser *self, const char *text, uint32_t length) {
  TSStringInput string = {text, length};
  start(self, &string);
  return parse(self, NULL);
}

Subtree runtime_parse_sound(TSParser *self, const QuickTables *tables,
                            const char *text, uint32_t length) {
  TSStringInput string = {text, length};
  if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
    return NULL_SUBTREE; /* the lexer skips that mark */
  start(self, &string);
  Straight s = {
      .lexer = {.tables = tables, .parser = self, .text = text, length},
      .parser = self};
  return parse(self, &s);
}
