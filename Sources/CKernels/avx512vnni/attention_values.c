// Weighted sums of values for a tile of queries.
#include "attention.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX512VNNI, apply_to = function)

/// Sums in order of the positions, of `width` queries from `query` on in `columns` times 16 channels from `first` on.
/// Positions that only later rows attend to are added under a mask: nothing may be multiplied by what is not theirs.
ALWAYS_INLINE void mix(const OctavoPageFormat format, const size_t width, const size_t columns, OctavoTile *tile,
                       const OctavoTileBlock *block, size_t query, size_t first, __mmask16 lanes) {
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

ALWAYS_INLINE void mix_width(const OctavoPageFormat format, const size_t columns, OctavoTile *tile,
                             const OctavoTileBlock *block, size_t first, __mmask16 lanes) {
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

ALWAYS_INLINE void mix_format(const OctavoPageFormat format, OctavoTile *tile, const OctavoTileBlock *block,
                              size_t first) {
  size_t rest = tile->pages->head_size - first;
  if (rest >= COLUMNS * OCTAVO_LANES) {
    mix_width(format, COLUMNS, tile, block, first, 0xffff);
  } else {
    mix_width(format, 1, tile, block, first, first_lanes(rest));
  }
}

size_t octavo_avx512vnni_mix_channels(OctavoTile *tile, const OctavoTileBlock *block, size_t first) {
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

#pragma clang attribute pop

#endif
