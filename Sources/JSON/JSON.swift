/// A JSON value read from untrusted bytes, or one to be written.
///
/// This room is a reader with limits and a writer with one answer. The reader refuses what Foundation's lets
/// pass: duplicate keys, unbounded nesting and counts, invalid UTF-8, lone surrogates and trailing bytes.
/// The writer is deterministic: keys keep their order and floats print as the shortest text that reads back
/// as the same value.
///
/// Invariants: keys are compared by their UTF-8 bytes, never by canonical equivalence; a value that was read
/// nests at most as deep as its limits say; recursion is bounded by ``JSONLimits/depthMost``.
package enum JSON: Sendable, Equatable {
  case object(Object)
  case array([JSON])
  case string(String)
  /// A number without fraction and exponent that fits 64 bits.
  case integer(Int)
  /// Any other finite number; integers past 64 bits are rounded to the nearest double.
  case number(Double)
  case bool(Bool)
  case null
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int) { self = .integer(value) }
  package init(floatLiteral value: Double) { self = .number(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(nilLiteral: ()) { self = .null }
  package init(arrayLiteral elements: JSON...) { self = .array(elements) }
}
