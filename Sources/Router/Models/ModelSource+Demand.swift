import Core
import Models

extension ModelSource {
  /// Part of a frame that activations may fill: openings, with all tokens of their sequences, travel in it as well.
  private static let frameShare = 2

  /// What an instance can hold at once, with the least pages that it can do with, and the most that are of use to it.
  ///
  /// - Throws: INVALID_ARGUMENT for a number outside its bounds, with the bounds.
  func capacity(for architecture: Architecture) throws(OctavoError) -> (capacity: StageCapacity, pageCountMax: Int) {
    let contextMax = architecture.contextLength
    let contextLength = contextLength ?? contextMax
    guard (2...contextMax).contains(contextLength) else {
      throw refused("contextLength", contextLength, "give 2 to \(contextMax)")
    }
    try check("maxSequences", sequencesMax, Limits.instanceSequences)
    try check("maxRows", rowsMax, Limits.instanceRows)
    try check("maxWaiting", waitingMax, Limits.instanceWaiting)
    let rowBytes = configuration.wire.bytes(hiddenSize: architecture.hiddenSize)
    let rowsOfFrame = Limits.frameBytesMax / Self.frameShare / rowBytes
    guard rowsMax <= rowsOfFrame else {
      throw refused(
        "maxRows", rowsMax, "a row of this model takes \(rowBytes) bytes between workers: give at most \(rowsOfFrame)")
    }
    try checkTokens(contextLength)
    let pages = keyValueTokens.pages(contextLength: contextLength, sequencesMax: sequencesMax)
    let capacity = StageCapacity(
      contextLength: contextLength, sequencesMax: sequencesMax, rowsMax: rowsMax, pageCount: pages.lowerBound)
    try capacity.validate()
    return (capacity, pages.upperBound)
  }

  private func checkTokens(_ contextLength: Int) throws(OctavoError) {
    guard case .tokens(let count) = keyValueTokens, count < contextLength else { return }
    throw refused(
      "kvTokens", count, "one context takes \(contextLength): give at least as many, or lower the context length")
  }

  private func check(_ field: String, _ value: Int, _ range: ClosedRange<Int>) throws(OctavoError) {
    guard !range.contains(value) else { return }
    throw refused(field, value, "give \(range.lowerBound) to \(range.upperBound)")
  }

  private func refused(_ field: String, _ value: Int, _ advice: String) -> OctavoError {
    .invalid("\(field) of \(name)", "\(value)", advice)
  }
}
