import Checkpoints
import Core
import JSON
import Models
import Testing

@Suite struct ConfigurationTests {
  static func tiny(_ change: (inout JSON.Object) -> Void) -> TinyCheckpoint {
    var tiny = TinyCheckpoint()
    change(&tiny.config)
    return tiny
  }

  @Test func readsBothSpellings() throws {
    let older = try TinyCheckpoint().open()
    #expect(older.architecture == TinyCheckpoint.architecture)
    let newer = try Self.tiny {
      $0["rope_theta"] = nil
      $0["rope_parameters"] = .object(["rope_theta": 10000.0, "rope_type": "default"])
      $0["torch_dtype"] = nil
      $0["dtype"] = "bfloat16"
    }.open()
    #expect(newer.architecture == older.architecture)
  }

  static let llama3: JSON.Object = [
    "rope_type": "llama3", "factor": 32.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
    "original_max_position_embeddings": 8192,
  ]

  @Test func readsLlama3ScalingInBothSpellings() throws {
    let expected = RotaryEmbedding(
      theta: 500_000,
      scaling: .llama3(factor: 32, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContextLength: 8_192))
    let older = try Self.tiny {
      $0["rope_theta"] = 500_000
      $0["rope_scaling"] = .object(Self.llama3)
    }.open()
    #expect(older.architecture.rotary == expected)
    let oldest = try Self.tiny {
      var scaling = Self.llama3
      scaling["rope_type"] = nil
      scaling["type"] = "llama3"
      $0["rope_theta"] = 500_000
      $0["rope_scaling"] = .object(scaling)
    }.open()
    #expect(oldest.architecture.rotary == expected)
    let newer = try Self.tiny {
      var parameters = Self.llama3
      parameters["rope_theta"] = 500_000.0
      $0["rope_parameters"] = .object(parameters)
      $0["rope_theta"] = nil
    }.open()
    #expect(newer.architecture.rotary == expected)
  }

  @Test func takesTransformersDefaults() throws {
    let checkpoint = try Self.tiny {
      for key in ["rms_norm_eps", "rope_theta", "hidden_act", "tie_word_embeddings", "torch_dtype"] { $0[key] = nil }
      $0["rope_scaling"] = nil as JSON?
      $0["head_dim"] = .null
      $0["sliding_window"] = .null
    }.open()
    #expect(checkpoint.architecture.normEpsilon == 1e-6)
    #expect(checkpoint.architecture.rotary == RotaryEmbedding(theta: 10_000))
    #expect(checkpoint.architecture.headSize == 2)
    #expect(checkpoint.architecture.beginToken == nil)
    #expect(checkpoint.architecture.endTokens == [])
  }

  @Test func takesAsManyKeyValueHeadsAsHeadsWhereNoneAreNamed() throws {
    var tiny = Self.tiny { $0["num_key_value_heads"] = nil }
    for layer in 0..<2 {
      for name in ["k_proj", "v_proj"] {
        tiny.change("model.layers.\(layer).self_attn.\(name).weight") { $0.shape = [8, 8] }
      }
    }
    #expect(try tiny.open().architecture.keyValueHeadCount == 4)
  }

  @Test func unitesEndTokensOfBothFiles() throws {
    for (ending, expected) in [(7, [5, 7]), ([9, 7], [5, 7, 9]), (.null, [5])] as [(JSON, [TokenID])] {
      let directory = try TemporaryDirectory()
      try Self.tiny {
        $0["eos_token_id"] = 5
        $0["bos_token_id"] = 3
      }.write(to: directory)
      try directory.write(JSON.object(["eos_token_id": ending]).text(), to: "generation_config.json")
      let architecture = try Checkpoint.open(directory.path).architecture
      #expect(architecture.endTokens == expected)
      #expect(architecture.beginToken == 3)
    }
  }

  @Test func refusesABrokenGenerationConfiguration() throws {
    let directory = try TemporaryDirectory()
    try TinyCheckpoint().write(to: directory)
    for text in ["{", "[]", "{\"eos_token_id\":\"x\"}", "{\"eos_token_id\":20}", "{\"eos_token_id\":[null]}"] {
      try directory.write(text, to: "generation_config.json")
      let error = #expect(throws: OctavoError.self) { try Checkpoint.open(directory.path) }
      #expect(error?.code == .invalidArgument)
    }
  }

