import Core
import JSON

/// The safetensors files of a checkpoint and where each tensor is: one `model.safetensors`, or the shards
/// that `model.safetensors.index.json` lists.
struct CheckpointShards {
  static let fileName = "model.safetensors"
  static let indexName = "model.safetensors.index.json"
  static let shardsMax = 1_024
  static let tensorsMax = 1 << 18
  private static let indexLimits = JSONLimits(bytesMax: 64 << 20, depthMax: 4, entriesMax: 1 << 20)

  private(set) var files: [SafetensorsFile] = []
  private(set) var places: [String: TensorPlace] = [:]

  /// - Throws: NOT_FOUND without files; INVALID_ARGUMENT for an index that leaves the directory or disagrees
  ///   with its shards; as ``SafetensorsFile``.
  init(directory: String) throws(OctavoError) {
    let index = directory + "/" + Self.indexName
    let single = directory + "/" + Self.fileName
    guard !SmallFile.exists(single), SmallFile.exists(index) else {
      try add(SafetensorsFile(path: single))
      return
    }
    let bytes = try SmallFile.read(index, bytesMax: Self.indexLimits.bytesMax)
    let root = JSONField(try JSON.parse(bytes, source: index, limits: Self.indexLimits), source: index)
    try add(shardsOf: root["weight_map"], directory: directory)
  }

  private mutating func add(shardsOf map: JSONField, directory: String) throws(OctavoError) {
    var shardOf: [String: String] = [:]
    for (name, field) in try map.entries() {
      let shard = try field.string()
      guard Self.isFileName(shard) else {
        throw field.mismatch("a shard is a .safetensors file beside the index")
      }
      shardOf[name] = shard
    }
    let shards = Set(shardOf.values).sorted()
    guard shards.count <= Self.shardsMax else {
      throw OctavoError(
        .resourceExhausted, "\(map.place) names \(shards.count) files: at most \(Self.shardsMax) are read")
    }
    for shard in shards { try add(SafetensorsFile(path: directory + "/" + shard)) }
    try check(shardOf, shards, map)
  }

  private mutating func add(_ file: SafetensorsFile) throws(OctavoError) {
    guard places.count + file.header.entries.count <= Self.tensorsMax else {
      throw OctavoError(
        .resourceExhausted, "\(file.file.path): with it there are more than \(Self.tensorsMax) tensors")
    }
    for (entry, tensor) in file.header.entries.enumerated() {
      let place = TensorPlace(file: files.count, entry: entry)
      if let other = places.updateValue(place, forKey: tensor.name) {
        let first = other.file < files.count ? files[other.file].file.path : file.file.path
        throw OctavoError(
          .invalidArgument, "\(quoted(tensor.name)) stands in \(first) and in \(file.file.path): keep one")
      }
    }
    files.append(file)
  }

  /// The map and the shards must list the same tensors.
  private func check(
    _ shardOf: [String: String], _ shards: [String], _ map: JSONField
  ) throws(OctavoError) {
    for (name, shard) in shardOf.sorted(by: { $0.key < $1.key }) {
      guard let place = places[name], shards[place.file] == shard else {
        throw OctavoError(.invalidArgument, "\(map.place): \(quoted(name)) is not in \(quoted(shard))")
      }
    }
    for name in places.keys.sorted() where shardOf[name] == nil {
      throw OctavoError(.invalidArgument, "\(map.place) does not list \(quoted(name)), which a shard holds")
    }
  }

  private static func isFileName(_ name: String) -> Bool {
    name.utf8.count <= 255 && name.hasSuffix(".safetensors") && !name.hasPrefix(".")
      && name.utf8.allSatisfy { $0 != UInt8(ascii: "/") && $0 >= 0x20 && $0 != 0x7F }
  }
}
