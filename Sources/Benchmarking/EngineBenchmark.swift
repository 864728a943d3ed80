internal import Checkpoints
package import Core
internal import Engine
internal import Models

/// Measures one checkpoint in this process.
package final class EngineBenchmark {
  let directory: String
  let settings: BenchmarkSettings
  let checkpoint: Checkpoint
  /// The engine of the row at hand.
  private var loaded: StageEngine?

  /// Opens the checkpoint and loads nothing yet.
  ///
  /// - Throws: as `Checkpoint.open`; INVALID_ARGUMENT for a row that was asked for and whose context is longer
  ///   than the model's.
  package init(_ directory: String, _ settings: BenchmarkSettings) throws(OctavoError) {
    self.directory = directory
    self.settings = settings
    checkpoint = try Checkpoint.open(directory)
    for row in settings.rows ?? [] {
      if let reason = reasonToSkip(row) { throw .invalid("row", quoted(row.rawValue), reason) }
    }
  }

  /// Measures row by row, and after each of them the machine with the same threads: the best counts.
  ///
  /// - Parameter progress: called with the fraction that is done and the row at hand.
  /// - Throws: as `StageEngine.init` and `StageEngine.run`, as well as INTERNAL if logits are not finite.
  package func run(progress: (Double, String) -> Void) throws(OctavoError) -> BenchmarkReport {
    let wanted = settings.rows ?? BenchmarkRow.allCases
    let rows = wanted.filter { reasonToSkip($0) == nil }
    var results: [RowResult] = []
    // Measured after the first row, whose memory it would swell.
    var limits: MachineLimits?
    let start = try ProcessorTime.read()
    for (index, row) in rows.enumerated() {
      let figure = try measure(row) { done in
        progress((Double(index) + done) / Double(rows.count), row.rawValue)
      }
      results.append(RowResult(row: row, figure: figure))
      limits = try MachineLimits.measure(settings.options, reading: loaded).best(limits)
    }
    unload()
    guard let limits else {
      throw .invalid(
        "context length of \(checkpoint.directory)", "\(checkpoint.architecture.contextLength)",
        "every row needs more: there is nothing to measure")
    }
    let end = try ProcessorTime.read()
    return BenchmarkReport(
      machine: try MachineDescription(settings.options, limits, from: start, to: end),
      model: ModelDescription(checkpoint, settings.configuration), rows: results,
      skipped: wanted.compactMap { row in reasonToSkip(row).map { SkippedRow(row: row, reason: $0) } })
  }

  private func measure(_ row: BenchmarkRow, progress: (Double) -> Void) throws(OctavoError) -> RowFigure {
    progress(0)
    switch row {
    case .resident: return .resident(try residentMemory(progress: progress))
    case .prefill512: return .speed(try prefill(row, progress: progress))
    case .decodeB1, .decodeB4, .decodeB16, .decodeB1At4096:
      return .speed(try decode(row, progress: progress))
    case .load: return .load(try load(row, progress: progress))
    }
  }

  /// The engine for a row: the one at hand where it fits, otherwise a new one after the old is gone.
  func engine(for row: BenchmarkRow) throws(OctavoError) -> StageEngine {
    let capacity = row.capacity(rounds: settings.rounds, contextMax: checkpoint.architecture.contextLength)
    if let loaded, loaded.capacity == capacity { return loaded }
    loaded = nil
    let engine = try makeEngine(checkpoint, capacity)
    loaded = engine
    return engine
  }

  /// Frees the engine at hand.
  func unload() { loaded = nil }

  func makeEngine(_ checkpoint: Checkpoint, _ capacity: StageCapacity) throws(OctavoError) -> StageEngine {
    try StageEngine(
      checkpoint: checkpoint, range: checkpoint.architecture.wholeRange, configuration: settings.configuration,
      capacity: capacity, stage: StageID(instance: InstanceID("bench"), index: 0), options: settings.options)
  }

  private func reasonToSkip(_ row: BenchmarkRow) -> String? {
    let (wanted, context) = (row.contextLength(rounds: settings.rounds), checkpoint.architecture.contextLength)
    return wanted <= context ? nil : "it needs \(wanted) tokens of context and the model was made for \(context)"
  }
}
