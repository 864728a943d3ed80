// Reductions over the logits of a vocabulary, and over activations that came from outside.
#include "internal.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX512VNNI, apply_to = function)

size_t octavo_avx512vnni_argmax(const float *x, size_t count) {
  __m512 best = _mm512_set1_ps(x[0]);
  __m512i index = _mm512_setzero_si512(),
          here = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  for (size_t i = 0; i < count; i += OCTAVO_LANES) {
    __m512 v = _mm512_maskz_loadu_ps(first_lanes(count - i), x + i);
    __mmask16 larger = _mm512_mask_cmp_ps_mask(first_lanes(count - i), v, best, _CMP_GT_OQ);
    best = _mm512_mask_mov_ps(best, larger, v);
    index = _mm512_mask_mov_epi32(index, larger, here);
    here = _mm512_add_epi32(here, _mm512_set1_epi32(OCTAVO_LANES));
  }
  // Nothing is larger than a NaN that comes first.
  if (x[0] != x[0]) return 0;
  __mmask16 equal = _mm512_cmp_ps_mask(best, _mm512_set1_ps(_mm512_reduce_max_ps(best)), _CMP_EQ_OQ);
  return (uint32_t)_mm512_mask_reduce_min_epu32(equal, index);
}

double octavo_avx512vnni_exp_sum(const float *x, size_t count, float shift, float factor, float *out) {
  const __m512 shifts = _mm512_set1_ps(shift), factors = _mm512_set1_ps(factor);
  double total = 0.0;
  for (size_t start = 0; start < count; start += OCTAVO_SUM_CHUNK) {
    __m512 sums = _mm512_setzero_ps();
    size_t end = smaller(start + OCTAVO_SUM_CHUNK, count);
    for (size_t i = start; i < end; i += OCTAVO_LANES) {
      __mmask16 lanes = first_lanes(end - i);
      __m512 v = _mm512_mul_ps(_mm512_sub_ps(_mm512_maskz_loadu_ps(lanes, x + i), shifts), factors);
      __m512 value = exponential(v);
      sums = _mm512_mask_add_ps(sums, lanes, sums, value);
      if (out) _mm512_mask_storeu_ps(out + i, lanes, value);
    }
    total += (double)join(sums);
  }
  return total;
}

int octavo_avx512vnni_all_finite(const float *x, size_t count) {
  const __m512i exponent = _mm512_set1_epi32(0x7f800000);
  __mmask16 bad = 0;
  for (size_t i = 0; i < count; i += OCTAVO_LANES) {
    __m512i bits = _mm512_maskz_loadu_epi32(first_lanes(count - i), x + i);
    bad |= _mm512_cmpeq_epi32_mask(_mm512_and_si512(bits, exponent), exponent);
  }
  return bad == 0;
}

#pragma clang attribute pop

#endif
