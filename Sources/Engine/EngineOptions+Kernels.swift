package import Core

extension EngineOptions {
  /// What the kernels are called that these options choose on this machine.
  ///
  /// - Throws: FAILED_PRECONDITION where this machine lacks their instructions.
  package func kernelsName() throws(OctavoError) -> String { try Kernels(kernels).name }
}
