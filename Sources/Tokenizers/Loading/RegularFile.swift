import Core
import Glibc

/// An open file that is neither a folder nor a device nor a pipe, so that reading it ends.
struct RegularFile: ~Copyable {
  private let path: String
  private let descriptor: Int32

  /// - Throws: NOT_FOUND if `path` cannot be opened, INVALID_ARGUMENT if it is no file.
  init(_ path: String) throws(OctavoError) {
    // A pipe without a writer would block the open itself.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw OctavoError(.notFound, "\(quoted(path)) cannot be opened: \(String(cString: strerror(errno)))")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      _ = close(descriptor)
      throw .invalid("tokenizer", quoted(path), "give a file")
    }
    self.path = path
    self.descriptor = descriptor
  }

  deinit { _ = close(descriptor) }

  /// All bytes of the file.
  ///
  /// - Throws: RESOURCE_EXHAUSTED past `bytesMax`, DATA_LOSS if reading fails.
  func contents(bytesMax: Int) throws(OctavoError) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw OctavoError(.dataLoss, "\(quoted(path)) cannot be read: \(String(cString: strerror(errno)))")
      }
      if count == 0 { return bytes }
      bytes.append(contentsOf: buffer.prefix(count))
      guard bytes.count <= bytesMax else {
        throw OctavoError(.resourceExhausted, "\(quoted(path)) is over \(bytesMax) bytes")
      }
    }
  }
}
