import Core

/// What a request hears of one of its continuations.
struct RequestEvent: Sendable {
  var continuation: Int
  var news: News

  enum News: Sendable {
    case admitted
    case started(cachedCount: Int)
    case scores([SampledToken])
    case token(SampledToken, finish: FinishReason?)
    case failed(OctavoError)
  }
}
