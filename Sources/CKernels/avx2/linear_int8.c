// Int8 linear layers.
//
// A product of an unsigned weight and a signed activation, two of them added, leaves 16 bits, where vpmaddubsw
// saturates. Here both are 16 bits wide before they are multiplied, so that vpmaddwd adds pairs exactly in 32 bits: of
// the four weights of an output the even two are masked out of its 16-bit words and the odd two shifted down.
//
// For a few rows, which stream the weights, that is all: 6 instructions for 32 weights in the first row, 4 in each
// other. Many rows share the widening and save multiplications, which only two of a core's four vector units do, by
// Winograd's inner product (1968): a0 * w0 + a1 * w1 is (a0 + w1) * (a1 + w0) less a0 * a1, which the row's outputs
// share, and w0 * w1, which the rows share.
#include "internal.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX2, apply_to = function)

enum {
  /// Rows of a register tile: 4 rows by 2 registers of sums, 4 of weights, 2 activations, 2 temporary.
  TILE_ROWS = 4,
  /// Registers of 8 outputs that a tile of several rows has side by side.
  STRIP = 2,
  /// Registers of 8 outputs in a block.
  BLOCK_REGISTERS = OCTAVO_BLOCK / WIDTH,
  /// Rows whose activations and totals are kept while a block's channels are walked.
  PANEL_ROWS = 48,
  /// Bytes of four channels of a block.
  STEP_BYTES = 4 * OCTAVO_BLOCK,
  /// Steps of four input channels that are walked for all rows of a panel before the next.
  CHUNK_STEPS = OCTAVO_GROUP / 4,
};

/// Two neighbours of four channels, 16 bits each: the even ones or the odd ones.
typedef int32_t Pair;

/// What is kept of some rows and one block between its chunks.
typedef struct Panel {
  /// The chunk's activations: the even pairs of all steps, then the odd ones.
  _Alignas(32) Pair activations[PANEL_ROWS][2][CHUNK_STEPS];
  /// A strip of the chunk's weights: the even pairs of its outputs, then the odd ones.
  _Alignas(32) Pair weights[CHUNK_STEPS][2][STRIP * WIDTH];
  /// Sums of the chunks before: of scaled groups in float32; where a row is one group, its exact sum so far.
  _Alignas(32) union {
    float scaled[OCTAVO_BLOCK];
    int32_t exact[OCTAVO_BLOCK];
  } totals[PANEL_ROWS];
  /// Sums of products of even and odd neighbours, of a row's activations and of an output's weights in the chunk.
  int32_t activation_products[PANEL_ROWS];
  _Alignas(32) int32_t weight_products[STRIP * WIDTH];
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
  /// What of the next chunk's weights each step asks for: all tiles of a chunk ask for all of it, as asked for at once
  /// it would fill the buffers that loads need. For tiles that widen their weights on the way it is not used.
  const char *ahead;
  size_t ahead_stride;
} Tile;

ALWAYS_INLINE __m256i even_bytes(__m256i four) { return _mm256_and_si256(four, _mm256_set1_epi16(255)); }

ALWAYS_INLINE __m256i odd_bytes(__m256i four) { return _mm256_srli_epi16(four, 8); }

/// Widens a row's activations in a chunk; zeros follow up to a whole register.
static void widen_activations(const int8_t *values, size_t steps, Panel *panel, size_t row) {
  __m256i products = _mm256_setzero_si256();
  for (size_t step = 0; step < steps; step += WIDTH) {
    __m256i fours = _mm256_setzero_si256();
    if (steps - step >= WIDTH) {
      fours = _mm256_loadu_si256((const __m256i *)(values + 4 * step));
    } else {
      memcpy(&fours, values + 4 * step, 4 * (steps - step));
    }
    __m256i even = _mm256_srai_epi16(_mm256_slli_epi16(fours, 8), 8), odd = _mm256_srai_epi16(fours, 8);
    _mm256_store_si256((__m256i *)(panel->activations[row][0] + step), even);
    _mm256_store_si256((__m256i *)(panel->activations[row][1] + step), odd);
    products = _mm256_add_epi32(products, _mm256_madd_epi16(even, odd));
  }
  panel->activation_products[row] = reduce_add(products);
}

