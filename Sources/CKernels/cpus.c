#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <string.h>

#include "Threads.h"

int octavo_cpu_mask_read(OctavoCPUMask *mask) {
  memset(mask, 0, sizeof *mask);
  return sched_getaffinity(0, sizeof *mask, (cpu_set_t *)mask) == 0 ? 0 : errno;
}

int octavo_cpu_mask_apply(const OctavoCPUMask *mask) {
  return sched_setaffinity(0, sizeof *mask, (const cpu_set_t *)mask) == 0 ? 0 : errno;
}

size_t octavo_cpus_allowed(uint32_t *cpus, size_t capacity) {
  OctavoCPUMask mask;
  if (octavo_cpu_mask_read(&mask) != 0) return 0;
  size_t count = 0;
  for (uint32_t cpu = 0; cpu < OCTAVO_CPUS_MAX; cpu++) {
    if (!(mask.words[cpu / 64] >> cpu % 64 & 1)) continue;
    if (count < capacity) cpus[count] = cpu;
    count++;
  }
  return count;
}

int octavo_cpus_pin(const uint32_t *cpus, size_t count) {
  OctavoCPUMask mask = {0};
  for (size_t i = 0; i < count; i++) {
    if (cpus[i] >= OCTAVO_CPUS_MAX) return EINVAL;
    mask.words[cpus[i] / 64] |= 1ull << cpus[i] % 64;
  }
  return octavo_cpu_mask_apply(&mask);
}
