// Int8 linear layers.
//
// A product of an unsigned weight and a signed activation, two of them added, leaves 16 bits, where vpmaddubsw
// saturates. Here both are 16 bits wide before they are multiplied, so that vpmaddwd adds pairs exactly in 32 bits: of
// the four bytes of an output's weights the even two are masked out of each 16-bit word and the odd two shifted down,
// and activations lie in the order that matches. Of the exact ways it needs the fewest instructions, 4 for 32 products.
#include "internal.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX2, apply_to = function)

enum {
  /// Rows of a register tile: 6 rows by 2 registers of sums, 2 of weights, an activation and a product.
  TILE_ROWS = 6,
  /// Registers of 8 outputs that a tile of several rows has side by side.
  STRIP = 2,
  /// Registers of 8 outputs in a block.
  BLOCK_REGISTERS = OCTAVO_BLOCK / WIDTH,
  /// Rows whose activations and totals are kept while a block's channels are walked.
  PANEL_ROWS = 48,
  /// Input channels that are walked for all rows of a panel before the next.
  CHUNK_CHANNELS = OCTAVO_GROUP,
  /// Bytes of four channels of a block.
  STEP_BYTES = 4 * OCTAVO_BLOCK,
  CHUNK_STEPS = CHUNK_CHANNELS / 4,
};

/// What is kept of some rows and one block between its chunks.
typedef struct Panel {
  /// The chunk's activations, of every four channels the first and third, then the second and fourth.
  _Alignas(32) int16_t activations[PANEL_ROWS][CHUNK_CHANNELS];
  /// Sums of the chunks before: of scaled groups in float32; where a row is one group, its exact sum so far.
  _Alignas(32) union {
    float scaled[OCTAVO_BLOCK];
    int32_t exact[OCTAVO_BLOCK];
  } totals[PANEL_ROWS];
  /// A strip of the chunk's weights: for every four channels the even bytes of its outputs, then the odd ones.
  _Alignas(32) uint16_t weights[CHUNK_STEPS][2][STRIP * WIDTH * 2];
} Panel;

/// One chunk of one block.
typedef struct Chunk {
  const OctavoPackedInt8 *layer;
  size_t block;
  /// Of four channels at a time.
  const uint8_t *weights;
  size_t steps;
  size_t group;
  size_t groups;
  int is_first;
  int is_last;
} Chunk;

/// The rows of a tile in a chunk.
typedef struct Tile {
  const OctavoGroupTerm *terms;
  size_t term_stride;
  float *out;
  size_t out_stride;
  int accumulates;
} Tile;

ALWAYS_INLINE __m256i even_bytes(__m256i four) { return _mm256_and_si256(four, _mm256_set1_epi16(255)); }

ALWAYS_INLINE __m256i odd_bytes(__m256i four) { return _mm256_srli_epi16(four, 8); }

ALWAYS_INLINE __m256i broadcast_pair(const int16_t *pair) {
  int32_t bits;
  memcpy(&bits, pair, sizeof bits);
  return _mm256_set1_epi32(bits);
}

static void widen_activations(const int8_t *values, size_t steps, int16_t *out) {
  const __m256i order = _mm256_setr_epi8(0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15, 0, 1, 4, 5, 2, 3, 6, 7, 8,
                                         9, 12, 13, 10, 11, 14, 15);
  size_t step = 0;
  for (; step + 4 <= steps; step += 4) {
    __m256i words = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(values + 4 * step)));
    _mm256_store_si256((__m256i *)(out + 4 * step), _mm256_shuffle_epi8(words, order));
  }
  for (; step < steps; step++) {
    const int8_t *four = values + 4 * step;
    int16_t words[4] = {four[0], four[2], four[1], four[3]};
    memcpy(out + 4 * step, words, sizeof words);
  }
}

