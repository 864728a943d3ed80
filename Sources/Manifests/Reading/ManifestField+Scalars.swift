import Core
import Yams

extension ManifestField {
  /// Whether nothing, `~` or `null` stands here.
  var isEmpty: Bool {
    guard let plain else { return false }
    return ["", "~", "null"].contains(plain)
  }

  /// - Throws: INVALID_ARGUMENT unless a text of 1 to 4,096 bytes without control characters stands here.
  func text() throws(OctavoError) -> String {
    guard case .scalar(let scalar) = node, !isEmpty, (1...4_096).contains(scalar.string.utf8.count),
      scalar.string.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
    else { throw mismatch("give one line of text") }
    return scalar.string
  }

  /// - Throws: INVALID_ARGUMENT unless a decimal integer in `range`, without quotation marks, stands here.
  func integer(in range: ClosedRange<Int>) throws(OctavoError) -> Int {
    guard let plain, let integer = Int(plain), range.contains(integer) else {
      throw mismatch("give an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return integer
  }

  /// - Throws: INVALID_ARGUMENT unless `true` or `false` stands here.
  func bool() throws(OctavoError) -> Bool {
    guard let plain, let bool = Bool(plain) else { throw mismatch("give true or false") }
    return bool
  }

  /// - Throws: INVALID_ARGUMENT unless an amount such as `4GiB`, above 0, stands here.
  func byteCount() throws(OctavoError) -> ByteCount {
    let text = try text()
    guard let count = try? ByteCount(parsing: text), count.bytes > 0 else {
      throw mismatch("write a number and a unit, such as 4GiB or 512MiB")
    }
    return count
  }

  /// - Throws: INVALID_ARGUMENT unless one of the type's words stands here.
  func choice<Choice: RawRepresentable & CaseIterable>(
    of type: Choice.Type
  ) throws(OctavoError) -> Choice where Choice.RawValue == String {
    guard let choice = Choice(rawValue: try text()) else {
      throw mismatch("give " + type.allCases.map(\.rawValue).joined(separator: " or "))
    }
    return choice
  }

  /// The text of a scalar without quotation marks.
  private var plain: String? {
    guard case .scalar(let scalar) = node, scalar.style == .plain || scalar.style == .any else { return nil }
    return scalar.string
  }
}
