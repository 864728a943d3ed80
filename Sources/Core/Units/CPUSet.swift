/// Some of a machine's CPUs, by the system's numbers.
package struct CPUSet: Sendable, Hashable {
  /// Above any CPU's number.
  package static let cpusMax = 8_192

  /// Ascending, each once.
  package let cpus: [Int]

  package init(_ cpus: some Sequence<Int>) { self.cpus = Set(cpus).sorted() }

  package var count: Int { cpus.count }
  package var isEmpty: Bool { cpus.isEmpty }

  package func subtracting(_ other: CPUSet) -> CPUSet { CPUSet(Set(cpus).subtracting(other.cpus)) }

  /// Disjoint sets of `size` for so many `takers`, lowest numbers first; `nil` when there are too few.
  package func shares(_ takers: Int, of size: Int) -> [CPUSet]? {
    guard takers > 0, size > 0, size <= count / takers else { return nil }
    return (0..<takers).map { CPUSet(cpus[$0 * size..<($0 + 1) * size]) }
  }
}
