package import Core

extension Tensor {
  /// All elements as float32, exactly; for tensors small enough to be held twice, such as norms and scales.
  ///
  /// - Throws: FAILED_PRECONDITION for an integer tensor.
  package func floats() throws(OctavoError) -> [Float] {
    switch type {
    case .f32: return elements { Float(bitPattern: UInt32(littleEndian: $0)) }
    case .f16: return elements { Float(Float16(bitPattern: UInt16(littleEndian: $0))) }
    case .bf16: return elements { Float(bitPattern: UInt32(UInt16(littleEndian: $0)) << 16) }
    case .i8:
      throw OctavoError(.failedPrecondition, "\(quoted(name)) has the element type I8: floats are needed")
    }
  }

  private func elements<Bits: FixedWidthInteger & BitwiseCopyable>(_ widen: (Bits) -> Float) -> [Float] {
    withBytes { bytes in
      (0..<elementCount).map {
        widen(bytes.unsafeLoadUnaligned(fromByteOffset: $0 * MemoryLayout<Bits>.size, as: Bits.self))
      }
    }
  }
}
