// Attention over pages: tiles of queries that share a KV head, so that keys and values are loaded and widened once for
// many.
#include "attention.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX512VNNI, apply_to = function)

ALWAYS_INLINE size_t find_place(const OctavoTile *tile, size_t query, size_t stride) {
  size_t heads = tile->queries->heads;
  return query / heads * stride + query % heads * tile->pages->head_size;
}

ALWAYS_INLINE float *find_result(const OctavoTile *tile, size_t q) {
  return tile->queries->out + find_place(tile, tile->first + q, tile->queries->out_stride);
}

/// Asks for the queries of the tile from query `first` on and for the room of their results: rows lie far apart.
static void fetch_tile(const OctavoTile *tile, size_t first) {
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

static void find_tile(OctavoTile *tile) {
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

static void find_block(OctavoTileBlock *block, const OctavoTile *tile, size_t index) {
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
ALWAYS_INLINE float *find_target(const OctavoTile *tile, const OctavoTileBlock *block, size_t q,
                                 const OctavoPartials *partials) {
  if (!partials) return find_result(tile, q);
  return find_partial(partials, tile->queries, block->index, tile->first + q) + OCTAVO_PARTIAL_MIXED;
}

static void mix_block(OctavoTile *tile, const OctavoTileBlock *block, const Joining *joining,
                      const OctavoPartials *partials) {
  for (size_t first = 0, count; first < tile->pages->head_size; first += count) {
    count = octavo_avx512vnni_mix_channels(tile, block, first);
    for (size_t q = 0; q < tile->count; q++) {
      if (block->counts[q] == 0) continue;
      float *target = find_target(tile, block, q, partials) + first;
      for (size_t i = 0; i < count; i += OCTAVO_LANES) {
        join_mixed(joining, q, _mm512_loadu_ps(tile->mixed[q] + i), target + i, first_lanes(count - i));
      }
    }
  }
}

ALWAYS_INLINE void divide(float *out, size_t size, float total) {
  const __m512 totals = _mm512_set1_ps(total);
  for (size_t i = 0; i < size; i += OCTAVO_LANES) {
    __mmask16 lanes = first_lanes(size - i);
    _mm512_mask_storeu_ps(out + i, lanes, _mm512_div_ps(_mm512_maskz_loadu_ps(lanes, out + i), totals));
  }
}

/// Leaves a block's peaks and totals to who joins.
static void leave_totals(const OctavoTile *tile, const OctavoTileBlock *block, const OctavoPartials *partials) {
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

static void attend_tile(OctavoTile *tile, const Apart *apart) {
  find_tile(tile);
  const OctavoPartials *partials = apart ? apart->partials : NULL;
  size_t blocks = (tile->lengths[tile->width - 1] + BLOCK_POSITIONS - 1) / BLOCK_POSITIONS;
  size_t end = apart ? smaller(apart->block_end, blocks) : blocks;
  OctavoTileBlock block;
  Joining joining = {.peaks = _mm512_setzero_ps(), .totals = _mm512_setzero_ps(), .is_first = 1};
  for (size_t index = apart ? apart->block_begin : 0; index < end; index++) {
    find_block(&block, tile, index);
    octavo_avx512vnni_score_block(tile, &block);
    __mmask16 attending = octavo_avx512vnni_weigh_block(tile, &block);
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
static void choose_width(OctavoTile *tile, size_t count) {
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
  OctavoTile tile;
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
