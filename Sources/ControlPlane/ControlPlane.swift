package import Core

/// What a cluster should be against what it is: who is there, which instance stands where, and the next command
/// that brings one closer to the other.
///
/// Invariants: pure, events and the time in, commands out. An instance's epoch only grows, and news of an older
/// epoch changes nothing. No worker is promised more memory than it offers, and no instance takes the room that another
/// one, waiting with it, needs at least. What fails is tried again after a pause that doubles up to a limit, so no
/// failure spins and none is final.
package struct ControlPlane: Sendable {
  package let settings: ControlPlaneSettings
  package internal(set) var workers: [WorkerID: WorkerRecord] = [:]
  package internal(set) var instances: [InstanceID: InstanceRecord] = [:]

  package init(settings: ControlPlaneSettings) {
    self.settings = settings
  }
}
