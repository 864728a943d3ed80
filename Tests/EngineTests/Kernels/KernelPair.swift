import CKernels
import TestSupport

/// The specification and every implementation that runs on this machine.
enum KernelPair {
  static var portable: OctavoKernels { octavo_kernels_portable()!.pointee }

  /// Named, so that a failure says which.
  static var others: [OctavoKernels] {
    [octavo_kernels_avx2(), octavo_kernels_avx512vnni()].compactMap { $0?.pointee }
  }
}

/// Values that break careless kernels: zeros of both signs, subnormals, extremes.
let hardFloats: [Float] = [
  0, -0.0, 0x1p-149, -0x1p-149, 0x1.04p-128, -0x1p-126, 1, -1, 127.5, 1e-20, -1e20, 1e30, -3e38, 3.4e38, 65504, 65520,
  0.333, 2.9802322e-08, 6e-8, 1e-7,
]

extension SeededGenerator {
  /// Mostly ordinary values, some hard ones.
  mutating func mixedFloats(_ count: Int, hardShare: Double = 0.1) -> [Float] {
    (0..<count).map { _ in
      Double.random(in: 0..<1, using: &self) < hardShare
        ? hardFloats.randomElement(using: &self)! : Float.random(in: -4...4, using: &self)
    }
  }
}

extension Array where Element == Float {
  /// Bits, with every NaN as one.
  var bits: [UInt32] { map { $0.isNaN ? 0x7fc0_0000 : $0.bitPattern } }
}
