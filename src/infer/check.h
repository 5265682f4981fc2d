/* check.h - checks of whole statements: headers, overrides, overloads.
 *
 * Layer: infer.  Threads: one worker.  All report to ctx->diags and give nothing
 * back.
 */
#ifndef INFER_CHECK_H
#define INFER_CHECK_H

#include "infer/annot.h"
#include <stdarg.h>

/* Reports at the name of a def or class statement. */
void check_report_name(Ctx *ctx, Rule rule, NodeId node, const char *format,
                       ...) __attribute__((format(printf, 4, 5)));
/* Bounds, constraints and defaults of a PEP 695 list. */
void check_typevar_list(Ctx *ctx, uint32_t list);
/* The members of a class against those that they override (override.c). */
void check_overrides(Ctx *ctx, ClassId id);
/* A variable or property `def` of a class body against the base's member that it
 * hides (override_attribute.c); true when it was reported. */
bool check_attribute_override(Ctx *ctx, TypeId self, DefId def, NameId name,
                              const ClassMember *own, const ClassMember *base);
/* The same for two bases of a class that has none of its own. */
bool check_attributes_of_bases(Ctx *ctx, ClassId id, TypeId self, NameId name,
                               const ClassMember *own, const ClassMember *base);
/* Type variables of declared variance where methods use them (class_variance.c). */
void check_member_variance(Ctx *ctx, ClassId id);
/* Fields of dataclasses and named tuples (field_check.c). */
void check_fields(Ctx *ctx, ClassId id, NodeId node);
/* A set of overloads, when `def` is its last def (overload_check.c). */
void check_overload_set(Ctx *ctx, DefId def);
/* `object.name: T = value` (value null: without one) where no class has it for a
 * declaration (access_check.c). */
void check_annotated_target(Ctx *ctx, NodeId target, NodeId annotation,
                            TypeId value);
/* The keywords of a class statement; `node`: its first base. The value of its
 * `metaclass`. What else fails when the class is made (class_keywords.c). */
void check_class_keywords(Ctx *ctx, ClassId id, NodeId node);
void check_metaclass_value(Ctx *ctx, NodeId node, TypeId value);
void check_class_creation(Ctx *ctx, ClassId id);
/* A final class with abstract members (abstract.c). */
void check_final_class(Ctx *ctx, ClassId id);
/* A `global` statement (global_check.c). */
void check_global(Ctx *ctx, NodeId node);
/* Making an instance of an abstract or protocol class (abstract.c). */
void check_instantiation(Ctx *ctx, ClassId id, NodeId node);
/* Calls that declare type variables and aliases (typevar_check.c). `name`: the text
 * of the first argument. */
void check_assigned_name(Ctx *ctx, NodeId call, DefId def, NameId name);
void check_type_var_call(Ctx *ctx, NodeId call);
void check_param_spec_call(Ctx *ctx, NodeId call);
void check_type_var_tuple_call(Ctx *ctx, NodeId call);
/* TypeAliasType(name, ...), where name is no literal. */
void check_alias_name(Ctx *ctx, NodeId call);
void check_alias_call(Ctx *ctx, NodeId call, DefId def, NameId name);
/* `X: TypeAlias = ...`: circles. */
void check_explicit_alias(Ctx *ctx, NodeId node);
/* Names of `__all__` that the module lacks (exports_check.c). */
void check_exports(Ctx *ctx);
/* Names that are declared Final and bound again (final_check.c). */
void check_final_names(Ctx *ctx, ScopeId scope);
/* An annotated assignment with that QUALIFIED type: Final without a value. */
void check_final_declaration(Ctx *ctx, NodeId node, uint32_t qualifiers);
/* A store to object.name that qualifiers or a frozen dataclass forbid; true when
 * it was reported. */
bool check_attribute_write(Ctx *ctx, TypeId object, NameId name, NodeId target);
/* The parameters of a def: ParamSpec parts, positional-only names, guards. */
void check_parameters(Ctx *ctx, DefId def);
/* super().m(), or C.m() of a class or static method, where m is abstract and has
 * no body. */
void check_abstract_call(Ctx *ctx, NodeId call, TypeId callee);
/* Constructors and the like that leave out their base's (super_check.c). */
void check_super_calls(Ctx *ctx, ClassId id);
/* isinstance and issubclass against protocols and TypedDicts
 * (isinstance_check.c). */
