import Core
import Models
import Testing

@Suite struct MemoryTests {
  static let capacity = StageCapacity(contextLength: 100, sequencesMax: 2, rowsMax: 4)

  @Test func padsToTheKernelsLayout() {
    let linear = PackedLinear(inputChannels: 130, outputChannels: 65)
    #expect(linear.paddedOutputChannels == 128)
    #expect(linear.paddedInputChannels == 132)
    #expect(linear.groupCount == 2)
    #expect(linear.int8Bytes == 128 * 132)
    #expect(linear.scaleBytes == 128 * 4)
    #expect(linear.groupSumBytes == 128 * 2 * 2)
    #expect(linear.floatBytes(bytesPerElement: 4) == 128 * 130 * 4)
    #expect(PackedLinear(inputChannels: 128, outputChannels: 64).int8Bytes == 64 * 128)
    #expect(PackedLinear(inputChannels: 128, outputChannels: 64).groupCount == 1)
  }

  /// All seven linears of the tiny model pad to 64 outputs; inputs are 8, 8, 8, 16, 8, 8, 12.
  @Test func countsAnInt8StageByHand() throws {
    let range = StageRange(layers: 1..<3, embeds: false, projects: true)
    let memory = try StageMemory(TensorTests.tiny(bias: .queryKeyValue), range, .int8, Self.capacity)
    #expect(memory.weights == 2 * 64 * (8 + 8 + 8 + 16 + 8 + 8 + 12))
    #expect(memory.scales == 2 * (7 + 3) * 64 * 4)
    #expect(memory.groupSums == 2 * 7 * 64 * 2)
    #expect(memory.norms == (2 * 2 + 1) * 8 * 4)
    #expect(memory.head == 64 * 8 + 64 * 4 + 64 * 2)
    // Seven pages a sequence, two sequences, 16 tokens a page, K and V of 8 channels in 2 bytes, two layers.
    #expect(memory.keyValue == 14 * 16 * 2 * 8 * 2 * 2)
    // Four rows: eight activations of 64 channels and a head's four floats, the widest input and its terms, and
    // four frames of 8 channels; a block of attention of every head; logits for two sequences and the sampler.
    #expect(
      memory.workspace == 4 * (4 * (8 * 64 + 4) + 2 * (64 + 12) + 4 * 4 * 8) + 4 * 4 * (16 + 16) + 4 * 64 * 2 * 2)
    #expect(memory.runtime == StageMemory.runtimeBytes)
    #expect(memory.total.bytes == memory.parts.reduce(0) { $0 + $1.bytes.bytes })
  }

  @Test func countsAFloat32Stage() throws {
    let range = StageRange(layers: 0..<1, embeds: true, projects: false)
    let memory = try StageMemory(TensorTests.tiny(), range, .float32, Self.capacity)
    #expect(memory.weights == 64 * (8 + 8 + 8 + 16 + 8 + 8 + 12) * 4)
    #expect(memory.scales == 0)
    #expect(memory.groupSums == 0)
    #expect(memory.head == 0)
    #expect(memory.keyValue == 14 * 16 * 2 * 8 * 4)
  }

  /// A byte a channel, and a float32 scale a head, for K and for V.
  @Test func countsInt8KeysAndValues() throws {
    var configuration = InstanceConfiguration.int8
    configuration.keyValue = .int8
    let range = StageRange(layers: 1..<3, embeds: false, projects: false)
    let architecture = TensorTests.tiny()
    let memory = try StageMemory(architecture, range, configuration, Self.capacity)
    let bytes = architecture.keyValueHeadCount * (architecture.headSize + 4)
    #expect(memory.keyValue == 14 * 16 * 2 * bytes * 2)
    let standard = try StageMemory(architecture, range, .int8, Self.capacity)
    #expect(memory.workspace == standard.workspace)
  }

  /// Room for one row of full length: 17 blocks of 256 positions for 4,097.
  @Test func countsTheBlocksOfOneRow() throws {
    let partials = AttentionPartials(try PublicModel.named("llama-3.1-8b").architecture, contextLength: 4_097)
    #expect(partials.blocksMax == 17)
    #expect(partials.stride == 16 + 128)
    #expect(partials.floatCount == 17 * 32 * (16 + 128))
  }

  @Test func countsTheHeadInItsFormat() throws {
    let range = StageRange(layers: 0..<0, embeds: false, projects: true)
    var configuration = InstanceConfiguration.int8
    configuration.head = .stored
    let two = try StageMemory(TensorTests.tiny(), range, configuration, Self.capacity)
    #expect(two.head == 64 * 8 * 2)
    let four = try StageMemory(
      TensorTests.tiny(), range, configuration, Self.capacity, storedHeadBytesPerElement: 4)
    #expect(four.head == 64 * 8 * 4)
    let one = try StageMemory(
      TensorTests.tiny(), range, configuration, Self.capacity, storedHeadBytesPerElement: 1)
    #expect(one.head == 64 * 8 + 64 * 4 + 64 * 2)
  }

  @Test func growsByTheSameAmountWithEachLayer() throws {
    let totals = try (0...3).map { count in
      try StageMemory(
        TensorTests.tiny(), StageRange(layers: 0..<count, embeds: false, projects: true), .int8, Self.capacity
      ).total.bytes
    }
    #expect(totals[1] - totals[0] == totals[2] - totals[1])
    #expect(totals[2] - totals[1] == totals[3] - totals[2])
  }

  @Test func staysWithinTwoPercentOfTheStoredBytesForARealModel() throws {
    let architecture = try PublicModel.named("llama-3.1-8b").architecture
    let capacity = StageCapacity(contextLength: 16, sequencesMax: 1, rowsMax: 1)
    let range = StageRange(layers: 0..<32, embeds: true, projects: false)
    let memory = try StageMemory(architecture, range, .int8, capacity)
    let resident = memory.weights + memory.scales + memory.groupSums + memory.norms
    #expect(Double(resident) / Double(32 * architecture.int8StoredBytesPerLayer) < 1.02)
    #expect(memory.weights == 32 * architecture.linearWeightCountPerLayer)
  }

  /// Llama-3.2-1B by hand: scales and sums are 1.7% of a layer, and its head is 4.32 layers.
  @Test func countsTheWorkOfALayerAndOfTheHead() throws {
    let architecture = try PublicModel.named("llama-3.2-1b").architecture
    func work(
      _ layers: Range<Int>, _ projects: Bool, _ configuration: InstanceConfiguration = .int8
    ) throws -> StageWork {
      try StageWork(architecture, StageRange(layers: layers, embeds: false, projects: projects), configuration)
    }
    let layer = try work(3..<4, false)
    #expect(layer.weightBytes == 60_817_408 + 4 * 23_552 + 2 * (16 * 21_504 + 64 * 2_048) + 4 * 2 * 2_048)
    #expect(layer.operationsPerRow == 2 * 60_817_408)
    let head = try work(0..<0, true)
    #expect(head.weightBytes == 128_256 * (2_048 + 4 + 2 * 16) + 4 * 2_048)
    #expect(head.operationsPerRow == 2 * 128_256 * 2_048)
    let both = try work(14..<16, true)
    #expect(both.weightBytes == 2 * layer.weightBytes + head.weightBytes)
    #expect(both.operationsPerRow == 2 * layer.operationsPerRow + head.operationsPerRow)
    var stored = InstanceConfiguration.int8
    stored.head = .stored
    #expect(try work(0..<0, true, stored).weightBytes == 2 * 128_256 * 2_048 + 4 * 2_048)
    #expect(try work(0..<0, true, stored).operationsPerRow == 4 * head.operationsPerRow)
    #expect(try work(3..<4, true, .float32).operationsPerRow == 4 * (layer.operationsPerRow + head.operationsPerRow))
  }

  @Test(arguments: [-1..<1, 0..<4, 3..<4]) func refusesLayersTheModelLacks(layers: Range<Int>) {
    let range = StageRange(layers: layers, embeds: false, projects: false)
    let error = #expect(throws: OctavoError.self) {
      try StageMemory(TensorTests.tiny(), range, .int8, Self.capacity)
    }
    #expect(error?.code == .invalidArgument)
  }
}
