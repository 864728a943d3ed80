import Checkpoints
import Core
import Engine
import Models

/// Logits of every position of some sequences, one after the other, as float32.
struct LogitsCommand {
  let options: ProbeOptions

  init(_ options: ProbeOptions) { self.options = options }

  func run() throws(OctavoError) {
    let checkpoint = try Checkpoint.open(try options.text("model"))
    let sequences = try Files.readIDs(try options.text("ids"))
    let longest = sequences.map(\.count).max() ?? 1
    let engine = try load(checkpoint, contextLength: longest)
    var logits: [Float] = []
    for (index, tokens) in sequences.enumerated() {
      logits += try engine.logits(microbatch(index, tokens), activations: RawSpan())
    }
    try Files.write(logits, to: try options.text("out"))
  }

  private func load(_ checkpoint: Checkpoint, contextLength: Int) throws(OctavoError) -> StageEngine {
    let precision = try options.choice("precision", default: Precision.int8)
    let standard: InstanceConfiguration = precision == .int8 ? .int8 : .float32
    let configuration = InstanceConfiguration(
      precision: precision, head: try options.choice("head", default: standard.head),
      keyValue: try options.choice("kv", default: standard.keyValue))
    return try StageEngine(
      checkpoint: checkpoint, range: checkpoint.architecture.wholeRange, configuration: configuration,
      capacity: StageCapacity(contextLength: contextLength, sequencesMax: 1, rowsMax: contextLength),
      stage: Self.stage,
      options: EngineOptions(
        kernels: try options.choice("kernels", default: .automatic),
        threads: try options.integer("threads", default: 2)))
  }

  private static let stage = StageID(instance: InstanceID("probe"), index: 0)

  /// The whole sequence at once; the one before it is closed.
  private func microbatch(_ index: Int, _ tokens: [TokenID]) -> Microbatch {
    let sequence = SequenceID(UInt64(index))
    let pageCount = (tokens.count + Limits.tokensPerPage - 1) / Limits.tokensPerPage
    return Microbatch(
      id: MicrobatchID(UInt64(index)), epoch: Epoch(0),
      route: [
        Hop(
          stage: Self.stage,
          grants: [PageGrant(sequence: sequence, pages: (0..<pageCount).map { PageID(UInt32($0)) })])
      ],
      closings: index == 0 ? [] : [SequenceID(UInt64(index - 1))],
      openings: [SequenceOpening(sequence: sequence, sampling: .greedy, tokens: tokens)],
      segments: [Segment(sequence: sequence, position: 0, tokens: tokens, samples: true)])
  }
}
