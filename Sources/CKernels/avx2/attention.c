// Attention over pages: tiles of queries that share a KV head, so that keys and values are loaded and widened once for
// many.
#include "attention.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX2, apply_to = function)

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
      _mm_prefetch((const char *)(query + i), _MM_HINT_T0);
      _mm_prefetch((const char *)(out + i), _MM_HINT_T0);
    }
  }
}

static void find_tile(OctavoTile *tile) {
  const OctavoQueries *queries = tile->queries;
  fetch_tile(tile, tile->first + TILE);
  for (size_t q = 0; q < tile->width; q++) {
    size_t index = tile->first + smaller(q, tile->count - 1);
    tile->vectors[q] = queries->queries + find_place(tile, index, queries->query_stride);
    tile->lengths[q] = queries->first_length + index / queries->heads;
  }
  memset(tile->peaks, 0, sizeof tile->peaks);
  memset(tile->totals, 0, sizeof tile->totals);
}

/// What is most often read after the last block: the next KV head's first keys.
static const char *find_next_keys(const OctavoTile *tile, size_t page) {
  const OctavoPages *pages = tile->pages;
  size_t head = tile->queries->head, head_bytes = 2 * page_half_bytes(pages->format, pages->head_size);
  size_t next = (head + 2) * head_bytes <= pages->page_bytes ? head + 1 : head;
  return find_keys(pages, tile->queries->page_ids[page], next);
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
    block->keys_ahead[p] = p + count < rest ? find_keys(pages, ids[p + count], head) : find_next_keys(tile, p);
  }
  for (size_t p = 0; p < count + 2 * abreast; p++) {
    block->keys[p] = find_keys(pages, ids[smaller(p, count - 1)], head);
    block->values_ahead[p] = block->values[smaller(p, count - 1)];
  }
}

/// How a block joins those before it, a lane a query.
typedef struct Joining {
  float peaks[2 * WIDTH];
  float totals[2 * WIDTH];
  float keep[2 * WIDTH];
  float take[2 * WIDTH];
  int is_first;
} Joining;

/// Takes a block's peaks and totals in, for 8 queries from `first` on, of which those in `queries` attend to it.
ALWAYS_INLINE void join_totals(Joining *joining, size_t first, __m256 peaks, __m256 totals, __m256 queries,
                               int is_first) {
  __m256 peaks_before = _mm256_loadu_ps(joining->peaks + first);
  __m256 totals_before = _mm256_loadu_ps(joining->totals + first);
  __m256 rises = is_first ? queries : _mm256_and_ps(queries, _mm256_cmp_ps(peaks, peaks_before, _CMP_GT_OQ));
  __m256 joint = _mm256_blendv_ps(peaks_before, peaks, rises);
  __m256 keep = exponential(_mm256_sub_ps(peaks_before, joint)), take = exponential(_mm256_sub_ps(peaks, joint));
  __m256 joined = is_first ? totals : _mm256_fmadd_ps(totals_before, keep, _mm256_mul_ps(totals, take));
  _mm256_storeu_ps(joining->totals + first, _mm256_blendv_ps(totals_before, joined, queries));
  _mm256_storeu_ps(joining->peaks + first, joint);
  _mm256_storeu_ps(joining->keep + first, keep);
  _mm256_storeu_ps(joining->take + first, take);
  joining->is_first = is_first;
}

/// The same for all queries of a tile.
static void join_tile(Joining *joining, const OctavoTile *tile, const OctavoTileBlock *block) {
  for (size_t first = 0; first < tile->width; first += WIDTH) {
    uint32_t attends[WIDTH] = {0};
    for (size_t q = first; q < smaller(first + WIDTH, tile->count); q++) {
      attends[q - first] = block->counts[q] != 0 ? UINT32_MAX : 0;
    }
    __m256 queries = _mm256_castsi256_ps(_mm256_loadu_si256((const __m256i *)attends));
    join_totals(joining, first, _mm256_loadu_ps(tile->peaks + first), _mm256_loadu_ps(tile->totals + first), queries,
                block->index == 0);
  }
}

ALWAYS_INLINE void join_mixed(const Joining *joining, size_t q, const float *mixed, size_t size, float *out) {
  const __m256 keep = _mm256_set1_ps(joining->keep[q]), take = _mm256_set1_ps(joining->take[q]);
  for (size_t i = 0; i < size; i += WIDTH) {
    __m256 joined = load_part(mixed + i, size - i);
    if (!joining->is_first) {
      joined = _mm256_fmadd_ps(load_part(out + i, size - i), keep, _mm256_mul_ps(joined, take));
    }
    store_part(out + i, size - i, joined);
  }
}

ALWAYS_INLINE void divide(float *out, size_t size, float total) {
  const __m256 totals = _mm256_set1_ps(total);
  for (size_t i = 0; i < size; i += WIDTH) {
    store_part(out + i, size - i, _mm256_div_ps(load_part(out + i, size - i), totals));
  }
}

