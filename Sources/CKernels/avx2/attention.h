// What the files of attention share: a tile of queries, and the block of positions it is at.
#ifndef OCTAVO_AVX2_ATTENTION_H
#define OCTAVO_AVX2_ATTENTION_H

#include "../pages.h"
#include "internal.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX2, apply_to = function)

enum {
  BLOCK_POSITIONS = OCTAVO_ATTENTION_PAGES * OCTAVO_PAGE,
  /// Registers of 8 positions in a page.
  PAGE_REGISTERS = OCTAVO_PAGE / WIDTH,
  /// Queries of the largest tile.
  TILE = 12,
  /// Queries whose sums are kept in registers at once, at most: wider tiles are two such strips.
  STRIP = 6,
  /// Pages scored side by side, at most.
  PAGES_ABREAST = 4,
};

/// Up to 12 queries: rows and heads in order, the last repeated up to the width of the tile.
typedef struct OctavoTile {
  const OctavoPages *pages;
  const OctavoQueries *queries;
  size_t first;
  size_t count;
  size_t width;
  size_t strip;
  size_t abreast;
  /// The vector of each query.
  const float *vectors[TILE];
  /// Positions each query attends to; the last query's is the largest.
  size_t lengths[TILE];
  float peaks[2 * WIDTH];
  float totals[2 * WIDTH];
  /// Of the block at hand: scores, then weights.
  float weights[TILE][BLOCK_POSITIONS];
  /// Of the block at hand: weighted sums of values, `mixed_stride` a query.
  size_t mixed_stride;
  _Alignas(32) float mixed[TILE * OCTAVO_HEAD_SIZE_MAX];
} OctavoTile;

/// The pages of a block, each with what is fetched while it is read: values, and the keys of the next pages, while keys
/// are scored; the next block's keys, or the next head's, while values are mixed.
typedef struct OctavoTileBlock {
  size_t index;
  size_t pages;
  const char *keys[OCTAVO_ATTENTION_PAGES + 2 * PAGES_ABREAST];
  const char *values[OCTAVO_ATTENTION_PAGES];
  const char *values_ahead[OCTAVO_ATTENTION_PAGES + 2 * PAGES_ABREAST];
  const char *keys_ahead[OCTAVO_ATTENTION_PAGES];
  /// Positions of the block that each query attends to: all attend to the first `common`, the last to `most`.
  size_t counts[TILE];
  size_t common;
  size_t most;
} OctavoTileBlock;

/// Eight stored elements, widened.
ALWAYS_INLINE __m256 load_elements(OctavoPageFormat format, const char *stored) {
  switch (format) {
    case OCTAVO_PAGE_FLOAT32:
      return _mm256_loadu_ps((const float *)stored);
    case OCTAVO_PAGE_FLOAT16:
      return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)stored));
    default:
      return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)stored)));
  }
}

#pragma clang attribute pop

/// Scores of all of the tile's queries in all of the block's pages.
void octavo_avx2_score_block(OctavoTile *tile, const OctavoTileBlock *block);
/// Turns scores into weights, for the queries that attend to the block.
void octavo_avx2_weigh_block(OctavoTile *tile, const OctavoTileBlock *block);
/// Mixes all channels.
void octavo_avx2_mix_block(OctavoTile *tile, const OctavoTileBlock *block);

#endif

#endif
