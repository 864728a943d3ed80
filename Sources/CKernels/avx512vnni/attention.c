// Keys and values into pages, and attention over them.
#include "internal.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX512VNNI, apply_to = function)

ALWAYS_INLINE size_t head_bytes(const OctavoPages *pages) {
  return 2 * OCTAVO_PAGE * pages->head_size * format_bytes(pages->format);
}

ALWAYS_INLINE char *find_keys(const OctavoPages *pages, uint32_t page, size_t head) {
  return (char *)pages->base + page * pages->page_bytes + head * head_bytes(pages);
}

ALWAYS_INLINE uint16_t half_of(float value) {
  return (uint16_t)_mm_extract_epi16(_mm_cvtps_ph(_mm_set_ss(value), _MM_FROUND_TO_NEAREST_INT), 0);
}

void octavo_avx512vnni_store_key_value(const OctavoPages *pages, uint32_t page, size_t slot, size_t head,
                                       const float *key, const float *value) {
  char *keys = find_keys(pages, page, head);
  char *values = keys + head_bytes(pages) / 2;
  size_t size = pages->head_size;
  if (pages->format == OCTAVO_FLOAT32) {
    for (size_t i = 0; i < size; i++) ((float *)keys)[i * OCTAVO_PAGE + slot] = key[i];
    memcpy((float *)values + slot * size, value, size * sizeof *value);
    return;
  }
  for (size_t i = 0; i < size; i++) ((uint16_t *)keys)[i * OCTAVO_PAGE + slot] = half_of(key[i]);
  for (size_t i = 0; i < size; i += OCTAVO_LANES) {
    __mmask16 lanes = first_lanes(size - i);
    __m256i halves = _mm512_cvtps_ph(_mm512_maskz_loadu_ps(lanes, value + i), _MM_FROUND_TO_NEAREST_INT);
    _mm256_mask_storeu_epi16((uint16_t *)values + slot * size + i, lanes, halves);
  }
}

/// Four pages at once, so that four chains of sums hide one another's latency.
ALWAYS_INLINE void score_pages(const OctavoFloatFormat format, const OctavoPages *pages, const uint32_t *ids,
                               size_t head, __m512 scale, const float *query, float *scores) {
  const char *keys[4];
  __m512 sums[4];
  for (int p = 0; p < 4; p++) {
    keys[p] = find_keys(pages, ids[p], head);
    sums[p] = _mm512_setzero_ps();
  }
  for (size_t i = 0; i < pages->head_size; i++) {
    __m512 q = _mm512_set1_ps(query[i]);
    for (int p = 0; p < 4; p++) {
      __m512 k = load_floats(format, keys[p] + i * OCTAVO_PAGE * format_bytes(format), 0xffff);
      sums[p] = _mm512_fmadd_ps(q, k, sums[p]);
    }
  }
  for (int p = 0; p < 4; p++) _mm512_storeu_ps(scores + p * OCTAVO_PAGE, _mm512_mul_ps(sums[p], scale));
}

/// Past `length` the last page repeats; whoever reads scores masks them.
ALWAYS_INLINE void score_block(const OctavoFloatFormat format, const OctavoPages *pages, const uint32_t *ids,
                               size_t length, size_t head, float scale, const float *query, float *scores) {
  size_t count = (length + OCTAVO_PAGE - 1) / OCTAVO_PAGE;
  for (size_t page = 0; page < count; page += 4) {
    uint32_t four[4];
    for (size_t p = 0; p < 4; p++) four[p] = ids[smaller(page + p, count - 1)];
    score_pages(format, pages, four, head, _mm512_set1_ps(scale), query, scores + page * OCTAVO_PAGE);
  }
}

ALWAYS_INLINE float weigh_block(float *scores, size_t length, float *largest) {
  __m512 peaks = _mm512_set1_ps(scores[0]);
  for (size_t t = 0; t < length; t += OCTAVO_LANES) {
    __m512 s = _mm512_loadu_ps(scores + t);
    peaks = _mm512_mask_max_ps(peaks, first_lanes(length - t), s, peaks);
  }
  *largest = _mm512_reduce_max_ps(peaks);
  const __m512 peak = _mm512_set1_ps(*largest);
  __m512 sums = _mm512_setzero_ps();
  for (size_t t = 0; t < length; t += OCTAVO_LANES) {
    __m512 weights = exponential(_mm512_sub_ps(_mm512_loadu_ps(scores + t), peak));
    weights = _mm512_maskz_mov_ps(first_lanes(length - t), weights);
    _mm512_storeu_ps(scores + t, weights);
    sums = _mm512_add_ps(sums, weights);
  }
  return join(sums);
}

