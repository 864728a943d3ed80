// Keys and values into pages.
#include "../pages.h"

#include "internal.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX512VNNI, apply_to = function)

/// The scale of `count` values: by the bits of their magnitudes, so that NaN is the largest of all.
ALWAYS_INLINE float find_scale(const float *x, size_t count) {
  __m512i largest = _mm512_setzero_si512();
  for (size_t i = 0; i < count; i += OCTAVO_LANES) {
    __m512 v = _mm512_abs_ps(_mm512_maskz_loadu_ps(first_lanes(count - i), x + i));
    largest = _mm512_max_epu32(largest, _mm512_castps_si512(v));
  }
  float scale = float_of_bits(_mm512_reduce_max_epu32(largest)) / 127.0f;
  return scale == 0.0f ? 1.0f : scale;
}

ALWAYS_INLINE __m128i quantize(__m512 x, __m512 scale) {
  __m512 quotient = _mm512_max_ps(_mm512_div_ps(x, scale), _mm512_set1_ps(-127.0f));
  return _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(_mm512_min_ps(quotient, _mm512_set1_ps(127.0f))));
}

ALWAYS_INLINE void store_float32(char *keys, char *values, size_t size, size_t slot, const float *key,
                                 const float *value) {
  for (size_t i = 0; i < size; i++) ((float *)keys)[i * OCTAVO_PAGE + slot] = key[i];
  memcpy((float *)values + slot * size, value, size * sizeof *value);
}

ALWAYS_INLINE void store_float16(char *keys, char *values, size_t size, size_t slot, const float *key,
                                 const float *value) {
  uint16_t halves[OCTAVO_LANES];
  for (size_t i = 0; i < size; i += OCTAVO_LANES) {
    __mmask16 lanes = first_lanes(size - i);
    __m512 k = _mm512_maskz_loadu_ps(lanes, key + i), v = _mm512_maskz_loadu_ps(lanes, value + i);
    _mm256_storeu_si256((__m256i *)halves, _mm512_cvtps_ph(k, _MM_FROUND_TO_NEAREST_INT));
    _mm256_mask_storeu_epi16((uint16_t *)values + slot * size + i, lanes,
                             _mm512_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT));
    uint16_t *column = (uint16_t *)keys + i * OCTAVO_PAGE + slot;
    for (size_t j = 0; j < smaller(OCTAVO_LANES, size - i); j++) column[j * OCTAVO_PAGE] = halves[j];
  }
}

ALWAYS_INLINE void store_int8(char *keys, char *values, size_t size, size_t slot, const float *key, const float *value,
                              float key_scale, float value_scale) {
  const __m512 key_scales = _mm512_set1_ps(key_scale), value_scales = _mm512_set1_ps(value_scale);
  int8_t bytes[OCTAVO_LANES];
  for (size_t i = 0; i < size; i += OCTAVO_LANES) {
    __mmask16 lanes = first_lanes(size - i);
    __m512 k = _mm512_maskz_loadu_ps(lanes, key + i), v = _mm512_maskz_loadu_ps(lanes, value + i);
    _mm_storeu_si128((__m128i *)bytes, quantize(k, key_scales));
    _mm_mask_storeu_epi8((int8_t *)values + slot * size + i, lanes, quantize(v, value_scales));
    int8_t *column = (int8_t *)keys + i * OCTAVO_PAGE + slot;
    for (size_t j = 0; j < smaller(OCTAVO_LANES, size - i); j++) column[j * OCTAVO_PAGE] = bytes[j];
  }
}

void octavo_avx512vnni_store_key_value(const OctavoPages *pages, uint32_t page, size_t slot, size_t head,
                                       const float *key, const float *value) {
  char *keys = find_keys(pages, page, head), *values = find_values(pages, page, head);
  size_t size = pages->head_size;
  if (pages->format == OCTAVO_PAGE_FLOAT32) {
    store_float32(keys, values, size, slot, key, value);
  } else if (pages->format == OCTAVO_PAGE_FLOAT16) {
    store_float16(keys, values, size, slot, key, value);
  } else {
    float key_scale = find_scale(key, size), value_scale = find_scale(value, size);
    store_int8(keys, values, size, slot, key, value, key_scale, value_scale);
    find_scales(pages, keys)[slot] = key_scale;
    find_scales(pages, values)[slot] = value_scale;
  }
}

#pragma clang attribute pop

#endif
