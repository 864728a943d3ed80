import Core

extension OctavoError {
  /// The same error, with the place where it happened before its message.
  func at(_ place: String) -> OctavoError { OctavoError(code, "\(place): \(message)", cause: cause) }
}
