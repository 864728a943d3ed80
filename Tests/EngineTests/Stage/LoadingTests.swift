import Checkpoints
import Core
import Engine
import Models
import Testing

@Suite struct LoadingTests {
  @Test func whoWatchesALoadCanEndIt() throws {
    let checkpoint = try Fixture.open()
    var seen: [Int] = []
    let error = #expect(throws: OctavoError.self) {
      try StageEngine(
        checkpoint: checkpoint, range: checkpoint.architecture.wholeRange, configuration: .int8,
        capacity: StageCapacity(contextLength: 64, sequencesMax: 1, rowsMax: 16),
        stage: StageID(instance: InstanceID("loading"), index: 0)
      ) { done, total throws(OctavoError) in
        #expect(total == 9)
        seen.append(done)
        if done == 3 { throw OctavoError(.aborted, "enough") }
      }
    }
    #expect(error?.message == "enough")
    #expect(seen == [1, 2, 3])
  }
}
