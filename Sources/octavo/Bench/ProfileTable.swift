import Benchmarking
import Engine

/// Where the time of one row went: a line a step, in the order of the forward pass, each the average of the
/// microbatches.
struct ProfileTable {
  let row: BenchmarkRow
  let profile: StageProfile
  let limits: MachineLimits

  /// - Parameter machine: its limits at best.
  init(_ row: BenchmarkRow, _ figure: SpeedFigure, _ machine: MachineLimits) {
    self.row = row
    profile = figure.profile
    limits = figure.limits(of: machine)
  }

  var text: String {
    var table = Table([
      .init(title: "STEP"), .init(title: "CALLS", isNumber: true), .init(title: "MS", isNumber: true),
      .init(title: "SHARE", isNumber: true), .init(title: "WEIGHTS MB", isNumber: true),
      .init(title: "SUMS MB", isNumber: true), .init(title: "KV MB", isNumber: true),
      .init(title: "GB/S", isNumber: true), .init(title: "OF MEMORY", isNumber: true),
      .init(title: "GOP", isNumber: true), .init(title: "GOP/S", isNumber: true),
      .init(title: "OF INT8", isNumber: true),
    ])
    for entry in profile.entries where entry.calls > 0 { table.add(line(entry)) }
    var blank = Array(repeating: "", count: 12)
    blank.replaceSubrange(
      0..<4, with: ["between steps", "", milliseconds(profile.otherSeconds), share(profile.otherSeconds)])
    table.add(blank)
    table.add(total)
    let rows = profile.rows / max(1, profile.microbatches)
    return "\(row.rawValue): a microbatch of \(rows) \(rows == 1 ? "row" : "rows"), the mean of "
      + "\(profile.microbatches)\n\n\(table.text)"
  }

  private func line(_ entry: ProfileEntry) -> [String] {
    let work = entry.work
    let operations = work.integerOperations + work.floatOperations
    return [
      entry.kind.name, "\(entry.calls / profile.microbatches)", milliseconds(entry.seconds), share(entry.seconds),
      megabytes(work.weightBytes), megabytes(work.sumBytes), megabytes(work.keyValueBytes),
      work.bytes == 0 ? "" : decimal(Double(work.bytes) / entry.seconds / 1e9, 1),
      work.bytes == 0 ? "" : percent(entry.fractionOfMemory(limits)),
      operations == 0 ? "" : decimal(each(operations) / 1e9, 2),
      operations == 0 ? "" : decimal(Double(operations) / entry.seconds / 1e9, 0),
      work.integerOperations == 0 ? "" : entry.fractionOfIntegers(limits).map(percent) ?? "",
    ]
  }

  private var total: [String] {
    var sum = ProfileEntry(.embed)
    sum.seconds = profile.seconds
    sum.calls = profile.microbatches
    sum.work = profile.work
    var cells = line(sum)
    cells[0] = "microbatch"
    return cells
  }

  private func milliseconds(_ seconds: Double) -> String {
    decimal(1_000 * seconds / Double(profile.microbatches), 3)
  }

  private func each(_ amount: Int) -> Double { Double(amount) / Double(profile.microbatches) }

  private func share(_ seconds: Double) -> String { percent(seconds / profile.seconds) }

  private func megabytes(_ bytes: Int) -> String { bytes == 0 ? "" : decimal(each(bytes) / 1e6, 1) }
}
