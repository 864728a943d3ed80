/// The one error type: what kind of failure, a sentence for a person, and what lies under it.
///
/// The message says what, where and what next, in one line; it is shown to users as it is and travels as
/// the status message of a call. Anything that came from outside is quoted in it through `quoted(_:)`.
package struct OctavoError: Error, Sendable {
  package var code: StatusCode
  package var message: String
  package var cause: (any Error)?

  package init(_ code: StatusCode, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// Bad input: names the field, shows the value seen and says what would do.
  package static func invalid(_ field: String, _ seen: String, _ wanted: String) -> OctavoError {
    OctavoError(.invalidArgument, "\(field) is \(seen): \(wanted)")
  }
}
