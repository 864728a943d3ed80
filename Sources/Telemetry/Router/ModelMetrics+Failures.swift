internal import Core
internal import CoreMetrics

extension ModelMetrics {
  /// Failed requests by status, each with its counter made before: refusing a flood takes no lock.
  struct Failures: Sendable {
    private let counters: [StatusCode: Counter]

    init(_ maker: MetricMaker) {
      let codes = StatusCode.allCases.filter { $0 != .ok }
      counters = Dictionary(
        uniqueKeysWithValues: codes.map { ($0, maker.counter(.requestFailures, ("code", "\($0)"))) })
    }

    func count(_ code: StatusCode) { counters[code]?.increment() }
  }
}
