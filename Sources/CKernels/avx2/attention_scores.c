// Scores and weights of a tile of queries.
#include "attention.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX2, apply_to = function)

/// Scores of `width` queries from `query` on in `abreast` pages: two chains of sums for each, in order of the channels.
ALWAYS_INLINE void score_pages(const OctavoPageFormat format, const size_t width, const size_t abreast,
                               OctavoTile *tile, const OctavoTileBlock *block, size_t query, size_t page) {
  const char *const *keys = block->keys + page, *const *ahead = block->values_ahead + page;
  const float *const *vectors = tile->vectors + query;
  const size_t bytes = page_element_bytes(format), row_bytes = OCTAVO_PAGE * bytes;
  __m256 sums[STRIP][PAGES_ABREAST * PAGE_REGISTERS];
#pragma clang loop unroll(full)
  for (size_t q = 0; q < width; q++) {
#pragma clang loop unroll(full)
    for (size_t j = 0; j < abreast * PAGE_REGISTERS; j++) sums[q][j] = _mm256_setzero_ps();
  }
  const size_t size = tile->pages->head_size;
#pragma clang loop unroll(full)
  for (size_t p = 0; p < abreast; p++) {
    if (format == OCTAVO_PAGE_INT8) _mm_prefetch((const char *)find_scales(tile->pages, ahead[p]), _MM_HINT_T0);
  }
#pragma clang loop unroll(disable)
  for (size_t i = 0; i < size; i++) {
#pragma clang loop unroll(full)
    for (size_t p = 0; p < abreast; p++) {
      _mm_prefetch(keys[abreast + p] + i * row_bytes, _MM_HINT_T0);
      _mm_prefetch(ahead[p] + i * row_bytes, _MM_HINT_T1);
    }
    __m256 k[PAGES_ABREAST * PAGE_REGISTERS];
#pragma clang loop unroll(full)
    for (size_t j = 0; j < abreast * PAGE_REGISTERS; j++) {
      const char *row = keys[j / PAGE_REGISTERS] + i * row_bytes;
      k[j] = load_elements(format, row + j % PAGE_REGISTERS * WIDTH * bytes);
    }
#pragma clang loop unroll(full)
    for (size_t q = 0; q < width; q++) {
      __m256 x = _mm256_broadcast_ss(vectors[q] + i);
#pragma clang loop unroll(full)
      for (size_t j = 0; j < abreast * PAGE_REGISTERS; j++) sums[q][j] = _mm256_fmadd_ps(x, k[j], sums[q][j]);
    }
  }
  const __m256 scale = _mm256_set1_ps(tile->queries->scale);
#pragma clang loop unroll(full)
  for (size_t j = 0; j < abreast * PAGE_REGISTERS; j++) {
    const float *key_scales = find_scales(tile->pages, keys[j / PAGE_REGISTERS]) + j % PAGE_REGISTERS * WIDTH;
#pragma clang loop unroll(full)
    for (size_t q = 0; q < width; q++) {
      __m256 sum = sums[q][j];
      if (format == OCTAVO_PAGE_INT8) sum = _mm256_mul_ps(sum, _mm256_loadu_ps(key_scales));
      _mm256_storeu_ps(tile->weights[query + q] + page * OCTAVO_PAGE + j * WIDTH, _mm256_mul_ps(sum, scale));
    }
  }
}

ALWAYS_INLINE void score_format(const OctavoPageFormat format, OctavoTile *tile, const OctavoTileBlock *block) {
  for (size_t page = 0; page < block->pages; page += tile->abreast) {
    for (size_t query = 0; query < tile->width; query += tile->strip) {
      switch (tile->strip) {
        case 6:
          score_pages(format, 6, 1, tile, block, query, page);
          break;
        case 4:
          score_pages(format, 4, 1, tile, block, query, page);
          break;
        case 2:
          score_pages(format, 2, 2, tile, block, query, page);
          break;
        default:
          score_pages(format, 1, 4, tile, block, query, page);
          break;
      }
    }
  }
}

