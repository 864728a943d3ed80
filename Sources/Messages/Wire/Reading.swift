import COctavoProto
import Core

/// The reading side of every message: C fields in, checked Swift values out.
enum Reading {
  static func bytes(_ data: ProtobufCBinaryData) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: data.data, count: data.len)
  }

  /// - Throws: INVALID_ARGUMENT for invalid UTF-8 and for NUL, naming the byte.
  static func text(_ data: ProtobufCBinaryData, _ field: String) throws(OctavoError) -> String {
    let bytes = bytes(data)
    if let position = bytes.firstIndex(of: 0) {
      throw .invalid(field, "text with a NUL at byte \(position)", "remove it")
    }
    return try generatedText(data, field)
  }

  /// Text that a model made: a NUL is a character like any other.
  ///
  /// - Throws: INVALID_ARGUMENT for invalid UTF-8.
  static func generatedText(_ data: ProtobufCBinaryData, _ field: String) throws(OctavoError) -> String {
    guard let text = String(validating: bytes(data), as: UTF8.self) else {
      throw .invalid(field, "not valid UTF-8", "encode the text as UTF-8")
    }
    return text
  }

  static func texts(
    _ count: Int, _ data: UnsafeMutablePointer<ProtobufCBinaryData>?, _ field: String
  ) throws(OctavoError) -> [String] {
    var texts: [String] = []
    for data in UnsafeBufferPointer(start: data, count: count) { texts.append(try text(data, field)) }
    return texts
  }

  static func array<Value>(_ count: Int, _ start: UnsafeMutablePointer<Value>?) -> [Value] {
    Array(UnsafeBufferPointer(start: start, count: count))
  }

  static func messages<Message: WireMessage>(
    _ count: Int, _ start: UnsafeMutablePointer<UnsafeMutablePointer<Message.Wire>?>?
  ) throws(OctavoError) -> [Message] {
    var messages: [Message] = []
    messages.reserveCapacity(count)
    for case let message? in UnsafeBufferPointer(start: start, count: count) {
      messages.append(try Message(reading: message.pointee))
    }
    return messages
  }

  /// - Throws: INVALID_ARGUMENT for more than `most`, which no honest peer sends.
  static func messages<Message: WireMessage>(
    _ count: Int, _ start: UnsafeMutablePointer<UnsafeMutablePointer<Message.Wire>?>?, most: Int, _ field: String
  ) throws(OctavoError) -> [Message] {
    guard count <= most else { throw .invalid("the number of \(field)", "\(count)", "it must be at most \(most)") }
    return try messages(count, start)
  }

  /// - Throws: INVALID_ARGUMENT when the field is absent.
  static func message<Message: WireMessage>(
    _ message: UnsafeMutablePointer<Message.Wire>?, _ field: String
  ) throws(OctavoError) -> Message {
    guard let message else { throw OctavoError(.invalidArgument, "\(field) is missing") }
    return try Message(reading: message.pointee)
  }

  /// - Throws: INVALID_ARGUMENT for a number that no `Int` holds.
  static func count(_ number: UInt64, _ field: String) throws(OctavoError) -> Int {
    guard let count = Int(exactly: number) else {
      throw .invalid(field, "\(number)", "it must be under 2^63")
    }
    return count
  }

  /// A duration in any unit.
  ///
  /// - Throws: INVALID_ARGUMENT for NaN, for less than 0 and for more than 1e15, which every integer type holds.
  static func duration(_ number: Double, _ field: String) throws(OctavoError) -> Double {
    guard number >= 0, number <= 1e15 else { throw .invalid(field, "\(number)", "it must be 0 to 1e15") }
    return number
  }

  /// - Throws: INVALID_ARGUMENT for NaN and for anything outside 0 to 1.
  static func fraction(_ number: Float, _ field: String) throws(OctavoError) -> Float {
    guard number >= 0, number <= 1 else { throw .invalid(field, "\(number)", "it must be 0 to 1") }
    return number
  }

  /// - Throws: INVALID_ARGUMENT for a name that is none of the type's cases.
  static func name<Name: RawRepresentable<String> & CaseIterable>(
    _ data: ProtobufCBinaryData, _ field: String
  ) throws(OctavoError) -> Name {
    let text = try text(data, field)
    guard let name = Name(rawValue: text) else {
      let known = Name.allCases.map(\.rawValue).joined(separator: " or ")
      throw .invalid(field, quoted(text), "give \(known)")
    }
    return name
  }
}
