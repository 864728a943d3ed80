import Core
import JSON
import Models

/// What config.json (and generation_config.json) of a Hugging Face checkpoint declare.
struct HuggingFaceConfiguration: Sendable {
  static let fileName = "config.json"
  static let generationFileName = "generation_config.json"

  var architecture: Architecture
  var weights: WeightFormat
  /// config.json as it was read: part of the checkpoint's identity.
  var bytes: [UInt8]

  /// Reads and checks the configuration in `directory`.
  ///
  /// - Throws: NOT_FOUND without a config.json; INVALID_ARGUMENT for what is malformed or contradicts itself;
  ///   UNIMPLEMENTED for an architecture, activation or rotary embedding that is not built.
  init(directory: String) throws(OctavoError) {
    let path = directory + "/" + Self.fileName
    bytes = try SmallFile.read(path, bytesMax: JSONLimits.configuration.bytesMax)
    let config = JSONField(try JSON.parse(bytes, source: path, limits: .configuration), source: path)
    architecture = try Self.architecture(config)
    weights = try WeightFormat(config)
    architecture.endTokens = try Self.endTokens(config, directory: directory)
    do throws(OctavoError) {
      try architecture.validate()
    } catch {
      throw OctavoError(error.code, "\(path): \(error.message)")
    }
  }

  private static func endTokens(_ config: JSONField, directory: String) throws(OctavoError) -> [TokenID] {
    var tokens = Set(try Self.tokens(config["eos_token_id"]))
    let path = directory + "/" + generationFileName
    if SmallFile.exists(path) {
      let bytes = try SmallFile.read(path, bytesMax: JSONLimits.configuration.bytesMax)
      let generation = JSONField(try JSON.parse(bytes, source: path, limits: .configuration), source: path)
      tokens.formUnion(try Self.tokens(generation["eos_token_id"]))
    }
    return tokens.sorted()
  }

  /// One id, a list of ids, or none.
  private static func tokens(_ field: JSONField) throws(OctavoError) -> [TokenID] {
    guard case .array = field.value else { return try token(field).map { [$0] } ?? [] }
    var tokens: [TokenID] = []
    for item in try field.items() {
      guard let token = try token(item) else { throw item.mismatch("give a token id") }
      tokens.append(token)
    }
    return tokens
  }

  static func token(_ field: JSONField) throws(OctavoError) -> TokenID? {
    try field.ifPresent.map { (field) throws(OctavoError) in
      TokenID(try field.integer(in: 0...Architecture.Bounds.vocabularyMax))
    }
  }
}
