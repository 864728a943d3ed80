// Linear layers, int8 and float.
#include "internal.h"

/// The exact sums of one group for the 64 outputs of a block; arithmetic modulo 2^32, whose result always fits.
static void sum_group(const uint8_t *weights, const int8_t *a, size_t channels, const OctavoGroupTerm *term,
                      const int32_t sums[OCTAVO_BLOCK], int32_t out[OCTAVO_BLOCK]) {
  uint32_t dots[OCTAVO_BLOCK];
  for (size_t n = 0; n < OCTAVO_BLOCK; n++) {
    dots[n] = (uint32_t)term->offset + (uint32_t)term->zero_factor * (uint32_t)sums[n];
  }
  for (size_t k = 0; k < channels; k += 4, weights += 4 * OCTAVO_BLOCK) {
    for (size_t n = 0; n < OCTAVO_BLOCK; n++) {
      int32_t dot = 0;
      for (size_t i = 0; i < 4; i++) dot += weights[4 * n + i] * a[k + i];
      dots[n] += (uint32_t)dot;
    }
  }
  for (size_t n = 0; n < OCTAVO_BLOCK; n++) out[n] = (int32_t)dots[n];
}

static void load_sums(const OctavoPackedInt8 *layer, size_t block, size_t group, int32_t sums[OCTAVO_BLOCK]) {
  size_t groups = (layer->input_channels + layer->group_channels - 1) / layer->group_channels;
  for (size_t n = 0; n < OCTAVO_BLOCK; n++) {
    sums[n] = layer->group_sums ? layer->group_sums[(block * groups + group) * OCTAVO_BLOCK + n]
                                : layer->channel_sums[block * OCTAVO_BLOCK + n];
  }
}

static float *find_out(const OctavoLinearPart *part, size_t row, size_t block) {
  return part->out + (row - part->row_begin) * part->out_stride + (block - part->block_begin) * OCTAVO_BLOCK;
}

static void linear_int8_block(const OctavoPackedInt8 *layer, size_t block, const int8_t *a,
                              const OctavoGroupTerm *terms, int accumulates, float *out) {
  size_t channels = (layer->input_channels + 3) / 4 * 4;
  const uint8_t *weights = layer->weights + block * OCTAVO_BLOCK * channels;
  float totals[OCTAVO_BLOCK] = {0};
  for (size_t start = 0, group = 0; start < channels; start += layer->group_channels, group++) {
    int32_t sums[OCTAVO_BLOCK], exact[OCTAVO_BLOCK];
    load_sums(layer, block, group, sums);
    size_t count = smaller(layer->group_channels, channels - start);
    sum_group(weights + start * OCTAVO_BLOCK, a + start, count, terms + group, sums, exact);
    for (size_t n = 0; n < OCTAVO_BLOCK; n++) totals[n] = fmaf((float)exact[n], terms[group].scale, totals[n]);
    if (layer->channel_sums) break;
  }
  const float *scales = layer->scales + block * OCTAVO_BLOCK;
  const float *bias = layer->bias ? layer->bias + block * OCTAVO_BLOCK : NULL;
  for (size_t n = 0; n < OCTAVO_BLOCK; n++) {
    float result = bias ? fmaf(totals[n], scales[n], bias[n]) : totals[n] * scales[n];
    out[n] = accumulates ? out[n] + result : result;
  }
}

void octavo_portable_linear_int8(const OctavoPackedInt8 *layer, const OctavoQuantizedRows *rows,
                                 const OctavoLinearPart *part) {
  for (size_t block = part->block_begin; block < part->block_end; block++) {
    for (size_t row = part->row_begin; row < part->row_end; row++) {
      linear_int8_block(layer, block, rows->values + row * rows->value_stride, rows->terms + row * rows->term_stride,
                        part->accumulates, find_out(part, row, block));
    }
  }
}

static void linear_float_block(const OctavoPackedFloat *layer, size_t block, const float *x, int accumulates,
                               float *out) {
  size_t element_bytes = layer->format == OCTAVO_FLOAT32 ? 4 : 2;
  const char *weights = (const char *)layer->weights + block * OCTAVO_BLOCK * layer->input_channels * element_bytes;
  float totals[OCTAVO_BLOCK] = {0};
  for (size_t start = 0; start < layer->input_channels; start += OCTAVO_GROUP) {
    float sums[OCTAVO_BLOCK] = {0};
    size_t end = smaller(start + OCTAVO_GROUP, layer->input_channels);
    for (size_t k = start; k < end; k++) {
      float w[OCTAVO_BLOCK];
      octavo_portable_widen(layer->format, weights + k * OCTAVO_BLOCK * element_bytes, OCTAVO_BLOCK, w);
      for (size_t n = 0; n < OCTAVO_BLOCK; n++) sums[n] = fmaf(x[k], w[n], sums[n]);
    }
    for (size_t n = 0; n < OCTAVO_BLOCK; n++) totals[n] += sums[n];
  }
  const float *bias = layer->bias ? layer->bias + block * OCTAVO_BLOCK : NULL;
  for (size_t n = 0; n < OCTAVO_BLOCK; n++) {
    float result = bias ? totals[n] + bias[n] : totals[n];
    out[n] = accumulates ? out[n] + result : result;
  }
}

void octavo_portable_linear_float(const OctavoPackedFloat *layer, const float *x, size_t x_stride,
                                  const OctavoLinearPart *part) {
  for (size_t block = part->block_begin; block < part->block_end; block++) {
    for (size_t row = part->row_begin; row < part->row_end; row++) {
      linear_float_block(layer, block, x + row * x_stride, part->accumulates, find_out(part, row, block));
    }
  }
}
