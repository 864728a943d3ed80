extension StageEngine {
  /// Records where the time of the microbatches to come goes. Changes no bit of their answers.
  package func startProfile() { backend.recorder = ProfileRecorder() }

  /// Ends a profile.
  ///
  /// - Returns: what ran since ``startProfile()``; empty if that was not called.
  package func takeProfile() -> StageProfile {
    defer { backend.recorder = nil }
    return backend.recorder?.profile ?? StageProfile()
  }
}
