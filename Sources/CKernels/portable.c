// The specification of every kernel. Order and fusing of float operations are the contract: an instruction set's file
// may only do the same operations on more values at once.
#include <math.h>
#include <stddef.h>

#include "CKernels.h"
#include "bits.h"

// Adding and subtracting 1.5 * 2^23 rounds a float below 2^22 to an integer, ties to even.
static const float ROUNDING = 12582912.0f;

static float round_even(float x) { return (x + ROUNDING) - ROUNDING; }

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/// Joins 16 lanes: halves are added until one is left.
static float join(float lanes[OCTAVO_LANES]) {
  for (size_t half = OCTAVO_LANES / 2; half > 0; half /= 2) {
    for (size_t i = 0; i < half; i++) lanes[i] += lanes[i + half];
  }
  return lanes[0];
}

/// exp by 2^n * e^r with |r| <= ln(2) / 2 and the Taylor series to r^7, within 2 ulp; 0 below -104, infinity above 89.
static float exponential(float x) {
  x = x < -104.0f ? -104.0f : x;
  x = x > 89.0f ? 89.0f : x;
  float shifted = fmaf(x, 0x1.715476p+0f, ROUNDING);
  float n = shifted - ROUNDING;
  int32_t power = (int32_t)(bits_of_float(shifted) - bits_of_float(ROUNDING));
  float r = fmaf(-n, 0x1.62e4p-1f, x);
  r = fmaf(-n, 0x1.7f7d1cp-20f, r);
  float p = fmaf(0x1.a01a02p-13f, r, 0x1.6c16c2p-10f);
  p = fmaf(p, r, 0x1.111112p-7f);
  p = fmaf(p, r, 0x1.555556p-5f);
  p = fmaf(p, r, 0x1.555556p-3f);
  p = fmaf(p, r, 0.5f);
  p = fmaf(p, r * r, r) + 1.0f;
  // Two factors, so that neither leaves the range of normal floats.
  int32_t first = power >> 1;
  float scaled = p * float_of_bits((uint32_t)(first + 127) << 23);
  return scaled * float_of_bits((uint32_t)(power - first + 127) << 23);
}

// Activations.

/// The lowest and highest value, 0 included. NaN counts as neither.
static void find_range(const float *x, size_t count, float *low, float *high) {
  float lo = 0.0f, hi = 0.0f;
  for (size_t i = 0; i < count; i++) {
    lo = x[i] < lo ? x[i] : lo;
    hi = x[i] > hi ? x[i] : hi;
  }
  *low = lo;
  *high = hi;
}

/// How a quotient x / scale becomes an integer: Octavo's rule rounds it and adds the zero point, compressed-tensors
/// adds, clamps and rounds. Integers run from `low` to `low + 255` and are written less `shift`.
typedef struct Rounding {
  float scale;
  float zero;
  float low;
  float shift;
  int rounds_first;
} Rounding;

/// Writes clamp(...) - shift for every value and returns the sum of what it wrote.
static int32_t round_values(const float *x, size_t count, Rounding rounding, int8_t *out) {
  int32_t sum = 0;
  float high = rounding.low + 255.0f;
  for (size_t i = 0; i < count; i++) {
    // A quotient past 2^20 is far outside the range: clamping it first keeps the rounding trick exact.
    float q = x[i] / rounding.scale;
    q = q > -1048576.0f ? q : -1048576.0f;
    q = q < 1048576.0f ? q : 1048576.0f;
    q = (rounding.rounds_first ? round_even(q) : q) + rounding.zero;
    q = q > rounding.low ? q : rounding.low;
    q = q < high ? q : high;
    out[i] = (int8_t)(int32_t)(round_even(q) - rounding.shift);
    sum += out[i];
  }
  return sum;
}

static void quantize_group(const float *x, size_t count, int8_t *out, OctavoGroupTerm *term) {
  float low, high;
  find_range(x, count, &low, &high);
  float scale = (high - low) / 255.0f;
  scale = scale == 0.0f ? 1.0f : scale;
  // At most 383, which a subnormal scale reaches; 1,024 stands for infinities.
  float zero = round_even(-low / scale);
  zero = zero < 1024.0f ? zero : 1024.0f;
  int32_t sum = round_values(x, count, (Rounding){scale, zero, 0.0f, 128.0f, 1}, out);
  *term = (OctavoGroupTerm){scale, -128 * sum, 128 - (int32_t)zero};
}

