// Stored weights: widening and quantizing.
#include "internal.h"

/// Stored values may lie at any address.
void octavo_portable_widen(OctavoFloatFormat format, const void *stored, size_t count, float *out) {
  if (format == OCTAVO_FLOAT32) {
    memcpy(out, stored, count * sizeof *out);
    return;
  }
  for (size_t i = 0; i < count; i++) {
    uint16_t bits;
    memcpy(&bits, (const char *)stored + i * sizeof bits, sizeof bits);
    out[i] = format == OCTAVO_FLOAT16 ? float_of_half(bits) : float_of_bfloat16(bits);
  }
}
float octavo_portable_absmax(const float *x, size_t count) {
  float largest = 0.0f;
  for (size_t i = 0; i < count; i++) largest = fabsf(x[i]) > largest ? fabsf(x[i]) : largest;
  return largest;
}

void octavo_portable_quantize_weights(const float *w, size_t count, float scale, int8_t *q) {
  for (size_t i = 0; i < count; i++) {
    float quotient = w[i] / scale;
    quotient = quotient > -127.0f ? quotient : -127.0f;
    quotient = quotient < 127.0f ? quotient : 127.0f;
    q[i] = (int8_t)(int32_t)round_even(quotient);
  }
}
