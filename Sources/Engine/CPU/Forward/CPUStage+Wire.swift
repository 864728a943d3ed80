internal import CKernels
internal import Core
internal import Models

/// How rows pass from stage to stage.
extension CPUStage {
  /// The residual stream's first `rows` rows, for the next stage.
  func send(rows: Int) -> [UInt8] {
    let byteCount = rows * wire.bytes(hiddenSize: architecture.hiddenSize)
    return Array(unsafeUninitializedCapacity: byteCount) { buffer, count in
      let bytes = UnsafeMutableRawPointer(buffer.baseAddress!)
      switch wire {
      case .exact: copyRows(rows, to: bytes)
      case .int8: quantizeRows(rows, to: bytes)
      }
      count = byteCount
    }
  }

  /// Takes `rows` rows that were checked over into the residual stream.
  func receive(_ activations: RawSpan, rows: Int) {
    activations.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return }
      switch wire {
      case .exact: copyRows(rows, from: start)
      case .int8: widenRows(rows, from: start)
      }
    }
  }

  /// Whether all of `rows` rows, of the right number of bytes, are finite. The bytes may lie at any address.
  func areFinite(_ activations: RawSpan, rows: Int) -> Bool {
    activations.withUnsafeBytes { bytes in
      switch wire {
      case .exact:
        return kernels.table.pointee.all_finite(
          bytes.baseAddress!.assumingMemoryBound(to: Float.self), bytes.count / 4) != 0
      case .int8:
        let layout = WireRows(rows: rows, channels: architecture.hiddenSize)
        return (0..<rows * layout.groupCount).allSatisfy { index in
          let scale = bytes.loadUnaligned(fromByteOffset: layout.scalesOffset + 4 * index, as: Float.self)
          return scale >= 0 && (scale * 255).isFinite
        }
      }
    }
  }

  private func copyRows(_ rows: Int, to bytes: UnsafeMutableRawPointer) {
    let rowBytes = 4 * architecture.hiddenSize
    for row in 0..<rows {
      (bytes + row * rowBytes).copyMemory(
        from: workspace.residual.base + row * workspace.strides.hidden, byteCount: rowBytes)
    }
  }

  private func copyRows(_ rows: Int, from bytes: UnsafeRawPointer) {
    let rowBytes = 4 * architecture.hiddenSize
    for row in 0..<rows {
      UnsafeMutableRawPointer(workspace.residual.base + row * workspace.strides.hidden).copyMemory(
        from: bytes + row * rowBytes, byteCount: rowBytes)
    }
  }

  private func quantizeRows(_ rows: Int, to bytes: UnsafeMutableRawPointer) {
    let channels = architecture.hiddenSize
    let layout = WireRows(rows: rows, channels: channels)
    forRows(rows) { row in
      workspace.quantized.quantize(
        row: row, workspace.residual.base + row * workspace.strides.hidden, channels: channels, rule: .affineGroups,
        kernels)
      let (values, terms) = workspace.quantized.place(row: row, group: 0)
      octavo_wire_from_row(
        values, terms, channels, bytes + layout.values(of: row), bytes + layout.scales(of: row),
        bytes + layout.zeros(of: row))
    }
  }

  private func widenRows(_ rows: Int, from bytes: UnsafeRawPointer) {
    let layout = WireRows(rows: rows, channels: architecture.hiddenSize)
    forRows(rows) { row in
      octavo_wire_to_row(
        bytes + layout.values(of: row), bytes + layout.scales(of: row), bytes + layout.zeros(of: row),
        architecture.hiddenSize, workspace.residual.base + row * workspace.strides.hidden)
    }
  }
}
