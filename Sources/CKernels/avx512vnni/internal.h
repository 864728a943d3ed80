// What the files for AVX-512 and VNNI share: the specification's operations on 16 floats or 64 bytes at once, in its
// order.
#ifndef OCTAVO_AVX512VNNI_INTERNAL_H
#define OCTAVO_AVX512VNNI_INTERNAL_H

#if defined(__x86_64__)

#include <immintrin.h>
#include <math.h>

#include "../bits.h"
#include "CKernels.h"

/// What functions are compiled for, whatever the target of the file.
#define AVX512VNNI __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma,f16c")))
#define ALWAYS_INLINE static inline __attribute__((always_inline))

#pragma clang attribute push(AVX512VNNI, apply_to = function)

ALWAYS_INLINE size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

ALWAYS_INLINE __mmask16 first_lanes(size_t count) {
  return count >= OCTAVO_LANES ? (__mmask16)0xffff : (__mmask16)((1u << count) - 1u);
}

ALWAYS_INLINE float join(__m512 lanes) {
  __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(lanes), _mm512_extractf32x8_ps(lanes, 1));
  __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

ALWAYS_INLINE __m512 round_even(__m512 x) {
  return _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

ALWAYS_INLINE __m512 exponential(__m512 x) {
  const __m512 rounding = _mm512_set1_ps(12582912.0f);
  x = _mm512_max_ps(_mm512_set1_ps(-104.0f), x);
  x = _mm512_min_ps(_mm512_set1_ps(89.0f), x);
  __m512 shifted = _mm512_fmadd_ps(x, _mm512_set1_ps(0x1.715476p+0f), rounding);
  __m512 n = _mm512_sub_ps(shifted, rounding);
  __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0x1.62e4p-1f), x);
  r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0x1.7f7d1cp-20f), r);
  __m512 p = _mm512_fmadd_ps(_mm512_set1_ps(0x1.a01a02p-13f), r, _mm512_set1_ps(0x1.6c16c2p-10f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0x1.111112p-7f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0x1.555556p-5f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0x1.555556p-3f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0.5f));
  p = _mm512_add_ps(_mm512_fmadd_ps(p, _mm512_mul_ps(r, r), r), _mm512_set1_ps(1.0f));
  // The specification multiplies by two powers of two, of which only the second can round: so does this once.
  return _mm512_scalef_ps(p, n);
}

/// gate / (1 + exp(-gate)).
ALWAYS_INLINE __m512 silu(__m512 gate) {
  const __m512 one = _mm512_set1_ps(1.0f), sign = _mm512_set1_ps(-0.0f);
  return _mm512_div_ps(gate, _mm512_add_ps(one, exponential(_mm512_xor_ps(gate, sign))));
}

/// What a row is multiplied by before its norm's weights: 1 / sqrt(mean(x^2) + epsilon).
ALWAYS_INLINE float norm_factor(const float *x, size_t channels, float epsilon) {
  __m512 sums = _mm512_setzero_ps();
  for (size_t i = 0; i < channels; i += OCTAVO_LANES) {
    __m512 v = _mm512_maskz_loadu_ps(first_lanes(channels - i), x + i);
    sums = _mm512_fmadd_ps(v, v, sums);
  }
  return 1.0f / sqrtf(join(sums) / (float)channels + epsilon);
}

ALWAYS_INLINE __m512 load_floats(OctavoFloatFormat format, const char *stored, __mmask16 lanes) {
  switch (format) {
    case OCTAVO_FLOAT32:
      return _mm512_maskz_loadu_ps(lanes, stored);
    case OCTAVO_FLOAT16:
      return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(lanes, stored));
    default:
      return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(lanes, stored)), 16));
  }
}

ALWAYS_INLINE float *find_out(const OctavoLinearPart *part, size_t row, size_t block) {
  return part->out + (row - part->row_begin) * part->out_stride + (block - part->block_begin) * OCTAVO_BLOCK;
}

ALWAYS_INLINE size_t format_bytes(OctavoFloatFormat format) { return format == OCTAVO_FLOAT32 ? 4 : 2; }

#pragma clang attribute pop

OctavoQuantizeRow octavo_avx512vnni_quantize_row;
OctavoLinearInt8 octavo_avx512vnni_linear_int8;
OctavoLinearFloat octavo_avx512vnni_linear_float;
OctavoRmsNorm octavo_avx512vnni_rms_norm;
OctavoSiluMultiply octavo_avx512vnni_silu_multiply;
OctavoNormalizeQuantize octavo_avx512vnni_normalize_quantize;
OctavoSiluMultiplyQuantize octavo_avx512vnni_silu_multiply_quantize;
OctavoRotate octavo_avx512vnni_rotate;
OctavoStoreKeyValue octavo_avx512vnni_store_key_value;
OctavoAttend octavo_avx512vnni_attend;
OctavoAttendBlocks octavo_avx512vnni_attend_blocks;
OctavoJoinBlocks octavo_avx512vnni_join_blocks;
OctavoArgmax octavo_avx512vnni_argmax;
OctavoExpSum octavo_avx512vnni_exp_sum;
OctavoAllFinite octavo_avx512vnni_all_finite;
OctavoAbsmax octavo_avx512vnni_absmax;
OctavoQuantizeWeights octavo_avx512vnni_quantize_weights;
OctavoWiden octavo_avx512vnni_widen;
OctavoPackInt8Block octavo_avx512vnni_pack_int8_block;

#endif

#endif
