import Core
import Engine
import Foundation

/// What a process may compute on: the CPUs it may run on, and how many of them its container pays for.
struct UsableCPUs {
  let set: CPUSet
  /// As many threads as can run at once.
  let count: Int
  /// Whether somebody named these CPUs for this process.
  private let isChosen: Bool
  /// Whether a container's limit on time stands below them.
  private let isLimited: Bool

  init(_ set: CPUSet, quota: Int?, isChosen: Bool = false) {
    self.set = set
    count = max(1, min(set.count, quota ?? set.count))
    isLimited = quota != nil
    self.isChosen = isChosen
  }

  /// This process's own.
  static var current: UsableCPUs {
    let allowed = CPUSet.allowed
    let set = allowed.isEmpty ? CPUSet(0..<ProcessInfo.processInfo.activeProcessorCount) : allowed
    return UsableCPUs(set, quota: quota(of: "/proc/self/cgroup", under: "/sys/fs/cgroup"))
  }

  /// Of those, what `--cpus` names; all without it.
  ///
  /// - Throws: INVALID_ARGUMENT for a text that is no list of CPUs, and for CPUs that are not this process's.
  func only(_ text: String?) throws(OctavoError) -> UsableCPUs {
    guard let text else { return self }
    let wanted: CPUSet
    do { wanted = try CPUSet(parsing: text) } catch { throw OctavoError(error.code, "--cpus: \(error.message)") }
    let foreign = wanted.subtracting(set)
    guard foreign.isEmpty else {
      throw .invalid("--cpus", quoted(text), "this process may not run on \(foreign), only on \(set)")
    }
    return UsableCPUs(wanted, quota: count, isChosen: true)
  }

  /// Disjoint sets of `threads` CPUs for so many workers; `nil` where there are too few, and nothing is pinned. CPUs
  /// that nobody chose are handed out all or not at all, and not under a limit on time: which of them are free is not
  /// known, and two clusters would meet on the first ones.
  func shares(workers: Int, threads: Int) -> [CPUSet]? {
    guard threads <= count / workers, isChosen || (!isLimited && workers * threads == set.count) else { return nil }
    return set.shares(workers, of: threads)
  }

  /// Why `shares` has none, for the log.
  func shortage(workers: Int, threads: Int) -> String {
    let wanted = workers == 1 ? "\(threads) threads" : "\(workers) workers of \(threads) threads"
    let advice = threads <= count / workers ? "; choose CPUs with --cpus to pin them" : ""
    return "nothing is pinned: \(wanted) on \(count) \(count == 1 ? "CPU" : "CPUs") (\(set))\(advice)"
  }

  /// CPUs' worth of time that the control groups of this process leave it, rounded up; `nil` without a limit.
  static func quota(of membership: String, under root: String) -> Int? {
    guard let lines = try? String(contentsOfFile: membership, encoding: .utf8),
      let line = lines.split(separator: "\n").first(where: { $0.hasPrefix("0::/") })
    else { return nil }
    var least: Int?
    var path = root
    for name in line.dropFirst("0:".count).split(separator: "/", omittingEmptySubsequences: false) {
      // The first is ":", which stands for the root.
      if name != ":" { path += "/\(name)" }
      guard let limit = try? String(contentsOfFile: "\(path)/cpu.max", encoding: .utf8) else { continue }
      let numbers = limit.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
      guard numbers.count == 2, numbers[0] > 0, numbers[1] > 0 else { continue }
      least = min(least ?? .max, Int((numbers[0] / numbers[1]).rounded(.up)))
    }
    return least
  }
}
