import Checkpoints
import Core
import Foundation
import JSON
import Testing

@Suite struct DigestTests {
  static func digest(_ tiny: TinyCheckpoint) throws -> CheckpointDigest { try tiny.open().digest(cache: nil) }

  @Test func isTheSameForTheSameContentsOnly() throws {
    let digest = try Self.digest(.int8())
    #expect(try Self.digest(.int8()) == digest)
    var config = TinyCheckpoint.int8()
    config.config["rope_theta"] = 10001
    #expect(try Self.digest(config) != digest)
    var weight = TinyCheckpoint.int8()
    let tensor = weight.tensors[3]
    weight.contents[tensor.name] = weight.bytes(of: tensor)
    weight.contents[tensor.name]![7] ^= 1
    #expect(try Self.digest(weight) != digest)
  }

  /// A file without hashes, as other tools write it.
  static func foreign() throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    try TinyCheckpoint().write(to: directory)
    let bytes = try directory.read("model.safetensors")
    let length = Int(bytes[0]) | Int(bytes[1]) << 8
    let header = try JSON.parse(Array(bytes[8..<8 + length]), limits: .configuration)
    guard case .object(var members) = header else { return directory }
    members["__metadata__"] = .object(["format": "pt"])
    let text = Array(try JSON.object(members).text().utf8)
    let size = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
    try directory.write(size + text + bytes[(8 + length)...], to: "model.safetensors")
    return directory
  }

  @Test func verifiesContentsAgainstTheirHashes() throws {
    let directory = try TemporaryDirectory()
    try TinyCheckpoint.int8().write(to: directory)
    let checkpoint = try Checkpoint.open(directory.path)
    #expect(try checkpoint.verify() == checkpoint.tensorNames.count)
    var bytes = try directory.read("model.safetensors")
    bytes[bytes.count - 1] ^= 0x40
    try directory.write(bytes, to: "model.safetensors")
    let error = #expect(throws: OctavoError.self) { try Checkpoint.open(directory.path).verify() }
    #expect(error?.code == .dataLoss)
    let foreign = try Self.foreign()
    #expect(try Checkpoint.open(foreign.path).verify() == 0)
  }

  @Test func readsTheContentsOfForeignFiles() throws {
    let directory = try Self.foreign()
    let digest = try Checkpoint.open(directory.path).digest(cache: nil)
    var bytes = try directory.read("model.safetensors")
    bytes[bytes.count - 1] ^= 1
    try directory.write(bytes, to: "model.safetensors")
    #expect(try Checkpoint.open(directory.path).digest(cache: nil) != digest)
  }

  @Test func remembersTheHashesOfForeignFiles() throws {
    let directory = try Self.foreign()
    try directory.age("model.safetensors")
    let memory = try TemporaryDirectory()
    let cache = DigestCache(directory: memory.path + "/deep/octavo")
    let checkpoint = try Checkpoint.open(directory.path)
    let digest = try checkpoint.digest(cache: cache)
    #expect(digest == (try checkpoint.digest(cache: nil)))
    let entries = try FileManager.default.contentsOfDirectory(atPath: memory.path + "/deep/octavo")
    #expect(entries.count == 1)
    // The memory is believed: another hash in it gives another digest.
    let entry = memory.path + "/deep/octavo/" + entries[0]
    try Data((String(repeating: "a", count: 64) + "\n").utf8).write(to: URL(filePath: entry))
    #expect(try checkpoint.digest(cache: cache) != digest)
    // Unless it is broken, or the file has changed.
    for broken in ["", "xyz\n", String(repeating: "a", count: 64), String(repeating: "A", count: 64) + "\n"] {
      try Data(broken.utf8).write(to: URL(filePath: entry))
      #expect(try checkpoint.digest(cache: cache) == digest)
    }
    try Data((String(repeating: "a", count: 64) + "\n").utf8).write(to: URL(filePath: entry))
    try directory.age("model.safetensors", seconds: 30)
    #expect(try Checkpoint.open(directory.path).digest(cache: cache) == digest)
  }

  @Test func doesNotRememberAFileThatJustChanged() throws {
    let directory = try Self.foreign()
    let memory = try TemporaryDirectory()
    _ = try Checkpoint.open(directory.path).digest(cache: DigestCache(directory: memory.path))
    #expect(memory.names == [])
  }

  @Test func needsNoCacheDirectory() throws {
    let directory = try Self.foreign()
    try directory.age("model.safetensors")
    let cache = DigestCache(directory: "/dev/null/octavo")
    let checkpoint = try Checkpoint.open(directory.path)
    #expect(try checkpoint.digest(cache: cache) == checkpoint.digest(cache: nil))
  }

  @Test func doesNotDependOnNames() throws {
    let first = try Self.foreign()
    let copy = try TemporaryDirectory()
    for name in ["config.json", "model.safetensors"] { try copy.write(first.read(name), to: name) }
    #expect(try Checkpoint.open(copy.path).digest(cache: nil) == Checkpoint.open(first.path).digest(cache: nil))
  }
}
