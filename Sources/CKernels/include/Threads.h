// Threads for the parts of a job, and the CPUs that threads may run on.
#ifndef OCTAVO_THREADS_H
#define OCTAVO_THREADS_H

#include <stddef.h>
#include <stdint.h>

/// Threads that run the parts of a job together with the caller. One caller at a time.
typedef struct OctavoThreads OctavoThreads;
/// Threads that run wherever the system puts them. NULL where it has no more; `count` includes the caller.
OctavoThreads *octavo_threads_create(size_t count);
/// Threads with a CPU each, which wait longer before they sleep: `cpus` has `count` of them, the first for the caller,
/// which moves there by itself (octavo_cpus_pin). A CPU that the system refuses leaves its thread where it may be.
OctavoThreads *octavo_threads_create_pinned(size_t count, const uint32_t *cpus);
void octavo_threads_destroy(OctavoThreads *threads);
/// Calls body(context, part) for every part below `parts`, each once, and returns when all are done. Each thread walks
/// its own contiguous share of the parts upwards, then takes what is left of the others' from their ends.
void octavo_threads_run(OctavoThreads *threads, size_t parts, void (*body)(void *context, size_t part), void *context);

enum {
  /// More CPUs than any kernel is built for.
  OCTAVO_CPUS_MAX = 8192
};

typedef struct OctavoCPUMask {
  uint64_t words[OCTAVO_CPUS_MAX / 64];
} OctavoCPUMask;

/// Of the calling thread. Both return 0, or the system's error number.
int octavo_cpu_mask_read(OctavoCPUMask *mask);
int octavo_cpu_mask_apply(const OctavoCPUMask *mask);
/// Lets the calling thread run on these CPUs only. Returns 0, or the system's error number.
int octavo_cpus_pin(const uint32_t *cpus, size_t count);
/// The CPUs that the calling thread may run on, ascending: at most `capacity` are written. Returns how many there are,
/// 0 where the system does not say.
size_t octavo_cpus_allowed(uint32_t *cpus, size_t capacity);

#endif
