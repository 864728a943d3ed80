import Core
import Engine
import Foundation
import Testing

/// Prompts of the fixture's golden.json, which transformers ran in float32.
@Suite struct GreedyTests {
  struct Golden: Decodable, Sendable {
    struct Prompt: Decodable, Sendable {
      var ids: [TokenID]
      var greedyFloat32: [TokenID]

      enum CodingKeys: String, CodingKey {
        case ids
        case greedyFloat32 = "greedy_float32"
      }
    }

    var prompts: [Prompt]
  }

  @Test func float32ContinuesAsTransformersDoes() throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: Fixture.directory + "/golden.json"))
    let golden = try JSONDecoder().decode(Golden.self, from: data)
    let pipeline = try Pipeline(try Fixture.open(), stages: 2, configuration: .float32)
    #expect(golden.prompts.count == 5)
    for prompt in golden.prompts {
      let seen = try pipeline.generate(prompt.ids, count: prompt.greedyFloat32.count, .greedy)
      #expect(seen.map(\.choice.token) == prompt.greedyFloat32)
    }
  }
}
