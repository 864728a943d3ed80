// Where keys, values and their scales lie in pages.
#ifndef OCTAVO_PAGES_H
#define OCTAVO_PAGES_H

#include "CKernels.h"

static inline size_t page_element_bytes(OctavoPageFormat format) {
  return format == OCTAVO_PAGE_FLOAT32 ? 4 : format == OCTAVO_PAGE_FLOAT16 ? 2 : 1;
}

/// Bytes of the keys of one page and head, without scales; as many are its values.
static inline size_t page_key_bytes(OctavoPageFormat format, size_t head_size) {
  return OCTAVO_PAGE * head_size * page_element_bytes(format);
}

/// The same with the scales.
static inline size_t page_half_bytes(OctavoPageFormat format, size_t head_size) {
  return page_key_bytes(format, head_size) + (format == OCTAVO_PAGE_INT8 ? OCTAVO_PAGE * sizeof(float) : 0);
}

static inline char *find_keys(const OctavoPages *pages, uint32_t page, size_t head) {
  return (char *)pages->base + page * pages->page_bytes + head * 2 * page_half_bytes(pages->format, pages->head_size);
}

static inline char *find_values(const OctavoPages *pages, uint32_t page, size_t head) {
  return find_keys(pages, page, head) + page_half_bytes(pages->format, pages->head_size);
}

/// The scales that follow `half`, the keys or the values of a page.
static inline float *find_scales(const OctavoPages *pages, const char *half) {
  return (float *)(half + page_key_bytes(pages->format, pages->head_size));
}

static inline float *find_partial(const OctavoPartials *partials, const OctavoQueries *queries, size_t block,
                                  size_t query) {
  return partials->base + (block * queries->rows * queries->heads + query) * partials->stride;
}

#endif
