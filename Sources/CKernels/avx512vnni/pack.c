// Int8 weights into kernel layout: tiles of 16 rows by 64 channels, which are 16 by 16 units of four bytes, transposed.
#include "internal.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX512VNNI, apply_to = function)

enum {
  /// Rows, and units of four channels, of a tile.
  TILE = 16,
  TILE_CHANNELS = 4 * TILE,
  STEP_BYTES = 4 * OCTAVO_BLOCK,
};

typedef struct Block {
  const int8_t *rows;
  size_t row_count;
  size_t row_stride;
  size_t input_channels;
  uint8_t *weights;
} Block;

/// One tile's rows; zeros past the block's last row and the rows' last channel.
ALWAYS_INLINE void load_tile(const Block *block, size_t row, size_t channel, __m512i x[TILE]) {
  size_t count = block->input_channels - channel;
  __mmask64 channels = count >= 64 ? ~0ull : (1ull << count) - 1;
  for (size_t r = 0; r < TILE; r++) {
    __mmask64 lanes = row + r < block->row_count ? channels : 0;
    x[r] = _mm512_maskz_loadu_epi8(lanes, block->rows + (row + r) * block->row_stride + channel);
  }
}

/// Transposes 16 rows of 16 units of four bytes.
ALWAYS_INLINE void transpose(__m512i x[TILE]) {
  __m512i y[TILE];
  for (int i = 0; i < TILE; i += 2) {
    y[i] = _mm512_unpacklo_epi32(x[i], x[i + 1]);
    y[i + 1] = _mm512_unpackhi_epi32(x[i], x[i + 1]);
  }
  for (int i = 0; i < TILE; i += 4) {
    for (int j = 0; j < 2; j++) {
      x[i + 2 * j] = _mm512_unpacklo_epi64(y[i + j], y[i + j + 2]);
      x[i + 2 * j + 1] = _mm512_unpackhi_epi64(y[i + j], y[i + j + 2]);
    }
  }
  // Unit 4q + i of rows 4g to 4g + 3 is now 128-bit lane q of x[4g + i].
  for (int i = 0; i < 4; i++) {
    __m512i low = _mm512_shuffle_i32x4(x[i], x[i + 4], 0x44), high = _mm512_shuffle_i32x4(x[i], x[i + 4], 0xee);
    __m512i low2 = _mm512_shuffle_i32x4(x[i + 8], x[i + 12], 0x44);
    __m512i high2 = _mm512_shuffle_i32x4(x[i + 8], x[i + 12], 0xee);
    y[i] = _mm512_shuffle_i32x4(low, low2, 0x88);
    y[i + 4] = _mm512_shuffle_i32x4(low, low2, 0xdd);
    y[i + 8] = _mm512_shuffle_i32x4(high, high2, 0x88);
    y[i + 12] = _mm512_shuffle_i32x4(high, high2, 0xdd);
  }
  for (int i = 0; i < TILE; i++) x[i] = y[i];
}

/// Writes a tile past the caches, since nobody reads it soon, and returns `sums` with those of its rows added.
ALWAYS_INLINE __m512i pack_tile(const Block *block, size_t row, size_t channel, __m512i sums) {
  const __m512i ones = _mm512_set1_epi8(1), offset = _mm512_set1_epi8((char)0x80);
  __m512i x[TILE];
  load_tile(block, row, channel, x);
  transpose(x);
  size_t units = smaller(TILE, (block->input_channels - channel + 3) / 4);
  uint8_t *out = block->weights + channel / 4 * STEP_BYTES + 4 * row;
  for (size_t i = 0; i < units; i++, out += STEP_BYTES) {
    sums = _mm512_dpbusd_epi32(sums, ones, x[i]);
    _mm512_stream_si512((void *)out, _mm512_xor_si512(x[i], offset));
  }
  return sums;
}

void octavo_avx512vnni_pack_int8_block(const int8_t *rows, size_t row_count, size_t row_stride, size_t input_channels,
                                       uint8_t *weights, int16_t *group_sums, int32_t *channel_sums) {
  const Block block = {rows, row_count, row_stride, input_channels, weights};
  for (size_t row = 0; row < OCTAVO_BLOCK; row += TILE) {
    __m512i sums = _mm512_setzero_si512();
    for (size_t channel = 0; channel < input_channels; channel += TILE_CHANNELS) {
      sums = pack_tile(&block, row, channel, sums);
      size_t end = channel + TILE_CHANNELS;
      if (!group_sums || (end % OCTAVO_GROUP != 0 && end < input_channels)) continue;
      _mm256_storeu_si256((__m256i *)(group_sums + channel / OCTAVO_GROUP * OCTAVO_BLOCK + row),
                          _mm512_cvtepi32_epi16(sums));
      sums = _mm512_setzero_si512();
    }
    if (channel_sums) _mm512_storeu_si512(channel_sums + row, sums);
  }
  _mm_sfence();
}

#pragma clang attribute pop

#endif
