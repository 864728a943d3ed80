// What the files for AVX2 share: the specification's operations on 8 floats or 32 bytes at once, in its order. Sixteen
// lanes are two registers.
#ifndef OCTAVO_AVX2_INTERNAL_H
#define OCTAVO_AVX2_INTERNAL_H

#if defined(__x86_64__)

#include <immintrin.h>
#include <math.h>

#include "../bits.h"
#include "CKernels.h"

/// What functions are compiled for, whatever the target of the file.
#define AVX2 __attribute__((target("avx2,fma,f16c")))
#define ALWAYS_INLINE static inline __attribute__((always_inline))

enum {
  /// Floats in a register.
  WIDTH = 8,
};

#pragma clang attribute push(AVX2, apply_to = function)

ALWAYS_INLINE size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/// All ones in the first `count` lanes of 8.
ALWAYS_INLINE __m256i first_lanes(size_t count) {
  const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)smaller(count, WIDTH)), lane);
}

/// The first 8 of `count` floats, zeros past the last.
ALWAYS_INLINE __m256 load_part(const float *x, size_t count) {
  return count >= WIDTH ? _mm256_loadu_ps(x) : _mm256_maskload_ps(x, first_lanes(count));
}

ALWAYS_INLINE void store_part(float *out, size_t count, __m256 values) {
  if (count >= WIDTH) {
    _mm256_storeu_ps(out, values);
  } else {
    _mm256_maskstore_ps(out, first_lanes(count), values);
  }
}

/// Writes the first 8 of `count` integers as bytes, which they fit.
ALWAYS_INLINE void store_bytes(int8_t *out, size_t count, __m256i values) {
  __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(values), _mm256_extracti128_si256(values, 1));
  __m128i bytes = _mm_packs_epi16(words, words);
  int64_t eight = _mm_cvtsi128_si64(bytes);
  if (count >= WIDTH) {
    memcpy(out, &eight, WIDTH);
  } else {
    memcpy(out, &eight, count);
  }
}

/// The sums of 16 lanes: lane i of each 16 values lies in register i / 8.
typedef struct Lanes {
  __m256 registers[2];
} Lanes;

ALWAYS_INLINE Lanes no_sums(void) { return (Lanes){{_mm256_setzero_ps(), _mm256_setzero_ps()}}; }

ALWAYS_INLINE float join(Lanes lanes) {
  __m256 eight = _mm256_add_ps(lanes.registers[0], lanes.registers[1]);
  __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

ALWAYS_INLINE float reduce_min(__m256 lanes) {
  __m128 four = _mm_min_ps(_mm256_castps256_ps128(lanes), _mm256_extractf128_ps(lanes, 1));
  __m128 two = _mm_min_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_min_ss(two, _mm_movehdup_ps(two)));
}

ALWAYS_INLINE float reduce_max(__m256 lanes) {
  __m128 four = _mm_max_ps(_mm256_castps256_ps128(lanes), _mm256_extractf128_ps(lanes, 1));
  __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
}

ALWAYS_INLINE int32_t reduce_add(__m256i lanes) {
  __m128i four = _mm_add_epi32(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
  __m128i two = _mm_add_epi32(four, _mm_unpackhi_epi64(four, four));
  return _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, 1)));
}

ALWAYS_INLINE __m256 round_even(__m256 x) { return _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }

