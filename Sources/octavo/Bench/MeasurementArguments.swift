import ArgumentParser
import Core
import LoadTesting

/// Of which part of a run figures are, and what they are held against.
struct MeasurementArguments: ParsableArguments {
  @Option(help: ArgumentHelp("Do not measure the first seconds of the load.", valueName: "s"))
  var warmup = 0.0
  @Option(help: ArgumentHelp("Do not measure the last seconds of the load.", valueName: "s"))
  var cooldown = 0.0
  @Option(
    help: ArgumentHelp(
      "What figures are of: all, load or decoding. Default: load; with --concurrency decoding, unless --warmup or "
        + "--cooldown is given.", valueName: "part"))
  var window: String?
  @Option(
    help: ArgumentHelp(
      "Count the requests within all of: ttft (time to first token), tbt (each time between tokens), tpot (their "
        + "mean), e2e (to the end), such as ttft=500ms,tbt=100ms.", valueName: "limits"))
  var objective: String?

  /// - Parameter isOpen: arrivals are an open loop.
  func window(isOpen: Bool) throws(OctavoError) -> WindowSettings {
    let warmup = try nanoseconds(warmup, "--warmup", upTo: LoadSettings.durationMax)
    let cooldown = try nanoseconds(cooldown, "--cooldown", upTo: LoadSettings.durationMax)
    guard let window else {
      let kind: WindowKind = isOpen || warmup > 0 || cooldown > 0 ? .load : .decoding
      return WindowSettings(kind: kind, warmup: warmup, cooldown: cooldown)
    }
    guard let kind = WindowKind(rawValue: window) else {
      let known = WindowKind.allCases.map(\.rawValue).joined(separator: ", ")
      throw .invalid("--window", quoted(window), "use one of \(known)")
    }
    return WindowSettings(kind: kind, warmup: warmup, cooldown: cooldown)
  }

  func parsedObjective() throws(OctavoError) -> Objective? {
    try objective.map { text throws(OctavoError) in try Objective(text) }
  }
}
