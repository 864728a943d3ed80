import Checkpoints
import Core
import Engine
import TestSupport
import Testing

/// Requests that run through a chain of stages together, with chance for a scheduler: chunks of any size, prefixes
/// shared with sequences that are open or have ended, sequences closed in the middle and opened again, new epochs.
final class SharingWorld {
  private let engines: [StageEngine]
  private let requests: [SharingRequest]
  private let capacity: StageCapacity
  private var generator: SeededGenerator
  private var pages: SharedPages
  /// Requests that are not open, with what they gave already.
  private var waiting: [(request: Int, answer: Answer)]
  private var open: [SharingSequence] = []
  private var nextID: UInt64 = 0
  /// What the microbatch that is being made grants, by sequence and stage.
  private var grants: [SequenceID: [[PageID]]] = [:]
  private(set) var answers: [Int: Answer] = [:]
  /// How often pages were shared with a sequence that was open, and with one that had ended.
  private(set) var (sharedWithOpen, sharedWithEnded) = (0, 0)
  private(set) var reopenings = 0

  init(
    _ checkpoint: Checkpoint, stages: Int, _ configuration: InstanceConfiguration, _ capacity: StageCapacity,
    _ requests: [SharingRequest], seed: UInt64
  ) throws {
    engines = try .stages(stages, of: checkpoint, configuration, capacity, EngineOptions(threads: 1 + Int(seed % 2)))
    self.requests = requests
    self.capacity = capacity
    generator = SeededGenerator(seed: seed)
    pages = SharedPages(stages: stages, pageCount: capacity.pageCount)
    waiting = requests.indices.map { ($0, Answer()) }
  }

  var isDone: Bool { answers.count == requests.count }

  /// Makes a microbatch and runs it.
  func step() throws {
    if chance(0.01) { beginEpoch() }
    grants = [:]
    let closings = close()
    let openings = openSome()
    let segments = open.indices.shuffled(using: &generator).flatMap { rows(of: $0) }
    let limited = limit(segments)
    let answer = try engines.answer(
      Microbatch(
        id: MicrobatchID(nextID), epoch: Epoch(0), route: route(), closings: closings, openings: openings,
        segments: limited))
    take(answer, limited)
    #expect(engines.map(\.freePageCount) == pages.freeCounts)
  }

