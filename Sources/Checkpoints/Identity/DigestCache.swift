import Core
import Glibc

/// Remembers the hash of a file under what identifies its contents: device, inode, length and time of the
/// last change. One small file a hash, named by that identity and renamed into place; a cache that cannot
/// be read or written costs time, never an error.
package struct DigestCache: Sendable {
  /// Time stamps may stand still for a tick: a file this young could change again without showing it.
  private static let settledNanoseconds: Int64 = 2_000_000_000

  let directory: String

  /// - Parameter directory: an absolute path; made when first needed.
  package init(directory: String) { self.directory = directory }

  /// `octavo` in `$XDG_CACHE_HOME`, or in `~/.cache`; `nil` where neither is an absolute path.
  package static var standard: DigestCache? {
    if let base = environment("XDG_CACHE_HOME"), base.hasPrefix("/") {
      return DigestCache(directory: base + "/octavo")
    }
    guard let home = environment("HOME"), home.hasPrefix("/") else { return nil }
    return DigestCache(directory: home + "/.cache/octavo")
  }

  /// The remembered hash, if it looks like one.
  func hash(of identity: FileIdentity) -> String? {
    guard let bytes = try? SmallFile.read(path(of: identity), bytesMax: 256) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.hasSuffix("\n") else { return nil }
    return (try? CheckpointDigest(hexadecimal: String(text.dropLast())))?.hexadecimal
  }

  /// Remembers the hash of a file, unless it has changed since it was opened or only just before.
  func remember(_ hash: String, of file: MappedFile) {
    guard file.currentIdentity() == file.identity,
      file.identity.modifiedNanoseconds < Self.now() - Self.settledNanoseconds
    else { return }
    makeDirectories()
    let path = path(of: file.identity)
    let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0...UInt32.max))"
    guard (try? SmallFile.write(Array("\(hash)\n".utf8), to: temporary)) != nil else { return }
    if rename(temporary, path) != 0 { unlink(temporary) }
  }

  func path(of identity: FileIdentity) -> String {
    let key = [identity.device, identity.inode, UInt64(identity.byteCount)].map(String.init)
    return "\(directory)/sha256-\(key.joined(separator: "-"))-\(identity.modifiedNanoseconds)"
  }

  private func makeDirectories() {
    var path = ""
    for component in directory.split(separator: "/") {
      path += "/\(component)"
      mkdir(path, 0o700)
    }
  }

  private static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  private static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}
