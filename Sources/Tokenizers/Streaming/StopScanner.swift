/// Looks for stop strings in text that comes in pieces, and lets through only what is surely before them.
///
/// The stop that is complete first counts; of several complete at the same place, the longest. So the answer
/// depends on the text alone, not on how it was cut. Strings are compared by their bytes.
package struct StopScanner: Sendable {
  private var stops: [PrefixAutomaton]
  /// The end of the text so far: as much as may begin a stop.
  private var held: [UInt8] = []
  private var hasStopped = false

  /// - Parameter stops: empty ones are never found.
  package init(stops: [String]) {
    self.stops = stops.filter { !$0.isEmpty }.map { PrefixAutomaton(Array($0.utf8)) }
  }

  /// Takes the next piece of text.
  ///
  /// - Returns: the text that is before any stop, and whether a stop was found. Once one was, nothing follows.
  package mutating func append(_ text: String) -> (text: String, stopped: Bool) {
    if hasStopped { return ("", true) }
    for byte in text.utf8 {
      held.append(byte)
      guard let length = advance(by: byte) else { continue }
      hasStopped = true
      held.removeLast(length)
      return (release(keeping: 0), true)
    }
    return (release(keeping: stops.reduce(0) { max($0, $1.matched) }), false)
  }

  /// What was held back, as no stop can follow any more; empty once stopped.
  package mutating func finish() -> String {
    for index in stops.indices { stops[index].reset() }
    return release(keeping: 0)
  }

  /// - Returns: the length of the longest stop that `byte` completes, `nil` if it completes none.
  private mutating func advance(by byte: UInt8) -> Int? {
    var longest: Int?
    for index in stops.indices where stops[index].advance(by: byte) {
      longest = max(longest ?? 0, stops[index].count)
    }
    return longest
  }

  /// A stop begins with a whole character, so neither part is cut within one.
  private mutating func release(keeping count: Int) -> String {
    let text = String(decoding: held.dropLast(count), as: UTF8.self)
    held.removeFirst(held.count - count)
    return text
  }
}
