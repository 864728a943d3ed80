import Checkpoints
import Core

/// A safetensors file byte by byte, as an attacker would make it, beside a valid config.json.
struct RawSafetensors {
  var header: [UInt8]
  var dataBytes: Int
  /// What the file claims its header has; by default the truth.
  var claimedLength: UInt64?

  init(_ header: String, dataBytes: Int = 0, claimedLength: UInt64? = nil) {
    self.init(bytes: Array(header.utf8), dataBytes: dataBytes, claimedLength: claimedLength)
  }

  init(bytes header: [UInt8], dataBytes: Int = 0, claimedLength: UInt64? = nil) {
    self.header = header
    self.dataBytes = dataBytes
    self.claimedLength = claimedLength
  }

  var file: [UInt8] {
    let length = claimedLength ?? UInt64(header.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) } + header
      + [UInt8](repeating: 1, count: dataBytes)
  }

  /// The error under which a checkpoint with this file is refused.
  func refusal() throws -> OctavoError? { try Self.refusal(of: file) }

  static func refusal(of file: [UInt8]) throws -> OctavoError? {
    let directory = try TemporaryDirectory()
    try TinyCheckpoint().write(to: directory)
    try directory.write(file, to: "model.safetensors")
    do throws(OctavoError) {
      _ = try Checkpoint.open(directory.path)
      return nil
    } catch {
      return error
    }
  }
}
