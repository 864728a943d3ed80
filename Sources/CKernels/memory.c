#define _GNU_SOURCE
#include "Memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
  /// A cache line, and the widest register.
  ALIGNMENT = 64
};

static uintptr_t round_up(uintptr_t address, uintptr_t multiple) { return (address + multiple - 1) & ~(multiple - 1); }

/// A mapping that begins on a huge page, cut out of a larger one.
static void *map(size_t bytes) {
  size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
  size_t reserved = bytes + OCTAVO_HUGE_PAGE_BYTES + page_bytes;
  if (reserved < bytes) return NULL;
  char *start = mmap(NULL, reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) return NULL;
  char *base = (char *)round_up((uintptr_t)start, OCTAVO_HUGE_PAGE_BYTES);
  char *end = (char *)round_up((uintptr_t)base + bytes, page_bytes);
  if (base > start) munmap(start, (size_t)(base - start));
  munmap(end, (size_t)(start + reserved - end));
  // Advice: where there are no huge pages, small ones do.
  madvise(base, bytes / OCTAVO_HUGE_PAGE_BYTES * OCTAVO_HUGE_PAGE_BYTES, MADV_HUGEPAGE);
  return base;
}

void *octavo_memory_create(size_t bytes) {
  if (bytes >= OCTAVO_HUGE_PAGE_BYTES) return map(bytes);
  void *memory = NULL;
  return posix_memalign(&memory, ALIGNMENT, bytes) == 0 ? memory : NULL;
}

void octavo_memory_destroy(void *memory, size_t bytes) {
  if (bytes >= OCTAVO_HUGE_PAGE_BYTES) {
    munmap(memory, bytes);
  } else {
    free(memory);
  }
}
