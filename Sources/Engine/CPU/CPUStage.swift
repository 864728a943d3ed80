internal import CKernels
internal import Checkpoints
internal import Core
internal import Models

/// The layers of one stage on this machine's processor: weights, KV and the buffers of the forward pass.
///
/// Everything it computes is split by rows, heads or blocks of output channels, so that no sum ever depends
/// on the number of threads.
final class CPUStage {
  let architecture: Architecture
  let range: StageRange
  let capacity: StageCapacity
  let wire: WireFormat
  let kernels: Kernels
  let pool: ThreadPool
  let weights: StageWeights
  let keyValue: KeyValuePages
  let workspace: Workspace
  let frequencies: [Float]
  /// Present while a profile is taken.
  var recorder: ProfileRecorder?

  init(
    _ checkpoint: Checkpoint, _ range: StageRange, _ configuration: InstanceConfiguration,
    _ capacity: StageCapacity, _ options: EngineOptions, progress: (Int, Int) throws(OctavoError) -> Void
  ) throws(OctavoError) {
    architecture = checkpoint.architecture
    self.range = range
    self.capacity = capacity
    wire = configuration.wire
    kernels = try Kernels(options.kernels)
    pool = try ThreadPool(threads: options.threads, cpus: options.cpus)
    weights = try StageWeights(checkpoint, range, configuration, kernels, pool, progress: progress)
    keyValue = try KeyValuePages(
      architecture, layerCount: range.layers.count, format: configuration.keyValue, pageCount: capacity.pageCount)
    workspace = try Workspace(architecture, range, capacity)
    frequencies = rotaryFrequencies(architecture.rotary, headSize: architecture.headSize)
  }

  /// The values of `body` for every index, on all threads; a value computed on one of them may use what belongs to
  /// that thread's number.
  func collect<Value>(_ count: Int, _ body: (_ index: Int, _ thread: Int) -> Value) -> [Value] {
    let parts = min(count, pool.threads)
    return Array(unsafeUninitializedCapacity: count) { values, initialized in
      let base = values.baseAddress!
      pool.run(parts: parts) { part in
        for index in stride(from: part, to: count, by: parts) { (base + index).initialize(to: body(index, part)) }
      }
      initialized = count
    }
  }

  /// Calls `body` for every row, on all threads where there are enough rows to share.
  func forRows(_ count: Int, _ body: (Int) -> Void) {
    let parts = max(1, min(count / 8, 4 * pool.threads))
    pool.run(parts: parts) { part in
      for row in count * part / parts..<count * (part + 1) / parts { body(row) }
    }
  }
}
