extension CPUStage {
  /// Runs a step of the forward pass, and records it if a profile is being taken. Not for code that runs on the
  /// pool's threads.
  ///
  /// - Parameter work: what the step does, computed only for a profile.
  @inline(__always)
  func measure<Result, Failure: Error>(
    _ kind: KernelKind, _ work: @autoclosure () -> KernelWork = KernelWork(), _ step: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard let recorder else { return try step() }
    let start = ContinuousClock.now
    let result = try step()
    recorder.add(kind, since: start, work())
    return result
  }
}
