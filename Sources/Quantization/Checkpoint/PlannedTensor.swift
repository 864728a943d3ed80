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
    linear = source.architecture.linear(of: spec)
    if let linear {
      layouts = [
        TensorLayout(name: linear.weightName, type: .i8, shape: spec.shape),
        TensorLayout(name: linear.scaleName, type: .bf16, shape: [linear.outputChannels, 1]),
      ]
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

extension Architecture {
  /// The linear layer whose weight `spec` is; `nil` for other tensors and for the head, which stays as it is.
  fileprivate func linear(of spec: TensorSpec) -> LinearSpec? {
    guard case .linear(let kind) = spec.role else { return nil }
    let module = String(spec.name.dropLast(".weight".count))
    return LinearSpec(
      name: module, kind: kind, inputChannels: spec.shape[1], outputChannels: spec.shape[0], hasBias: false)
  }
}