/// Widens a strip of a chunk's weights and asks for the same of the next chunk.
static void widen_weights(const Chunk *chunk, size_t strip, Panel *panel) {
  const uint8_t *weights = chunk->weights + strip * 4 * WIDTH;
  for (size_t step = 0; step < chunk->steps; step++, weights += STEP_BYTES) {
    _mm_prefetch((const char *)weights + CHUNK_STEPS * STEP_BYTES, _MM_HINT_T0);
    __m256i *out = (__m256i *)panel->weights[step];
    for (int j = 0; j < STRIP; j++) {
      __m256i four = _mm256_load_si256((const __m256i *)weights + j);
      _mm256_store_si256(out + j, even_bytes(four));
      _mm256_store_si256(out + STRIP + j, odd_bytes(four));
    }
  }
}

ALWAYS_INLINE __m256i load_sums(const Chunk *chunk, size_t column) {
  if (chunk->layer->group_sums) {
    const int16_t *sums = chunk->layer->group_sums + (chunk->block * chunk->groups + chunk->group) * OCTAVO_BLOCK;
    return _mm256_cvtepi16_epi32(_mm_loadu_si128((const __m128i *)(sums + column)));
  }
  return _mm256_loadu_si256((const __m256i *)(chunk->layer->channel_sums + chunk->block * OCTAVO_BLOCK + column));
}

/// Starts a group's sums at what its term adds, or goes on where the chunk before ended.
ALWAYS_INLINE void start_sums(const int rows, const int width, const Chunk *chunk, const Tile *tile, size_t column,
                              const Panel *panel, size_t first, __m256i sums[][BLOCK_REGISTERS]) {
  if (chunk->layer->channel_sums && !chunk->is_first) {
    for (int r = 0; r < rows; r++) {
      const __m256i *before = (const __m256i *)(panel->totals[first + (size_t)r].exact + column);
      for (int j = 0; j < width; j++) sums[r][j] = _mm256_load_si256(before + j);
    }
    return;
  }
  for (int j = 0; j < width; j++) {
    __m256i weight_sums = load_sums(chunk, column + WIDTH * (size_t)j);
    for (int r = 0; r < rows; r++) {
      const OctavoGroupTerm *term = tile->terms + (size_t)r * tile->term_stride + chunk->group;
      __m256i product = _mm256_mullo_epi32(weight_sums, _mm256_set1_epi32(term->zero_factor));
      sums[r][j] = _mm256_add_epi32(product, _mm256_set1_epi32(term->offset));
    }
  }
}

ALWAYS_INLINE void add_products(__m256i *sum, __m256i weights, __m256i pair) {
  *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(weights, pair));
}

/// Widens the weights on the way, and asks for as many of the next chunk as it reads.
ALWAYS_INLINE void sum_streamed(const int rows, const int width, const Chunk *chunk, size_t column, const Panel *panel,
                                size_t first, __m256i sums[][BLOCK_REGISTERS]) {
  const uint8_t *weights = chunk->weights + 4 * column;
  const char *ahead = (const char *)chunk->weights + CHUNK_STEPS * STEP_BYTES + chunk->steps * 4 * column;
  const int16_t *activations = panel->activations[first];
  for (size_t step = 0; step < chunk->steps; step++, weights += STEP_BYTES, activations += 4) {
    for (int line = 0; line < width / 2; line++, ahead += 64) _mm_prefetch(ahead, _MM_HINT_T0);
    __m256i pairs[TILE_ROWS];
    for (int r = 0; r < rows; r++) pairs[r] = broadcast_pair(activations + r * CHUNK_CHANNELS);
    for (int j = 0; j < width; j++) {
      __m256i even = even_bytes(_mm256_load_si256((const __m256i *)weights + j));
      for (int r = 0; r < rows; r++) add_products(&sums[r][j], even, pairs[r]);
    }
    // Not known to be the same, weights are loaded again instead of kept in registers that sums need.
    __asm__("" : "+r"(weights));
    for (int r = 0; r < rows; r++) pairs[r] = broadcast_pair(activations + r * CHUNK_CHANNELS + 2);
    for (int j = 0; j < width; j++) {
      __m256i odd = odd_bytes(_mm256_load_si256((const __m256i *)weights + j));
      for (int r = 0; r < rows; r++) add_products(&sums[r][j], odd, pairs[r]);
    }
  }
}

