extension CPUSet: CustomStringConvertible {
  /// Reads `0-1,3`, as `taskset` and cpusets write it.
  ///
  /// - Throws: INVALID_ARGUMENT for anything else: no CPUs, a CPU twice, a range backwards, a number of
  ///   ``cpusMax`` or more.
  package init(parsing text: String) throws(OctavoError) {
    var cpus: [Int] = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = item.split(separator: "-", omittingEmptySubsequences: false).map(Self.number)
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last else {
        throw .invalid(
          "list of CPUs", quoted(text), "write numbers under \(Self.cpusMax) and ranges of them, such as 0-1,3")
      }
      // Bounded before the next item adds to it.
      cpus += first...last
      guard cpus.count <= Self.cpusMax else { break }
    }
    self.init(cpus)
    guard count == cpus.count else { throw .invalid("list of CPUs", quoted(text), "name each CPU once") }
  }

  /// As short as can be read back: `0-1,3`; nothing for no CPUs.
  package var description: String {
    var ranges: [ClosedRange<Int>] = []
    for cpu in cpus {
      if let last = ranges.last, last.upperBound == cpu - 1 {
        ranges[ranges.count - 1] = last.lowerBound...cpu
      } else {
        ranges.append(cpu...cpu)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }

  private static func number(_ text: Substring) -> Int? {
    guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }),
      let number = Int(text), number < cpusMax
    else { return nil }
    return number
  }
}
