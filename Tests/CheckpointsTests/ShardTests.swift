import Checkpoints
import Core
import JSON
import Testing

@Suite struct ShardTests {
  /// A checkpoint in two shards, and the index that names them.
  static func sharded(_ change: (inout JSON.Object) -> Void = { _ in }) throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    let tiny = TinyCheckpoint()
    try directory.write(JSON.object(tiny.config).text(), to: "config.json")
    var map = JSON.Object()
    for (number, tensors) in [tiny.tensors[..<8], tiny.tensors[8...]].enumerated() {
      let name = "model-0000\(number + 1)-of-00002.safetensors"
      try tiny.writeTensors(Array(tensors), to: "\(directory.path)/\(name)")
      for tensor in tensors { map[tensor.name] = .string(name) }
    }
    change(&map)
    try directory.write(
      JSON.object(["metadata": .object(["total_size": 1]), "weight_map": .object(map)]).text(),
      to: "model.safetensors.index.json")
    return directory
  }

  static func refusal(_ directory: TemporaryDirectory) -> OctavoError? {
    do throws(OctavoError) {
      _ = try Checkpoint.open(directory.path)
      return nil
    } catch {
      return error
    }
  }

  @Test func opensShards() throws {
    let directory = try Self.sharded()
    let checkpoint = try Checkpoint.open(directory.path)
    let tiny = TinyCheckpoint()
    #expect(checkpoint.tensorNames == tiny.tensors.map(\.name).sorted())
    let last = tiny.tensors.last!
    let bytes = try checkpoint.tensor(last.name).withBytes { $0.unsafeLoad(fromByteOffset: 5, as: UInt8.self) }
    #expect(bytes == tiny.bytes(of: last)[5])
  }

  @Test(arguments: [
    "../outside.safetensors", "/etc/passwd", "sub/shard.safetensors", "..", "", ".safetensors", "model.bin",
    "a\0.safetensors", "a\n.safetensors", ".hidden.safetensors",
  ])
  func refusesShardsOutsideTheDirectory(name: String) throws {
    let error = Self.refusal(try Self.sharded { $0["lm_head.weight"] = .string(name) })
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains("weight_map.lm_head.weight") == true)
  }

  @Test func refusesAnIndexThatDisagrees() throws {
    let missing = Self.refusal(try Self.sharded { $0["lm_head.weight"] = "model-00003-of-00002.safetensors" })
    #expect(missing?.code == .notFound)
    let elsewhere = Self.refusal(try Self.sharded { $0["lm_head.weight"] = "model-00001-of-00002.safetensors" })
    #expect(elsewhere?.message.contains("'lm_head.weight' is not in 'model-00001-of-00002.safetensors'") == true)
    let unlisted = Self.refusal(try Self.sharded { $0["lm_head.weight"] = nil })
    #expect(unlisted?.message.contains("does not list 'lm_head.weight'") == true)
    let unknown = Self.refusal(try Self.sharded { $0["ghost"] = "model-00001-of-00002.safetensors" })
    #expect(unknown?.message.contains("'ghost' is not in") == true)
  }

  @Test func refusesATensorThatTwoShardsHold() throws {
    let directory = try Self.sharded { $0["extra"] = "model-00003.safetensors" }
    let tiny = TinyCheckpoint()
    try tiny.writeTensors(
      [tiny.tensors[0], TensorLayout(name: "extra", type: .i8, shape: [1])],
      to: directory.path + "/model-00003.safetensors")
    let error = Self.refusal(directory)
    #expect(error?.message.contains("'model.embed_tokens.weight' stands in") == true)
  }

  @Test func refusesAnIndexOfAnotherForm() throws {
    let directory = try Self.sharded()
    for text in ["", "{}", "[]", "{\"weight_map\":[]}", "{\"weight_map\":{\"a\":1}}", "{\"weight_map\":{}}"] {
      try directory.write(text, to: "model.safetensors.index.json")
      #expect(Self.refusal(directory)?.code == .invalidArgument)
    }
  }

  @Test func saysThatFilesAreMissing() throws {
    let directory = try TemporaryDirectory()
    try directory.write(JSON.object(TinyCheckpoint().config).text(), to: "config.json")
    #expect(Self.refusal(directory)?.code == .notFound)
  }
}
