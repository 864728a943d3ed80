// Float linear layers.
#include "internal.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX2, apply_to = function)

enum {
  /// Rows of a register tile: 6 rows by 2 registers of sums, 2 of weights, an activation.
  TILE_ROWS = 6,
  /// Registers of 8 outputs that a tile of several rows has side by side.
  STRIP = 2,
  /// Registers of 8 outputs in a block.
  BLOCK_REGISTERS = OCTAVO_BLOCK / WIDTH,
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

/// Sums of a group's channels `begin` up to `end`, for the outputs from `column` on.
ALWAYS_INLINE void sum_floats(const int rows, const int width, const OctavoFloatFormat format, const FloatTile *tile,
                              size_t begin, size_t end, size_t column, __m256 sums[][BLOCK_REGISTERS]) {
  for (int r = 0; r < rows; r++) {
    for (int j = 0; j < width; j++) sums[r][j] = _mm256_setzero_ps();
  }
  size_t bytes = format_bytes(format);
  for (size_t k = begin; k < end; k++) {
    const char *weights = tile->weights + (k * OCTAVO_BLOCK + column) * bytes;
    __m256 x[TILE_ROWS];
    for (int r = 0; r < rows; r++) x[r] = _mm256_set1_ps(tile->x[(size_t)r * tile->x_stride + k]);
    for (int j = 0; j < width; j++) {
      __m256 w = load_floats(format, weights + WIDTH * (size_t)j * bytes);
      for (int r = 0; r < rows; r++) sums[r][j] = _mm256_fmadd_ps(x[r], w, sums[r][j]);
    }
  }
}

/// Adds a group's sums to the totals; the last one's finish the outputs.
ALWAYS_INLINE void end_floats(const int rows, const int width, const FloatTile *tile, int is_first, int is_last,
                              size_t column, __m256 sums[][BLOCK_REGISTERS]) {
  for (int r = 0; r < rows; r++) {
    for (int j = 0; j < width; j++) {
      size_t index = column + WIDTH * (size_t)j;
      float *total = tile->totals + OCTAVO_BLOCK * r + index;
      __m256 sum = _mm256_add_ps(is_first ? _mm256_setzero_ps() : _mm256_loadu_ps(total), sums[r][j]);
      if (!is_last) {
        _mm256_storeu_ps(total, sum);
        continue;
      }
      float *out = tile->out + (size_t)r * tile->out_stride + index;
      if (tile->bias) sum = _mm256_add_ps(sum, _mm256_loadu_ps(tile->bias + index));
      _mm256_storeu_ps(out, tile->accumulates ? _mm256_add_ps(_mm256_loadu_ps(out), sum) : sum);
    }
  }
}

/// One group of input channels.
ALWAYS_INLINE void add_float_group(const int rows, const int width, const OctavoFloatFormat format,
                                   const FloatTile *tile, size_t begin) {
  size_t end = smaller(begin + OCTAVO_GROUP, tile->channels);
  for (size_t column = 0; column < OCTAVO_BLOCK; column += WIDTH * (size_t)width) {
    __m256 sums[TILE_ROWS][BLOCK_REGISTERS];
    sum_floats(rows, width, format, tile, begin, end, column, sums);
    end_floats(rows, width, tile, begin == 0, end == tile->channels, column, sums);
  }
}

ALWAYS_INLINE void float_rows(const OctavoFloatFormat format, const FloatTile *tile, size_t rows, size_t begin) {
  switch (rows) {
    case 1:
      return add_float_group(1, 8, format, tile, begin);
    case 2:
      return add_float_group(2, 4, format, tile, begin);
    case 3:
      return add_float_group(3, 4, format, tile, begin);
    case 4:
      return add_float_group(4, STRIP, format, tile, begin);
    case 5:
      return add_float_group(5, STRIP, format, tile, begin);
    default:
      return add_float_group(6, STRIP, format, tile, begin);
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

void octavo_avx2_linear_float(const OctavoPackedFloat *layer, const float *x, size_t x_stride,
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
