import Core
import Logging
import Messages
import RPC

extension InferenceService {
  /// One request, from its first byte to its finish. Whatever ends it early, the sequence's place is given back.
  func generate(_ call: ServerCall) async throws(OctavoError) {
    let arrival = clock.now
    let request = try GenerateRequest(try await call.receiveFirst())
    let driver = try models.driver(named: request.model)
    let check = try RequestCheck(request, for: driver.model, drawnSeed: .random(in: .min ... .max))
    let requestID = String(UInt64.random(in: .min ... .max), radix: 16)
    log.info(
      "request",
      metadata: ["request": "\(requestID)", "model": "\(driver.model.name)", "tokens": "\(check.prompt.count)"])

    let instance = try await driver.leastLoaded()
    let (sequence, events) = try await instance.submit(check)
    var answer = AnswerWriter(check, model: driver.model, arrival: arrival, clock: clock)
    do throws(OctavoError) {
      try await call.send(answer.start(requestID, echoes: request.echoes).payload())
      let isOver = try await stream(events, into: &answer, to: call)
      // The scheduler knows only of ends by token; an end by text is told to it here.
      if !isOver { await instance.end(sequence, isFailure: false) }
    } catch {
      await instance.end(sequence, isFailure: true)
      log.info("request failed", metadata: ["request": "\(requestID)", "error": "\(error)"])
      throw error
    }
  }

  /// Sends what the sequence's events make of the answer.
  ///
  /// - Returns: whether the sequence itself is over, rather than just its answer.
  private func stream(
    _ events: AsyncStream<SequenceEvent>, into answer: inout AnswerWriter, to call: ServerCall
  ) async throws(OctavoError) -> Bool {
    for await event in events {
      switch event {
      case .admitted: answer.admit()
      case .failed(let error): throw error
      case .token(let token, let finish):
        let response = answer.append(token, finish: finish)
        try await call.send(response.payload())
        if response.finish != nil { return finish != nil }
      }
    }
    throw OctavoError(.cancelled, "the client left")
  }
}
