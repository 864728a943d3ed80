/// The upper bounds of a histogram's buckets, each inclusive; one more bucket has no bound.
package struct Buckets: Sendable, Hashable {
  package let bounds: [Double]

  /// - Precondition: finite and strictly ascending.
  package init(_ bounds: [Double]) {
    precondition(bounds.allSatisfy(\.isFinite) && zip(bounds, bounds.dropFirst()).allSatisfy(<))
    self.bounds = bounds
  }

  /// Of a request or its phases, in seconds.
  package static let requestSeconds = Buckets([
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000,
  ])
  /// Between two tokens, in seconds.
  package static let tokenSeconds = Buckets([
    0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2.5, 5, 10,
  ])
  /// Of pure computation, in seconds.
  package static let stepSeconds = Buckets([
    0.000_001, 0.000_002_5, 0.000_005, 0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.0025, 0.005,
    0.01, 0.1,
  ])
  /// Of a request, in tokens.
  package static let tokens = Buckets([
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000,
    1_000_000,
  ])
  /// Of a microbatch.
  package static let rows = Buckets((0...16).map { Double(1 << $0) })
  /// Continuations of a request.
  package static let continuations = Buckets([1, 2, 5, 10, 20, 50, 100])
}
