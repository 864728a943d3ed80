internal import Core

extension Status {
  /// What a handler's error tells the client: an `OctavoError` or `Status` as it is; of any other only that
  /// there was one, because its text was not written for strangers.
  init(thrown error: any Error) {
    switch error {
    case let error as OctavoError where error.code != .ok: self.init(error)
    case let status as Status where !status.isOK: self = status
    case is CancellationError: self.init(.cancelled, "the handler was cancelled")
    default: self.init(.unknown, "the server failed to handle the call")
    }
  }
}
