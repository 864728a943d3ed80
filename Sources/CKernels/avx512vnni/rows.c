// What happens to rows between the linear layers.
#include "internal.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX512VNNI, apply_to = function)

void octavo_avx512vnni_rms_norm(const float *x, const float *weight, size_t channels, float epsilon, float *out) {
  const __m512 factor = _mm512_set1_ps(norm_factor(x, channels, epsilon));
  for (size_t i = 0; i < channels; i += OCTAVO_LANES) {
    __mmask16 lanes = first_lanes(channels - i);
    __m512 v = _mm512_mul_ps(_mm512_maskz_loadu_ps(lanes, x + i), factor);
    _mm512_mask_storeu_ps(out + i, lanes, _mm512_mul_ps(v, _mm512_maskz_loadu_ps(lanes, weight + i)));
  }
}

void octavo_avx512vnni_silu_multiply(const float *gate, const float *up, size_t count, float *out) {
  for (size_t i = 0; i < count; i += OCTAVO_LANES) {
    __mmask16 lanes = first_lanes(count - i);
    __m512 product = _mm512_mul_ps(silu(_mm512_maskz_loadu_ps(lanes, gate + i)), _mm512_maskz_loadu_ps(lanes, up + i));
    _mm512_mask_storeu_ps(out + i, lanes, product);
  }
}

void octavo_avx512vnni_rotate(float *x, size_t heads, size_t head_size, const float *cosines, const float *sines) {
  size_t half = head_size / 2;
  for (size_t head = 0; head < heads; head++, x += head_size) {
    for (size_t i = 0; i < half; i += OCTAVO_LANES) {
      __mmask16 lanes = first_lanes(half - i);
      __m512 a = _mm512_maskz_loadu_ps(lanes, x + i), b = _mm512_maskz_loadu_ps(lanes, x + half + i);
      __m512 c = _mm512_maskz_loadu_ps(lanes, cosines + i), s = _mm512_maskz_loadu_ps(lanes, sines + i);
      _mm512_mask_storeu_ps(x + i, lanes, _mm512_sub_ps(_mm512_mul_ps(a, c), _mm512_mul_ps(b, s)));
      _mm512_mask_storeu_ps(x + half + i, lanes, _mm512_add_ps(_mm512_mul_ps(b, c), _mm512_mul_ps(a, s)));
    }
  }
}

#pragma clang attribute pop

#endif
