package import Core

extension Architecture {
  package var embeddingName: String { family.embedding + ".weight" }
  package var finalNormName: String { family.finalNorm + ".weight" }
  package func attentionNormName(ofLayer layer: Int) -> String {
    "\(family.layerPrefix)\(layer).\(family.attentionNorm).weight"
  }
  package func feedForwardNormName(ofLayer layer: Int) -> String {
    "\(family.layerPrefix)\(layer).\(family.feedForwardNorm).weight"
  }

  /// Every tensor the layers of `range` need, in the order of the forward pass. A tied head is the
  /// embedding: a last stage that does not embed lists it all the same, once.
  package func tensors(of range: StageRange) -> [TensorSpec] {
    var tensors: [TensorSpec] = []
    if range.embeds || (range.projects && headIsTied) { tensors.append(embeddingTensor) }
    for layer in range.layers { tensors += self.tensors(ofLayer: layer) }
    if range.projects {
      tensors.append(TensorSpec(name: finalNormName, shape: [hiddenSize], role: .norm))
      if !headIsTied {
        tensors.append(TensorSpec(name: head.weightName, shape: [vocabularyCount, hiddenSize], role: .head))
      }
    }
    return tensors
  }

  private var embeddingTensor: TensorSpec {
    TensorSpec(name: embeddingName, shape: [vocabularyCount, hiddenSize], role: .embedding)
  }

  private func tensors(ofLayer layer: Int) -> [TensorSpec] {
    let linears = linears(ofLayer: layer).flatMap(\.tensors)
    let isAttention = { (tensor: TensorSpec) in !tensor.role.isFeedForward }
    let norms = [attentionNormName(ofLayer: layer), feedForwardNormName(ofLayer: layer)]
      .map { TensorSpec(name: $0, shape: [hiddenSize], role: .norm) }
    return [norms[0]] + linears.filter(isAttention) + [norms[1]] + linears.filter { !isAttention($0) }
  }
}

extension LinearSpec {
  /// The weight, and the bias if there is one.
  fileprivate var tensors: [TensorSpec] {
    guard let kind else { return [] }
    let weight = TensorSpec(name: weightName, shape: [outputChannels, inputChannels], role: .linear(kind))
    let bias = TensorSpec(name: biasName, shape: [outputChannels], role: .bias(kind))
    return hasBias ? [weight, bias] : [weight]
  }
}

extension TensorRole {
  fileprivate var isFeedForward: Bool {
    switch self {
    case .linear(let kind), .bias(let kind): kind == .gate || kind == .up || kind == .down
    case .embedding, .norm, .head: false
    }
  }
}
