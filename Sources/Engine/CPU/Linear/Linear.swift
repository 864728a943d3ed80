internal import CKernels
internal import Core
internal import Models

/// Linear layers with the same inputs, run as one: their outputs stand side by side in a row, each from a
/// multiple of 64 columns on.
final class Linear: Sendable {
  /// Layers of one kind of arithmetic, adjacent in the row of outputs.
  enum Section: Sendable {
    case int8(PackedInt8)
    case float(PackedFloat)
  }

  let inputChannels: Int
  let sections: [Section]
  /// The first column of each layer's outputs, in the order in which they were given.
  let columns: [Int]
  /// Columns of a row of outputs, padding included.
  let width: Int

  init(inputChannels: Int, sections: [Section], columns: [Int]) {
    self.inputChannels = inputChannels
    self.sections = sections
    self.columns = columns
    width = sections.reduce(0) { $0 + $1.blockCount * PackedLinear.outputBlock }
  }

  /// The rule by which the first section's inputs are quantized; `nil` if they are not.
  var firstRule: OctavoActivationRule? {
    guard case .int8(let packed) = sections[0] else { return nil }
    return packed.rule
  }
}

extension Linear {
  /// The layer's only section, if its inputs are quantized in groups of 128.
  var onlyGrouped: PackedInt8? {
    guard sections.count == 1, case .int8(let packed) = sections[0], packed.rule.isGrouped else { return nil }
    return packed
  }
}

extension Linear.Section {
  var blockCount: Int {
    switch self {
    case .int8(let packed): packed.blockCount
    case .float(let packed): packed.blockCount
    }
  }
}