  private func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &generator) < probability }

  private func beginEpoch() {
    for engine in engines { engine.closeAll() }
    pages = SharedPages(stages: engines.count, pageCount: capacity.pageCount)
    for sequence in open { putBack(sequence) }
    open = []
  }

  /// Ends what is complete, and now and then what is not: always if nothing could go on without pages.
  private func close() -> [SequenceID] {
    let isStuck = open.allSatisfy { sequence in pages.freeCounts.contains { $0 < sequence.pagesMissing(rows: 1) } }
    let victim = chance(isStuck ? 1 : 0.08) ? open.randomElement(using: &generator)?.id : nil
    let ending = open.filter { isComplete($0) || $0.id == victim }
    for sequence in ending {
      pages.release(sequence.pages, holding: sequence.prefix)
      if isComplete(sequence) { answers[sequence.request] = sequence.answer } else { putBack(sequence) }
    }
    open.removeAll { sequence in ending.contains { $0.id == sequence.id } }
    return ending.map(\.id)
  }

  private func isComplete(_ sequence: SharingSequence) -> Bool {
    sequence.answer.tokens.count == requests[sequence.request].count
  }

  /// A prompt whose scores are not complete begins again.
  private func putBack(_ sequence: SharingSequence) {
    reopenings += 1
    let isScored = sequence.answer.scores.count == sequence.promptCount - 1
    waiting.append((sequence.request, isScored || sequence.answer.scores.isEmpty ? sequence.answer : Answer()))
  }

  private func openSome() -> [SequenceOpening] {
    var openings: [SequenceOpening] = []
    while open.count < capacity.sequencesMax, !waiting.isEmpty, chance(0.6) {
      let (index, answer) = waiting.remove(at: Int.random(in: waiting.indices, using: &generator))
      let request = requests[index]
      let tokens = request.prompt + answer.tokens.map(\.choice.token)
      let scores = request.sampling.promptLogprobs != nil && answer.scores.isEmpty
      let shared = scores ? nil : prefixToShare(with: tokens)
      let cachedPages = shared?.pages.map(Array.init) ?? engines.map { _ in [] }
      nextID += 1
      let sequence = SharingSequence(
        id: SequenceID(nextID), request: index, promptCount: request.prompt.count, tokens: tokens,
        length: shared?.tokens.count ?? 0, pages: cachedPages, answer: answer)
      pages.hold(cachedPages)
      if sequence.length > 0 { grants[sequence.id] = cachedPages }
      open.append(sequence)
      openings.append(
        SequenceOpening(
          sequence: sequence.id, sampling: request.sampling, tokens: tokens, promptCount: request.prompt.count,
          cachedCount: sequence.length))
    }
    return openings
  }

  /// Some of what an open or an ended sequence has in common with `tokens`; at least one row is left to compute.
  private func prefixToShare(with tokens: [TokenID]) -> SharedPages.Prefix? {
    let candidates = open.map { ($0.prefix, true) } + pages.kept.map { ($0, false) }
    let fitting = candidates.filter { $0.0.shared(with: tokens) > 0 }
    guard let (prefix, isOpen) = fitting.randomElement(using: &generator) else { return nil }
    let most = min(prefix.shared(with: tokens), (tokens.count - 1) / Limits.tokensPerPage)
    let count = Int.random(in: max(0, most - 1)...most, using: &generator)
    guard count > 0 else { return nil }
    if isOpen { sharedWithOpen += 1 } else { sharedWithEnded += 1 }
    return prefix.prefix(count)
  }

  /// The next rows of a sequence, in one segment or two, if there are pages for them.
  private func rows(of index: Int) -> [Segment] {
    let sequence = open[index]
    guard !isComplete(sequence), chance(0.8) else { return [] }
    let rest = sequence.tokens.count - sequence.length
    let count = min(rest, [1, 5, 16, 23, 64].randomElement(using: &generator)!)
    guard let new = pages.take(sequence.pagesMissing(rows: count), &generator) else { return [] }
    for stage in engines.indices {
      open[index].pages[stage] += new[stage]
      grants[sequence.id, default: engines.map { _ in [] }][stage] += new[stage]
    }
    let cut = count > 1 && chance(0.3) ? Int.random(in: 1..<count, using: &generator) : count
    return [0..<cut, cut..<count].filter { !$0.isEmpty }.map { rows in
      let first = sequence.length + rows.lowerBound
      return Segment(
        sequence: sequence.id, position: first, tokens: Array(sequence.tokens[first..<first + rows.count]),
        samples: first + rows.count == sequence.tokens.count,
        scores: requests[sequence.request].sampling.promptLogprobs != nil
          && sequence.tokens.count == sequence.promptCount)
    }
  }

  /// As many segments as a microbatch has rows for.
  private func limit(_ segments: [Segment]) -> [Segment] {
    var rows = 0
    return Array(
      segments.prefix { segment in
        rows += segment.tokens.count
        return rows <= capacity.rowsMax
      })
  }

  private func route() -> [Hop] {
    engines.enumerated().map { stage, engine in
      Hop(
        stage: engine.stage,
        grants: grants.keys.sorted { $0.rawValue < $1.rawValue }.shuffled(using: &generator).map { id in
          PageGrant(sequence: id, pages: grants[id]![stage])
        })
    }
  }

  private func take(_ answer: Answer, _ segments: [Segment]) {
    for segment in segments {
      let index = open.firstIndex { $0.id == segment.sequence }!
      open[index].length += segment.tokens.count
    }
    for score in answer.scores { open[open.firstIndex { $0.id == score.sequence }!].answer.scores.append(score) }
    for token in answer.tokens {
      let index = open.firstIndex { $0.id == token.sequence }!
      open[index].answer.tokens.append(token)
      open[index].tokens.append(token.choice.token)
    }
  }
}
