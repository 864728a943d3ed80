extension OctavoError: CustomStringConvertible {
  package var description: String {
    guard let cause else { return "\(code): \(message)" }
    return "\(code): \(message) (\(cause))"
  }
}
