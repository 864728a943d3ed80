// Attention over pages: tiles of queries that share a KV head, so that keys and values are loaded and widened once for
// many.
#include "../pages.h"
#include "internal.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX512VNNI, apply_to = function)

enum {
  BLOCK_POSITIONS = OCTAVO_ATTENTION_PAGES * OCTAVO_PAGE,
  /// Queries of the largest tile.
  TILE = 12,
  /// Pages scored side by side, at most.
  PAGES_ABREAST = 8,
  /// Vectors of 16 channels mixed side by side, at most.
  COLUMNS = 4,
};

/// Up to 12 queries: rows and heads in order, the last repeated up to the width of the tile.
typedef struct Tile {
  const OctavoPages *pages;
  const OctavoQueries *queries;
  size_t first;
  size_t count;
  size_t width;
  size_t abreast;
  /// Positions each query attends to; the last query's is the largest.
  size_t lengths[TILE];
  /// [channel][query], as wide as the tile.
  float packed[OCTAVO_HEAD_SIZE_MAX * TILE];
  /// Of the block at hand: scores, then weights.
  float weights[TILE][BLOCK_POSITIONS];
  float peaks[OCTAVO_LANES];
  float totals[OCTAVO_LANES];
  /// Of the channels at hand: weighted sums of values.
  float mixed[TILE][COLUMNS * OCTAVO_LANES];
} Tile;

/// The pages of a block, each with what is fetched into the second cache while it is read: values while their keys are
/// scored, the next block's keys while values are mixed.
typedef struct Block {
  size_t index;
  size_t pages;
  const char *keys[OCTAVO_ATTENTION_PAGES + PAGES_ABREAST];
  const char *values[OCTAVO_ATTENTION_PAGES];
  const char *values_ahead[OCTAVO_ATTENTION_PAGES + PAGES_ABREAST];
  const char *keys_ahead[OCTAVO_ATTENTION_PAGES];
  /// Positions of the block that each query attends to: all attend to the first `common`, the last to `most`.
  size_t counts[TILE];
  size_t common;
  size_t most;
} Block;

ALWAYS_INLINE __m512 load_elements(OctavoPageFormat format, const char *stored, __mmask16 lanes) {
  switch (format) {
    case OCTAVO_PAGE_FLOAT32:
      return _mm512_maskz_loadu_ps(lanes, stored);
    case OCTAVO_PAGE_FLOAT16:
      return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(lanes, stored));
    default:
      return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_maskz_loadu_epi8(lanes, stored)));
  }
}

ALWAYS_INLINE size_t find_place(const Tile *tile, size_t query, size_t stride) {
  size_t heads = tile->queries->heads;
  return query / heads * stride + query % heads * tile->pages->head_size;
}

ALWAYS_INLINE float *find_result(const Tile *tile, size_t q) {
  return tile->queries->out + find_place(tile, tile->first + q, tile->queries->out_stride);
}

/// Asks for the queries of the tile from query `first` on and for the room of their results: rows lie far apart.
static void fetch_tile(const Tile *tile, size_t first) {
  const OctavoQueries *queries = tile->queries;
  size_t end = smaller(first + TILE, queries->rows * queries->heads);
  for (size_t q = first; q < end; q++) {
    const float *query = queries->queries + find_place(tile, q, queries->query_stride);
    const float *out = queries->out + find_place(tile, q, queries->out_stride);
    for (size_t i = 0; i < tile->pages->head_size; i += OCTAVO_LANES) {
      _mm_prefetch(query + i, _MM_HINT_T0);
      _mm_prefetch(out + i, _MM_HINT_T0);
    }
  }
}

static void find_tile(Tile *tile) {
  const OctavoQueries *queries = tile->queries;
  size_t size = tile->pages->head_size, width = tile->width;
  fetch_tile(tile, tile->first + TILE);
  for (size_t q = 0; q < width; q++) {
    size_t index = tile->first + smaller(q, tile->count - 1);
    const float *query = queries->queries + find_place(tile, index, queries->query_stride);
    tile->lengths[q] = queries->first_length + index / queries->heads;
#pragma clang loop vectorize(disable)
    for (size_t i = 0; i < size; i++) tile->packed[i * width + q] = query[i];
  }
  memset(tile->peaks, 0, sizeof tile->peaks);
  memset(tile->totals, 0, sizeof tile->totals);
}

