// Float weights into kernel layout, and single conversions for callers outside the kernels.
#include <string.h>

#include "CKernels.h"
#include "bits.h"

void octavo_pack_float_block(const void *rows, size_t row_count, size_t row_stride_bytes, size_t input_channels,
                             size_t element_bytes, void *weights) {
  memset(weights, 0, input_channels * OCTAVO_BLOCK * element_bytes);
  for (size_t n = 0; n < row_count; n++) {
    const char *row = (const char *)rows + n * row_stride_bytes;
    for (size_t k = 0; k < input_channels; k++) {
      memcpy((char *)weights + (k * OCTAVO_BLOCK + n) * element_bytes, row + k * element_bytes, element_bytes);
    }
  }
}

uint16_t octavo_bfloat16_from_float(float value) { return bfloat16_of_float(value); }

uint16_t octavo_half_from_float(float value) { return half_of_float(value); }
