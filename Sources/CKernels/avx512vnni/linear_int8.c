// Int8 linear layers.
#include "internal.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX512VNNI, apply_to = function)

enum {
  /// Rows of a register tile: 6 rows by 4 registers of sums, 4 of weights, 4 spare.
  TILE_ROWS = 6,
  /// Rows whose totals are kept while a block's channels are walked.
  PANEL_ROWS = 48,
  /// Input channels walked for all rows of a panel before the next: 64 outputs by 256 channels are 16 KiB, half of L1.
  CHUNK_CHANNELS = 256,
  /// Bytes ahead of the weights in use that are asked for when one row tile streams them from memory.
  PREFETCH_BYTES = 4096,
};

/// One block's weights and sums, and where a tile of rows starts.
typedef struct Int8Tile {
  const OctavoPackedInt8 *layer;
  const uint8_t *weights;
  size_t block;
  const int8_t *values;
  size_t value_stride;
  const OctavoGroupTerm *terms;
  size_t term_stride;
  /// Totals between chunks, 64 a row.
  float *totals;
  float *out;
  size_t out_stride;
  int accumulates;
} Int8Tile;

ALWAYS_INLINE __m512i load_sums(const OctavoPackedInt8 *layer, size_t block, size_t group, size_t groups, size_t j) {
  if (layer->group_sums) {
    const int16_t *sums = layer->group_sums + (block * groups + group) * OCTAVO_BLOCK;
    return _mm512_cvtepi16_epi32(_mm256_loadu_si256((const __m256i *)(sums + 16 * j)));
  }
  return _mm512_loadu_si512(layer->channel_sums + block * OCTAVO_BLOCK + 16 * j);
}

/// Starts a group's sums at what its term adds.
ALWAYS_INLINE void start_group(const int rows, const Int8Tile *tile, size_t group, size_t groups,
                               __m512i sums[TILE_ROWS][4]) {
  for (int j = 0; j < 4; j++) {
    __m512i weight_sums = load_sums(tile->layer, tile->block, group, groups, (size_t)j);
    for (int r = 0; r < rows; r++) {
      const OctavoGroupTerm *term = tile->terms + (size_t)r * tile->term_stride + group;
      __m512i product = _mm512_mullo_epi32(weight_sums, _mm512_set1_epi32(term->zero_factor));
      sums[r][j] = _mm512_add_epi32(product, _mm512_set1_epi32(term->offset));
    }
  }
}

ALWAYS_INLINE void sum_group(const int rows, const Int8Tile *tile, size_t begin, size_t end,
                             __m512i sums[TILE_ROWS][4]) {
  const uint8_t *weights = tile->weights + begin * OCTAVO_BLOCK;
  for (size_t k = begin; k < end; k += 4, weights += 4 * OCTAVO_BLOCK) {
    __m512i w0 = _mm512_load_si512(weights), w1 = _mm512_load_si512(weights + 64);
    __m512i w2 = _mm512_load_si512(weights + 128), w3 = _mm512_load_si512(weights + 192);
    if (rows == 1) {
      for (int line = 0; line < 4; line++)
        _mm_prefetch((const char *)weights + PREFETCH_BYTES + 64 * line, _MM_HINT_T0);
    }
    for (int r = 0; r < rows; r++) {
      int32_t four;
      memcpy(&four, tile->values + (size_t)r * tile->value_stride + k, sizeof four);
      __m512i a = _mm512_set1_epi32(four);
      sums[r][0] = _mm512_dpbusd_epi32(sums[r][0], w0, a);
      sums[r][1] = _mm512_dpbusd_epi32(sums[r][1], w1, a);
      sums[r][2] = _mm512_dpbusd_epi32(sums[r][2], w2, a);
      sums[r][3] = _mm512_dpbusd_epi32(sums[r][3], w3, a);
    }
  }
}

/// Adds a group's exact sums, scaled, to the totals.
ALWAYS_INLINE void add_group(const int rows, const Int8Tile *tile, size_t group, __m512i sums[TILE_ROWS][4]) {
  for (int r = 0; r < rows; r++) {
    __m512 scale = _mm512_set1_ps(tile->terms[(size_t)r * tile->term_stride + group].scale);
    for (int j = 0; j < 4; j++) {
      float *total = tile->totals + OCTAVO_BLOCK * r + OCTAVO_LANES * j;
      __m512 before = group == 0 ? _mm512_setzero_ps() : _mm512_loadu_ps(total);
      _mm512_storeu_ps(total, _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums[r][j]), scale, before));
    }
  }
}

