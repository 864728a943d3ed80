/// A way to cut a model, and how fast it is.
struct Split {
  var stages: [StagePlacement]
  /// Of each stage in picoseconds, the slowest first.
  var times: [Int]

  /// Whether its slowest stage is faster, or where they are equal the next.
  func isFaster(than other: Split) -> Bool { times.lexicographicallyPrecedes(other.times) }
}
