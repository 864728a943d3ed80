// The specification's table.
#include "internal.h"

const OctavoKernels *octavo_kernels_portable(void) {
  static const OctavoKernels kernels = {
      .name = "portable",
      .quantize_row = octavo_portable_quantize_row,
      .linear_int8 = octavo_portable_linear_int8,
      .linear_float = octavo_portable_linear_float,
      .rms_norm = octavo_portable_rms_norm,
      .silu_multiply = octavo_portable_silu_multiply,
      .normalize_quantize = octavo_portable_normalize_quantize,
      .silu_multiply_quantize = octavo_portable_silu_multiply_quantize,
      .rotate = octavo_portable_rotate,
      .store_key_value = octavo_portable_store_key_value,
      .attend = octavo_portable_attend,
      .attend_blocks = octavo_portable_attend_blocks,
      .join_blocks = octavo_portable_join_blocks,
      .argmax = octavo_portable_argmax,
      .exp_sum = octavo_portable_exp_sum,
      .all_finite = octavo_portable_all_finite,
      .absmax = octavo_portable_absmax,
      .quantize_weights = octavo_portable_quantize_weights,
      .widen = octavo_portable_widen,
      .pack_int8_block = octavo_portable_pack_int8_block,
  };
  return &kernels;
}