/// Widens a strip of a chunk's weights.
static void widen_weights(const Chunk *chunk, size_t column, Panel *panel) {
  const uint8_t *weights = chunk->weights + 4 * column;
  __m256i products[STRIP] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
  for (size_t step = 0; step < chunk->steps; step++, weights += STEP_BYTES) {
    for (int j = 0; j < STRIP; j++) {
      __m256i fours = _mm256_load_si256((const __m256i *)weights + j);
      __m256i even = even_bytes(fours), odd = odd_bytes(fours);
      _mm256_store_si256((__m256i *)panel->weights[step][0] + j, even);
      _mm256_store_si256((__m256i *)panel->weights[step][1] + j, odd);
      products[j] = _mm256_add_epi32(products[j], _mm256_madd_epi16(even, odd));
    }
  }
  for (int j = 0; j < STRIP; j++) _mm256_store_si256((__m256i *)panel->weight_products + j, products[j]);
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

ALWAYS_INLINE void add_products(__m256i *sum, __m256i weights, __m256i activations) {
  *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(weights, activations));
}

/// Widens the weights on the way, and asks for as many of the next chunk as it reads.
ALWAYS_INLINE void sum_streamed(const int rows, const int width, const Chunk *chunk, size_t column, const Panel *panel,
                                __m256i sums[][BLOCK_REGISTERS]) {
  const uint8_t *weights = chunk->weights + 4 * column;
  const char *ahead = (const char *)chunk->weights + CHUNK_STEPS * STEP_BYTES + chunk->steps * 4 * column;
  for (size_t step = 0; step < chunk->steps; step++, weights += STEP_BYTES) {
    for (int line = 0; line < width / 2; line++, ahead += 64) _mm_prefetch(ahead, _MM_HINT_T0);
    __m256i pairs[TILE_ROWS];
    for (int r = 0; r < rows; r++) pairs[r] = _mm256_set1_epi32(panel->activations[r][0][step]);
    for (int j = 0; j < width; j++) {
      __m256i even = even_bytes(_mm256_load_si256((const __m256i *)weights + j));
      for (int r = 0; r < rows; r++) add_products(&sums[r][j], even, pairs[r]);
    }
    // Not known to be the same, weights are loaded again instead of kept in registers that sums need.
    __asm__("" : "+r"(weights));
    for (int r = 0; r < rows; r++) pairs[r] = _mm256_set1_epi32(panel->activations[r][1][step]);
    for (int j = 0; j < width; j++) {
      __m256i odd = odd_bytes(_mm256_load_si256((const __m256i *)weights + j));
      for (int r = 0; r < rows; r++) add_products(&sums[r][j], odd, pairs[r]);
    }
  }
}

/// With the weights that the panel has, by Winograd's inner product.
ALWAYS_INLINE void sum_widened(const int rows, const Chunk *chunk, const Panel *panel, size_t first, const char *ahead,
                               size_t ahead_stride, __m256i sums[][BLOCK_REGISTERS]) {
  const Pair(*activations)[2][CHUNK_STEPS] = panel->activations + first;
  for (int r = 0; r < rows; r++) {
    const __m256i shared = _mm256_set1_epi32(panel->activation_products[first + (size_t)r]);
    for (int j = 0; j < STRIP; j++) {
      __m256i products = _mm256_load_si256((const __m256i *)panel->weight_products + j);
      sums[r][j] = _mm256_sub_epi32(sums[r][j], _mm256_add_epi32(products, shared));
    }
  }
  for (size_t step = 0; step < chunk->steps; step++, ahead += ahead_stride) {
    _mm_prefetch(ahead, _MM_HINT_T0);
    __m256i even[STRIP], odd[STRIP];
    for (int j = 0; j < STRIP; j++) {
      even[j] = _mm256_load_si256((const __m256i *)panel->weights[step][0] + j);
      odd[j] = _mm256_load_si256((const __m256i *)panel->weights[step][1] + j);
    }
    for (int r = 0; r < rows; r++) {
      const __m256i a = _mm256_set1_epi32(activations[r][0][step]), b = _mm256_set1_epi32(activations[r][1][step]);
      for (int j = 0; j < STRIP; j++) {
        add_products(&sums[r][j], _mm256_add_epi16(odd[j], a), _mm256_add_epi16(even[j], b));
      }
    }
  }
}

