internal import Core
internal import Foundation

/// What the machine's processors have done since it started, in clock ticks: by it one sees whether others
/// disturbed a benchmark.
package struct ProcessorTime: Sendable, Hashable {
  /// Of all processes.
  package var busy: Int
  /// What the host gave to other machines.
  package var stolen: Int
  /// Of all kinds, idle time included: a core's share of this is the time that went by.
  package var all: Int
  /// Of this process.
  package var own: Int

  /// - Throws: UNAVAILABLE where /proc cannot be read.
  static func read() throws(OctavoError) -> ProcessorTime {
    guard let machine = try? String(contentsOfFile: "/proc/stat", encoding: .utf8),
      let process = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
      let time = ProcessorTime(machine: machine, process: process)
    else {
      throw OctavoError(.unavailable, "/proc/stat does not say what the processors do: is /proc mounted?")
    }
    return time
  }

  /// From the texts of /proc/stat and /proc/self/stat (proc(5)).
  package init?(machine: String, process: String) {
    let line = machine.split(separator: "\n").first { $0.hasPrefix("cpu ") } ?? ""
    // user, nice, system, idle, iowait, irq, softirq, steal; guest time is in user time already.
    let ticks = line.split(separator: " ").dropFirst().prefix(8).compactMap { Int($0) }
    // Past the name, which may hold anything but ends with the last parenthesis: user time is field 14, system's 15.
    let fields = process.split(separator: ")").last?.split(separator: " ") ?? []
    guard ticks.count == 8, fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else {
      return nil
    }
    all = ticks.reduce(0, +)
    stolen = ticks[7]
    busy = all - ticks[3] - ticks[4] - stolen
    own = user + system
  }

  /// Cores that others kept busy, or took, since `earlier`.
  package func coresOfOthers(since earlier: ProcessorTime, cores: Int) -> Double {
    guard all > earlier.all else { return 0 }
    let others = (busy - earlier.busy) - (own - earlier.own) + (stolen - earlier.stolen)
    return max(0, Double(others) * Double(cores) / Double(all - earlier.all))
  }
}
