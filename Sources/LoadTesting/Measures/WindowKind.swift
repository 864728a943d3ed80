/// Which part of a run its figures are taken from.
package enum WindowKind: String, Sendable, CaseIterable {
  /// From the first request's start to the last one's end.
  case all
  /// While requests come: in an open loop from the start to the last arrival, in a closed one until a stream finds no
  /// request left or the duration is over; less the warm-up at its begin and the cool-down at its end.
  case load
  /// The part of `load` in which every stream of a closed loop has its first token and not yet its last one.
  case decoding
}
