// Scores and weights of a tile of queries.
#include "attention.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX512VNNI, apply_to = function)

/// Scores of `width` queries in `abreast` pages: as many chains of sums, each in order of the channels.
ALWAYS_INLINE void score_pages(const OctavoPageFormat format, const size_t width, const size_t abreast,
                               OctavoTile *tile, const OctavoTileBlock *block, size_t page) {
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

ALWAYS_INLINE void score_format(const OctavoPageFormat format, OctavoTile *tile, const OctavoTileBlock *block) {
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

void octavo_avx512vnni_score_block(OctavoTile *tile, const OctavoTileBlock *block) {
  if (tile->pages->format == OCTAVO_PAGE_FLOAT16) {
    score_format(OCTAVO_PAGE_FLOAT16, tile, block);
  } else if (tile->pages->format == OCTAVO_PAGE_INT8) {
    score_format(OCTAVO_PAGE_INT8, tile, block);
  } else {
    score_format(OCTAVO_PAGE_FLOAT32, tile, block);
  }
}

/// Turns one query's scores into weights; leaves the largest score and the sum of the weights in the tile.
static void weigh(OctavoTile *tile, const OctavoTileBlock *block, size_t q) {
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

__mmask16 octavo_avx512vnni_weigh_block(OctavoTile *tile, const OctavoTileBlock *block) {
  __mmask16 attending = 0;
  for (size_t q = 0; q < tile->count; q++) {
    if (block->counts[q] == 0) continue;
    weigh(tile, block, q);
    attending |= (__mmask16)(1u << q);
  }
  return attending;
}

#pragma clang attribute pop

#endif
