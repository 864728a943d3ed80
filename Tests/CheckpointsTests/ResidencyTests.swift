import Checkpoints
import Foundation
import Testing

/// Loading must not leave the mapped file resident.
@Suite struct ResidencyTests {
  /// Bytes of the mapping of `path` that are resident in this process.
  static func residentBytes(of path: String) throws -> Int {
    var isInside = false
    var kilobytes = 0
    let mappings = try FileHandle(forReadingFrom: URL(filePath: "/proc/self/smaps")).readToEnd() ?? Data()
    for line in String(decoding: mappings, as: UTF8.self).split(separator: "\n") {
      if line.first?.isLetter == true, line.contains(": ") {
        if isInside, line.hasPrefix("Rss:") { kilobytes += Int(line.split(separator: " ")[1])! }
      } else {
        isInside = line.hasSuffix(path)
      }
    }
    return kilobytes * 1_024
  }

  @Test func givesTouchedPagesBackAndReadsRowsWithoutTouchingAny() throws {
    let directory = try TemporaryDirectory()
    for name in ["config.json", "model.safetensors"] {
      try FileManager.default.copyItem(
        atPath: "\(FixtureTests.directory)/\(name)", toPath: "\(directory.path)/\(name)")
    }
    let checkpoint = try Checkpoint.open(directory.path)
    let path = directory.path + "/model.safetensors"
    #expect(try Self.residentBytes(of: path) == 0)

    let embedding = try checkpoint.tensor("model.embed_tokens.weight")
    var rows = [UInt8](repeating: 0, count: embedding.byteCount)
    try rows.withUnsafeMutableBytes { try embedding.readRows(0..<2_048, into: $0) }
    #expect(try Self.residentBytes(of: path) == 0)

    #expect(try embedding.floats().reduce(0, +).isFinite)
    let touched = try Self.residentBytes(of: path)
    #expect(touched >= embedding.byteCount)
    for name in checkpoint.tensorNames { try checkpoint.tensor(name).releasePages() }
    #expect(try Self.residentBytes(of: path) == 0)
  }
}
