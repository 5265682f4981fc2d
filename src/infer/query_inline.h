/* query_inline.h - the short way to an answer that is there.
 *
 * Layer: infer, the end of infer_int.h.  Memory: none.  Threads: the load of a
 * slot acquires what its answer's publisher released (publish.c).
 */
#ifndef INFER_QUERY_INLINE_H
#define INFER_QUERY_INLINE_H

#include "infer/infer_int.h"
#include "infer/publish.h"

/* Whether the query's table is CLASS; a constant where the kind is one. */
static inline bool query_is_of_class(QueryKind kind) {
  enum { IS_DEF, IS_FLOW, IS_PLACE, IS_PRED, IS_REACH, IS_RETURN,
         IS_CONTAINER, IS_CLASS };
  switch (kind) {
#define QUERY(NAME, table, function, result)                                 \
    case QUERY_##NAME: return IS_##table == IS_CLASS;
#include "infer/queries.def"
#undef QUERY
    default: return false;
  }
}
TypeId query_answer(InferWorker *worker, QueryKind kind, ModuleState *module,
                    uint32_t index);
/* Most questions have their answer. */
static inline TypeId query(InferWorker *worker, QueryKind kind,
                           ModuleState *module, uint32_t index) {
  AtomicU32 *slot =
      query_is_of_class(kind)
          ? &class_state(worker, (ClassId){index})->slots[kind]
          : &module->slots[kind][index];
  uint32_t word = atomic_u32_load_acquire(slot);
  if (UNLIKELY(word == 0 || publish_is_mark(word)))
    return query_answer(worker, kind, module, index);
  worker->stats.hits++;
  return (TypeId){word};
}

#endif
