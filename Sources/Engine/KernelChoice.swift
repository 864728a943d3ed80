/// Which implementation of the kernels runs.
package enum KernelChoice: String, Sendable, Hashable, CaseIterable {
  /// The fastest this machine has.
  case automatic
  /// Plain C, everywhere: the specification.
  case portable
  case avx2
  case avx512vnni
}
