// What the processor and the operating system offer.
#ifndef OCTAVO_CPU_H
#define OCTAVO_CPU_H

/// AVX2, FMA and F16C, and an operating system that saves their registers.
int octavo_cpu_has_avx2(void);
/// AVX-512 F, BW, DQ, VL and VNNI with FMA and F16C, and an operating system that saves their registers.
int octavo_cpu_has_avx512vnni(void);

#endif
