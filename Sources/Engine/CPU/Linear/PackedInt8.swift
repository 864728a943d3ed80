internal import CKernels
internal import Core
internal import Models

/// An int8 linear layer in kernel layout, owned.
final class PackedInt8: @unchecked Sendable {
  let shape: PackedLinear
  let rule: OctavoActivationRule
  let weights: AlignedBuffer<UInt8>
  /// One of the two is empty, as the rule makes a row many groups or one.
  let groupSums: AlignedBuffer<Int16>
  let channelSums: AlignedBuffer<Int32>
  let scales: AlignedBuffer<Float>
  let bias: AlignedBuffer<Float>
  let hasBias: Bool

  /// Weights and sums are for the caller to fill, block by block; scales and biases are 0.
  ///
  /// - Parameter shape: output channels are padded already, block after block of one or more layers.
  init(_ shape: PackedLinear, rule: OctavoActivationRule, hasBias: Bool) throws(OctavoError) {
    self.shape = shape
    self.rule = rule
    self.hasBias = hasBias
    weights = try AlignedBuffer(count: shape.int8Bytes)
    let outputs = shape.paddedOutputChannels
    groupSums = try AlignedBuffer(count: rule.isGrouped ? outputs * shape.groupCount : 0)
    channelSums = try AlignedBuffer(count: rule.isGrouped ? 0 : outputs)
    scales = try AlignedBuffer(repeating: 0, count: outputs)
    bias = try AlignedBuffer(repeating: 0, count: hasBias ? outputs : 0)
  }

  var blockCount: Int { shape.paddedOutputChannels / PackedLinear.outputBlock }

  /// Writes up to 64 rows of weights, row-major without gaps, as one block.
  func pack(block: Int, rows: UnsafePointer<Int8>, rowCount: Int, _ kernels: Kernels) {
    let block64 = block * PackedLinear.outputBlock
    kernels.table.pointee.pack_int8_block(
      rows, rowCount, shape.inputChannels, shape.inputChannels,
      weights.base + block64 * shape.paddedInputChannels,
      rule.isGrouped ? groupSums.base + block64 * shape.groupCount : nil,
      rule.isGrouped ? nil : channelSums.base + block64)
  }

  var layout: OctavoPackedInt8 {
    OctavoPackedInt8(
      input_channels: shape.inputChannels, blocks: blockCount,
      group_channels: rule.isGrouped ? Limits.activationGroup : shape.inputChannels, weights: weights.base,
      group_sums: rule.isGrouped ? UnsafePointer(groupSums.base) : nil,
      channel_sums: rule.isGrouped ? nil : UnsafePointer(channelSums.base), scales: scales.base,
      bias: hasBias ? UnsafePointer(bias.base) : nil)
  }
}

extension OctavoActivationRule {
  /// Octavo's own rule: affine, per token and group of 128 channels.
  static var affineGroups: Self { Self(kind: OCTAVO_ACTIVATION_AFFINE_GROUPS, scale: 0, zero: 0) }

  var isGrouped: Bool { kind == OCTAVO_ACTIVATION_AFFINE_GROUPS }

  static func == (left: Self, right: Self) -> Bool {
    left.kind == right.kind && left.scale == right.scale && left.zero == right.zero
  }
}
