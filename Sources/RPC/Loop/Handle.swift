/// A pointer to one of gRPC's objects that may cross threads: each use is where gRPC allows it.
struct Handle: @unchecked Sendable {
  let pointer: OpaquePointer

  init(_ pointer: OpaquePointer) { self.pointer = pointer }
}
