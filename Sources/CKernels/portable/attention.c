// Attention over pages, a query and a position at a time.
#include "../pages.h"
#include "internal.h"

enum { BLOCK_POSITIONS = OCTAVO_ATTENTION_PAGES * OCTAVO_PAGE };

/// One query's view of a block: `count` positions from the page of `ids` on.
typedef struct Block {
  const OctavoPages *pages;
  const uint32_t *ids;
  size_t count;
  size_t head;
} Block;

static float element(OctavoPageFormat format, const char *stored, size_t index) {
  switch (format) {
    case OCTAVO_PAGE_FLOAT32:
      return ((const float *)stored)[index];
    case OCTAVO_PAGE_FLOAT16:
      return float_of_half(((const uint16_t *)stored)[index]);
    default:
      return (float)((const int8_t *)stored)[index];
  }
}

static float score(const Block *block, size_t t, float scale, const float *query) {
  const OctavoPages *pages = block->pages;
  const char *keys = find_keys(pages, block->ids[t / OCTAVO_PAGE], block->head);
  float sum = 0.0f;
  for (size_t i = 0; i < pages->head_size; i++) {
    sum = fmaf(query[i], element(pages->format, keys, i * OCTAVO_PAGE + t % OCTAVO_PAGE), sum);
  }
  if (pages->format == OCTAVO_PAGE_INT8) sum = sum * find_scales(pages, keys)[t % OCTAVO_PAGE];
  return sum * scale;
}

/// Turns scores into weights exp(score - largest), and returns their sum in lanes.
static float weigh(float *scores, size_t count, float *largest) {
  float peak = scores[0];
  for (size_t t = 1; t < count; t++) peak = scores[t] > peak ? scores[t] : peak;
  float lanes[OCTAVO_LANES] = {0};
  for (size_t t = 0; t < count; t++) {
    scores[t] = exponential(scores[t] - peak);
    lanes[t % OCTAVO_LANES] += scores[t];
  }
  *largest = peak;
  return join(lanes);
}

/// The value channel `i` of a block: a sum in order of the positions.
static float mix(const Block *block, const float *weights, size_t i) {
  const OctavoPages *pages = block->pages;
  float sum = 0.0f;
  for (size_t t = 0; t < block->count; t++) {
    const char *values = find_values(pages, block->ids[t / OCTAVO_PAGE], block->head);
    size_t slot = t % OCTAVO_PAGE;
    float weight = weights[t];
    if (pages->format == OCTAVO_PAGE_INT8) weight = weight * find_scales(pages, values)[slot];
    sum = fmaf(weight, element(pages->format, values, slot * pages->head_size + i), sum);
  }
  return sum;
}

static void attend_block(const Block *block, float scale, const float *query, float *partial) {
  float weights[BLOCK_POSITIONS];
  for (size_t t = 0; t < block->count; t++) weights[t] = score(block, t, scale, query);
  partial[1] = weigh(weights, block->count, &partial[0]);
  for (size_t i = 0; i < block->pages->head_size; i++) partial[OCTAVO_PARTIAL_MIXED + i] = mix(block, weights, i);
}

static size_t count_blocks(size_t length) { return (length + BLOCK_POSITIONS - 1) / BLOCK_POSITIONS; }

static Block find_block(const OctavoPages *pages, const OctavoQueries *queries, size_t row, size_t block) {
  size_t length = queries->first_length + row;
  return (Block){pages, queries->page_ids + block * OCTAVO_ATTENTION_PAGES,
                 smaller(BLOCK_POSITIONS, length - block * BLOCK_POSITIONS), queries->head};
}

/// The largest score so far and the sum of the weights; what is mixed so far lies in the query's `out`.
typedef struct Joint {
  float peak;
  float total;
} Joint;

static void join_partial(Joint *joint, const float *partial, size_t head_size, int is_first, float *out) {
  float peak = is_first || partial[0] > joint->peak ? partial[0] : joint->peak;
  float keep = exponential(joint->peak - peak), take = exponential(partial[0] - peak);
  joint->total = is_first ? partial[1] : fmaf(joint->total, keep, partial[1] * take);
  for (size_t i = 0; i < head_size; i++) {
    float mixed = partial[OCTAVO_PARTIAL_MIXED + i];
    out[i] = is_first ? mixed : fmaf(out[i], keep, mixed * take);
  }
  joint->peak = peak;
}

/// One query's blocks, joined: computed here, or found in `partials`.
static void attend_query(const OctavoPages *pages, const OctavoQueries *queries, size_t row, size_t head,
                         const OctavoPartials *partials) {
  const float *query = queries->queries + row * queries->query_stride + head * pages->head_size;
  float *out = queries->out + row * queries->out_stride + head * pages->head_size;
  float computed[OCTAVO_PARTIAL_MIXED + OCTAVO_HEAD_SIZE_MAX];
  Joint joint = {0.0f, 0.0f};
  for (size_t block = 0; block < count_blocks(queries->first_length + row); block++) {
    const float *partial = computed;
    if (partials) {
      partial = find_partial(partials, queries, block, row * queries->heads + head);
    } else {
      Block positions = find_block(pages, queries, row, block);
      attend_block(&positions, queries->scale, query, computed);
    }
    join_partial(&joint, partial, pages->head_size, block == 0, out);
  }
  for (size_t i = 0; i < pages->head_size; i++) out[i] = out[i] / joint.total;
}

void octavo_portable_attend(const OctavoPages *pages, const OctavoQueries *queries) {
  for (size_t row = 0; row < queries->rows; row++) {
    for (size_t head = 0; head < queries->heads; head++) attend_query(pages, queries, row, head, NULL);
  }
}

void octavo_portable_attend_blocks(const OctavoPages *pages, const OctavoQueries *queries, size_t block_begin,
                                   size_t block_end, const OctavoPartials *partials) {
  for (size_t block = block_begin; block < block_end; block++) {
    for (size_t row = 0; row < queries->rows; row++) {
      if (block >= count_blocks(queries->first_length + row)) continue;
      Block positions = find_block(pages, queries, row, block);
      for (size_t head = 0; head < queries->heads; head++) {
        const float *query = queries->queries + row * queries->query_stride + head * pages->head_size;
        attend_block(&positions, queries->scale, query,
                     find_partial(partials, queries, block, row * queries->heads + head));
      }
    }
  }
}

void octavo_portable_join_blocks(const OctavoPages *pages, const OctavoQueries *queries,
                                 const OctavoPartials *partials) {
  for (size_t row = 0; row < queries->rows; row++) {
    for (size_t head = 0; head < queries->heads; head++) attend_query(pages, queries, row, head, partials);
  }
}
