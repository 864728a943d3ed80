/// How far a run is, for those who wait for it.
package struct LoadProgress: Sendable {
  /// 0 to 1, of the requests or of the time, whichever is nearer to its end.
  package var fraction: Double
  package var ended: Int
  package var inFlight: Int
  package var generatedTokens: Int
}