/// Scales totals of the outputs from `column` on and writes them.
ALWAYS_INLINE void finish(const Chunk *chunk, const Tile *tile, size_t row, size_t column, __m256 total) {
  size_t index = chunk->block * OCTAVO_BLOCK + column;
  const OctavoPackedInt8 *layer = chunk->layer;
  __m256 scale = _mm256_loadu_ps(layer->scales + index);
  __m256 scaled =
      layer->bias ? _mm256_fmadd_ps(total, scale, _mm256_loadu_ps(layer->bias + index)) : _mm256_mul_ps(total, scale);
  float *out = tile->out + row * tile->out_stride + column;
  _mm256_storeu_ps(out, tile->accumulates ? _mm256_add_ps(_mm256_loadu_ps(out), scaled) : scaled);
}

/// Keeps a chunk's sums: a group's are scaled and added to the totals, which the last chunk turns into outputs.
ALWAYS_INLINE void end_sums(const int rows, const int width, const Chunk *chunk, const Tile *tile, size_t column,
                            Panel *panel, size_t first, __m256i sums[][BLOCK_REGISTERS]) {
  const int is_exact = chunk->layer->channel_sums && !chunk->is_last, is_last = chunk->is_last;
  for (int r = 0; r < rows; r++) {
    float *totals = panel->totals[first + (size_t)r].scaled + column;
    __m256 scale = _mm256_set1_ps(tile->terms[(size_t)r * tile->term_stride + chunk->group].scale);
    for (int j = 0; j < width; j++, totals += WIDTH) {
      if (is_exact) {
        _mm256_store_si256((__m256i *)totals, sums[r][j]);
        continue;
      }
      __m256 before = chunk->group == 0 ? _mm256_setzero_ps() : _mm256_load_ps(totals);
      __m256 total = _mm256_fmadd_ps(_mm256_cvtepi32_ps(sums[r][j]), scale, before);
      if (is_last) {
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
    sum_streamed(rows, width, chunk, column, panel, sums);
    end_sums(rows, width, chunk, tile, column, panel, 0, sums);
  }
}

ALWAYS_INLINE void run_widened(const int rows, const Chunk *chunk, const Tile *tile, size_t column, Panel *panel,
                               size_t first) {
  __m256i sums[TILE_ROWS][BLOCK_REGISTERS];
  start_sums(rows, STRIP, chunk, tile, column, panel, first, sums);
  sum_widened(rows, chunk, panel, first, tile->ahead, tile->ahead_stride, sums);
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
    default:
      return run_streamed(4, STRIP, chunk, tile, panel);
  }
}

static void widened_rows(const Chunk *chunk, const Tile *tile, size_t rows, size_t column, Panel *panel, size_t first) {
  switch (rows) {
    case 1:
      return run_widened(1, chunk, tile, column, panel, first);
    case 2:
      return run_widened(2, chunk, tile, column, panel, first);
    case 3:
      return run_widened(3, chunk, tile, column, panel, first);
    default:
      return run_widened(4, chunk, tile, column, panel, first);
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
  size_t tiles = (last - first + TILE_ROWS - 1) / TILE_ROWS * (OCTAVO_BLOCK / (STRIP * WIDTH));
  size_t ahead_stride = (STEP_BYTES + tiles - 1) / tiles;
  const char *ahead = (const char *)chunk->weights + CHUNK_STEPS * STEP_BYTES;
  for (size_t column = 0; column < OCTAVO_BLOCK; column += STRIP * WIDTH) {
    widen_weights(chunk, column, panel);
    for (size_t row = first; row < last; row += TILE_ROWS) {
      Tile tile = find_tile(rows, part, chunk->block, row);
      tile.ahead = ahead;
      tile.ahead_stride = ahead_stride;
      ahead += ahead_stride * CHUNK_STEPS;
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
      widen_activations(rows->values + row * rows->value_stride + 4 * step, chunk.steps, &panel, row - first);
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
