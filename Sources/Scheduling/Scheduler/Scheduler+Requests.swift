package import Core

extension Scheduler {
  /// Puts the continuations of one request in the queue: all of them or none.
  ///
  /// - Throws: RESOURCE_EXHAUSTED when the queue has no room for them, or no pipeline like the present one could ever
  ///   hold one of them.
  /// - Precondition: the requests were checked; their sequences are new.
  package mutating func submit(_ requests: [GenerationRequest], at now: Moment) throws(OctavoError) {
    guard waiting.count + requests.count <= limits.waitingMax else {
      throw OctavoError(
        .resourceExhausted,
        "\(waiting.count) requests wait already and at most \(limits.waitingMax) may: try again later")
    }
    for request in requests {
      precondition(!request.prompt.isEmpty && request.maxTokens >= 1)
      precondition(request.prompt.count + request.maxTokens <= limits.capacity.contextLength)
      if let pipeline { try Self.check(request, pageCount: pipeline.cache.pageCount) }
    }
    for request in requests {
      sequences[request.sequence] = SequenceRecord(request, arrival: now)
      waiting.append(entry(of: request, arrival: now))
    }
  }

  package mutating func submit(_ request: GenerationRequest, at now: Moment) throws(OctavoError) {
    try submit([request], at: now)
  }

  /// Ends a sequence wherever it is; the next step tells the stages. Unknown ones are no error: a client may
  /// vanish in the moment its request ends.
  package mutating func cancel(_ sequence: SequenceID) {
    if !waiting.remove(sequence) { stopRunning(sequence) }
    sequences[sequence] = nil
  }

  static func check(_ request: GenerationRequest, pageCount: Int) throws(OctavoError) {
    guard request.pagesMax > pageCount else { return }
    throw OctavoError(
      .resourceExhausted,
      "\(request.prompt.count) tokens and \(request.maxTokens) more take \(request.pagesMax) pages of KV and the "
        + "instance has \(pageCount): ask for fewer tokens")
  }

  mutating func entry(of request: GenerationRequest, arrival: Moment) -> WaitingEntry {
    admissions += 1
    return WaitingEntry(
      sequence: request.sequence, tenant: request.tenant, priority: request.priority, arrival: arrival,
      ticket: admissions)
  }
}
