internal import Checkpoints
internal import Core
internal import Models
internal import Quantization

/// One tensor of a checkpoint to be made, and what it is stored as.
struct SyntheticTensor {
  /// Weights that are held at once, unless one row has more.
  private static let weightsAtOnce = 1 << 18

  let spec: TensorSpec
  let layouts: [TensorLayout]
  /// The linear layer whose weight is to be quantized.
  private let linear: LinearSpec?

  init(_ spec: TensorSpec, in architecture: Architecture, isQuantized: Bool) {
    self.spec = spec
    linear = isQuantized ? architecture.quantizedLinear(of: spec) : nil
    layouts = linear?.quantizedLayouts ?? [TensorLayout(name: spec.name, type: .bf16, shape: spec.shape)]
  }

  var byteCount: Int { layouts.reduce(0) { $0 + $1.shape.reduce($1.type.bytesPerElement, *) } }

  /// - Parameter progress: called with the weights of this tensor that are written.
  func write(
    _ generator: TensorGenerator, to writer: inout SafetensorsWriter, progress: (Int) -> Void
  ) throws(OctavoError) {
    let quantizer = BFloat16RowQuantizer()
    var (integers, scales): ([Int8], [UInt16]) = ([], [])
    let rowsAtOnce = max(1, Self.weightsAtOnce / generator.channels)
    for first in stride(from: 0, to: generator.rowCount, by: rowsAtOnce) {
      let rows = first..<min(first + rowsAtOnce, generator.rowCount)
      let bits = generator.bits(ofRows: rows)
      if linear == nil {
        try writer.append(elements: bits, to: spec.name)
      } else {
        // The table holds finite weights only.
        let isFinite = quantizer.quantize(
          bits, channels: generator.channels, into: &integers, appendingTo: &scales)
        precondition(isFinite)
        try writer.append(elements: integers, to: spec.name)
      }
      progress(rows.upperBound * generator.channels)
    }
    if let linear { try writer.append(elements: scales, to: linear.scaleName) }
  }
}
