/* class_names.h - which names a class itself may define, at a glance
 * (class_names.c).
 *
 * Layer: infer, inside.  Memory: the asking worker's, as long as it lives.
 * Threads: any; the first to ask publishes, all compute the same.
 */
#ifndef INFER_CLASS_NAMES_H
#define INFER_CLASS_NAMES_H

#include "infer/infer_int.h"

/* False: neither the body of the class (of a class statement) nor one of its
 * methods gives it that name. */
bool class_may_name(InferWorker *worker, ClassId id, NameId name);

#endif
