import Checkpoints
import Core
import Engine
import Models

/// A model cut into stages that run one after the other, for one sequence at a time.
struct ProbePipeline {
  private let engines: [StageEngine]
  private var nextID: UInt64 = 0

  /// Options: `model`, `stages`, `precision`, `head`, `kv`, `wire`, `kernels`, `threads`.
  init(_ options: ProbeOptions, contextLength: Int) throws(OctavoError) {
    let checkpoint = try Checkpoint.open(try options.text("model"))
    let precision = try options.choice("precision", default: Precision.int8)
    let standard: InstanceConfiguration = precision == .int8 ? .int8 : .float32
    let configuration = InstanceConfiguration(
      precision: precision, head: try options.choice("head", default: standard.head),
      keyValue: try options.choice("kv", default: standard.keyValue),
      wire: try options.choice("wire", default: standard.wire))
    let (stages, layers) = (try options.integer("stages", default: 1), checkpoint.architecture.layerCount)
    var engines: [StageEngine] = []
    for index in 0..<stages {
      engines.append(
        try StageEngine(
          checkpoint: checkpoint,
          range: StageRange(
            layers: layers * index / stages..<layers * (index + 1) / stages, embeds: index == 0,
            projects: index == stages - 1),
          configuration: configuration,
          capacity: StageCapacity(contextLength: contextLength, sequencesMax: 1, rowsMax: contextLength),
          stage: StageID(instance: InstanceID("probe"), index: index),
          options: EngineOptions(
            kernels: try options.choice("kernels", default: .automatic),
            threads: try options.integer("threads", default: 2))))
    }
    self.engines = engines
  }

  /// Opens a sequence in place of the one before.
  ///
  /// - Parameter length: positions it will reach.
  mutating func open(_ tokens: [TokenID], _ sampling: SamplingParameters, length: Int) throws(OctavoError) {
    let last = SequenceID(nextID)
    nextID += 1
    let pages = (0..<StageCapacity.pages(of: length)).map { PageID(UInt32($0)) }
    let route = engines.map { Hop(stage: $0.stage, grants: [PageGrant(sequence: sequence, pages: pages)]) }
    _ = try run(
      Microbatch(
        id: MicrobatchID(0), epoch: Epoch(0), route: route, closings: nextID == 1 ? [] : [last],
        openings: [SequenceOpening(sequence: sequence, sampling: sampling, tokens: tokens)]))
  }

  /// Runs the open sequence's next rows.
  func run(_ tokens: [TokenID], at position: Int, scores: Bool = false) throws(OctavoError) -> StageOutput {
    try run(microbatch(tokens, position, scores: scores))
  }

  /// The same, for the logits of all rows.
  func logits(_ tokens: [TokenID], at position: Int) throws(OctavoError) -> [Float] {
    var microbatch = microbatch(tokens, position)
    var activations: [UInt8] = []
    for engine in engines.dropLast() {
      guard case .activations(let bytes) = try engine.run(microbatch, activations: activations.span.bytes) else {
        throw OctavoError(.internal, "a stage before the last samples")
      }
      activations = bytes
      microbatch = microbatch.forwarded
    }
    return try engines[engines.count - 1].logits(microbatch, activations: activations.span.bytes)
  }

  private var sequence: SequenceID { SequenceID(nextID) }

  private func microbatch(_ tokens: [TokenID], _ position: Int, scores: Bool = false) -> Microbatch {
    Microbatch(
      id: MicrobatchID(0), epoch: Epoch(0), route: engines.map { Hop(stage: $0.stage, grants: []) },
      segments: [Segment(sequence: sequence, position: position, tokens: tokens, samples: true, scores: scores)])
  }

  private func run(_ microbatch: Microbatch) throws(OctavoError) -> StageOutput {
    var microbatch = microbatch
    var output = StageOutput.activations([])
    for engine in engines {
      guard case .activations(let bytes) = output else { break }
      output = try engine.run(microbatch, activations: bytes.span.bytes)
      microbatch = microbatch.forwarded
    }
    return output
  }
}
