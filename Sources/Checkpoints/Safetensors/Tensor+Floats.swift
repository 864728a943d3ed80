package import Core

extension Tensor {
  /// All elements as float32, exactly; for tensors small enough to be held twice, such as norms and scales.
  ///
  /// - Throws: FAILED_PRECONDITION for an integer tensor.
  package func floats() throws(OctavoError) -> [Float] {
    let count = elementCount
    switch type {
    case .f32:
      return withBytes { bytes in
        (0..<count).map {
          Float(bitPattern: UInt32(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
        }
      }
    case .f16:
      return withBytes { bytes in
        (0..<count).map {
          Float(
            Float16(
              bitPattern: UInt16(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self))))
        }
      }
    case .bf16:
      return withBytes { bytes in
        (0..<count).map {
          Float(
            bitPattern: UInt32(UInt16(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self)))
              << 16)
        }
      }
    case .i8:
      throw OctavoError(.failedPrecondition, "\(quoted(name)) has the element type I8: floats are needed")
    }
  }
}
