import Core
import Logging
import Messages
import RPC
import Telemetry

extension InferenceService {
  /// One request, from its first byte to its finish. Whatever ends it early, the places of its sequences are given
  /// back.
  func generate(_ call: ServerCall) async throws(OctavoError) {
    let arrival = clock.now
    var model: ModelDriver?
    do throws(OctavoError) {
      let request = try GenerateRequest(try await call.receiveFirst())
      let driver = try models.driver(named: request.model)
      model = driver
      try await answer(request, from: driver, on: call, since: arrival)
    } catch {
      if let model { model.metrics.requestFailed(error.code) } else { metrics.requestFailed(error.code) }
      throw error
    }
  }

  private func answer(
    _ request: GenerateRequest, from driver: ModelDriver, on call: ServerCall, since arrival: Moment
  ) async throws(OctavoError) {
    let tenant =
      try call.metadata[Metadata.tenantKey].map { name throws(OctavoError) in try TenantID(name) } ?? .unnamed
    let check = try RequestCheck(request, tenant: tenant, for: driver.model, drawnSeed: .random(in: .min ... .max))
    let id = RequestID(number: .random(in: .min ... .max))
    log.info(
      "request",
      metadata: [
        "request": "\(id)", "model": "\(driver.model.name)", "tenant": "\(tenant)", "tokens": "\(check.prompt.count)",
        "tokensMax": "\(check.maxTokens)", "continuations": "\(check.continuations)",
      ])

    let instance = try await driver.leastLoaded()
    let events = RequestEvents { error in call.abort(error.code, error.message) }
    let sequences = try await instance.submit(check, id, events)
    var answer = RequestAnswer(
      check, model: driver.model, arrival: arrival, clock: clock, metrics: driver.metrics)
    do throws(OctavoError) {
      try await call.send(answer.start(id, echoes: request.echoes).payload())
      try await stream(events, of: sequences, at: instance, into: &answer, to: call)
      answer.recordFinish()
      log.info("request answered", metadata: ["request": "\(id)"])
    } catch {
      await instance.end(sequences, isFailure: true)
      log.info("request failed", metadata: ["request": "\(id)", "error": "\(error)"])
      throw error
    }
  }

  /// Sends what the events make of the answer, until every continuation has its finish.
  private func stream(
    _ events: RequestEvents, of sequences: [SequenceID], at instance: InstanceDriver, into answer: inout RequestAnswer,
    to call: ServerCall
  ) async throws(OctavoError) {
    while !answer.isFinished {
      let news = await events.next()
      guard !news.isEmpty else { throw OctavoError(.cancelled, "the client left") }
      let (messages, stopped) = try answer.append(news)
      // The scheduler knows only of ends by token; an end by text is told to it here.
      if !stopped.isEmpty { await instance.end(stopped.map { sequences[$0] }, isFailure: false) }
      for message in messages { try await call.send(message.payload()) }
    }
  }
}
