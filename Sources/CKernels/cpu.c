#include "cpu.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <stdint.h>

enum {
  // Leaf 1, ECX.
  FMA = 1u << 12,
  OSXSAVE = 1u << 27,
  F16C = 1u << 29,
  // Leaf 7, EBX and ECX.
  AVX2 = 1u << 5,
  AVX512F = 1u << 16,
  AVX512DQ = 1u << 17,
  AVX512BW = 1u << 30,
  AVX512VNNI = 1u << 11,
  // XCR0: SSE and AVX.
  YMM_STATE = 0x6,
  // These, the mask registers, the upper halves of ZMM0 to 15, ZMM16 to 31.
  ZMM_STATE = 0xe6,
};

static const uint32_t AVX512VL = 1u << 31;

static uint64_t read_saved_state(void) {
  uint32_t low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t)high << 32 | low;
}

static int has(uint32_t value, uint32_t wanted) { return (value & wanted) == wanted; }

/// Whether the processor has FMA and half floats, and the system keeps `state`.
static int saves(uint64_t state) {
  uint32_t a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !has(c, FMA | OSXSAVE | F16C)) return 0;
  return (read_saved_state() & state) == state;
}

int octavo_cpu_has_avx2(void) {
  uint32_t a, b, c, d;
  return saves(YMM_STATE) && __get_cpuid_count(7, 0, &a, &b, &c, &d) && has(b, AVX2);
}

int octavo_cpu_has_avx512vnni(void) {
  uint32_t a, b, c, d;
  if (!saves(ZMM_STATE) || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
  return has(b, (uint32_t)AVX2 | AVX512F | AVX512DQ | AVX512BW | AVX512VL) && has(c, AVX512VNNI);
}

#else

int octavo_cpu_has_avx2(void) { return 0; }
int octavo_cpu_has_avx512vnni(void) { return 0; }

#endif
