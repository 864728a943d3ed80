/// What a scheduler has done since it was made.
package struct SchedulerStatistics: Sendable, Hashable {
  package var preemptions = 0
  /// Tokens that were looked for among the kept prefixes when their sequences started.
  package var prefixTokensQueried = 0
  /// Those of them that were there.
  package var prefixTokensHit = 0
  /// Rows sent, those replayed included.
  package var rows = 0

  package init() {}
}
