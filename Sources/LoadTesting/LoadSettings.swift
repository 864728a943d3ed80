package import Core

/// One run: which requests, when, and what is measured of them.
package struct LoadSettings: Sendable, Hashable {
  /// Requests of one run.
  package static let requestsMax = 10_000_000
  /// In flight at once, over all connections.
  package static let inFlightMax = 16_384
  package static let inFlightByDefault = 1_024
  /// A run, and an answer, in nanoseconds: a day, an hour.
  package static let durationMax: UInt64 = 86_400_000_000_000
  package static let timeoutMax: UInt64 = 3_600_000_000_000
  package static let durationByDefault: UInt64 = 30_000_000_000

  package var arrivals: ArrivalPattern
  /// Most requests; nil: what the duration or the trace gives.
  package var requests: Int?
  /// Since the start no request is due after so many nanoseconds; nil: what the number of requests gives.
  package var duration: UInt64?
  /// An open loop does not send a request that is due while so many are in flight.
  package var inFlight: Int
  /// A request fails after so many nanoseconds.
  package var timeout: UInt64
  package var window: WindowSettings
  package var objective: Objective?
  package var workload: WorkloadSettings

  /// Without a number of requests, a duration or a trace, a run lasts ``durationByDefault``.
  ///
  /// - Throws: INVALID_ARGUMENT with the option and the value seen.
  package init(
    arrivals: ArrivalPattern, requests: Int? = nil, duration: UInt64? = nil, inFlight: Int = inFlightByDefault,
    timeout: UInt64, window: WindowSettings, objective: Objective? = nil, workload: WorkloadSettings = .init()
  ) throws(OctavoError) {
    self.arrivals = arrivals
    self.requests = requests
    self.duration = duration
    self.inFlight = inFlight
    self.timeout = timeout
    self.window = window
    self.objective = objective
    self.workload = workload
    if requests == nil, duration == nil, trace == nil { self.duration = Self.durationByDefault }
    try checkArrivals()
    try checkBounds()
    try checkWindow()
    try workload.validate()
  }

  package var trace: ArrivalTrace? {
    if case .trace(let trace, _) = arrivals { trace } else { nil }
  }

  /// Streams of a closed loop.
  package var streams: Int? {
    if case .closed(let streams) = arrivals { streams } else { nil }
  }

  /// When the requests of an open loop are due; nil for a closed one.
  package var schedule: ArrivalSchedule? {
    guard arrivals.isOpen else { return nil }
    return ArrivalSchedule(
      arrivals, seed: workload.seed, countMax: requests ?? Self.requestsMax, duration: duration)
  }
}
