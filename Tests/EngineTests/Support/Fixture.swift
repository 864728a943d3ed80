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

  /// The held-out text: 44 windows of 512 ids.
  static func heldOut() throws -> [[TokenID]] {
    let bytes = [UInt8](try Data(contentsOf: tests.appending(path: "Goldens/held-out.u16")))
    let ids = stride(from: 0, to: bytes.count, by: 2).map { TokenID(bytes[$0]) | TokenID(bytes[$0 + 1]) << 8 }
    return stride(from: 0, to: ids.count, by: 512).map { Array(ids[$0..<$0 + 512]) }
  }
}
