// The kernels with AVX-512 and VNNI: portable.c's operations on 16 floats or 64 bytes at once, in its order.
#include "CKernels.h"
#include "bits.h"
#include "cpu.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <math.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma,f16c"))), \
                             apply_to = function)

#define ALWAYS_INLINE static inline __attribute__((always_inline))

enum {
  /// Rows of a register tile: 6 rows by 4 registers of sums, 4 of weights, 4 spare.
  TILE_ROWS = 6,
  /// Input channels walked for all rows before the next: 64 outputs by 256 channels are 16 KiB of int8, half of L1.
  CHUNK_CHANNELS = 256,
  /// Bytes ahead of the weights in use that are asked for when one row tile streams them from memory.
  PREFETCH_BYTES = 4096,
};

ALWAYS_INLINE size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

ALWAYS_INLINE __mmask16 first_lanes(size_t count) {
  return count >= OCTAVO_LANES ? (__mmask16)0xffff : (__mmask16)((1u << count) - 1u);
}

ALWAYS_INLINE float join(__m512 lanes) {
  __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(lanes), _mm512_extractf32x8_ps(lanes, 1));
  __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

ALWAYS_INLINE __m512 round_even(__m512 x) {
  return _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

ALWAYS_INLINE __m512 exponential(__m512 x) {
  const __m512 rounding = _mm512_set1_ps(12582912.0f);
  x = _mm512_max_ps(_mm512_set1_ps(-104.0f), x);
  x = _mm512_min_ps(_mm512_set1_ps(89.0f), x);
  __m512 shifted = _mm512_fmadd_ps(x, _mm512_set1_ps(0x1.715476p+0f), rounding);
  __m512 n = _mm512_sub_ps(shifted, rounding);
  __m512i power = _mm512_sub_epi32(_mm512_castps_si512(shifted), _mm512_castps_si512(rounding));
  __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0x1.62e4p-1f), x);
  r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0x1.7f7d1cp-20f), r);
  __m512 p = _mm512_fmadd_ps(_mm512_set1_ps(0x1.a01a02p-13f), r, _mm512_set1_ps(0x1.6c16c2p-10f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0x1.111112p-7f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0x1.555556p-5f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0x1.555556p-3f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0.5f));
  p = _mm512_add_ps(_mm512_fmadd_ps(p, _mm512_mul_ps(r, r), r), _mm512_set1_ps(1.0f));
  __m512i first = _mm512_srai_epi32(power, 1);
  __m512i second = _mm512_sub_epi32(power, first);
  const __m512i exponent_bias = _mm512_set1_epi32(127);
  __m512 scaled = _mm512_mul_ps(p, _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_add_epi32(first, exponent_bias), 23)));
  return _mm512_mul_ps(scaled, _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_add_epi32(second, exponent_bias), 23)));
}

// Activations.

ALWAYS_INLINE void find_range(const float *x, size_t count, float *low, float *high) {
  __m512 lo = _mm512_setzero_ps(), hi = _mm512_setzero_ps();
  for (size_t i = 0; i < count; i += OCTAVO_LANES) {
    __m512 v = _mm512_maskz_loadu_ps(first_lanes(count - i), x + i);
    lo = _mm512_min_ps(v, lo);
    hi = _mm512_max_ps(v, hi);
  }
  // Adding 0 turns a zero of either sign into the 0 that the specification's comparisons keep.
  *low = _mm512_reduce_min_ps(lo) + 0.0f;
  *high = _mm512_reduce_max_ps(hi) + 0.0f;
}

typedef struct Rounding {
  float scale;
  float zero;
  float low;
  float shift;
  int rounds_first;
} Rounding;

ALWAYS_INLINE int32_t round_values(const float *x, size_t count, Rounding rounding, int8_t *out) {
  const __m512 scale = _mm512_set1_ps(rounding.scale), zero = _mm512_set1_ps(rounding.zero);
  const __m512 low = _mm512_set1_ps(rounding.low), high = _mm512_set1_ps(rounding.low + 255.0f);
  __m512i sums = _mm512_setzero_si512();
  for (size_t i = 0; i < count; i += OCTAVO_LANES) {
    __mmask16 lanes = first_lanes(count - i);
    __m512 q = _mm512_div_ps(_mm512_maskz_loadu_ps(lanes, x + i), scale);
    q = _mm512_max_ps(q, _mm512_set1_ps(-1048576.0f));
    q = _mm512_min_ps(q, _mm512_set1_ps(1048576.0f));
    q = _mm512_add_ps(rounding.rounds_first ? round_even(q) : q, zero);
    q = _mm512_max_ps(q, low);
    q = _mm512_min_ps(q, high);
    __m512i stored = _mm512_cvtps_epi32(_mm512_sub_ps(round_even(q), _mm512_set1_ps(rounding.shift)));
    sums = _mm512_mask_add_epi32(sums, lanes, sums, stored);
    _mm512_mask_cvtepi32_storeu_epi8(out + i, lanes, stored);
  }
  return _mm512_reduce_add_epi32(sums);
}

