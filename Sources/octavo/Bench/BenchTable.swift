import Benchmarking
import Core
import Engine
import Foundation

/// A benchmark's report for people.
struct BenchTable {
  let report: BenchmarkReport
  let withProfile: Bool

  init(_ report: BenchmarkReport, withProfile: Bool) {
    self.report = report
    self.withProfile = withProfile
  }

  var text: String {
    let sections = [heading, speeds, others] + (withProfile ? profiles : [])
    return sections.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private var heading: String {
    let (machine, model) = (report.machine, report.model)
    let processor = machine.processor.isEmpty ? "" : "\(machine.processor), "
    let peak = machine.limits.integerOperationsPerSecond.map { ", int8 \(decimal($0 / 1e9, 0)) Gop/s" } ?? ""
    return """
      \(model.name.text): \(decimal(Double(model.parameters) / 1e9, 2)) billion parameters, KV \
      \(model.configuration.keyValue.rawValue)
      \(processor)\(machine.threads) threads on \(machine.cores) cores, \(machine.kernels) kernels
      at best: memory \(decimal(machine.limits.readBytesPerSecond / 1e9, 1)) GB/s\(peak), a barrier of the \
      threads \(decimal(machine.limits.barrierSeconds * 1e6, 2)) µs
      \(noise)
      """
  }

  private var noise: String {
    let cores = report.machine.coresOfOthers
    return cores < 0.1 ? "" : "others kept \(decimal(cores, 1)) cores busy meanwhile: the figures are too low\n"
  }

  private var speeds: String {
    var table = Table([
      .init(title: "TOKENS/S"), .init(title: "MEDIAN", isNumber: true), .init(title: "LOWEST", isNumber: true),
      .init(title: "HIGHEST", isNumber: true), .init(title: "GB/S", isNumber: true),
      .init(title: "LIMIT", isNumber: true), .init(title: "BY"), .init(title: "REACHED", isNumber: true),
    ])
    var isEmpty = true
    for result in report.rows {
      guard case .speed(let figure) = result.figure else { continue }
      let speed = figure.tokensPerSecond
      let limit = figure.limit(report.machine.limits)
      let memory = figure.limits(of: report.machine.limits).readBytesPerSecond
      table.add([
        result.row.rawValue, decimal(speed.median, 2), decimal(speed.minimum, 2), decimal(speed.maximum, 2),
        decimal(memory / 1e9, 1), decimal(limit.tokensPerSecond, 2), limit.by.rawValue,
        percent(figure.fraction(report.machine.limits)),
      ])
      isEmpty = false
    }
    return isEmpty ? "" : table.text
  }

  /// A line for each figure that is not a speed, and for what did not run.
  private var others: String {
    var lines: [String] = []
    for result in report.rows {
      switch result.figure {
      case .speed: continue
      case .resident(let figure): lines.append("resident: \(sentence(figure))")
      case .load(let seconds):
        lines.append(
          "load: \(decimal(seconds.median, 2)) s to the first token (\(decimal(seconds.minimum, 2)) to "
            + "\(decimal(seconds.maximum, 2)))")
      }
    }
    if let ratio = report.longContextRatio {
      lines.append("decode-b1-4096 is \(decimal(ratio, 2)) of decode-b1")
    }
    lines += report.skipped.map { "\($0.row.rawValue) did not run: \($0.reason)" }
    return lines.map { $0 + "\n" }.joined()
  }

  private func sentence(_ figure: ResidentFigure) -> String {
    func megabytes(_ bytes: Int) -> String { decimal(Double(bytes) / 1e6, 1) + " MB" }
    return """
      \(decimal(Double(figure.bytes) / 1e9, 3)) GB after \(figure.tokens) distinct tokens: weights \
      \(megabytes(figure.weightBytes)), KV \(megabytes(figure.keyValueBytes)), other \(megabytes(figure.otherBytes)) \
      (mapped files \(megabytes(figure.fileBytes))); at most \(megabytes(figure.peakBytes)) since the start
      """
  }

  private var profiles: [String] {
    BenchmarkReport.profiledRows.compactMap { row in
      guard let figure = report.speed(of: row) else { return nil }
      return ProfileTable(row, figure, report.machine.limits).text
    }
  }
}

/// A fixed number of digits after the point.
func decimal(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

func percent(_ fraction: Double) -> String { decimal(100 * fraction, 1) + "%" }
