// Stored weights: widening and quantizing.
#include "internal.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX512VNNI, apply_to = function)

float octavo_avx512vnni_absmax(const float *x, size_t count) {
  __m512 largest = _mm512_setzero_ps();
  for (size_t i = 0; i < count; i += OCTAVO_LANES) {
    __m512 v = _mm512_abs_ps(_mm512_maskz_loadu_ps(first_lanes(count - i), x + i));
    largest = _mm512_max_ps(v, largest);
  }
  return _mm512_reduce_max_ps(largest);
}

void octavo_avx512vnni_quantize_weights(const float *w, size_t count, float scale, int8_t *q) {
  const __m512 scales = _mm512_set1_ps(scale);
  for (size_t i = 0; i < count; i += OCTAVO_LANES) {
    __mmask16 lanes = first_lanes(count - i);
    __m512 v = _mm512_div_ps(_mm512_maskz_loadu_ps(lanes, w + i), scales);
    v = _mm512_max_ps(v, _mm512_set1_ps(-127.0f));
    v = _mm512_min_ps(v, _mm512_set1_ps(127.0f));
    _mm512_mask_cvtepi32_storeu_epi8(q + i, lanes, _mm512_cvtps_epi32(v));
  }
}

void octavo_avx512vnni_widen(OctavoFloatFormat format, const void *stored, size_t count, float *out) {
  size_t bytes = format_bytes(format);
  for (size_t i = 0; i < count; i += OCTAVO_LANES) {
    __mmask16 lanes = first_lanes(count - i);
    _mm512_mask_storeu_ps(out + i, lanes, load_floats(format, (const char *)stored + i * bytes, lanes));
  }
}

#pragma clang attribute pop

#endif
