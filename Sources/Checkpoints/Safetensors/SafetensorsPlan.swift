import Core
import JSON

/// Where each tensor of a file to be written goes, known before the first byte is.
struct SafetensorsPlan {
  private static let placeholder = String(repeating: "0", count: 64)
  private static let alignment = 8

  private(set) var entries: [SafetensorsHeader.Entry] = []
  private var places: [String: Int] = [:]
  private let metadata: [(key: String, value: String)]
  private let path: String

  /// Larger elements first, so that every tensor is aligned for its type.
  init(
    _ tensors: [TensorLayout], metadata: [(key: String, value: String)], path: String
  ) throws(OctavoError) {
    guard tensors.count <= SafetensorsHeader.tensorsMax else {
      throw OctavoError(
        .resourceExhausted, "\(path): \(tensors.count) tensors: at most \(SafetensorsHeader.tensorsMax) fit a file")
    }
    self.metadata = metadata
    self.path = path
    var end = 0
    for bytesPerElement in [4, 2, 1] {
      for tensor in tensors where tensor.type.bytesPerElement == bytesPerElement {
        try add(tensor, at: &end)
      }
    }
    let start = try header(hashes: [:]).count
    for index in entries.indices {
      let range = entries[index].range
      entries[index].range = start + range.lowerBound..<start + range.upperBound
    }
  }

  func entry(_ name: String) -> SafetensorsHeader.Entry? { places[name].map { entries[$0] } }

  /// The length and the JSON, padded with spaces; as long with hashes as without.
  func header(hashes: [String: String]) throws(OctavoError) -> [UInt8] {
    let dataStart = entries.first?.range.lowerBound ?? 0
    var root = JSON.Object()
    root["__metadata__"] = .object(try metadata(hashes: hashes))
    for entry in entries {
      root[entry.name] = .object([
        "dtype": .string(entry.type.name), "shape": .array(entry.shape.map(JSON.integer)),
        "data_offsets": [
          .integer(entry.range.lowerBound - dataStart), .integer(entry.range.upperBound - dataStart),
        ],
      ])
    }
    var text = Array(try JSON.object(root).text().utf8)
    while !text.count.isMultiple(of: Self.alignment) { text.append(UInt8(ascii: " ")) }
    guard text.count <= SafetensorsHeader.bytesMax else {
      throw OctavoError(
        .resourceExhausted, "\(path): a header of \(text.count) bytes: at most \(SafetensorsHeader.bytesMax) are read")
    }
    return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
  }

  private func metadata(hashes: [String: String]) throws(OctavoError) -> JSON.Object {
    var members = JSON.Object()
    let hashed = entries.map { (TensorHashes.key(of: $0.name), hashes[$0.name] ?? Self.placeholder) }
    for (key, value) in metadata + hashed {
      guard members.insert(key, .string(value)) else {
        throw OctavoError(.invalidArgument, "\(path): the metadata key \(quoted(key)) stands twice")
      }
    }
    return members
  }

  private mutating func add(_ tensor: TensorLayout, at end: inout Int) throws(OctavoError) {
    guard (1...SafetensorsHeader.nameBytesMax).contains(tensor.name.utf8.count), tensor.name != "__metadata__" else {
      throw .invalid("\(path): tensor name", quoted(tensor.name), "it cannot be written")
    }
    guard places.updateValue(entries.count, forKey: tensor.name) == nil else {
      throw OctavoError(.invalidArgument, "\(path): \(quoted(tensor.name)) is announced twice")
    }
    guard tensor.shape.allSatisfy({ $0 > 0 }), tensor.shape.count <= SafetensorsHeader.dimensionsMax else {
      throw .invalid("\(path): shape of \(quoted(tensor.name))", "\(tensor.shape)", "it cannot be written")
    }
    let type = StoredType(name: tensor.type.rawValue)!
    let byteCount = try SafetensorsHeader.Entry.byteCount(type, tensor.shape, "\(path): \(quoted(tensor.name))")
    let (sum, overflow) = end.addingReportingOverflow(byteCount)
    guard !overflow else { throw .invalid("\(path): bytes of all tensors", "past 64 bits", "write fewer") }
    entries.append(.init(name: tensor.name, type: type, shape: tensor.shape, range: end..<sum))
    end = sum
  }
}
