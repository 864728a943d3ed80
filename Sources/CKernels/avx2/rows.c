// What happens to rows between the linear layers.
#include "internal.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX2, apply_to = function)

void octavo_avx2_rms_norm(const float *x, const float *weight, size_t channels, float epsilon, float *out) {
  const __m256 factor = _mm256_set1_ps(norm_factor(x, channels, epsilon));
  for (size_t i = 0; i < channels; i += WIDTH) {
    size_t count = channels - i;
    __m256 v = _mm256_mul_ps(load_part(x + i, count), factor);
    store_part(out + i, count, _mm256_mul_ps(v, load_part(weight + i, count)));
  }
}

void octavo_avx2_silu_multiply(const float *gate, const float *up, size_t count, float *out) {
  for (size_t i = 0; i < count; i += WIDTH) {
    __m256 product = _mm256_mul_ps(silu(load_part(gate + i, count - i)), load_part(up + i, count - i));
    store_part(out + i, count - i, product);
  }
}

void octavo_avx2_rotate(float *x, size_t heads, size_t head_size, const float *cosines, const float *sines) {
  size_t half = head_size / 2;
  for (size_t head = 0; head < heads; head++, x += head_size) {
    for (size_t i = 0; i < half; i += WIDTH) {
      size_t count = half - i;
      __m256 a = load_part(x + i, count), b = load_part(x + half + i, count);
      __m256 c = load_part(cosines + i, count), s = load_part(sines + i, count);
      store_part(x + i, count, _mm256_sub_ps(_mm256_mul_ps(a, c), _mm256_mul_ps(b, s)));
      store_part(x + half + i, count, _mm256_add_ps(_mm256_mul_ps(b, c), _mm256_mul_ps(a, s)));
    }
  }
}

#pragma clang attribute pop

#endif
