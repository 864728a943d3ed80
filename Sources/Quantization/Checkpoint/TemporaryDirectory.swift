internal import Checkpoints
package import Core
internal import Glibc

/// A directory that becomes the destination when it is kept, and vanishes with its files otherwise.
package struct TemporaryDirectory: ~Copyable {
  /// The largest file that is copied: tokenizers have some 20 MB.
  private static let copiedBytesMax = 256 << 20

  package let path: String
  private let destination: String
  private var isKept = false

  init(path: String, destination: String) {
    self.path = path
    self.destination = destination
  }

  deinit {
    if !isKept { removeAll() }
  }

  package func write(_ bytes: [UInt8], to name: String) throws(OctavoError) {
    let file = "\(path)/\(name)"
    let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .failed("creating", file) }
    defer { close(descriptor) }
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + done, bytes.count - done) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .failed("writing", file) }
      done += count
    }
    guard fsync(descriptor) == 0 else { throw .failed("writing", file) }
  }

  /// Copies a file if there is one.
  ///
  /// - Throws: RESOURCE_EXHAUSTED past the size such files have; INVALID_ARGUMENT for what is no file.
  func copy(_ name: String, from source: String) throws(OctavoError) {
    let file = "\(source)/\(name)"
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 && errno == ENOENT { return }
    guard descriptor >= 0 else { throw .failed("opening", file) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .failed("examining", file) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw OctavoError(.invalidArgument, "\(quoted(file)) is not a regular file")
    }
    guard status.st_size <= Self.copiedBytesMax else {
      throw OctavoError(.resourceExhausted, "\(quoted(file)) has more than \(ByteCount(Self.copiedBytesMax))")
    }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + done, $0.count - done) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .failed("reading", file) }
      done += count
    }
    try write(bytes, to: name)
  }

  /// Checks that what was written opens, and gives it its name.
  ///
  /// - Throws: ALREADY_EXISTS if something has appeared there meanwhile.
  package consuming func keep() throws(OctavoError) {
    _ = try Checkpoint.open(path)
    var status = stat()
    guard lstat(destination, &status) != 0 else {
      throw OctavoError(.alreadyExists, "\(quoted(destination)) has appeared meanwhile: it was left as it is")
    }
    // Renaming fails by itself over a file and over a directory that is not empty.
    guard rename(path, destination) == 0 else { throw .failed("renaming to", destination) }
    isKept = true
  }

  private func removeAll() {
    guard let directory = opendir(path) else { return }
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { unlink("\(path)/\(name)") }
    }
    closedir(directory)
    rmdir(path)
  }
}
