internal import CKernels
internal import Core

/// One table of kernels, chosen when a stage loads.
struct Kernels: @unchecked Sendable {
  /// Points at a table that lives as long as the process and is never written.
  let table: UnsafePointer<OctavoKernels>

  /// - Throws: FAILED_PRECONDITION where this machine lacks the instructions asked for.
  init(_ choice: KernelChoice) throws(OctavoError) {
    let found =
      switch choice {
      case .automatic: octavo_kernels_automatic()
      case .portable: octavo_kernels_portable()
      case .avx2: octavo_kernels_avx2()
      case .avx512vnni: octavo_kernels_avx512vnni()
      }
    guard let found else {
      throw OctavoError(
        .failedPrecondition, "this machine cannot run the kernels \(choice.rawValue): choose automatic or portable")
    }
    table = found
  }

  var name: String { String(cString: table.pointee.name) }
}