static void find_block(Block *block, const Tile *tile, size_t index) {
  size_t width = tile->width, abreast = tile->abreast;
  const OctavoPages *pages = tile->pages;
  size_t start = index * BLOCK_POSITIONS, head = tile->queries->head, length = tile->lengths[width - 1];
  const uint32_t *ids = tile->queries->page_ids + index * OCTAVO_ATTENTION_PAGES;
  block->index = index;
  for (size_t q = 0; q < width; q++) {
    block->counts[q] = tile->lengths[q] > start ? smaller(BLOCK_POSITIONS, tile->lengths[q] - start) : 0;
  }
  block->common = block->counts[0];
  block->most = block->counts[width - 1];
  size_t count = (block->most + OCTAVO_PAGE - 1) / OCTAVO_PAGE;
  // Pages from here to the sequence's last.
  size_t rest = (length - start + OCTAVO_PAGE - 1) / OCTAVO_PAGE;
  block->pages = count;
  for (size_t p = 0; p < count; p++) {
    block->values[p] = find_values(pages, ids[p], head);
    block->keys_ahead[p] = find_keys(pages, ids[smaller(p + count, rest - 1)], head);
  }
  for (size_t p = 0; p < count + abreast; p++) {
    block->keys[p] = find_keys(pages, ids[smaller(p, count - 1)], head);
    block->values_ahead[p] = block->values[smaller(p, count - 1)];
  }
}

/// Scores of `width` queries in `abreast` pages: as many chains of sums, each in order of the channels.
ALWAYS_INLINE void score_pages(const OctavoPageFormat format, const size_t width, const size_t abreast, Tile *tile,
                               const Block *block, size_t page) {
  const char *const *keys = block->keys + page;
  const char *const *ahead = block->values_ahead + page;
  const size_t row_bytes = OCTAVO_PAGE * page_element_bytes(format);
  __m512 sums[TILE][PAGES_ABREAST];
#pragma clang loop unroll(full)
  for (size_t q = 0; q < width; q++) {
#pragma clang loop unroll(full)
    for (size_t p = 0; p < abreast; p++) sums[q][p] = _mm512_setzero_ps();
  }
  const size_t size = tile->pages->head_size;
#pragma clang loop unroll(disable)
  for (size_t i = 0; i < size; i++) {
    __m512 k[PAGES_ABREAST];
#pragma clang loop unroll(full)
    for (size_t p = 0; p < abreast; p++) {
      k[p] = load_elements(format, keys[p] + i * row_bytes, 0xffff);
      _mm_prefetch(ahead[p] + i * row_bytes, _MM_HINT_T1);
    }
#pragma clang loop unroll(full)
    for (size_t q = 0; q < width; q++) {
      __m512 query = _mm512_set1_ps(tile->packed[i * width + q]);
#pragma clang loop unroll(full)
      for (size_t p = 0; p < abreast; p++) sums[q][p] = _mm512_fmadd_ps(query, k[p], sums[q][p]);
    }
  }
  const __m512 scale = _mm512_set1_ps(tile->queries->scale);
#pragma clang loop unroll(full)
  for (size_t p = 0; p < abreast; p++) {
    __m512 key_scale = scale;
    if (format == OCTAVO_PAGE_INT8) key_scale = _mm512_loadu_ps(find_scales(tile->pages, keys[p]));
#pragma clang loop unroll(full)
    for (size_t q = 0; q < width; q++) {
      __m512 sum = sums[q][p];
      if (format == OCTAVO_PAGE_INT8) sum = _mm512_mul_ps(sum, key_scale);
      _mm512_storeu_ps(tile->weights[q] + (page + p) * OCTAVO_PAGE, _mm512_mul_ps(sum, scale));
    }
  }
}