void octavo_avx2_score_block(OctavoTile *tile, const OctavoTileBlock *block) {
  if (tile->pages->format == OCTAVO_PAGE_FLOAT16) {
    score_format(OCTAVO_PAGE_FLOAT16, tile, block);
  } else if (tile->pages->format == OCTAVO_PAGE_INT8) {
    score_format(OCTAVO_PAGE_INT8, tile, block);
  } else {
    score_format(OCTAVO_PAGE_FLOAT32, tile, block);
  }
}

/// The largest of `count` scores.
ALWAYS_INLINE float find_peak(const float *scores, size_t count) {
  __m256 low = _mm256_set1_ps(scores[0]), high = low;
  size_t t = 0;
  for (; t + OCTAVO_LANES <= count; t += OCTAVO_LANES) {
    low = _mm256_max_ps(_mm256_loadu_ps(scores + t), low);
    high = _mm256_max_ps(_mm256_loadu_ps(scores + t + WIDTH), high);
  }
  for (; t < count; t += WIDTH) {
    __m256 higher = _mm256_max_ps(_mm256_loadu_ps(scores + t), low);
    low = _mm256_blendv_ps(low, higher, _mm256_castsi256_ps(first_lanes(count - t)));
  }
  return reduce_max(_mm256_max_ps(high, low));
}

/// Turns 8 scores into weights, times what the values are scaled by if anything, and returns the weights without that.
ALWAYS_INLINE __m256 weigh_scores(float *scores, __m256 peak, const float *scales) {
  __m256 weights = exponential(_mm256_sub_ps(_mm256_loadu_ps(scores), peak));
  _mm256_storeu_ps(scores, scales ? _mm256_mul_ps(weights, _mm256_loadu_ps(scales)) : weights);
  return weights;
}

/// Turns one query's scores into weights; leaves the largest score and the sum of the weights in the tile.
ALWAYS_INLINE void weigh(const int is_scaled, OctavoTile *tile, const OctavoTileBlock *block, size_t q) {
  float *scores = tile->weights[q];
  size_t count = block->counts[q];
  tile->peaks[q] = find_peak(scores, count);
  const __m256 peak = _mm256_set1_ps(tile->peaks[q]);
  __m256 low = _mm256_setzero_ps(), high = _mm256_setzero_ps();
  for (size_t t = 0; t < count; t += OCTAVO_PAGE) {
    const float *scales = is_scaled ? find_scales(tile->pages, block->values[t / OCTAVO_PAGE]) : NULL;
    __m256 first = weigh_scores(scores + t, peak, scales);
    __m256 second = weigh_scores(scores + t + WIDTH, peak, is_scaled ? scales + WIDTH : NULL);
    if (count - t >= OCTAVO_PAGE) {
      low = _mm256_add_ps(low, first);
      high = _mm256_add_ps(high, second);
    } else {
      // Past the last position nothing is added; what is written there is never read.
      __m256i rest = first_lanes(count - t), beyond = first_lanes(count - t > WIDTH ? count - t - WIDTH : 0);
      low = _mm256_blendv_ps(low, _mm256_add_ps(low, first), _mm256_castsi256_ps(rest));
      high = _mm256_blendv_ps(high, _mm256_add_ps(high, second), _mm256_castsi256_ps(beyond));
    }
  }
  tile->totals[q] = join((Lanes){{low, high}});
}

void octavo_avx2_weigh_block(OctavoTile *tile, const OctavoTileBlock *block) {
  for (size_t q = 0; q < tile->count; q++) {
    if (block->counts[q] == 0) continue;
    if (tile->pages->format == OCTAVO_PAGE_INT8) {
      weigh(1, tile, block, q);
    } else {
      weigh(0, tile, block, q);
    }
  }
}

#pragma clang attribute pop

#endif
