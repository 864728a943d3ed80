// Float linear layers.
#include "internal.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX512VNNI, apply_to = function)

enum {
  /// Rows of a register tile: 6 rows by 4 registers of sums, 4 of weights, 4 spare.
  TILE_ROWS = 6,
  /// Rows whose totals are kept while a block's groups are walked.
  PANEL_ROWS = 48,
};

typedef struct FloatTile {
  const char *weights;
  const float *bias;
  size_t channels;
  const float *x;
  size_t x_stride;
  /// Totals between groups, 64 a row.
  float *totals;
  float *out;
  size_t out_stride;
  int accumulates;
} FloatTile;

/// One group of input channels; the last one finishes the outputs.
ALWAYS_INLINE void add_float_group(const int rows, const OctavoFloatFormat format, const FloatTile *tile,
                                   size_t begin) {
  __m512 sums[TILE_ROWS][4];
  for (int r = 0; r < rows; r++) {
    for (int j = 0; j < 4; j++) sums[r][j] = _mm512_setzero_ps();
  }
  size_t bytes = format_bytes(format), end = smaller(begin + OCTAVO_GROUP, tile->channels);
  for (size_t k = begin; k < end; k++) {
    const char *weights = tile->weights + k * OCTAVO_BLOCK * bytes;
    __m512 w[4];
    for (size_t j = 0; j < 4; j++) w[j] = load_floats(format, weights + 16 * j * bytes, 0xffff);
    for (int r = 0; r < rows; r++) {
      __m512 x = _mm512_set1_ps(tile->x[(size_t)r * tile->x_stride + k]);
      for (int j = 0; j < 4; j++) sums[r][j] = _mm512_fmadd_ps(x, w[j], sums[r][j]);
    }
  }
  for (int r = 0; r < rows; r++) {
    for (int j = 0; j < 4; j++) {
      float *total = tile->totals + OCTAVO_BLOCK * r + OCTAVO_LANES * j;
      __m512 sum = _mm512_add_ps(begin == 0 ? _mm512_setzero_ps() : _mm512_loadu_ps(total), sums[r][j]);
      if (end < tile->channels) {
        _mm512_storeu_ps(total, sum);
        continue;
      }
      float *out = tile->out + (size_t)r * tile->out_stride + OCTAVO_LANES * j;
      if (tile->bias) sum = _mm512_add_ps(sum, _mm512_loadu_ps(tile->bias + OCTAVO_LANES * j));
      _mm512_storeu_ps(out, tile->accumulates ? _mm512_add_ps(_mm512_loadu_ps(out), sum) : sum);
    }
  }
}

ALWAYS_INLINE void float_rows(const OctavoFloatFormat format, const FloatTile *tile, size_t rows, size_t begin) {
  switch (rows) {
    case 1:
      return add_float_group(1, format, tile, begin);
    case 2:
      return add_float_group(2, format, tile, begin);
    case 3:
      return add_float_group(3, format, tile, begin);
    case 4:
      return add_float_group(4, format, tile, begin);
    case 5:
      return add_float_group(5, format, tile, begin);
    default:
      return add_float_group(6, format, tile, begin);
  }
}

/// All groups of one block for the rows of a panel.
ALWAYS_INLINE void run_float_panel(const OctavoFloatFormat format, const OctavoPackedFloat *layer, const float *x,
                                   size_t x_stride, const OctavoLinearPart *part, size_t block, size_t first,
                                   size_t last) {
  float totals[PANEL_ROWS * OCTAVO_BLOCK];
  size_t block_bytes = OCTAVO_BLOCK * layer->input_channels * format_bytes(format);
  for (size_t begin = 0; begin < layer->input_channels; begin += OCTAVO_GROUP) {
    for (size_t row = first; row < last; row += TILE_ROWS) {
      FloatTile tile = {
          .weights = (const char *)layer->weights + block * block_bytes,
          .bias = layer->bias ? layer->bias + block * OCTAVO_BLOCK : NULL,
          .channels = layer->input_channels,
          .x = x + row * x_stride,
          .x_stride = x_stride,
          .totals = totals + (row - first) * OCTAVO_BLOCK,
          .out = find_out(part, row, block),
          .out_stride = part->out_stride,
          .accumulates = part->accumulates,
      };
      float_rows(format, &tile, smaller(TILE_ROWS, last - row), begin);
    }
  }
}

ALWAYS_INLINE void run_linear_float(const OctavoFloatFormat format, const OctavoPackedFloat *layer, const float *x,
                                    size_t x_stride, const OctavoLinearPart *part) {
  for (size_t block = part->block_begin; block < part->block_end; block++) {
    for (size_t row = part->row_begin; row < part->row_end; row += PANEL_ROWS) {
      run_float_panel(format, layer, x, x_stride, part, block, row, smaller(row + PANEL_ROWS, part->row_end));
    }
  }
}

void octavo_avx512vnni_linear_float(const OctavoPackedFloat *layer, const float *x, size_t x_stride,
                                    const OctavoLinearPart *part) {
  switch (layer->format) {
    case OCTAVO_FLOAT32:
      return run_linear_float(OCTAVO_FLOAT32, layer, x, x_stride, part);
    case OCTAVO_FLOAT16:
      return run_linear_float(OCTAVO_FLOAT16, layer, x, x_stride, part);
    case OCTAVO_BFLOAT16:
      return run_linear_float(OCTAVO_BFLOAT16, layer, x, x_stride, part);
  }
}

#pragma clang attribute pop

#endif