/// With the weights that the panel has.
ALWAYS_INLINE void sum_widened(const int rows, const Chunk *chunk, const Panel *panel, size_t first,
                               __m256i sums[][BLOCK_REGISTERS]) {
  const int16_t *activations = panel->activations[first];
  const __m256i *weights = (const __m256i *)panel->weights;
  for (size_t pair = 0; pair < 2 * chunk->steps; pair++, weights += STRIP, activations += 2) {
    __m256i w[STRIP];
    for (int j = 0; j < STRIP; j++) w[j] = _mm256_load_si256(weights + j);
    for (int r = 0; r < rows; r++) {
      __m256i a = broadcast_pair(activations + r * CHUNK_CHANNELS);
      for (int j = 0; j < STRIP; j++) add_products(&sums[r][j], w[j], a);
    }
  }
}

/// Scales totals of the outputs from `column` on and writes them.
ALWAYS_INLINE void finish(const Chunk *chunk, const Tile *tile, size_t row, size_t column, __m256 total) {
  size_t index = chunk->block * OCTAVO_BLOCK + column;
  const OctavoPackedInt8 *layer = chunk->layer;
  __m256 scale = _mm256_loadu_ps(layer->scales + index);
  __m256 scaled = layer->bias ? _mm256_fmadd_ps(total, scale, _mm256_loadu_ps(layer->bias + index))
                              : _mm256_mul_ps(total, scale);
  float *out = tile->out + row * tile->out_stride + column;
  _mm256_storeu_ps(out, tile->accumulates ? _mm256_add_ps(_mm256_loadu_ps(out), scaled) : scaled);
}

/// Keeps a chunk's sums: a group's are scaled and added to the totals, which the last chunk turns into outputs.
ALWAYS_INLINE void end_sums(const int rows, const int width, const Chunk *chunk, const Tile *tile, size_t column,
                            Panel *panel, size_t first, __m256i sums[][BLOCK_REGISTERS]) {
  for (int r = 0; r < rows; r++) {
    float *totals = panel->totals[first + (size_t)r].scaled + column;
    __m256 scale = _mm256_set1_ps(tile->terms[(size_t)r * tile->term_stride + chunk->group].scale);
    for (int j = 0; j < width; j++, totals += WIDTH) {
      if (chunk->layer->channel_sums && !chunk->is_last) {
        _mm256_store_si256((__m256i *)totals, sums[r][j]);
        continue;
      }
      __m256 before = chunk->group == 0 ? _mm256_setzero_ps() : _mm256_load_ps(totals);
      __m256 total = _mm256_fmadd_ps(_mm256_cvtepi32_ps(sums[r][j]), scale, before);
      if (chunk->is_last) {
        finish(chunk, tile, (size_t)r, column + WIDTH * (size_t)j, total);
      } else {
        _mm256_store_ps(totals, total);
      }
    }
  }
}

/// Outputs of `width` registers at a time for a few rows, the weights straight from memory.
ALWAYS_INLINE void run_streamed(const int rows, const int width, const Chunk *chunk, const Tile *tile, Panel *panel) {
  for (size_t column = 0; column < OCTAVO_BLOCK; column += WIDTH * (size_t)width) {
    __m256i sums[TILE_ROWS][BLOCK_REGISTERS];
    start_sums(rows, width, chunk, tile, column, panel, 0, sums);
    sum_streamed(rows, width, chunk, column, panel, 0, sums);
    end_sums(rows, width, chunk, tile, column, panel, 0, sums);
  }
}

ALWAYS_INLINE void run_widened(const int rows, const Chunk *chunk, const Tile *tile, size_t column, Panel *panel,
                               size_t first) {
  __m256i sums[TILE_ROWS][BLOCK_REGISTERS];
  start_sums(rows, STRIP, chunk, tile, column, panel, first, sums);
  sum_widened(rows, chunk, panel, first, sums);
  end_sums(rows, STRIP, chunk, tile, column, panel, first, sums);
}

