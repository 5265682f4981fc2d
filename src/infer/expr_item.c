/* expr_item.c - items of a dict that a display has made.
 *
 * `c = {"host": "x", "port": 1}` is a dict[str, str | int]; that c["port"] is an
 * int follows from the display as long as nothing else can have put something
 * there.  Asked where the name still has the value of the assignment, for an
 * item that the scope never stores; what counts against it here is a key that is
 * not written (`c[k] = v`, update()) anywhere in the scope, a declaration, and
 * `**` behind the key.
 *
 * An item that is None, or may be, is a place kept for something that comes
 * later, perhaps from elsewhere: it is looked up in the dict's type.
 */
#include "infer/expr_int.h"

enum { ITEM_STEPS = 64 }; /* narrowings between the assignment and the use */

/* The value that the display gives to the key; 0: it cannot be told. */
static NodeId display_value(const Ast *ast, NodeId display, NameId key) {
  NodeList items = ast_list(ast, ast_at(ast, display)->a);
  for (uint32_t i = items.n; i-- > 0;) {
    const AstNode *item = ast_at(ast, ast_item(items, i));
    if (item->kind != AST_DictItem || item->a == 0) break;
    const AstNode *k = ast_at(ast, (NodeId){item->a});
    if (k->kind == AST_Int) continue;
    if (k->kind != AST_Str) break;
    if (name_eq(name_intern(ast->values[k->a].text), key))
      return (NodeId){item->b};
  }
  return ID_NONE(NodeId);
}

/* Whether the scope stores the item. */
static bool is_stored(const Index *index, PlaceId holder, NameId key) {
  if (!(index->places[holder.v].flags & PLACE_ITEMS_STORED)) return false;
  for (uint32_t i = 1; i < index->place_count; i++) {
    const Place *p = &index->places[i];
    if (p->kind == PLACE_KEY && p->parent.v == holder.v &&
        name_eq(p->name, key))
      return p->first_def.v != 0;
  }
  return false;
}

static bool may_be_none(World *world, TypeId t) {
  t = alias_expand(world, t);
  TypeSpan members = union_members(world, &t);
  for (uint32_t i = 0; i < members.n; i++)
    if (type_eq(members.v[i], TYPE_KNOWN(NoneType))) return true;
  return false;
}

TypeId expr_display_item(Ctx *ctx, FlowId holder, NameId key) {
  const Index *index = ctx->module->index;
  const Flow *flow = &index->flows[holder.v];
  for (int i = 0; i < ITEM_STEPS && flow->kind == FLOW_NARROW; i++)
    flow = &index->flows[flow->a];
  if (flow->kind != FLOW_DEF) return TYPE_NULL;
  const Def *def = &index->defs[flow->a];
  const Place *place = &index->places[def->place.v];
  if (def->kind != DEF_ASSIGN || def->flags & DEF_IN_UNPACK ||
      place->kind != PLACE_SYMBOL ||
      place->flags & (PLACE_DECLARED | PLACE_ITEMS_CHANGE) ||
      is_stored(index, def->place, key))
    return TYPE_NULL;
  const Ast *ast = ctx->module->ast;
  NodeId display = {ast_at(ast, def->node)->b};
  if (ast_kind(ast, display) != AST_Dict) return TYPE_NULL;
  NodeId value = display_value(ast, display, key);
  if (value.v == 0) return TYPE_NULL;
  Ctx there = expr_quiet(ctx);
  there.ast = ast;
  there.index = index;
  there.scope = def->scope;
  there.in_string = false;
  TypeId t = promote_literals(ctx->world, expr_infer(&there, value, TYPE_NULL));
  return may_be_none(ctx->world, t) ? TYPE_NULL : t;
}
