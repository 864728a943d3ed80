// Which kernels run here.
#include "CKernels.h"

const OctavoKernels *octavo_kernels_automatic(void) {
  const OctavoKernels *fastest = octavo_kernels_avx512vnni();
  return fastest ? fastest : octavo_kernels_portable();
}
