internal import CKernels
internal import Core
internal import Models

/// A float linear layer in kernel layout, owned.
final class PackedFloat: @unchecked Sendable {
  let shape: PackedLinear
  let format: OctavoFloatFormat
  let weights: AlignedBuffer<UInt8>
  let bias: AlignedBuffer<Float>
  let hasBias: Bool

  /// Weights are for the caller to fill, block by block; biases are 0.
  init(_ shape: PackedLinear, format: OctavoFloatFormat, hasBias: Bool) throws(OctavoError) {
    self.shape = shape
    self.format = format
    self.hasBias = hasBias
    weights = try AlignedBuffer(count: shape.floatBytes(bytesPerElement: format.bytesPerElement))
    bias = try AlignedBuffer(repeating: 0, count: hasBias ? shape.paddedOutputChannels : 0)
  }

  var blockCount: Int { shape.paddedOutputChannels / PackedLinear.outputBlock }

  /// Writes up to 64 rows in the layer's format, row-major without gaps, as one block.
  func pack(block: Int, rows: UnsafeRawPointer, rowCount: Int) {
    let bytes = format.bytesPerElement
    octavo_pack_float_block(
      rows, rowCount, shape.inputChannels * bytes, shape.inputChannels, bytes,
      weights.base + block * PackedLinear.outputBlock * shape.inputChannels * bytes)
  }

  var layout: OctavoPackedFloat {
    OctavoPackedFloat(
      input_channels: shape.inputChannels, blocks: blockCount, format: format, weights: weights.base,
      bias: hasBias ? UnsafePointer(bias.base) : nil)
  }
}

extension OctavoFloatFormat {
  var bytesPerElement: Int { self == OCTAVO_FLOAT32 ? 4 : 2 }
}
