/* func.h - functions: flags, signatures, decorators.
 *
 * Layer: infer.  Threads: one worker.  More in infer_int.h.
 */
#ifndef INFER_FUNC_H
#define INFER_FUNC_H

#include "infer/annot.h"

enum { /* func_flags: facts that decorators and names give */
  FUNC_STATIC = 1,        /* @staticmethod, __new__ */
  FUNC_CLASS = 2,         /* @classmethod, __init_subclass__, __class_getitem__ */
  FUNC_ABSTRACT = 4,
  FUNC_OVERLOAD = 8,
  FUNC_FINAL = 16,
  FUNC_OVERRIDE = 32,
  FUNC_PROPERTY = 64,     /* @property and its kin, and their accessors */
  FUNC_DEPRECATED = 128,
  FUNC_NO_TYPE_CHECK = 256,
  FUNC_TRANSFORM = 512,   /* @dataclass_transform */
  FUNC_DECORATED = 1024,  /* some other decorator */
  FUNC_TYPE_CHECK_ONLY = 2048,
  FUNC_NEW = 4096         /* __new__: static, but takes the class */
};
/* Flags of a def statement.  descriptor.c binds a def by FUNC_STATIC and
 * FUNC_CLASS whatever func_value gave (a FUNCTION, or what a decorator made). */
uint32_t func_flags(InferWorker *worker, ModuleState *module, DefId def);

/* What a def's body does, by its text. */
typedef enum {
  BODY_CODE,
  BODY_DOCSTRING,      /* strings alone */
  BODY_PASS,           /* and pass */
  BODY_ELLIPSIS,       /* `...` among them: written elsewhere, or by others */
  BODY_NOT_IMPLEMENTED /* raises NotImplementedError */
} BodyKind;
BodyKind func_body_kind(const Ast *ast, NodeId function);

/* What one decorator is. */
typedef enum {
  DECORATOR_OTHER,
  DECORATOR_STATIC,
  DECORATOR_CLASS,
  DECORATOR_PROPERTY,
  DECORATOR_ABSTRACT_PROPERTY,
  DECORATOR_ABSTRACT_CLASS,
  DECORATOR_ABSTRACT_STATIC,
  DECORATOR_ABSTRACT,
  DECORATOR_OVERLOAD,
  DECORATOR_FINAL,
  DECORATOR_OVERRIDE,
  DECORATOR_NO_TYPE_CHECK,
  DECORATOR_TYPE_CHECK_ONLY,
  DECORATOR_DEPRECATED,
  DECORATOR_TRANSFORM,
  DECORATOR_DATACLASS,
  DECORATOR_RUNTIME_CHECKABLE,
  DECORATOR_TOTAL_ORDERING,
  DECORATOR_DISJOINT_BASE,
  DECORATOR_SETTER,
  DECORATOR_GETTER,
  DECORATOR_DELETER,
  DECORATOR_KEEP /* known to leave what it decorates as it is */
} DecoratorKind;
/* Evaluates a decorator's expression (of a Call: what is called) in ctx and
 * says which it is; *value gets its type. */
DecoratorKind decorator_kind(Ctx *ctx, NodeId decorator, TypeId *value);
/* Which it is by its value alone (no .setter and the like). */
DecoratorKind decorator_of_value(const Infer *infer, TypeId value);
/* `value` as the decorator leaves it. */
TypeId decorator_apply(Ctx *ctx, TypeId value, NodeId decorator);

/* What the name of a class statement stands for, given the class: the object that a
 * decorator says it makes of it. */
TypeId decorator_class_value(Ctx *ctx, DefId def, TypeId value);

/* Evaluates a def's decorators in a reporting context, and calls them. */
void decorator_check(Ctx *ctx, DefId def);
/* Calls the decorators of a class statement, which were evaluated before. */
void decorator_check_class(Ctx *ctx, ClassId id, NodeList list);

/* The context in which a def's header is evaluated: the scope in which it
 * stands, or that of its type parameters; binder = the def. */
Ctx func_header_ctx(InferWorker *worker, ModuleState *module, DefId def);
/* The type of a literal (a default value); null when only evaluation tells. */
TypeId func_literal(const ModuleState *module, NodeId node);
/* Type of a parameter without annotation: Self, type[Self], or Unknown joined
 * with the default's type. */
TypeId func_unannotated_param(InferWorker *worker, ModuleState *module,
                              DefId param);
/* LIST of the type variables that the annotations of a def mention and it
 * binds; by names alone, no annotation is evaluated. */
TypeId func_type_params(InferWorker *worker, ModuleState *module, DefId def);
/* The class in whose body a def stands directly, or 0. */
ClassId func_class(InferWorker *worker, ModuleState *module, DefId def);
/* Whether an overload of the set that holds at `def` stands under a condition
 * that cannot be decided: it is left out, but in stubs. */
bool func_overload_is_open(InferWorker *worker, ModuleState *module,
                           DefId overload, DefId def);
/* Effective overloads of a def: CALLABLE or OVERLOADED, without mapping. */
TypeId func_overloads(InferWorker *worker, ModuleState *module, DefId def);
/* `__new__` as an attribute: called with the class as an argument, which decides
 * what Self is. */
TypeId func_explicit_new(World *world, TypeId function);
/* A CALLABLE whose **kwargs: Unpack[TD] is replaced by TD's items as keyword
 * parameters; others as they are. */
TypeId func_expand_kwargs(World *world, TypeId callable);
/* The definition that a FunctionDef or ClassDef node makes; 0 for none. */
DefId func_def_of_node(const ModuleState *module, NodeId node);
/* The same for the scope of a function or class. */
DefId func_def_of_scope(const ModuleState *module, ScopeId scope);

#endif
