// Masks of CPUs, sized for more of them than any kernel is built for.
#ifndef OCTAVO_CPUS_H
#define OCTAVO_CPUS_H

#include <stdint.h>

enum { OCTAVO_CPUS_MAX = 8192 };

typedef struct OctavoCPUMask {
  uint64_t words[OCTAVO_CPUS_MAX / 64];
} OctavoCPUMask;

/// Of the calling thread. Both return 0, or the system's error number.
int octavo_cpu_mask_read(OctavoCPUMask *mask);
int octavo_cpu_mask_apply(const OctavoCPUMask *mask);

#endif
