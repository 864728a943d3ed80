// Activations into 8-bit integers.
#include "../rules.h"
#include "internal.h"

/// The lowest and highest value, 0 included. NaN counts as neither.
static void find_range(const float *x, size_t count, float *low, float *high) {
  float lo = 0.0f, hi = 0.0f;
  for (size_t i = 0; i < count; i++) {
    lo = x[i] < lo ? x[i] : lo;
    hi = x[i] > hi ? x[i] : hi;
  }
  *low = lo;
  *high = hi;
}

/// Writes clamp(...) - shift for every value and returns the sum of what it wrote.
static int32_t round_values(const float *x, size_t count, Rounding rounding, int8_t *out) {
  int32_t sum = 0;
  float high = rounding.low + 255.0f;
  for (size_t i = 0; i < count; i++) {
    // A quotient past 2^20 is far outside the range: clamping it first keeps the rounding trick exact.
    float q = x[i] / rounding.scale;
    q = q > -1048576.0f ? q : -1048576.0f;
    q = q < 1048576.0f ? q : 1048576.0f;
    q = (rounding.rounds_first ? round_even(q) : q) + rounding.zero;
    q = q > rounding.low ? q : rounding.low;
    q = q < high ? q : high;
    out[i] = (int8_t)(int32_t)(round_even(q) - rounding.shift);
    sum += out[i];
  }
  return sum;
}

static void quantize_group(const float *x, size_t count, int8_t *out, OctavoGroupTerm *term) {
  float low, high;
  find_range(x, count, &low, &high);
  Rounding rounding = affine_rounding(low, high);
  *term = affine_term(rounding, round_values(x, count, rounding, out));
}

static void pad_row(int8_t *values, size_t channels) {
  for (size_t i = channels; i % 4 != 0; i++) values[i] = 0;
}

void octavo_portable_quantize_row(const OctavoActivationRule *rule, const float *x, size_t channels, int8_t *values,
                                  OctavoGroupTerm *terms) {
  if (rule->kind == OCTAVO_ACTIVATION_AFFINE_GROUPS) {
    for (size_t start = 0; start < channels; start += OCTAVO_GROUP) {
      quantize_group(x + start, smaller(OCTAVO_GROUP, channels - start), values + start, terms + start / OCTAVO_GROUP);
    }
  } else {
    float low, high;
    find_range(x, channels, &low, &high);
    Rounding rounding = token_rounding(rule, low, high);
    *terms = token_term(rounding, round_values(x, channels, rounding, values));
  }
  pad_row(values, channels);
}

void octavo_portable_normalize_quantize(const float *x, const float *weight, size_t channels, float epsilon,
                                        int8_t *values, OctavoGroupTerm *terms) {
  float factor = norm_factor(x, channels, epsilon);
  for (size_t start = 0; start < channels; start += OCTAVO_GROUP) {
    float group[OCTAVO_GROUP];
    size_t count = smaller(OCTAVO_GROUP, channels - start);
    for (size_t i = 0; i < count; i++) group[i] = (x[start + i] * factor) * weight[start + i];
    quantize_group(group, count, values + start, terms + start / OCTAVO_GROUP);
  }
  pad_row(values, channels);
}

void octavo_portable_silu_multiply_quantize(const float *gate, const float *up, size_t count, int8_t *values,
                                            OctavoGroupTerm *terms) {
  for (size_t start = 0; start < count; start += OCTAVO_GROUP) {
    float group[OCTAVO_GROUP];
    size_t width = smaller(OCTAVO_GROUP, count - start);
    octavo_portable_silu_multiply(gate + start, up + start, width, group);
    quantize_group(group, width, values + start, terms + start / OCTAVO_GROUP);
  }
  pad_row(values, count);
}
