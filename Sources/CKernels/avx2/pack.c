// Int8 weights into kernel layout: tiles of 8 rows by 32 channels, which are 8 by 8 units of four bytes, transposed.
#include "internal.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX2, apply_to = function)

enum {
  /// Input channels in a register of weights.
  TILE_CHANNELS = 32,
  /// Input channels walked for all rows before the next: a cache line of each row.
  LINE_CHANNELS = 64,
  /// Bytes ahead of the row in use that are asked for.
  PREFETCH_BYTES = 256,
};

typedef struct WeightRows {
  const int8_t *rows;
  size_t count;
  size_t stride;
  size_t channels;
} WeightRows;

/// The weights of a row from `channel` on, zeros past the last row and channel.
ALWAYS_INLINE __m256i load_weights(const WeightRows *rows, size_t n, size_t channel) {
  __m256i part = _mm256_setzero_si256();
  if (n >= rows->count || channel >= rows->channels) return part;
  const int8_t *weights = rows->rows + n * rows->stride + channel;
  _mm_prefetch((const char *)weights + PREFETCH_BYTES, _MM_HINT_T0);
  size_t left = rows->channels - channel;
  if (left >= TILE_CHANNELS) return _mm256_loadu_si256((const __m256i *)weights);
  memcpy(&part, weights, left);
  return part;
}

/// Transposes 8 registers of 8 elements of 4 bytes.
ALWAYS_INLINE void transpose(__m256i v[WIDTH]) {
  __m256i twos[WIDTH], fours[WIDTH];
  for (int i = 0; i < WIDTH; i += 2) {
    twos[i] = _mm256_unpacklo_epi32(v[i], v[i + 1]);
    twos[i + 1] = _mm256_unpackhi_epi32(v[i], v[i + 1]);
  }
  for (int i = 0; i < WIDTH; i += 4) {
    fours[i] = _mm256_unpacklo_epi64(twos[i], twos[i + 2]);
    fours[i + 1] = _mm256_unpackhi_epi64(twos[i], twos[i + 2]);
    fours[i + 2] = _mm256_unpacklo_epi64(twos[i + 1], twos[i + 3]);
    fours[i + 3] = _mm256_unpackhi_epi64(twos[i + 1], twos[i + 3]);
  }
  for (int i = 0; i < WIDTH / 2; i++) {
    v[i] = _mm256_permute2x128_si256(fours[i], fours[i + 4], 0x20);
    v[i + 4] = _mm256_permute2x128_si256(fours[i], fours[i + 4], 0x31);
  }
}

/// Writes 32 channels of 8 rows, or as many as there are, and adds them to the rows' sums.
ALWAYS_INLINE void pack_tile(const WeightRows *rows, size_t n, size_t channel, uint8_t *weights,
                             int32_t sums[OCTAVO_BLOCK]) {
  __m256i fours[WIDTH];
  for (size_t i = 0; i < WIDTH; i++) fours[i] = load_weights(rows, n + i, channel);
  transpose(fours);
  size_t steps = smaller(WIDTH, (rows->channels - channel + 3) / 4);
  __m256i *sum = (__m256i *)(sums + n);
  for (size_t step = 0; step < steps; step++) {
    uint8_t *out = weights + (channel + 4 * step) * OCTAVO_BLOCK + 4 * n;
    _mm256_storeu_si256((__m256i *)out, _mm256_xor_si256(fours[step], _mm256_set1_epi8(-128)));
    __m256i pairs = _mm256_maddubs_epi16(_mm256_set1_epi8(1), fours[step]);
    *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
  }
}

void octavo_avx2_pack_int8_block(const int8_t *rows, size_t row_count, size_t row_stride, size_t input_channels,
                                 uint8_t *weights, int16_t *group_sums, int32_t *channel_sums) {
  const WeightRows all = {rows, row_count, row_stride, input_channels};
  _Alignas(32) int32_t sums[OCTAVO_BLOCK] = {0};
  for (size_t start = 0; start < input_channels; start += LINE_CHANNELS) {
    size_t end = smaller(start + LINE_CHANNELS, input_channels);
    for (size_t n = 0; n < OCTAVO_BLOCK; n += WIDTH) {
      for (size_t channel = start; channel < end; channel += TILE_CHANNELS) pack_tile(&all, n, channel, weights, sums);
    }
    if (!group_sums || (end % OCTAVO_GROUP != 0 && end != input_channels)) continue;
    int16_t *group = group_sums + start / OCTAVO_GROUP * OCTAVO_BLOCK;
    for (size_t n = 0; n < OCTAVO_BLOCK; n++) group[n] = (int16_t)sums[n];
    memset(sums, 0, sizeof sums);
  }
  if (channel_sums) memcpy(channel_sums, sums, sizeof sums);
}

#pragma clang attribute pop

#endif
