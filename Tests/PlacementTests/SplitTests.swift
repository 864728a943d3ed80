import Core
import Models
import Placement
import Testing

@Suite struct SplitTests {
  static let capacity = StageCapacity(contextLength: 64, sequencesMax: 2, rowsMax: 8)

  static func architecture(layers: Int, vocabulary: Int = 320) -> Architecture {
    Architecture(
      hiddenSize: 64, layerCount: layers, headCount: 4, keyValueHeadCount: 2, headSize: 16, intermediateSize: 128,
      vocabularyCount: vocabulary, contextLength: 64)
  }

  static func bytes(_ architecture: Architecture, _ layers: Range<Int>, projects: Bool) throws -> Int {
    try StageMemory(
      architecture, StageRange(layers: layers, embeds: layers.lowerBound == 0, projects: projects), .int8, capacity
    ).total.bytes
  }

  static func budgets(_ memory: [Int]) -> [WorkerBudget] {
    memory.enumerated().map { WorkerBudget(id: WorkerID("w\($0)"), memory: ByteCount($1)) }
  }

  static func counts(_ architecture: Architecture, _ memory: [Int], stageCount: Int? = nil) throws -> [Int] {
    try Placement.split(
      architecture, configuration: .int8, capacity: capacity, over: budgets(memory), stageCount: stageCount
    ).map(\.range.layers.count)
  }

  static let large = 64 << 30

  @Test(arguments: [
    (8, 2, [4, 4]), (8, 3, [3, 3, 2]), (8, 1, [8]), (8, 8, [1, 1, 1, 1, 1, 1, 1, 1]), (7, 2, [4, 3]),
    (32, 5, [7, 7, 6, 6, 6]),
  ]) func splitsEvenlyOverEqualWorkers(layers: Int, workers: Int, expected: [Int]) throws {
    let memory = [Int](repeating: Self.large, count: workers)
    #expect(try Self.counts(Self.architecture(layers: layers), memory) == expected)
  }

  @Test func splitsInProportionToMemory() throws {
    #expect(try Self.counts(Self.architecture(layers: 12), [Self.large, 2 * Self.large]) == [4, 8])
    #expect(try Self.counts(Self.architecture(layers: 10), [Self.large, Self.large / 4, Self.large]) == [5, 1, 4])
  }

  @Test func makesOneFirstAndOneLastStageOfContiguousLayers() throws {
    let placements = try Placement.split(
      Self.architecture(layers: 8), configuration: .int8, capacity: Self.capacity,
      over: Self.budgets([Self.large, Self.large, Self.large]).reversed())
    #expect(placements.map(\.worker.rawValue) == ["w0", "w1", "w2"])
    #expect(
      placements.map(\.range) == [
        StageRange(layers: 0..<3, embeds: true, projects: false),
        StageRange(layers: 3..<6, embeds: false, projects: false),
        StageRange(layers: 6..<8, embeds: false, projects: true),
      ])
    let last = try Self.bytes(Self.architecture(layers: 8), 6..<8, projects: true)
    #expect(placements[2].bytes.bytes == last)
  }

  @Test func usesNoMoreWorkersThanLayers() throws {
    let memory = [Self.large, 2 * Self.large, Self.large, 3 * Self.large, Self.large]
    let placements = try Placement.split(
      Self.architecture(layers: 3), configuration: .int8, capacity: Self.capacity, over: Self.budgets(memory))
    #expect(placements.map(\.worker.rawValue) == ["w0", "w1", "w3"])
    #expect(try Self.counts(Self.architecture(layers: 8), memory, stageCount: 2) == [3, 5])
  }

  @Test func givesTheLastStageFewerLayersOnlyWhenMemoryIsTight() throws {
    let architecture = Self.architecture(layers: 8, vocabulary: 64_000)
    let three = try Self.bytes(architecture, 5..<8, projects: true)
    #expect(try Self.counts(architecture, [three, three]) == [5, 3])
    let four = try Self.bytes(architecture, 4..<8, projects: true)
    #expect(try Self.counts(architecture, [four, four]) == [4, 4])
  }

  @Test func putsTheHeadWhereItFits() throws {
    let architecture = Self.architecture(layers: 4, vocabulary: 64_000)
    let small = try Self.bytes(architecture, 0..<2, projects: false)
    let placements = try Placement.split(
      architecture, configuration: .int8, capacity: Self.capacity, over: Self.budgets([Self.large, small]))
    #expect(placements.map(\.worker.rawValue) == ["w1", "w0"])
    #expect(placements[1].range.projects)
  }

  @Test func leavesOutWorkersThatCannotHoldALayer() throws {
    let tiny = try Self.bytes(Self.architecture(layers: 4), 0..<1, projects: false) - 1
    #expect(try Self.counts(Self.architecture(layers: 4), [tiny, Self.large, 0, -1, .min, Self.large]) == [2, 2])
  }

  @Test func fitsToTheByteAndNamesWhatIsMissing() throws {
    let architecture = Self.architecture(layers: 8)
    let whole = try Self.bytes(architecture, 0..<8, projects: true)
    #expect(try Self.counts(architecture, [whole]) == [8])
    let error = #expect(throws: OctavoError.self) { try Self.counts(architecture, [whole - 1]) }
    #expect(error?.code == .resourceExhausted)
    #expect(
      error?.message.hasPrefix(
        "the model does not fit: 1 bytes (1 B) are missing: worker 'w0' lacks 1 bytes for layers 0 to 7 and the head, "
          + "which take \(whole); ") == true, "\(error?.message ?? "")")
  }

  @Test func refusesWorkersAndStageCountsThatCannotBe() throws {
    let architecture = Self.architecture(layers: 4)
    func code(_ workers: [WorkerBudget], _ stageCount: Int?) -> StatusCode? {
      do throws(OctavoError) {
        _ = try Placement.split(
          architecture, configuration: .int8, capacity: Self.capacity, over: workers, stageCount: stageCount)
        return nil
      } catch {
        return error.code
      }
    }
    let two = Self.budgets([Self.large, Self.large])
    #expect(code(two, 2) == nil)
    #expect(code([], nil) == .unavailable)
    #expect(code(two + [two[0]], nil) == .invalidArgument)
    for stageCount in [0, -1, 3, .max] { #expect(code(two, stageCount) == .invalidArgument) }
    #expect(code(Self.budgets([Int](repeating: Self.large, count: 9)), 5) == .invalidArgument)
    #expect(code(Self.budgets([Int](repeating: 1, count: Limits.workersMax + 1)), nil) == .resourceExhausted)
  }
}