/// The scale and zero point of a row that is one group, as compressed-tensors computes them: a scale of 0 becomes
/// float32's epsilon.
static void token_rule(const OctavoActivationRule *rule, const float *x, size_t channels, float *scale, float *zero) {
  if (rule->kind == OCTAVO_ACTIVATION_STATIC) {
    *scale = rule->scale;
    *zero = (float)rule->zero;
    return;
  }
  float low, high;
  find_range(x, channels, &low, &high);
  if (rule->kind == OCTAVO_ACTIVATION_TOKEN_SYMMETRIC) {
    float largest = -low > high ? -low : high;
    *scale = largest / 127.5f;
    *scale = *scale == 0.0f ? 0x1p-23f : *scale;
    *zero = 0.0f;
    return;
  }
  *scale = (high - low) / 255.0f;
  *scale = *scale == 0.0f ? 0x1p-23f : *scale;
  float wanted = -128.0f - low / *scale;
  wanted = wanted > -128.0f ? wanted : -128.0f;
  *zero = round_even(wanted < 127.0f ? wanted : 127.0f);
}

static void quantize_row(const OctavoActivationRule *rule, const float *x, size_t channels, int8_t *values,
                         OctavoGroupTerm *terms) {
  if (rule->kind == OCTAVO_ACTIVATION_AFFINE_GROUPS) {
    for (size_t start = 0; start < channels; start += OCTAVO_GROUP) {
      quantize_group(x + start, smaller(OCTAVO_GROUP, channels - start), values + start, terms + start / OCTAVO_GROUP);
    }
  } else {
    float scale, zero;
    token_rule(rule, x, channels, &scale, &zero);
    int32_t sum = round_values(x, channels, (Rounding){scale, zero, -128.0f, 0.0f, 0}, values);
    *terms = (OctavoGroupTerm){scale, -128 * sum, -(int32_t)zero};
  }
  for (size_t i = channels; i % 4 != 0; i++) values[i] = 0;
}

// Linear layers.

/// The exact sums of one group for the 64 outputs of a block; arithmetic modulo 2^32, whose result always fits.
static void sum_group(const uint8_t *weights, const int8_t *a, size_t channels, const OctavoGroupTerm *term,
                      const int32_t sums[OCTAVO_BLOCK], int32_t out[OCTAVO_BLOCK]) {
  uint32_t dots[OCTAVO_BLOCK];
  for (size_t n = 0; n < OCTAVO_BLOCK; n++) {
    dots[n] = (uint32_t)term->offset + (uint32_t)term->zero_factor * (uint32_t)sums[n];
  }
  for (size_t k = 0; k < channels; k += 4, weights += 4 * OCTAVO_BLOCK) {
    for (size_t n = 0; n < OCTAVO_BLOCK; n++) {
      int32_t dot = 0;
      for (size_t i = 0; i < 4; i++) dot += weights[4 * n + i] * a[k + i];
      dots[n] += (uint32_t)dot;
    }
  }
  for (size_t n = 0; n < OCTAVO_BLOCK; n++) out[n] = (int32_t)dots[n];
}

static void load_sums(const OctavoPackedInt8 *layer, size_t block, size_t group, int32_t sums[OCTAVO_BLOCK]) {
  size_t groups = (layer->input_channels + layer->group_channels - 1) / layer->group_channels;
  for (size_t n = 0; n < OCTAVO_BLOCK; n++) {
    sums[n] = layer->group_sums ? layer->group_sums[(block * groups + group) * OCTAVO_BLOCK + n]
                                : layer->channel_sums[block * OCTAVO_BLOCK + n];
  }
}

