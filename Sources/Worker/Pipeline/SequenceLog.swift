import Core
import Logging

/// Which request's sequences are open on a stage in one epoch, told at debug level; at others it costs nothing and
/// knows nothing.
struct SequenceLog: Sendable {
  private let log: Logger
  private let isOn: Bool
  private var isOver = false
  private var open: [SequenceID: RequestID] = [:]

  /// - Parameter log: names the stage and the epoch.
  init(_ log: Logger) {
    self.log = log
    isOn = log.logLevel <= .debug
  }

  /// Tells what a microbatch changed that has run.
  mutating func note(_ microbatch: Microbatch) {
    guard isOn, !isOver else { return }
    for sequence in microbatch.closings { close(sequence) }
    for opening in microbatch.openings {
      open[opening.sequence] = opening.request
      log.debug("sequence opened", metadata: metadata(opening.sequence, opening.request))
    }
  }

  /// The epoch is over, and with it every sequence.
  mutating func closeAll() {
    isOver = true
    for sequence in open.keys.sorted() { close(sequence) }
  }

  private mutating func close(_ sequence: SequenceID) {
    guard let request = open.removeValue(forKey: sequence) else { return }
    log.debug("sequence closed", metadata: metadata(sequence, request))
  }

  private func metadata(_ sequence: SequenceID, _ request: RequestID) -> Logger.Metadata {
    ["request": "\(request)", "sequence": "\(sequence.rawValue)"]
  }
}
