// The table of kernels: what each computes, to the bit.
#ifndef OCTAVO_KERNELS_H
#define OCTAVO_KERNELS_H

#include "Layouts.h"

/// Quantizes one row; `values` has room for the channels rounded up to 4.
typedef void OctavoQuantizeRow(const OctavoActivationRule *rule, const float *x, size_t channels, int8_t *values,
                               OctavoGroupTerm *terms);

/// out = (sum over groups in order of fmaf(scale, exact int32, sum)) * channel scale, fused with the bias if any; added
/// to what stands in `out` if the part accumulates.
typedef void OctavoLinearInt8(const OctavoPackedInt8 *layer, const OctavoQuantizedRows *rows,
                              const OctavoLinearPart *part);

/// Groups of 128 channels in order, each by fmaf in order of its channels; group results added in order; plus bias;
/// added to what stands in `out` if the part accumulates.
typedef void OctavoLinearFloat(const OctavoPackedFloat *layer, const float *x, size_t x_stride,
                               const OctavoLinearPart *part);

/// out = (x * (1 / sqrt(mean(x^2) + epsilon))) * weight.
typedef void OctavoRmsNorm(const float *x, const float *weight, size_t channels, float epsilon, float *out);

/// out = (gate / (1 + exp(-gate))) * up.
typedef void OctavoSiluMultiply(const float *gate, const float *up, size_t count, float *out);

/// What rms_norm gives, as quantize_row has it under the rule of affine groups.
typedef void OctavoNormalizeQuantize(const float *x, const float *weight, size_t channels, float epsilon,
                                     int8_t *values, OctavoGroupTerm *terms);

/// What silu_multiply gives, as quantize_row has it under the rule of affine groups.
typedef void OctavoSiluMultiplyQuantize(const float *gate, const float *up, size_t count, int8_t *values,
                                        OctavoGroupTerm *terms);

/// Rotates `heads` heads in place: pairs are (i, i + head_size / 2), angles by i.
typedef void OctavoRotate(float *x, size_t heads, size_t head_size, const float *cosines, const float *sines);

/// Rounds one token's key and value of one KV head into a page.
typedef void OctavoStoreKeyValue(const OctavoPages *pages, uint32_t page, size_t slot, size_t head, const float *key,
                                 const float *value);

/// Softmax-weighted sums of values. Blocks of 256 positions at absolute positions are computed each by itself and
/// joined in order. In a block: a score is the sum in order of the channels of fmaf(query, key, sum), times the key's
/// scale under INT8, times `scale`; a weight is exp(score - largest), their sum runs in 16 lanes; what is mixed is the
/// sum in order of the positions of fmaf(weight, value, sum), where under INT8 the weight was multiplied by the value's
/// scale.
typedef void OctavoAttend(const OctavoPages *pages, const OctavoQueries *queries);

/// The first half of that, for blocks that are computed apart: blocks `block_begin` up to `block_end`. Rows that end
/// before a block get nothing from it.
typedef void OctavoAttendBlocks(const OctavoPages *pages, const OctavoQueries *queries, size_t block_begin,
                                size_t block_end, const OctavoPartials *partials);

/// The second half: joins the partial results of all blocks, in order.
typedef void OctavoJoinBlocks(const OctavoPages *pages, const OctavoQueries *queries, const OctavoPartials *partials);

/// The index of the largest value, the lowest of equals. `count` is at least 1.
typedef size_t OctavoArgmax(const float *x, size_t count);

/// out = exp((x - shift) * factor), or only its sum where `out` is NULL: chunks of 1,024 in lanes, chunks in double.
typedef double OctavoExpSum(const float *x, size_t count, float shift, float factor, float *out);

/// Whether no value is infinite or NaN.
typedef int OctavoAllFinite(const float *x, size_t count);

/// The largest magnitude; NaN counts as 0.
typedef float OctavoAbsmax(const float *x, size_t count);

/// q = clamp(rint(w / scale), -127, 127).
typedef void OctavoQuantizeWeights(const float *w, size_t count, float scale, int8_t *q);

/// Exact widening of `count` stored values.
typedef void OctavoWiden(OctavoFloatFormat format, const void *stored, size_t count, float *out);

/// Writes up to 64 rows of int8 weights (row-major, `row_stride` bytes apart) as one block of an int8 layer, with its
/// group sums or channel sums (the other is NULL).
typedef void OctavoPackInt8Block(const int8_t *rows, size_t row_count, size_t row_stride, size_t input_channels,
                                 uint8_t *weights, int16_t *group_sums, int32_t *channel_sums);

typedef struct OctavoKernels {
  const char *name;
  OctavoQuantizeRow *quantize_row;
  OctavoLinearInt8 *linear_int8;
  OctavoLinearFloat *linear_float;
  OctavoRmsNorm *rms_norm;
  OctavoSiluMultiply *silu_multiply;
  OctavoNormalizeQuantize *normalize_quantize;
  OctavoSiluMultiplyQuantize *silu_multiply_quantize;
  OctavoRotate *rotate;
  OctavoStoreKeyValue *store_key_value;
  OctavoAttend *attend;
  OctavoAttendBlocks *attend_blocks;
  OctavoJoinBlocks *join_blocks;
  OctavoArgmax *argmax;
  OctavoExpSum *exp_sum;
  OctavoAllFinite *all_finite;
  OctavoAbsmax *absmax;
  OctavoQuantizeWeights *quantize_weights;
  OctavoWiden *widen;
  OctavoPackInt8Block *pack_int8_block;
} OctavoKernels;

const OctavoKernels *octavo_kernels_portable(void);
/// NULL where the processor or the operating system lacks AVX-512 F, BW, DQ, VL or VNNI.
const OctavoKernels *octavo_kernels_avx512vnni(void);
/// NULL where the processor or the operating system lacks AVX2, FMA or F16C.
const OctavoKernels *octavo_kernels_avx2(void);
/// The fastest that runs here.
const OctavoKernels *octavo_kernels_automatic(void);

#endif
