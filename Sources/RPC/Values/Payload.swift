internal import Synchronization

/// The bytes of one message: immutable, contiguous, shared by reference.
///
/// Sending shares the storage with gRPC without a copy, and so does sending on what was received. A
/// received message that gRPC holds in pieces is joined once, into a storage of exactly its size, when its
/// bytes are first asked for.
package struct Payload: Sendable {
  let storage: PayloadStorage

  /// A copy of `bytes`.
  package init(_ bytes: [UInt8]) {
    self.init(count: bytes.count) { target in
      bytes.withUnsafeBytes { target.copyMemory(from: $0) }
    }
  }

  /// `count` bytes that `initializing` writes, all of them: they are undefined before.
  package init<Failure: Error>(
    count: Int, initializing: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    storage = try PayloadStorage(count: count, initializing: initializing)
  }

  package static let empty = Payload([])

  /// How many bytes there are.
  package var count: Int { storage.count }

  /// The bytes in place; the pointer must not escape `body`.
  package func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try storage.withUnsafeBytes(body)
  }

  /// A copy of the bytes.
  package func bytes() -> [UInt8] { withUnsafeBytes { Array($0) } }
}

extension Payload {
  /// Bytes that this process has allocated for payloads so far, by the one place that does: for tests of cost.
  package static var bytesAllocated: Int { PayloadStorage.bytesAllocated.load(ordering: .relaxed) }
}

extension Payload: Equatable {
  package static func == (left: Payload, right: Payload) -> Bool {
    left.withUnsafeBytes { left in right.withUnsafeBytes { left.elementsEqual($0) } }
  }
}
