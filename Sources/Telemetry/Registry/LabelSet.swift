/// The labels of a series, by name, each name once.
package struct LabelSet: Sendable, Hashable {
  package struct Label: Sendable, Hashable {
    package let name: String
    package let value: String
  }

  package let labels: [Label]

  /// - Parameters:
  ///   - dimensions: names and values in any order; of two with one name the first counts.
  ///   - bytesMax: where values are cut, between two characters.
  package init(_ dimensions: [(String, String)], bytesMax: Int = TelemetryLimits().labelBytesMax) {
    var labels: [Label] = []
    for (name, value) in dimensions {
      let name = MetricName.ofLabel(name)
      guard !labels.contains(where: { $0.name == name }) else { continue }
      labels.append(Label(name: name, value: Self.cut(value, bytesMax)))
    }
    self.labels = labels.sorted { $0.name < $1.name }
  }

  static let overflow = LabelSet([("overflow", "true")])

  private static func cut(_ value: String, _ bytesMax: Int) -> String {
    guard value.utf8.count > bytesMax else { return value }
    var kept = ""
    var count = 0
    for character in value.unicodeScalars {
      count += UTF8.width(character)
      guard count <= bytesMax else { break }
      kept.unicodeScalars.append(character)
    }
    return kept
  }
}

extension LabelSet: Comparable {
  package static func < (left: Self, right: Self) -> Bool {
    left.labels.lexicographicallyPrecedes(right.labels) { ($0.name, $0.value) < ($1.name, $1.value) }
  }
}
