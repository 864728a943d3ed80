package import Core

extension Scheduler {
  /// A microbatch came out of the pipeline with its samples.
  ///
  /// Late news of an older epoch is ignored. Samples of sequences that have been cancelled meanwhile are dropped.
  /// - Throws: INTERNAL when the pipeline answers something that was not asked; it must then be given up.
  package mutating func complete(
    _ id: MicrobatchID, epoch: Epoch, tokens: [SampledToken]
  ) throws(OctavoError) -> [SchedulerOutput] {
    guard let current = pipeline?.epoch, current == epoch else { return [] }
    guard let flown = pipeline?.inFlight.removeValue(forKey: id) else {
      throw OctavoError(.internal, "a result came for microbatch \(id.rawValue), which is not on its way")
    }
    if flown.hasRows { pipeline?.inFlightWithRows -= 1 }
    guard tokens.map(\.sequence) == flown.sampling else {
      throw OctavoError(
        .internal, "microbatch \(id.rawValue) brought \(tokens.count) samples where \(flown.sampling.count) were due")
    }
    // All are checked before one is taken: a token that is taken must reach its client.
    for token in tokens { try check(token) }
    return tokens.compactMap { append($0) }
  }

  private func check(_ token: SampledToken) throws(OctavoError) {
    guard let sequence = running[token.sequence], token.position != sequence.tokens.count else { return }
    throw OctavoError(
      .internal,
      "sequence \(token.sequence.rawValue) was sampled at position \(token.position), not \(sequence.tokens.count)")
  }

  private mutating func append(_ token: SampledToken) -> SchedulerOutput? {
    guard var sequence = running[token.sequence] else { return nil }
    sequence.tokens.append(token.choice.token)
    running[token.sequence] = sequence
    let reason = sequence.finishReason
    if reason != nil { close(token.sequence) }
    return .token(token, finish: reason)
  }
}
