// Reductions over the logits of a vocabulary, and over activations that came from outside.
#include "internal.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX2, apply_to = function)

/// The lowest index whose lane of `best` is the largest.
ALWAYS_INLINE size_t find_largest(__m256 best, __m256i index) {
  float values[WIDTH];
  uint32_t indices[WIDTH];
  _mm256_storeu_ps(values, best);
  _mm256_storeu_si256((__m256i *)indices, index);
  size_t found = 0;
  for (size_t i = 1; i < WIDTH; i++) {
    int is_earlier = values[i] == values[found] && indices[i] < indices[found];
    if (values[i] > values[found] || is_earlier) found = i;
  }
  return indices[found];
}

size_t octavo_avx2_argmax(const float *x, size_t count) {
  // Lanes that never see a larger value keep the first.
  __m256 best = _mm256_set1_ps(x[0]);
  __m256i index = _mm256_setzero_si256(), here = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  for (size_t i = 0; i < count; i += WIDTH) {
    __m256 v = load_part(x + i, count - i);
    __m256 larger = _mm256_cmp_ps(v, best, _CMP_GT_OQ);
    if (count - i < WIDTH) larger = _mm256_and_ps(larger, _mm256_castsi256_ps(first_lanes(count - i)));
    best = _mm256_blendv_ps(best, v, larger);
    index = _mm256_blendv_epi8(index, here, _mm256_castps_si256(larger));
    here = _mm256_add_epi32(here, _mm256_set1_epi32(WIDTH));
  }
  return find_largest(best, index);
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
