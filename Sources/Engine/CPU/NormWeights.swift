internal import CKernels
internal import Core
internal import Models

/// The weights of an RMSNorm as float32, owned.
final class NormWeights: @unchecked Sendable {
  let values: AlignedBuffer<Float>

  init(_ floats: [Float]) throws(OctavoError) {
    values = try AlignedBuffer(count: floats.count)
    values.base.initialize(from: floats, count: floats.count)
  }
}
