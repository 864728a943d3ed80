package import Core

/// How a call ended.
package struct Status: Sendable, Error {
  package var code: StatusCode
  /// A sentence for a person.
  package var message: String
  /// A serialized `google.rpc.Status`, empty if there is none; travels as `grpc-status-details-bin`.
  package var details: [UInt8]
  package var trailers: Metadata

  package init(_ code: StatusCode, _ message: String = "", details: [UInt8] = [], trailers: Metadata = [:]) {
    self.code = code
    self.message = message
    self.details = details
    self.trailers = trailers
  }

  package static let ok = Status(.ok)

  package var isOK: Bool { code == .ok }
}

extension Status {
  /// The key under which gRPC's libraries carry details.
  static let detailsKey = "grpc-status-details-bin"

  /// The status that an error gives its call.
  package init(_ error: OctavoError) {
    if let status = error.cause as? Status, status.code == error.code {
      self.init(error.code, error.message, details: status.details, trailers: status.trailers)
    } else {
      self.init(error.code, error.message)
    }
  }
}

extension OctavoError {
  /// The error that a status other than OK means; details and trailers are its cause, a `Status`.
  package init(_ status: Status) {
    self.init(
      status.code, singleLine(status.message),
      cause: status.details.isEmpty && status.trailers.isEmpty ? nil : status)
  }
}
