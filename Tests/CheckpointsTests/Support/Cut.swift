import Foundation

/// Shortens a file in place.
func cut(_ path: String, to byteCount: Int) throws {
  let file = try FileHandle(forWritingTo: URL(filePath: path))
  try file.truncate(atOffset: UInt64(byteCount))
  try file.close()
}
