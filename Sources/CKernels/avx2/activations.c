// Activations into 8-bit integers.
#include "../rules.h"
#include "internal.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX2, apply_to = function)

/// The lowest and highest value, 0 included. NaN counts as neither.
ALWAYS_INLINE void find_range(const float *x, size_t count, float *low, float *high) {
  __m256 lows = _mm256_setzero_ps(), highs = _mm256_setzero_ps();
  for (size_t i = 0; i < count; i += WIDTH) {
    __m256 v = load_part(x + i, count - i);
    lows = _mm256_min_ps(v, lows);
    highs = _mm256_max_ps(v, highs);
  }
  // Adding 0 turns a zero of either sign into the 0 that the specification's comparisons keep.
  *low = reduce_min(lows) + 0.0f;
  *high = reduce_max(highs) + 0.0f;
}

/// What a rounding's numbers are in registers.
typedef struct RoundingLanes {
  __m256 scale, zero, low, high, shift;
} RoundingLanes;

ALWAYS_INLINE RoundingLanes spread(Rounding rounding) {
  return (RoundingLanes){_mm256_set1_ps(rounding.scale), _mm256_set1_ps(rounding.zero), _mm256_set1_ps(rounding.low),
                         _mm256_set1_ps(rounding.low + 255.0f), _mm256_set1_ps(rounding.shift)};
}

ALWAYS_INLINE __m256i round_lanes(__m256 x, const RoundingLanes *rounding, const int rounds_first) {
  __m256 q = _mm256_div_ps(x, rounding->scale);
  q = _mm256_max_ps(q, _mm256_set1_ps(-1048576.0f));
  q = _mm256_min_ps(q, _mm256_set1_ps(1048576.0f));
  q = _mm256_add_ps(rounds_first ? round_even(q) : q, rounding->zero);
  q = _mm256_max_ps(q, rounding->low);
  q = _mm256_min_ps(q, rounding->high);
  return _mm256_cvtps_epi32(_mm256_sub_ps(rounds_first ? q : round_even(q), rounding->shift));
}

/// Writes what `rounding` makes of the values and returns the sum of that.
ALWAYS_INLINE int32_t round_values(const float *x, size_t count, Rounding rounding, const int rounds_first,
                                   int8_t *out) {
  RoundingLanes lanes = spread(rounding);
  __m256i sums = _mm256_setzero_si256();
  for (size_t i = 0; i < count; i += WIDTH) {
    __m256i stored = round_lanes(load_part(x + i, count - i), &lanes, rounds_first);
    if (count - i < WIDTH) stored = _mm256_and_si256(stored, first_lanes(count - i));
    sums = _mm256_add_epi32(sums, stored);
    store_bytes(out + i, count - i, stored);
  }
  return reduce_add(sums);
}

ALWAYS_INLINE void quantize_group(const float *x, size_t count, int8_t *out, OctavoGroupTerm *term) {
  float low, high;
  find_range(x, count, &low, &high);
  Rounding rounding = affine_rounding(low, high);
  *term = affine_term(rounding, round_values(x, count, rounding, 1, out));
}

static void quantize_token(const OctavoActivationRule *rule, const float *x, size_t channels, int8_t *values,
                           OctavoGroupTerm *term) {
  float low, high;
  find_range(x, channels, &low, &high);
  Rounding rounding = token_rounding(rule, low, high);
  *term = token_term(rounding, round_values(x, channels, rounding, 0, values));
}

ALWAYS_INLINE void pad_row(int8_t *values, size_t channels) {
  for (size_t i = channels; i % 4 != 0; i++) values[i] = 0;
}

void octavo_avx2_quantize_row(const OctavoActivationRule *rule, const float *x, size_t channels, int8_t *values,
                              OctavoGroupTerm *terms) {
  if (rule->kind == OCTAVO_ACTIVATION_AFFINE_GROUPS) {
    for (size_t start = 0; start < channels; start += OCTAVO_GROUP) {
      quantize_group(x + start, smaller(OCTAVO_GROUP, channels - start), values + start, terms + start / OCTAVO_GROUP);
    }
  } else {
    quantize_token(rule, x, channels, values, terms);
  }
  pad_row(values, channels);
}

void octavo_avx2_normalize_quantize(const float *x, const float *weight, size_t channels, float epsilon, int8_t *values,
                                    OctavoGroupTerm *terms) {
  const __m256 factor = _mm256_set1_ps(norm_factor(x, channels, epsilon));
  for (size_t start = 0; start < channels; start += OCTAVO_GROUP) {
    float group[OCTAVO_GROUP];
    size_t count = smaller(OCTAVO_GROUP, channels - start);
    for (size_t i = 0; i < count; i += WIDTH) {
      __m256 v = _mm256_mul_ps(load_part(x + start + i, count - i), factor);
      _mm256_storeu_ps(group + i, _mm256_mul_ps(v, load_part(weight + start + i, count - i)));
    }
    quantize_group(group, count, values + start, terms + start / OCTAVO_GROUP);
  }
  pad_row(values, channels);
}

void octavo_avx2_silu_multiply_quantize(const float *gate, const float *up, size_t count, int8_t *values,
                                        OctavoGroupTerm *terms) {
  for (size_t start = 0; start < count; start += OCTAVO_GROUP) {
    float group[OCTAVO_GROUP];
    size_t width = smaller(OCTAVO_GROUP, count - start);
    for (size_t i = 0; i < width; i += WIDTH) {
      __m256 gates = silu(load_part(gate + start + i, width - i));
      _mm256_storeu_ps(group + i, _mm256_mul_ps(gates, load_part(up + start + i, width - i)));
    }
    quantize_group(group, width, values + start, terms + start / OCTAVO_GROUP);
  }
  pad_row(values, count);
}

#pragma clang attribute pop

#endif
