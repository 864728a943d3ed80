internal import Checkpoints
internal import Core
package import JSON

/// config.json of a quantized checkpoint: the source's, with what compressed-tensors reads and Octavo's own key.
package struct QuantizedConfiguration {
  private static let fileName = "config.json"

  private let source: Checkpoint

  init(_ source: Checkpoint) { self.source = source }

  func write(to directory: borrowing TemporaryDirectory) throws(OctavoError) {
    let path = "\(source.directory)/\(Self.fileName)"
    let config = try JSON.parse(source.configuration, source: path, limits: .configuration)
    guard case .object(var members) = config else {
      throw OctavoError(.invalidArgument, "\(path) is no JSON object")
    }
    Self.addQuantization(to: &members)
    try directory.write(Array((try JSON.object(members).text(indented: true) + "\n").utf8), to: Self.fileName)
  }

  /// Says in a config.json that its linear layers are int8 as Octavo writes them.
  package static func addQuantization(to configuration: inout JSON.Object) {
    configuration["quantization_config"] = .object(compressedTensors)
    configuration[WeightFormat.octavoKey] = .object(["activations": .string(WeightFormat.affineGroups128)])
  }

  /// The nearest scheme that other engines run: activations per token, asymmetric, dynamic.
  private static let compressedTensors: JSON.Object = [
    "quant_method": "compressed-tensors",
    "format": "int-quantized",
    "quantization_status": "compressed",
    "ignore": ["lm_head"],
    "kv_cache_scheme": nil,
    "config_groups": .object([
      "group_0": .object([
        "targets": ["Linear"],
        "weights": .object(eightBits(strategy: "channel", isSymmetric: true, isDynamic: false)),
        "input_activations": .object(eightBits(strategy: "token", isSymmetric: false, isDynamic: true)),
        "output_activations": nil,
      ])
    ]),
  ]

  private static func eightBits(strategy: String, isSymmetric: Bool, isDynamic: Bool) -> JSON.Object {
    [
      "num_bits": 8, "type": "int", "symmetric": .bool(isSymmetric), "strategy": .string(strategy),
      "dynamic": .bool(isDynamic), "group_size": nil,
    ]
  }
}