void check_class_test(Ctx *ctx, NodeId call, TypeId callee);
/* The same of the class that a class pattern at `node` tests against. */
void check_class_pattern(Ctx *ctx, NodeId node, TypeId target);
/* A def or class statement that takes the place of one that nothing used
 * (redefinition_check.c). */
void check_redefinition(Ctx *ctx, DefId later);
/* A class or alias at `node`, in a type expression or as a base, whose type
 * arguments are left out (type_argument_check.c). */
void check_type_arguments(Ctx *ctx, TypeId value, NodeId node);
/* Protocol classes: their own attributes, declared variance (protocol_check.c). */
void check_protocol(Ctx *ctx, ClassId id, NodeId node);
/* object.name where object is a class and name a variable whose type is a
 * parameter of it; true when it was reported (generic_check.c). */
bool check_generic_attribute(Ctx *ctx, TypeId object, NameId name,
                             NodeId node);
/* object.name where that calls a property (access_check.c). */
void check_property_read(Ctx *ctx, TypeId object, NameId name, NodeId node);
/* C[T]() where nothing binds T. */
void check_generic_call(Ctx *ctx, NodeId callee, TypeId object);
/* An attribute that a class body may not have bound (missing_check.c). */
void check_possibly_missing(Ctx *ctx, TypeId object, NameId name, NodeId node);
/* Uses of what is deprecated (deprecated_check.c): a name, attribute or import
 * with that value, */
void check_deprecated_use(Ctx *ctx, NodeId node, TypeId value);
/* a property's getter that is called, its setter, */
void check_deprecated_getter(Ctx *ctx, TypeId getter, NodeId node);
void check_deprecated_setter(Ctx *ctx, TypeId property, NodeId node);
/* a dunder method that is called without being named, */
void check_deprecated_method(Ctx *ctx, TypeId object, NameId name,
                             NodeId node);
/* a call of `callee`, shown as `name`, that means the overload `chosen`. */
void check_deprecated_overload(Ctx *ctx, TypeId callee, Str name,
                               TypeId chosen, NodeId node);
/* Bases that no instance can have together (class_layout.c). */
void check_layout(Ctx *ctx, ClassId id, NodeId node);
/* @disjoint_base on `what`, which can have none. */
void check_disjoint_decorator(Ctx *ctx, NodeId decorator, const char *what);
/* A `type` statement's value. */
void check_type_alias(Ctx *ctx, NodeId node);

/* A value whose truth is asked for at `node` (condition_check.c). */
void check_truth(Ctx *ctx, TypeId t, NodeId node);
/* The same of the condition of a statement, a comprehension or a conditional
 * expression, of type `t`; also that it is none which is always true. */
void check_test(Ctx *ctx, TypeId t, NodeId node);
void check_assert(Ctx *ctx, TypeId t, NodeId node);
/* One operator of the comparison at `node`, and its operands. */
void check_comparison(Ctx *ctx, CompareOperator op, TypeId left_type,
                      TypeId right_type, NodeId left_node, NodeId right_node,
                      NodeId node);
/* What is not known (unknown_check.c): the parameter of a def, unless it is the
 * receiver; the variables of a scope; an attribute that is read. */
void check_unknown_parameter(Ctx *ctx, NodeId node, const Param *param);
void check_unknown_variables(Ctx *ctx, ScopeId scope);
void check_unknown_member(Ctx *ctx, NodeId node, TypeId t);
/* Whether a method that the interpreter calls on the object may not be there; false where the
 * rule is off.  The first asks whether any may: not of a class in a stub, where no condition
 * is of the program. */
bool may_lack_dunders(Ctx *ctx, Rule rule, TypeId object);
bool check_dunder_missing(Ctx *ctx, Rule rule, TypeId object, NameId name);
/* left % right, at `node` (format_check.c). */
void check_format(Ctx *ctx, TypeId left, TypeId right, NodeId node);
/* text.format(...) (format_fields.c). */
void check_format_call(Ctx *ctx, NodeId call);
/* The first statement of a body that cannot be reached. */
void check_unreachable(Ctx *ctx, NodeId node, ReachId reach);

#endif
