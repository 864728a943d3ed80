// Loops at the machine's limits. Those that multiply are assembly: compilers drop or rearrange what nobody needs. What
// the registers hold does not matter to integers.
#include <string.h>
#include <sys/mman.h>

#include "MachineLimits.h"

enum {
  /// Words read before the loop turns: enough streams of loads for two a cycle.
  READ_WORDS = 32,
};

void *octavo_limits_allocate(size_t bytes) {
  void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return NULL;
  // Refused where the kernel has none: then small pages are the machine's limit.
  madvise(memory, bytes, MADV_HUGEPAGE);
  memset(memory, 7, bytes);
  return memory;
}

void octavo_limits_release(void *memory, size_t bytes) { munmap(memory, bytes); }

uint64_t octavo_limits_read(const void *memory, size_t bytes) {
  const uint64_t *words = memory;
  uint64_t lanes[READ_WORDS] = {0};
  for (size_t i = 0; i < bytes / sizeof *words; i += READ_WORDS) {
    for (size_t lane = 0; lane < READ_WORDS; lane++) lanes[lane] ^= words[i + lane];
  }
  uint64_t all = 0;
  for (size_t lane = 0; lane < READ_WORDS; lane++) all ^= lanes[lane];
  return all;
}

#if defined(__x86_64__)

#define TWELVE(step)                                                                                             \
  step("0") step("1") step("2") step("3") step("4") step("5") step("6") step("7") step("8") step("9") step("10") \
      step("11")

/// Code for narrower registers is slow on some processors while the upper halves of wide ones are in use.
static void leave_wide_registers(void) { __asm__ volatile("vzeroupper"); }

/// One vpdpbusd multiplies and adds 64 pairs; twelve sums are in flight, more than its latency.
static uint64_t multiply_add_avx512vnni(uint64_t rounds) {
#define STEP(sum) "vpdpbusd %%zmm30, %%zmm31, %%zmm" sum "\n\t"
  for (uint64_t round = 0; round < rounds; round++) {
    __asm__ volatile(TWELVE(STEP)
                     :
                     :
                     : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",
                       "xmm11");
  }
#undef STEP
  leave_wide_registers();
  return rounds * 12 * 64 * 2;
}

/// vpmaddubsw, vpmaddwd and vpaddd multiply and add 32 pairs.
static uint64_t multiply_add_avx2(uint64_t rounds) {
#define STEP(sum)                            \
  "vpmaddubsw %%ymm12, %%ymm13, %%ymm15\n\t" \
  "vpmaddwd %%ymm14, %%ymm15, %%ymm15\n\t"   \
  "vpaddd %%ymm15, %%ymm" sum ", %%ymm" sum "\n\t"
  for (uint64_t round = 0; round < rounds; round++) {
    __asm__ volatile(TWELVE(STEP)
                     :
                     :
                     : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",
                       "xmm15");
  }
#undef STEP
  leave_wide_registers();
  return rounds * 12 * 32 * 2;
}

OctavoMultiplyAddLoop octavo_limits_multiply_add(const char *kernels_name) {
  if (strcmp(kernels_name, "avx512vnni") == 0) return multiply_add_avx512vnni;
  if (strcmp(kernels_name, "avx2") == 0) return multiply_add_avx2;
  return NULL;
}

#else

OctavoMultiplyAddLoop octavo_limits_multiply_add(const char *kernels_name) {
  (void)kernels_name;
  return NULL;
}

#endif