/// Joins a block's mixed values to those before it.
static void join_block(Joining *joining, const OctavoTile *tile, const OctavoTileBlock *block) {
  join_tile(joining, tile, block);
  for (size_t q = 0; q < tile->count; q++) {
    if (block->counts[q] == 0) continue;
    join_mixed(joining, q, tile->mixed + q * tile->mixed_stride, tile->pages->head_size, find_result(tile, q));
  }
}

/// Leaves what a block gives to who joins.
static void leave_block(const OctavoTile *tile, const OctavoTileBlock *block, const OctavoPartials *partials) {
  for (size_t q = 0; q < tile->count; q++) {
    if (block->counts[q] == 0) continue;
    float *partial = find_partial(partials, tile->queries, block->index, tile->first + q);
    partial[0] = tile->peaks[q];
    partial[1] = tile->totals[q];
    memcpy(partial + OCTAVO_PARTIAL_MIXED, tile->mixed + q * tile->mixed_stride,
           tile->pages->head_size * sizeof *partial);
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
  size_t blocks = (tile->lengths[tile->width - 1] + BLOCK_POSITIONS - 1) / BLOCK_POSITIONS;
  size_t end = apart ? smaller(apart->block_end, blocks) : blocks;
  OctavoTileBlock block;
  Joining joining = {.is_first = 1};
  for (size_t index = apart ? apart->block_begin : 0; index < end; index++) {
    find_block(&block, tile, index);
    octavo_avx2_score_block(tile, &block);
    octavo_avx2_weigh_block(tile, &block);
    octavo_avx2_mix_block(tile, &block);
    if (apart) {
      leave_block(tile, &block, apart->partials);
    } else {
      join_block(&joining, tile, &block);
    }
  }
  if (apart) return;
  for (size_t q = 0; q < tile->count; q++) divide(find_result(tile, q), tile->pages->head_size, joining.totals[q]);
}

/// The narrowest tile that holds `count` queries, and pages enough beside it to hide the latency of sums.
static void choose_width(OctavoTile *tile, size_t count) {
  static const struct {
    uint8_t width;
    uint8_t strip;
    uint8_t abreast;
  } choices[TILE + 1] = {{1, 1, 4}, {1, 1, 4}, {2, 2, 2},  {4, 4, 1},  {4, 4, 1},  {6, 6, 1}, {6, 6, 1},
                         {8, 4, 1}, {8, 4, 1}, {12, 6, 1}, {12, 6, 1}, {12, 6, 1}, {12, 6, 1}};
  tile->count = count;
  tile->width = choices[count].width;
  tile->strip = choices[count].strip;
  tile->abreast = choices[count].abreast;
}

static void attend_tiles(const OctavoPages *pages, const OctavoQueries *queries, const Apart *apart) {
  OctavoTile tile;
  tile.pages = pages;
  tile.queries = queries;
  tile.mixed_stride = (pages->head_size + WIDTH - 1) / WIDTH * WIDTH;
  size_t count = queries->rows * queries->heads;
  fetch_tile(&tile, 0);
  for (size_t first = 0; first < count; first += TILE) {
    tile.first = first;
    choose_width(&tile, smaller(TILE, count - first));
    attend_tile(&tile, apart);
  }
}

void octavo_avx2_attend(const OctavoPages *pages, const OctavoQueries *queries) { attend_tiles(pages, queries, NULL); }

void octavo_avx2_attend_blocks(const OctavoPages *pages, const OctavoQueries *queries, size_t block_begin,
                               size_t block_end, const OctavoPartials *partials) {
  const Apart apart = {block_begin, block_end, partials};
  attend_tiles(pages, queries, &apart);
}

static void join_query(const OctavoPages *pages, const OctavoQueries *queries, const OctavoPartials *partials,
                       size_t query) {
  size_t size = pages->head_size, row = query / queries->heads;
  float *out = queries->out + row * queries->out_stride + query % queries->heads * size;
  const __m256 joins = _mm256_castsi256_ps(_mm256_set1_epi32(-1));
  Joining joining = {.is_first = 1};
  for (size_t block = 0; block * BLOCK_POSITIONS < queries->first_length + row; block++) {
    const float *partial = find_partial(partials, queries, block, query);
    join_totals(&joining, 0, _mm256_set1_ps(partial[0]), _mm256_set1_ps(partial[1]), joins, block == 0);
    join_mixed(&joining, 0, partial + OCTAVO_PARTIAL_MIXED, size, out);
  }
  divide(out, size, joining.totals[0]);
}

void octavo_avx2_join_blocks(const OctavoPages *pages, const OctavoQueries *queries, const OctavoPartials *partials) {
  for (size_t query = 0; query < queries->rows * queries->heads; query++) join_query(pages, queries, partials, query);
}

#pragma clang attribute pop

#endif
