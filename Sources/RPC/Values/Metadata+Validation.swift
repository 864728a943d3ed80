package import Core

extension Metadata {
  /// - Throws: INVALID_ARGUMENT for a key or value that HTTP/2 or gRPC does not carry, RESOURCE_EXHAUSTED
  ///   past `bytesMax`. Every call checks what it is about to send.
  package func validate() throws(OctavoError) {
    guard !entries.isEmpty else { return }
    for entry in entries { try Self.validate(entry) }
    guard byteCount <= Self.bytesMax else {
      throw OctavoError(
        .resourceExhausted, "metadata has \(byteCount) bytes: send at most \(Self.bytesMax)")
    }
  }

  private static func validate(_ entry: Entry) throws(OctavoError) {
    let key = entry.key
    guard !key.isEmpty, key.utf8.allSatisfy(isKeyByte) else {
      throw .invalid("metadata key", quoted(key), "use lowercase letters, digits, '-', '_' and '.'")
    }
    guard !key.hasPrefix("grpc-") || key == retryPushbackKey else {
      throw .invalid("metadata key", quoted(key), "keys that start with 'grpc-' belong to gRPC")
    }
    switch entry.value {
    case .binary:
      guard key.hasSuffix("-bin") else {
        throw .invalid("metadata key", quoted(key), "a key with bytes as its value must end in '-bin'")
      }
    case .text(let value):
      guard !key.hasSuffix("-bin") else {
        throw .invalid("metadata key", quoted(key), "a key that ends in '-bin' needs bytes as its value")
      }
      guard value.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
        throw .invalid("metadata value of \(quoted(key))", quoted(value), "use printable ASCII or a '-bin' key")
      }
    }
  }

  private static func isKeyByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
    default: false
    }
  }
}
