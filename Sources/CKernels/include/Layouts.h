// How rows, weights and pages lie in memory.
#ifndef OCTAVO_LAYOUTS_H
#define OCTAVO_LAYOUTS_H

#include <stddef.h>
#include <stdint.h>

enum {
  /// Output channels in a block of packed weights.
  OCTAVO_BLOCK = 64,
  /// Lanes of every sum that runs in lanes.
  OCTAVO_LANES = 16,
  /// Input channels that share one activation scale under Octavo's own rule, and one partial sum in float32.
  OCTAVO_GROUP = 128,
  /// Tokens in a page of KV.
  OCTAVO_PAGE = 16,
  /// Pages in a block of attention: blocks lie at absolute positions and are joined in order.
  OCTAVO_ATTENTION_PAGES = 16,
  /// Channels of a head, at most.
  OCTAVO_HEAD_SIZE_MAX = 512,
  /// Where the mixed values start in what a block of attention gives a query.
  OCTAVO_PARTIAL_MIXED = 16,
  /// Values in a partial sum over the vocabulary.
  OCTAVO_SUM_CHUNK = 1024,
};

/// How a row of activations becomes 8-bit integers.
typedef enum OctavoActivationKind {
  /// Affine and unsigned, per group of 128 channels.
  OCTAVO_ACTIVATION_AFFINE_GROUPS = 0,
  /// compressed-tensors' symmetric rule: the row is one group, scale = absmax / 127.5.
  OCTAVO_ACTIVATION_TOKEN_SYMMETRIC = 1,
  /// compressed-tensors' asymmetric rule: the row is one group, scale = (hi - lo) / 255.
  OCTAVO_ACTIVATION_TOKEN_ASYMMETRIC = 2,
  /// The scale and the zero point come with the checkpoint.
  OCTAVO_ACTIVATION_STATIC = 3,
} OctavoActivationKind;

typedef struct OctavoActivationRule {
  OctavoActivationKind kind;
  /// Of OCTAVO_ACTIVATION_STATIC: the scale, and the zero point in -128...127.
  float scale;
  int32_t zero;
} OctavoActivationRule;

/// What a group of quantized activations adds to the dot product of its stored bytes with the stored weights.
///
/// Activations are stored signed (a = q - 128 for an unsigned q) and weights unsigned (u = w + 128), as vpdpbusd wants
/// them. The exact sum of (q - zero) * w over a group is sum(a * u) + offset + zero_factor * sum(w).
typedef struct OctavoGroupTerm {
  float scale;
  /// -128 times the sum of the group's stored activations.
  int32_t offset;
  /// 128 - zero for an unsigned q, -zero for a signed one.
  int32_t zero_factor;
} OctavoGroupTerm;

/// Rows of quantized activations: `values` with `value_stride` bytes a row (a multiple of 4, zeros past the channels),
/// `terms` with `term_stride` groups a row.
typedef struct OctavoQuantizedRows {
  const int8_t *values;
  size_t value_stride;
  const OctavoGroupTerm *terms;
  size_t term_stride;
} OctavoQuantizedRows;

/// An int8 linear layer in kernel layout: blocks of 64 output channels; in a block, for every four input channels, the
/// four weights of each of its 64 outputs: byte [block][k / 4][n][k % 4], offset by 128 to unsigned. Outputs past the
/// last and inputs past the last are weights of 0 (byte 128); scales and biases past the last are 0.
typedef struct OctavoPackedInt8 {
  size_t input_channels;
  size_t blocks;
  /// Input channels in a group of activations: 128, or `input_channels` where a row is one group.
  size_t group_channels;
  const uint8_t *weights;
  /// [block][group][64], for groups of 128; NULL otherwise.
  const int16_t *group_sums;
  /// [block][64], where a row is one group; NULL otherwise.
  const int32_t *channel_sums;
  /// [block][64].
  const float *scales;
  /// [block][64], or NULL.
  const float *bias;
} OctavoPackedInt8;

typedef enum OctavoFloatFormat {
  OCTAVO_FLOAT32 = 0,
  OCTAVO_FLOAT16 = 1,
  OCTAVO_BFLOAT16 = 2,
} OctavoFloatFormat;

/// A float linear layer in kernel layout: element [block][k][n] in `format`, zeros past the last output.
typedef struct OctavoPackedFloat {
  size_t input_channels;
  size_t blocks;
  OctavoFloatFormat format;
  const void *weights;
  /// [block][64], or NULL.
  const float *bias;
} OctavoPackedFloat;

/// The rows and blocks one call computes: rows `row_begin` up to `row_end`, blocks `block_begin` up to `block_end`. The
/// first output of the first of these rows lies at `out`, rows are `out_stride` floats apart; whole blocks are written.
typedef struct OctavoLinearPart {
  size_t row_begin;
  size_t row_end;
  size_t block_begin;
  size_t block_end;
  float *out;
  size_t out_stride;
  /// Whether results are added to `out`, once they are complete: the residual stream.
  int accumulates;
} OctavoLinearPart;

/// What keys and values are rounded to.
typedef enum OctavoPageFormat {
  OCTAVO_PAGE_FLOAT32 = 0,
  OCTAVO_PAGE_FLOAT16 = 1,
  /// Symmetric, with a scale for each token's key and one for its value: scale = absmax / 127 (1 if 0, NaN if any is
  /// NaN), q = clamp(rint(x / scale), -127, 127).
  OCTAVO_PAGE_INT8 = 2,
} OctavoPageFormat;

/// The KV of one layer: pages of 16 tokens. In a page, for each KV head: its keys as [head_size][16 tokens], then its
/// values as [16 tokens][head_size]; under INT8 each followed by the 16 tokens' scales in float32.
typedef struct OctavoPages {
  void *base;
  size_t page_bytes;
  size_t head_size;
  OctavoPageFormat format;
} OctavoPages;

/// Queries of one sequence that share a KV head: `heads` query heads of each of `rows` consecutive positions.
typedef struct OctavoQueries {
  /// A page for every 16 positions of the sequence.
  const uint32_t *page_ids;
  /// The KV head.
  size_t head;
  size_t heads;
  size_t rows;
  /// Positions that the first row attends to; each further row attends to one more.
  size_t first_length;
  /// What the product of query and key is multiplied by.
  float scale;
  /// Query `h` of row `i` at i * query_stride + h * head_size; what it gets lies so in `out`.
  const float *queries;
  size_t query_stride;
  float *out;
  size_t out_stride;
} OctavoQueries;

/// What blocks of 256 positions give queries, each by itself: for query `h` of row `i` and a block, at
/// ((block * rows + i) * heads + h) * stride: the largest score, the sum of the weights, and from OCTAVO_PARTIAL_MIXED
/// on the weighted sum of the values. `stride` has room for that.
typedef struct OctavoPartials {
  float *base;
  size_t stride;
} OctavoPartials;

#endif
