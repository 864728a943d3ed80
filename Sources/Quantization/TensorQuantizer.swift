internal import CKernels
internal import Checkpoints
internal import Core
internal import Models

/// Quantizes one stored weight, some rows at a time, and measures what that costs.
struct TensorQuantizer {
  /// Rows held at once.
  private static let rowsAtOnce = 64

  private let tensor: Tensor
  private let linear: LinearSpec
  private let kernels: UnsafePointer<OctavoKernels> = octavo_kernels_automatic()
  private var channels: Int { linear.inputChannels }

  init(_ tensor: Tensor, _ linear: LinearSpec) {
    self.tensor = tensor
    self.linear = linear
  }

  /// Writes the weight's integers and then its scales.
  ///
  /// - Throws: INVALID_ARGUMENT for weights that are infinite or not numbers.
  func write(to writer: inout SafetensorsWriter) throws(OctavoError) -> LinearError {
    var error = LinearError(name: linear.name, weightCount: linear.weightCount)
    var scales: [UInt16] = []
    var floats = [Float](repeating: 0, count: channels)
    var integers = [Int8](repeating: 0, count: min(Self.rowsAtOnce, linear.outputChannels) * channels)
    for first in stride(from: 0, to: linear.outputChannels, by: Self.rowsAtOnce) {
      let rows = first..<min(first + Self.rowsAtOnce, linear.outputChannels)
      for row in rows {
        widen(row, into: &floats)
        let scale = try quantize(row, floats, into: &integers, at: (row - first) * channels)
        scales.append(UInt16(scale.bitPattern >> 16).littleEndian)
        error.add(floats, integers[(row - first) * channels..<(row - first + 1) * channels], scale)
      }
      try writer.append(integers.span.extracting(0..<rows.count * channels).bytes, to: linear.weightName)
    }
    try writer.append(scales.span.bytes, to: linear.scaleName)
    return error
  }

  private func widen(_ row: Int, into floats: inout [Float]) {
    let format = OctavoFloatFormat(tensor.type)
    tensor.withBytes { bytes in
      bytes.withUnsafeBytes {
        kernels.pointee.widen(format, $0.baseAddress! + row * tensor.rowBytes, channels, &floats)
      }
    }
  }

  private func quantize(
    _ row: Int, _ floats: [Float], into integers: inout [Int8], at start: Int
  ) throws(OctavoError) -> Float {
    let scale = integers.withUnsafeMutableBufferPointer {
      WeightQuantizer(kernels: kernels).quantize(floats, count: channels, into: $0.baseAddress! + start)
    }
    guard let scale else {
      throw .invalid("\(quoted(linear.weightName)) row \(row)", "not finite", "its weights cannot be quantized")
    }
    return scale
  }
}

extension LinearError {
  fileprivate mutating func add(_ weights: [Float], _ integers: ArraySlice<Int8>, _ scale: Float) {
    for (weight, integer) in zip(weights, integers) {
      let difference = abs(weight - Float(integer) * scale)
      signal += Double(weight) * Double(weight)
      noise += Double(difference) * Double(difference)
      errorMax = max(errorMax, difference)
    }
  }
}
