// Keys and values into pages.
#include "../pages.h"

#include "internal.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX2, apply_to = function)

/// The scale of `count` values: by the bits of their magnitudes, so that NaN is the largest of all.
ALWAYS_INLINE float find_scale(const float *x, size_t count) {
  const __m256 sign = _mm256_set1_ps(-0.0f);
  __m256i largest = _mm256_setzero_si256();
  for (size_t i = 0; i < count; i += WIDTH) {
    __m256 magnitudes = _mm256_andnot_ps(sign, load_part(x + i, count - i));
    largest = _mm256_max_epu32(largest, _mm256_castps_si256(magnitudes));
  }
  __m128i four = _mm_max_epu32(_mm256_castsi256_si128(largest), _mm256_extracti128_si256(largest, 1));
  __m128i two = _mm_max_epu32(four, _mm_unpackhi_epi64(four, four));
  two = _mm_max_epu32(two, _mm_shuffle_epi32(two, 1));
  float scale = float_of_bits((uint32_t)_mm_cvtsi128_si32(two)) / 127.0f;
  return scale == 0.0f ? 1.0f : scale;
}

ALWAYS_INLINE __m256i quantize(__m256 x, __m256 scale) {
  __m256 quotient = _mm256_max_ps(_mm256_div_ps(x, scale), _mm256_set1_ps(-127.0f));
  return _mm256_cvtps_epi32(_mm256_min_ps(quotient, _mm256_set1_ps(127.0f)));
}

ALWAYS_INLINE void store_float32(char *keys, char *values, size_t size, size_t slot, const float *key,
                                 const float *value) {
  for (size_t i = 0; i < size; i++) ((float *)keys)[i * OCTAVO_PAGE + slot] = key[i];
  memcpy((float *)values + slot * size, value, size * sizeof *value);
}

ALWAYS_INLINE void store_float16(char *keys, char *values, size_t size, size_t slot, const float *key,
                                 const float *value) {
  uint16_t halves[WIDTH];
  for (size_t i = 0; i < size; i += WIDTH) {
    size_t count = smaller(WIDTH, size - i);
    __m128i v = _mm256_cvtps_ph(load_part(value + i, count), _MM_FROUND_TO_NEAREST_INT);
    uint16_t *row = (uint16_t *)values + slot * size + i, *column = (uint16_t *)keys + i * OCTAVO_PAGE + slot;
    if (count == WIDTH) {
      _mm_storeu_si128((__m128i *)row, v);
    } else {
      memcpy(row, &v, count * sizeof *row);
    }
    _mm_storeu_si128((__m128i *)halves, _mm256_cvtps_ph(load_part(key + i, count), _MM_FROUND_TO_NEAREST_INT));
    for (size_t j = 0; j < count; j++) column[j * OCTAVO_PAGE] = halves[j];
  }
}

ALWAYS_INLINE void store_int8(char *keys, char *values, size_t size, size_t slot, const float *key, const float *value,
                              float key_scale, float value_scale) {
  const __m256 key_scales = _mm256_set1_ps(key_scale), value_scales = _mm256_set1_ps(value_scale);
  int8_t bytes[WIDTH];
  for (size_t i = 0; i < size; i += WIDTH) {
    size_t count = smaller(WIDTH, size - i);
    store_bytes((int8_t *)values + slot * size + i, count, quantize(load_part(value + i, count), value_scales));
    store_bytes(bytes, WIDTH, quantize(load_part(key + i, count), key_scales));
    int8_t *column = (int8_t *)keys + i * OCTAVO_PAGE + slot;
    for (size_t j = 0; j < count; j++) column[j * OCTAVO_PAGE] = bytes[j];
  }
}

void octavo_avx2_store_key_value(const OctavoPages *pages, uint32_t page, size_t slot, size_t head, const float *key,
                                 const float *value) {
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
