// Rows of activations as they travel from stage to stage under 8 bits.
#ifndef OCTAVO_WIRE_H
#define OCTAVO_WIRE_H

#include "Layouts.h"

/// What quantize_row made of a row under the rule of affine groups: unsigned values, and for each group of 128 channels
/// a little-endian scale and a zero point, which is at most 255: only a subnormal scale comes with a larger one.
void octavo_wire_from_row(const int8_t *values, const OctavoGroupTerm *terms, size_t channels, void *wire_values,
                          void *wire_scales, void *wire_zeros);

/// out = (value - zero point) * scale. The wire's bytes may lie at any address.
void octavo_wire_to_row(const void *wire_values, const void *wire_scales, const void *wire_zeros, size_t channels,
                        float *out);

#endif
