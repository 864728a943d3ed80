import Checkpoints
import Core
import Engine
import Testing

/// Penalties count the tokens before the one that is sampled, however a stage came to know them.
@Suite struct PenaltyTests {
  static let sampling = SamplingParameters(
    temperature: 1.1, topP: 0.9, seed: 4, topLogprobs: 1, repetitionPenalty: 1.4, presencePenalty: 0.5,
    frequencyPenalty: 0.8)
  static let prompt: [TokenID] = [262, 500, 17, 262, 9]

  /// Each token of an answer is sampled anew by a stage that is told the ones before it in one of several ways.
  @Test func countsKnownAndNewTokensAlike() throws {
    let pipeline = try Pipeline(try Fixture.open(), stages: 2)
    let answer = try pipeline.generate(Self.prompt, count: 24, Self.sampling)
    // Otherwise nothing was penalized.
    #expect(Set(answer.map(\.choice.token)).count > 4)
    let tokens = Self.prompt + answer.map(\.choice.token)
    for end in [6, 7, 12, 28] {
      let expected = [answer[end - Self.prompt.count]].bits
      // All known, some, none; the rest comes in one segment or two.
      for (known, cut) in [(end, end), (end, 3), (6, end), (6, end - 1), (5, 2), (5, end)] {
        let first = Array(tokens[..<min(cut, end)])
        let id = SequenceID(7)
        try pipeline.open(id, Array(tokens[..<known]), Self.sampling, promptCount: Self.prompt.count)
        var segments: [Segment] = [.segment(id, 0, first, samples: cut == end)]
        if cut < end { segments.append(.segment(id, cut, Array(tokens[cut..<end]), samples: true)) }
        #expect(try pipeline.run(segments).suffix(1).bits == expected, "up to \(end), \(known) known, cut at \(cut)")
        try pipeline.close(id)
      }
    }
  }

  /// Two samples of one sequence in a microbatch: the first does not count what comes after it.
  @Test func laterRowsDoNotCount() throws {
    let pipeline = try Pipeline(try Fixture.open())
    let answer = try pipeline.generate(Self.prompt, count: 10, Self.sampling)
    let tokens = Self.prompt + answer.map(\.choice.token)
    let id = SequenceID(7)
    try pipeline.open(id, Self.prompt, Self.sampling)
    let seen = try pipeline.run([
      .segment(id, 0, Array(tokens[..<7]), samples: true), .segment(id, 7, Array(tokens[7..<11]), samples: true),
    ])
    #expect(seen.bits == [answer[2], answer[6]].bits)
  }
}
