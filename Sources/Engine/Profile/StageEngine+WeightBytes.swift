extension StageEngine {
  /// Passes over the weights at a time.
  private static let readPasses = 3

  /// How fast the stage's threads read its weights at this moment, computing nothing, in bytes a second; `nil` for
  /// weights so few that they stay in caches. Memory that others use too gives more at one minute than at the next,
  /// so a speed is to be held against what was read between its rounds. Takes as long as a few tokens.
  package func readBytesPerSecond() -> Double? {
    let weights = weightBytes
    guard MemoryPasses.leaveCaches(weights) else { return nil }
    return callerCPU.hold { MemoryPasses(over: weights).bestBytesPerSecond(Self.readPasses, backend.pool) }
  }

  /// The stage's linear weights where they lie, in the order in which a token reads them; on loan while the engine
  /// lives.
  var weightBytes: [UnsafeRawBufferPointer] {
    var linears = backend.weights.layers.flatMap {
      [$0.attentionInputs, $0.attentionOutput, $0.feedForwardInputs, $0.down]
    }
    if let head = backend.weights.head { linears.append(head) }
    return linears.flatMap(\.sections).map { section in
      switch section {
      case .int8(let packed): UnsafeRawBufferPointer(start: packed.weights.base, count: packed.weights.count)
      case .float(let packed): UnsafeRawBufferPointer(start: packed.weights.base, count: packed.weights.count)
      }
    }
  }
}
