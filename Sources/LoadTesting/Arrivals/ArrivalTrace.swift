package import Core

/// Arrivals as they were recorded somewhere: a file of lines `seconds,prompt tokens,output tokens` in order of time,
/// with or without a heading. The first arrival is the start, whatever its time.
package struct ArrivalTrace: Sendable, Hashable {
  /// Bytes of a file.
  package static let bytesMax = 256 << 20
  package static let entriesMax = 4_000_000
  /// The largest time in a file: 31 years.
  package static let secondsMax = 1e9

  /// At least one.
  package let entries: [TraceEntry]

  /// - Parameters:
  ///   - bytes: the file's contents, UTF-8, lines ended by LF or CR LF.
  ///   - name: of the file, for errors.
  /// - Throws: INVALID_ARGUMENT for the first line that is no arrival, with its number and the value seen, and for a
  ///   file without any; RESOURCE_EXHAUSTED past ``entriesMax``.
  package init(_ bytes: some BidirectionalCollection<UInt8>, name: String) throws(OctavoError) {
    var entries: [TraceEntry] = []
    var start: Double?
    var last = -Double.infinity
    for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      let line = TraceLine(line, number: index + 1, name: name)
      if line.isBlank || index == 0 && line.isHeading { continue }
      var entry = try line.entry(noEarlierThan: last)
      last = entry.seconds
      if start == nil { start = last }
      entry.seconds = last - (start ?? 0)
      guard entries.count < Self.entriesMax else {
        throw OctavoError(.resourceExhausted, "\(quoted(name)) has over \(Self.entriesMax) arrivals: cut it")
      }
      entries.append(entry)
    }
    guard !entries.isEmpty else {
      throw .invalid(
        "the trace \(quoted(name))", "without arrivals", "give lines of seconds,prompt tokens,output tokens")
    }
    self.entries = entries
  }
}
