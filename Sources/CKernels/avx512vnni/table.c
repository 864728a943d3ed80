// The table for AVX-512 and VNNI.
#include "../cpu.h"
#include "CKernels.h"
#include "internal.h"

const OctavoKernels *octavo_kernels_avx512vnni(void) {
#if defined(__x86_64__)
  static const OctavoKernels kernels = {
      .name = "avx512vnni",
      .quantize_row = octavo_avx512vnni_quantize_row,
      .linear_int8 = octavo_avx512vnni_linear_int8,
      .linear_float = octavo_avx512vnni_linear_float,
      .rms_norm = octavo_avx512vnni_rms_norm,
      .silu_multiply = octavo_avx512vnni_silu_multiply,
      .normalize_quantize = octavo_avx512vnni_normalize_quantize,
      .silu_multiply_quantize = octavo_avx512vnni_silu_multiply_quantize,
      .rotate = octavo_avx512vnni_rotate,
      .store_key_value = octavo_avx512vnni_store_key_value,
      .attend = octavo_avx512vnni_attend,
      .attend_blocks = octavo_avx512vnni_attend_blocks,
      .join_blocks = octavo_avx512vnni_join_blocks,
      .argmax = octavo_avx512vnni_argmax,
      .exp_sum = octavo_avx512vnni_exp_sum,
      .all_finite = octavo_avx512vnni_all_finite,
      .absmax = octavo_avx512vnni_absmax,
      .quantize_weights = octavo_avx512vnni_quantize_weights,
      .widen = octavo_avx512vnni_widen,
      .pack_int8_block = octavo_avx512vnni_pack_int8_block,
  };
  return octavo_cpu_has_avx512vnni() ? &kernels : NULL;
#else
  return NULL;
#endif
}
