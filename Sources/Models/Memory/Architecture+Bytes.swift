package import Core

extension Architecture {
  /// Parameters of one layer: linears, biases, two norms.
  package var layerParameterCount: Int {
    linears(ofLayer: 0).reduce(2 * hiddenSize) { $0 + $1.parameterCount }
  }

  /// Parameters of the whole model; a tied head counts once.
  package var parameterCount: Int {
    let embedding = vocabularyCount * hiddenSize
    return embedding * (headIsTied ? 1 : 2) + layerCount * layerParameterCount + hiddenSize
  }

  /// Weights of the linear layers of one layer.
  package var linearWeightCountPerLayer: Int { linears(ofLayer: 0).reduce(0) { $0 + $1.weightCount } }

  /// Bytes of one layer on disk at int8 per output channel: a byte a weight, two bytes for each scale, bias
  /// and norm weight.
  package var int8StoredBytesPerLayer: Int {
    let scales = linears(ofLayer: 0).reduce(0) { $0 + $1.outputChannels }
    return linearWeightCountPerLayer + 2 * scales + 2 * (layerParameterCount - linearWeightCountPerLayer)
  }

  /// Bytes of K and V that one layer keeps for one token, scales included.
  package func keyValueBytesPerTokenAndLayer(_ format: KeyValueFormat) -> Int {
    2 * keyValueHeadCount * format.bytes(headSize: headSize)
  }

  /// Bytes of K and V that all layers keep for one token.
  package func keyValueBytesPerToken(_ format: KeyValueFormat) -> Int {
    layerCount * keyValueBytesPerTokenAndLayer(format)
  }
}
