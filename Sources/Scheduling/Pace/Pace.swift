import Core

/// How many microbatches to keep on their way, and how large, from the stage times that were measured.
///
/// Where memory bounds a stage, two microbatches of 8 rows read the weights twice and gain nothing over one of 16;
/// where arithmetic does, they keep two stages busy at once.
struct Pace: Sendable {
  /// Rows of a prompt's chunk at least, and the step in which chunks grow: a page.
  static let chunkRowsMin = Limits.tokensPerPage
  /// Rows of a chunk before anything was measured.
  private static let chunkRowsAtFirst = 32
  /// Rows of a chunk that nothing decodes beside: enough that reading the weights hardly counts.
  private static let chunkRowsAlone = 128
  /// Fewer microbatches are taken if they lose no more than this fraction.
  private static let tolerance = 0.02
  private static let weight = 0.125

  private let stageCount: Int
  private let rowsMax: Int
  private let slowdownMax: Double
  private var times: [StageTimes]
  /// What a microbatch takes besides its stages: the network, and the router.
  private var overheadNs = 0.0

  init(stageCount: Int, rowsMax: Int, slowdownMax: Double) {
    self.stageCount = stageCount
    self.rowsMax = rowsMax
    self.slowdownMax = slowdownMax
    times = Array(repeating: StageTimes(), count: stageCount)
  }

  /// A microbatch came back.
  ///
  /// - Parameters:
  ///   - timings: of every stage; of others nothing is learned.
  ///   - roundTripNs: since it left.
  mutating func observe(rows: Int, _ timings: [StageTiming], roundTripNs: UInt64) {
    guard rows > 0, timings.count == stageCount else { return }
    var inside: UInt64 = 0
    for (stage, timing) in timings.enumerated() {
      times[stage].observe(rows: rows, nanoseconds: timing.runNs)
      inside = inside.addingClamped(timing.runNs).addingClamped(timing.queuedNs)
    }
    let outside = Double(roundTripNs) - Double(min(inside, roundTripNs))
    overheadNs += Self.weight * (outside - overheadNs)
  }

  /// Microbatches among which so many decoding sequences are best spread.
  func microbatches(decoding count: Int) -> Int {
    guard count > 1 else { return 1 }
    var best: (number: Int, cycle: Double)?
    for number in candidates where number <= count {
      guard let cycle = cycleNs(rows: count, in: number) else { return min(count, stageCount) }
      if cycle < (best?.cycle ?? .infinity) * (1 - Self.tolerance) { best = (number, cycle) }
    }
    return best?.number ?? 1
  }

  /// Until each of `rows` sequences has its next token: either the slowest stage is always busy, or a microbatch waits
  /// for nothing but its own way round, once or as often as it takes where microbatches are full.
  private func cycleNs(rows: Int, in number: Int) -> Double? {
    let each = min(rowsMax, (rows + number - 1) / number)
    let microbatches = (rows + each - 1) / each
    var slowest = 0.0
    var whole = overheadNs
    for stage in times {
      guard let time = stage.predict(rows: each, .hopeful) else { return nil }
      slowest = max(slowest, time)
      whole += time
    }
    return max(Double(microbatches) * slowest, Double((microbatches + number - 1) / number) * whole)
  }

  /// Ascending: few, and around the number of stages.
  private var candidates: [Int] {
    let few = Array(1...8)
    return few + [stageCount - 1, stageCount, stageCount + 1, 2 * stageCount].filter { $0 > 8 }
  }

  /// Rows of prompts that may ride with decoding rows.
  ///
  /// - Parameter decodeRows: of a microbatch; 0 where nothing decodes.
  func chunkRows(besides decodeRows: Int, promptRows: Int) -> Int {
    guard decodeRows > 0 else { return min(rowsMax, chunkAlone(promptRows)) }
    guard let alone = slowestNs(rows: decodeRows) else { return min(Self.chunkRowsAtFirst, rowsMax - decodeRows) }
    var chunk = Self.chunkRowsMin
    while decodeRows + chunk + Self.chunkRowsMin <= rowsMax,
      let time = slowestNs(rows: decodeRows + chunk + Self.chunkRowsMin), time <= slowdownMax * alone
    {
      chunk += Self.chunkRowsMin
    }
    return max(0, min(chunk, rowsMax - decodeRows))
  }

  /// A short prompt is cut so that all stages work on it at once.
  private func chunkAlone(_ promptRows: Int) -> Int {
    let share = promptRows / (2 * stageCount)
    let whole = share - share % Self.chunkRowsMin
    return max(2 * Self.chunkRowsMin, min(Self.chunkRowsAlone, whole))
  }

  private func slowestNs(rows: Int) -> Double? {
    var slowest = 0.0
    for stage in times {
      guard let time = stage.predict(rows: rows, .cautious) else { return nil }
      slowest = max(slowest, time)
    }
    return slowest
  }
}

extension UInt64 {
  /// Numbers from outside may be anything.
  fileprivate func addingClamped(_ more: UInt64) -> UInt64 {
    let (sum, overflow) = addingReportingOverflow(more)
    return overflow ? .max : sum
  }
}