ALWAYS_INLINE void score_format(const OctavoPageFormat format, Tile *tile, const Block *block) {
  for (size_t page = 0; page < block->pages; page += tile->abreast) {
    switch (tile->width) {
      case 12:
        score_pages(format, 12, 1, tile, block, page);
        break;
      case 8:
        score_pages(format, 8, 1, tile, block, page);
        break;
      case 6:
        score_pages(format, 6, 4, tile, block, page);
        break;
      case 4:
        score_pages(format, 4, 4, tile, block, page);
        break;
      case 2:
        score_pages(format, 2, 4, tile, block, page);
        break;
      default:
        score_pages(format, 1, 8, tile, block, page);
        break;
    }
  }
}

static NEVER_INLINE void score_block(Tile *tile, const Block *block) {
  if (tile->pages->format == OCTAVO_PAGE_FLOAT16) {
    score_format(OCTAVO_PAGE_FLOAT16, tile, block);
  } else if (tile->pages->format == OCTAVO_PAGE_INT8) {
    score_format(OCTAVO_PAGE_INT8, tile, block);
  } else {
    score_format(OCTAVO_PAGE_FLOAT32, tile, block);
  }
}

/// Turns one query's scores into weights; leaves the largest score and the sum of the weights in the tile.
static NEVER_INLINE void weigh(Tile *tile, const Block *block, size_t q) {
  float *scores = tile->weights[q];
  size_t count = block->counts[q];
  __m512 peaks = _mm512_set1_ps(scores[0]);
  for (size_t t = 0; t < count; t += OCTAVO_LANES) {
    __m512 s = _mm512_loadu_ps(scores + t);
    peaks = _mm512_mask_max_ps(peaks, first_lanes(count - t), s, peaks);
  }
  tile->peaks[q] = _mm512_reduce_max_ps(peaks);
  const __m512 peak = _mm512_set1_ps(tile->peaks[q]);
  __m512 sums = _mm512_setzero_ps();
  for (size_t t = 0; t < count; t += OCTAVO_LANES) {
    __m512 weights = exponential(_mm512_sub_ps(_mm512_loadu_ps(scores + t), peak));
    sums = _mm512_mask_add_ps(sums, first_lanes(count - t), sums, weights);
    if (tile->pages->format == OCTAVO_PAGE_INT8) {
      weights = _mm512_mul_ps(weights, _mm512_loadu_ps(find_scales(tile->pages, block->values[t / OCTAVO_PAGE])));
    }
    _mm512_storeu_ps(scores + t, weights);
  }
  tile->totals[q] = join(sums);
}

