// Weighted sums of values for a tile of queries.
#include "attention.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX2, apply_to = function)

enum {
  /// Registers of 8 channels mixed side by side, at most.
  COLUMNS = 4,
};

/// The first `count` of 8 stored elements, zeros past the last: a row may end where the page does.
static __m256 load_rest(OctavoPageFormat format, const char *stored, size_t count) {
  char rest[WIDTH * sizeof(float)] = {0};
  memcpy(rest, stored, count * page_element_bytes(format));
  return load_elements(format, rest);
}

/// A position's values: `columns` times 8, or if there are none the last `rest`.
ALWAYS_INLINE void load_columns(const OctavoPageFormat format, const size_t columns, const char *values, size_t rest,
                                __m256 v[COLUMNS]) {
  if (columns == 0) v[0] = load_rest(format, values, rest);
#pragma clang loop unroll(full)
  for (size_t c = 0; c < columns; c++) v[c] = load_elements(format, values + c * WIDTH * page_element_bytes(format));
}

/// Where the sums of some queries and channels go on, in one page of a block.
typedef struct Place {
  size_t query;
  size_t page;
  /// The first channel, and how many there are from it to the last.
  size_t first;
  size_t rest;
} Place;

/// Adds a page to the sums, in order of the positions, of `width` queries in `columns` times 8 channels; or, if there
/// are none, in the last channels, fewer than 8. Positions that only later rows attend to are added for those alone:
/// nothing may be multiplied by what is not theirs.
ALWAYS_INLINE void mix(const OctavoPageFormat format, const size_t width, const size_t columns, OctavoTile *tile,
                       const OctavoTileBlock *block, Place place) {
  const size_t registers = columns == 0 ? 1 : columns;
  const size_t bytes = page_element_bytes(format), row_bytes = tile->pages->head_size * bytes;
  const size_t start = place.page * OCTAVO_PAGE, stride = tile->mixed_stride;
  const float *weights = tile->weights[place.query] + start;
  float *mixed = tile->mixed + place.query * stride + place.first;
  __m256 sums[STRIP][COLUMNS];
#pragma clang loop unroll(full)
  for (size_t q = 0; q < width; q++) {
#pragma clang loop unroll(full)
    for (size_t c = 0; c < registers; c++) sums[q][c] = _mm256_load_ps(mixed + q * stride + c * WIDTH);
  }
  const char *values = block->values[place.page] + place.first * bytes;
  const char *ahead = block->keys_ahead[place.page] + place.first * bytes;
  const size_t common = block->common > start ? smaller(OCTAVO_PAGE, block->common - start) : 0;
  const size_t most = smaller(OCTAVO_PAGE, block->most - start);
  size_t t = 0;
#pragma clang loop unroll(disable)
  for (; t < common; t++, values += row_bytes, ahead += row_bytes) {
    __m256 v[COLUMNS];
    load_columns(format, columns, values, place.rest, v);
#pragma clang loop unroll(full)
    for (size_t c = 0; c < columns * WIDTH * bytes; c += 64) _mm_prefetch(ahead + c, _MM_HINT_T1);
#pragma clang loop unroll(full)
    for (size_t q = 0; q < width; q++) {
      __m256 weight = _mm256_broadcast_ss(weights + q * BLOCK_POSITIONS + t);
#pragma clang loop unroll(full)
      for (size_t c = 0; c < registers; c++) sums[q][c] = _mm256_fmadd_ps(weight, v[c], sums[q][c]);
    }
  }
#pragma clang loop unroll(disable)
  for (; t < most; t++, values += row_bytes) {
    __m256 v[COLUMNS];
    load_columns(format, columns, values, place.rest, v);
#pragma clang loop unroll(full)
    for (size_t q = 0; q < width; q++) {
      if (start + t >= block->counts[place.query + q]) continue;
      __m256 weight = _mm256_broadcast_ss(weights + q * BLOCK_POSITIONS + t);
#pragma clang loop unroll(full)
      for (size_t c = 0; c < registers; c++) sums[q][c] = _mm256_fmadd_ps(weight, v[c], sums[q][c]);
    }
  }
#pragma clang loop unroll(full)
  for (size_t q = 0; q < width; q++) {
#pragma clang loop unroll(full)
    for (size_t c = 0; c < registers; c++) _mm256_store_ps(mixed + q * stride + c * WIDTH, sums[q][c]);
  }
}

/// All channels of `width` queries in a page, `columns` times 8 at a time as long as there are so many.
ALWAYS_INLINE void mix_width(const OctavoPageFormat format, const size_t width, const size_t columns, OctavoTile *tile,
                             const OctavoTileBlock *block, size_t query, size_t page) {
  Place place = {query, page, 0, tile->pages->head_size};
  for (; place.rest >= columns * WIDTH; place.first += columns * WIDTH, place.rest -= columns * WIDTH) {
    mix(format, width, columns, tile, block, place);
  }
  for (; place.rest >= WIDTH; place.first += WIDTH, place.rest -= WIDTH) mix(format, width, 1, tile, block, place);
  if (place.rest > 0) mix(format, width, 0, tile, block, place);
}

ALWAYS_INLINE void mix_format(const OctavoPageFormat format, OctavoTile *tile, const OctavoTileBlock *block) {
  for (size_t page = 0; page < block->pages; page++) {
    const char *scales = (const char *)find_scales(tile->pages, block->keys_ahead[page]);
    if (format == OCTAVO_PAGE_INT8) _mm_prefetch(scales, _MM_HINT_T0);
    for (size_t query = 0; query < tile->width; query += tile->strip) {
      switch (tile->strip) {
        case 6:
          mix_width(format, 6, 2, tile, block, query, page);
          break;
        case 4:
          mix_width(format, 4, 2, tile, block, query, page);
          break;
        case 2:
          mix_width(format, 2, 4, tile, block, query, page);
          break;
        default:
          mix_width(format, 1, 4, tile, block, query, page);
          break;
      }
    }
  }
}

void octavo_avx2_mix_block(OctavoTile *tile, const OctavoTileBlock *block) {
  memset(tile->mixed, 0, tile->width * tile->mixed_stride * sizeof(float));
  if (tile->pages->format == OCTAVO_PAGE_FLOAT16) {
    mix_format(OCTAVO_PAGE_FLOAT16, tile, block);
  } else if (tile->pages->format == OCTAVO_PAGE_INT8) {
    mix_format(OCTAVO_PAGE_INT8, tile, block);
  } else {
    mix_format(OCTAVO_PAGE_FLOAT32, tile, block);
  }
}

#pragma clang attribute pop

#endif
