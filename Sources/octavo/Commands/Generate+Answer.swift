import Core
import JSON
import Messages

extension Generate {
  /// The parts of an answer, put together.
  struct Answer {
    private var started: Started?
    private var promptLogprobs: [TokenLogprobs] = []
    private var continuations: [Continuation] = [Continuation()]

    /// One of the answers to the prompt.
    private struct Continuation {
      var text = ""
      var ids: [TokenID] = []
      var finish: Finish?
    }

    var isEmpty: Bool { continuations.allSatisfy(\.text.isEmpty) }

    /// - Throws: INTERNAL for a continuation that nobody could have asked for.
    mutating func append(_ part: GenerateResponse) throws(OctavoError) {
      guard part.continuation < Limits.continuationsMax else {
        throw OctavoError(.internal, "the router sent continuation \(part.continuation)")
      }
      while continuations.count <= part.continuation { continuations.append(Continuation()) }
      continuations[part.continuation].text += part.text
      continuations[part.continuation].ids += part.ids
      continuations[part.continuation].finish = part.finish ?? continuations[part.continuation].finish
      promptLogprobs += part.promptLogprobs
      started = part.started ?? started
    }

    /// All answers, each under its number.
    var listing: String {
      continuations.enumerated().map { index, continuation in "[\(index)] \(continuation.text)\n" }.joined()
    }

    /// The first answer's text, ids, reason and usage; where there are several, all of them as `continuations`.
    var json: JSON {
      var object = Self.object(continuations[0])
      object["model"] = (started?.model.text).map(JSON.string) ?? .null
      object["requestId"] = (started?.requestID).map(JSON.string) ?? .null
      // As text: JSON readers lose the digits of a 64-bit number.
      object["seed"] = (started?.seed).map { .string("\($0)") } ?? .null
      if !promptLogprobs.isEmpty { object["promptLogprobs"] = .array(promptLogprobs.map(Self.json)) }
      if continuations.count > 1 { object["continuations"] = .array(continuations.map { .object(Self.object($0)) }) }
      return .object(object)
    }

    private static func object(_ continuation: Continuation) -> JSON.Object {
      var object = JSON.Object()
      object["text"] = .string(continuation.text)
      object["ids"] = .array(continuation.ids.map { .integer(Int($0)) })
      object["finishReason"] = (continuation.finish?.reason.rawValue).map(JSON.string) ?? .null
      object["usage"] = continuation.finish.map { json($0.usage) } ?? .null
      return object
    }

    private static func json(_ usage: Usage) -> JSON {
      var object = JSON.Object()
      object["promptTokens"] = .integer(usage.promptTokens)
      object["cachedTokens"] = .integer(usage.cachedTokens)
      object["generatedTokens"] = .integer(usage.generatedTokens)
      object["queueMs"] = .number(usage.queueMs)
      object["prefillMs"] = .number(usage.prefillMs)
      object["decodeMs"] = .number(usage.decodeMs)
      return .object(object)
    }

    private static func json(_ logprobs: TokenLogprobs) -> JSON {
      func entry(_ logprob: TokenLogprob) -> JSON.Object {
        var object = JSON.Object()
        object["id"] = .integer(Int(logprob.token))
        object["logprob"] = .number(Double(logprob.logprob))
        return object
      }
      var object = entry(logprobs.token)
      object["top"] = .array(logprobs.top.map { .object(entry($0)) })
      return .object(object)
    }
  }
}
