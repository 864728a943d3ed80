// The table for AVX2, FMA and F16C.
#include "../cpu.h"
#include "CKernels.h"
#include "internal.h"

const OctavoKernels *octavo_kernels_avx2(void) {
#if defined(__x86_64__)
  static const OctavoKernels kernels = {
      .name = "avx2",
      .quantize_row = octavo_avx2_quantize_row,
      .linear_int8 = octavo_avx2_linear_int8,
      .linear_float = octavo_avx2_linear_float,
      .rms_norm = octavo_avx2_rms_norm,
      .silu_multiply = octavo_avx2_silu_multiply,
      .normalize_quantize = octavo_avx2_normalize_quantize,
      .silu_multiply_quantize = octavo_avx2_silu_multiply_quantize,
      .rotate = octavo_avx2_rotate,
      .store_key_value = octavo_avx2_store_key_value,
      .attend = octavo_avx2_attend,
      .attend_blocks = octavo_avx2_attend_blocks,
      .join_blocks = octavo_avx2_join_blocks,
      .argmax = octavo_avx2_argmax,
      .exp_sum = octavo_avx2_exp_sum,
      .all_finite = octavo_avx2_all_finite,
      .absmax = octavo_avx2_absmax,
      .quantize_weights = octavo_avx2_quantize_weights,
      .widen = octavo_avx2_widen,
      .pack_int8_block = octavo_avx2_pack_int8_block,
  };
  return octavo_cpu_has_avx2() ? &kernels : NULL;
#else
  return NULL;
#endif
}
