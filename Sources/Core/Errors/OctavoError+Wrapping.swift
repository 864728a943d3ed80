extension OctavoError {
  /// Any error as the one type: itself if it is one already, CANCELLED for a cancelled task, INTERNAL otherwise.
  package init(wrapping error: any Error) {
    switch error {
    case let error as OctavoError: self = error
    case is CancellationError: self.init(.cancelled, "cancelled")
    default: self.init(.internal, "unexpected failure", cause: error)
    }
  }
}
