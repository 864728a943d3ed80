import Core
import Glibc

/// A file being written that did not exist before; one that is not closed with success is removed.
struct NewFile: ~Copyable {
  let path: String
  private let descriptor: Int32
  private var isKept = false

  /// - Throws: ALREADY_EXISTS if there is a file or link of that name.
  init(path: String) throws(OctavoError) {
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .system("creating", path) }
    self.path = path
  }

  deinit {
    Glibc.close(descriptor)
    if !isKept { unlink(path) }
  }

  func write(_ bytes: RawSpan, at offset: Int) throws(OctavoError) {
    let path = path
    let descriptor = descriptor
    try bytes.withUnsafeBytes { (bytes) throws(OctavoError) in
      var done = 0
      while done < bytes.count {
        let count = pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset + done))
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { throw .system("writing", path) }
        done += count
      }
    }
  }

  /// Puts the contents on the disk and keeps the file.
  consuming func close() throws(OctavoError) {
    guard fsync(descriptor) == 0 else { throw .system("writing", path) }
    isKept = true
  }
}
