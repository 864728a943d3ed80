package import CKernels
package import Checkpoints

extension OctavoFloatFormat {
  /// - Precondition: `type` is a float type.
  package init(_ type: ElementType) {
    switch type {
    case .f32: self = OCTAVO_FLOAT32
    case .f16: self = OCTAVO_FLOAT16
    case .bf16: self = OCTAVO_BFLOAT16
    case .i8: preconditionFailure("int8 weights are no floats")
    }
  }
}
