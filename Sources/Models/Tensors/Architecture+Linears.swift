extension Architecture {
  /// The linear layers of layer `layer`: query, key, value, output, gate, up, down.
  package func linears(ofLayer layer: Int) -> [LinearSpec] {
    LinearKind.allCases.map { linear($0, ofLayer: layer) }
  }

  package func linear(_ kind: LinearKind, ofLayer layer: Int) -> LinearSpec {
    let (inputs, outputs) = channels(of: kind)
    return LinearSpec(
      name: "\(family.layerPrefix)\(layer).\(family.linears[kind]!)", kind: kind, inputChannels: inputs,
      outputChannels: outputs, hasBias: hasBias(kind))
  }

  /// The output projection. Tied, it goes by the embedding's name and shares its tensor.
  package var head: LinearSpec {
    LinearSpec(
      name: headIsTied ? family.embedding : family.head, kind: nil, inputChannels: hiddenSize,
      outputChannels: vocabularyCount, hasBias: false)
  }

  private func channels(of kind: LinearKind) -> (inputs: Int, outputs: Int) {
    switch kind {
    case .query: (hiddenSize, queryChannels)
    case .key, .value: (hiddenSize, keyValueChannels)
    case .output: (queryChannels, hiddenSize)
    case .gate, .up: (hiddenSize, intermediateSize)
    case .down: (intermediateSize, hiddenSize)
    }
  }

  private func hasBias(_ kind: LinearKind) -> Bool {
    switch kind {
    case .query, .key, .value: attentionBias != .none
    case .output: attentionBias == .all
    case .gate, .up, .down: mlpHasBias
    }
  }
}
