package import Core

/// Why a model does not fit: the least memory that would have to be added, and where.
package struct PlacementRefusal: Error, Sendable, Hashable {
  /// Stages that would need more than their worker offers.
  package var shortages: [Shortage]

  package struct Shortage: Sendable, Hashable {
    package var stage: StagePlacement
    package var missing: ByteCount
  }

  package var missing: ByteCount { shortages.reduce(ByteCount(0)) { $0 + $1.missing } }
}

extension PlacementRefusal: CustomStringConvertible {
  /// Stages named before the rest are only counted.
  private static let namedMax = 4

  package var description: String {
    var places = shortages.prefix(Self.namedMax).map(\.description)
    if shortages.count > places.count { places.append("and \(shortages.count - places.count) more") }
    return "\(missing.bytes) bytes (\(missing)) are missing: \(places.joined(separator: "; "))"
  }
}

extension PlacementRefusal.Shortage: CustomStringConvertible {
  package var description: String {
    let layers = stage.range.layers
    return "worker \(quoted(stage.worker.rawValue)) lacks \(missing.bytes) bytes for layers \(layers.lowerBound) to "
      + "\(layers.upperBound - 1)\(stage.range.projects ? " and the head" : ""), which take \(stage.bytes.bytes)"
  }
}
