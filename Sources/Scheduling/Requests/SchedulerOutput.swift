package import Core

/// What became of a sequence in a step or a completed microbatch.
package enum SchedulerOutput: Sendable {
  /// It left the queue, for the first time.
  case admitted(SequenceID)
  /// Its first rows leave; those of `cachedCount` tokens were there already.
  case started(SequenceID, cachedCount: Int)
  /// It gave its pages to others and waits again; all its tokens are kept.
  case preempted(SequenceID)
  /// How probable tokens of its prompt are, in order, each position once.
  case scores(SequenceID, [SampledToken])
  /// A token was sampled; `finish` says that it was the last, and why.
  case token(SampledToken, finish: FinishReason?)
  /// It cannot go on.
  case failed(SequenceID, OctavoError)
}
