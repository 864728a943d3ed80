import Core
import Models

extension Checkpoint {
  /// Holds the tensors against the configuration: each that is needed is there, shaped and typed as it must
  /// be, and nothing else is.
  func checkTensors() throws(OctavoError) {
    var expected: Set<String> = []
    for spec in architecture.tensors(of: architecture.wholeRange) {
      expected.formUnion(try check(spec))
    }
    if architecture.headIsTied { expected.formUnion(try checkTiedHead()) }
    for name in tensorNames where !expected.contains(name) { try refuse(unexpected: name) }
  }

  /// - Returns: the names of the tensors that belong to `spec`.
  private func check(_ spec: TensorSpec) throws(OctavoError) -> [String] {
    let entry = try entry(spec.name)
    guard entry.shape == spec.shape else {
      throw contradiction("\(quoted(spec.name)) has the shape \(entry.shape), config.json makes it \(spec.shape)")
    }
    switch spec.role {
    case .linear, .head: return try checkLinear(spec, entry)
    case .embedding, .norm, .bias:
      try checkFloat(spec.name, entry)
      return [spec.name]
    }
  }

  private func checkLinear(
    _ spec: TensorSpec, _ entry: SafetensorsHeader.Entry
  ) throws(OctavoError) -> [String] {
    let module = String(spec.name.dropLast(".weight".count))
    guard entry.type.element == .i8 else {
      try checkFloat(spec.name, entry)
      guard mayBeFloat(module) else {
        throw contradiction(
          "\(quoted(spec.name)) is \(entry.type.name), but quantization_config does not ignore \(quoted(module))")
      }
      return [spec.name]
    }
    guard case .int8(let activations, let ignored) = quantization else {
      throw contradiction("\(quoted(spec.name)) is I8, but config.json has no quantization_config")
    }
    guard !ignored.contains(module) else {
      throw contradiction("\(quoted(spec.name)) is I8, but quantization_config ignores \(quoted(module))")
    }
    let scale = try checkScale(module, outputs: spec.shape[0])
    return try [spec.name, scale] + checkStatic(module, activations)
  }

  /// Patterns are not evaluated: what is stored decides, and a pattern only allows it.
  private func mayBeFloat(_ module: String) -> Bool {
    guard case .int8(_, let ignored) = quantization else { return true }
    return ignored.contains { $0 == module || $0.hasPrefix("re:") }
  }

  private func checkScale(_ module: String, outputs: Int) throws(OctavoError) -> String {
    let name = module + ".weight_scale"
    let entry = try entry(name)
    guard entry.shape == [outputs, 1] || entry.shape == [outputs] else {
      throw contradiction("\(quoted(name)) has the shape \(entry.shape), its weight makes it \([outputs, 1])")
    }
    try checkFloat(name, entry)
    return name
  }

  private func checkStatic(_ module: String, _ activations: ActivationFormat) throws(OctavoError) -> [String] {
    guard case .foreign(let foreign) = activations, foreign.isStatic else { return [] }
    let scale = module + ".input_scale"
    let zeroPoint = module + ".input_zero_point"
    try checkScalar(scale)
    try checkFloat(scale, try entry(scale))
    guard !foreign.isSymmetric || contains(zeroPoint) else { return [scale] }
    try checkScalar(zeroPoint)
    guard try entry(zeroPoint).type.element == .i8 else {
      throw contradiction("\(quoted(zeroPoint)) is \(try entry(zeroPoint).type.name): I8 is needed")
    }
    return [scale, zeroPoint]
  }

  private func checkScalar(_ name: String) throws(OctavoError) {
    let shape = try entry(name).shape
    guard shape.allSatisfy({ $0 == 1 }) else {
      throw contradiction("\(quoted(name)) has the shape \(shape): one value is needed")
    }
  }

  private func checkFloat(_ name: String, _ entry: SafetensorsHeader.Entry) throws(OctavoError) {
    guard let type = entry.type.element, type.isFloat else {
      throw contradiction("\(quoted(name)) is \(entry.type.name): F32, F16 or BF16 is needed")
    }
  }

  /// A tied checkpoint may repeat the embedding as its head, but not differ from it.
  private func checkTiedHead() throws(OctavoError) -> [String] {
    let name = architecture.family.head + ".weight"
    guard contains(name) else { return [] }
    let (head, embedding) = (try tensor(name), try tensor(architecture.embeddingName))
    guard head.type == embedding.type, head.shape == embedding.shape, head.hasSameBytes(as: embedding) else {
      throw contradiction(
        "\(quoted(name)) differs from \(quoted(embedding.name)), but config.json ties them: set "
          + "tie_word_embeddings to false, or leave \(quoted(name)) out")
    }
    return [name]
  }

  private func refuse(unexpected name: String) throws(OctavoError) {
    // A table that transformers before 4.31 saved; it follows from the configuration.
    if name.hasSuffix(".rotary_emb.inv_freq") { return }
    let prefix = architecture.family.layerPrefix
    if name.hasPrefix(prefix), let layer = Int(name.dropFirst(prefix.count).prefix { $0 != "." }),
      layer >= architecture.layerCount
    {
      throw contradiction("\(quoted(name)) belongs to a layer past the \(architecture.layerCount) of config.json")
    }
    throw contradiction("\(quoted(name)) is no tensor that config.json asks for")
  }

  private func entry(_ name: String) throws(OctavoError) -> SafetensorsHeader.Entry {
    guard let place = places[name] else { throw contradiction("\(quoted(name)) is missing") }
    return files[place.file].header.entries[place.entry]
  }

  private func contradiction(_ message: String) -> OctavoError {
    OctavoError(.invalidArgument, "\(directory): \(message)")
  }
}
