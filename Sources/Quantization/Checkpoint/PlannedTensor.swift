internal import Checkpoints
internal import Core
internal import Models

/// One tensor of the source, and what it becomes.
struct PlannedTensor {
  let name: String
  let layouts: [TensorLayout]
  private let spec: TensorSpec
  private let linear: LinearSpec?

  init(_ spec: TensorSpec, _ source: Checkpoint) {
    self.spec = spec
    name = spec.name
    linear = source.architecture.quantizedLinear(of: spec)
    if let linear {
      layouts = linear.quantizedLayouts
    } else {
      // An open checkpoint has every tensor of its architecture.
      let type = (try? source.tensor(spec.name).type) ?? .f32
      layouts = [TensorLayout(name: spec.name, type: type, shape: spec.shape)]
    }
  }

  var byteCount: Int {
    layouts.reduce(0) { $0 + $1.shape.reduce($1.type.bytesPerElement, *) }
  }

  /// Writes the tensor, quantized if it is a linear layer's weight, and gives the source's pages back.
  func write(
    from source: Checkpoint, to writer: inout SafetensorsWriter, _ report: inout QuantizationReport
  ) throws(OctavoError) {
    let tensor = try source.tensor(name)
    defer { tensor.releasePages() }
    if let linear {
      let quantizer = TensorQuantizer(tensor, linear)
      report.layers.append(try quantizer.write(to: &writer))
    } else {
      var failure: OctavoError?
      tensor.withBytes { bytes in
        do throws(OctavoError) { try writer.append(bytes, to: name) } catch { failure = error }
      }
      if let failure { throw failure }
    }
  }
}
