package import Core
internal import Glibc

/// Where a new checkpoint shall stand.
package struct DestinationDirectory {
  private let parent: String
  private let name: ModelName

  /// - Throws: ALREADY_EXISTS if anything is there; NOT_FOUND without a directory to hold it; INVALID_ARGUMENT
  ///   if its last component cannot be a model's name.
  package init(_ path: String) throws(OctavoError) {
    guard !path.utf8.contains(0) else { throw .invalid("destination", quoted(path), "it holds a NUL byte") }
    let components = path.split(separator: "/", omittingEmptySubsequences: true)
    guard let last = components.last else { throw .invalid("destination", quoted(path), "name a new directory") }
    name = try ModelName(String(last))
    let above = components.dropLast().joined(separator: "/")
    parent = path.hasPrefix("/") ? "/" + above : (above.isEmpty ? "." : above)
    var status = stat()
    guard stat(parent, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw OctavoError(.notFound, "\(quoted(parent)) is no directory: make it first")
    }
    guard lstat(self.path, &status) != 0 else {
      throw OctavoError(.alreadyExists, "\(quoted(self.path)) exists: choose another destination or remove it")
    }
  }

  package var path: String { parent == "/" ? "/\(name)" : "\(parent)/\(name)" }

  /// - Throws: RESOURCE_EXHAUSTED, with the bytes missing, if the file system has less.
  package func requireFreeBytes(_ wanted: Int) throws(OctavoError) {
    var status = statvfs()
    guard statvfs(parent, &status) == 0 else { throw .failed("examining", parent) }
    let (free, overflow) = Int(clamping: status.f_bavail).multipliedReportingOverflow(
      by: Int(clamping: status.f_frsize))
    guard overflow || free >= wanted else {
      throw OctavoError(
        .resourceExhausted,
        "\(quoted(parent)) has \(ByteCount(free)) free, the checkpoint takes \(ByteCount(wanted)): free "
          + "\(ByteCount(wanted - free)) more")
    }
  }

  /// A directory beside the destination that will be renamed to it.
  package func makeTemporary() throws(OctavoError) -> TemporaryDirectory {
    let random = String(UInt32.random(in: 0...UInt32.max), radix: 16)
    let stem = String(name.text.prefix(100))
    let temporary = "\(parent == "/" ? "" : parent)/\(stem).partial-\(random)"
    guard mkdir(temporary, 0o755) == 0 else { throw .failed("creating", temporary) }
    return TemporaryDirectory(path: temporary, destination: path)
  }
}

extension OctavoError {
  /// The failed system call's `errno`, as a sentence: call before anything else may change it.
  static func failed(_ action: String, _ path: String) -> OctavoError {
    let number = errno
    let code: StatusCode =
      switch number {
      case ENOENT, ENOTDIR: .notFound
      case EEXIST, ENOTEMPTY: .alreadyExists
      case EACCES, EPERM, EROFS: .permissionDenied
      case ENOSPC, EDQUOT, EMFILE, ENFILE: .resourceExhausted
      default: .unknown
      }
    return OctavoError(code, "\(action) \(quoted(path)) failed: \(String(cString: strerror(number)))")
  }
}
