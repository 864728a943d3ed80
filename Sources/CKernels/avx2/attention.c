// Keys and values into pages, and attention over them: the specification's, until AVX2 has its own.
#include "internal.h"

#if defined(__x86_64__)

void octavo_avx2_store_key_value(const OctavoPages *pages, uint32_t page, size_t slot, size_t head, const float *key,
                                 const float *value) {
  octavo_kernels_portable()->store_key_value(pages, page, slot, head, key, value);
}

void octavo_avx2_attend(const OctavoPages *pages, const OctavoQueries *queries) {
  octavo_kernels_portable()->attend(pages, queries);
}

void octavo_avx2_attend_blocks(const OctavoPages *pages, const OctavoQueries *queries, size_t block_begin,
                               size_t block_end, const OctavoPartials *partials) {
  octavo_kernels_portable()->attend_blocks(pages, queries, block_begin, block_end, partials);
}

void octavo_avx2_join_blocks(const OctavoPages *pages, const OctavoQueries *queries, const OctavoPartials *partials) {
  octavo_kernels_portable()->join_blocks(pages, queries, partials);
}

#endif
