import Core
import JSON

extension SafetensorsHeader {
  private static let limits = JSONLimits(
    bytesMax: bytesMax, depthMax: 4, entriesMax: tensorsMax * (4 + dimensionsMax + 2) + metadataEntriesMax)

  /// Reads and checks the header of `file`.
  ///
  /// - Throws: INVALID_ARGUMENT for anything that is not a whole safetensors file; RESOURCE_EXHAUSTED past a
  ///   limit.
  init(of file: MappedFile) throws(OctavoError) {
    let range = try Self.headerRange(of: file)
    let root = try file.withBytes(in: range) { (bytes) throws(OctavoError) in
      guard bytes.unsafeLoad(as: UInt8.self) == UInt8(ascii: "{") else {
        throw OctavoError(.invalidArgument, "\(file.path): the header does not open with '{'")
      }
      return JSONField(
        try JSON.parse(bytes, source: "\(file.path): header", limits: Self.limits), source: file.path)
    }
    let members = try root.entries()
    guard members.count <= Self.tensorsMax + 1 else {
      throw OctavoError(
        .resourceExhausted,
        "\(file.path): the header lists \(members.count) tensors: at most \(Self.tensorsMax) are read")
    }
    self.range = range
    metadata = try Self.metadata(root["__metadata__"])
    entries = []
    for (name, field) in members where name != "__metadata__" {
      entries.append(try Entry(name, field, dataStart: range.upperBound, fileEnd: file.byteCount))
    }
    entries.sort { $0.range.lowerBound < $1.range.lowerBound }
    try checkLayout(of: file)
  }

  private static func headerRange(of file: MappedFile) throws(OctavoError) -> Range<Int> {
    guard file.byteCount > lengthBytes else {
      throw OctavoError(
        .invalidArgument, "\(file.path) has \(file.byteCount) bytes: too short for a safetensors file")
    }
    let length = file.withBytes(in: 0..<lengthBytes) { UInt64(littleEndian: $0.unsafeLoadUnaligned(as: UInt64.self)) }
    guard length <= UInt64(bytesMax) else {
      throw OctavoError(
        .resourceExhausted,
        "\(file.path): the header claims \(length) bytes: at most \(bytesMax) are read")
    }
    guard length >= 2, Int(length) <= file.byteCount - lengthBytes else {
      throw OctavoError(
        .invalidArgument,
        "\(file.path): the header claims \(length) bytes of a file of \(file.byteCount): it is cut short or "
          + "not safetensors; copy it again")
    }
    return lengthBytes..<lengthBytes + Int(length)
  }

  private static func metadata(_ field: JSONField) throws(OctavoError) -> [String: String] {
    guard let field = field.ifPresent else { return [:] }
    let entries = try field.entries()
    guard entries.count <= metadataEntriesMax else {
      throw OctavoError(
        .resourceExhausted, "\(field.place) has \(entries.count) entries: at most \(metadataEntriesMax) are read")
    }
    var metadata: [String: String] = [:]
    for (key, value) in entries { metadata[key] = try value.string() }
    return metadata
  }

  /// The tensors must tile the file from the header's end to its own, without gap or overlap.
  private func checkLayout(of file: MappedFile) throws(OctavoError) {
    var end = range.upperBound
    for entry in entries {
      guard entry.range.lowerBound == end else {
        let kind = entry.range.lowerBound < end ? "overlaps the tensor before it" : "leaves a gap before it"
        throw OctavoError(
          .invalidArgument,
          "\(file.path): \(quoted(entry.name)) starts at byte \(entry.range.lowerBound - range.upperBound) "
            + "of the data and \(kind), which ends at byte \(end - range.upperBound)")
      }
      end = entry.range.upperBound
    }
    guard end == file.byteCount else {
      throw OctavoError(
        .invalidArgument,
        "\(file.path) has \(file.byteCount) bytes, but its header accounts for \(end): copy the file again")
    }
  }
}
