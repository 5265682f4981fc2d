/* fuzz_mutate.h - what the fuzz targets share: a stack as large as a worker's,
 * and mutations that keep most of a Python text valid.
 *
 * Layer: tests.  Memory: the caller's buffer.  Threads: one.
 *
 * fuzz_mutate.c also defines libFuzzer's LLVMFuzzerCustomMutator and
 * LLVMFuzzerCustomCrossOver; the first byte of an input is the target's own.
 */
#ifndef TESTS_FUZZ_MUTATE_H
#define TESTS_FUZZ_MUTATE_H

#include <stddef.h>
#include <stdint.h>

/* Bounds this thread's stack at 64 MiB; a wild pointer goes to the sanitizer,
 * which prints the stack, instead of into fault_run. */
void fuzz_stack_init(void);

/* What libFuzzer defines and what it calls. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most,
                               unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size,
                                 const uint8_t *b, size_t b_size, uint8_t *out,
                                 size_t most, unsigned seed);
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
