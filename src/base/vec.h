/* vec.h - growable arrays by macro.
 *
 * Layer: base.  Memory: an arena (an outgrown copy is abandoned, unless it
 * can grow in place) or the heap (hvec_*).  Threads: one owner.
 *
 *   VEC(uint32_t) ids = {0};          typedef VEC(Token) TokenVec;
 *   vec_push(&ids, scratch, 7);       hvec_push(&tokens, (Token){1, 2});
 *
 * A zeroed vector is empty.  Pointers into it die at the next push.  Use the
 * vec_ or the hvec_ functions on one vector, never both.
 */
#ifndef TAIPAN_BASE_VEC_H
#define TAIPAN_BASE_VEC_H

#include "base/arena.h"
#include "base/mem.h"

#define VEC(T) \
  struct {     \
    T *v;      \
    uint32_t n, cap; \
  }

/* Returns the array, grown so that `need` elements fit; *cap is updated. */
void *vec_grow(void *v, uint32_t n, uint32_t *cap, uint64_t need,
               size_t elem_size, size_t align, Arena *arena);
void *hvec_grow(void *v, uint32_t *cap, uint64_t need, size_t elem_size);

/* Room for `extra` more elements. */
#define vec_reserve(vec, arena, extra)                                     \
  __extension__({                                                          \
    __typeof__(vec) v_ = (vec);                                            \
    uint64_t need_ = (uint64_t)v_->n + (extra);                            \
    if (UNLIKELY(need_ > v_->cap))                                         \
      v_->v = (__typeof__(v_->v))vec_grow(v_->v, v_->n, &v_->cap, need_,   \
                                          sizeof(*v_->v),                  \
                                          __alignof__(*v_->v), (arena));   \
    (void)0;                                                               \
  })
#define hvec_reserve(vec, extra)                                           \
  __extension__({                                                          \
    __typeof__(vec) v_ = (vec);                                            \
    uint64_t need_ = (uint64_t)v_->n + (extra);                            \
    if (UNLIKELY(need_ > v_->cap))                                         \
      v_->v = (__typeof__(v_->v))hvec_grow(v_->v, &v_->cap, need_,         \
                                           sizeof(*v_->v));                \
    (void)0;                                                               \
  })

/* Appends; the item is evaluated before the vector grows, so it may read from
 * or push to the same vector. */
#define vec_push(vec, arena, ...)                                          \
  __extension__({                                                          \
    __typeof__(vec) vp_ = (vec);                                           \
    __typeof__(*vp_->v) item_ = __VA_ARGS__;                               \
    vec_reserve(vp_, (arena), 1u);                                         \
    vp_->v[vp_->n++] = item_;                                              \
    (void)0;                                                               \
  })
#define hvec_push(vec, ...)                                                \
  __extension__({                                                          \
    __typeof__(vec) vp_ = (vec);                                           \
    __typeof__(*vp_->v) item_ = __VA_ARGS__;                               \
    hvec_reserve(vp_, 1u);                                                 \
    vp_->v[vp_->n++] = item_;                                              \
    (void)0;                                                               \
  })

/* The last element, removed or not; the vector must not be empty. */
#define vec_pop(vec) ((vec)->v[--(vec)->n])
#define vec_last(vec) ((vec)->v[(vec)->n - 1])
#define hvec_pop(vec) vec_pop(vec)
/* Element i, checked in debug builds; an lvalue. */
#define vec_at(vec, i) \
  (*__extension__({ \
    __typeof__(vec) va_ = (vec); \
    uint32_t i_ = (i); \
    ASSERT(i_ < va_->n); \
    &va_->v[i_]; \
  }))
#define vec_clear(vec) ((void)((vec)->n = 0))
#define vec_bytes(vec) ((size_t)(vec)->n * sizeof(*(vec)->v))

/* Appends count elements from an array of the same type. */
#define vec_append(vec, arena, items, count)                               \
  __extension__({                                                          \
    __typeof__(vec) vp_ = (vec);                                           \
    uint32_t count_ = (count);                                             \
    vec_reserve(vp_, (arena), count_);                                     \
    if (count_)                                                            \
      memcpy(vp_->v + vp_->n, (items), count_ * sizeof(*vp_->v));          \
    vp_->n += count_;                                                      \
    (void)0;                                                               \
  })

/* A copy in `arena` that is exactly as long as it must be; NULL if empty. */
#define vec_dup(vec, arena)                                                \
  ((__typeof__((vec)->v))((vec)->n                                         \
       ? arena_memdup((arena), (vec)->v, vec_bytes(vec),                   \
                      __alignof__(*(vec)->v))                              \
       : NULL))

#define hvec_free(vec)             \
  __extension__({                  \
    __typeof__(vec) v_ = (vec);    \
    mem_free(v_->v);               \
    v_->v = NULL;                  \
    v_->n = v_->cap = 0;           \
    (void)0;                       \
  })

typedef VEC(uint32_t) U32Vec;

#endif
