// Reductions over the logits of a vocabulary, and over activations that came from outside.
#include "internal.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX2, apply_to = function)

enum {
  /// Registers that look for the largest value side by side: one after the other would wait for each other.
  CHAINS = 4,
};

/// The largest values so far, and where they were first seen.
typedef struct Largest {
  __m256 values[CHAINS];
  __m256i indices[CHAINS];
} Largest;

/// The lowest index of the largest value.
ALWAYS_INLINE size_t find_largest(const Largest *largest) {
  float values[CHAINS * WIDTH];
  uint32_t indices[CHAINS * WIDTH];
  memcpy(values, largest->values, sizeof values);
  memcpy(indices, largest->indices, sizeof indices);
  size_t found = 0;
  for (size_t i = 1; i < CHAINS * WIDTH; i++) {
    int is_earlier = values[i] == values[found] && indices[i] < indices[found];
    if (values[i] > values[found] || is_earlier) found = i;
  }
  return indices[found];
}

/// Takes in the first 8 of `count` values, which lie from `index` on.
ALWAYS_INLINE void keep_larger(const float *x, size_t count, uint32_t index, Largest *largest, size_t chain) {
  const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  __m256 v = load_part(x, count), best = largest->values[chain];
  __m256 larger = _mm256_cmp_ps(v, best, _CMP_GT_OQ);
  if (count < WIDTH) larger = _mm256_and_ps(larger, _mm256_castsi256_ps(first_lanes(count)));
  __m256i here = _mm256_add_epi32(_mm256_set1_epi32((int)index), lane);
  largest->values[chain] = _mm256_blendv_ps(best, v, larger);
  largest->indices[chain] = _mm256_blendv_epi8(largest->indices[chain], here, _mm256_castps_si256(larger));
}

size_t octavo_avx2_argmax(const float *x, size_t count) {
  Largest largest;
  // Lanes that never see a larger value keep the first.
  for (size_t c = 0; c < CHAINS; c++) {
    largest.values[c] = _mm256_set1_ps(x[0]);
    largest.indices[c] = _mm256_setzero_si256();
  }
  size_t i = 0;
  for (; i + CHAINS * WIDTH <= count; i += CHAINS * WIDTH) {
#pragma clang loop unroll(full)
    for (size_t c = 0; c < CHAINS; c++) keep_larger(x + i + c * WIDTH, WIDTH, (uint32_t)(i + c * WIDTH), &largest, c);
  }
  for (; i < count; i += WIDTH) keep_larger(x + i, count - i, (uint32_t)i, &largest, 0);
  return find_largest(&largest);
}

/// exp((x - shift) * factor) of the first 8 of `count` values, added to a register of sums.
ALWAYS_INLINE __m256 add_exponentials(const float *x, size_t count, __m256 shift, __m256 factor, float *out,
                                      __m256 sums) {
  __m256 value = exponential(_mm256_mul_ps(_mm256_sub_ps(load_part(x, count), shift), factor));
  if (out) store_part(out, count, value);
  if (count >= WIDTH) return _mm256_add_ps(sums, value);
  __m256 lanes = _mm256_castsi256_ps(first_lanes(count));
  return _mm256_blendv_ps(sums, _mm256_add_ps(sums, value), lanes);
}

double octavo_avx2_exp_sum(const float *x, size_t count, float shift, float factor, float *out) {
  const __m256 shifts = _mm256_set1_ps(shift), factors = _mm256_set1_ps(factor);
  double total = 0.0;
  for (size_t start = 0; start < count; start += OCTAVO_SUM_CHUNK) {
    Lanes sums = no_sums();
    size_t end = smaller(start + OCTAVO_SUM_CHUNK, count);
    for (size_t i = start; i < end; i += WIDTH) {
      __m256 *lanes = &sums.registers[i / WIDTH % 2];
      *lanes = add_exponentials(x + i, end - i, shifts, factors, out ? out + i : NULL, *lanes);
    }
    total += (double)join(sums);
  }
  return total;
}

int octavo_avx2_all_finite(const float *x, size_t count) {
  const __m256i exponent = _mm256_set1_epi32(0x7f800000);
  __m256i bad = _mm256_setzero_si256();
  for (size_t i = 0; i < count; i += WIDTH) {
    // Activations that came over a wire may lie at any address.
    __m256i bits = count - i >= WIDTH ? _mm256_loadu_si256((const __m256i *)((const char *)x + i * sizeof *x))
                                      : _mm256_castps_si256(_mm256_maskload_ps(x + i, first_lanes(count - i)));
    bad = _mm256_or_si256(bad, _mm256_cmpeq_epi32(_mm256_and_si256(bits, exponent), exponent));
  }
  return _mm256_testz_si256(bad, bad);
}

#pragma clang attribute pop

#endif
