// Memory for weights, KV and activations.
#ifndef OCTAVO_MEMORY_H
#define OCTAVO_MEMORY_H

#include <stddef.h>

enum { OCTAVO_HUGE_PAGE_BYTES = 2 << 20 };

/// `bytes` (at least 1) aligned to 64, not initialized and not touched; NULL where the system has no such amount.
///
/// From 2 MiB up it is a mapping of its own that begins on a huge page and asks for huge pages: a stream through small
/// ones waits for their translations, and each is zeroed in a fault of its own. What follows the last whole huge page
/// stays in small ones, so that nothing is rounded up to 2 MiB. Memory becomes resident where it is touched: 2 MiB at
/// a time where the kernel has huge pages to give.
void *octavo_memory_create(size_t bytes);
/// Takes what octavo_memory_create(bytes) gave.
void octavo_memory_destroy(void *memory, size_t bytes);

#endif
