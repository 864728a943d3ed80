/// Why a sequence ended.
package enum FinishReason: String, Sendable, Hashable {
  /// A stop string, a stop id or one of the model's end tokens.
  case stop
  /// The request's own limit, or the context's end.
  case length
}
