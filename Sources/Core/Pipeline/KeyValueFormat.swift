/// The type K and V are rounded to before any attention reads them.
package enum KeyValueFormat: String, Sendable, Hashable, CaseIterable {
  case float16
  case float32

  package var bytesPerElement: Int {
    switch self {
    case .float16: 2
    case .float32: 4
    }
  }
}
