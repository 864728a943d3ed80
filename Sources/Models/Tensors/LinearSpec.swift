/// A linear layer: `outputs = weight * inputs + bias`, weight `[outputChannels, inputChannels]`.
package struct LinearSpec: Sendable, Hashable {
  /// The module's name, such as `model.layers.0.self_attn.q_proj`.
  package var name: String
  /// Which of a transformer layer's linears this is; `nil` for the head.
  package var kind: LinearKind?
  package var inputChannels: Int
  package var outputChannels: Int
  package var hasBias: Bool

  package init(name: String, kind: LinearKind?, inputChannels: Int, outputChannels: Int, hasBias: Bool) {
    self.name = name
    self.kind = kind
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.hasBias = hasBias
  }

  package var weightName: String { name + ".weight" }
  /// One scale an output channel, in quantized checkpoints.
  package var scaleName: String { name + ".weight_scale" }
  package var biasName: String { name + ".bias" }
  /// Static activation parameters, in foreign quantized checkpoints.
  package var inputScaleName: String { name + ".input_scale" }
  package var inputZeroPointName: String { name + ".input_zero_point" }

  package var weightCount: Int { inputChannels * outputChannels }
  package var parameterCount: Int { weightCount + (hasBias ? outputChannels : 0) }
}
