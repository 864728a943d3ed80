import Checkpoints
import Core
import Engine
import TestSupport
import Testing

/// Sequences that share the pages of their common prefixes get what each would have got alone.
@Suite struct SharedPrefixTests {
  static let capacity = StageCapacity(contextLength: 128, sequencesMax: 5, rowsMax: 96, pageCount: 24)

  @Test(arguments: 1...3, 0..<6)
  func sharingChangesNothing(_ stages: Int, _ seed: Int) throws {
    let checkpoint = try Fixture.open()
    let configuration = SameBitsTests.configurations[seed % 3]
    var generator = SeededGenerator(seed: UInt64(10 * stages + seed))
    let requests = SharingRequest.some(24, &generator)
    let world = try SharingWorld(
      checkpoint, stages: stages, configuration, Self.capacity, requests, seed: generator.next())
    var steps = 0
    while !world.isDone, steps < 3_000 {
      try world.step()
      steps += 1
    }
    try #require(world.isDone)
    let alone = try Pipeline(checkpoint, configuration: configuration)
    for (index, request) in requests.enumerated() {
      let expected = try alone.respond(request.prompt, count: request.count, request.sampling)
      let seen = try #require(world.answers[index])
      #expect(seen.tokens.bits == expected.tokens.bits)
      #expect(seen.scores.bits == expected.scores.bits)
    }
    // Otherwise nothing was tested.
    #expect(world.sharedWithOpen >= 2)
    #expect(world.sharedWithEnded >= 2)
    #expect(world.reopenings >= 2)
  }
}
