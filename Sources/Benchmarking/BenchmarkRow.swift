internal import Core

/// A thing measured, in the order in which rows are measured and shown: memory first, while the process is young.
package enum BenchmarkRow: String, Sendable, Hashable, CaseIterable {
  case resident
  case prefill512 = "prefill-512"
  case decodeB1 = "decode-b1"
  case decodeB1At4096 = "decode-b1-4096"
  case decodeB4 = "decode-b4"
  case decodeB16 = "decode-b16"
  case load

  /// Sequences that run together.
  var batch: Int {
    switch self {
    case .decodeB4: 4
    case .decodeB16: 16
    case .resident, .prefill512, .decodeB1, .decodeB1At4096, .load: 1
    }
  }

  /// Tokens of each prompt.
  var promptLength: Int {
    switch self {
    case .resident: Self.residentChunk
    case .prefill512: 512
    case .decodeB1, .decodeB4, .decodeB16: 128
    case .decodeB1At4096: 4_096
    case .load: 1
    }
  }

  /// Tokens that each sequence generates in a round after the one its prompt gave; 0 where no decoding is timed.
  var decodeSteps: Int {
    switch self {
    case .decodeB1: 64
    case .decodeB4, .decodeB16: 32
    case .decodeB1At4096: 16
    case .resident, .prefill512, .load: 0
    }
  }

  /// Whether rounds go on from where the last one ended: the context is filled once.
  var continuesContext: Bool { self == .decodeB1At4096 }

  /// Tokens that go through the embedding before resident memory is read.
  static let residentTokens = 50_000
  /// Rows of a microbatch as `serve` sends them.
  static let residentChunk = 256

  /// Positions that the row's sequences reach.
  ///
  /// - Parameter rounds: timed rounds; one more takes the profile.
  func contextLength(rounds: Int) -> Int {
    promptLength + (continuesContext ? (rounds + 1) * decodeSteps : decodeSteps)
  }

  /// What a stage needs for the row. Rows of one capacity share an engine: where weights lie in memory changes how fast
  /// they are read, and speeds are to be compared.
  ///
  /// - Parameter contextMax: what the model was made for.
  func capacity(rounds: Int, contextMax: Int) -> StageCapacity {
    switch self {
    case .resident, .load:
      return StageCapacity(contextLength: Self.residentChunk, sequencesMax: 1, rowsMax: Self.residentChunk)
    case .prefill512, .decodeB1, .decodeB1At4096, .decodeB4, .decodeB16:
      let longest = Self.allCases.map { $0.contextLength(rounds: rounds) }.max() ?? 0
      return StageCapacity(contextLength: min(longest, contextMax), sequencesMax: 16, rowsMax: 512)
    }
  }
}
