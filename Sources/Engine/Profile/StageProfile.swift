/// Where the time of some microbatches went, step by step.
package struct StageProfile: Sendable, Hashable {
  /// One a kind of step, those that never ran included, in the order of ``KernelKind``.
  package var entries = KernelKind.allCases.map { ProfileEntry($0) }
  package var microbatches = 0
  package var rows = 0
  /// From the start of each microbatch to its answer.
  package var seconds = 0.0

  package init() {}

  package subscript(kind: KernelKind) -> ProfileEntry {
    get { entries[kind.rawValue] }
    set { entries[kind.rawValue] = newValue }
  }

  /// Time of microbatches outside every step.
  package var otherSeconds: Double { max(0, seconds - entries.reduce(0) { $0 + $1.seconds }) }

  /// What all steps together did.
  package var work: KernelWork { entries.reduce(into: KernelWork()) { $0 += $1.work } }
}