static void linear_int8_block(const OctavoPackedInt8 *layer, size_t block, const int8_t *a,
                              const OctavoGroupTerm *terms, float *out) {
  size_t channels = (layer->input_channels + 3) / 4 * 4;
  const uint8_t *weights = layer->weights + block * OCTAVO_BLOCK * channels;
  float totals[OCTAVO_BLOCK] = {0};
  for (size_t start = 0, group = 0; start < channels; start += layer->group_channels, group++) {
    int32_t sums[OCTAVO_BLOCK], exact[OCTAVO_BLOCK];
    load_sums(layer, block, group, sums);
    size_t count = smaller(layer->group_channels, channels - start);
    sum_group(weights + start * OCTAVO_BLOCK, a + start, count, terms + group, sums, exact);
    for (size_t n = 0; n < OCTAVO_BLOCK; n++) totals[n] = fmaf((float)exact[n], terms[group].scale, totals[n]);
    if (layer->channel_sums) break;
  }
  const float *scales = layer->scales + block * OCTAVO_BLOCK;
  const float *bias = layer->bias ? layer->bias + block * OCTAVO_BLOCK : NULL;
  for (size_t n = 0; n < OCTAVO_BLOCK; n++) {
    out[n] = bias ? fmaf(totals[n], scales[n], bias[n]) : totals[n] * scales[n];
  }
}

static void linear_int8(const OctavoPackedInt8 *layer, const OctavoQuantizedRows *rows, const OctavoLinearPart *part) {
  for (size_t block = part->block_begin; block < part->block_end; block++) {
    for (size_t row = part->row_begin; row < part->row_end; row++) {
      linear_int8_block(layer, block, rows->values + row * rows->value_stride, rows->terms + row * rows->term_stride,
                        part->out + row * part->out_stride + block * OCTAVO_BLOCK);
    }
  }
}

/// Stored values may lie at any address.
static void widen(OctavoFloatFormat format, const void *stored, size_t count, float *out) {
  if (format == OCTAVO_FLOAT32) {
    memcpy(out, stored, count * sizeof *out);
    return;
  }
  for (size_t i = 0; i < count; i++) {
    uint16_t bits;
    memcpy(&bits, (const char *)stored + i * sizeof bits, sizeof bits);
    out[i] = format == OCTAVO_FLOAT16 ? float_of_half(bits) : float_of_bfloat16(bits);
  }
}

static void linear_float_block(const OctavoPackedFloat *layer, size_t block, const float *x, float *out) {
  size_t element_bytes = layer->format == OCTAVO_FLOAT32 ? 4 : 2;
  const char *weights = (const char *)layer->weights + block * OCTAVO_BLOCK * layer->input_channels * element_bytes;
  float totals[OCTAVO_BLOCK] = {0};
  for (size_t start = 0; start < layer->input_channels; start += OCTAVO_GROUP) {
    float sums[OCTAVO_BLOCK] = {0};
    size_t end = smaller(start + OCTAVO_GROUP, layer->input_channels);
    for (size_t k = start; k < end; k++) {
      float w[OCTAVO_BLOCK];
      widen(layer->format, weights + k * OCTAVO_BLOCK * element_bytes, OCTAVO_BLOCK, w);
      for (size_t n = 0; n < OCTAVO_BLOCK; n++) sums[n] = fmaf(x[k], w[n], sums[n]);
    }
    for (size_t n = 0; n < OCTAVO_BLOCK; n++) totals[n] += sums[n];
  }
  const float *bias = layer->bias ? layer->bias + block * OCTAVO_BLOCK : NULL;
  for (size_t n = 0; n < OCTAVO_BLOCK; n++) out[n] = bias ? totals[n] + bias[n] : totals[n];
}

static void linear_float(const OctavoPackedFloat *layer, const float *x, size_t x_stride,
                         const OctavoLinearPart *part) {
  for (size_t block = part->block_begin; block < part->block_end; block++) {
    for (size_t row = part->row_begin; row < part->row_end; row++) {
      linear_float_block(layer, block, x + row * x_stride, part->out + row * part->out_stride + block * OCTAVO_BLOCK);
    }
  }
}

// Between the linear layers.

