import Core
import JSON

extension WeightFormat {
  /// Octavo's own key at the top of config.json, and its one value.
  package static let octavoKey = "octavo"
  package static let affineGroups128 = "affine-128"

  private static let ignoredMax = 65_536

  /// Reads `quantization_config` as compressed-tensors writes it, and Octavo's own key beside it.
  init(_ config: JSONField) throws(OctavoError) {
    let quantization = try config["quantization_config"]
    let rule = try config[Self.octavoKey]["activations"]
    guard let quantization = quantization.ifPresent else {
      guard rule.isAbsent else { throw rule.mismatch("there is no quantization_config that it could refine") }
      self = .none
      return
    }
    let scheme = try Self.onlyScheme(quantization)
    try Self.checkWeights(scheme["weights"])
    let foreign = try ForeignActivations(scheme["input_activations"])
    self = .int8(
      activations: try Self.activations(rule, foreign), ignored: try Self.ignored(quantization["ignore"]))
  }

  private static func activations(
    _ rule: JSONField, _ foreign: ForeignActivations
  ) throws(OctavoError) -> ActivationFormat {
    guard let rule = rule.ifPresent else { return .foreign(foreign) }
    guard try rule.string() == affineGroups128 else {
      throw rule.unsupported("this version knows \(quoted(affineGroups128))")
    }
    guard foreign == ForeignActivations(granularity: .token, isStatic: false, isSymmetric: false) else {
      throw rule.mismatch("input_activations must then be dynamic, per token and not symmetric")
    }
    return .affineGroups(128)
  }

  /// The one group of layers, all linears alike.
  private static func onlyScheme(_ quantization: JSONField) throws(OctavoError) -> JSONField {
    try quantization["quant_method"].expect("compressed-tensors")
    let groups = try quantization["config_groups"]
    let schemes = try groups.entries()
    guard schemes.count == 1 else { throw groups.unsupported("one group for all linear layers is") }
    let scheme = schemes[0].field
    let (format, formatOfAll) = (try scheme["format"], try quantization["format"])
    try (format.ifPresent ?? formatOfAll).expect("int-quantized")
    try checkStatus(quantization["quantization_status"])
    for key in ["kv_cache_scheme", "sparsity_config", "transform_config"] {
      let field = try quantization[key]
      if let field = field.ifPresent, field.value != .object([:]) { throw field.unsupported("leave it out") }
    }
    if let outputs = try scheme["output_activations"].ifPresent { throw outputs.unsupported("leave it out") }
    return scheme
  }

  /// Some writers saved int8 tensors under the status `frozen`; what the tensors are is checked in either case.
  private static func checkStatus(_ status: JSONField) throws(OctavoError) {
    guard let status = status.ifPresent else { return }
    guard ["compressed", "frozen"].contains(try status.string()) else {
      throw status.unsupported("'compressed' is")
    }
  }

  private static func checkWeights(_ weights: JSONField) throws(OctavoError) {
    try weights.expectEightBits()
    try weights["strategy"].expect("channel")
    try weights["symmetric"].expect(true)
    try weights["dynamic"].ifPresent?.expect(false)
  }

  private static func ignored(_ field: JSONField) throws(OctavoError) -> [String] {
    guard let field = field.ifPresent else { return [] }
    let items = try field.items()
    guard items.count <= ignoredMax else { throw field.mismatch("at most \(ignoredMax) names are read") }
    var names: [String] = []
    for item in items { names.append(try item.string()) }
    return names
  }
}

extension ForeignActivations {
  /// - Throws: UNIMPLEMENTED for rules that are not built, one scale for all rows of a batch among them:
  ///   a request's bits would depend on its neighbours.
  fileprivate init(_ activations: JSONField) throws(OctavoError) {
    guard !activations.isAbsent else {
      throw activations.unsupported("activations must be quantized to 8 bits as well")
    }
    try activations.expectEightBits()
    let strategy = try activations["strategy"]
    guard let granularity = Granularity(rawValue: try strategy.string()) else {
      throw strategy.unsupported("'token' and 'tensor' are")
    }
    let dynamic = try activations["dynamic"]
    let isStatic = try !(dynamic.ifPresent?.bool() ?? false)
    guard isStatic == (granularity == .tensor) else {
      throw dynamic.unsupported("'token' scales must be dynamic and 'tensor' scales static")
    }
    self.init(
      granularity: granularity, isStatic: isStatic,
      isSymmetric: try activations["symmetric"].ifPresent?.bool() ?? true)
  }
}

extension JSONField {
  fileprivate func expect(_ wanted: String) throws(OctavoError) {
    guard try string() == wanted else { throw unsupported("\(quoted(wanted)) is") }
  }

  fileprivate func expect(_ wanted: Bool) throws(OctavoError) {
    guard try bool() == wanted else { throw unsupported("\(wanted) is") }
  }

  fileprivate func expectEightBits() throws(OctavoError) {
    let bits = try self["num_bits"]
    guard try bits.integer(in: 1...64) == 8 else { throw bits.unsupported("8 bits are") }
    try self["type"].ifPresent?.expect("int")
    if let size = try self["group_size"].ifPresent { throw size.unsupported("leave group_size out") }
  }
}
