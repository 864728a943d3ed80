import Core
import Models

extension SplitGoal {
  /// A usual request: the medians of a public trace of conversations (Azure, 2023).
  private static let promptTokens = 1_020.0
  private static let generatedTokens = 129.0
  /// Rows of a microbatch that decodes, each of another sequence.
  private static let decodingRows = 16.0

  /// Seconds that a part of a stage takes of a worker, for what the goal counts by.
  ///
  /// - `prefill`: one row of a prompt, operations / rate. The head takes nothing: of a prompt one row is projected.
  /// - `decode`: one microbatch of few rows, bytes / bandwidth.
  /// - `mix`: one usual request, prompt rows as in `prefill` and generated rows as their share of a microbatch of 16,
  ///   which takes as long as the slower of reading the weights and multiplying its rows:
  ///   1,020 * prefill + 129 * max(decode / 16, operations / rate).
  func seconds(_ work: StageWork, isHead: Bool, _ rates: WorkerRates) -> Double {
    let reading = Double(work.weightBytes) / Double(rates.readBytesPerSecond)
    let row = Double(work.operationsPerRow) / Double(rates.operationsPerSecond)
    let prompt = isHead ? 0 : row
    return switch self {
    case .prefill: prompt
    case .decode: reading
    case .mix: Self.promptTokens * prompt + Self.generatedTokens * max(reading / Self.decodingRows, row)
    }
  }
}
