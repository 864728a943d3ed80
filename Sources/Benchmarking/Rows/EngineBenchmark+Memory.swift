internal import Checkpoints
internal import Core
internal import Engine
internal import Models

/// Bytes that stay, and seconds until the first token.
extension EngineBenchmark {
  /// Sends distinct tokens through, a sequence a chunk, and asks the system what the process holds.
  func residentMemory(progress: (Double) -> Void) throws(OctavoError) -> ResidentFigure {
    let row = BenchmarkRow.resident
    let engine = try engine(for: row)
    let tokens = min(BenchmarkRow.residentTokens, checkpoint.architecture.vocabularyCount)
    for start in stride(from: 0, to: tokens, by: row.promptLength) {
      let prompt = (start..<min(start + row.promptLength, tokens)).map { TokenID($0) }
      var batch = try SequenceBatch(engine, prompts: [prompt])
      try batch.prefill([prompt], samples: false)
      progress(Double(start) / Double(tokens))
    }
    let memory = try StageMemory(
      checkpoint.architecture, checkpoint.architecture.wholeRange, settings.configuration, engine.capacity,
      storedHeadBytesPerElement: checkpoint.storedHeadBytesPerElement)
    return ResidentFigure(try ProcessMemory.read(), memory, tokens: tokens)
  }

  /// From opening the checkpoint to the first token of a prompt of one, with the files in the page cache.
  func load(_ row: BenchmarkRow, progress: (Double) -> Void) throws(OctavoError) -> Spread {
    unload()
    // Fills the page cache.
    _ = try loadOnce(row)
    var seconds: [Double] = []
    for round in 0..<settings.rounds {
      progress(Double(round + 1) / Double(settings.rounds + 1))
      seconds.append(try loadOnce(row))
    }
    return Spread(seconds)
  }

  private func loadOnce(_ row: BenchmarkRow) throws(OctavoError) -> Double {
    let start = ContinuousClock.now
    let checkpoint = try Checkpoint.open(directory)
    let engine = try makeEngine(
      checkpoint, row.capacity(rounds: settings.rounds, contextMax: checkpoint.architecture.contextLength))
    var batch = try SequenceBatch(engine, prompts: [[1]])
    try batch.prefill([[1]])
    return (ContinuousClock.now - start) / .seconds(1)
  }
}
