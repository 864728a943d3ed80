import Core

/// What a request hears of its sequence.
enum SequenceEvent: Sendable {
  case admitted
  case token(SampledToken, finish: FinishReason?)
  case failed(OctavoError)
}
