import Core
import JSON

extension SafetensorsHeader.Entry {
  /// Checks one member of the header.
  ///
  /// - Parameters:
  ///   - dataStart: where the header ends in the file.
  ///   - fileEnd: the file's length.
  /// - Throws: INVALID_ARGUMENT for a member that is malformed or does not fit the file.
  init(_ name: String, _ field: JSONField, dataStart: Int, fileEnd: Int) throws(OctavoError) {
    guard (1...SafetensorsHeader.nameBytesMax).contains(name.utf8.count) else {
      throw OctavoError(
        .invalidArgument,
        "\(field.source): the tensor name \(quoted(name)) has \(name.utf8.count) bytes: "
          + "1 to \(SafetensorsHeader.nameBytesMax) are allowed")
    }
    for (key, inner) in try field.entries() where !["dtype", "shape", "data_offsets"].contains(key) {
      throw inner.mismatch("a tensor has dtype, shape and data_offsets only")
    }
    let dtype = try field["dtype"]
    guard let type = StoredType(name: try dtype.string()) else {
      throw dtype.unsupported("the tensor has an element type that is not known")
    }
    let shape = try Self.shape(field["shape"])
    let offsets = try Self.offsets(field["data_offsets"], dataBytes: fileEnd - dataStart)
    let byteCount = try Self.byteCount(type, shape, field.place)
    guard offsets.count == byteCount else {
      throw try field["data_offsets"].mismatch(
        "[\(offsets.lowerBound), \(offsets.upperBound)] is \(offsets.count) bytes, but \(type.name) of shape "
          + "\(shape) takes \(byteCount)")
    }
    self.init(
      name: name, type: type, shape: shape,
      range: dataStart + offsets.lowerBound..<dataStart + offsets.upperBound)
  }

  private static func shape(_ field: JSONField) throws(OctavoError) -> [Int] {
    let items = try field.items()
    guard items.count <= SafetensorsHeader.dimensionsMax else {
      throw field.mismatch("at most \(SafetensorsHeader.dimensionsMax) dimensions are read")
    }
    var shape: [Int] = []
    for item in items { shape.append(try item.integer(in: 1...Int.max)) }
    return shape
  }

  private static func offsets(_ field: JSONField, dataBytes: Int) throws(OctavoError) -> Range<Int> {
    let items = try field.items()
    guard items.count == 2 else { throw field.mismatch("give a start and an end") }
    let start = try items[0].integer(in: 0...dataBytes)
    let end = try items[1].integer(in: start...dataBytes)
    return start..<end
  }

  /// Bytes of a tensor.
  ///
  /// - Parameters:
  ///   - shape: of dimensions that are not negative.
  ///   - place: what errors call the tensor.
  /// - Throws: INVALID_ARGUMENT if they do not fit 64 bits or are not whole.
  static func byteCount(
    _ type: StoredType, _ shape: [Int], _ place: String
  ) throws(OctavoError) -> Int {
    var bits = type.bits
    for dimension in shape {
      let (product, overflow) = bits.multipliedReportingOverflow(by: dimension)
      guard !overflow else {
        throw .invalid("\(place).shape", "\(shape)", "its size does not fit 64 bits")
      }
      bits = product
    }
    guard bits.isMultiple(of: 8) else {
      throw .invalid("\(place).shape", "\(shape)", "\(type.name) of it is not a whole number of bytes")
    }
    return bits / 8
  }
}
