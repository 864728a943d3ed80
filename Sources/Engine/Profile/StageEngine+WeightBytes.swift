extension StageEngine {
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
