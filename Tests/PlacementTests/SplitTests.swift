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

  static func demand(
    _ architecture: Architecture, _ splitGoal: SplitGoal = .mix, pageCountMax: Int? = nil
  ) -> InstanceDemand {
    InstanceDemand(
      architecture, configuration: .int8, capacity: capacity, pageCountMax: pageCountMax, splitGoal: splitGoal)
  }

  static func bytes(_ architecture: Architecture, _ layers: Range<Int>, projects: Bool) throws -> Int {
    try StageMemory(
      architecture, StageRange(layers: layers, embeds: layers.lowerBound == 0, projects: projects), .int8, capacity
    ).total.bytes
  }

  /// - Parameter threads: of each worker; `nil` for one.
  static func budgets(_ memory: [Int], threads: [Int]? = nil) -> [WorkerBudget] {
    memory.indices.map {
      WorkerBudget(
        id: WorkerID("w\($0)"), memory: ByteCount(memory[$0]), rates: WorkerRates(threads: threads?[$0] ?? 1))
    }
  }

  static func counts(
    _ architecture: Architecture, _ memory: [Int], _ splitGoal: SplitGoal = .mix, threads: [Int]? = nil,
    stageCount: Int? = nil
  ) throws -> [Int] {
    try Placement.split(
      demand(architecture, splitGoal), over: budgets(memory, threads: threads), stageCount: stageCount
    ).map(\.range.layers.count)
  }

  static let large = 64 << 30

  @Test(
    arguments: [
      (8, 2, [4, 4]), (8, 3, [3, 3, 2]), (8, 1, [8]), (8, 8, [1, 1, 1, 1, 1, 1, 1, 1]), (7, 2, [4, 3]),
      (32, 5, [7, 7, 6, 6, 6]),
    ], SplitGoal.allCases)
  func splitsEvenlyOverEqualWorkers(split: (layers: Int, workers: Int, expected: [Int]), splitGoal: SplitGoal) throws {
    let memory = [Int](repeating: Self.large, count: split.workers)
    #expect(try Self.counts(Self.architecture(layers: split.layers), memory, splitGoal) == split.expected)
  }

  /// Llama-3.2-1B on two equal workers. A layer is 61.9 MB and 121.6 million operations a row, the head 267.3 MB and
  /// 525.3 million: 4.32 layers both ways.
  ///
  /// - `decode`: 10 layers against 6 and the head, 10 to 10.32; 11 against 5 would be 11 to 9.32.
  /// - `prefill`: 8 to 8.
  /// - `mix`: 1,149 rows of a layer against 129 of the head, which is then 0.48 layers: 8 to 8.48; 9 to 7.48 is slower.
  ///
  /// Qwen2.5-0.5B has 24, and a head of 9.13: 17 to 7 and 9.13. Of a usual request that is 1.03: 13 to 11 and 1.03.
  @Test(arguments: [
    ("llama-3.2-1b", SplitGoal.prefill, [8, 8]), ("llama-3.2-1b", .decode, [10, 6]), ("llama-3.2-1b", .mix, [8, 8]),
    ("qwen2.5-0.5b", .prefill, [12, 12]), ("qwen2.5-0.5b", .decode, [17, 7]), ("qwen2.5-0.5b", .mix, [13, 11]),
  ])
  func weighsTheHead(model: String, splitGoal: SplitGoal, expected: [Int]) throws {
    let memory = [Self.large, Self.large]
    #expect(try Self.counts(try PublicModel.named(model).architecture, memory, splitGoal) == expected)
  }

  @Test func splitsInProportionToSpeed() throws {
    let memory = [Self.large, Self.large]
    #expect(try Self.counts(Self.architecture(layers: 12), memory, .prefill, threads: [1, 2]) == [4, 8])
    #expect(try Self.counts(Self.architecture(layers: 12), memory, .decode, threads: [1, 2]) == [4, 8])
    let three = memory + [Self.large]
    #expect(try Self.counts(Self.architecture(layers: 9), three, .prefill, threads: [4, 1, 4]) == [4, 1, 4])
  }

  /// 16 layers on four threads take as long as four on one; one layer on one thread takes no longer, and of 3 layers
  /// none goes to it.
  @Test func leavesOutAWorkerThatWouldHoldUpTheOthers() throws {
    let memory = [Self.large, Self.large]
    #expect(try Self.counts(Self.architecture(layers: 16), memory, .prefill, threads: [4, 1]) == [13, 3])
    let placements = try Placement.split(
      Self.demand(Self.architecture(layers: 3), .prefill), over: Self.budgets(memory, threads: [4, 1]))
    #expect(placements.map(\.worker.rawValue) == ["w0"])
    #expect(try Self.counts(Self.architecture(layers: 3), memory, threads: [4, 1], stageCount: 2) == [1, 2])
  }

  /// A head of 111 layers belongs to the faster worker, whatever its name.
  @Test func putsTheHeadWhereItIsFastest() throws {
    let placements = try Placement.split(
      Self.demand(Self.architecture(layers: 8, vocabulary: 64_000), .decode),
      over: Self.budgets([Self.large, Self.large], threads: [8, 1]))
    #expect(placements.map(\.worker.rawValue) == ["w1", "w0"])
    #expect(placements.map(\.range.layers.count) == [7, 1])
  }

  @Test func makesOneFirstAndOneLastStageOfContiguousLayers() throws {
    let placements = try Placement.split(
      Self.demand(Self.architecture(layers: 8)), over: Self.budgets([Self.large, Self.large, Self.large]).reversed())
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
    let placements = try Placement.split(Self.demand(Self.architecture(layers: 3)), over: Self.budgets(memory))
    #expect(placements.map(\.worker.rawValue) == ["w0", "w1", "w3"])
    #expect(try Self.counts(Self.architecture(layers: 8), memory, stageCount: 2) == [4, 4])
  }

  /// Where speed does not decide, memory does: it becomes pages.
  @Test func givesTheOddLayerAndTheHeadToTheWorkerWithMoreMemory() throws {
    let memory = [2 * Self.large, Self.large, Self.large]
    let placements = try Placement.split(
      Self.demand(Self.architecture(layers: 7), .prefill), over: Self.budgets(memory))
    #expect(placements.map(\.worker.rawValue) == ["w1", "w2", "w0"])
    #expect(placements.map(\.range.layers.count) == [2, 2, 3])
  }

  @Test func givesTheLastStageFewerLayersOnlyWhenMemoryIsTight() throws {
    let architecture = Self.architecture(layers: 8, vocabulary: 64_000)
    let three = try Self.bytes(architecture, 5..<8, projects: true)
    #expect(try Self.counts(architecture, [three, three], .prefill) == [5, 3])
    let four = try Self.bytes(architecture, 4..<8, projects: true)
    #expect(try Self.counts(architecture, [four, four], .prefill) == [4, 4])
  }

  @Test func putsTheHeadWhereItFits() throws {
    let architecture = Self.architecture(layers: 4, vocabulary: 64_000)
    let small = try Self.bytes(architecture, 0..<2, projects: false)
    let placements = try Placement.split(
      Self.demand(architecture, .prefill), over: Self.budgets([Self.large, small]))
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
    let demand = Self.demand(Self.architecture(layers: 4))
    func code(_ workers: [WorkerBudget], _ stageCount: Int?) -> StatusCode? {
      do throws(OctavoError) {
        _ = try Placement.split(demand, over: workers, stageCount: stageCount)
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
