package import Core

extension Scheduler {
  /// Puts a request in the queue.
  ///
  /// - Throws: RESOURCE_EXHAUSTED when the queue is full or no pipeline could ever hold the sequence.
  /// - Precondition: the request was checked; its sequence is new.
  package mutating func submit(_ request: GenerationRequest) throws(OctavoError) {
    precondition(!request.prompt.isEmpty && request.maxTokens >= 1)
    precondition(request.prompt.count + request.maxTokens <= limits.capacity.contextLength)
    guard waiting.count < limits.waitingMax else {
      throw OctavoError(
        .resourceExhausted, "\(waiting.count) requests are waiting already, the most allowed: try again later")
    }
    waiting.append(request)
  }

  /// Ends a sequence wherever it is; the next step tells the stages. Unknown ones are no error: a client may
  /// vanish in the moment its request ends.
  package mutating func cancel(_ sequence: SequenceID) {
    if let index = waiting.firstIndex(where: { $0.sequence == sequence }) {
      waiting.remove(at: index)
    } else {
      close(sequence)
    }
  }

  /// Takes a sequence out of the running ones; its pages stay taken until the stages are told.
  mutating func close(_ sequence: SequenceID) {
    guard let closed = running.removeValue(forKey: sequence) else { return }
    order.removeAll { $0 == sequence }
    reservedPages -= closed.pagesMax
    if closed.isOpen { closing.append(closed) }
  }
}
