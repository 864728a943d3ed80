// Which kernels run here.
#include "CKernels.h"

const OctavoKernels *octavo_kernels_automatic(void) {
  if (octavo_kernels_avx512vnni()) return octavo_kernels_avx512vnni();
  return octavo_kernels_avx2() ? octavo_kernels_avx2() : octavo_kernels_portable();
}
