/* class.h - classes: identity, header, flags.
 *
 * Layer: infer.  Threads: one worker.  More in infer_int.h.
 */
#ifndef INFER_CLASS_H
#define INFER_CLASS_H

#include "infer/annot.h"

enum { /* beyond World's CLASS_ flags */
  /* The class, or a base of it, is decorated with @dataclass_transform. */
  CLASS_TRANSFORM = 1 << 20,
  CLASS_DEPRECATED = 1 << 21,
  CLASS_TOTAL_ORDERING = 1 << 22 /* @functools.total_ordering */
};

/* What a class statement binds: CLASS. */
TypeId class_value_of_def(InferWorker *worker, ModuleState *module, DefId def);
/* __slots__ of its own that give it an instance layout (class_layout.c). */
bool class_has_slots(InferWorker *worker, ClassId id);
/* Adds the names that the class's own __slots__ lists; false when it has none,
 * or may have others. */
typedef VEC(NameId) NameVec;
bool class_slots(InferWorker *worker, ClassId id, NameVec *out);
bool class_names_slot(InferWorker *worker, ClassId id, NameId name);
/* The class whose body the scope is; 0 when it is no class scope. */
ClassId class_of_scope(InferWorker *worker, ModuleState *module,
                       ScopeId scope);
/* The nearest class around a scope, functions between them or not; 0: none. */
bool class_has_protocol_base(World *world, ClassId id);
ClassId class_around(InferWorker *worker, ModuleState *module, ScopeId scope);
ModuleState *class_module(InferWorker *worker, ClassId id);
/* The AstClass of a class statement; NULL for a class made by a call. */
const AstClass *class_ast(InferWorker *worker, ClassId id);
/* The context in which a class header is evaluated; binder = the class. */
Ctx class_header_ctx(InferWorker *worker, ClassId id);
/* The value of a keyword of the class header, or 0. */
NodeId class_keyword(InferWorker *worker, ClassId id, const char *name);
/* True when `id` is `base` or derives from it, by bases alone (no MRO). */
bool class_derives(InferWorker *worker, ClassId id, ClassId base);
/* The variance that the members of a class give a parameter, whatever is
 * declared. */
Variance class_inferred_variance(InferWorker *worker, ClassId id, TypeId var);
/* Names of abstract methods without an implementation, as a LIST of string
 * literals. */
TypeId class_abstract_members(InferWorker *worker, ClassId id);
/* Reports what is wrong with a class statement. */
void class_check(Ctx *ctx, DefId def);

#endif
