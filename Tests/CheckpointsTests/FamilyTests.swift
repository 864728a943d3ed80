import Checkpoints
import Core
import JSON
import Models
import Testing

/// What configurations of Qwen2 and Mistral mean where Llama's mean something else.
@Suite struct FamilyTests {
  /// With the biases that every Qwen2 has and its configuration does not mention.
  static func qwen2(_ change: (inout JSON.Object) -> Void = { _ in }) -> TinyCheckpoint {
    var tiny = ConfigurationTests.tiny(change)
    tiny.config["model_type"] = "qwen2"
    for layer in 0..<2 {
      for (name, channels) in [("q_proj", 8), ("k_proj", 4), ("v_proj", 4)] {
        tiny.add("model.layers.\(layer).self_attn.\(name).bias", .bf16, [channels])
      }
    }
    return tiny
  }

  static func mistral(_ change: (inout JSON.Object) -> Void = { _ in }) -> TinyCheckpoint {
    ConfigurationTests.tiny {
      $0["model_type"] = "mistral"
      $0["sliding_window"] = .null
      change(&$0)
    }
  }

  @Test func qwen2HasBiasesOfQueryKeyAndValue() throws {
    let architecture = try Self.qwen2 {
      // As published: a window that is not used.
      $0["sliding_window"] = 32_768
      $0["max_window_layers"] = 21
      $0["use_sliding_window"] = false
    }.open().architecture
    #expect(architecture.family == .qwen2)
    #expect(architecture.attentionBias == .queryKeyValue)
    #expect(!architecture.mlpHasBias)
    // Transformers reads no such key from this family.
    #expect(try Self.qwen2 { $0["attention_bias"] = false }.open().architecture.attentionBias == .queryKeyValue)
  }

  @Test func qwen2WithoutABiasIsRefused() throws {
    var tiny = Self.qwen2()
    tiny.remove("model.layers.1.self_attn.k_proj.bias")
    #expect(try tiny.refusal()?.message.contains("'model.layers.1.self_attn.k_proj.bias' is missing") == true)
    var other = Self.qwen2()
    other.add("model.layers.0.self_attn.o_proj.bias", .bf16, [8])
    #expect(try other.refusal()?.code == .invalidArgument)
  }

  @Test func qwen2SlidesOnlyWhenItSaysSo() throws {
    _ = try Self.qwen2 { $0["sliding_window"] = 4_096 }.open()
    let error = try Self.qwen2 {
      $0["sliding_window"] = 4_096
      $0["use_sliding_window"] = true
    }.refusal()
    #expect(error?.code == .unimplemented)
    #expect(error?.message.contains("sliding_window is 4096") == true)
    // Transformers slides over 4,096 positions where the key is left out.
    #expect(try Self.qwen2 { $0["use_sliding_window"] = true }.refusal()?.code == .invalidArgument)
  }

  @Test func mistralIsALlamaWithFullAttention() throws {
    let architecture = try Self.mistral { $0["attention_bias"] = true }.open().architecture
    var expected = TinyCheckpoint.architecture
    expected.family = .mistral
    #expect(architecture == expected)
  }

  /// Transformers slides over 4,096 positions where the key is left out, and knows no switch.
  @Test func mistralThatMaySlideIsRefused() throws {
    #expect(try Self.mistral { $0["sliding_window"] = nil as JSON? }.refusal()?.code == .invalidArgument)
    let error = try Self.mistral {
      $0["sliding_window"] = 4_096
      $0["use_sliding_window"] = false
    }.refusal()
    #expect(error?.code == .unimplemented)
  }

  @Test(arguments: ["qwen2", "mistral"]) func keyValueHeadsMustBeNamed(family: String) throws {
    let tiny = family == "qwen2" ? Self.qwen2 : Self.mistral
    let error = try tiny { $0["num_key_value_heads"] = nil }.refusal()
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains("num_key_value_heads is missing") == true)
  }

  @Test func layersThatSlideAreRefused() throws {
    _ = try Self.qwen2 { $0["layer_types"] = ["full_attention", "full_attention"] }.open()
    let error = try Self.qwen2 { $0["layer_types"] = ["full_attention", "sliding_attention"] }.refusal()
    #expect(error?.code == .unimplemented)
    #expect(error?.message.contains("layer_types[1] is 'sliding_attention'") == true)
  }
}
