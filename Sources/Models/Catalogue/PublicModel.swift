package import Core

/// A published model whose shape and special tokens are known here by name, without its weights.
package struct PublicModel: Sendable, Hashable {
  /// As users name it, such as `llama-3.2-1b`.
  package var name: String
  /// Begin and end tokens included.
  package var architecture: Architecture
  /// The tokens that no text spells.
  package var specialTokens: [SpecialToken]
  /// Whether its tokenizer puts the begin token before a text.
  package var opensTexts: Bool

  package init(
    name: String, architecture: Architecture, specialTokens: [SpecialToken] = [], opensTexts: Bool = false
  ) {
    self.name = name
    self.architecture = architecture
    self.specialTokens = specialTokens
    self.opensTexts = opensTexts
  }

  /// Every model of the catalogue, by family and size.
  package static let all = llama2 + llama31 + llama32 + qwen25 + mistral
  /// Published mixtures of experts, by the names under which they would stand here.
  package static let mixtures = ["mixtral-8x7b", "mixtral-8x22b"]

  /// - Throws: UNIMPLEMENTED for a mixture of experts; NOT_FOUND, with all names, for any other name.
  package static func named(_ name: String) throws(OctavoError) -> PublicModel {
    if let model = all.first(where: { $0.name == name }) { return model }
    let known = all.map(\.name).joined(separator: ", ")
    guard !mixtures.contains(name) else {
      throw OctavoError(
        .unimplemented, "\(name) is a mixture of experts, which is not run yet: choose one of \(known)")
    }
    throw OctavoError(.notFound, "no model is known as \(quoted(name)): choose one of \(known)")
  }
}
