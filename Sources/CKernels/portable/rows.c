// What happens to rows between the linear layers.
#include "internal.h"

void octavo_portable_rms_norm(const float *x, const float *weight, size_t channels, float epsilon, float *out) {
  float factor = norm_factor(x, channels, epsilon);
  for (size_t i = 0; i < channels; i++) out[i] = (x[i] * factor) * weight[i];
}

void octavo_portable_silu_multiply(const float *gate, const float *up, size_t count, float *out) {
  for (size_t i = 0; i < count; i++) out[i] = (gate[i] / (1.0f + exponential(-gate[i]))) * up[i];
}

void octavo_portable_rotate(float *x, size_t heads, size_t head_size, const float *cosines, const float *sines) {
  size_t half = head_size / 2;
  for (size_t head = 0; head < heads; head++, x += head_size) {
    for (size_t i = 0; i < half; i++) {
      float a = x[i], b = x[i + half];
      x[i] = a * cosines[i] - b * sines[i];
      x[i + half] = b * cosines[i] + a * sines[i];
    }
  }
}
