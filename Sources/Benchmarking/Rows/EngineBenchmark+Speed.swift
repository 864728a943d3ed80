internal import Checkpoints
internal import Core
internal import Engine
internal import Models

/// Tokens a second.
extension EngineBenchmark {
  /// From a cold cache to the first sampled token.
  func prefill(_ row: BenchmarkRow, progress: (Double) -> Void) throws(OctavoError) -> SpeedFigure {
    let engine = try engine(for: row)
    let prompts = prompts(for: row)
    let run = { () throws(OctavoError) -> Double in
      var batch = try SequenceBatch(engine, prompts: prompts)
      let start = ContinuousClock.now
      try batch.prefill(prompts)
      return (ContinuousClock.now - start) / .seconds(1)
    }
    // Touches memory that the engine has not used yet.
    _ = try run()
    var speeds: [Double] = []
    var reads: [Double] = []
    for round in 0..<settings.rounds {
      progress(Double(round + 1) / Double(settings.rounds + 2))
      speeds.append(Double(row.promptLength) / (try run()))
      engine.readBytesPerSecond().map { reads.append($0) }
    }
    engine.startProfile()
    _ = try run()
    return SpeedFigure(
      tokensPerSecond: Spread(speeds), profile: engine.takeProfile(), tokens: row.promptLength,
      readBytesPerSecond: median(reads))
  }

  /// What all sequences together generate after their prompts.
  func decode(_ row: BenchmarkRow, progress: (Double) -> Void) throws(OctavoError) -> SpeedFigure {
    let engine = try engine(for: row)
    let prompts = prompts(for: row)
    let rounds = settings.rounds + 1
    let promptRuns = row.continuesContext ? 1 : rounds
    var meter = Meter(total: promptRuns * row.batch * row.promptLength + rounds * row.decodeSteps * Self.stepCost)
    let tokens = row.batch * row.decodeSteps
    var speeds: [Double] = []
    var reads: [Double] = []
    var batch = try start(engine, prompts) { progress(meter.add($0)) }
    for round in 0..<rounds {
      if round > 0 && !row.continuesContext { batch = try start(engine, prompts) { progress(meter.add($0)) } }
      if round == settings.rounds { engine.startProfile() }
      let start = ContinuousClock.now
      for _ in 0..<row.decodeSteps { try batch.decode() }
      speeds.append(Double(tokens) / ((ContinuousClock.now - start) / .seconds(1)))
      engine.readBytesPerSecond().map { reads.append($0) }
      progress(meter.add(row.decodeSteps * Self.stepCost))
    }
    // The last round took the profile.
    return SpeedFigure(
      tokensPerSecond: Spread(Array(speeds.dropLast())), profile: engine.takeProfile(), tokens: tokens,
      readBytesPerSecond: median(reads))
  }

  private func median(_ reads: [Double]) -> Double? { reads.isEmpty ? nil : Spread(reads).median }

  private func start(
    _ engine: StageEngine, _ prompts: [[TokenID]], progress: (Int) -> Void
  ) throws(OctavoError) -> SequenceBatch {
    var batch = try SequenceBatch(engine, prompts: prompts)
    try batch.prefill(prompts, progress: progress)
    return batch
  }

  /// Scattered over the vocabulary, another for each sequence.
  private func prompts(for row: BenchmarkRow) -> [[TokenID]] {
    let vocabulary = checkpoint.architecture.vocabularyCount
    return (0..<row.batch).map { sequence in
      (0..<row.promptLength).map { TokenID((sequence * 7_919 + $0 * 104_729 + 1) % vocabulary) }
    }
  }

  /// What a step of decoding takes, in tokens of prefill: for the bar alone.
  private static let stepCost = 20
}
