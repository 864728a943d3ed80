import Checkpoints
import Core
import JSON
import Models
import Testing

@Suite struct QuantizationConfigurationTests {
  static let group = ["quantization_config", "config_groups", "group_0"]

  /// An int8 checkpoint of another author, one value of whose configuration is changed.
  static func foreign(_ path: [String], _ value: JSON?) -> TinyCheckpoint {
    var tiny = TinyCheckpoint.int8(octavo: false)
    tiny.config = changed(tiny.config, path[...], value)
    return tiny
  }

  private static func changed(_ object: JSON.Object, _ path: ArraySlice<String>, _ value: JSON?) -> JSON.Object {
    var object = object
    let key = path.first!
    if path.count == 1 {
      object[key] = value
    } else if case .object(let inner) = object[key] {
      object[key] = .object(changed(inner, path.dropFirst(), value))
    }
    return object
  }

  @Test func knowsItsOwnRule() throws {
    let checkpoint = try TinyCheckpoint.int8().open()
    #expect(checkpoint.quantization == .int8(activations: .affineGroups(128), ignored: ["lm_head"]))
  }

  @Test func readsTheRulesOfOthers() throws {
    let asymmetric = try TinyCheckpoint.int8(octavo: false).open()
    let token = ForeignActivations(granularity: .token, isStatic: false, isSymmetric: false)
    #expect(asymmetric.quantization == .int8(activations: .foreign(token), ignored: ["lm_head"]))
    let symmetric = try Self.foreign(Self.group + ["input_activations", "symmetric"], true).open()
    let other = ForeignActivations(granularity: .token, isStatic: false, isSymmetric: true)
    #expect(symmetric.quantization == .int8(activations: .foreign(other), ignored: ["lm_head"]))
  }

  @Test func takesTheStatusOfOlderWriters() throws {
    _ = try Self.foreign(["quantization_config", "quantization_status"], "frozen").open()
    _ = try Self.foreign(["quantization_config", "quantization_status"], nil).open()
  }

  /// Static scales for each linear; asymmetric, a zero point too.
  static func isStatic(symmetric: Bool) -> TinyCheckpoint {
    var tiny = foreign(
      group + ["input_activations"],
      .object(["num_bits": 8, "strategy": "tensor", "dynamic": false, "symmetric": .bool(symmetric)]))
    for tensor in tiny.tensors where tensor.type == .i8 {
      let module = String(tensor.name.dropLast(".weight".count))
      tiny.add(module + ".input_scale", .f32, [1])
      tiny.contents[module + ".input_scale"] = [0, 0, 0, 0x3F]
      if !symmetric {
        tiny.add(module + ".input_zero_point", .i8, [1])
        tiny.contents[module + ".input_zero_point"] = [0xFE]
      }
    }
    return tiny
  }

  @Test(arguments: [true, false]) func readsStaticScales(symmetric: Bool) throws {
    let tiny = Self.isStatic(symmetric: symmetric)
    let checkpoint = try tiny.open()
    let activations = ForeignActivations(granularity: .tensor, isStatic: true, isSymmetric: symmetric)
    #expect(checkpoint.quantization == .int8(activations: .foreign(activations), ignored: ["lm_head"]))
    let linear = checkpoint.architecture.linear(.down, ofLayer: 0)
    #expect(try checkpoint.inputScale(of: linear) == 0.5)
    #expect(try checkpoint.inputZeroPoint(of: linear) == (symmetric ? nil : -2))
    #expect(try TinyCheckpoint.int8().open().inputScale(of: linear) == nil)
    var missing = tiny
    missing.remove(linear.inputScaleName)
    #expect(try missing.refusal()?.message.contains("'\(linear.inputScaleName)' is missing") == true)
    var wide = tiny
    wide.change(linear.inputScaleName) { $0.shape = [2] }
    wide.contents[linear.inputScaleName] = [UInt8](repeating: 0, count: 8)
    #expect(try wide.refusal()?.message.contains("one value") == true)
  }

  static let unsupported: [([String], JSON?)] = [
    (["quantization_config", "quant_method"], "gptq"), (["quantization_config", "format"], "pack-quantized"),
    (["quantization_config", "quantization_status"], "calibration"),
    (["quantization_config", "kv_cache_scheme"], .object(["num_bits": 8])),
    (["quantization_config", "sparsity_config"], .object(["format": "sparse-24"])),
    (["quantization_config", "config_groups"], .object([:])),
    (["quantization_config", "config_groups", "group_1"], .object([:])), (group + ["format"], "float-quantized"),
    (group + ["weights", "num_bits"], 4), (group + ["weights", "type"], "float"),
    (group + ["weights", "strategy"], "group"), (group + ["weights", "group_size"], 128),
    (group + ["weights", "symmetric"], false), (group + ["input_activations"], nil),
    (group + ["input_activations", "num_bits"], 16), (group + ["input_activations", "strategy"], "block"),
    (group + ["input_activations", "strategy"], "tensor"), (group + ["input_activations", "dynamic"], false),
    (group + ["output_activations"], .object(["num_bits": 8])),
  ]

  @Test(arguments: unsupported) func namesWhatIsNotSupported(path: [String], value: JSON?) throws {
    let error = try Self.foreign(path, value).refusal()
    #expect(error?.code == .unimplemented, "\(error?.message ?? "opened")")
  }

  @Test func refusesRulesItDoesNotKnow() throws {
    var newer = TinyCheckpoint.int8()
    newer.config["octavo"] = .object(["activations": "affine-64"])
    #expect(try newer.refusal()?.code == .unimplemented)
    var symmetric = TinyCheckpoint.int8()
    symmetric.config = Self.changed(
      symmetric.config, (Self.group + ["input_activations", "symmetric"])[...], true)
    #expect(try symmetric.refusal()?.code == .invalidArgument)
    var alone = TinyCheckpoint()
    alone.config["octavo"] = .object(["activations": "affine-128"])
    #expect(try alone.refusal()?.code == .invalidArgument)
  }
}
