import COctavoProto

/// The memory that a message under construction points to; freed as a whole.
package final class Arena {
  private var blocks: [UnsafeMutableRawPointer] = []

  init() {}

  deinit {
    for block in blocks { block.deallocate() }
  }

  /// Uninitialized memory for `count` values, nil for none.
  private func allocate<Value>(_: Value.Type, count: Int) -> UnsafeMutablePointer<Value>? {
    guard count > 0 else { return nil }
    let memory = UnsafeMutablePointer<Value>.allocate(capacity: count)
    blocks.append(memory)
    return memory
  }

  func bytes(_ bytes: some Collection<UInt8>) -> ProtobufCBinaryData {
    let copy = allocate(UInt8.self, count: bytes.count)
    if let copy { _ = UnsafeMutableBufferPointer(start: copy, count: bytes.count).initialize(from: bytes) }
    return ProtobufCBinaryData(len: bytes.count, data: copy)
  }

  func text(_ text: String) -> ProtobufCBinaryData { bytes(text.utf8) }

  func texts(_ texts: [String]) -> (Int, UnsafeMutablePointer<ProtobufCBinaryData>?) {
    array(texts.map { text($0) })
  }

  func array<Value: BitwiseCopyable>(_ values: [Value]) -> (Int, UnsafeMutablePointer<Value>?) {
    let copy = allocate(Value.self, count: values.count)
    copy?.initialize(from: values, count: values.count)
    return (values.count, copy)
  }

  func message<Message: WireMessage>(_ value: Message) -> UnsafeMutablePointer<Message.Wire> {
    let memory = UnsafeMutablePointer<Message.Wire>.allocate(capacity: 1)
    blocks.append(memory)
    Message.Wire.initialize(memory)
    value.write(to: &memory.pointee, in: self)
    return memory
  }

  func messages<Message: WireMessage>(
    _ values: [Message]
  ) -> (Int, UnsafeMutablePointer<UnsafeMutablePointer<Message.Wire>?>?) {
    array(values.map { message($0) })
  }
}
