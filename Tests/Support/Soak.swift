import Foundation

/// What `make soak` asks of property tests: the same properties with other seeds, longer.
package enum Soak {
  /// Added to every seed: 0 in `make test`.
  package static let seed = UInt64(ProcessInfo.processInfo.environment["OCTAVO_SOAK_SEED"] ?? "") ?? 0
  /// How many times as long: 1 in `make test`.
  package static let factor = seed == 0 ? 1 : 4
}
