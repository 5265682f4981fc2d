/* alias.h - type aliases.
 *
 * Layer: infer.  Threads: one worker.
 */
#ifndef INFER_ALIAS_H
#define INFER_ALIAS_H

#include "infer/annot.h"

/* The value of a `type X = ...` statement: KNOWN_VALUE_TYPE_ALIAS. */
TypeId alias_statement_value(Ctx *ctx, DefId def);
/* The value of `X: TypeAlias = ...`; null when the statement is none. */
TypeId alias_explicit_value(Ctx *ctx, DefId def);
/* The value of X = TypeAliasType("X", ...). */
TypeId alias_call_value(ModuleState *module, DefId def, NameId name);
/* LIST of an alias's type parameters. */
TypeId alias_type_params(InferWorker *worker, ModuleState *module, DefId def);
/* World.alias_value: expanded once, arguments put in; never a TYPE_ALIAS. */
TypeId alias_value(World *world, TypeId alias);
/* World.new_type_base. */
TypeId new_type_base(World *world, TypeId new_type);
/* The alias is defined by itself alone. */
bool alias_is_cyclic(InferWorker *worker, ModuleState *module, DefId def);
/* A lazy reference to the implicit or explicit alias that `name` means when the
 * reference at `position` stands inside it or before it; else null. */
TypeId alias_forward_reference(Ctx *ctx, NameId name, NodeId position);

#endif
