/* ids.h - every handle of the program.
 *
 * Layer: core.  Memory: none.  Threads: plain values.
 *
 * A handle is a 32-bit number in a struct of its own type, so that the
 * compiler rejects a mix-up.  0 is "none" in every table.  Handles of the
 * shared tables (NameId, TypeId, ModuleId) are given out in schedule order:
 * nothing that a user sees may depend on their value.  Handles of a module's
 * own tables (NodeId, DefId, ...) are dense and in source order.
 */
#ifndef CORE_IDS_H
#define CORE_IDS_H

#include <stdbool.h>
#include <stdint.h>

#define ID_DEFINE(Name)                                                      \
  typedef struct {                                                           \
    uint32_t v;                                                              \
  } Name;

ID_DEFINE(NameId)   /* an interned identifier or string        (core/names)  */
ID_DEFINE(FileId)   /* a file of the run, in sorted path order (core/source) */
ID_DEFINE(ModuleId) /* a module: (root, dotted name)          (graph/modules)*/
ID_DEFINE(NodeId)   /* a node of one module's Ast, pre-order    (parse/ast)  */
ID_DEFINE(ScopeId)  /* a scope of one module                  (index/index)  */
ID_DEFINE(PlaceId)  /* a name or member chain in one module   (index/index)  */
ID_DEFINE(DefId)    /* a definition of one module             (index/index)  */
ID_DEFINE(FlowId)   /* an SSA value of a place in one module  (index/index)  */
ID_DEFINE(ReachId)  /* a reachability condition of one module (index/index)  */
ID_DEFINE(PredId)   /* a predicate (test) of one module       (index/index)  */
ID_DEFINE(TypeId)   /* a hash-consed type                     (types/type)   */
ID_DEFINE(ClassId)  /* a class of the run                (types/classinfo)   */

#undef ID_DEFINE

#define ID_NONE(Name) ((Name){0})

#endif
