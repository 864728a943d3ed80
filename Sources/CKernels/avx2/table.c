// The table for AVX2.
#include "CKernels.h"

const OctavoKernels *octavo_kernels_avx2(void) { return NULL; }
