package import Core
package import Models

extension Checkpoint {
  /// Whether the weight of `linear` is stored as int8 with scales.
  ///
  /// - Throws: NOT_FOUND for a linear of another architecture.
  package func isQuantized(_ linear: LinearSpec) throws(OctavoError) -> Bool {
    try tensor(linear.weightName).type == .i8
  }

  /// Element size of the output projection as it is stored, for `StageMemory`.
  package var storedHeadBytesPerElement: Int {
    (try? tensor(architecture.head.weightName).type.bytesPerElement) ?? 2
  }

  /// The scales of an int8 weight, one an output channel.
  ///
  /// - Throws: NOT_FOUND if the weight is not quantized; INVALID_ARGUMENT for a scale that is negative,
  ///   infinite or not a number.
  package func weightScales(of linear: LinearSpec) throws(OctavoError) -> [Float] {
    try scales(linear.scaleName)
  }

  /// The stored scale of the inputs of `linear`; `nil` unless activations are static.
  ///
  /// - Throws: INVALID_ARGUMENT as ``weightScales(of:)``.
  package func inputScale(of linear: LinearSpec) throws(OctavoError) -> Float? {
    guard contains(linear.inputScaleName) else { return nil }
    return try scales(linear.inputScaleName)[0]
  }

  /// The stored zero point of the inputs of `linear`; `nil` unless activations are static and asymmetric.
  package func inputZeroPoint(of linear: LinearSpec) throws(OctavoError) -> Int8? {
    guard contains(linear.inputZeroPointName) else { return nil }
    return try tensor(linear.inputZeroPointName).withBytes { $0.unsafeLoad(as: Int8.self) }
  }

  private func scales(_ name: String) throws(OctavoError) -> [Float] {
    let scales = try tensor(name).floats()
    if let channel = scales.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw .invalid(
        "\(directory): \(quoted(name))[\(channel)]", "\(scales[channel])", "a scale is finite and not negative")
    }
    return scales
  }
}
