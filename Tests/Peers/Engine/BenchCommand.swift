import CKernels
import Core

/// Speed of one int8 linear layer of 2,048 by 8,192 channels, as a person would look at it; `octavo bench` has whole
/// models.
struct BenchCommand {
  let options: ProbeOptions
  private let threads: Int

  init(_ options: ProbeOptions) throws(OctavoError) {
    self.options = options
    threads = try options.integer("threads", default: 2)
  }

  func run() {
    for rows in [1, 4, 16, 64, 512] { benchLinear(rows: rows) }
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
}
