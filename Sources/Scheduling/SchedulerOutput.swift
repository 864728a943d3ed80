package import Core

/// What became of a sequence in a step or a completed microbatch.
package enum SchedulerOutput: Sendable, Hashable {
  /// It left the queue.
  case admitted(SequenceID)
  /// A token was sampled; `finish` says that it was the last, and why.
  case token(SampledToken, finish: FinishReason?)
}
