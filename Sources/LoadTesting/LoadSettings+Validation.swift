internal import Core

extension LoadSettings {
  func checkArrivals() throws(OctavoError) {
    switch arrivals {
    case .poisson(let perSecond):
      guard perSecond > 0, perSecond <= ArrivalPattern.rateMax else {
        throw .invalid(
          "--rate", "\(perSecond)", "give requests a second, more than 0 to \(Int(ArrivalPattern.rateMax))")
      }
      let expected = perSecond * Double(duration ?? 0) / 1e9
      guard requests != nil || expected <= 0.99 * Double(Self.requestsMax) else {
        throw .invalid(
          "--duration", "\(Double(duration ?? 0) / 1e9) s at \(perSecond) requests/s",
          "a run may have \(Self.requestsMax) requests")
      }
    case .trace(_, let speed):
      guard ArrivalPattern.speedRange.contains(speed) else {
        throw .invalid("--speed", "\(speed)", "give how many times faster the trace is to go, 0.000001 to 1000000")
      }
    case .closed(let streams):
      guard (1...ArrivalPattern.streamsMax).contains(streams) else {
        throw .invalid("--concurrency", "\(streams)", "give 1 to \(ArrivalPattern.streamsMax)")
      }
      guard requests ?? streams >= streams else {
        throw .invalid(
          "--requests", "\(requests ?? 0)", "\(streams) streams need at least \(streams), one for each")
      }
    }
  }

  func checkBounds() throws(OctavoError) {
    if let requests, !(1...Self.requestsMax).contains(requests) {
      throw .invalid("--requests", "\(requests)", "give 1 to \(Self.requestsMax)")
    }
    if let duration, !(1...Self.durationMax).contains(duration) {
      throw .invalid(
        "--duration", "\(Double(duration) / 1e9)", "give more than 0 to \(Self.durationMax / 1_000_000_000) seconds")
    }
    guard (1...Self.timeoutMax).contains(timeout) else {
      throw .invalid(
        "--timeout", "\(Double(timeout) / 1e9)", "give more than 0 to \(Self.timeoutMax / 1_000_000_000) seconds")
    }
    guard (1...Self.inFlightMax).contains(inFlight) else {
      throw .invalid("--in-flight", "\(inFlight)", "give 1 to \(Self.inFlightMax)")
    }
  }

  func checkWindow() throws(OctavoError) {
    let option = "--window \(window.kind.rawValue)"
    switch window.kind {
    case .all:
      guard window.warmup == 0, window.cooldown == 0 else {
        throw .invalid(option, "given with --warmup or --cooldown", "leave them out, or measure --window load")
      }
    case .decoding:
      guard streams != nil else {
        throw .invalid(option, "given for an open loop", "give --concurrency, or measure --window load")
      }
    case .load: break
    }
    guard window.cooldown == 0 || arrivals.isOpen || duration != nil else {
      throw .invalid(
        "--cooldown", "given for a closed loop without --duration", "give --duration, so that the end is known")
    }
    guard let span = knownSpan, window.warmup + window.cooldown >= span else { return }
    throw .invalid(
      "--warmup and --cooldown", "\(Double(window.warmup + window.cooldown) / 1e9) s together",
      "they must leave some of the load's \(Double(span) / 1e9) s")
  }

  /// Of the load in nanoseconds, where it is bounded by time alone.
  private var knownSpan: UInt64? { requests == nil && trace == nil ? duration : nil }
}