static void rms_norm(const float *x, const float *weight, size_t channels, float epsilon, float *out) {
  float lanes[OCTAVO_LANES] = {0};
  for (size_t i = 0; i < channels; i++) lanes[i % OCTAVO_LANES] = fmaf(x[i], x[i], lanes[i % OCTAVO_LANES]);
  float inverse = 1.0f / sqrtf(join(lanes) / (float)channels + epsilon);
  for (size_t i = 0; i < channels; i++) out[i] = (x[i] * inverse) * weight[i];
}

static void silu_multiply(const float *gate, const float *up, size_t count, float *out) {
  for (size_t i = 0; i < count; i++) out[i] = (gate[i] / (1.0f + exponential(-gate[i]))) * up[i];
}

static void add(float *x, const float *y, size_t count) {
  for (size_t i = 0; i < count; i++) x[i] += y[i];
}

static void rotate(float *x, size_t heads, size_t head_size, const float *cosines, const float *sines) {
  size_t half = head_size / 2;
  for (size_t head = 0; head < heads; head++, x += head_size) {
    for (size_t i = 0; i < half; i++) {
      float a = x[i], b = x[i + half];
      x[i] = a * cosines[i] - b * sines[i];
      x[i + half] = b * cosines[i] + a * sines[i];
    }
  }
}

// Attention.

static size_t head_bytes(const OctavoPages *pages) {
  return 2 * OCTAVO_PAGE * pages->head_size * (pages->format == OCTAVO_FLOAT32 ? 4 : 2);
}

static char *find_keys(const OctavoPages *pages, uint32_t page, size_t head) {
  return (char *)pages->base + page * pages->page_bytes + head * head_bytes(pages);
}

static void store_key_value(const OctavoPages *pages, uint32_t page, size_t slot, size_t head, const float *key,
                            const float *value) {
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
static void attend(const OctavoPages *pages, const uint32_t *page_ids, size_t length, size_t head, float scale,
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

// The vocabulary.

static size_t argmax(const float *x, size_t count) {
  size_t best = 0;
  for (size_t i = 1; i < count; i++) best = x[i] > x[best] ? i : best;
  return best;
}

static double exp_sum(const float *x, size_t count, float shift, float factor, float *out) {
  double total = 0.0;
  for (size_t start = 0; start < count; start += OCTAVO_SUM_CHUNK) {
    float lanes[OCTAVO_LANES] = {0};
    size_t end = smaller(start + OCTAVO_SUM_CHUNK, count);
    for (size_t i = start; i < end; i++) {
      float value = exponential((x[i] - shift) * factor);
      lanes[i % OCTAVO_LANES] += value;
      if (out) out[i] = value;
    }
    total += (double)join(lanes);
  }
  return total;
}

static int all_finite(const float *x, size_t count) {
  // Activations that came over a wire may lie at any address.
  uint32_t bad = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, (const char *)x + i * sizeof bits, sizeof bits);
    bad |= (bits & 0x7f800000u) == 0x7f800000u;
  }
  return !bad;
}

// Weights.

static float absmax(const float *x, size_t count) {
  float largest = 0.0f;
  for (size_t i = 0; i < count; i++) largest = fabsf(x[i]) > largest ? fabsf(x[i]) : largest;
  return largest;
}

static void quantize_weights(const float *w, size_t count, float scale, int8_t *q) {
  for (size_t i = 0; i < count; i++) {
    float quotient = w[i] / scale;
    quotient = quotient > -127.0f ? quotient : -127.0f;
    quotient = quotient < 127.0f ? quotient : 127.0f;
    q[i] = (int8_t)(int32_t)round_even(quotient);
  }
}

const OctavoKernels *octavo_kernels_portable(void) {
  static const OctavoKernels kernels = {
      .name = "portable",
      .quantize_row = quantize_row,
      .linear_int8 = linear_int8,
      .linear_float = linear_float,
      .rms_norm = rms_norm,
      .silu_multiply = silu_multiply,
      .add = add,
      .rotate = rotate,
      .store_key_value = store_key_value,
      .attend = attend,
      .argmax = argmax,
      .exp_sum = exp_sum,
      .all_finite = all_finite,
      .absmax = absmax,
      .quantize_weights = quantize_weights,
      .widen = widen,
  };
  return &kernels;
}
