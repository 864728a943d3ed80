internal import CKernels

extension KernelChoice {
  /// The choices this machine can run.
  package static var availableCases: [KernelChoice] { allCases.filter(\.isAvailable) }

  package var isAvailable: Bool { table != nil }

  /// Nil where this machine lacks the instructions.
  var table: UnsafePointer<OctavoKernels>? {
    switch self {
    case .automatic: octavo_kernels_automatic()
    case .portable: octavo_kernels_portable()
    case .avx2: octavo_kernels_avx2()
    case .avx512vnni: octavo_kernels_avx512vnni()
    }
  }
}
