// Keys and values into pages.
#include "../pages.h"

#include "internal.h"

/// The scale of `count` values: by the bits of their magnitudes, so that NaN is the largest of all.
static float find_scale(const float *x, size_t count) {
  uint32_t largest = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t magnitude = bits_of_float(x[i]) & 0x7fffffffu;
    largest = magnitude > largest ? magnitude : largest;
  }
  float scale = float_of_bits(largest) / 127.0f;
  return scale == 0.0f ? 1.0f : scale;
}

static int8_t quantize(float x, float scale) {
  float quotient = x / scale;
  quotient = quotient > -127.0f ? quotient : -127.0f;
  quotient = quotient < 127.0f ? quotient : 127.0f;
  return (int8_t)(int32_t)round_even(quotient);
}

static void store(OctavoPageFormat format, char *stored, size_t index, float x, float scale) {
  switch (format) {
    case OCTAVO_PAGE_FLOAT32:
      ((float *)stored)[index] = x;
      break;
    case OCTAVO_PAGE_FLOAT16:
      ((uint16_t *)stored)[index] = half_of_float(x);
      break;
    case OCTAVO_PAGE_INT8:
      ((int8_t *)stored)[index] = quantize(x, scale);
      break;
  }
}

void octavo_portable_store_key_value(const OctavoPages *pages, uint32_t page, size_t slot, size_t head,
                                     const float *key, const float *value) {
  char *keys = find_keys(pages, page, head), *values = find_values(pages, page, head);
  size_t size = pages->head_size;
  float key_scale = find_scale(key, size), value_scale = find_scale(value, size);
  for (size_t i = 0; i < size; i++) {
    store(pages->format, keys, i * OCTAVO_PAGE + slot, key[i], key_scale);
    store(pages->format, values, slot * size + i, value[i], value_scale);
  }
  if (pages->format == OCTAVO_PAGE_INT8) {
    find_scales(pages, keys)[slot] = key_scale;
    find_scales(pages, values)[slot] = value_scale;
  }
}
