import COctavoProto
import Core
import RPC

/// A message that protobuf-c unpacked, freed when it goes out of scope.
struct Unpacked<Wire: WireStruct>: ~Copyable {
  private let base: UnsafeMutablePointer<ProtobufCMessage>

  /// - Throws: INVALID_ARGUMENT for malformed bytes, RESOURCE_EXHAUSTED past the allocation budget.
  init(_ payload: borrowing Payload, named name: String) throws(OctavoError) {
    var budget = AllocationBudget(payloadBytes: payload.count)
    let message = withUnsafeMutablePointer(to: &budget) { budget in
      var allocator = AllocationBudget.allocator(budget)
      return payload.withUnsafeBytes { bytes in
        let start = bytes.bindMemory(to: UInt8.self).baseAddress
        return protobuf_c_message_unpack(Self.descriptor, &allocator, bytes.count, start ?? Self.nothing)
      }
    }
    guard let message else {
      if budget.isExceeded {
        throw OctavoError(.resourceExhausted, "a \(name) of \(payload.count) bytes holds too many parts to unpack")
      }
      throw OctavoError(.invalidArgument, "\(payload.count) bytes are no valid \(name)")
    }
    base = message
  }

  deinit {
    protobuf_c_message_free_unpacked(base, nil)
  }

  func read<Value>(_ body: (Wire) throws(OctavoError) -> Value) throws(OctavoError) -> Value {
    try body(UnsafeRawPointer(base).assumingMemoryBound(to: Wire.self).pointee)
  }

  /// Read by way of a fresh message: the generated symbol itself imports as a copy.
  private static var descriptor: UnsafePointer<ProtobufCMessageDescriptor>? {
    withUnsafeTemporaryAllocation(of: Wire.self, capacity: 1) { fresh in
      guard let message = fresh.baseAddress else { return nil }
      Wire.initialize(message)
      return UnsafeRawPointer(message).assumingMemoryBound(to: ProtobufCMessage.self).pointee.descriptor
    }
  }

  /// protobuf-c wants a pointer even for no bytes.
  private static var nothing: UnsafePointer<UInt8> {
    UnsafePointer(bitPattern: MemoryLayout<UInt8>.alignment).unsafelyUnwrapped
  }
}