ALWAYS_INLINE void finish_int8(const int rows, const Int8Tile *tile) {
  for (int j = 0; j < 4; j++) {
    size_t column = tile->block * OCTAVO_BLOCK + 16 * (size_t)j;
    __m512 scale = _mm512_loadu_ps(tile->layer->scales + column);
    for (int r = 0; r < rows; r++) {
      float *out = tile->out + (size_t)r * tile->out_stride + OCTAVO_LANES * j;
      __m512 sum = _mm512_loadu_ps(tile->totals + OCTAVO_BLOCK * r + OCTAVO_LANES * j);
      __m512 scaled = tile->layer->bias ? _mm512_fmadd_ps(sum, scale, _mm512_loadu_ps(tile->layer->bias + column))
                                        : _mm512_mul_ps(sum, scale);
      _mm512_storeu_ps(out, tile->accumulates ? _mm512_add_ps(_mm512_loadu_ps(out), scaled) : scaled);
    }
  }
}

/// The channels `begin` to `end` (whole groups) of one tile; the last ones finish the outputs.
ALWAYS_INLINE void run_int8_tile(const int rows, const Int8Tile *tile, size_t begin, size_t end) {
  const OctavoPackedInt8 *layer = tile->layer;
  size_t channels = (layer->input_channels + 3) / 4 * 4;
  size_t width = layer->channel_sums ? channels : OCTAVO_GROUP;
  size_t groups = (channels + width - 1) / width;
  for (size_t start = begin; start < end; start += width) {
    __m512i sums[TILE_ROWS][4];
    start_group(rows, tile, start / width, groups, sums);
    sum_group(rows, tile, start, smaller(start + width, end), sums);
    add_group(rows, tile, start / width, sums);
  }
  if (end == channels) finish_int8(rows, tile);
}

static void int8_rows(const Int8Tile *tile, size_t rows, size_t begin, size_t end) {
  switch (rows) {
    case 1:
      return run_int8_tile(1, tile, begin, end);
    case 2:
      return run_int8_tile(2, tile, begin, end);
    case 3:
      return run_int8_tile(3, tile, begin, end);
    case 4:
      return run_int8_tile(4, tile, begin, end);
    case 5:
      return run_int8_tile(5, tile, begin, end);
    default:
      return run_int8_tile(6, tile, begin, end);
  }
}

static void run_panel(const OctavoPackedInt8 *layer, const OctavoQuantizedRows *rows, const OctavoLinearPart *part,
                      size_t block, size_t first, size_t last) {
  float totals[PANEL_ROWS * OCTAVO_BLOCK];
  size_t channels = (layer->input_channels + 3) / 4 * 4;
  size_t step = !layer->channel_sums && last - first > TILE_ROWS ? CHUNK_CHANNELS : channels;
  for (size_t begin = 0; begin < channels; begin += step) {
    for (size_t row = first; row < last; row += TILE_ROWS) {
      Int8Tile tile = {
          .layer = layer,
          .weights = layer->weights + block * OCTAVO_BLOCK * channels,
          .block = block,
          .values = rows->values + row * rows->value_stride,
          .value_stride = rows->value_stride,
          .terms = rows->terms + row * rows->term_stride,
          .term_stride = rows->term_stride,
          .totals = totals + (row - first) * OCTAVO_BLOCK,
          .out = find_out(part, row, block),
          .out_stride = part->out_stride,
          .accumulates = part->accumulates,
      };
      int8_rows(&tile, smaller(TILE_ROWS, last - row), begin, smaller(begin + step, channels));
    }
  }
}

void octavo_avx512vnni_linear_int8(const OctavoPackedInt8 *layer, const OctavoQuantizedRows *rows,
                                   const OctavoLinearPart *part) {
  for (size_t block = part->block_begin; block < part->block_end; block++) {
    for (size_t row = part->row_begin; row < part->row_end; row += PANEL_ROWS) {
      run_panel(layer, rows, part, block, row, smaller(row + PANEL_ROWS, part->row_end));
    }
  }
}

#pragma clang attribute pop

#endif
