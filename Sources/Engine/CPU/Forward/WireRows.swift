internal import Core

/// Where the parts of rows lie that travel as 8-bit integers, as offsets in bytes: all rows' values, all rows' scales,
/// all rows' zero points.
struct WireRows {
  let rows: Int
  let channels: Int

  /// Groups of a row.
  var groupCount: Int { (channels + Limits.activationGroup - 1) / Limits.activationGroup }
  var scalesOffset: Int { rows * channels }
  private var zerosOffset: Int { scalesOffset + 4 * rows * groupCount }

  func values(of row: Int) -> Int { row * channels }
  func scales(of row: Int) -> Int { scalesOffset + 4 * row * groupCount }
  func zeros(of row: Int) -> Int { zerosOffset + row * groupCount }
}
