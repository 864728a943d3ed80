// Int8 linear layers.
//
// A block's weights are walked group by group. Within a group every row tile of a panel uses the group's 8 KiB from the
// first-level cache while the next group's are asked for, so that memory works while the tiles compute. Sums of a tile
// stay in registers for a group, totals of a panel lie in memory between groups.
#include "internal.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX512VNNI, apply_to = function)

enum {
  /// Rows of a register tile: 6 rows by 4 registers of sums, 4 of weights, 4 spare.
  TILE_ROWS = 6,
  /// Rows whose totals are kept while a block's groups are walked.
  PANEL_ROWS = 24,
  LINE_BYTES = 64,
  /// Weights of four input channels.
  STEP_BYTES = 4 * OCTAVO_BLOCK,
  /// Weights of a group.
  GROUP_BYTES = OCTAVO_GROUP * OCTAVO_BLOCK,
  /// Groups between the weights in use and those asked for.
  GROUPS_AHEAD = 2,
  /// Steps of four input channels in a group.
  GROUP_STEPS = OCTAVO_GROUP / 4,
};

/// One block of a layer, and a panel of rows with their totals, 64 a row.
typedef struct Panel {
  const OctavoPackedInt8 *layer;
  const OctavoQuantizedRows *rows;
  const OctavoLinearPart *part;
  const uint8_t *weights;
  size_t block;
  size_t channels;
  size_t groups;
  float totals[PANEL_ROWS * OCTAVO_BLOCK];
} Panel;

/// Some rows of a panel and the group they are at.
typedef struct Tile {
  size_t row;
  size_t group;
  float *totals;
  /// Cache lines of weights to ask for with each step, from `ahead` on: 0, 1 or 2.
  int lines;
  const uint8_t *ahead;
} Tile;

ALWAYS_INLINE const OctavoGroupTerm *find_term(const Panel *panel, const Tile *tile, int r) {
  return panel->rows->terms + (tile->row + (size_t)r) * panel->rows->term_stride + tile->group;
}

/// Weight sums of a group as pairs (sum, -128), to be multiplied with a term's pair.
ALWAYS_INLINE __m512i load_sum_pairs(const Panel *panel, size_t group, int j) {
  const int16_t *sums =
      panel->layer->group_sums + (panel->block * panel->groups + group) * OCTAVO_BLOCK + OCTAVO_LANES * j;
  __m512i wide = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)sums));
  return _mm512_or_si512(wide, _mm512_set1_epi32((int32_t)0xff800000u));
}

/// A term as the pair (zero factor, sum of stored values), which fit 16 bits in a group of 128.
ALWAYS_INLINE __m512i spread_term(const OctavoGroupTerm *term) {
  uint32_t sum = (uint32_t)(-(term->offset >> 7));
  return _mm512_set1_epi32((int32_t)(sum << 16 | ((uint32_t)term->zero_factor & 0xffffu)));
}

/// Starts a group's sums at what its terms add.
ALWAYS_INLINE void start_group(const int rows, const Panel *panel, const Tile *tile, __m512i sums[TILE_ROWS][4]) {
  __m512i pairs[4];
  for (int j = 0; j < 4; j++) pairs[j] = load_sum_pairs(panel, tile->group, j);
  for (int r = 0; r < rows; r++) {
    __m512i term = spread_term(find_term(panel, tile, r));
    for (int j = 0; j < 4; j++) sums[r][j] = _mm512_dpwssd_epi32(_mm512_setzero_si512(), pairs[j], term);
  }
}

/// The same where a row is one group, whose numbers take all 32 bits.
ALWAYS_INLINE void start_token(const int rows, const Panel *panel, const Tile *tile, __m512i sums[TILE_ROWS][4]) {
  for (int j = 0; j < 4; j++) {
    __m512i weight_sums =
        _mm512_loadu_si512(panel->layer->channel_sums + panel->block * OCTAVO_BLOCK + OCTAVO_LANES * j);
    for (int r = 0; r < rows; r++) {
      const OctavoGroupTerm *term = find_term(panel, tile, r);
      __m512i product = _mm512_mullo_epi32(weight_sums, _mm512_set1_epi32(term->zero_factor));
      sums[r][j] = _mm512_add_epi32(product, _mm512_set1_epi32(term->offset));
    }
  }
}

/// Asks for up to two lines of weights, into the second-level cache: the first has no room for them yet.
ALWAYS_INLINE void ask_ahead(const Tile *tile, size_t step) {
  if (tile->lines == 0) return;
  const char *ahead = (const char *)tile->ahead + step * LINE_BYTES * (size_t)tile->lines;
  _mm_prefetch(ahead, _MM_HINT_T1);
  if (tile->lines == 2) _mm_prefetch(ahead + LINE_BYTES, _MM_HINT_T1);
}

/// Adds the products of `count` input channels from `begin` on, a multiple of 4.
ALWAYS_INLINE void sum_channels(const int rows, const Panel *panel, const Tile *tile, size_t begin, size_t count,
                                __m512i sums[TILE_ROWS][4]) {
  const uint8_t *weights = panel->weights + begin * OCTAVO_BLOCK;
  const int8_t *values = panel->rows->values + tile->row * panel->rows->value_stride + begin;
  for (size_t step = 0; step < count / 4; step++, weights += STEP_BYTES, values += 4) {
    ask_ahead(tile, step);
    __m512i w[4];
    for (int j = 0; j < 4; j++) w[j] = _mm512_load_si512(weights + LINE_BYTES * j);
    for (int r = 0; r < rows; r++) {
      int32_t four;
      memcpy(&four, values + (size_t)r * panel->rows->value_stride, sizeof four);
      __m512i a = _mm512_set1_epi32(four);
      for (int j = 0; j < 4; j++) sums[r][j] = _mm512_dpbusd_epi32(sums[r][j], w[j], a);
    }
  }
}

