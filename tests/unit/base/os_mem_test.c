#include "base/os_mem.h"
#include "unit/base/cmocka_all.h"

#include <pthread.h>
#include <string.h>
#include <sys/resource.h>

static void pages_are_zero_and_can_be_discarded(void **state) {
  size_t size = os_page_size() * 3 + 1;
  unsigned char *p = (unsigned char *)os_pages_must(size);
  assert_int_equal((uintptr_t)p % os_page_size(), 0);
  assert_int_equal(p[size - 1], 0);
  memset(p, 0xAA, size);
  os_huge_hint(p, size, true);
  os_huge_hint(p, size, false);
  os_discard(p, size);
  assert_int_equal(p[size - 1], 0);
  os_protect(p, size, true);
  assert_int_equal(p[0], 0);
  os_protect(p, size, false);
  p[0] = 1;
  os_pages_free(p, size);
  assert_null(os_pages(SIZE_MAX));
}

static int bound_node;
static void note_bind(void *p, size_t size, int node) { bound_node = node; }

static void bind_asks_the_hook(void **state) {
  os_bind(NULL, 4096, 3); /* no hook: nothing */
  os_bind_hook = note_bind;
  os_bind(NULL, 4096, 3);
  os_bind_hook = NULL;
  assert_int_equal(bound_node, 3);
}

static void region_claims(void **state) {
  VRegion r;
  assert_true(vregion_init(&r, "test", 1 << 20, 1 << 16));
  uint64_t a = vregion_claim(&r, 5, 1), b = vregion_claim(&r, 16, 8);
  assert_true(a >= 64 && a % 8 == 0);
  assert_true(b >= a + 8);
  uint64_t c = vregion_claim(&r, 100, 64);
  assert_int_equal(c % 64, 0);
  assert_true(c >= b + 16);
  char *p = (char *)vregion_at(&r, (uint32_t)(c / 8));
  memset(p, 1, 100);
  assert_int_equal(vregion_handle(&r, p), c / 8);
  uint64_t big = vregion_claim(&r, (1 << 20) - 1000, 8);
  assert_true(big != 0);
  assert_int_equal(vregion_claim(&r, 1000, 8), 0);
  assert_int_equal(vregion_claim(&r, 1 << 30, 8), 0);
  assert_true(vregion_used(&r) <= 1 << 20);
  vregion_free(&r);
}

static void a_refusal_halves(void **state) {
  if (TAIPAN_ASAN || TAIPAN_TSAN) skip();
  struct rlimit old, tight;
  getrlimit(RLIMIT_AS, &old);
  tight = old;
  tight.rlim_cur = (rlim_t)1 << 30;
  setrlimit(RLIMIT_AS, &tight);
  VRegion r, none;
  bool ok = vregion_init(&r, "test", (uint64_t)32 << 30, 1 << 20);
  bool bad = vregion_init(&none, "test", (uint64_t)8 << 30, (uint64_t)4 << 30);
  setrlimit(RLIMIT_AS, &old);
  assert_true(ok);
  assert_true(r.size >= (uint64_t)128 << 20 && r.size < (uint64_t)1 << 30);
  assert_false(bad);
  vregion_free(&r);
}

static VRegion shared;
static void *claim_and_fill(void *arg) {
  for (int i = 0; i < 2000; i++) {
    uint64_t *p = (uint64_t *)(shared.base + vregion_claim(&shared, 24, 8));
    for (int k = 0; k < 3; k++) {
      if (p[k] != 0) return NULL;
      p[k] = (uint64_t)(uintptr_t)arg;
    }
  }
  return arg;
}

static void claims_are_disjoint(void **state) {
  assert_true(vregion_init(&shared, "test", 1 << 20, 1 << 20));
  pthread_t t[4];
  for (uintptr_t i = 0; i < 4; i++)
    pthread_create(&t[i], NULL, claim_and_fill, (void *)(i + 1));
  for (uintptr_t i = 0; i < 4; i++) {
    void *ok;
    pthread_join(t[i], &ok);
    assert_ptr_equal(ok, (void *)(i + 1));
  }
  assert_int_equal(vregion_used(&shared), 64 + 4 * 2000 * 24);
  vregion_free(&shared);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pages_are_zero_and_can_be_discarded),
      cmocka_unit_test(bind_asks_the_hook),
      cmocka_unit_test(region_claims),
      cmocka_unit_test(a_refusal_halves),
      cmocka_unit_test(claims_are_disjoint),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
