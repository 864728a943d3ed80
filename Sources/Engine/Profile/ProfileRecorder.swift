/// Collects a stage's profile; belongs to the thread that runs the stage.
final class ProfileRecorder {
  private(set) var profile = StageProfile()

  func add(_ kind: KernelKind, since start: ContinuousClock.Instant, _ work: KernelWork) {
    profile[kind].calls += 1
    profile[kind].seconds += (ContinuousClock.now - start) / .seconds(1)
    profile[kind].work += work
  }

  func addMicrobatch(since start: ContinuousClock.Instant, rows: Int) {
    profile.microbatches += 1
    profile.rows += rows
    profile.seconds += (ContinuousClock.now - start) / .seconds(1)
  }
}
