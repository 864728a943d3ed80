package import COctavoProto
package import Core

/// A part of an answer.
package struct GenerateResponse: Sendable, Hashable {
  /// On the first message only.
  package var started: Started?
  package var text: String
  package var ids: [TokenID]
  package var logprobs: [TokenLogprobs]
  /// On the last message of each continuation.
  package var finish: Finish?
  /// Which continuation this adds to.
  package var continuation: Int
  /// Of the prompt's tokens from its second on.
  package var promptLogprobs: [TokenLogprobs]

  package init(
    started: Started? = nil, text: String = "", ids: [TokenID] = [], logprobs: [TokenLogprobs] = [],
    finish: Finish? = nil, continuation: Int = 0, promptLogprobs: [TokenLogprobs] = []
  ) {
    self.started = started
    self.text = text
    self.ids = ids
    self.logprobs = logprobs
    self.finish = finish
    self.continuation = continuation
    self.promptLogprobs = promptLogprobs
  }
}

extension GenerateResponse: WireMessage {
  package init(reading wire: Octavo__V1__GenerateResponse) throws(OctavoError) {
    self.init(
      started: wire.started == nil ? nil : try Reading.message(wire.started, "started"),
      text: try Reading.generatedText(wire.text, "text"),
      ids: Reading.array(wire.n_ids, wire.ids),
      logprobs: try Reading.messages(wire.n_logprobs, wire.logprobs),
      finish: wire.finish == nil ? nil : try Reading.message(wire.finish, "finish"),
      continuation: Int(wire.continuation),
      promptLogprobs: try Reading.messages(wire.n_prompt_logprobs, wire.prompt_logprobs))
  }

  package func write(to wire: inout Octavo__V1__GenerateResponse, in arena: Arena) {
    wire.started = started.map { arena.message($0) }
    wire.text = arena.text(text)
    (wire.n_ids, wire.ids) = arena.array(ids)
    (wire.n_logprobs, wire.logprobs) = arena.messages(logprobs)
    wire.finish = finish.map { arena.message($0) }
    wire.continuation = UInt32(continuation)
    (wire.n_prompt_logprobs, wire.prompt_logprobs) = arena.messages(promptLogprobs)
  }
}
