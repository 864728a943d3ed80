// What the files of the specification share. Order and fusing of float operations are the contract: an instruction
// set's files may only do the same operations on more values at once.
#ifndef OCTAVO_PORTABLE_INTERNAL_H
#define OCTAVO_PORTABLE_INTERNAL_H

#include <math.h>

#include "../bits.h"
#include "CKernels.h"

// Adding and subtracting 1.5 * 2^23 rounds a float below 2^22 to an integer, ties to even.
static const float ROUNDING = 12582912.0f;

static inline float round_even(float x) { return (x + ROUNDING) - ROUNDING; }

static inline size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/// Joins 16 lanes: halves are added until one is left.
static inline float join(float lanes[OCTAVO_LANES]) {
  for (size_t half = OCTAVO_LANES / 2; half > 0; half /= 2) {
    for (size_t i = 0; i < half; i++) lanes[i] += lanes[i + half];
  }
  return lanes[0];
}

/// exp by 2^n * e^r with |r| <= ln(2) / 2 and the Taylor series to r^7, within 2 ulp; 0 below -104, infinity above 89.
static inline float exponential(float x) {
  x = x < -104.0f ? -104.0f : x;
  x = x > 89.0f ? 89.0f : x;
  float shifted = fmaf(x, 0x1.715476p+0f, ROUNDING);
  float n = shifted - ROUNDING;
  int32_t power = (int32_t)(bits_of_float(shifted) - bits_of_float(ROUNDING));
  float r = fmaf(-n, 0x1.62e4p-1f, x);
  r = fmaf(-n, 0x1.7f7d1cp-20f, r);
  float p = fmaf(0x1.a01a02p-13f, r, 0x1.6c16c2p-10f);
  p = fmaf(p, r, 0x1.111112p-7f);
  p = fmaf(p, r, 0x1.555556p-5f);
  p = fmaf(p, r, 0x1.555556p-3f);
  p = fmaf(p, r, 0.5f);
  p = fmaf(p, r * r, r) + 1.0f;
  // Two factors, so that neither leaves the range of normal floats.
  int32_t first = power >> 1;
  float scaled = p * float_of_bits((uint32_t)(first + 127) << 23);
  return scaled * float_of_bits((uint32_t)(power - first + 127) << 23);
}

/// What a row is multiplied by before its norm's weights: 1 / sqrt(mean(x^2) + epsilon).
static inline float norm_factor(const float *x, size_t channels, float epsilon) {
  float lanes[OCTAVO_LANES] = {0};
  for (size_t i = 0; i < channels; i++) lanes[i % OCTAVO_LANES] = fmaf(x[i], x[i], lanes[i % OCTAVO_LANES]);
  return 1.0f / sqrtf(join(lanes) / (float)channels + epsilon);
}

OctavoQuantizeRow octavo_portable_quantize_row;
OctavoLinearInt8 octavo_portable_linear_int8;
OctavoLinearFloat octavo_portable_linear_float;
OctavoRmsNorm octavo_portable_rms_norm;
OctavoSiluMultiply octavo_portable_silu_multiply;
OctavoNormalizeQuantize octavo_portable_normalize_quantize;
OctavoSiluMultiplyQuantize octavo_portable_silu_multiply_quantize;
OctavoRotate octavo_portable_rotate;
OctavoStoreKeyValue octavo_portable_store_key_value;
OctavoAttend octavo_portable_attend;
OctavoAttendBlocks octavo_portable_attend_blocks;
OctavoJoinBlocks octavo_portable_join_blocks;
OctavoArgmax octavo_portable_argmax;
OctavoExpSum octavo_portable_exp_sum;
OctavoAllFinite octavo_portable_all_finite;
OctavoAbsmax octavo_portable_absmax;
OctavoQuantizeWeights octavo_portable_quantize_weights;
OctavoWiden octavo_portable_widen;
OctavoPackInt8Block octavo_portable_pack_int8_block;

#endif
