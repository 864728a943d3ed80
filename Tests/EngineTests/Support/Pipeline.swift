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
  private var owned: [SequenceID: [[PageID]]] = [:]
  private var nextID: UInt64 = 0

  init(
    _ checkpoint: Checkpoint, stages: Int = 1, configuration: InstanceConfiguration = .int8,
    capacity: StageCapacity = StageCapacity(contextLength: 256, sequencesMax: 8, rowsMax: 512),
    options: EngineOptions = EngineOptions()
  ) throws {
    engines = try .stages(stages, of: checkpoint, configuration, capacity, options)
    // Every stage hands its pages out in another order: numbers of pages must not matter.
    freePages = (0..<stages).map { stage in
      var generator = SeededGenerator(seed: UInt64(stage))
      return (0..<capacity.pageCount).map { PageID(UInt32($0)) }.shuffled(using: &generator)
    }
  }

  /// - Parameter promptCount: `nil` for all tokens.
  func open(
    _ sequence: SequenceID, _ tokens: [TokenID], _ sampling: SamplingParameters, promptCount: Int? = nil
  ) throws {
    owned[sequence] = engines.map { _ in [] }
    let opening = SequenceOpening(sequence: sequence, sampling: sampling, tokens: tokens, promptCount: promptCount)
    _ = try send(openings: [opening], segments: [])
  }

  func close(_ sequence: SequenceID) throws {
    _ = try send(closings: [sequence], segments: [])
    for (stage, pages) in owned.removeValue(forKey: sequence)!.enumerated() { freePages[stage] += pages }
  }

  /// Runs segments, with the pages they need, through all stages.
  func run(_ segments: [Segment]) throws -> [SampledToken] { try answer(segments).tokens }

  /// The same, with the scores of segments that ask for them.
  func answer(_ segments: [Segment]) throws -> Answer { try send(segments: segments) }

  private func send(
    closings: [SequenceID] = [], openings: [SequenceOpening] = [], segments: [Segment]
  ) throws -> Answer {
    let microbatch = Microbatch(
      id: MicrobatchID(nextID), epoch: Epoch(0), route: route(segments), closings: closings, openings: openings,
      segments: segments)
    nextID += 1
    return try engines.answer(microbatch)
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
  /// One request alone: its prompt in chunks of `chunk` rows, then a token at a time. Its prompt is scored if it asks
  /// for that.
  func generate(
    _ prompt: [TokenID], count: Int, _ sampling: SamplingParameters, chunk: Int = .max,
    sequence: SequenceID = SequenceID(1)
  ) throws -> [SampledToken] {
    try respond(prompt, count: count, sampling, chunk: chunk, sequence: sequence).tokens
  }

  func respond(
    _ prompt: [TokenID], count: Int, _ sampling: SamplingParameters, chunk: Int = .max,
    sequence: SequenceID = SequenceID(1)
  ) throws -> Answer {
    try open(sequence, prompt, sampling)
    var answer = Answer()
    var rest = prompt[...]
    var position = 0
    while answer.tokens.count < count || !rest.isEmpty {
      let scores = sampling.promptLogprobs != nil && !rest.isEmpty
      let tokens = rest.isEmpty ? [answer.tokens.last!.choice.token] : Array(rest.prefix(chunk))
      rest = rest.dropFirst(tokens.count)
      answer += try self.answer([
        Segment(
          sequence: sequence, position: position, tokens: tokens, samples: rest.isEmpty && count > 0, scores: scores)
      ])
      position += tokens.count
    }
    try close(sequence)
    return answer
  }
}
