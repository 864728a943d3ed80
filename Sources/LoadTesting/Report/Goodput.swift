/// How many requests were served as the objective wants it.
package struct Goodput: Sendable, Hashable {
  package var objective: Objective
  /// Answered to the end and within every limit.
  package var met: Int
  /// Due in the window, sent or not, but for those that the client cancelled.
  package var of: Int
  /// Met, a second of the window; nil if it never was open.
  package var requestsPerSecond: Double?

  package init(objective: Objective, met: Int, of: Int, requestsPerSecond: Double?) {
    self.objective = objective
    self.met = met
    self.of = of
    self.requestsPerSecond = requestsPerSecond
  }

  /// Nil without requests.
  package var fraction: Double? { of == 0 ? nil : Double(met) / Double(of) }
}
