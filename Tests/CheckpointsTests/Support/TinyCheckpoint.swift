import Checkpoints
import Core
import JSON
import Models

/// A small checkpoint to be written, and to be spoiled before that.
struct TinyCheckpoint {
  var config: JSON.Object
  var tensors: [TensorLayout]
  /// Bytes of tensors that are not to be counted up.
  var contents: [String: [UInt8]] = [:]

  static let architecture = Architecture(
    hiddenSize: 8, layerCount: 2, headCount: 4, keyValueHeadCount: 2, headSize: 2, intermediateSize: 12,
    vocabularyCount: 20, contextLength: 32)

  static let quantizationConfig: JSON = .object([
    "quant_method": "compressed-tensors", "format": "int-quantized", "quantization_status": "compressed",
    "ignore": ["lm_head"], "kv_cache_scheme": nil,
    "config_groups": .object([
      "group_0": .object([
        "targets": ["Linear"],
        "weights": .object([
          "num_bits": 8, "type": "int", "symmetric": true, "strategy": "channel", "dynamic": false, "group_size": nil,
        ]),
        "input_activations": .object([
          "num_bits": 8, "type": "int", "symmetric": false, "strategy": "token", "dynamic": true,
        ]),
      ])
    ]),
  ])

  /// Unquantized, bf16, in the spelling of transformers 4.
  init(tied: Bool = false) {
    var architecture = Self.architecture
    architecture.headIsTied = tied
    config = [
      "model_type": "llama", "hidden_act": "silu", "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 4,
      "num_key_value_heads": 2, "intermediate_size": 12, "vocab_size": 20, "max_position_embeddings": 32,
      "rms_norm_eps": 1e-05, "rope_theta": 10000.0, "torch_dtype": "bfloat16", "tie_word_embeddings": .bool(tied),
    ]
    tensors = architecture.tensors(of: architecture.wholeRange).map {
      TensorLayout(name: $0.name, type: .bf16, shape: $0.shape)
    }
  }

  /// int8 with bf16 scales; Octavo's own rule for activations.
  static func int8(octavo: Bool = true) -> TinyCheckpoint {
    var tiny = TinyCheckpoint()
    tiny.config["quantization_config"] = quantizationConfig
    if octavo { tiny.config["octavo"] = .object(["activations": "affine-128"]) }
    for (index, tensor) in tiny.tensors.enumerated() where tensor.name.contains("_proj") {
      tiny.tensors[index].type = .i8
      let scale = tensor.name + "_scale"
      tiny.tensors.append(TensorLayout(name: scale, type: .bf16, shape: [tensor.shape[0], 1]))
      tiny.contents[scale] = (0..<tensor.shape[0]).flatMap { _ in [0x80, 0x3C] as [UInt8] }
    }
    return tiny
  }

  mutating func change(_ name: String, _ change: (inout TensorLayout) -> Void) {
    let index = tensors.firstIndex { $0.name == name }!
    change(&tensors[index])
  }

  mutating func remove(_ name: String) { tensors.removeAll { $0.name == name } }

  mutating func add(_ name: String, _ type: ElementType, _ shape: [Int]) {
    tensors.append(TensorLayout(name: name, type: type, shape: shape))
  }

  func bytes(of tensor: TensorLayout) -> [UInt8] {
    let count = tensor.shape.reduce(tensor.type.bytesPerElement, *)
    return contents[tensor.name] ?? (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ tensor.name.utf8.count) }
  }

  /// Writes config.json and one file.
  func write(to directory: TemporaryDirectory) throws {
    try directory.write(JSON.object(config).text(indented: true), to: "config.json")
    try writeTensors(tensors, to: directory.path + "/model.safetensors")
  }

  func writeTensors(_ tensors: [TensorLayout], to path: String) throws {
    var writer = try SafetensorsWriter(path: path, tensors: tensors, metadata: [("format", "pt")])
    for tensor in tensors { try writer.append(bytes(of: tensor), to: tensor.name) }
    try writer.finish()
  }

  /// Writes it into a directory of its own and opens it.
  func open() throws -> Checkpoint {
    let directory = try TemporaryDirectory()
    try write(to: directory)
    return try Checkpoint.open(directory.path)
  }

  /// The error it is refused with.
  func refusal() throws -> OctavoError? {
    do {
      _ = try open()
      return nil
    } catch let error as OctavoError {
      return error
    }
  }
}
