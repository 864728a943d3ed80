/// The type K and V are rounded to before any attention reads them.
package enum KeyValueFormat: String, Sendable, Hashable, CaseIterable {
  case float16
  case float32
  /// Symmetric: q = clamp(rint(x / scale)) with a float32 scale, absmax / 127, for each token's key and for its
  /// value, of each KV head.
  case int8

  /// Bytes of one token's key, or of its value, of one KV head, its scale included.
  package func bytes(headSize: Int) -> Int {
    switch self {
    case .float16: 2 * headSize
    case .float32: 4 * headSize
    case .int8: headSize + 4
    }
  }
}
