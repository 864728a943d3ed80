import Core
import JSON
import Messages

extension Generate {
  /// The parts of an answer, put together.
  struct Answer {
    private(set) var text = ""
    private var ids: [TokenID] = []
    private var started: Started?
    private var finish: Finish?

    mutating func append(_ part: GenerateResponse) {
      text += part.text
      ids += part.ids
      started = part.started ?? started
      finish = part.finish ?? finish
    }

    var json: JSON {
      var object = JSON.Object()
      object["text"] = .string(text)
      object["ids"] = .array(ids.map { .integer(Int($0)) })
      object["finishReason"] = (finish?.reason.rawValue).map(JSON.string) ?? .null
      object["usage"] = finish.map { usage($0.usage) } ?? .null
      object["model"] = (started?.model.text).map(JSON.string) ?? .null
      object["requestId"] = (started?.requestID).map(JSON.string) ?? .null
      // As text: JSON readers lose the digits of a 64-bit number.
      object["seed"] = (started?.seed).map { .string("\($0)") } ?? .null
      return .object(object)
    }

    private func usage(_ usage: Usage) -> JSON {
      var object = JSON.Object()
      object["promptTokens"] = .integer(usage.promptTokens)
      object["generatedTokens"] = .integer(usage.generatedTokens)
      object["queueMs"] = .number(usage.queueMs)
      object["prefillMs"] = .number(usage.prefillMs)
      object["decodeMs"] = .number(usage.decodeMs)
      return .object(object)
    }
  }
}