ALWAYS_INLINE float round_one(float x) { return (x + 12582912.0f) - 12582912.0f; }

static void quantize_group(const float *x, size_t count, int8_t *out, OctavoGroupTerm *term) {
  float low, high;
  find_range(x, count, &low, &high);
  float scale = (high - low) / 255.0f;
  scale = scale == 0.0f ? 1.0f : scale;
  float zero = round_one(-low / scale);
  zero = zero < 1024.0f ? zero : 1024.0f;
  int32_t sum = round_values(x, count, (Rounding){scale, zero, 0.0f, 128.0f, 1}, out);
  *term = (OctavoGroupTerm){scale, -128 * sum, 128 - (int32_t)zero};
}

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
  *zero = round_one(wanted < 127.0f ? wanted : 127.0f);
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

// Int8 linear layers.

/// One block's weights and sums, and where a tile of rows starts.
typedef struct Int8Tile {
  const OctavoPackedInt8 *layer;
  const uint8_t *weights;
  size_t block;
  const int8_t *values;
  size_t value_stride;
  const OctavoGroupTerm *terms;
  size_t term_stride;
  float *out;
  size_t out_stride;
} Int8Tile;

ALWAYS_INLINE __m512i load_sums(const OctavoPackedInt8 *layer, size_t block, size_t group, size_t groups, size_t j) {
  if (layer->group_sums) {
    const int16_t *sums = layer->group_sums + (block * groups + group) * OCTAVO_BLOCK;
    return _mm512_cvtepi16_epi32(_mm256_loadu_si256((const __m256i *)(sums + 16 * j)));
  }
  return _mm512_loadu_si512(layer->channel_sums + block * OCTAVO_BLOCK + 16 * j);
}

/// Starts a group's sums at what its term adds.
ALWAYS_INLINE void start_group(const int rows, const Int8Tile *tile, size_t group, size_t groups,
                               __m512i sums[TILE_ROWS][4]) {
  for (int j = 0; j < 4; j++) {
    __m512i weight_sums = load_sums(tile->layer, tile->block, group, groups, (size_t)j);
    for (int r = 0; r < rows; r++) {
      const OctavoGroupTerm *term = tile->terms + (size_t)r * tile->term_stride + group;
      __m512i product = _mm512_mullo_epi32(weight_sums, _mm512_set1_epi32(term->zero_factor));
      sums[r][j] = _mm512_add_epi32(product, _mm512_set1_epi32(term->offset));
    }
  }
}

ALWAYS_INLINE void sum_group(const int rows, const Int8Tile *tile, size_t begin, size_t end,
                             __m512i sums[TILE_ROWS][4]) {
  const uint8_t *weights = tile->weights + begin * OCTAVO_BLOCK;
  for (size_t k = begin; k < end; k += 4, weights += 4 * OCTAVO_BLOCK) {
    __m512i w0 = _mm512_load_si512(weights), w1 = _mm512_load_si512(weights + 64);
    __m512i w2 = _mm512_load_si512(weights + 128), w3 = _mm512_load_si512(weights + 192);
    if (rows == 1) {
      for (int line = 0; line < 4; line++)
        _mm_prefetch((const char *)weights + PREFETCH_BYTES + 64 * line, _MM_HINT_T0);
    }
    for (int r = 0; r < rows; r++) {
      int32_t four;
      memcpy(&four, tile->values + (size_t)r * tile->value_stride + k, sizeof four);
      __m512i a = _mm512_set1_epi32(four);
      sums[r][0] = _mm512_dpbusd_epi32(sums[r][0], w0, a);
      sums[r][1] = _mm512_dpbusd_epi32(sums[r][1], w1, a);
      sums[r][2] = _mm512_dpbusd_epi32(sums[r][2], w2, a);
      sums[r][3] = _mm512_dpbusd_epi32(sums[r][3], w3, a);
    }
  }
}

