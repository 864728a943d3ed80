// The arithmetic of Octavo's hot loops, as bits.
//
// `portable.c` is the specification: plain C, no instruction set assumed. Every other implementation equals it bit for
// bit, floats included. What makes that possible holds everywhere: sums over many values run in 16 lanes that a fixed
// tree joins, or strictly in order of the channels; a multiply-add is fused where the source writes fmaf and nowhere
// else; square root and division are the hardware's, every other function is built from them and additions. A result
// depends on its own row alone, never on the rows beside it or on how work was cut.
//
// Callers hold the bounds: kernels trust their sizes. Pointers to packed weights and to pages are 64-byte aligned.
#ifndef OCTAVO_KERNELS_H
#define OCTAVO_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "Memory.h"
#include "Threads.h"

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

/// The rows and blocks one call computes. Rows are `row_begin` up to `row_end`; output n of row r lies at
/// out[r * out_stride + n], whole blocks are written.
typedef struct OctavoLinearPart {
  size_t row_begin;
  size_t row_end;
  size_t block_begin;
  size_t block_end;
  float *out;
  size_t out_stride;
} OctavoLinearPart;

/// The KV of one layer: pages of 16 tokens. In a page, for each KV head: its keys as [head_size][16 tokens], then its
/// values as [16 tokens][head_size], in `format` (FLOAT32 or FLOAT16).
typedef struct OctavoPages {
  void *base;
  size_t page_bytes;
  size_t head_size;
  OctavoFloatFormat format;
} OctavoPages;

typedef struct OctavoKernels {
  const char *name;

  /// Quantizes one row; `values` has room for the channels rounded up to 4.
  void (*quantize_row)(const OctavoActivationRule *rule, const float *x, size_t channels, int8_t *values,
                       OctavoGroupTerm *terms);
  /// out = (sum over groups in order of fmaf(scale, exact int32, sum)) * channel scale, fused with the bias if any.
  void (*linear_int8)(const OctavoPackedInt8 *layer, const OctavoQuantizedRows *rows, const OctavoLinearPart *part);
  /// Groups of 128 channels in order, each by fmaf in order of its channels; group results added in order; plus bias.
  void (*linear_float)(const OctavoPackedFloat *layer, const float *x, size_t x_stride, const OctavoLinearPart *part);

  /// out = (x * (1 / sqrt(mean(x^2) + epsilon))) * weight.
  void (*rms_norm)(const float *x, const float *weight, size_t channels, float epsilon, float *out);
  /// out = (gate / (1 + exp(-gate))) * up.
  void (*silu_multiply)(const float *gate, const float *up, size_t count, float *out);
  /// x += y.
  void (*add)(float *x, const float *y, size_t count);
  /// Rotates `heads` heads in place: pairs are (i, i + head_size / 2), angles by i.
  void (*rotate)(float *x, size_t heads, size_t head_size, const float *cosines, const float *sines);

  /// Rounds one token's key and value of one KV head into a page.
  void (*store_key_value)(const OctavoPages *pages, uint32_t page, size_t slot, size_t head, const float *key,
                          const float *value);
  /// One query head over the first `length` positions of a sequence; `page_ids` has a page for every 16 of them.
  void (*attend)(const OctavoPages *pages, const uint32_t *page_ids, size_t length, size_t head, float scale,
                 const float *query, float *out);

  /// The index of the largest value, the lowest of equals. `count` is at least 1.
  size_t (*argmax)(const float *x, size_t count);
  /// out = exp((x - shift) * factor), or only its sum where `out` is NULL: chunks of 1,024 in lanes, chunks in double.
  double (*exp_sum)(const float *x, size_t count, float shift, float factor, float *out);
  /// Whether no value is infinite or NaN.
  int (*all_finite)(const float *x, size_t count);

  /// The largest magnitude; NaN counts as 0.
  float (*absmax)(const float *x, size_t count);
  /// q = clamp(rint(w / scale), -127, 127).
  void (*quantize_weights)(const float *w, size_t count, float scale, int8_t *q);
  /// Exact widening of `count` stored values.
  void (*widen)(OctavoFloatFormat format, const void *stored, size_t count, float *out);
} OctavoKernels;

const OctavoKernels *octavo_kernels_portable(void);
/// NULL where the processor or the operating system lacks AVX-512 F, BW, DQ, VL or VNNI.
const OctavoKernels *octavo_kernels_avx512vnni(void);
/// The fastest that runs here.
const OctavoKernels *octavo_kernels_automatic(void);

/// Writes up to 64 rows of int8 weights (row-major, `row_stride` bytes apart) as one block of an int8 layer, with its
/// group sums or channel sums (the other is NULL).
void octavo_pack_int8_block(const int8_t *rows, size_t row_count, size_t row_stride, size_t input_channels,
                            uint8_t *weights, int16_t *group_sums, int32_t *channel_sums);
/// Writes up to 64 rows of 32-bit or 16-bit elements (`element_bytes` 4 or 2) as one block of a float layer.
void octavo_pack_float_block(const void *rows, size_t row_count, size_t row_stride_bytes, size_t input_channels,
                             size_t element_bytes, void *weights);

/// float32 to bfloat16 and half, to nearest, ties to even, as the hardware's conversions do.
uint16_t octavo_bfloat16_from_float(float value);
uint16_t octavo_half_from_float(float value);

/// Natural logarithm of a positive finite number, within 1e-15 of its magnitude plus 1.
double octavo_log(double x);
/// base^exponent for a positive base and a result within range, within 1e-14 of it.
double octavo_pow(double base, double exponent);
/// cos and sin, each rounded from double, of the float32 products position * frequencies[i].
void octavo_rotary_row(const float *frequencies, size_t count, uint32_t position, float *cosines, float *sines);

/// Philox4x32-10 (Salmon et al., 2011).
void octavo_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

#endif
