package import Core

/// How a request ended, seen from the client.
package enum RequestOutcome: Sendable, Hashable {
  /// Answered to its end.
  ///
  /// - Parameters:
  ///   - queueMs: from the request's arrival to its admission, as the router says.
  ///   - cachedTokens: of the prompt, computed by requests before, as the router says.
  case answered(queueMs: Double, cachedTokens: Int)
  /// By the client, as planned.
  case cancelled
  /// Anything else; RESOURCE_EXHAUSTED is a refusal.
  case failed(StatusCode, message: String)
}
