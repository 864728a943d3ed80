internal import Models

/// Makes the bfloat16 bits of one tensor, any rows at a time.
struct TensorGenerator {
  /// bfloat16's 1.0.
  private static let one: UInt16 = 0x3F80

  private let table: NormalTable
  private let key: UInt64
  private let isNorm: Bool
  /// Elements of one index of the slowest dimension.
  let rowCount: Int
  let channels: Int

  init(_ spec: TensorSpec, seed: UInt64, _ table: NormalTable) {
    self.table = table
    key = SplitMix.key(seed: seed, name: spec.name)
    isNorm = spec.role == .norm
    // A vector is one row.
    rowCount = spec.shape.count > 1 ? spec.shape[0] : 1
    channels = spec.elementCount / rowCount
  }

  /// Row by row; norms are all ones.
  func bits(ofRows rows: Range<Int>) -> [UInt16] {
    guard !isNorm else { return [UInt16](repeating: Self.one, count: rows.count * channels) }
    var bits = [UInt16](repeating: 0, count: rows.count * channels)
    for (index, row) in rows.enumerated() {
      fill(&bits, from: index * channels, key: SplitMix.mixed(key &+ UInt64(row) &* SplitMix.step))
    }
    return bits
  }

  /// Sixty-four random bits choose four weights.
  private func fill(_ bits: inout [UInt16], from start: Int, key: UInt64) {
    var (place, counter) = (start, key)
    let (end, quantiles) = (start + channels, table.bits)
    while place + 4 <= end {
      counter &+= SplitMix.step
      let random = SplitMix.mixed(counter)
      bits[place] = quantiles[Int(random & 0xFFFF)]
      bits[place + 1] = quantiles[Int(random &>> 16 & 0xFFFF)]
      bits[place + 2] = quantiles[Int(random &>> 32 & 0xFFFF)]
      bits[place + 3] = quantiles[Int(random &>> 48)]
      place += 4
    }
    var random = SplitMix.mixed(counter &+ SplitMix.step)
    while place < end {
      bits[place] = quantiles[Int(random & 0xFFFF)]
      random &>>= 16
      place += 1
    }
  }
}
