internal import Core
internal import Foundation

/// What the system says this process holds, in bytes.
package struct ProcessMemory: Sendable, Hashable {
  /// Now, of all kinds.
  package var resident: Int
  /// The most so far.
  package var peak: Int
  /// Mapped files, the program itself among them.
  package var files: Int

  /// - Throws: UNAVAILABLE where /proc cannot be read.
  static func read() throws(OctavoError) -> ProcessMemory {
    let path = "/proc/self/status"
    guard let text = try? String(contentsOfFile: path, encoding: .utf8), let memory = ProcessMemory(text) else {
      throw OctavoError(.unavailable, "\(path) does not say what memory this process holds: is /proc mounted?")
    }
    return memory
  }

  /// From the text of a `status` file, whose amounts are in KiB.
  package init?(_ status: String) {
    func bytes(_ field: String) -> Int? {
      let line = status.split(separator: "\n").first { $0.hasPrefix(field + ":") }
      return line?.split(whereSeparator: { " \t".contains($0) }).dropFirst().first.flatMap { Int($0) }.map {
        $0 * 1_024
      }
    }
    guard let resident = bytes("VmRSS"), let peak = bytes("VmHWM"), let files = bytes("RssFile") else { return nil }
    self.resident = resident
    self.peak = peak
    self.files = files
  }
}
