import Core
import Models
import Testing

@Suite struct ValidationTests {
  static func changed(_ change: (inout Architecture) -> Void) -> Architecture {
    var architecture = TensorTests.tiny()
    change(&architecture)
    return architecture
  }

  @Test(arguments: [
    changed { $0.hiddenSize = 0 }, changed { $0.hiddenSize = 65_537 }, changed { $0.layerCount = 0 },
    changed { $0.layerCount = .max }, changed { $0.headCount = 0 }, changed { $0.keyValueHeadCount = 0 },
    changed { $0.keyValueHeadCount = 3 }, changed { $0.keyValueHeadCount = 8 }, changed { $0.headSize = 0 },
    changed { $0.headSize = 5 }, changed { $0.headSize = 1_024 }, changed { $0.intermediateSize = -1 },
    changed { $0.vocabularyCount = 0 }, changed { $0.vocabularyCount = .max }, changed { $0.contextLength = 0 },
    changed { $0.normEpsilon = 0 }, changed { $0.normEpsilon = .nan }, changed { $0.rotary.theta = 0 },
    changed { $0.rotary.theta = .infinity }, changed { $0.endTokens = [20] }, changed { $0.beginToken = 20 },
    changed { $0.endTokens = Array(repeating: 0, count: 65) },
    changed {
      $0.headCount = 1_024
      $0.headSize = 512
    },
    changed {
      $0.rotary.scaling = .llama3(factor: 8, lowFrequencyFactor: 4, highFrequencyFactor: 4, originalContextLength: 8)
    },
    changed {
      $0.rotary.scaling = .llama3(factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContextLength: 0)
    },
    changed {
      $0.rotary.scaling = .llama3(factor: .nan, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContextLength: 8)
    },
  ])
  func refusesDimensionsThatCannotBe(architecture: Architecture) {
    let error = #expect(throws: OctavoError.self) { try architecture.validate() }
    #expect(error?.code == .invalidArgument)
  }

  @Test func takesTheLargestThatIsAllowedWithoutOverflow() throws {
    let architecture = Self.changed {
      $0.hiddenSize = Architecture.Bounds.channelsMax
      $0.layerCount = Architecture.Bounds.layersMax
      $0.headCount = 128
      $0.keyValueHeadCount = 128
      $0.headSize = 512
      $0.intermediateSize = Architecture.Bounds.channelsMax
      $0.vocabularyCount = Architecture.Bounds.vocabularyMax
      $0.attentionBias = .all
      $0.mlpHasBias = true
    }
    try architecture.validate()
    #expect(architecture.parameterCount > 0)
    let small = StageCapacity(contextLength: 1_024, sequencesMax: 64, rowsMax: 512)
    let memory = try StageMemory(architecture, architecture.wholeRange, .float32, small)
    #expect(memory.total.bytes > 4 * architecture.layerParameterCount * architecture.layerCount)
    let huge = StageCapacity(
      contextLength: Limits.contextLengthMax, sequencesMax: Limits.sequencesMax, rowsMax: Limits.rowsMax)
    let error = #expect(throws: OctavoError.self) {
      try StageMemory(architecture, architecture.wholeRange, .float32, huge)
    }
    #expect(error?.code == .resourceExhausted)
  }
}
