internal import Foundation

/// What the system says of this process, from the text of /proc/self/stat (proc(5)).
package struct ProcessStatistics: Sendable, Hashable {
  /// Of user and system time together.
  package let cpuSeconds: Double
  /// From the start of the machine to that of the process.
  package let startSecondsAfterBoot: Double
  package let virtualBytes: Int
  package let residentBytes: Int

  /// - Parameters:
  ///   - ticks: a second of the kernel's clock.
  ///   - pageBytes: of a page of memory.
  /// - Returns: `nil` for a text of another form.
  package init?(_ text: String, ticks: Int, pageBytes: Int) {
    // Past the name, which may hold anything but ends with the last parenthesis, the third field comes first.
    let fields = text.split(separator: ")").last?.split(whereSeparator: \.isWhitespace) ?? []
    func field(_ number: Int) -> Int? { fields.count > number - 3 ? Int(fields[number - 3]) : nil }
    guard let user = field(14), let system = field(15), let start = field(22), let size = field(23),
      let pages = field(24)
    else { return nil }
    cpuSeconds = Double(user + system) / Double(ticks)
    startSecondsAfterBoot = Double(start) / Double(ticks)
    virtualBytes = size
    residentBytes = pages * pageBytes
  }

  /// This process's now; `nil` where /proc cannot be read.
  static var current: ProcessStatistics? {
    guard let text = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8) else { return nil }
    return ProcessStatistics(text, ticks: sysconf(Int32(_SC_CLK_TCK)), pageBytes: sysconf(Int32(_SC_PAGESIZE)))
  }

  /// When the machine started, in seconds since 1970, from the text of /proc/stat.
  package static func bootSeconds(_ text: String) -> Double? {
    let line = text.split(separator: "\n").first { $0.hasPrefix("btime ") }
    return line?.split(separator: " ").last.flatMap { Double($0) }
  }
}
