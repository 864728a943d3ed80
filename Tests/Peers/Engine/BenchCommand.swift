import CKernels
import Checkpoints
import Core
import Engine
import Models

/// Speed of one int8 linear layer of 2,048 by 8,192 channels and of a whole model, as a person would look at it.
struct BenchCommand {
  let options: ProbeOptions
  private let threads: Int

  init(_ options: ProbeOptions) throws(OctavoError) {
    self.options = options
    threads = try options.integer("threads", default: 2)
  }

  func run() throws(OctavoError) {
    for rows in [1, 4, 16, 64, 512] { benchLinear(rows: rows) }
    let checkpoint = try Checkpoint.open(try options.text("model"))
    try benchModel(checkpoint, batch: 1)
    try benchModel(checkpoint, batch: 8)
  }

  private func benchLinear(rows: Int) {
    let (channels, outputs, copies) = (2_048, 8_192, 8)
    // Several layers in turn, so that weights come from memory.
    let layers = (0..<copies).map { copy in
      ProbeLayer(
        channels: channels, weights: (0..<channels * outputs).map { Int8(truncatingIfNeeded: $0 &* 31 &+ copy) },
        scales: Array(repeating: 1e-3, count: outputs), bias: Array(repeating: 0, count: outputs))
    }
    let x = (0..<rows * channels).map { Float($0 % 97) - 48 }
    let kernels = octavo_kernels_automatic()!.pointee
    let quantized = ProbeRows(x, channels: channels, kernels)
    let pool = octavo_threads_create(threads)!
    defer { octavo_threads_destroy(pool) }
    var seconds: [Double] = []
    for round in 0..<(rows > 16 ? 16 : 48) {
      let clock = ContinuousClock()
      let time = clock.measure { layers[round % copies].runShared(quantized, kernels, pool) }
      seconds.append(time / .seconds(1))
    }
    let median = seconds.sorted()[seconds.count / 2]
    let operations = 2 * Double(rows) * Double(channels) * Double(outputs)
    print("linear 2048x8192, \(rows) rows:", operations / median / 1e9, "GOPS,", median * 1e6, "us")
  }

  private func benchModel(_ checkpoint: Checkpoint, batch: Int) throws(OctavoError) {
    let stage = StageID(instance: InstanceID("bench"), index: 0)
    let engine = try StageEngine(
      checkpoint: checkpoint, range: checkpoint.architecture.wholeRange, configuration: .int8,
      capacity: StageCapacity(contextLength: 1_024, sequencesMax: batch, rowsMax: 512), stage: stage,
      options: .alone(threads: threads))
    let clock = ContinuousClock()
    let tokens = (0..<512).map { TokenID($0) }
    let start = clock.now
    for sequence in 0..<batch {
      _ = try engine.run(frame(stage, sequence..<sequence + 1, position: 0, tokens, opens: true))
    }
    let prefill = (clock.now - start) / .seconds(1)
    let middle = clock.now
    for step in 0..<200 { _ = try engine.run(frame(stage, 0..<batch, position: 512 + step, [1], opens: false)) }
    let decode = (clock.now - middle) / .seconds(1)
    print("batch \(batch): prefill", Double(512 * batch) / prefill, "tokens/s, decode", Double(200 * batch) / decode)
  }

  private func frame(
    _ stage: StageID, _ sequences: Range<Int>, position: Int, _ tokens: [TokenID], opens: Bool
  ) -> Microbatch {
    let ids = sequences.map { SequenceID(UInt64($0)) }
    let grants = ids.map { id in
      PageGrant(sequence: id, pages: (0..<64).map { PageID(UInt32(id.rawValue) * 64 + $0) })
    }
    return Microbatch(
      id: MicrobatchID(0), epoch: Epoch(0), route: [Hop(stage: stage, grants: opens ? grants : [])],
      openings: opens ? ids.map { SequenceOpening(sequence: $0, sampling: .greedy, tokens: tokens) } : [],
      segments: ids.map { Segment(sequence: $0, position: position, tokens: tokens, samples: true) })
  }
}
