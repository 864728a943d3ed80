// The arithmetic of Octavo's hot loops, as bits.
//
// The folder `portable` is the specification: plain C, no instruction set assumed. Every other folder is an instruction
// set and equals it bit for bit, floats included. What makes that possible holds
// everywhere: sums over many values run in 16 lanes that a fixed tree joins, or strictly in order of the channels; a
// multiply-add is fused where the source writes fmaf and nowhere else; square root and division are the hardware's,
// every other function is built from them and additions. A result depends on its own row alone, never on the rows
// beside it or on how work was cut.
//
// Callers hold the bounds: kernels trust their sizes. Pointers to packed weights and to pages are 64-byte aligned.
#ifndef OCTAVO_CKERNELS_H
#define OCTAVO_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "Kernels.h"
#include "Layouts.h"
#include "MachineLimits.h"
#include "Memory.h"
#include "Threads.h"
#include "Wire.h"

/// Writes up to 64 rows of 32-bit or 16-bit elements (`element_bytes` 4 or 2) as one block of a float layer.
void octavo_pack_float_block(const void *rows, size_t row_count, size_t row_stride_bytes, size_t input_channels,
                             size_t element_bytes, void *weights);

/// float32 to bfloat16 and half, to nearest, ties to even, as the hardware's conversions do.
uint16_t octavo_bfloat16_from_float(float value);
uint16_t octavo_half_from_float(float value);

/// Natural logarithm of a positive finite number, within 1e-15 of its magnitude plus 1.
double octavo_log(double x);
/// base^exponent for a positive base and a result within range, within 1e-14 of it.
double octavo_pow(double base, double exponent);
/// cos and sin, each rounded from double, of the float32 products position * frequencies[i].
void octavo_rotary_row(const float *frequencies, size_t count, uint32_t position, float *cosines, float *sines);

/// Philox4x32-10 (Salmon et al., 2011).
void octavo_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

#endif
