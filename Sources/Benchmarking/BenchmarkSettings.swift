package import Core
package import Engine

/// What to measure, and how.
package struct BenchmarkSettings: Sendable, Hashable {
  package static let roundsMax = 1_000

  /// Rows in the order of ``BenchmarkRow``; `nil` for all that the model's context has room for.
  package var rows: [BenchmarkRow]?
  /// Timed repetitions of each row.
  package var rounds: Int
  package var configuration: InstanceConfiguration
  package var options: EngineOptions

  /// - Throws: INVALID_ARGUMENT for rounds under 1 or over ``roundsMax``.
  package init(
    rows: [BenchmarkRow]? = nil, rounds: Int = 5, configuration: InstanceConfiguration = .int8,
    options: EngineOptions = EngineOptions()
  ) throws(OctavoError) {
    guard (1...Self.roundsMax).contains(rounds) else {
      throw .invalid("number of rounds", "\(rounds)", "give 1 to \(Self.roundsMax)")
    }
    self.rows = rows
    self.rounds = rounds
    self.configuration = configuration
    self.options = options
  }
}
