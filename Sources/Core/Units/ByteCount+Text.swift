extension ByteCount: CustomStringConvertible {
  /// The units a person may write and reads back: powers of 1024 with an `i`, powers of 1000 without.
  private static let units: [(name: String, bytes: Int)] = [
    ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
    ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000), ("B", 1),
  ]

  /// Reads `4GiB`, `512 MiB`, `1.5GB` or a bare number of bytes.
  ///
  /// - Throws: INVALID_ARGUMENT for anything else, for a negative amount and for 8 EiB or more.
  package init(parsing text: String) throws(OctavoError) {
    let words = text.split(separator: " ")
    let compact = words.joined()
    let unit = Self.units.first { compact.hasSuffix($0.name) }
    let digits = compact.dropLast(unit?.name.count ?? 0)
    let isSpaced = words.count == 1 || (words.count == 2 && words[1] == unit?.name ?? "")
    let isPlain = digits.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
    guard isSpaced, isPlain, let number = Double(digits) else {
      throw .invalid("amount of memory", quoted(text), "write a number and a unit, such as 4GiB or 512MiB")
    }
    let bytes = (number * Double(unit?.bytes ?? 1)).rounded()
    guard bytes < Double(Int.max) else {
      throw .invalid("amount of memory", quoted(text), "it must be under 8 EiB")
    }
    self.init(Int(bytes))
  }

  /// In the largest binary unit that leaves at least 1, with two decimals: `1.24 GiB`.
  package var description: String {
    guard let unit = Self.units.prefix(4).first(where: { bytes.magnitude >= $0.bytes }) else {
      return "\(bytes) B"
    }
    let hundredths = Int((Double(bytes) / Double(unit.bytes) * 100).rounded())
    let fraction = hundredths.magnitude % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) \(unit.name)"
  }
}
