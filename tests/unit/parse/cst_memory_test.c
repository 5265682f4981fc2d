/* The allocator of one parse, by tree-sitter's own handles; the grammar with
 * a row for each state against the generated one. */
#include "unit/parse/parse_test.h"

#include "parse/cst_memory.h"
#include "parse/language.h"
#include "parse/tree_sitter/library.h"

const TSLanguage *tree_sitter_python(void);

static void test_rows(void **state) {
  (void)state;
  const TSLanguage *lists = tree_sitter_python();
  const TSLanguage *rows = language_python()->ts;
  assert_true(lists->large_state_count < lists->state_count);
  uint32_t filled = 0;
  for (uint32_t s = 0; s < lists->state_count; s++)
    for (uint32_t y = 0; y < lists->symbol_count; y++) {
      uint16_t value = ts_language_lookup(lists, (TSStateId)s, (TSSymbol)y);
      filled += value != 0;
      if (ts_language_lookup(rows, (TSStateId)s, (TSSymbol)y) != value)
        fail_msg("state %u, symbol %u", s, y);
    }
  assert_true(filled > 10000);
}

enum { BLOCKS = 64 };

/* Blocks of many sizes, each full of its own byte; some are given back, some
 * made larger; none may overlap. */
static void churn(void) {
  unsigned char *blocks[BLOCKS] = {0};
  size_t sizes[BLOCKS] = {0};
  uint64_t random = 1;
  for (int step = 0; step < 20000; step++) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    uint32_t i = (uint32_t)(random >> 33) % BLOCKS;
    size_t size = (size_t)1 << (random >> 40) % 16;
    size -= (random >> 50) % size;
    for (size_t j = 0; j < sizes[i]; j++) assert_int_equal(blocks[i][j], i + 1);
    if ((random >> 20) % 3 == 0) {
      ts_free(blocks[i]);
      blocks[i] = NULL;
      sizes[i] = 0;
    } else if (!blocks[i] && (random >> 20) % 3 == 1) {
      blocks[i] = ts_calloc(size, 1);
      for (size_t j = 0; j < size; j++) assert_int_equal(blocks[i][j], 0);
      sizes[i] = size;
    } else {
      blocks[i] = ts_realloc(blocks[i], size);
      for (size_t j = 0; j < MIN(size, sizes[i]); j++)
        assert_int_equal(blocks[i][j], i + 1);
      sizes[i] = size;
    }
    assert_int_equal((uintptr_t)blocks[i] % 8, 0);
    if (blocks[i]) memset(blocks[i], (int)i + 1, sizes[i]);
  }
}

static void test_memory(void **state) {
  (void)state;
  CstMemory *memory = cst_memory_create();
  void *before = ts_malloc(100); /* from the heap */
  cst_memory_enter(memory);
  churn();
  cst_memory_leave(memory);
  cst_memory_enter(memory);
  churn();
  /* A fault: left without a word. */
  cst_memory_enter(memory);
  void *first = ts_malloc(24);
  ts_free(first);
  assert_ptr_equal(ts_malloc(20), first);
  ts_free(before); /* still the heap's */
  cst_memory_leave(memory);
  cst_memory_destroy(memory);
  void *heap = ts_realloc(ts_calloc(3, 5), 5000);
  memset(heap, 1, 5000);
  ts_free(heap);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows),
                                     cmocka_unit_test(test_memory)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