  static let unsupported: [(String, JSON, String)] = [
    ("model_type", "gpt2", "model_type is 'gpt2'"), ("hidden_act", "gelu", "hidden_act is 'gelu'"),
    ("sliding_window", 4096, "sliding_window is 4096"),
    ("rope_scaling", .object(["rope_type": "yarn", "factor": 4]), "rope_scaling.rope_type is 'yarn'"),
    ("rope_scaling", .object(["type": "linear", "factor": 4]), "rope_scaling.type is 'linear'"),
    (
      "rope_parameters", .object(["rope_type": "dynamic", "rope_theta": 10000]),
      "rope_parameters.rope_type is 'dynamic'"
    ),
    ("partial_rotary_factor", 0.5, "partial_rotary_factor is 0.5"), ("torch_dtype", "float8_e4m3fn", "torch_dtype is"),
  ]

  @Test(arguments: unsupported) func namesWhatIsNotSupported(key: String, value: JSON, part: String) throws {
    let error = try Self.tiny { $0[key] = value }.refusal()
    #expect(error?.code == .unimplemented)
    #expect(error?.message.contains("config.json: \(part)") == true, "\(error?.message ?? "opened")")
  }

  @Test func takesASlidingWindowThatIsSwitchedOff() throws {
    _ = try Self.tiny {
      $0["sliding_window"] = 4096
      $0["use_sliding_window"] = false
    }.open()
  }

  static let malformed: [(String, JSON?)] = [
    ("model_type", nil), ("model_type", 1), ("hidden_size", nil), ("hidden_size", 0), ("hidden_size", -8),
    ("hidden_size", 1e9), ("hidden_size", "8"), ("num_hidden_layers", 0), ("num_hidden_layers", 1_000_000),
    ("num_attention_heads", 0), ("num_attention_heads", 3), ("num_key_value_heads", 0), ("num_key_value_heads", 3),
    ("num_key_value_heads", 8), ("intermediate_size", 0), ("intermediate_size", 65_537), ("vocab_size", 0),
    ("vocab_size", 1_099_511_627_776), ("vocab_size", nil), ("max_position_embeddings", 0),
    ("max_position_embeddings", nil),
    ("rms_norm_eps", 0), ("rms_norm_eps", -1), ("rms_norm_eps", "x"), ("rms_norm_eps", 2), ("rope_theta", 0),
    ("rope_theta", -1), ("rope_theta", 1e39), ("head_dim", 0), ("head_dim", 3), ("head_dim", 100_000),
    ("bos_token_id", 20), ("bos_token_id", -1), ("eos_token_id", 4_294_967_296), ("eos_token_id", [1, -1]),
    ("tie_word_embeddings", "true"), ("rope_scaling", 1), ("rope_scaling", .object(["rope_type": "llama3"])),
    ("rope_parameters", .object(["rope_theta": 500_000.0, "rope_type": "default"])), ("dtype", "float16"),
  ]

  @Test(arguments: malformed) func refusesWhatCannotBe(key: String, value: JSON?) throws {
    let error = try Self.tiny { $0[key] = value }.refusal()
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains("config.json: ") == true, "\(error?.message ?? "opened")")
  }

  @Test func refusesFilesThatAreNoConfiguration() throws {
    let directory = try TemporaryDirectory()
    #expect(Self.code(of: directory) == .notFound)
    for text in ["", "[]", "{", "{}", "{\"hidden_size\":8,\"hidden_size\":8}", String(repeating: "[", count: 1_000)] {
      try directory.write(text, to: "config.json")
      #expect([.invalidArgument, .resourceExhausted].contains(Self.code(of: directory)))
    }
    try directory.write([UInt8](repeating: 0x20, count: 2 << 20), to: "config.json")
    #expect(Self.code(of: directory) == .resourceExhausted)
  }

  static func code(of directory: TemporaryDirectory) -> StatusCode? {
    do throws(OctavoError) {
      _ = try Checkpoint.open(directory.path)
      return nil
    } catch {
      return error.code
    }
  }
}
