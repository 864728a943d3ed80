// What the files of attention share: a tile of queries, and the block of positions it is at.
#ifndef OCTAVO_AVX512VNNI_ATTENTION_H
#define OCTAVO_AVX512VNNI_ATTENTION_H

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
typedef struct OctavoTile {
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
} OctavoTile;

/// The pages of a block, each with what is fetched into the second cache while it is read: values while their keys are
/// scored, the next block's keys while values are mixed.
typedef struct OctavoTileBlock {
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
} OctavoTileBlock;

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

#pragma clang attribute pop

/// Scores of all of the tile's queries in all of the block's pages.
void octavo_avx512vnni_score_block(OctavoTile *tile, const OctavoTileBlock *block);
/// Turns scores into weights, for the queries that attend to the block, and returns which.
__mmask16 octavo_avx512vnni_weigh_block(OctavoTile *tile, const OctavoTileBlock *block);
/// Mixes 64 channels from `first` on, or the next 16 of those that are fewer, and returns how many.
size_t octavo_avx512vnni_mix_channels(OctavoTile *tile, const OctavoTileBlock *block, size_t first);

#endif

#endif
