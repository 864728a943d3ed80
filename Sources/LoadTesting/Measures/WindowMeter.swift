package import Core

/// How long the window has been open, at every moment of a run. It may open and close many times.
///
/// Moments come in order, but for those of one message that two threads see; a moment before the last one counts as
/// the last one.
package struct WindowMeter: Sendable {
  package let kind: WindowKind
  /// Where the window may open.
  package let begin: Moment
  /// Where it closes for good; `.max` until that is known.
  package private(set) var end: Moment
  /// Streams that must be decoding for it to be open; for ``WindowKind/decoding``.
  private let streams: Int
  private var decoding = 0
  private var openedAt: Moment?
  private var nanosecondsOfClosedSpans: UInt64 = 0
  package private(set) var spanCount = 0
  package private(set) var firstOpened: Moment?
  package private(set) var lastClosed: Moment?

  /// - Parameters:
  ///   - start: of the run.
  ///   - span: of the load in nanoseconds, where it is known beforehand.
  ///   - streams: of a closed loop.
  package init(_ settings: WindowSettings, start: Moment, span: UInt64?, streams: Int = 0) {
    kind = settings.kind
    self.streams = streams
    let known = span.map { start.advanced(byNanoseconds: $0 - min($0, settings.cooldown)) }
    begin = settings.kind == .all ? start : start.advanced(byNanoseconds: settings.warmup)
    end = settings.kind == .all ? .distantFuture : known ?? .distantFuture
    if settings.kind != .decoding { open(at: begin) }
  }

  /// Whether what happens at `moment` is in the window.
  package func isOpen(at moment: Moment) -> Bool {
    guard let openedAt else { return false }
    return openedAt < moment && moment <= end
  }

  /// Whether a request that is due at `moment` is one whose latencies count.
  package func counts(dueAt moment: Moment) -> Bool { begin <= moment && moment <= end }

  /// For how many nanoseconds the window has been open up to `moment`.
  package func elapsed(at moment: Moment) -> UInt64 {
    guard let openedAt else { return nanosecondsOfClosedSpans }
    return nanosecondsOfClosedSpans + min(moment, end).nanoseconds(since: openedAt)
  }

  /// A stream has its first token.
  package mutating func decodingBegan(at moment: Moment) {
    decoding += 1
    if kind == .decoding, decoding == streams { open(at: max(moment, begin)) }
  }

  /// A stream that had its first token has its last one, or failed.
  package mutating func decodingEnded(at moment: Moment) {
    if kind == .decoding, decoding == streams { close(at: moment) }
    decoding -= 1
  }

  /// No more requests come.
  package mutating func loadEnded(at moment: Moment) {
    if kind != .all { end = min(end, moment) }
  }

  /// The last request has ended.
  package mutating func runEnded(at moment: Moment) {
    end = min(end, moment)
    close(at: moment)
  }

  private mutating func open(at moment: Moment) {
    if moment < end { openedAt = moment }
  }

  private mutating func close(at moment: Moment) {
    guard let opened = openedAt else { return }
    nanosecondsOfClosedSpans = elapsed(at: moment)
    openedAt = nil
    let closed = min(moment, end)
    guard closed > opened else { return }
    spanCount += 1
    firstOpened = firstOpened ?? opened
    lastClosed = closed
  }
}

extension Moment {
  fileprivate static let distantFuture = Moment(nanoseconds: .max)
}