static void streamed_rows(const Chunk *chunk, const Tile *tile, size_t rows, Panel *panel) {
  switch (rows) {
    case 1:
      return run_streamed(1, 8, chunk, tile, panel);
    case 2:
      return run_streamed(2, 4, chunk, tile, panel);
    case 3:
      return run_streamed(3, STRIP, chunk, tile, panel);
    case 4:
      return run_streamed(4, STRIP, chunk, tile, panel);
    case 5:
      return run_streamed(5, STRIP, chunk, tile, panel);
    default:
      return run_streamed(6, STRIP, chunk, tile, panel);
  }
}

static void widened_rows(const Chunk *chunk, const Tile *tile, size_t rows, size_t column, Panel *panel,
                         size_t first) {
  switch (rows) {
    case 1:
      return run_widened(1, chunk, tile, column, panel, first);
    case 2:
      return run_widened(2, chunk, tile, column, panel, first);
    case 3:
      return run_widened(3, chunk, tile, column, panel, first);
    case 4:
      return run_widened(4, chunk, tile, column, panel, first);
    case 5:
      return run_widened(5, chunk, tile, column, panel, first);
    default:
      return run_widened(6, chunk, tile, column, panel, first);
  }
}

ALWAYS_INLINE Tile find_tile(const OctavoQuantizedRows *rows, const OctavoLinearPart *part, size_t block, size_t row) {
  return (Tile){
      .terms = rows->terms + row * rows->term_stride,
      .term_stride = rows->term_stride,
      .out = find_out(part, row, block),
      .out_stride = part->out_stride,
      .accumulates = part->accumulates,
  };
}

/// One chunk for the rows `first` up to `last`, whose activations the panel has.
static void run_chunk(const Chunk *chunk, const OctavoQuantizedRows *rows, const OctavoLinearPart *part, size_t first,
                      size_t last, Panel *panel) {
  if (last - first <= TILE_ROWS) {
    Tile tile = find_tile(rows, part, chunk->block, first);
    return streamed_rows(chunk, &tile, last - first, panel);
  }
  for (size_t column = 0; column < OCTAVO_BLOCK; column += STRIP * WIDTH) {
    widen_weights(chunk, column / WIDTH, panel);
    for (size_t row = first; row < last; row += TILE_ROWS) {
      Tile tile = find_tile(rows, part, chunk->block, row);
      widened_rows(chunk, &tile, smaller(TILE_ROWS, last - row), column, panel, row - first);
    }
  }
}

static void run_panel(const OctavoPackedInt8 *layer, const OctavoQuantizedRows *rows, const OctavoLinearPart *part,
                      size_t block, size_t first, size_t last) {
  Panel panel;
  size_t steps = (layer->input_channels + 3) / 4;
  for (size_t step = 0; step < steps; step += CHUNK_STEPS) {
    Chunk chunk = {
        .layer = layer,
        .block = block,
        .weights = layer->weights + (block * steps + step) * STEP_BYTES,
        .steps = smaller(CHUNK_STEPS, steps - step),
        .group = layer->channel_sums ? 0 : step / CHUNK_STEPS,
        .groups = layer->channel_sums ? 1 : (steps + CHUNK_STEPS - 1) / CHUNK_STEPS,
        .is_first = step == 0,
        .is_last = steps - step <= CHUNK_STEPS,
    };
    for (size_t row = first; row < last; row++) {
      widen_activations(rows->values + row * rows->value_stride + 4 * step, chunk.steps, panel.activations[row - first]);
    }
    run_chunk(&chunk, rows, part, first, last, &panel);
  }
}

void octavo_avx2_linear_int8(const OctavoPackedInt8 *layer, const OctavoQuantizedRows *rows,
                             const OctavoLinearPart *part) {
  for (size_t block = part->block_begin; block < part->block_end; block++) {
    for (size_t row = part->row_begin; row < part->row_end; row += PANEL_ROWS) {
      run_panel(layer, rows, part, block, row, smaller(row + PANEL_ROWS, part->row_end));
    }
  }
}

#pragma clang attribute pop

#endif
