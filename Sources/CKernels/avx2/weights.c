// Stored weights: widening and quantizing.
#include "internal.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX2, apply_to = function)

float octavo_avx2_absmax(const float *x, size_t count) {
  const __m256 sign = _mm256_set1_ps(-0.0f);
  __m256 largest = _mm256_setzero_ps();
  for (size_t i = 0; i < count; i += WIDTH) {
    __m256 v = _mm256_andnot_ps(sign, load_part(x + i, count - i));
    largest = _mm256_max_ps(v, largest);
  }
  return reduce_max(largest);
}

void octavo_avx2_quantize_weights(const float *w, size_t count, float scale, int8_t *q) {
  const __m256 scales = _mm256_set1_ps(scale);
  for (size_t i = 0; i < count; i += WIDTH) {
    __m256 v = _mm256_div_ps(load_part(w + i, count - i), scales);
    v = _mm256_max_ps(v, _mm256_set1_ps(-127.0f));
    v = _mm256_min_ps(v, _mm256_set1_ps(127.0f));
    store_bytes(q + i, count - i, _mm256_cvtps_epi32(v));
  }
}

ALWAYS_INLINE void widen(const OctavoFloatFormat format, const char *stored, size_t count, float *out) {
  const size_t bytes = format_bytes(format);
  size_t i = 0;
  for (; i + WIDTH <= count; i += WIDTH) _mm256_storeu_ps(out + i, load_floats(format, stored + i * bytes));
  if (i == count) return;
  char rest[WIDTH * sizeof(float)] = {0};
  memcpy(rest, stored + i * bytes, (count - i) * bytes);
  store_part(out + i, count - i, load_floats(format, rest));
}

/// Stored values may lie at any address.
void octavo_avx2_widen(OctavoFloatFormat format, const void *stored, size_t count, float *out) {
  switch (format) {
    case OCTAVO_FLOAT32:
      return widen(OCTAVO_FLOAT32, stored, count, out);
    case OCTAVO_FLOAT16:
      return widen(OCTAVO_FLOAT16, stored, count, out);
    case OCTAVO_BFLOAT16:
      return widen(OCTAVO_BFLOAT16, stored, count, out);
  }
}

#pragma clang attribute pop

#endif
