/// Bounds of what clients of the endpoint may take.
package struct EndpointLimits: Sendable {
  /// Connections at once; more wait in the system's queue, and those that are past its length are refused.
  package var connectionsMax = 32
  package var connectionsWaitingMax = 64
  /// A connection that has no request under way, or brings none to its end, is closed after so long.
  package var idleSecondsMax: Int64 = 5
  /// A client that has not taken an answer after so long is left.
  package var answerSecondsMax: Int64 = 5
  /// Of a request's head.
  package var headerBytesMax = 16 << 10
  package var headersMax = 64

  package init() {}
}