/// Adds a group's exact sums, scaled, to the totals that `out` holds between chunks.
ALWAYS_INLINE void add_group(const int rows, const Int8Tile *tile, size_t group, __m512i sums[TILE_ROWS][4]) {
  for (int r = 0; r < rows; r++) {
    __m512 scale = _mm512_set1_ps(tile->terms[(size_t)r * tile->term_stride + group].scale);
    for (int j = 0; j < 4; j++) {
      float *total = tile->out + (size_t)r * tile->out_stride + 16 * j;
      __m512 before = group == 0 ? _mm512_setzero_ps() : _mm512_loadu_ps(total);
      _mm512_storeu_ps(total, _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums[r][j]), scale, before));
    }
  }
}

ALWAYS_INLINE void finish_int8(const int rows, const Int8Tile *tile) {
  for (int j = 0; j < 4; j++) {
    size_t column = tile->block * OCTAVO_BLOCK + 16 * (size_t)j;
    __m512 scale = _mm512_loadu_ps(tile->layer->scales + column);
    for (int r = 0; r < rows; r++) {
      float *total = tile->out + (size_t)r * tile->out_stride + 16 * j;
      __m512 sum = _mm512_loadu_ps(total);
      __m512 scaled = tile->layer->bias ? _mm512_fmadd_ps(sum, scale, _mm512_loadu_ps(tile->layer->bias + column))
                                        : _mm512_mul_ps(sum, scale);
      _mm512_storeu_ps(total, scaled);
    }
  }
}

/// The channels `begin` to `end` (whole groups) of one tile; the last ones finish the outputs.
ALWAYS_INLINE void run_int8_tile(const int rows, const Int8Tile *tile, size_t begin, size_t end) {
  const OctavoPackedInt8 *layer = tile->layer;
  size_t channels = (layer->input_channels + 3) / 4 * 4;
  size_t width = layer->channel_sums ? channels : OCTAVO_GROUP;
  size_t groups = (channels + width - 1) / width;
  for (size_t start = begin; start < end; start += width) {
    __m512i sums[TILE_ROWS][4];
    start_group(rows, tile, start / width, groups, sums);
    sum_group(rows, tile, start, smaller(start + width, end), sums);
    add_group(rows, tile, start / width, sums);
  }
  if (end == channels) finish_int8(rows, tile);
}

static void int8_rows(const Int8Tile *tile, size_t rows, size_t begin, size_t end) {
  switch (rows) {
    case 1:
      return run_int8_tile(1, tile, begin, end);
    case 2:
      return run_int8_tile(2, tile, begin, end);
    case 3:
      return run_int8_tile(3, tile, begin, end);
    case 4:
      return run_int8_tile(4, tile, begin, end);
    case 5:
      return run_int8_tile(5, tile, begin, end);
    default:
      return run_int8_tile(6, tile, begin, end);
  }
}

static void linear_int8(const OctavoPackedInt8 *layer, const OctavoQuantizedRows *rows, const OctavoLinearPart *part) {
  size_t channels = (layer->input_channels + 3) / 4 * 4;
  int chunked = !layer->channel_sums && part->row_end - part->row_begin > TILE_ROWS;
  size_t step = chunked ? CHUNK_CHANNELS : channels;
  for (size_t block = part->block_begin; block < part->block_end; block++) {
    for (size_t begin = 0; begin < channels; begin += step) {
      for (size_t row = part->row_begin; row < part->row_end; row += TILE_ROWS) {
        Int8Tile tile = {
            .layer = layer,
            .weights = layer->weights + block * OCTAVO_BLOCK * channels,
            .block = block,
            .values = rows->values + row * rows->value_stride,
            .value_stride = rows->value_stride,
            .terms = rows->terms + row * rows->term_stride,
            .term_stride = rows->term_stride,
            .out = part->out + row * part->out_stride + block * OCTAVO_BLOCK,
            .out_stride = part->out_stride,
        };
        int8_rows(&tile, smaller(TILE_ROWS, part->row_end - row), begin, smaller(begin + step, channels));
      }
    }
  }
}

// Float linear layers.

