internal import CKernels
internal import Checkpoints
internal import Core
internal import Models
internal import Quantization
internal import Synchronization

/// One tensor into blocks of 64 rows. Parts write disjoint blocks.
extension LinearLoader {
  func packStoredInt8(
    _ spec: LinearSpec, _ weight: Tensor, into packed: PackedInt8, at firstBlock: Int, _ pool: borrowing ThreadPool
  ) {
    forBlocks(spec, weight, pool) { block, rows, rowCount in
      packed.pack(block: firstBlock + block, rows: rows.assumingMemoryBound(to: Int8.self), rowCount: rowCount, kernels)
    }
  }

  /// - Throws: INVALID_ARGUMENT for weights that are infinite or not numbers.
  func packQuantized(
    _ spec: LinearSpec, _ weight: Tensor, into packed: PackedInt8, at firstBlock: Int, _ pool: borrowing ThreadPool
  ) throws(OctavoError) {
    let channels = spec.inputChannels
    let quantizer = WeightQuantizer(kernels: kernels.table)
    let format = OctavoFloatFormat(weight.type)
    let isFinite = Atomic(true)
    forBlocks(spec, weight, pool) { block, rows, rowCount in
      let scales = packed.scales.base + (firstBlock + block) * PackedLinear.outputBlock
      withScratch(Float.self, channels) { floats in
        withScratch(Int8.self, rowCount * channels) { quantized in
          for row in 0..<rowCount {
            kernels.table.pointee.widen(format, rows + row * weight.rowBytes, channels, floats)
            let scale = quantizer.quantize(floats, count: channels, into: quantized + row * channels)
            if scale == nil { isFinite.store(false, ordering: .relaxed) }
            scales[row] = scale ?? 1
          }
          packed.pack(block: firstBlock + block, rows: quantized, rowCount: rowCount, kernels)
        }
      }
    }
    guard isFinite.load(ordering: .relaxed) else {
      throw .invalid(
        "\(checkpoint.directory): \(quoted(spec.weightName))", "not finite", "its weights cannot be quantized")
    }
  }

  func packFloat(
    _ spec: LinearSpec, _ weight: Tensor, into packed: PackedFloat, at firstBlock: Int, _ pool: borrowing ThreadPool
  ) {
    let stored = OctavoFloatFormat(weight.type)
    precondition(packed.format == stored || packed.format == OCTAVO_FLOAT32, "only widening is exact")
    forBlocks(spec, weight, pool) { block, rows, rowCount in
      guard packed.format != stored else {
        packed.pack(block: firstBlock + block, rows: rows, rowCount: rowCount)
        return
      }
      withScratch(Float.self, rowCount * spec.inputChannels) { floats in
        kernels.table.pointee.widen(stored, rows, rowCount * spec.inputChannels, floats)
        packed.pack(block: firstBlock + block, rows: floats, rowCount: rowCount)
      }
    }
  }

  /// Integers times their channel's scale, rounded once to float32.
  ///
  /// - Throws: INVALID_ARGUMENT for scales that are negative or not finite.
  func packDequantized(
    _ spec: LinearSpec, _ weight: Tensor, into packed: PackedFloat, at firstBlock: Int,
    _ pool: borrowing ThreadPool
  ) throws(OctavoError) {
    let channels = spec.inputChannels
    let scales = try checkpoint.weightScales(of: spec)
    forBlocks(spec, weight, pool) { block, rows, rowCount in
      let integers = rows.assumingMemoryBound(to: Int8.self)
      withScratch(Float.self, rowCount * channels) { floats in
        for row in 0..<rowCount {
          let scale = scales[block * PackedLinear.outputBlock + row]
          for k in row * channels..<(row + 1) * channels { floats[k] = Float(integers[k]) * scale }
        }
        packed.pack(block: firstBlock + block, rows: floats, rowCount: rowCount)
      }
    }
  }

  private func withScratch<Element: BitwiseCopyable>(
    _ type: Element.Type, _ count: Int, _ body: (UnsafeMutablePointer<Element>) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: type, capacity: count) { body($0.baseAddress!) }
  }

  /// Calls `body` with the stored bytes of every 64 rows, on all threads.
  private func forBlocks(
    _ spec: LinearSpec, _ weight: Tensor, _ pool: borrowing ThreadPool,
    _ body: (_ block: Int, _ rows: UnsafeRawPointer, _ rowCount: Int) -> Void
  ) {
    let blockCount = PackedLinear(spec).paddedOutputChannels / PackedLinear.outputBlock
    weight.withBytes { bytes in
      bytes.withUnsafeBytes { stored in
        pool.run(parts: blockCount) { block in
          let first = block * PackedLinear.outputBlock
          let rowCount = min(PackedLinear.outputBlock, spec.outputChannels - first)
          body(block, stored.baseAddress! + first * weight.rowBytes, rowCount)
        }
      }
    }
  }
}
