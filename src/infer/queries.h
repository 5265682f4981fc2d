/* queries.h - the functions behind queries.def, which query.c calls.
 *
 * Layer: infer, inside.  Each is a pure function of the program: nobody but
 * query.c calls them.
 */
#ifndef INFER_QUERIES_H
#define INFER_QUERIES_H

#include "infer/infer_int.h"

#define QUERY(NAME, table, function, result)                                 \
  TypeId function(InferWorker *worker, ModuleState *module, uint32_t index);
#include "infer/queries.def"
#undef QUERY

#endif
