package import Core

/// An instance that should serve, and how far it is.
package struct InstanceRecord: Sendable, Hashable {
  package enum Phase: Sendable, Hashable {
    /// Nothing is placed; the next attempt is due at `retry`.
    case waiting(retry: Moment)
    case loading
    /// All stages are loaded; the next attempt to join them is due at `retry`, or under way.
    case parted(retry: Moment)
    case joining
    case ready(since: Moment)
  }

  package var model: ServedModel
  package var phase: Phase
  package var epoch: Epoch
  package var stages: [StageRecord] = []
  /// Pages of KV at each stage; 0 while nothing is placed.
  package var pageCount = 0
  /// For a person: what is missing, or what went wrong last; empty when all is well.
  package var detail = "waits for workers"
  /// Whether the workers that are there have no room for it, so that waiting alone will not help.
  package var isRefused = false
  /// Since when it has had no place.
  package var waitingSince: Moment
  /// Failures in a row; each doubles the pause before the next attempt.
  package var failures = 0

  package init(model: ServedModel, epoch: Epoch, now: Moment) {
    self.model = model
    self.epoch = epoch
    phase = .waiting(retry: now)
    waitingSince = now
  }

  package var state: InstanceState {
    switch phase {
    case .waiting: .waiting
    case .loading, .parted, .joining: .loading
    case .ready: .ready
    }
  }
}
