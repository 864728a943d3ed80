/// Which of some words a misspelt one was meant to be.
enum EditDistance {
  /// Words longer than this are not compared.
  private static let bytesMax = 64

  /// The word fewest edits away, the first of equals; `nil` if even that is more than a third of its letters.
  static func nearest(to word: String, in known: [String]) -> String? {
    guard word.utf8.count <= bytesMax else { return nil }
    let measured = known.map { (word: $0, edits: edits(Array(word.lowercased().utf8), Array($0.lowercased().utf8))) }
    guard let best = measured.min(by: { $0.edits < $1.edits }), best.edits <= max(1, best.word.utf8.count / 3)
    else { return nil }
    return best.word
  }

  /// Levenshtein's distance, one row of the table at a time.
  private static func edits(_ one: [UInt8], _ other: [UInt8]) -> Int {
    var row = Array(0...other.count)
    for (i, byte) in one.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, otherByte) in other.enumerated() {
        let substitution = diagonal + (byte == otherByte ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substitution, row[j] + 1, diagonal + 1)
      }
    }
    return row[other.count]
  }
}
