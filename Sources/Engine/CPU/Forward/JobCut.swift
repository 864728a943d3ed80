internal import Models

/// How the work of a linear layer is cut into parts: by units of output channels, and by rows where units are few or
/// rows are many. No cut changes a bit.
struct JobCut {
  /// Parts for each thread: so many that the threads end together, whatever else the machine does.
  private static let partsPerThread = 32
  /// Multiply-adds below which handing a part out costs more than it gains.
  private static let partWorkMin = 1 << 16
  /// Rows of a part are cut at multiples of this: whole register tiles.
  private static let rowStep = 24

  private let units: Int
  private let rows: Int
  private let unitParts: Int
  private let rowParts: Int

  /// - Parameters:
  ///   - units: of output channels, each of the same work.
  ///   - multiplyAdds: of all units and rows.
  init(units: Int, rows: Int, multiplyAdds: Int, threads: Int) {
    self.units = units
    self.rows = rows
    let wanted = threads == 1 ? 1 : max(1, min(Self.partsPerThread * threads, multiplyAdds / Self.partWorkMin))
    unitParts = min(units, wanted)
    rowParts = max(1, min(rows / (2 * Self.rowStep), wanted / unitParts))
  }

  var partCount: Int { unitParts * rowParts }

  /// What part `index` computes. The parts of the same units follow each other.
  func part(_ index: Int) -> (units: Range<Int>, rows: Range<Int>) {
    let (unitPart, rowPart) = (index / rowParts, index % rowParts)
    let steps = (rows + Self.rowStep - 1) / Self.rowStep
    let first = min(rows, steps * rowPart / rowParts * Self.rowStep)
    let last = min(rows, steps * (rowPart + 1) / rowParts * Self.rowStep)
    return (units * unitPart / unitParts..<units * (unitPart + 1) / unitParts, first..<last)
  }
}
