package import Core
package import Models

/// An opened checkpoint: a configuration and tensors that agree with each other.
package struct Checkpoint: Sendable {
  /// The name of the directory.
  package let name: ModelName
  package let directory: String
  package let architecture: Architecture
  package let quantization: WeightFormat
  /// config.json as it was read.
  package let configuration: [UInt8]
  let files: [SafetensorsFile]
  let places: [String: TensorPlace]

  /// Opens the checkpoint in `directory`: maps its files and checks every header and tensor against
  /// config.json. Reads no weights.
  ///
  /// - Throws: NOT_FOUND, PERMISSION_DENIED for files that cannot be opened; INVALID_ARGUMENT for what is
  ///   malformed or contradicts the configuration; UNIMPLEMENTED for what is not built; RESOURCE_EXHAUSTED
  ///   past a limit.
  package static func open(_ directory: String) throws(OctavoError) -> Checkpoint {
    let directory = try CheckpointDirectory(directory)
    let configuration = try HuggingFaceConfiguration(directory: directory.path)
    let shards = try CheckpointShards(directory: directory.path)
    let checkpoint = Checkpoint(
      name: directory.name, directory: directory.path, architecture: configuration.architecture,
      quantization: configuration.weights, configuration: configuration.bytes, files: shards.files,
      places: shards.places)
    try checkpoint.checkTensors()
    return checkpoint
  }

  /// Names of all tensors in the files, ascending.
  package var tensorNames: [String] { places.keys.sorted() }

  package func contains(_ name: String) -> Bool { places[name] != nil }

  /// - Throws: NOT_FOUND for a name no file has; UNIMPLEMENTED for an element type that cannot be read.
  package func tensor(_ name: String) throws(OctavoError) -> Tensor {
    guard let place = places[name] else {
      throw OctavoError(.notFound, "\(directory) has no tensor \(quoted(name))")
    }
    let file = files[place.file]
    return try Tensor(file.header.entries[place.entry], in: file.file)
  }
}
