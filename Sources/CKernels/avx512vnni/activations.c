// Activations into 8-bit integers.
#include "../rules.h"
#include "internal.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX512VNNI, apply_to = function)

enum {
  /// Registers of a group of 128 values.
  GROUP_REGISTERS = OCTAVO_GROUP / OCTAVO_LANES,
};

ALWAYS_INLINE void reduce_range(__m512 lows, __m512 highs, float *low, float *high) {
  // Adding 0 turns a zero of either sign into the 0 that the specification's comparisons keep.
  *low = _mm512_reduce_min_ps(lows) + 0.0f;
  *high = _mm512_reduce_max_ps(highs) + 0.0f;
}

/// What a rounding's numbers are in registers.
typedef struct RoundingLanes {
  __m512 scale, zero, low, high, shift;
} RoundingLanes;

ALWAYS_INLINE RoundingLanes spread(Rounding rounding) {
  return (RoundingLanes){_mm512_set1_ps(rounding.scale), _mm512_set1_ps(rounding.zero), _mm512_set1_ps(rounding.low),
                         _mm512_set1_ps(rounding.low + 255.0f), _mm512_set1_ps(rounding.shift)};
}

ALWAYS_INLINE __m512i round_lanes(__m512 x, const RoundingLanes *rounding, const int rounds_first) {
  __m512 q = _mm512_div_ps(x, rounding->scale);
  q = _mm512_max_ps(q, _mm512_set1_ps(-1048576.0f));
  q = _mm512_min_ps(q, _mm512_set1_ps(1048576.0f));
  q = _mm512_add_ps(rounds_first ? round_even(q) : q, rounding->zero);
  q = _mm512_max_ps(q, rounding->low);
  q = _mm512_min_ps(q, rounding->high);
  return _mm512_cvtps_epi32(_mm512_sub_ps(rounds_first ? q : round_even(q), rounding->shift));
}

/// Quantizes a group of up to 128 values that lie in registers, zeros past the last.
ALWAYS_INLINE void quantize_group(const __m512 x[GROUP_REGISTERS], size_t count, int8_t *out, OctavoGroupTerm *term) {
  __m512 lows = _mm512_setzero_ps(), highs = _mm512_setzero_ps();
  for (int j = 0; j < GROUP_REGISTERS; j++) {
    lows = _mm512_min_ps(x[j], lows);
    highs = _mm512_max_ps(x[j], highs);
  }
  float low, high;
  reduce_range(lows, highs, &low, &high);
  Rounding rounding = affine_rounding(low, high);
  RoundingLanes lanes = spread(rounding);
  __m512i sums = _mm512_setzero_si512();
  for (int j = 0; j < GROUP_REGISTERS; j++) {
    size_t start = OCTAVO_LANES * (size_t)j;
    __mmask16 mask = start < count ? first_lanes(count - start) : 0;
    __m512i stored = round_lanes(x[j], &lanes, 1);
    sums = _mm512_mask_add_epi32(sums, mask, sums, stored);
    _mm512_mask_cvtepi32_storeu_epi8(out + start, mask, stored);
  }
  *term = affine_term(rounding, _mm512_reduce_add_epi32(sums));
}

ALWAYS_INLINE void load_group(const float *x, size_t count, __m512 out[GROUP_REGISTERS]) {
  for (int j = 0; j < GROUP_REGISTERS; j++) {
    size_t start = OCTAVO_LANES * (size_t)j;
    out[j] = start < count ? _mm512_maskz_loadu_ps(first_lanes(count - start), x + start) : _mm512_setzero_ps();
  }
}

static void quantize_groups(const float *x, size_t channels, int8_t *values, OctavoGroupTerm *terms) {
  for (size_t start = 0; start < channels; start += OCTAVO_GROUP) {
    size_t count = smaller(OCTAVO_GROUP, channels - start);
    __m512 group[GROUP_REGISTERS];
    load_group(x + start, count, group);
    quantize_group(group, count, values + start, terms + start / OCTAVO_GROUP);
  }
}

static void find_range(const float *x, size_t count, float *low, float *high) {
  __m512 lows = _mm512_setzero_ps(), highs = _mm512_setzero_ps();
  for (size_t i = 0; i < count; i += OCTAVO_LANES) {
    __m512 v = _mm512_maskz_loadu_ps(first_lanes(count - i), x + i);
    lows = _mm512_min_ps(v, lows);
    highs = _mm512_max_ps(v, highs);
  }
  reduce_range(lows, highs, low, high);
}

static void quantize_token(const OctavoActivationRule *rule, const float *x, size_t channels, int8_t *values,
                           OctavoGroupTerm *term) {
  float low, high;
  find_range(x, channels, &low, &high);
  Rounding rounding = token_rounding(rule, low, high);
  RoundingLanes lanes = spread(rounding);
  __m512i sums = _mm512_setzero_si512();
  for (size_t i = 0; i < channels; i += OCTAVO_LANES) {
    __mmask16 mask = first_lanes(channels - i);
    __m512i stored = round_lanes(_mm512_maskz_loadu_ps(mask, x + i), &lanes, 0);
    sums = _mm512_mask_add_epi32(sums, mask, sums, stored);
    _mm512_mask_cvtepi32_storeu_epi8(values + i, mask, stored);
  }
  *term = token_term(rounding, _mm512_reduce_add_epi32(sums));
}

ALWAYS_INLINE void pad_row(int8_t *values, size_t channels) {
  for (size_t i = channels; i % 4 != 0; i++) values[i] = 0;
}

void octavo_avx512vnni_quantize_row(const OctavoActivationRule *rule, const float *x, size_t channels, int8_t *values,
                                    OctavoGroupTerm *terms) {
  if (rule->kind == OCTAVO_ACTIVATION_AFFINE_GROUPS) {
    quantize_groups(x, channels, values, terms);
  } else {
    quantize_token(rule, x, channels, values, terms);
  }
  pad_row(values, channels);
}

void octavo_avx512vnni_normalize_quantize(const float *x, const float *weight, size_t channels, float epsilon,
                                          int8_t *values, OctavoGroupTerm *terms) {
  const __m512 factor = _mm512_set1_ps(norm_factor(x, channels, epsilon));
  for (size_t start = 0; start < channels; start += OCTAVO_GROUP) {
    size_t count = smaller(OCTAVO_GROUP, channels - start);
    __m512 group[GROUP_REGISTERS], weights[GROUP_REGISTERS];
    load_group(x + start, count, group);
    load_group(weight + start, count, weights);
    for (int j = 0; j < GROUP_REGISTERS; j++) group[j] = _mm512_mul_ps(_mm512_mul_ps(group[j], factor), weights[j]);
    quantize_group(group, count, values + start, terms + start / OCTAVO_GROUP);
  }
  pad_row(values, channels);
}

void octavo_avx512vnni_silu_multiply_quantize(const float *gate, const float *up, size_t count, int8_t *values,
                                              OctavoGroupTerm *terms) {
  for (size_t start = 0; start < count; start += OCTAVO_GROUP) {
    size_t width = smaller(OCTAVO_GROUP, count - start);
    __m512 gates[GROUP_REGISTERS], group[GROUP_REGISTERS];
    load_group(gate + start, width, gates);
    load_group(up + start, width, group);
    for (int j = 0; j < GROUP_REGISTERS; j++) group[j] = _mm512_mul_ps(silu(gates[j]), group[j]);
    quantize_group(group, width, values + start, terms + start / OCTAVO_GROUP);
  }
  pad_row(values, count);
}

#pragma clang attribute pop

#endif
