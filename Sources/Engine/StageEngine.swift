package import Checkpoints
package import Core
internal import Models

/// A stage of one instance, loaded and running: weights, KV pages, open sequences.
///
/// Confined to one owner, which calls it from one thread at a time; the stage shares the work with threads of
/// its own. Where each has a CPU, the caller's thread is held on its own while a microbatch runs. A microbatch
/// that is refused changes nothing. One that fails while it is computed (a file that was cut, numbers that are
/// not finite) leaves closings, openings and grants applied and no sequence advanced.
package final class StageEngine {
  package let stage: StageID
  package let range: StageRange
  package let configuration: InstanceConfiguration
  package let capacity: StageCapacity
  /// Floats of a row of activations.
  package let hiddenSize: Int
  /// The kernels that were chosen: `portable`, `avx2` or `avx512vnni`.
  package var kernelsName: String { backend.kernels.name }

  let backend: CPUStage
  var table: SequenceTable
  let callerCPU: CallerCPU
  /// One a thread.
  let samplers: [Sampler]

  /// Loads a stage: reads its layers, quantizes them if they are stored as floats and the configuration wants
  /// int8, and allocates KV and buffers.
  ///
  /// - Parameter progress: called with how many parts are loaded and how many there are, a layer each and the
  ///   head; ends the load by throwing.
  /// - Throws: INVALID_ARGUMENT for a range outside the model, a capacity past its limits, a context longer
  ///   than the model's, or weights that are not finite; FAILED_PRECONDITION for kernels this machine cannot
  ///   run; RESOURCE_EXHAUSTED if the system has no more threads or memory.
  package init(
    checkpoint: Checkpoint, range: StageRange, configuration: InstanceConfiguration, capacity: StageCapacity,
    stage: StageID, options: EngineOptions = EngineOptions(),
    progress: (_ done: Int, _ total: Int) throws(OctavoError) -> Void = { _, _ in }
  ) throws(OctavoError) {
    try capacity.validate()
    try Self.check(range, capacity, options, checkpoint)
    // Refuses sizes whose products would overflow.
    _ = try StageMemory(checkpoint.architecture, range, configuration, capacity)
    self.stage = stage
    self.range = range
    self.configuration = configuration
    self.capacity = capacity
    hiddenSize = checkpoint.architecture.hiddenSize
    callerCPU = CallerCPU(options)
    backend = try CPUStage(checkpoint, range, configuration, capacity, options, progress: progress)
    table = SequenceTable(
      stage: stage, capacity: capacity, vocabularyCount: checkpoint.architecture.vocabularyCount,
      samples: range.projects)
    var samplers: [Sampler] = []
    for _ in 0..<min(options.threads, backend.workspace.logitsRowsMax) {
      samplers.append(
        try Sampler(kernels: backend.kernels, vocabularyCount: checkpoint.architecture.vocabularyCount))
    }
    self.samplers = samplers
  }

  package var openSequenceCount: Int { table.sequences.count }
  /// Pages that no open sequence holds.
  package var freePageCount: Int { table.pages.freeCount }
  /// Positions of an open sequence whose K and V are held, cached ones included; `nil` if it is not open.
  package func length(of sequence: SequenceID) -> Int? { table.sequences[sequence]?.length }

  private static func check(
    _ range: StageRange, _ capacity: StageCapacity, _ options: EngineOptions, _ checkpoint: Checkpoint
  ) throws(OctavoError) {
    let architecture = checkpoint.architecture
    let layers = range.layers
    guard layers.lowerBound >= 0, layers.upperBound <= architecture.layerCount, !layers.isEmpty else {
      throw .invalid("layers of a stage", "\(layers)", "the model has \(architecture.layerCount), give at least one")
    }
    guard range.embeds == (layers.lowerBound == 0), range.projects == (layers.upperBound == architecture.layerCount)
    else {
      throw .invalid("stage of layers \(layers)", "not at its end", "the first stage embeds, the last projects")
    }
    guard capacity.contextLength <= architecture.contextLength else {
      throw .invalid(
        "context length", "\(capacity.contextLength)", "the model was made for \(architecture.contextLength)")
    }
    guard (1...EngineOptions.threadsMax).contains(options.threads) else {
      throw .invalid("number of threads", "\(options.threads)", "give 1 to \(EngineOptions.threadsMax)")
    }
  }
}
