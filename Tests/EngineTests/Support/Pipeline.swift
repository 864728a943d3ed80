import Checkpoints
import Core
import Engine
import Models
import TestSupport

/// A chain of stages in one process, with a page allocator that a router would have: what is sent is what
/// frames would carry.
final class Pipeline {
  private let engines: [StageEngine]
  private var freePages: [[PageID]]
  private var pageCounts: [SequenceID: Int] = [:]
  private var owned: [SequenceID: [[PageID]]] = [:]
  private var nextID: UInt64 = 0

  init(
    _ checkpoint: Checkpoint, stages: Int = 1, configuration: InstanceConfiguration = .int8,
    capacity: StageCapacity = StageCapacity(contextLength: 256, sequencesMax: 8, rowsMax: 512),
    options: EngineOptions = EngineOptions()
  ) throws {
    let layers = checkpoint.architecture.layerCount
    engines = try (0..<stages).map { index in
      let range = StageRange(
        layers: layers * index / stages..<layers * (index + 1) / stages, embeds: index == 0,
        projects: index == stages - 1)
      return try StageEngine(
        checkpoint: checkpoint, range: range, configuration: configuration, capacity: capacity,
        stage: StageID(instance: InstanceID("test"), index: index), options: options)
    }
    // Every stage hands its pages out in another order: numbers of pages must not matter.
    freePages = (0..<stages).map { stage in
      var generator = SeededGenerator(seed: UInt64(stage))
      return (0..<capacity.pageCount).map { PageID(UInt32($0)) }.shuffled(using: &generator)
    }
  }

  func open(_ sequence: SequenceID, _ tokens: [TokenID], _ sampling: SamplingParameters) throws {
    pageCounts[sequence] = 0
    owned[sequence] = engines.map { _ in [] }
    _ = try send(openings: [SequenceOpening(sequence: sequence, sampling: sampling, tokens: tokens)], segments: [])
  }

  func close(_ sequence: SequenceID) throws {
    _ = try send(closings: [sequence], segments: [])
    for (stage, pages) in owned.removeValue(forKey: sequence)!.enumerated() { freePages[stage] += pages }
    pageCounts[sequence] = nil
  }

  /// Runs segments, with the pages they need, through all stages.
  func run(_ segments: [Segment]) throws -> [SampledToken] { try send(segments: segments) }

  private func send(
    closings: [SequenceID] = [], openings: [SequenceOpening] = [], segments: [Segment]
  ) throws -> [SampledToken] {
    var microbatch = Microbatch(
      id: MicrobatchID(nextID), epoch: Epoch(0), route: route(segments), closings: closings, openings: openings,
      segments: segments)
    nextID += 1
    var activations: [UInt8] = []
    for engine in engines {
      switch try engine.run(microbatch, activations: activations.span.bytes) {
      case .activations(let bytes): activations = bytes
      case .sampled(let tokens): return tokens
      }
      microbatch = microbatch.forwarded
    }
    fatalError("the last stage samples")
  }

  private func route(_ segments: [Segment]) -> [Hop] {
    engines.indices.map { stage in
      var grants: [PageGrant] = []
      for segment in segments {
        let wanted = (segment.position + segment.tokens.count + Limits.tokensPerPage - 1) / Limits.tokensPerPage
        let missing = max(0, wanted - owned[segment.sequence]![stage].count)
        let pages = Array(freePages[stage].suffix(missing))
        freePages[stage].removeLast(missing)
        owned[segment.sequence]![stage] += pages
        grants.append(PageGrant(sequence: segment.sequence, pages: pages))
      }
      return Hop(stage: engines[stage].stage, grants: grants)
    }
  }
}

extension Pipeline {
  /// One request alone: its prompt in chunks of `chunk` rows, then a token at a time.
  func generate(
    _ prompt: [TokenID], count: Int, _ sampling: SamplingParameters, chunk: Int = .max,
    sequence: SequenceID = SequenceID(1)
  ) throws -> [SampledToken] {
    try open(sequence, prompt, sampling)
    var sampled: [SampledToken] = []
    var rest = prompt[...]
    var position = 0
    while sampled.count < count {
      let tokens = rest.isEmpty ? [sampled.last!.choice.token] : Array(rest.prefix(chunk))
      rest = rest.dropFirst(tokens.count)
      sampled += try run([
        Segment(sequence: sequence, position: position, tokens: tokens, samples: rest.isEmpty)
      ])
      position += tokens.count
    }
    try close(sequence)
    return sampled
  }
}
