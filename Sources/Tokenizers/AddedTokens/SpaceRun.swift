/// White space at either side of a token. Remembers the run it measured last, so that many tokens within
/// one run do not walk it again and again.
struct SpaceRun {
  private var known = 0..<0

  /// Where the white space that ends before `index` begins, at the earliest at `limit`.
  func start(before index: Int, in text: Span<UInt8>, from limit: Int) -> Int {
    var start = index
    while start > limit {
      let (scalar, begin) = text.scalar(before: start)
      guard scalar.properties.isWhitespace else { break }
      start = begin
    }
    // What an earlier token took along stays with it.
    return max(start, limit)
  }

  /// Where the white space that begins at `index` ends.
  mutating func end(after index: Int, in text: Span<UInt8>) -> Int {
    if known.contains(index) { return known.upperBound }
    var end = index
    while end < text.count {
      let (scalar, next) = text.scalar(at: end)
      guard scalar.properties.isWhitespace else { break }
      end = next
    }
    known = index..<end
    return end
  }
}
