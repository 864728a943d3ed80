internal import Core

/// The two messages of `grpc.health.v1.Health`, each with one field numbered 1: a request's service name
/// (length-delimited UTF-8) and a response's state (an enum as a varint).
enum HealthMessages {
  /// Bytes of a request: a service name and change.
  static let requestBytesMax = 1_024

  static func response(_ serving: Health.Serving) -> Payload {
    serving == .unknown ? .empty : Payload([1 << 3 | 0, serving.rawValue])
  }

  /// - Throws: INVALID_ARGUMENT for anything that is not a request with unknown fields at most.
  static func service(in request: Payload) throws(OctavoError) -> String {
    guard request.count <= requestBytesMax else {
      throw .invalid("health request", "\(request.count) bytes", "send at most \(requestBytesMax)")
    }
    var reader = FieldReader(bytes: request.bytes()[...])
    var service: ArraySlice<UInt8> = []
    while let field = try reader.next() {
      if field.number == 1, let bytes = field.bytes { service = bytes }
    }
    guard let name = String(validating: service, as: UTF8.self) else {
      throw .invalid("health request", "not UTF-8", "name a service")
    }
    return name
  }
}

/// Walks the fields of a protobuf message; understands no groups.
private struct FieldReader {
  struct Field {
    let number: UInt64
    /// Of a length-delimited field.
    let bytes: ArraySlice<UInt8>?
  }

  var bytes: ArraySlice<UInt8>

  private static let malformed = OctavoError(.invalidArgument, "the health request is not a protobuf message")

  mutating func next() throws(OctavoError) -> Field? {
    guard !bytes.isEmpty else { return nil }
    let key = try varint()
    switch key & 7 {
    case 0: _ = try varint()
    case 1: _ = try take(8)
    case 2: return Field(number: key >> 3, bytes: try take(try varint()))
    case 5: _ = try take(4)
    default: throw Self.malformed
    }
    return Field(number: key >> 3, bytes: nil)
  }

  private mutating func take(_ count: UInt64) throws(OctavoError) -> ArraySlice<UInt8> {
    guard count <= bytes.count else { throw Self.malformed }
    defer { bytes = bytes.dropFirst(Int(count)) }
    return bytes.prefix(Int(count))
  }

  private mutating func varint() throws(OctavoError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), through: 63, by: 7) {
      guard let byte = bytes.popFirst(), shift < 63 || byte <= 1 else { throw Self.malformed }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw Self.malformed
  }
}
