/* param_kind.h - the kinds of parameters, shared by syntax and signatures.
 *
 * Layer: core.  Python reference, "Function definitions".
 */
#ifndef CORE_PARAM_KIND_H
#define CORE_PARAM_KIND_H

typedef enum { /* in the order in which they stand in a signature */
  PARAM_POSITIONAL_ONLY,
  PARAM_POSITIONAL_OR_KEYWORD,
  PARAM_VARIADIC,       /* *args */
  PARAM_KEYWORD_ONLY,
  PARAM_KEYWORD_VARIADIC /* **kwargs */
} ParamKind;

#endif
