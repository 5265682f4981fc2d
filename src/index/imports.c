/* imports.c - import requests, in source order, with what is known of when
 * they run: under TYPE_CHECKING, inside a function, inside a try that catches
 * ImportError.
 */
#include "index/index_int.h"

/* The walk has come to an import. */
void imports_request(Builder *b, uint32_t node, NameId module, uint32_t level,
                     uint32_t flags) {
  vec_push(&b->imports, b->scratch,
           (ImportRequest){
               .node = {node},
               .module = module,
               .level = (uint16_t)MIN(level, (uint32_t)UINT16_MAX),
               .flags = (uint16_t)(flags | b->frame->import_flags)});
}