/// Sums in order of the positions, of `width` queries from `query` on in `columns` times 16 channels from `first` on.
/// Positions that only later rows attend to are added under a mask: nothing may be multiplied by what is not theirs.
ALWAYS_INLINE void mix(const OctavoPageFormat format, const size_t width, const size_t columns, Tile *tile,
                       const Block *block, size_t query, size_t first, __mmask16 lanes) {
  __m512 sums[TILE][COLUMNS];
  const size_t bytes = page_element_bytes(format), row_bytes = tile->pages->head_size * bytes;
#pragma clang loop unroll(full)
  for (size_t q = 0; q < width; q++) {
#pragma clang loop unroll(full)
    for (size_t c = 0; c < columns; c++) sums[q][c] = _mm512_setzero_ps();
  }
  for (size_t page = 0; page < block->pages; page++) {
    const char *values = block->values[page] + first * bytes, *ahead = block->keys_ahead[page] + first * bytes;
    size_t start = page * OCTAVO_PAGE;
    const float *weights = tile->weights[query] + start;
    size_t common = block->common > start ? smaller(OCTAVO_PAGE, block->common - start) : 0;
    size_t most = smaller(OCTAVO_PAGE, block->most - start), t = 0;
#pragma clang loop unroll(disable)
    for (; t < common; t++) {
      __m512 v[COLUMNS];
#pragma clang loop unroll(full)
      for (size_t c = 0; c < columns; c++) v[c] = load_elements(format, values + t * row_bytes + 16 * c * bytes, lanes);
#pragma clang loop unroll(full)
      for (size_t c = 0; c < columns * 16 * bytes; c += 64) _mm_prefetch(ahead + t * row_bytes + c, _MM_HINT_T1);
#pragma clang loop unroll(full)
      for (size_t q = 0; q < width; q++) {
        __m512 weight = _mm512_set1_ps(weights[q * BLOCK_POSITIONS + t]);
#pragma clang loop unroll(full)
        for (size_t c = 0; c < columns; c++) sums[q][c] = _mm512_fmadd_ps(weight, v[c], sums[q][c]);
      }
    }
#pragma clang loop unroll(disable)
    for (; t < most; t++) {
#pragma clang loop unroll(full)
      for (size_t q = 0; q < width; q++) {
        __mmask16 attends = start + t < block->counts[query + q] ? 0xffff : 0;
        __m512 weight = _mm512_set1_ps(weights[q * BLOCK_POSITIONS + t]);
#pragma clang loop unroll(full)
        for (size_t c = 0; c < columns; c++) {
          __m512 v = load_elements(format, values + t * row_bytes + 16 * c * bytes, lanes);
          sums[q][c] = _mm512_mask3_fmadd_ps(weight, v, sums[q][c], attends);
        }
      }
    }
  }
#pragma clang loop unroll(full)
  for (size_t q = 0; q < width; q++) {
#pragma clang loop unroll(full)
    for (size_t c = 0; c < columns; c++) _mm512_storeu_ps(tile->mixed[query + q] + 16 * c, sums[q][c]);
  }
}

ALWAYS_INLINE void mix_width(const OctavoPageFormat format, const size_t columns, Tile *tile, const Block *block,
                             size_t first, __mmask16 lanes) {
  switch (tile->width) {
    case 12:
      mix(format, 6, columns, tile, block, 0, first, lanes);
      mix(format, 6, columns, tile, block, 6, first, lanes);
      break;
    case 8:
      mix(format, 4, columns, tile, block, 0, first, lanes);
      mix(format, 4, columns, tile, block, 4, first, lanes);
      break;
    case 6:
      mix(format, 6, columns, tile, block, 0, first, lanes);
      break;
    case 4:
      mix(format, 4, columns, tile, block, 0, first, lanes);
      break;
    case 2:
      mix(format, 2, columns, tile, block, 0, first, lanes);
      break;
    default:
      mix(format, 1, columns, tile, block, 0, first, lanes);
      break;
  }
}

ALWAYS_INLINE void mix_format(const OctavoPageFormat format, Tile *tile, const Block *block, size_t first) {
  size_t rest = tile->pages->head_size - first;
  if (rest >= COLUMNS * OCTAVO_LANES) {
    mix_width(format, COLUMNS, tile, block, first, 0xffff);
  } else {
    mix_width(format, 1, tile, block, first, first_lanes(rest));
  }
}

/// Mixes 64 channels from `first` on, or the next 16 of those that are fewer, and returns how many.
static NEVER_INLINE size_t mix_channels(Tile *tile, const Block *block, size_t first) {
  if (tile->pages->format == OCTAVO_PAGE_FLOAT16) {
    mix_format(OCTAVO_PAGE_FLOAT16, tile, block, first);
  } else if (tile->pages->format == OCTAVO_PAGE_INT8) {
    mix_format(OCTAVO_PAGE_INT8, tile, block, first);
  } else {
    mix_format(OCTAVO_PAGE_FLOAT32, tile, block, first);
  }
  size_t rest = tile->pages->head_size - first;
  return rest >= COLUMNS * OCTAVO_LANES ? COLUMNS * OCTAVO_LANES : smaller(OCTAVO_LANES, rest);
}

/// How a block joins those before it, a lane a query.
typedef struct Joining {
  __m512 peaks;
  __m512 totals;
  float keep[OCTAVO_LANES];
  float take[OCTAVO_LANES];
  int is_first;
} Joining;

