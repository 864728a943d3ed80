// Keys and values into pages, and attention over them.
#include "internal.h"

static size_t head_bytes(const OctavoPages *pages) {
  return 2 * OCTAVO_PAGE * pages->head_size * (pages->format == OCTAVO_FLOAT32 ? 4 : 2);
}

static char *find_keys(const OctavoPages *pages, uint32_t page, size_t head) {
  return (char *)pages->base + page * pages->page_bytes + head * head_bytes(pages);
}

void octavo_portable_store_key_value(const OctavoPages *pages, uint32_t page, size_t slot, size_t head,
                                     const float *key, const float *value) {
  char *keys = find_keys(pages, page, head);
  char *values = keys + head_bytes(pages) / 2;
  for (size_t i = 0; i < pages->head_size; i++) {
    size_t key_index = i * OCTAVO_PAGE + slot, value_index = slot * pages->head_size + i;
    if (pages->format == OCTAVO_FLOAT32) {
      ((float *)keys)[key_index] = key[i];
      ((float *)values)[value_index] = value[i];
    } else {
      ((uint16_t *)keys)[key_index] = half_of_float(key[i]);
      ((uint16_t *)values)[value_index] = half_of_float(value[i]);
    }
  }
}

static float element(const OctavoPages *pages, const char *stored, size_t index) {
  return pages->format == OCTAVO_FLOAT32 ? ((const float *)stored)[index]
                                         : float_of_half(((const uint16_t *)stored)[index]);
}

/// Scores of one block's positions, each a sum in order of the head's channels.
static void score_block(const OctavoPages *pages, const uint32_t *ids, size_t length, size_t head, float scale,
                        const float *query, float *scores) {
  for (size_t t = 0; t < length; t++) {
    const char *keys = find_keys(pages, ids[t / OCTAVO_PAGE], head);
    float sum = 0.0f;
    for (size_t i = 0; i < pages->head_size; i++) {
      sum = fmaf(query[i], element(pages, keys, i * OCTAVO_PAGE + t % OCTAVO_PAGE), sum);
    }
    scores[t] = sum * scale;
  }
}

/// Turns scores into weights exp(score - largest), and returns their sum in lanes.
static float weigh_block(float *scores, size_t length, float *largest) {
  float peak = scores[0];
  for (size_t t = 1; t < length; t++) peak = scores[t] > peak ? scores[t] : peak;
  float lanes[OCTAVO_LANES] = {0};
  for (size_t t = 0; t < length; t++) {
    scores[t] = exponential(scores[t] - peak);
    lanes[t % OCTAVO_LANES] += scores[t];
  }
  *largest = peak;
  return join(lanes);
}

/// The value channel `i` of a block: a sum in order of the positions.
static float mix_block(const OctavoPages *pages, const uint32_t *ids, size_t length, size_t head, const float *weights,
                       size_t i) {
  float sum = 0.0f;
  for (size_t t = 0; t < length; t++) {
    const char *values = find_keys(pages, ids[t / OCTAVO_PAGE], head) + head_bytes(pages) / 2;
    sum = fmaf(weights[t], element(pages, values, t % OCTAVO_PAGE * pages->head_size + i), sum);
  }
  return sum;
}

/// Blocks of 256 positions are computed each by itself and joined in order, so that they may be computed apart.
void octavo_portable_attend(const OctavoPages *pages, const uint32_t *page_ids, size_t length, size_t head, float scale,
                            const float *query, float *out) {
  float peak = 0.0f, total = 0.0f;
  for (size_t start = 0; start < length; start += OCTAVO_ATTENTION_PAGES * OCTAVO_PAGE) {
    const uint32_t *ids = page_ids + start / OCTAVO_PAGE;
    size_t count = smaller(OCTAVO_ATTENTION_PAGES * OCTAVO_PAGE, length - start);
    float weights[OCTAVO_ATTENTION_PAGES * OCTAVO_PAGE], block_peak;
    score_block(pages, ids, count, head, scale, query, weights);
    float block_total = weigh_block(weights, count, &block_peak);
    float joint = start == 0 || block_peak > peak ? block_peak : peak;
    float keep = exponential(peak - joint), take = exponential(block_peak - joint);
    total = start == 0 ? block_total : fmaf(total, keep, block_total * take);
    for (size_t i = 0; i < pages->head_size; i++) {
      float mixed = mix_block(pages, ids, count, head, weights, i);
      out[i] = start == 0 ? mixed : fmaf(out[i], keep, mixed * take);
    }
    peak = joint;
  }
  for (size_t i = 0; i < pages->head_size; i++) out[i] = out[i] / total;
}
