internal import Core

extension StageEngine {
  /// - Throws: INVALID_ARGUMENT for another size than that of `rows` rows, and for what is no finite number.
  func check(_ activations: RawSpan, rows: Int) throws(OctavoError) {
    let wanted = range.embeds ? 0 : rows * configuration.wire.bytes(hiddenSize: hiddenSize)
    guard activations.byteCount == wanted else {
      throw .invalid(
        "activations", "\(activations.byteCount) bytes",
        "\(rows) rows of \(hiddenSize) channels for stage \(stage) are \(wanted) bytes in the wire format "
          + configuration.wire.rawValue)
    }
    guard wanted == 0 || backend.areFinite(activations, rows: rows) else {
      throw .invalid(
        "activations", "not finite", "a stage before \(stage) computed infinities: its weights may be damaged")
    }
  }
}
