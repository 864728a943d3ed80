package import Core

/// The patience of a control plane.
package struct ControlPlaneSettings: Sendable, Hashable {
  /// Workers that placement waits for before it settles for fewer.
  package var workersExpected: Int
  /// How long it waits for them.
  package var workersPatienceNs: UInt64 = 15_000_000_000
  package var heartbeatIntervalNs: UInt64 = 500_000_000
  /// A worker that was silent for so long is lost.
  package var heartbeatTimeoutNs: UInt64 = 5_000_000_000
  /// The pause after a first failure; it doubles with each further one.
  package var retryPauseNs: UInt64 = 100_000_000
  package var retryPauseMaxNs: UInt64 = 5_000_000_000
  /// A pipeline that stood for so long counts as healthy: failures are counted anew.
  package var healthyLifeNs: UInt64 = 10_000_000_000
  /// Attempts to join loaded stages before they are placed anew.
  package var joinAttemptsMax = 3
  /// The first epoch of every instance; above those of any earlier router, so that its stages can be taken over.
  package var firstEpoch: Epoch

  package init(workersExpected: Int, firstEpoch: Epoch) {
    self.workersExpected = workersExpected
    self.firstEpoch = firstEpoch
  }
}
