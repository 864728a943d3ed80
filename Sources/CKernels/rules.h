// Scales and zero points from the range of a group of activations: scalar, so that every instruction set shares it.
#ifndef OCTAVO_RULES_H
#define OCTAVO_RULES_H

#include "CKernels.h"

/// How a quotient x / scale becomes an integer: Octavo's rule rounds it and adds the zero point, compressed-tensors
/// adds, clamps and rounds. Integers run from `low` to `low + 255` and are written less `shift`.
typedef struct Rounding {
  float scale;
  float zero;
  float low;
  float shift;
  int rounds_first;
} Rounding;

/// Adding and subtracting 1.5 * 2^23 rounds a float below 2^22 to an integer, ties to even.
static inline float round_to_even(float x) { return (x + 12582912.0f) - 12582912.0f; }

/// Octavo's own rule for one group whose values, and 0, lie between `low` and `high`.
static inline Rounding affine_rounding(float low, float high) {
  float scale = (high - low) / 255.0f;
  scale = scale == 0.0f ? 1.0f : scale;
  // At most 383, which a subnormal scale reaches; 1,024 stands for infinities.
  float zero = round_to_even(-low / scale);
  zero = zero < 1024.0f ? zero : 1024.0f;
  return (Rounding){scale, zero, 0.0f, 128.0f, 1};
}

/// What a group adds whose stored values sum up to `sum`.
static inline OctavoGroupTerm affine_term(Rounding rounding, int32_t sum) {
  return (OctavoGroupTerm){rounding.scale, -128 * sum, 128 - (int32_t)rounding.zero};
}

/// The rule of a row that is one group, as compressed-tensors computes it: a scale of 0 becomes float32's epsilon.
static inline Rounding token_rounding(const OctavoActivationRule *rule, float low, float high) {
  if (rule->kind == OCTAVO_ACTIVATION_STATIC) return (Rounding){rule->scale, (float)rule->zero, -128.0f, 0.0f, 0};
  if (rule->kind == OCTAVO_ACTIVATION_TOKEN_SYMMETRIC) {
    float scale = (-low > high ? -low : high) / 127.5f;
    return (Rounding){scale == 0.0f ? 0x1p-23f : scale, 0.0f, -128.0f, 0.0f, 0};
  }
  float scale = (high - low) / 255.0f;
  scale = scale == 0.0f ? 0x1p-23f : scale;
  float wanted = -128.0f - low / scale;
  wanted = wanted > -128.0f ? wanted : -128.0f;
  return (Rounding){scale, round_to_even(wanted < 127.0f ? wanted : 127.0f), -128.0f, 0.0f, 0};
}

static inline OctavoGroupTerm token_term(Rounding rounding, int32_t sum) {
  return (OctavoGroupTerm){rounding.scale, -128 * sum, -(int32_t)rounding.zero};
}

#endif
