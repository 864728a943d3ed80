package import COctavoProto
package import Core

/// A part of an answer.
package struct GenerateResponse: Sendable, Hashable {
  /// On the first message only.
  package var started: Started?
  package var text: String
  package var ids: [TokenID]
  package var logprobs: [TokenLogprobs]
  /// On the last message only.
  package var finish: Finish?

  package init(
    started: Started? = nil, text: String = "", ids: [TokenID] = [], logprobs: [TokenLogprobs] = [],
    finish: Finish? = nil
  ) {
    self.started = started
    self.text = text
    self.ids = ids
    self.logprobs = logprobs
    self.finish = finish
  }
}

extension GenerateResponse: WireMessage {
  package init(reading wire: Octavo__V1__GenerateResponse) throws(OctavoError) {
    self.init(
      started: wire.started == nil ? nil : try Reading.message(wire.started, "started"),
      text: try Reading.generatedText(wire.text, "text"),
      ids: Reading.array(wire.n_ids, wire.ids),
      logprobs: try Reading.messages(wire.n_logprobs, wire.logprobs),
      finish: wire.finish == nil ? nil : try Reading.message(wire.finish, "finish"))
  }

  package func write(to wire: inout Octavo__V1__GenerateResponse, in arena: Arena) {
    wire.started = started.map { arena.message($0) }
    wire.text = arena.text(text)
    (wire.n_ids, wire.ids) = arena.array(ids)
    (wire.n_logprobs, wire.logprobs) = arena.messages(logprobs)
    wire.finish = finish.map { arena.message($0) }
  }
}
