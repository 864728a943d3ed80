import Core
import Models

/// Bytes of a checkpoint's files, by what they are for.
struct StorageCount {
  private var bytesByPart: [Part: Int] = [:]

  fileprivate enum Part: String, CaseIterable {
    case linears, scales, biases, norms, embedding, head, other, headers
  }

  init(_ checkpoint: Checkpoint) {
    let architecture = checkpoint.architecture
    let roles = architecture.tensors(of: architecture.wholeRange).map { ($0.name, Part($0.role)) }
    let parts = Dictionary(roles) { first, _ in first }
    for (name, place) in checkpoint.places {
      let bytes = checkpoint.files[place.file].header.entries[place.entry].range.count
      let isScale = [".weight_scale", ".input_scale", ".input_zero_point"].contains { name.hasSuffix($0) }
      bytesByPart[parts[name] ?? (isScale ? .scales : .other), default: 0] += bytes
    }
    bytesByPart[.headers] = checkpoint.files.reduce(0) { $0 + $1.header.range.upperBound }
  }

  /// Parts that are there, and their sum, which is the length of all files.
  var facts: [Inspection.Fact] {
    let parts = Part.allCases.compactMap { part in
      bytesByPart[part].map { (part.rawValue, $0) }
    }
    let total = ("total", parts.reduce(0) { $0 + $1.1 })
    return (parts + [total]).map { name, bytes in
      Inspection.Fact(key: "\(name)Bytes", label: name, value: .bytes(ByteCount(bytes)))
    }
  }
}

extension StorageCount.Part {
  fileprivate init(_ role: TensorRole) {
    switch role {
    case .embedding: self = .embedding
    case .norm: self = .norms
    case .linear: self = .linears
    case .bias: self = .biases
    case .head: self = .head
    }
  }
}