ALWAYS_INLINE __m512 load_floats(OctavoFloatFormat format, const char *stored, __mmask16 lanes) {
  switch (format) {
    case OCTAVO_FLOAT32:
      return _mm512_maskz_loadu_ps(lanes, stored);
    case OCTAVO_FLOAT16:
      return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(lanes, stored));
    default:
      return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(lanes, stored)), 16));
  }
}

ALWAYS_INLINE size_t format_bytes(OctavoFloatFormat format) { return format == OCTAVO_FLOAT32 ? 4 : 2; }

typedef struct FloatTile {
  const char *weights;
  const float *bias;
  size_t channels;
  const float *x;
  size_t x_stride;
  float *out;
  size_t out_stride;
} FloatTile;

/// One group of input channels; `out` holds the totals between groups.
ALWAYS_INLINE void add_float_group(const int rows, const OctavoFloatFormat format, const FloatTile *tile,
                                   size_t begin) {
  __m512 sums[TILE_ROWS][4];
  for (int r = 0; r < rows; r++) {
    for (int j = 0; j < 4; j++) sums[r][j] = _mm512_setzero_ps();
  }
  size_t bytes = format_bytes(format), end = smaller(begin + OCTAVO_GROUP, tile->channels);
  for (size_t k = begin; k < end; k++) {
    const char *weights = tile->weights + k * OCTAVO_BLOCK * bytes;
    __m512 w[4];
    for (size_t j = 0; j < 4; j++) w[j] = load_floats(format, weights + 16 * j * bytes, 0xffff);
    for (int r = 0; r < rows; r++) {
      __m512 x = _mm512_set1_ps(tile->x[(size_t)r * tile->x_stride + k]);
      for (int j = 0; j < 4; j++) sums[r][j] = _mm512_fmadd_ps(x, w[j], sums[r][j]);
    }
  }
  for (int r = 0; r < rows; r++) {
    for (int j = 0; j < 4; j++) {
      float *total = tile->out + (size_t)r * tile->out_stride + 16 * j;
      __m512 before = begin == 0 ? _mm512_setzero_ps() : _mm512_loadu_ps(total);
      __m512 sum = _mm512_add_ps(before, sums[r][j]);
      if (end == tile->channels && tile->bias) sum = _mm512_add_ps(sum, _mm512_loadu_ps(tile->bias + 16 * j));
      _mm512_storeu_ps(total, sum);
    }
  }
}

ALWAYS_INLINE void float_rows(const OctavoFloatFormat format, const FloatTile *tile, size_t rows, size_t begin) {
  switch (rows) {
    case 1:
      return add_float_group(1, format, tile, begin);
    case 2:
      return add_float_group(2, format, tile, begin);
    case 3:
      return add_float_group(3, format, tile, begin);
    case 4:
      return add_float_group(4, format, tile, begin);
    case 5:
      return add_float_group(5, format, tile, begin);
    default:
      return add_float_group(6, format, tile, begin);
  }
}

ALWAYS_INLINE void run_linear_float(const OctavoFloatFormat format, const OctavoPackedFloat *layer, const float *x,
                                    size_t x_stride, const OctavoLinearPart *part) {
  size_t block_bytes = OCTAVO_BLOCK * layer->input_channels * format_bytes(format);
  for (size_t block = part->block_begin; block < part->block_end; block++) {
    for (size_t begin = 0; begin < layer->input_channels; begin += OCTAVO_GROUP) {
      for (size_t row = part->row_begin; row < part->row_end; row += TILE_ROWS) {
        FloatTile tile = {
            .weights = (const char *)layer->weights + block * block_bytes,
            .bias = layer->bias ? layer->bias + block * OCTAVO_BLOCK : NULL,
            .channels = layer->input_channels,
            .x = x + row * x_stride,
            .x_stride = x_stride,
            .out = part->out + row * part->out_stride + block * OCTAVO_BLOCK,
            .out_stride = part->out_stride,
        };
        float_rows(format, &tile, smaller(TILE_ROWS, part->row_end - row), begin);
      }
    }
  }
}

static void linear_float(const OctavoPackedFloat *layer, const float *x, size_t x_stride,
                         const OctavoLinearPart *part) {
  switch (layer->format) {
    case OCTAVO_FLOAT32:
      return run_linear_float(OCTAVO_FLOAT32, layer, x, x_stride, part);
    case OCTAVO_FLOAT16:
      return run_linear_float(OCTAVO_FLOAT16, layer, x, x_stride, part);
    case OCTAVO_BFLOAT16:
      return run_linear_float(OCTAVO_BFLOAT16, layer, x, x_stride, part);
  }
}

