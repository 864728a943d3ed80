// Reductions over the logits of a vocabulary, and over activations that came from outside.
#include "internal.h"

size_t octavo_portable_argmax(const float *x, size_t count) {
  size_t best = 0;
  for (size_t i = 1; i < count; i++) best = x[i] > x[best] ? i : best;
  return best;
}

double octavo_portable_exp_sum(const float *x, size_t count, float shift, float factor, float *out) {
  double total = 0.0;
  for (size_t start = 0; start < count; start += OCTAVO_SUM_CHUNK) {
    float lanes[OCTAVO_LANES] = {0};
    size_t end = smaller(start + OCTAVO_SUM_CHUNK, count);
    for (size_t i = start; i < end; i++) {
      float value = exponential((x[i] - shift) * factor);
      lanes[i % OCTAVO_LANES] += value;
      if (out) out[i] = value;
    }
    total += (double)join(lanes);
  }
  return total;
}

int octavo_portable_all_finite(const float *x, size_t count) {
  // Activations that came over a wire may lie at any address.
  uint32_t bad = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, (const char *)x + i * sizeof bits, sizeof bits);
    bad |= (bits & 0x7f800000u) == 0x7f800000u;
  }
  return !bad;
}
