// Activations between stages: once a row and hop, so that plain C is fast enough and one implementation serves all.
#include <string.h>

#include "CKernels.h"

void octavo_wire_from_row(const int8_t *values, const OctavoGroupTerm *terms, size_t channels, void *wire_values,
                          void *wire_scales, void *wire_zeros) {
  uint8_t *unsigned_values = wire_values;
  for (size_t i = 0; i < channels; i++) unsigned_values[i] = (uint8_t)(values[i] + 128);
  for (size_t group = 0; group * OCTAVO_GROUP < channels; group++) {
    int32_t zero = 128 - terms[group].zero_factor;
    memcpy((char *)wire_scales + group * sizeof(float), &terms[group].scale, sizeof(float));
    ((uint8_t *)wire_zeros)[group] = (uint8_t)(zero < 255 ? zero : 255);
  }
}

void octavo_wire_to_row(const void *wire_values, const void *wire_scales, const void *wire_zeros, size_t channels,
                        float *out) {
  const uint8_t *values = wire_values;
  for (size_t start = 0; start < channels; start += OCTAVO_GROUP) {
    size_t group = start / OCTAVO_GROUP;
    size_t end = start + OCTAVO_GROUP < channels ? start + OCTAVO_GROUP : channels;
    float scale;
    memcpy(&scale, (const char *)wire_scales + group * sizeof scale, sizeof scale);
    int32_t zero = ((const uint8_t *)wire_zeros)[group];
    for (size_t i = start; i < end; i++) out[i] = (float)(values[i] - zero) * scale;
  }
}
