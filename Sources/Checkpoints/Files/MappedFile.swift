import Core
import Glibc

/// A file mapped for reading, the only place that holds its address.
///
/// The length is that of the moment of opening. Safe to share: the mapping is never written and lives as
/// long as the object.
final class MappedFile: @unchecked Sendable {
  let path: String
  let byteCount: Int
  let identity: FileIdentity
  private let descriptor: Int32
  private let base: UnsafeRawPointer

  /// - Throws: NOT_FOUND or PERMISSION_DENIED if it cannot be opened; INVALID_ARGUMENT if it is empty or not
  ///   a regular file.
  init(path: String) throws(OctavoError) {
    // Without O_NONBLOCK, opening a named pipe would wait for its writer before it can be refused.
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .system("opening", path) }
    do throws(OctavoError) {
      identity = try FileIdentity(descriptor: descriptor, path: path)
      byteCount = identity.byteCount
      guard byteCount > 0 else { throw OctavoError(.invalidArgument, "\(path) is empty: copy the file again") }
      let address = mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0)
      guard let address, address != MAP_FAILED else { throw .system("mapping", path) }
      base = UnsafeRawPointer(address)
    } catch {
      close(descriptor)
      throw error
    }
    self.path = path
    self.descriptor = descriptor
  }

  deinit {
    munmap(UnsafeMutableRawPointer(mutating: base), byteCount)
    close(descriptor)
  }

  /// The identity at this moment; `nil` if it cannot be told.
  func currentIdentity() -> FileIdentity? { try? FileIdentity(descriptor: descriptor, path: path) }

  /// Lends the bytes of `range`, which must lie within the file.
  func withBytes<Result: ~Copyable, Failure: Error>(
    in range: Range<Int>, _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount)
    return try body(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count).bytes)
  }

  /// What the system maps around the page that was touched: an aligned window, 64 KiB unless told otherwise.
  private static let windowBytes = 64 << 10

  /// Gives the pages of `range`, and what was mapped around them, back to the system. Neighbours in the same
  /// windows are read again when touched, which costs them a fault.
  func releasePages(in range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount)
    let misalignment = Int(bitPattern: base + range.lowerBound) % Self.windowBytes
    let start = max(0, range.lowerBound - misalignment)
    let end = min(byteCount, range.upperBound + Self.windowBytes)
    madvise(UnsafeMutableRawPointer(mutating: base + start), end - start, MADV_DONTNEED)
  }

  /// Reads the bytes at `offset` into the caller's buffer, leaving nothing of them mapped.
  ///
  /// - Throws: DATA_LOSS if the file has become shorter.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(OctavoError) {
    var done = 0
    while done < buffer.count {
      let count = pread(descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .system("reading", path) }
      guard count > 0 else {
        throw OctavoError(.dataLoss, "\(path) ends at byte \(offset + done): it was cut while in use")
      }
      done += count
    }
  }
}
