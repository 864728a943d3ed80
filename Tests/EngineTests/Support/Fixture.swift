import Checkpoints
import Core
import Engine
import Foundation
import Models
import Testing

/// The small real model and what is known of it.
enum Fixture {
  static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let directory = tests.appending(path: "Fixtures/kjv").path

  static func open() throws -> Checkpoint { try Checkpoint.open(directory) }

  static func tiny(_ name: String) throws -> Checkpoint {
    try Checkpoint.open(tests.appending(path: "Goldens/float32/\(name)").path)
  }

  /// A tiny checkpoint of its own head, a number of whose embedding row of one token is not finite.
  static func tiny(_ name: String, with number: Float, inRowOf token: Int, at directory: URL) throws -> Checkpoint {
    let source = tests.appending(path: "Goldens/float32/\(name)")
    try FileManager.default.copyItem(at: source, to: directory)
    let checkpoint = try Checkpoint.open(directory.path)
    let embedding = try checkpoint.tensor(checkpoint.architecture.embeddingName)
    var row = [UInt8](repeating: 0, count: embedding.rowBytes)
    try row.withUnsafeMutableBytes { try embedding.readRows(token..<token + 1, into: $0) }
    let file = directory.appending(path: "model.safetensors")
    var bytes = try Data(contentsOf: file)
    let place = try #require(bytes.range(of: Data(row)))
    withUnsafeBytes(of: number.bitPattern.littleEndian) {
      bytes.replaceSubrange(place.lowerBound..<place.lowerBound + 4, with: $0)
    }
    try bytes.write(to: file)
    return try Checkpoint.open(directory.path)
  }

  /// The held-out text: 44 windows of 512 ids.
  static func heldOut() throws -> [[TokenID]] {
    let bytes = [UInt8](try Data(contentsOf: tests.appending(path: "Goldens/held-out.u16")))
    let ids = stride(from: 0, to: bytes.count, by: 2).map { TokenID(bytes[$0]) | TokenID(bytes[$0 + 1]) << 8 }
    return stride(from: 0, to: ids.count, by: 512).map { Array(ids[$0..<$0 + 512]) }
  }
}
