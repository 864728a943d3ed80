import Core
import Glibc

/// A checkpoint's directory and the name it gives to the model.
struct CheckpointDirectory {
  /// Absolute, without symbolic links.
  let path: String
  let name: ModelName

  /// - Throws: NOT_FOUND if there is no such directory; INVALID_ARGUMENT if it cannot be a model's name.
  init(_ path: String) throws(OctavoError) {
    guard !path.utf8.contains(0) else { throw .invalid("path", quoted(path), "it holds a NUL byte") }
    guard let resolved = realpath(path, nil) else { throw .system("opening", path) }
    defer { free(resolved) }
    var status = stat()
    guard stat(resolved, &status) == 0 else { throw .system("examining", path) }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw OctavoError(.invalidArgument, "\(quoted(path)) is not a directory: name the checkpoint's directory")
    }
    self.path = String(cString: resolved)
    name = try ModelName(try Self.lastComponent(path, resolved: self.path))
  }

  /// A link's own name counts, as in a cache of downloads whose directories are named by hash.
  private static func lastComponent(_ given: String, resolved: String) throws(OctavoError) -> String {
    let last = given.split(separator: "/").last.map(String.init) ?? ""
    if last != "." && last != ".." && !last.isEmpty { return last }
    return resolved.split(separator: "/").last.map(String.init) ?? ""
  }
}
