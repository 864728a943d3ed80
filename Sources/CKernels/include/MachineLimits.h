// What the machine can do at best, for roofline figures: loops that only read memory, or only multiply and add 8-bit
// integers in registers. Callers share them among threads and take the time.
#ifndef OCTAVO_MACHINE_LIMITS_H
#define OCTAVO_MACHINE_LIMITS_H

#include <stddef.h>
#include <stdint.h>

/// Anonymous memory in huge pages where the kernel gives them, every page touched; NULL where there is none.
void *octavo_limits_allocate(size_t bytes);
void octavo_limits_release(void *memory, size_t bytes);

/// Reads `bytes` bytes, a multiple of 256, at an address that is a multiple of 64, and returns their exclusive or.
uint64_t octavo_limits_read(const void *memory, size_t bytes);

/// A loop of `rounds` rounds of 8-bit multiply-adds; returns how many operations that were, a multiplication and an
/// addition being two. The processor must have the instructions of the kernels of the same name.
typedef uint64_t (*OctavoMultiplyAddLoop)(uint64_t rounds);

/// The fastest loop for the instruction set of the kernels with this name; NULL where they multiply one by one.
OctavoMultiplyAddLoop octavo_limits_multiply_add(const char *kernels_name);

#endif