/// Adds a group's exact sums, scaled, to the totals.
ALWAYS_INLINE void add_group(const int rows, const Panel *panel, const Tile *tile, __m512i sums[TILE_ROWS][4]) {
  for (int r = 0; r < rows; r++) {
    __m512 scale = _mm512_set1_ps(find_term(panel, tile, r)->scale);
    for (int j = 0; j < 4; j++) {
      float *total = tile->totals + OCTAVO_BLOCK * r + OCTAVO_LANES * j;
      __m512 before = tile->group == 0 ? _mm512_setzero_ps() : _mm512_loadu_ps(total);
      _mm512_storeu_ps(total, _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums[r][j]), scale, before));
    }
  }
}

/// Outputs from the totals of a tile's rows.
ALWAYS_INLINE void finish(const int rows, const Panel *panel, const Tile *tile) {
  const OctavoPackedInt8 *layer = panel->layer;
  for (int j = 0; j < 4; j++) {
    size_t column = panel->block * OCTAVO_BLOCK + OCTAVO_LANES * (size_t)j;
    __m512 scale = _mm512_loadu_ps(layer->scales + column);
    for (int r = 0; r < rows; r++) {
      float *out = find_out(panel->part, tile->row + (size_t)r, panel->block) + OCTAVO_LANES * j;
      __m512 sum = _mm512_loadu_ps(tile->totals + OCTAVO_BLOCK * r + OCTAVO_LANES * j);
      __m512 scaled =
          layer->bias ? _mm512_fmadd_ps(sum, scale, _mm512_loadu_ps(layer->bias + column)) : _mm512_mul_ps(sum, scale);
      _mm512_storeu_ps(out, panel->part->accumulates ? _mm512_add_ps(_mm512_loadu_ps(out), scaled) : scaled);
    }
  }
}

/// Asks for the values that the next tile starts with, which lie rows away.
ALWAYS_INLINE void ask_next_rows(const int rows, const Panel *panel, const Tile *tile) {
  size_t stride = panel->rows->value_stride;
  const int8_t *next = panel->rows->values + (tile->row + (size_t)rows) * stride + tile->group * OCTAVO_GROUP;
  for (int r = 0; r < rows; r++, next += stride) {
    _mm_prefetch((const char *)next, _MM_HINT_T0);
    _mm_prefetch((const char *)next + LINE_BYTES, _MM_HINT_T0);
  }
}

/// One group of one tile, or all of a row that is one group; the last one finishes the outputs.
ALWAYS_INLINE void run_tile(const int rows, const Panel *panel, const Tile *tile) {
  __m512i sums[TILE_ROWS][4];
  if (panel->layer->channel_sums) {
    start_token(rows, panel, tile, sums);
    sum_channels(rows, panel, tile, 0, panel->channels, sums);
  } else {
    size_t begin = tile->group * OCTAVO_GROUP;
    ask_next_rows(rows, panel, tile);
    start_group(rows, panel, tile, sums);
    sum_channels(rows, panel, tile, begin, smaller(OCTAVO_GROUP, panel->channels - begin), sums);
  }
  add_group(rows, panel, tile, sums);
  if (tile->group + 1 == panel->groups) finish(rows, panel, tile);
}

static void run_rows(size_t rows, const Panel *panel, const Tile *tile) {
  switch (rows) {
    case 1:
      return run_tile(1, panel, tile);
    case 2:
      return run_tile(2, panel, tile);
    case 3:
      return run_tile(3, panel, tile);
    case 4:
      return run_tile(4, panel, tile);
    case 5:
      return run_tile(5, panel, tile);
    default:
      return run_tile(6, panel, tile);
  }
}

/// All groups of the rows from `first` to `last`, in tiles as equal as they can be.
static void run_panel(Panel *panel, size_t first, size_t last) {
  size_t tiles = (last - first + TILE_ROWS - 1) / TILE_ROWS;
  // One tile streams the weights, which the processor sees by itself.
  int lines = tiles == 1 ? 0 : tiles < 4 ? 2 : 1;
  for (size_t group = 0; group < panel->groups; group++) {
    for (size_t index = 0; index < tiles; index++) {
      size_t begin = (last - first) * index / tiles, end = (last - first) * (index + 1) / tiles;
      size_t ahead = (size_t)lines * index;
      Tile tile = {
          .row = first + begin,
          .group = group,
          .totals = panel->totals + begin * OCTAVO_BLOCK,
          .lines = ahead < 4 ? lines : 0,
          .ahead = panel->weights + (group + GROUPS_AHEAD) * GROUP_BYTES + ahead * GROUP_STEPS * LINE_BYTES,
      };
      run_rows(end - begin, panel, &tile);
    }
  }
}

void octavo_avx512vnni_linear_int8(const OctavoPackedInt8 *layer, const OctavoQuantizedRows *rows,
                                   const OctavoLinearPart *part) {
  Panel panel = {.layer = layer, .rows = rows, .part = part, .channels = (layer->input_channels + 3) / 4 * 4};
  panel.groups = layer->channel_sums ? 1 : (panel.channels + OCTAVO_GROUP - 1) / OCTAVO_GROUP;
  for (size_t block = part->block_begin; block < part->block_end; block++) {
    panel.block = block;
    panel.weights = layer->weights + block * OCTAVO_BLOCK * panel.channels;
    for (size_t row = part->row_begin; row < part->row_end; row += PANEL_ROWS) {
      run_panel(&panel, row, smaller(row + PANEL_ROWS, part->row_end));
    }
  }
}

#pragma clang attribute pop

#endif
