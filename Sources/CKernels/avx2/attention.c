// Keys and values into pages, and attention over them.
#include "internal.h"

#if defined(__x86_64__)

#pragma clang attribute push(AVX2, apply_to = function)

void octavo_avx2_store_key_value(const OctavoPages *pages, uint32_t page, size_t slot, size_t head, const float *key,
                                 const float *value) {
  octavo_kernels_portable()->store_key_value(pages, page, slot, head, key, value);
}

void octavo_avx2_attend(const OctavoPages *pages, const uint32_t *page_ids, size_t length, size_t head, float scale,
                        const float *query, float *out) {
  octavo_kernels_portable()->attend(pages, page_ids, length, head, scale, query, out);
}

#pragma clang attribute pop

#endif
