import Core
import Glibc

/// Which contents a regular file has, as far as the file system tells without reading them: the key under
/// which a hash is remembered.
struct FileIdentity: Sendable, Hashable {
  let device: UInt64
  let inode: UInt64
  let byteCount: Int
  /// Nanoseconds since 1970 of the last change to the contents.
  let modifiedNanoseconds: Int64

  /// - Throws: INVALID_ARGUMENT if it is not a regular file.
  init(descriptor: Int32, path: String) throws(OctavoError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system("examining", path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw OctavoError(.invalidArgument, "\(path) is not a regular file")
    }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    byteCount = Int(status.st_size)
    let (seconds, nanoseconds) = (Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec))
    modifiedNanoseconds = seconds &* 1_000_000_000 &+ nanoseconds
  }
}
