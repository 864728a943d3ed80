import Core
import LoadTesting

extension LoadReport {
  /// What to tell when no request of any run came to anything: that is no measurement.
  var failure: OctavoError? {
    let counts = runs.map(\.counts)
    guard counts.allSatisfy({ $0.answered + $0.cancelled == 0 }),
      let messages = counts.first(where: { !$0.messages.isEmpty })?.messages,
      let (status, message) = messages.min(by: { $0.key.rawValue < $1.key.rawValue })
    else { return nil }
    return OctavoError(status, "no request was answered: \(status): \(message)")
  }
}
