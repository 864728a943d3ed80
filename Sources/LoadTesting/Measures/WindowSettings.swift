/// How the window of a run is told from its ends.
package struct WindowSettings: Sendable, Hashable {
  package var kind: WindowKind
  /// Of the load's begin, in nanoseconds, not measured.
  package var warmup: UInt64
  /// Of the load's end.
  package var cooldown: UInt64

  package init(kind: WindowKind, warmup: UInt64 = 0, cooldown: UInt64 = 0) {
    self.kind = kind
    self.warmup = warmup
    self.cooldown = cooldown
  }
}
