package import Checkpoints
package import Core
internal import Models

/// Rewrites a checkpoint with float weights as an int8 one in compressed-tensors' `int-quantized` layout.
///
/// Every linear layer inside the transformer's layers becomes `weight` int8 and `weight_scale` bfloat16
/// `[outputs, 1]`; embedding, norms, biases and head stay as they are stored. The destination appears whole or
/// not at all: everything is written in a directory beside it, which is then renamed.
package struct CheckpointQuantizer {
  /// Bytes asked for beyond the tensors: header, configuration, tokenizer.
  private static let spareBytes = 64 << 20

  private let source: Checkpoint
  private let destination: String

  /// - Parameter destination: the directory to make; its last component becomes the model's name.
  /// - Throws: FAILED_PRECONDITION if the source is quantized already; ALREADY_EXISTS if there is anything at
  ///   the destination; NOT_FOUND without a directory to hold it; INVALID_ARGUMENT if it cannot be a model's
  ///   name; RESOURCE_EXHAUSTED, with the bytes missing, if the file system is too full.
  package init(_ source: Checkpoint, to destination: String) throws(OctavoError) {
    guard source.quantization == .none else {
      throw OctavoError(
        .failedPrecondition, "\(source.directory) is quantized already: start from the checkpoint it was made of")
    }
    self.source = source
    self.destination = destination
    let place = try DestinationDirectory(destination)
    let wanted = Self.plannedTensors(source).reduce(Self.spareBytes) { $0 + $1.byteCount }
    try place.requireFreeBytes(wanted)
  }

  /// Quantizes and writes.
  ///
  /// - Parameter progress: called after each tensor with the tensors written, all there are, and the name.
  /// - Returns: the error of every layer that was quantized, in the order of the forward pass.
  /// - Throws: INVALID_ARGUMENT for weights that are not finite; ALREADY_EXISTS if the destination has appeared
  ///   meanwhile; what the system says when writing fails. Nothing is left behind then.
  package func run(
    progress: (_ done: Int, _ total: Int, _ tensor: String) -> Void = { _, _, _ in }
  ) throws(OctavoError) -> QuantizationReport {
    let directory = try DestinationDirectory(destination).makeTemporary()
    var report = QuantizationReport()
    report.sourceBytes = try sourceBytes()
    let planned = Self.plannedTensors(source)
    var writer = try SafetensorsWriter(
      path: directory.path + "/model.safetensors", tensors: planned.flatMap(\.layouts), metadata: [("format", "pt")])
    for (index, tensor) in planned.enumerated() {
      try tensor.write(from: source, to: &writer, &report)
      progress(index + 1, planned.count, tensor.name)
    }
    try writer.finish()
    report.writtenBytes = planned.reduce(0) { $0 + $1.byteCount }
    try QuantizedConfiguration(source).write(to: directory)
    for name in CopiedFiles.names { try directory.copy(name, from: source.directory) }
    try directory.keep()
    return report
  }

  private static func plannedTensors(_ source: Checkpoint) -> [PlannedTensor] {
    source.architecture.tensors(of: source.architecture.wholeRange).map { PlannedTensor($0, source) }
  }

  private func sourceBytes() throws(OctavoError) -> Int {
    var sum = 0
    for spec in source.architecture.tensors(of: source.architecture.wholeRange) {
      sum += try source.tensor(spec.name).byteCount
    }
    return sum
  }
}
