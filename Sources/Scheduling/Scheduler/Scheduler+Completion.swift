package import Core
import DequeModule

extension Scheduler {
  /// A microbatch came out of the pipeline with its samples and scores.
  ///
  /// Late news of an older epoch is ignored. What comes for sequences that have been cancelled meanwhile is dropped;
  /// those that gave way take theirs.
  /// - Parameter timings: of every stage; what is not told is not learned from.
  /// - Throws: INTERNAL when the pipeline answers something that was not asked; it must then be given up.
  package mutating func complete(
    _ id: MicrobatchID, epoch: Epoch, tokens: [SampledToken], scores: [SampledToken] = [],
    timings: [StageTiming] = [], at now: Moment
  ) throws(OctavoError) -> [SchedulerOutput] {
    guard let current = pipeline?.epoch, current == epoch else { return [] }
    guard let flown = pipeline!.inFlight.removeValue(forKey: id) else {
      throw OctavoError(.internal, "a result came for microbatch \(id.rawValue), which is not on its way")
    }
    if flown.rows > 0 { pipeline!.inFlightWithRows -= 1 }
    try check(id, flown, tokens, scores)
    pipeline!.pace.observe(rows: flown.rows, timings, roundTripNs: now.nanoseconds(since: flown.sent))
    settle(flown)
    return take(scores, of: flown) + tokens.compactMap { append($0) }
  }

  /// All is checked before anything is taken: a token that is taken must reach its client.
  private func check(
    _ id: MicrobatchID, _ flown: InFlight, _ tokens: [SampledToken], _ scores: [SampledToken]
  ) throws(OctavoError) {
    guard tokens.map(\.sequence) == flown.sampling else {
      throw OctavoError(
        .internal, "microbatch \(id.rawValue) brought \(tokens.count) samples where \(flown.sampling.count) were due")
    }
    for token in tokens {
      guard let record = sequences[token.sequence], token.position != record.tokens.count else { continue }
      throw OctavoError(
        .internal,
        "sequence \(token.sequence.rawValue) was sampled at position \(token.position), not \(record.tokens.count)")
    }
    let due = flown.scoring.flatMap { scoring in scoring.positions.map { (scoring.sequence, $0) } }
    guard due.count == scores.count, zip(due, scores).allSatisfy({ $0 == ($1.sequence, $1.position) }) else {
      throw OctavoError(
        .internal, "microbatch \(id.rawValue) brought \(scores.count) scores where \(due.count) were due")
    }
  }

  private mutating func settle(_ flown: InFlight) {
    for id in Set(flown.sampling).union(flown.scoring.map(\.sequence)) {
      guard sequences[id] != nil else { continue }
      sequences[id]!.resultsDue -= 1
    }
  }

  private mutating func take(_ scores: [SampledToken], of flown: InFlight) -> [SchedulerOutput] {
    var start = 0
    return flown.scoring.compactMap { scoring in
      let part = scores[start..<start + scoring.positions.count]
      start += scoring.positions.count
      guard sequences[scoring.sequence] != nil else { return nil }
      sequences[scoring.sequence]!.scoredCount = scoring.positions.upperBound
      return .scores(scoring.sequence, Array(part))
    }
  }

  private mutating func append(_ token: SampledToken) -> SchedulerOutput? {
    let id = token.sequence
    guard sequences[id] != nil else { return nil }
    change(id) { $0.tokens.append(token.choice.token) }
    let reason = sequences[id]!.finishReason
    if reason != nil {
      cancel(id)
    } else if let ticket = ticket(of: id) {
      decodes.append(ticket)
    }
    return .token(token, finish: reason)
  }
}