/// Takes a block's peaks and totals in, for the queries that attend to it.
ALWAYS_INLINE void join_totals(Joining *joining, __m512 peaks, __m512 totals, __mmask16 queries, int is_first) {
  __mmask16 rises = is_first ? queries : _mm512_mask_cmp_ps_mask(queries, peaks, joining->peaks, _CMP_GT_OQ);
  __m512 joint = _mm512_mask_mov_ps(joining->peaks, rises, peaks);
  __m512 keep = exponential(_mm512_sub_ps(joining->peaks, joint)), take = exponential(_mm512_sub_ps(peaks, joint));
  __m512 joined = is_first ? totals : _mm512_fmadd_ps(joining->totals, keep, _mm512_mul_ps(totals, take));
  joining->totals = _mm512_mask_mov_ps(joining->totals, queries, joined);
  joining->peaks = joint;
  joining->is_first = is_first;
  _mm512_storeu_ps(joining->keep, keep);
  _mm512_storeu_ps(joining->take, take);
}

ALWAYS_INLINE void join_mixed(const Joining *joining, size_t q, __m512 mixed, float *out, __mmask16 lanes) {
  if (!joining->is_first) {
    __m512 before = _mm512_maskz_loadu_ps(lanes, out);
    mixed = _mm512_mul_ps(mixed, _mm512_set1_ps(joining->take[q]));
    mixed = _mm512_fmadd_ps(before, _mm512_set1_ps(joining->keep[q]), mixed);
  }
  _mm512_mask_storeu_ps(out, lanes, mixed);
}

/// Where a query's mixed values go.
ALWAYS_INLINE float *find_target(const Tile *tile, const Block *block, size_t q, const OctavoPartials *partials) {
  if (!partials) return find_result(tile, q);
  return find_partial(partials, tile->queries, block->index, tile->first + q) + OCTAVO_PARTIAL_MIXED;
}

static void mix_block(Tile *tile, const Block *block, const Joining *joining, const OctavoPartials *partials) {
  for (size_t first = 0, count; first < tile->pages->head_size; first += count) {
    count = mix_channels(tile, block, first);
    for (size_t q = 0; q < tile->count; q++) {
      if (block->counts[q] == 0) continue;
      float *target = find_target(tile, block, q, partials) + first;
      for (size_t i = 0; i < count; i += OCTAVO_LANES) {
        join_mixed(joining, q, _mm512_loadu_ps(tile->mixed[q] + i), target + i, first_lanes(count - i));
      }
    }
  }
}

/// Weights and mixed values are still to come for the queries whose bits are returned: those that attend to the block.
static __mmask16 weigh_block(Tile *tile, const Block *block) {
  __mmask16 attending = 0;
  for (size_t q = 0; q < tile->count; q++) {
    if (block->counts[q] == 0) continue;
    weigh(tile, block, q);
    attending |= (__mmask16)(1u << q);
  }
  return attending;
}

ALWAYS_INLINE void divide(float *out, size_t size, float total) {
  const __m512 totals = _mm512_set1_ps(total);
  for (size_t i = 0; i < size; i += OCTAVO_LANES) {
    __mmask16 lanes = first_lanes(size - i);
    _mm512_mask_storeu_ps(out + i, lanes, _mm512_div_ps(_mm512_maskz_loadu_ps(lanes, out + i), totals));
  }
}

/// Leaves a block's peaks and totals to who joins.
static void leave_totals(const Tile *tile, const Block *block, const OctavoPartials *partials) {
  for (size_t q = 0; q < tile->count; q++) {
    if (block->counts[q] == 0) continue;
    float *partial = find_partial(partials, tile->queries, block->index, tile->first + q);
    partial[0] = tile->peaks[q];
    partial[1] = tile->totals[q];
  }
}

/// Blocks that are computed apart, and where they are left.
typedef struct Apart {
  size_t block_begin;
  size_t block_end;
  const OctavoPartials *partials;
} Apart;

