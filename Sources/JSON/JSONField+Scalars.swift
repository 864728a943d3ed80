package import Core

extension JSONField {
  /// - Throws: INVALID_ARGUMENT unless an integer in `range` stands here.
  package func integer(in range: ClosedRange<Int>) throws(OctavoError) -> Int {
    guard case .integer(let integer) = value, range.contains(integer) else {
      throw mismatch("give an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return integer
  }

  /// - Throws: INVALID_ARGUMENT unless a number stands here; integers are numbers.
  package func number() throws(OctavoError) -> Double {
    switch value {
    case .integer(let integer): return Double(integer)
    case .number(let number): return number
    default: throw mismatch("give a number")
    }
  }

  /// - Throws: INVALID_ARGUMENT unless a number above 0 stands here that a float holds as such.
  package func positiveNumber() throws(OctavoError) -> Double {
    let number = try number()
    // A double past a float's range becomes infinite or 0 there.
    guard Float(number) > 0, Float(number).isFinite else { throw mismatch("give a number above 0") }
    return number
  }

  /// - Throws: INVALID_ARGUMENT unless a string stands here.
  package func string() throws(OctavoError) -> String {
    guard case .string(let text) = value else { throw mismatch("give a string") }
    return text
  }

  /// - Throws: INVALID_ARGUMENT unless `true` or `false` stands here.
  package func bool() throws(OctavoError) -> Bool {
    guard case .bool(let bool) = value else { throw mismatch("give true or false") }
    return bool
  }
}