ALWAYS_INLINE __m256 exponential(__m256 x) {
  const __m256 rounding = _mm256_set1_ps(12582912.0f);
  x = _mm256_max_ps(_mm256_set1_ps(-104.0f), x);
  x = _mm256_min_ps(_mm256_set1_ps(89.0f), x);
  __m256 shifted = _mm256_fmadd_ps(x, _mm256_set1_ps(0x1.715476p+0f), rounding);
  __m256 n = _mm256_sub_ps(shifted, rounding);
  __m256i power = _mm256_sub_epi32(_mm256_castps_si256(shifted), _mm256_castps_si256(rounding));
  __m256 r = _mm256_fnmadd_ps(n, _mm256_set1_ps(0x1.62e4p-1f), x);
  r = _mm256_fnmadd_ps(n, _mm256_set1_ps(0x1.7f7d1cp-20f), r);
  __m256 p = _mm256_fmadd_ps(_mm256_set1_ps(0x1.a01a02p-13f), r, _mm256_set1_ps(0x1.6c16c2p-10f));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(0x1.111112p-7f));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(0x1.555556p-5f));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(0x1.555556p-3f));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(0.5f));
  p = _mm256_add_ps(_mm256_fmadd_ps(p, _mm256_mul_ps(r, r), r), _mm256_set1_ps(1.0f));
  __m256i first = _mm256_srai_epi32(power, 1);
  __m256i second = _mm256_sub_epi32(power, first);
  const __m256i exponent_bias = _mm256_set1_epi32(127);
  __m256 scaled = _mm256_mul_ps(p, _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(first, exponent_bias), 23)));
  return _mm256_mul_ps(scaled, _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(second, exponent_bias), 23)));
}

/// gate / (1 + exp(-gate)).
ALWAYS_INLINE __m256 silu(__m256 gate) {
  const __m256 one = _mm256_set1_ps(1.0f), sign = _mm256_set1_ps(-0.0f);
  return _mm256_div_ps(gate, _mm256_add_ps(one, exponential(_mm256_xor_ps(gate, sign))));
}

/// What a row is multiplied by before its norm's weights: 1 / sqrt(mean(x^2) + epsilon).
ALWAYS_INLINE float norm_factor(const float *x, size_t channels, float epsilon) {
  Lanes sums = no_sums();
  for (size_t i = 0; i < channels; i += OCTAVO_LANES) {
    __m256 low = load_part(x + i, channels - i);
    sums.registers[0] = _mm256_fmadd_ps(low, low, sums.registers[0]);
    if (channels - i <= WIDTH) break;
    __m256 high = load_part(x + i + WIDTH, channels - i - WIDTH);
    sums.registers[1] = _mm256_fmadd_ps(high, high, sums.registers[1]);
  }
  return 1.0f / sqrtf(join(sums) / (float)channels + epsilon);
}

/// Eight stored values, exactly widened.
ALWAYS_INLINE __m256 load_floats(OctavoFloatFormat format, const char *stored) {
  switch (format) {
    case OCTAVO_FLOAT32:
      return _mm256_loadu_ps((const float *)stored);
    case OCTAVO_FLOAT16:
      return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)stored));
    default:
      return _mm256_castsi256_ps(
          _mm256_slli_epi32(_mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)stored)), 16));
  }
}

ALWAYS_INLINE float *find_out(const OctavoLinearPart *part, size_t row, size_t block) {
  return part->out + (row - part->row_begin) * part->out_stride + (block - part->block_begin) * OCTAVO_BLOCK;
}

ALWAYS_INLINE size_t format_bytes(OctavoFloatFormat format) { return format == OCTAVO_FLOAT32 ? 4 : 2; }

#pragma clang attribute pop

OctavoQuantizeRow octavo_avx2_quantize_row;
OctavoLinearInt8 octavo_avx2_linear_int8;
OctavoLinearFloat octavo_avx2_linear_float;
OctavoRmsNorm octavo_avx2_rms_norm;
OctavoSiluMultiply octavo_avx2_silu_multiply;
OctavoNormalizeQuantize octavo_avx2_normalize_quantize;
OctavoSiluMultiplyQuantize octavo_avx2_silu_multiply_quantize;
OctavoRotate octavo_avx2_rotate;
OctavoStoreKeyValue octavo_avx2_store_key_value;
OctavoAttend octavo_avx2_attend;
OctavoAttendBlocks octavo_avx2_attend_blocks;
OctavoJoinBlocks octavo_avx2_join_blocks;
OctavoArgmax octavo_avx2_argmax;
OctavoExpSum octavo_avx2_exp_sum;
OctavoAllFinite octavo_avx2_all_finite;
OctavoAbsmax octavo_avx2_absmax;
OctavoQuantizeWeights octavo_avx2_quantize_weights;
OctavoWiden octavo_avx2_widen;
OctavoPackInt8Block octavo_avx2_pack_int8_block;

#endif

#endif
