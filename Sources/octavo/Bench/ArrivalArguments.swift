import ArgumentParser
import Core
import Foundation
import LoadTesting

/// When requests come, and how many.
struct ArrivalArguments: ParsableArguments {
  @Option(help: ArgumentHelp("Open loop: requests a second, Poisson.", valueName: "r"))
  var rate: Double?
  @Option(
    name: [.customLong("sweep"), .customLong("rates")],
    help: ArgumentHelp("One run after another, each of one --rate.", valueName: "r,r,..."))
  var sweep: String?
  @Option(help: ArgumentHelp("Closed loop: this many streams, always busy.", valueName: "n"))
  var concurrency: Int?
  @Option(
    help: ArgumentHelp(
      "Open loop: arrivals from a file of lines `seconds,prompt tokens,output tokens`.", valueName: "file.csv"))
  var trace: String?
  @Option(help: ArgumentHelp("The trace goes so many times faster. (default: 1)", valueName: "x"))
  var speed: Double?
  @Option(help: ArgumentHelp("Most requests. Default: what --duration or the trace gives.", valueName: "n"))
  var requests: Int?
  @Option(help: ArgumentHelp("Requests come for so many seconds. Default: 30 unless --requests.", valueName: "s"))
  var duration: Double?
  @Option(help: ArgumentHelp("Open loop: requests in flight past which one that is due is not sent.", valueName: "n"))
  var inFlight = LoadSettings.inFlightByDefault
  @Option(help: ArgumentHelp("A request fails after so many seconds.", valueName: "s"))
  var timeout = 600.0

  /// One a run.
  ///
  /// - Throws: INVALID_ARGUMENT unless there is exactly one way to arrive; what is wrong with the trace.
  func patterns() throws(OctavoError) -> [ArrivalPattern] {
    let given = [rate != nil, sweep != nil, concurrency != nil, trace != nil].count { $0 }
    guard given == 1 else {
      throw .invalid(
        "the way requests arrive", given == 0 ? "not given" : "given \(given) times",
        "give one of --rate, --sweep, --concurrency and --trace")
    }
    guard speed == nil || trace != nil else {
      throw OctavoError(.invalidArgument, "--speed is given without --trace: it says how fast a trace goes")
    }
    if let rate { return [.poisson(perSecond: rate)] }
    if let concurrency { return [.closed(streams: concurrency)] }
    if let trace { return [.trace(try Self.read(trace), speed: speed ?? 1)] }
    var patterns: [ArrivalPattern] = []
    for text in (sweep ?? "").split(separator: ",", omittingEmptySubsequences: false) {
      guard let rate = Double(text) else {
        throw .invalid("--sweep", quoted(text), "give rates such as 1,2,4")
      }
      patterns.append(.poisson(perSecond: rate))
    }
    return patterns
  }

  func durationNanoseconds() throws(OctavoError) -> UInt64? {
    try duration.map { seconds throws(OctavoError) in
      try nanoseconds(seconds, "--duration", upTo: LoadSettings.durationMax)
    }
  }

  func timeoutNanoseconds() throws(OctavoError) -> UInt64 {
    try nanoseconds(timeout, "--timeout", upTo: LoadSettings.timeoutMax)
  }

  private static func read(_ path: String) throws(OctavoError) -> ArrivalTrace {
    let bytes: Data
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      bytes = try file.read(upToCount: ArrivalTrace.bytesMax + 1) ?? Data()
    } catch {
      let isThere = FileManager.default.fileExists(atPath: path)
      throw OctavoError(
        isThere ? .invalidArgument : .notFound, "the trace \(quoted(path)) cannot be read: check the path",
        cause: error)
    }
    guard bytes.count <= ArrivalTrace.bytesMax else {
      throw OctavoError(
        .resourceExhausted, "the trace \(quoted(path)) has over \(ArrivalTrace.bytesMax) bytes: cut it")
    }
    return try ArrivalTrace(Array(bytes), name: path)
  }
}

/// Seconds on the command line as nanoseconds.
///
/// - Throws: INVALID_ARGUMENT below 0, past `most`, and for what is no number.
func nanoseconds(_ seconds: Double, _ option: String, upTo most: UInt64) throws(OctavoError) -> UInt64 {
  guard seconds >= 0, seconds * 1e9 <= Double(most) else {
    throw .invalid(option, "\(seconds)", "give seconds, up to \(most / 1_000_000_000)")
  }
  return UInt64((seconds * 1e9).rounded())
}
