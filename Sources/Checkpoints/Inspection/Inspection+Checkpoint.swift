import Core
import Models

extension Inspection {
  /// Collects what is known of an opened checkpoint without reading its weights.
  package init(_ checkpoint: Checkpoint) {
    let storage = StorageCount(checkpoint)
    sections = [
      Self.model(checkpoint), Self.architecture(checkpoint.architecture), Self.formats(checkpoint),
      Section(key: "storage", title: "Bytes on disk", facts: storage.facts),
      Self.memory(checkpoint.architecture),
    ]
  }

  private static func model(_ checkpoint: Checkpoint) -> Section {
    let files = checkpoint.files.count
    return Section(
      key: "model", title: "Model",
      facts: [
        Fact(key: "name", label: "name", value: .text(checkpoint.name.text)),
        Fact(key: "directory", label: "directory", value: .text(checkpoint.directory)),
        Fact(key: "family", label: "family", value: .text(checkpoint.architecture.family.name)),
        Fact(key: "parameters", label: "parameters", value: .number(checkpoint.architecture.parameterCount)),
        Fact(key: "tensors", label: "tensors", value: .number(checkpoint.places.count)),
        Fact(key: "files", label: "files", value: .number(files)),
      ])
  }

  private static func architecture(_ architecture: Architecture) -> Section {
    var facts = [
      Fact(key: "layers", label: "layers", value: .number(architecture.layerCount)),
      Fact(key: "hiddenSize", label: "hidden size", value: .number(architecture.hiddenSize)),
      Fact(key: "heads", label: "heads", value: .number(architecture.headCount)),
      Fact(key: "keyValueHeads", label: "key-value heads", value: .number(architecture.keyValueHeadCount)),
      Fact(key: "headSize", label: "head size", value: .number(architecture.headSize)),
      Fact(key: "intermediateSize", label: "intermediate size", value: .number(architecture.intermediateSize)),
      Fact(key: "vocabulary", label: "vocabulary", value: .number(architecture.vocabularyCount)),
      Fact(key: "contextLength", label: "context length", value: .number(architecture.contextLength)),
      Fact(key: "rotaryTheta", label: "rotary theta", value: .decimal(architecture.rotary.theta)),
      Fact(key: "rotaryScaling", label: "rotary scaling", value: .text(architecture.rotary.scaling.shown)),
      Fact(key: "headIsTied", label: "head tied to embedding", value: .flag(architecture.headIsTied)),
      Fact(key: "endTokens", label: "end tokens", value: .numbers(architecture.endTokens.map(Int.init))),
    ]
    if let token = architecture.beginToken {
      facts.insert(Fact(key: "beginToken", label: "begin token", value: .number(Int(token))), at: facts.count - 1)
    }
    return Section(key: "architecture", title: "Architecture", facts: facts)
  }

  private static func formats(_ checkpoint: Checkpoint) -> Section {
    var facts = [
      Fact(key: "linears", label: "linear layers", value: .text(checkpoint.typesOfLinears)),
      Fact(key: "activations", label: "activations", value: .text(checkpoint.quantization.shownActivations)),
      Fact(key: "head", label: "head", value: .text(checkpoint.type(of: checkpoint.architecture.head.weightName))),
      Fact(
        key: "embedding", label: "embedding", value: .text(checkpoint.type(of: checkpoint.architecture.embeddingName))),
    ]
    if case .int8(_, let ignored) = checkpoint.quantization, !ignored.isEmpty {
      let shown = ignored.prefix(8).map { quoted($0) }.joined(separator: ", ") + (ignored.count > 8 ? ", …" : "")
      facts.append(Fact(key: "ignored", label: "not quantized", value: .text(shown)))
    }
    return Section(key: "formats", title: "Formats", facts: facts)
  }

  private static func memory(_ architecture: Architecture) -> Section {
    let float16 = ByteCount(architecture.keyValueBytesPerToken(.float16))
    let float32 = ByteCount(architecture.keyValueBytesPerToken(.float32))
    let int8 = ByteCount(architecture.keyValueBytesPerToken(.int8))
    return Section(
      key: "memory", title: "KV cache",
      facts: [
        Fact(key: "keyValueFloat16BytesPerToken", label: "float16, a token", value: .bytes(float16)),
        Fact(key: "keyValueFloat32BytesPerToken", label: "float32, a token", value: .bytes(float32)),
        Fact(key: "keyValueInt8BytesPerToken", label: "int8, a token", value: .bytes(int8)),
      ])
  }
}

extension Checkpoint {
  /// As the file names it: `BF16`.
  fileprivate func type(of tensor: String) -> String {
    places[tensor].map { files[$0.file].header.entries[$0.entry].type.name } ?? "none"
  }

  fileprivate var typesOfLinears: String {
    let names = (0..<architecture.layerCount).flatMap { architecture.linears(ofLayer: $0).map(\.weightName) }
    return Set(names.map(type(of:))).sorted().joined(separator: ", ")
  }
}

extension RotaryScaling {
  fileprivate var shown: String {
    switch self {
    case .none: "none"
    case .llama3(let factor, let low, let high, let original):
      "llama3: factor \(factor), frequencies \(low) to \(high), from \(original) positions"
    }
  }
}

extension WeightFormat {
  fileprivate var shownActivations: String {
    switch self {
    case .none: "not quantized"
    case .int8(.affineGroups(let channels), _): "8 bits, affine, per token and group of \(channels) channels"
    case .int8(.foreign(let rule), _):
      "8 bits, \(rule.isSymmetric ? "symmetric" : "affine"), per \(rule.granularity.rawValue), "
        + (rule.isStatic ? "static" : "dynamic")
    }
  }
}