static void attend_tile(Tile *tile, const Apart *apart) {
  find_tile(tile);
  const OctavoPartials *partials = apart ? apart->partials : NULL;
  size_t blocks = (tile->lengths[tile->width - 1] + BLOCK_POSITIONS - 1) / BLOCK_POSITIONS;
  size_t end = apart ? smaller(apart->block_end, blocks) : blocks;
  Block block;
  Joining joining = {.peaks = _mm512_setzero_ps(), .totals = _mm512_setzero_ps(), .is_first = 1};
  for (size_t index = apart ? apart->block_begin : 0; index < end; index++) {
    find_block(&block, tile, index);
    score_block(tile, &block);
    __mmask16 attending = weigh_block(tile, &block);
    if (apart) {
      leave_totals(tile, &block, partials);
    } else {
      join_totals(&joining, _mm512_loadu_ps(tile->peaks), _mm512_loadu_ps(tile->totals), attending, index == 0);
    }
    mix_block(tile, &block, &joining, partials);
  }
  if (apart) return;
  _mm512_storeu_ps(tile->totals, joining.totals);
  for (size_t q = 0; q < tile->count; q++) divide(find_result(tile, q), tile->pages->head_size, tile->totals[q]);
}

/// The narrowest tile that holds `count` queries, and pages enough beside it to hide the latency of sums.
static void choose_width(Tile *tile, size_t count) {
  static const struct {
    uint8_t width;
    uint8_t abreast;
  } choices[TILE + 1] = {{1, 8}, {1, 8}, {2, 4},  {4, 4},  {4, 4},  {6, 4}, {6, 4},
                         {8, 1}, {8, 1}, {12, 1}, {12, 1}, {12, 1}, {12, 1}};
  tile->count = count;
  tile->width = choices[count].width;
  tile->abreast = choices[count].abreast;
}

static void attend_tiles(const OctavoPages *pages, const OctavoQueries *queries, const Apart *apart) {
  Tile tile;
  tile.pages = pages;
  tile.queries = queries;
  size_t count = queries->rows * queries->heads;
  fetch_tile(&tile, 0);
  for (size_t first = 0; first < count; first += TILE) {
    tile.first = first;
    choose_width(&tile, smaller(TILE, count - first));
    attend_tile(&tile, apart);
  }
}

void octavo_avx512vnni_attend(const OctavoPages *pages, const OctavoQueries *queries) {
  attend_tiles(pages, queries, NULL);
}

void octavo_avx512vnni_attend_blocks(const OctavoPages *pages, const OctavoQueries *queries, size_t block_begin,
                                     size_t block_end, const OctavoPartials *partials) {
  const Apart apart = {block_begin, block_end, partials};
  attend_tiles(pages, queries, &apart);
}

static void join_query(const OctavoPages *pages, const OctavoQueries *queries, const OctavoPartials *partials,
                       size_t query) {
  size_t size = pages->head_size, row = query / queries->heads;
  float *out = queries->out + row * queries->out_stride + query % queries->heads * size;
  Joining joining = {.peaks = _mm512_setzero_ps(), .totals = _mm512_setzero_ps()};
  for (size_t block = 0; block * BLOCK_POSITIONS < queries->first_length + row; block++) {
    const float *partial = find_partial(partials, queries, block, query);
    join_totals(&joining, _mm512_set1_ps(partial[0]), _mm512_set1_ps(partial[1]), 0xffff, block == 0);
    for (size_t i = 0; i < size; i += OCTAVO_LANES) {
      __mmask16 lanes = first_lanes(size - i);
      join_mixed(&joining, 0, _mm512_maskz_loadu_ps(lanes, partial + OCTAVO_PARTIAL_MIXED + i), out + i, lanes);
    }
  }
  divide(out, size, _mm512_cvtss_f32(joining.totals));
}

void octavo_avx512vnni_join_blocks(const OctavoPages *pages, const OctavoQueries *queries,
                                   const OctavoPartials *partials) {
  for (size_t query = 0; query < queries->rows * queries->heads; query++) join_query(pages, queries, partials, query);
}

#pragma clang attribute pop

#endif
