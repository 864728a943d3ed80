import Core

/// Bytes of a linear layer in the kernels' layout: blocks of 64 output channels, four input channels
/// interleaved, so both dimensions are padded.
package struct PackedLinear: Sendable, Hashable {
  /// Output channels of one block.
  package static let outputBlock = 64
  /// Input channels that one instruction multiplies and sums.
  package static let inputBlock = 4

  package var inputChannels: Int
  package var outputChannels: Int

  package init(inputChannels: Int, outputChannels: Int) {
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
  }

  package init(_ linear: LinearSpec) {
    self.init(inputChannels: linear.inputChannels, outputChannels: linear.outputChannels)
  }

  package var paddedOutputChannels: Int { outputChannels.roundedUp(toMultipleOf: Self.outputBlock) }
  package var paddedInputChannels: Int { inputChannels.roundedUp(toMultipleOf: Self.inputBlock) }
  /// Groups of input channels that share an activation scale.
  package var groupCount: Int {
    inputChannels.roundedUp(toMultipleOf: Limits.activationGroup) / Limits.activationGroup
  }

  /// Bytes from one row of quantized inputs to the next: an odd number of cache lines, since rows a power of two apart
  /// would share a few sets of the cache.
  package var valueStrideBytes: Int { (inputChannels.roundedUp(toMultipleOf: 64) / 64 | 1) * 64 }

  /// Weights as int8.
  package var int8Bytes: Int { paddedOutputChannels * paddedInputChannels }
  /// One float32 scale an output channel.
  package var scaleBytes: Int { paddedOutputChannels * 4 }
  /// One int16 sum of weights an output channel and group of input channels.
  package var groupSumBytes: Int { paddedOutputChannels * groupCount * 2 }
  /// One float32 an output channel.
  package var biasBytes: Int { paddedOutputChannels * 4 }

  /// Weights unquantized: output channels padded, input channels not.
  ///
  /// - Parameter bytesPerElement: 4 for float32, 2 for a head held as it is stored.
  package func floatBytes(bytesPerElement: Int) -> Int {
    paddedOutputChannels * inputChannels * bytesPerElement
  }
}

extension Int {
  /// For sizes: not negative, and far from the largest integer.
  func roundedUp(toMultipleOf unit: Int) -> Int { (self + unit - 1) / unit * unit }
}
