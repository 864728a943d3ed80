/// How a checkpoint stores the weights of its linear layers.
package enum WeightFormat: Sendable, Hashable {
  /// As floats.
  case none
  /// int8 with one scale an output channel. What stands in `ignored` is stored as floats: names of modules,
  /// or patterns that begin with `re:`.
  case int8(activations: ActivationFormat, ignored: [String])
}