// Between the linear layers.

static void rms_norm(const float *x, const float *weight, size_t channels, float epsilon, float *out) {
  __m512 sums = _mm512_setzero_ps();
  for (size_t i = 0; i < channels; i += OCTAVO_LANES) {
    __m512 v = _mm512_maskz_loadu_ps(first_lanes(channels - i), x + i);
    sums = _mm512_fmadd_ps(v, v, sums);
  }
  __m512 inverse = _mm512_set1_ps(1.0f / sqrtf(join(sums) / (float)channels + epsilon));
  for (size_t i = 0; i < channels; i += OCTAVO_LANES) {
    __mmask16 lanes = first_lanes(channels - i);
    __m512 v = _mm512_mul_ps(_mm512_maskz_loadu_ps(lanes, x + i), inverse);
    _mm512_mask_storeu_ps(out + i, lanes, _mm512_mul_ps(v, _mm512_maskz_loadu_ps(lanes, weight + i)));
  }
}

static void silu_multiply(const float *gate, const float *up, size_t count, float *out) {
  const __m512 one = _mm512_set1_ps(1.0f), sign = _mm512_set1_ps(-0.0f);
  for (size_t i = 0; i < count; i += OCTAVO_LANES) {
    __mmask16 lanes = first_lanes(count - i);
    __m512 g = _mm512_maskz_loadu_ps(lanes, gate + i);
    __m512 silu = _mm512_div_ps(g, _mm512_add_ps(one, exponential(_mm512_xor_ps(g, sign))));
    _mm512_mask_storeu_ps(out + i, lanes, _mm512_mul_ps(silu, _mm512_maskz_loadu_ps(lanes, up + i)));
  }
}

static void add(float *x, const float *y, size_t count) {
  for (size_t i = 0; i < count; i += OCTAVO_LANES) {
    __mmask16 lanes = first_lanes(count - i);
    __m512 sum = _mm512_add_ps(_mm512_maskz_loadu_ps(lanes, x + i), _mm512_maskz_loadu_ps(lanes, y + i));
    _mm512_mask_storeu_ps(x + i, lanes, sum);
  }
}

static void rotate(float *x, size_t heads, size_t head_size, const float *cosines, const float *sines) {
  size_t half = head_size / 2;
  for (size_t head = 0; head < heads; head++, x += head_size) {
    for (size_t i = 0; i < half; i += OCTAVO_LANES) {
      __mmask16 lanes = first_lanes(half - i);
      __m512 a = _mm512_maskz_loadu_ps(lanes, x + i), b = _mm512_maskz_loadu_ps(lanes, x + half + i);
      __m512 c = _mm512_maskz_loadu_ps(lanes, cosines + i), s = _mm512_maskz_loadu_ps(lanes, sines + i);
      _mm512_mask_storeu_ps(x + i, lanes, _mm512_sub_ps(_mm512_mul_ps(a, c), _mm512_mul_ps(b, s)));
      _mm512_mask_storeu_ps(x + half + i, lanes, _mm512_add_ps(_mm512_mul_ps(b, c), _mm512_mul_ps(a, s)));
    }
  }
}

// Attention.

ALWAYS_INLINE size_t head_bytes(const OctavoPages *pages) {
  return 2 * OCTAVO_PAGE * pages->head_size * format_bytes(pages->format);
}

ALWAYS_INLINE char *find_keys(const OctavoPages *pages, uint32_t page, size_t head) {
  return (char *)pages->base + page * pages->page_bytes + head * head_bytes(pages);
}

ALWAYS_INLINE uint16_t half_of(float value) {
  return (uint16_t)_mm_extract_epi16(_mm_cvtps_ph(_mm_set_ss(value), _MM_FROUND_TO_NEAREST_INT), 0);
}

