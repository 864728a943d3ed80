import Foundation
import Telemetry
import Testing

@Suite struct DocumentationTests {
  /// The rows of docs/metrics.md: name, type, labels, meaning.
  @Test func thePageListsEveryMetric() throws {
    let path = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/docs/metrics.md"
    let page = try String(contentsOfFile: path, encoding: .utf8)
    let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `octavo_") || $0.hasPrefix("| `process_") }
    let wanted = MetricDescription.all.map { metric in
      let labels = metric.labels.map { "`\($0)`" }.joined(separator: ", ")
      return "| `\(metric.name)` | \(metric.kind.rawValue) | \(labels) | \(metric.help) |"
    }
    #expect(rows.map(String.init) == wanted)
  }
}
