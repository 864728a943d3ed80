import CKernels
import Core
import Engine

/// One int8 linear layer on given activations and weights: what the kernels make of them, step by step.
///
/// Reads `DIR/x.f32` [rows, channels], `DIR/weights.i8` [outputs, channels], `DIR/scales.f32`, `DIR/bias.f32`
/// [outputs]; writes `DIR/quantized.i8` [rows, channels] as stored, `DIR/terms.i32` [rows, groups, 3] (the scale's
/// bits, offset, zero factor), `DIR/sums.i32` [groups, rows, outputs] and `DIR/out.f32` [rows, outputs].
struct LinearCommand {
  let options: ProbeOptions

  init(_ options: ProbeOptions) { self.options = options }

  func run() throws(OctavoError) {
    let directory = try options.text("dir")
    let channels = try options.integer("channels", default: 1)
    let kernels = try chosenKernels()
    let x: [Float] = try Files.readElements("\(directory)/x.f32")
    var layer = ProbeLayer(
      channels: channels, weights: try Files.readElements("\(directory)/weights.i8"),
      scales: try Files.readElements("\(directory)/scales.f32"), bias: try Files.readElements("\(directory)/bias.f32"))
    let rows = ProbeRows(x, channels: channels, kernels.pointee)
    try Files.write(rows.values, to: "\(directory)/quantized.i8")
    try Files.write(rows.terms, to: "\(directory)/terms.i32")
    try Files.write(layer.run(rows, kernels.pointee), to: "\(directory)/out.f32")
    // With every scale 0 but one group's, which is 1, outputs are that group's sums: under 2^24, so exact.
    layer.scales = layer.scales.map { _ in 1 }
    layer.bias = layer.bias.map { _ in 0 }
    var sums: [Int32] = []
    for group in 0..<rows.groups { sums += layer.run(rows.only(group), kernels.pointee).map { Int32($0) } }
    try Files.write(sums, to: "\(directory)/sums.i32")
  }

  private func chosenKernels() throws(OctavoError) -> UnsafePointer<OctavoKernels> {
    let choice = try options.choice("kernels", default: KernelChoice.automatic)
    let found =
      switch choice {
      case .automatic: octavo_kernels_automatic()
      case .portable: octavo_kernels_portable()
      case .avx2: octavo_kernels_avx2()
      case .avx512vnni: octavo_kernels_avx512vnni()
      }
    guard let found else { throw .invalid("--kernels", choice.rawValue, "this machine cannot run them") }
    return found
  }
}
