internal import CKernels
internal import Core

/// One table of kernels, chosen when a stage loads.
struct Kernels: @unchecked Sendable {
  /// Points at a table that lives as long as the process and is never written.
  let table: UnsafePointer<OctavoKernels>

  /// - Throws: FAILED_PRECONDITION where this machine lacks the instructions asked for.
  init(_ choice: KernelChoice) throws(OctavoError) {
    guard let found = choice.table else {
      let known = KernelChoice.availableCases.map(\.rawValue).joined(separator: ", ")
      throw OctavoError(
        .failedPrecondition, "this machine cannot run the kernels \(choice.rawValue): use one of \(known)")
    }
    table = found
  }

  var name: String { String(cString: table.pointee.name) }
}
