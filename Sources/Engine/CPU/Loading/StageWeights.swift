internal import CKernels
internal import Checkpoints
internal import Core
internal import Models
internal import Quantization

/// Everything of a checkpoint that a stage holds, and the embedding that it reads row by row.
struct StageWeights {
  let embedding: Tensor?
  let layers: [LayerWeights]
  let finalNorm: NormWeights?
  let head: Linear?

  /// - Parameter progress: called with the layers loaded and those there are, the head counting as one.
  init(
    _ checkpoint: Checkpoint, _ range: StageRange, _ configuration: InstanceConfiguration, _ kernels: Kernels,
    _ pool: borrowing ThreadPool, progress: (Int, Int) throws(OctavoError) -> Void
  ) throws(OctavoError) {
    let architecture = checkpoint.architecture
    let loader = LayerLoader(
      linears: LinearLoader(checkpoint: checkpoint, kernels: kernels), configuration: configuration)
    let total = range.layers.count + (range.projects ? 1 : 0)
    embedding = range.embeds ? try checkpoint.tensor(architecture.embeddingName) : nil
    var layers: [LayerWeights] = []
    for layer in range.layers {
      layers.append(try loader.layer(layer, pool))
      try progress(layers.count, total)
    }
    self.layers = layers
    finalNorm = range.projects ? try loader.norm(architecture.finalNormName) : nil
    head = range.projects ? try loader.head(pool) : nil
    if range.projects { try progress(total, total) }
  }
}

/// Loads a layer's parts as an instance's configuration wants them.
private struct LayerLoader {
  let linears: LinearLoader
  let configuration: InstanceConfiguration

  private var checkpoint: Checkpoint { linears.checkpoint }
  private var architecture: Architecture { checkpoint.architecture }

  func layer(_ layer: Int, _ pool: borrowing ThreadPool) throws(OctavoError) -> LayerWeights {
    LayerWeights(
      attentionNorm: try norm(architecture.attentionNormName(ofLayer: layer)),
      attentionInputs: try linear([.query, .key, .value], layer, pool),
      attentionOutput: try linear([.output], layer, pool),
      feedForwardNorm: try norm(architecture.feedForwardNormName(ofLayer: layer)),
      feedForwardInputs: try linear([.gate, .up], layer, pool),
      down: try linear([.down], layer, pool))
  }

  func norm(_ name: String) throws(OctavoError) -> NormWeights {
    try NormWeights(try checkpoint.tensor(name).floats())
  }

  func head(_ pool: borrowing ThreadPool) throws(OctavoError) -> Linear {
    let head = architecture.head
    let stored = try checkpoint.tensor(head.weightName).type
    switch (configuration.precision, configuration.head, stored) {
    case (.float32, _, _): return try linears.float([head], format: OCTAVO_FLOAT32, pool)
    case (.int8, .int8, _), (.int8, .stored, .i8): return try int8([head], pool)
    case (.int8, .stored, _): return try linears.float([head], format: OctavoFloatFormat(stored), pool)
    }
  }

  private func linear(
    _ kinds: [LinearKind], _ layer: Int, _ pool: borrowing ThreadPool
  ) throws(OctavoError) -> Linear {
    let specs = kinds.map { architecture.linear($0, ofLayer: layer) }
    switch configuration.precision {
    case .int8: return try int8(specs, pool)
    case .float32: return try linears.float(specs, format: OCTAVO_FLOAT32, pool)
    }
  }

  private func int8(_ specs: [LinearSpec], _ pool: borrowing ThreadPool) throws(OctavoError) -> Linear {
    let rules = ActivationRules(checkpoint: checkpoint)
    var chosen: [OctavoActivationRule] = []
    for spec in specs { chosen.append(try rules.rule(for: spec)) }
    return try linears.int8(specs, rules: chosen, pool)
  }
}
