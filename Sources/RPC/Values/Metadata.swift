/// The headers of a call in the order they were added; a key may come several times.
///
/// Keys are lowercase ASCII letters, digits, `-`, `_` and `.`. A key that ends in `-bin` carries any
/// bytes, every other one printable ASCII. Keys that start with `grpc-` or `:` belong to gRPC.
package struct Metadata: Sendable, Equatable {
  package struct Entry: Sendable, Equatable {
    package let key: String
    package let value: Value

    package enum Value: Sendable, Equatable {
      case text(String)
      case binary([UInt8])
    }
  }

  /// Bytes of all keys and values that one side may send in one piece, 32 more counted an entry as
  /// HPACK does. It is what gRPC's libraries accept unless told otherwise.
  package static let bytesMax = 8 << 10

  /// Among the trailers of a call that may be tried again: after how many milliseconds.
  package static let retryPushbackKey = "grpc-retry-pushback-ms"

  package private(set) var entries: [Entry]

  package init() { entries = [] }

  package var isEmpty: Bool { entries.isEmpty }

  package mutating func append(_ key: String, _ value: String) { entries.append(Entry(key: key, value: .text(value))) }

  package mutating func append(_ key: String, _ value: [UInt8]) {
    entries.append(Entry(key: key, value: .binary(value)))
  }

  package mutating func remove(_ key: String) { entries.removeAll { $0.key == key } }

  /// The last value of `key` that is text.
  package subscript(_ key: String) -> String? {
    for entry in entries.reversed() where entry.key == key {
      if case .text(let value) = entry.value { return value }
    }
    return nil
  }

  /// The last value of `key`, which ends in `-bin`.
  package subscript(binary key: String) -> [UInt8]? {
    for entry in entries.reversed() where entry.key == key {
      if case .binary(let value) = entry.value { return value }
    }
    return nil
  }

  /// Every value of `key` in order.
  package func values(of key: String) -> [Entry.Value] { entries.filter { $0.key == key }.map(\.value) }

  /// What HPACK counts: keys, values and 32 an entry.
  package var byteCount: Int {
    entries.reduce(0) { sum, entry in
      switch entry.value {
      case .text(let value): sum + entry.key.utf8.count + value.utf8.count + 32
      case .binary(let value): sum + entry.key.utf8.count + value.count + 32
      }
    }
  }
}

extension Metadata: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, String)...) {
    entries = elements.map { Entry(key: $0, value: .text($1)) }
  }
}
