import Checkpoints
import Core
import JSON
import Models
import Testing

/// Configurations and tensors that contradict each other.
@Suite struct ConsistencyTests {
  static let up = "model.layers.1.mlp.up_proj"

  static func spoiled(int8: Bool = false, _ change: (inout TinyCheckpoint) -> Void) -> TinyCheckpoint {
    var tiny = int8 ? TinyCheckpoint.int8() : TinyCheckpoint()
    change(&tiny)
    return tiny
  }

  static let contradictions: [(TinyCheckpoint, String)] = [
    (spoiled { $0.remove("model.norm.weight") }, "'model.norm.weight' is missing"),
    (spoiled { $0.remove(up + ".weight") }, "'\(up).weight' is missing"),
    (spoiled { $0.remove("lm_head.weight") }, "'lm_head.weight' is missing"),
    (spoiled { $0.change(up + ".weight") { $0.shape = [8, 12] } }, "the shape [8, 12], config.json makes it [12, 8]"),
    (spoiled { $0.change("model.norm.weight") { $0.shape = [8, 1] } }, "the shape [8, 1], config.json makes it [8]"),
    (spoiled { $0.config["head_dim"] = 4 }, "q_proj.weight' has the shape [8, 8], config.json makes it [16, 8]"),
    (
      spoiled { $0.config["vocab_size"] = 21 },
      "embed_tokens.weight' has the shape [20, 8], config.json makes it [21, 8]"
    ),
    (spoiled { $0.config["num_hidden_layers"] = 1 }, "belongs to a layer past the 1 of config.json"),
    (spoiled { $0.config["num_hidden_layers"] = 3 }, "'model.layers.2.input_layernorm.weight' is missing"),
    (spoiled { $0.config["attention_bias"] = true }, "q_proj.bias' is missing"),
    (spoiled { $0.add("model.layers.0.self_attn.q_proj.bias", .bf16, [8]) }, "no tensor that config.json asks for"),
    (spoiled { $0.add("extra", .f32, [1]) }, "'extra' is no tensor"),
    (spoiled { $0.change("model.norm.weight") { $0.type = .i8 } }, "'model.norm.weight' is I8"),
    (spoiled { $0.change("model.embed_tokens.weight") { $0.type = .i8 } }, "'model.embed_tokens.weight' is I8"),
    (spoiled { $0.change(up + ".weight") { $0.type = .i8 } }, "has no quantization_config"),
    (spoiled { $0.config["quantization_config"] = TinyCheckpoint.quantizationConfig }, "does not ignore"),
    (spoiled(int8: true) { $0.remove(up + ".weight_scale") }, "'\(up).weight_scale' is missing"),
    (
      spoiled(int8: true) {
        $0.config["quantization_config"] = nil; $0.config["octavo"] = nil
      }, "has no quantization_config"
    ),
    (spoiled(int8: true) { $0.change(up + ".weight") { $0.type = .bf16 } }, "does not ignore '\(up)'"),
    (
      spoiled(int8: true) {
        $0.contents[up + ".weight_scale"] = nil
        $0.change(up + ".weight_scale") { $0.shape = [1, 12] }
      }, "the shape [1, 12], its weight makes it [12, 1]"
    ),
    (
      spoiled(int8: true) {
        $0.contents[up + ".weight_scale"] = nil
        $0.change(up + ".weight_scale") { $0.type = .i8 }
      }, "weight_scale' is I8"
    ),
    (
      spoiled(int8: true) {
        $0.change("lm_head.weight") { $0.type = .i8 }
        $0.add("lm_head.weight_scale", .bf16, [20, 1])
      }, "ignores 'lm_head'"
    ),
  ]

  @Test(arguments: contradictions.indices) func refusesWithBothValues(index: Int) throws {
    let (tiny, part) = Self.contradictions[index]
    let error = try tiny.refusal()
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "opened")")
  }

  @Test func takesAHeadThatIsTied() throws {
    let tied = TinyCheckpoint(tied: true)
    let checkpoint = try tied.open()
    #expect(checkpoint.architecture.headIsTied)
    #expect(!checkpoint.contains("lm_head.weight"))
    var repeated = tied
    repeated.add("lm_head.weight", .bf16, [20, 8])
    repeated.contents["lm_head.weight"] = repeated.bytes(of: repeated.tensors[0])
    _ = try repeated.open()
    repeated.contents["lm_head.weight"]![319] ^= 1
    #expect(try repeated.refusal()?.message.contains("config.json ties them") == true)
  }

  @Test func takesWhatOthersLeaveInTheirFiles() throws {
    _ = try Self.spoiled { $0.add("model.layers.0.self_attn.rotary_emb.inv_freq", .f32, [1]) }.open()
    _ = try Self.spoiled { $0.change("model.norm.weight") { $0.type = .f32 } }.open()
    _ = try Self.spoiled(int8: true) {
      $0.contents[Self.up + ".weight_scale"] = [UInt8](repeating: 0, count: 48)
      $0.change(Self.up + ".weight_scale") {
        $0.shape = [12]
        $0.type = .f32
      }
    }.open()
  }

  @Test func takesAPatternForWhatIsStoredAsFloats() throws {
    var tiny = TinyCheckpoint.int8(octavo: false)
    guard case .object(var quantization) = tiny.config["quantization_config"] else { return }
    quantization["ignore"] = ["re:.*lm_head"]
    tiny.config["quantization_config"] = .object(quantization)
    let checkpoint = try tiny.open()
    #expect(try !checkpoint.isQuantized(checkpoint.architecture.head))
    quantization["ignore"] = []
    tiny.config["quantization_config"] = .object(quantization)
    #expect(try tiny.refusal()?.message.contains("does not ignore 'lm_head'") == true)
  }

  @Test func takesAnInt8HeadThatNobodyIgnores() throws {
    var tiny = TinyCheckpoint.int8(octavo: false)
    guard case .object(var quantization) = tiny.config["quantization_config"] else { return }
    quantization["ignore"] = nil
    tiny.config["quantization_config"] = .object(quantization)
    tiny.change("lm_head.weight") { $0.type = .i8 }
    tiny.add("lm_head.weight_scale", .bf16, [20, 1])
    let checkpoint = try tiny.open()
    #expect(try checkpoint.isQuantized(checkpoint.architecture.head))
  }

  @Test func opensFilesWithTypesItCannotReadOnlyWhereTheyAreNotNeeded() throws {
    let directory = try TemporaryDirectory()
    try TinyCheckpoint().write(to: directory)
    let text = try directory.read("model.safetensors")
    let marker = Array("\"model.norm.weight\":{\"dtype\":\"BF16\"".utf8)
    let start = text.indices.first { text[$0...].starts(with: marker) }!
    var changed = text
    changed.replaceSubrange(start + marker.count - 5..<start + marker.count - 1, with: Array("I16\"".utf8))
    changed.replaceSubrange(start + marker.count - 1..<start + marker.count, with: Array(" ".utf8))
    try directory.write(changed, to: "model.safetensors")
    let error = #expect(throws: OctavoError.self) { try Checkpoint.open(directory.path) }
    #expect(error?.message.contains("'model.norm.weight' is I16: F32, F16 or BF16 is needed") == true)
  }
}
