internal import CKernels
internal import Checkpoints
internal import Core
internal import Models
internal import Quantization
internal import Synchronization

/// Brings linear layers from a checkpoint into kernel layout, block by block on all threads, and gives the
/// mapped pages back as it goes.
struct LinearLoader {
  let checkpoint: Checkpoint
  let kernels: Kernels

  /// - Parameter rules: how the inputs of each of `specs` are quantized.
  /// - Throws: INVALID_ARGUMENT for weights that are infinite or not numbers.
  func int8(
    _ specs: [LinearSpec], rules: [OctavoActivationRule], _ pool: borrowing ThreadPool
  ) throws(OctavoError) -> Linear {
    var sections: [Linear.Section] = []
    var start = 0
    while start < specs.count {
      let end = (start..<specs.count).first { !(rules[$0] == rules[start]) } ?? specs.count
      sections.append(.int8(try packInt8(Array(specs[start..<end]), rule: rules[start], pool)))
      start = end
    }
    return Linear(inputChannels: specs[0].inputChannels, sections: sections, columns: Self.columns(specs))
  }

  /// - Parameter format: the type the weights are held in; it must hold every stored weight exactly.
  func float(
    _ specs: [LinearSpec], format: OctavoFloatFormat, _ pool: borrowing ThreadPool
  ) throws(OctavoError) -> Linear {
    let packed = try PackedFloat(Self.joined(specs), format: format, hasBias: specs.contains(where: \.hasBias))
    for (spec, column) in zip(specs, Self.columns(specs)) {
      let firstBlock = column / PackedLinear.outputBlock
      let weight = try tensor(spec)
      if weight.type == .i8 {
        try packDequantized(spec, weight, into: packed, at: firstBlock, pool)
      } else {
        packFloat(spec, weight, into: packed, at: firstBlock, pool)
      }
      weight.releasePages()
      if spec.hasBias { try copyFloats(spec.biasName, to: packed.bias.base + column) }
    }
    return Linear(
      inputChannels: packed.shape.inputChannels, sections: [.float(packed)], columns: Self.columns(specs))
  }

  private func packInt8(
    _ specs: [LinearSpec], rule: OctavoActivationRule, _ pool: borrowing ThreadPool
  ) throws(OctavoError) -> PackedInt8 {
    let packed = try PackedInt8(Self.joined(specs), rule: rule, hasBias: specs.contains(where: \.hasBias))
    for (spec, column) in zip(specs, Self.columns(specs)) {
      let firstBlock = column / PackedLinear.outputBlock
      let weight = try tensor(spec)
      if weight.type == .i8 {
        let scales = try checkpoint.weightScales(of: spec)
        for (n, scale) in scales.enumerated() { packed.scales.base[column + n] = scale }
        packStoredInt8(spec, weight, into: packed, at: firstBlock, pool)
      } else {
        try packQuantized(spec, weight, into: packed, at: firstBlock, pool)
      }
      weight.releasePages()
      if spec.hasBias { try copyFloats(spec.biasName, to: packed.bias.base + column) }
    }
    return packed
  }

  func tensor(_ spec: LinearSpec) throws(OctavoError) -> Tensor {
    let weight = try checkpoint.tensor(spec.weightName)
    precondition(weight.shape == [spec.outputChannels, spec.inputChannels], "an open checkpoint is consistent")
    return weight
  }

  func copyFloats(_ name: String, to destination: UnsafeMutablePointer<Float>) throws(OctavoError) {
    for (index, value) in try checkpoint.tensor(name).floats().enumerated() { destination[index] = value }
  }

  /// Every layer starts at a block.
  private static func columns(_ specs: [LinearSpec]) -> [Int] {
    var columns = [0]
    for spec in specs.dropLast() { columns.append(columns.last! + PackedLinear(spec).paddedOutputChannels) }
    return columns
  }

  private static func joined(_ specs: [LinearSpec]) -> PackedLinear {
    PackedLinear(
      inputChannels: specs[0].inputChannels,
      outputChannels: specs.reduce(0) { $0 + PackedLinear($1).paddedOutputChannels })
  }
}