static void store_key_value(const OctavoPages *pages, uint32_t page, size_t slot, size_t head, const float *key,
                            const float *value) {
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

static void attend(const OctavoPages *pages, const uint32_t *page_ids, size_t length, size_t head, float scale,
                   const float *query, float *out) {
  if (pages->format == OCTAVO_FLOAT16) {
    run_attend(OCTAVO_FLOAT16, pages, page_ids, length, head, scale, query, out);
  } else {
    run_attend(OCTAVO_FLOAT32, pages, page_ids, length, head, scale, query, out);
  }
}

// The vocabulary.

static size_t argmax(const float *x, size_t count) {
  __m512 best = _mm512_set1_ps(x[0]);
  __m512i index = _mm512_setzero_si512(),
          here = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  for (size_t i = 0; i < count; i += OCTAVO_LANES) {
    __m512 v = _mm512_maskz_loadu_ps(first_lanes(count - i), x + i);
    __mmask16 larger = _mm512_mask_cmp_ps_mask(first_lanes(count - i), v, best, _CMP_GT_OQ);
    best = _mm512_mask_mov_ps(best, larger, v);
    index = _mm512_mask_mov_epi32(index, larger, here);
    here = _mm512_add_epi32(here, _mm512_set1_epi32(OCTAVO_LANES));
  }
  __mmask16 equal = _mm512_cmp_ps_mask(best, _mm512_set1_ps(_mm512_reduce_max_ps(best)), _CMP_EQ_OQ);
  return (uint32_t)_mm512_mask_reduce_min_epu32(equal, index);
}

static double exp_sum(const float *x, size_t count, float shift, float factor, float *out) {
  const __m512 shifts = _mm512_set1_ps(shift), factors = _mm512_set1_ps(factor);
  double total = 0.0;
  for (size_t start = 0; start < count; start += OCTAVO_SUM_CHUNK) {
    __m512 sums = _mm512_setzero_ps();
    size_t end = smaller(start + OCTAVO_SUM_CHUNK, count);
    for (size_t i = start; i < end; i += OCTAVO_LANES) {
      __mmask16 lanes = first_lanes(end - i);
      __m512 v = _mm512_mul_ps(_mm512_sub_ps(_mm512_maskz_loadu_ps(lanes, x + i), shifts), factors);
      __m512 value = exponential(v);
      sums = _mm512_mask_add_ps(sums, lanes, sums, value);
      if (out) _mm512_mask_storeu_ps(out + i, lanes, value);
    }
    total += (double)join(sums);
  }
  return total;
}

static int all_finite(const float *x, size_t count) {
  const __m512i exponent = _mm512_set1_epi32(0x7f800000);
  __mmask16 bad = 0;
  for (size_t i = 0; i < count; i += OCTAVO_LANES) {
    __m512i bits = _mm512_maskz_loadu_epi32(first_lanes(count - i), x + i);
    bad |= _mm512_cmpeq_epi32_mask(_mm512_and_si512(bits, exponent), exponent);
  }
  return bad == 0;
}

// Weights.

static float absmax(const float *x, size_t count) {
  __m512 largest = _mm512_setzero_ps();
  for (size_t i = 0; i < count; i += OCTAVO_LANES) {
    __m512 v = _mm512_abs_ps(_mm512_maskz_loadu_ps(first_lanes(count - i), x + i));
    largest = _mm512_max_ps(v, largest);
  }
  return _mm512_reduce_max_ps(largest);
}

static void quantize_weights(const float *w, size_t count, float scale, int8_t *q) {
  const __m512 scales = _mm512_set1_ps(scale);
  for (size_t i = 0; i < count; i += OCTAVO_LANES) {
    __mmask16 lanes = first_lanes(count - i);
    __m512 v = _mm512_div_ps(_mm512_maskz_loadu_ps(lanes, w + i), scales);
    v = _mm512_max_ps(v, _mm512_set1_ps(-127.0f));
    v = _mm512_min_ps(v, _mm512_set1_ps(127.0f));
    _mm512_mask_cvtepi32_storeu_epi8(q + i, lanes, _mm512_cvtps_epi32(v));
  }
}

static void widen(OctavoFloatFormat format, const void *stored, size_t count, float *out) {
  size_t bytes = format_bytes(format);
  for (size_t i = 0; i < count; i += OCTAVO_LANES) {
    __mmask16 lanes = first_lanes(count - i);
    _mm512_mask_storeu_ps(out + i, lanes, load_floats(format, (const char *)stored + i * bytes, lanes));
  }
}

#pragma clang attribute pop

const OctavoKernels *octavo_kernels_avx512vnni(void) {
  static const OctavoKernels kernels = {
      .name = "avx512vnni",
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
  return octavo_cpu_has_avx512vnni() ? &kernels : NULL;
}

#else

const OctavoKernels *octavo_kernels_avx512vnni(void) { return NULL; }

#endif
