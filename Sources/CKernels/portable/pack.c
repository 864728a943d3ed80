// Int8 weights into kernel layout.
#include "internal.h"

static void sum_groups(const int8_t *row, size_t channels, size_t n, int16_t *group_sums) {
  for (size_t start = 0, group = 0; start < channels; start += OCTAVO_GROUP, group++) {
    size_t end = start + OCTAVO_GROUP < channels ? start + OCTAVO_GROUP : channels;
    int32_t sum = 0;
    for (size_t k = start; k < end; k++) sum += row[k];
    group_sums[group * OCTAVO_BLOCK + n] = (int16_t)sum;
  }
}

void octavo_portable_pack_int8_block(const int8_t *rows, size_t row_count, size_t row_stride, size_t input_channels,
                                     uint8_t *weights, int16_t *group_sums, int32_t *channel_sums) {
  size_t channels = (input_channels + 3) / 4 * 4, groups = (input_channels + OCTAVO_GROUP - 1) / OCTAVO_GROUP;
  memset(weights, 128, channels * OCTAVO_BLOCK);
  if (group_sums) memset(group_sums, 0, groups * OCTAVO_BLOCK * sizeof *group_sums);
  if (channel_sums) memset(channel_sums, 0, OCTAVO_BLOCK * sizeof *channel_sums);
  for (size_t n = 0; n < row_count; n++) {
    const int8_t *row = rows + n * row_stride;
    for (size_t k = 0; k < input_channels; k++) {
      weights[(k / 4 * OCTAVO_BLOCK + n) * 4 + k % 4] = (uint8_t)(row[k] + 128);
      if (channel_sums) channel_sums[n] += row[k];
    }
    if (group_sums) sum_groups(row, input_channels, n, group_sums);
  }
}