/// Joins 64 value channels of a block, or as many as there are from `first` on, with the blocks before.
ALWAYS_INLINE void mix_block(const OctavoFloatFormat format, const OctavoPages *pages, const uint32_t *ids,
                             size_t length, size_t head, const float *weights, size_t first, float keep, float take,
                             int is_first, float *out) {
  __mmask16 lanes[4];
  __m512 sums[4];
  for (size_t j = 0; j < 4; j++) {
    size_t start = first + 16 * j;
    lanes[j] = start < pages->head_size ? first_lanes(pages->head_size - start) : 0;
    sums[j] = _mm512_setzero_ps();
  }
  size_t bytes = format_bytes(format);
  for (size_t t = 0; t < length; t++) {
    const char *values = find_keys(pages, ids[t / OCTAVO_PAGE], head) + head_bytes(pages) / 2;
    const char *row = values + (t % OCTAVO_PAGE * pages->head_size + first) * bytes;
    __m512 weight = _mm512_set1_ps(weights[t]);
    for (size_t j = 0; j < 4; j++) {
      sums[j] = _mm512_fmadd_ps(weight, load_floats(format, row + 16 * j * bytes, lanes[j]), sums[j]);
    }
  }
  for (size_t j = 0; j < 4; j++) {
    __m512 before = _mm512_maskz_loadu_ps(lanes[j], out + first + 16 * j);
    __m512 joined = _mm512_fmadd_ps(before, _mm512_set1_ps(keep), _mm512_mul_ps(sums[j], _mm512_set1_ps(take)));
    _mm512_mask_storeu_ps(out + first + 16 * j, lanes[j], is_first ? sums[j] : joined);
  }
}

ALWAYS_INLINE float exponential_of(float x) { return _mm512_cvtss_f32(exponential(_mm512_set1_ps(x))); }

ALWAYS_INLINE void run_attend(const OctavoFloatFormat format, const OctavoPages *pages, const uint32_t *page_ids,
                              size_t length, size_t head, float scale, const float *query, float *out) {
  float peak = 0.0f, total = 0.0f;
  for (size_t start = 0; start < length; start += OCTAVO_ATTENTION_PAGES * OCTAVO_PAGE) {
    const uint32_t *ids = page_ids + start / OCTAVO_PAGE;
    size_t count = smaller(OCTAVO_ATTENTION_PAGES * OCTAVO_PAGE, length - start);
    float weights[OCTAVO_ATTENTION_PAGES * OCTAVO_PAGE], block_peak;
    score_block(format, pages, ids, count, head, scale, query, weights);
    float block_total = weigh_block(weights, count, &block_peak);
    float joint = start == 0 || block_peak > peak ? block_peak : peak;
    float keep = exponential_of(peak - joint), take = exponential_of(block_peak - joint);
    total = start == 0 ? block_total : fmaf(total, keep, block_total * take);
    for (size_t first = 0; first < pages->head_size; first += 64) {
      mix_block(format, pages, ids, count, head, weights, first, keep, take, start == 0, out);
    }
    peak = joint;
  }
  const __m512 totals = _mm512_set1_ps(total);
  for (size_t i = 0; i < pages->head_size; i += OCTAVO_LANES) {
    __mmask16 lanes = first_lanes(pages->head_size - i);
    _mm512_mask_storeu_ps(out + i, lanes, _mm512_div_ps(_mm512_maskz_loadu_ps(lanes, out + i), totals));
  }
}

void octavo_avx512vnni_attend(const OctavoPages *pages, const uint32_t *page_ids, size_t length, size_t head,
                              float scale, const float *query, float *out) {
  if (pages->format == OCTAVO_FLOAT16) {
    run_attend(OCTAVO_FLOAT16, pages, page_ids, length, head, scale, query, out);
  } else {
    run_attend(OCTAVO_FLOAT32, pages, page_ids, length, head, scale, query, out);
  }
}

#pragma clang attribute pop

#endif
