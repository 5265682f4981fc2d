/* typevar.h - type variables: declaration, scope, bounds.
 *
 * Layer: infer.  Threads: one worker.
 */
#ifndef INFER_TYPEVAR_H
#define INFER_TYPEVAR_H

#include "infer/annot.h"

/* The value of a PEP 695 type parameter: KNOWN_VALUE_TYPE_VAR. */
TypeId type_param_value(InferWorker *worker, ModuleState *module, DefId def);
/* The type parameters of a list of TypeParam nodes, as a LIST of TYPE_VARs
 * bound by `owner` (FunctionDef, ClassDef or TypeAlias). */
TypeId typevar_params(InferWorker *worker, ModuleState *module, NodeId owner,
                      uint32_t list);
/* The value of `T = TypeVar("T")` and its kin at definition def. */
TypeId typevar_call_value(ModuleState *module, DefId def, NameId name,
                          TypeVarKind kind);

/* A legacy variable bound to the innermost scope around ctx that mentions it;
 * itself when there is none. Typing spec, "Scoping rules for type variables". */
TypeId typevar_bind(Ctx *ctx, TypeId var);
/* A legacy variable that is bound by a def, class or `type` statement which has
 * type parameters of the new kind. */
bool typevar_is_mixed(const Ctx *ctx, TypeId var);
/* The same variable in the scope of `node` of `module`. */
TypeId typevar_in_scope(TypeId var, const ModuleState *module, NodeId node,
                        NameId name);
/* Self of a class, bound by a method (or the class itself when method is 0). */
TypeId typevar_self(InferWorker *worker, ModuleState *module, ClassId class_id,
                    NodeId method);
/* What an unannotated receiver is as an element of a list, set or dict: its
 * class, unless the method's annotations speak of Self. */
TypeId typevar_self_widened(Ctx *ctx, TypeId t);
/* Self where ctx stands; null outside of classes. */
TypeId typevar_self_here(Ctx *ctx);

/* Whether ctx stands inside the def or class that binds the variable, so that a
 * value may have its type; the same for all variables in a type. */
bool typevar_is_visible(const Ctx *ctx, TypeId var);
bool typevar_all_visible(const Ctx *ctx, TypeId t);

/* What a type is outside of the functions in which it was found, for scope
 * `scope` of the module: their variables are Unknown there. Self stays. */
TypeId typevar_erase_inner(InferWorker *worker, ModuleState *module,
                           ScopeId scope, TypeId t);

/* Appends the type variables in `t` that `keep` wants, each once, in order of
 * appearance (parameters before the return type). */
typedef bool (*TypeVarFilter)(TypeId var, const void *arg);
void typevar_collect(Arena *arena, TypeId t, TypeVarFilter keep,
                     const void *arg, TypeVec *out);
/* Filters: legacy variables that no scope binds; those bound by the scope
 * (ModuleState *, NodeId) of a TypeVarScope. */
typedef struct {
  ModuleId module;
  NodeId node;
} TypeVarScope;
bool typevar_is_free(TypeId var, const void *unused);
bool typevar_is_of(TypeId var, const void *scope);

/* The type variables that an expression mentions, in order, without
 * evaluating more than its names: appends them bound to `owner`, each once. */
void typevar_mentions(Ctx *ctx, NodeId node, NodeId owner, NameId owner_name,
                      TypeVec *out);
/* Whether the annotations in [begin, end) hold this name. */
bool typevar_named_in(const Ast *ast, NodeId begin, NodeId end, NameId name);

/* Free variables replaced by their defaults or Unknown. */
TypeId typevar_erase_free(World *world, TypeId t);
/* What stands for a parameter without an argument and default. */
TypeId typevar_unknown(TypeId var);

/* World.type_var_bounds, World.type_var_variance. */
TypeVarBounds type_var_bounds(World *world, TypeId var);
Variance type_var_variance(World *world, TypeId var);
/* The legacy variable asks for inference (infer_variance=True), or is a PEP
 * 695 one. */
bool typevar_infers_variance(InferWorker *worker, TypeId var);

#endif
