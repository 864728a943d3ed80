internal import Core

/// One line of a trace's file.
struct TraceLine {
  private let number: Int
  private let name: String
  private let fields: [String]

  init(_ bytes: some BidirectionalCollection<UInt8>, number: Int, name: String) {
    self.number = number
    self.name = name
    fields = bytes.split(separator: UInt8(ascii: ","), maxSplits: 3, omittingEmptySubsequences: false)
      .map { String(decoding: Self.trimmed($0), as: UTF8.self) }
  }

  var isBlank: Bool { fields.allSatisfy(\.isEmpty) && fields.count <= 1 }

  /// Words and no number at all: a first line may say what the columns are.
  var isHeading: Bool { fields.count == 3 && fields.allSatisfy { !$0.isEmpty && Double($0) == nil } }

  func entry(noEarlierThan last: Double) throws(OctavoError) -> TraceEntry {
    guard fields.count == 3 else {
      let count = fields.count > 3 ? "more than 3" : "\(fields.count)"
      throw .invalid(place, "\(count) fields", "give seconds,prompt tokens,output tokens")
    }
    guard let seconds = Double(fields[0]), seconds >= 0, seconds <= ArrivalTrace.secondsMax else {
      throw .invalid("\(place), the time", quoted(fields[0]), "give seconds, 0 to \(Int(ArrivalTrace.secondsMax))")
    }
    guard seconds >= last else {
      throw .invalid("\(place), the time", "\(seconds) after \(last)", "sort the file by time")
    }
    return TraceEntry(
      seconds: seconds, promptTokens: try tokens(fields[1], "prompt tokens"),
      outputTokens: try tokens(fields[2], "output tokens"))
  }

  private func tokens(_ field: String, _ what: String) throws(OctavoError) -> Int {
    guard let count = Int(field), LengthDistribution.range.contains(count) else {
      let range = LengthDistribution.range
      throw .invalid("\(place), \(what)", quoted(field), "give \(range.lowerBound) to \(range.upperBound)")
    }
    return count
  }

  private var place: String { "\(quoted(name)) line \(number)" }

  /// Without spaces and the like at its ends.
  private static func trimmed<Bytes: BidirectionalCollection<UInt8>>(_ bytes: Bytes) -> Bytes.SubSequence {
    var rest = bytes[...]
    while let first = rest.first, isSpace(first) { rest = rest.dropFirst() }
    while let last = rest.last, isSpace(last) { rest = rest.dropLast() }
    return rest
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): true
    default: false
    }
  }
}
