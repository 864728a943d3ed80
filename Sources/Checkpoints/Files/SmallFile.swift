import Core
import Glibc

/// Files that are read whole, such as configurations.
enum SmallFile {
  /// - Throws: NOT_FOUND, PERMISSION_DENIED; RESOURCE_EXHAUSTED past `bytesMax`; INVALID_ARGUMENT if it is
  ///   not a regular file.
  static func read(_ path: String, bytesMax: Int) throws(OctavoError) -> [UInt8] {
    // Without O_NONBLOCK, opening a named pipe would wait for its writer before it can be refused.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .system("opening", path) }
    defer { close(descriptor) }
    let byteCount = try FileIdentity(descriptor: descriptor, path: path).byteCount
    guard byteCount <= bytesMax else {
      throw OctavoError(.resourceExhausted, "\(path) has \(byteCount) bytes: at most \(bytesMax) are read")
    }
    var bytes = [UInt8](repeating: 0, count: byteCount)
    var done = 0
    while done < byteCount {
      let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress! + done, byteCount - done) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .system("reading", path) }
      if count == 0 { break }
      done += count
    }
    return Array(bytes[..<done])
  }

  /// Writes a new file whole.
  ///
  /// - Throws: ALREADY_EXISTS if it is there; what the system says otherwise.
  static func write(_ bytes: [UInt8], to path: String) throws(OctavoError) {
    let file = try NewFile(path: path)
    try file.write(bytes.span.bytes, at: 0)
    try file.close()
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
