internal import Checkpoints
package import Core
package import Models
internal import Quantization

/// Writes a checkpoint of a model's shape with random weights.
///
/// Weights are near normal with a deviation of 0.02, as models are initialized; biases likewise; norms are 1.
package struct CheckpointSynthesizer {
  /// Bytes asked for beyond the tensors: header, configuration, tokenizer.
  private static let spareBytes = 64 << 20
  private static let standardDeviation = 0.02

  private let model: PublicModel
  private let options: SynthesisOptions
  private let destination: String
  private let tensors: [SyntheticTensor]

  /// - Parameters:
  ///   - model: what to imitate.
  ///   - destination: the directory to make; its last component becomes the model's name.
  /// - Throws: INVALID_ARGUMENT for more layers than the model has, and for a destination that cannot be a
  ///   model's name; ALREADY_EXISTS if there is anything at the destination; NOT_FOUND without a directory to
  ///   hold it; RESOURCE_EXHAUSTED, with the bytes missing, if the file system is too full.
  package init(_ model: PublicModel, _ options: SynthesisOptions, to destination: String) throws(OctavoError) {
    var model = model
    if let count = options.layerCount {
      let most = model.architecture.layerCount
      guard (1...most).contains(count) else {
        throw .invalid("layers", "\(count)", "\(model.name) has \(most): give 1 to \(most)")
      }
      model.architecture.layerCount = count
    }
    let architecture = model.architecture
    self.model = model
    self.options = options
    self.destination = destination
    tensors = architecture.tensors(of: architecture.wholeRange).map {
      SyntheticTensor($0, in: architecture, isQuantized: options.isQuantized)
    }
    let wanted = tensors.reduce(Self.spareBytes) { $0 + $1.byteCount }
    try DestinationDirectory(destination).requireFreeBytes(wanted)
  }

  /// Makes and writes everything.
  ///
  /// - Parameter progress: called now and then with the weights written, all there are, and a tensor's name.
  /// - Returns: bytes of all tensors.
  /// - Throws: ALREADY_EXISTS if the destination has appeared meanwhile; what the system says when writing
  ///   fails. Nothing is left behind then.
  package func run(
    progress: (_ done: Int, _ total: Int, _ tensor: String) -> Void = { _, _, _ in }
  ) throws(OctavoError) -> ByteCount {
    let directory = try DestinationDirectory(destination).makeTemporary()
    for (name, text) in try SyntheticFiles(model, isQuantized: options.isQuantized).texts() {
      try directory.write(Array(text.utf8), to: name)
    }
    var writer = try SafetensorsWriter(
      path: directory.path + "/model.safetensors", tensors: tensors.flatMap(\.layouts), metadata: [("format", "pt")])
    let table = NormalTable(standardDeviation: Self.standardDeviation)
    let total = model.architecture.parameterCount
    var done = 0
    for tensor in tensors {
      let generator = TensorGenerator(tensor.spec, seed: options.seed, table)
      try tensor.write(generator, to: &writer) { progress(done + $0, total, tensor.spec.name) }
      done += tensor.spec.elementCount
    }
    try writer.finish()
    try directory.keep()
    return ByteCount(tensors.reduce(0) { $0 + $1.byteCount })
  }
}
