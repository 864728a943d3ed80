package import Core

/// A tokenizer.json, read and checked: text to ids and back.
///
/// Immutable and cheap to copy (a reference); any number of tasks may use one at once.
package struct Tokenizer: Sendable {
  let storage: Storage

  /// Everything a tokenizer.json says, in the form calls use it.
  final class Storage: Sendable {
    let vocabulary: Vocabulary
    let model: BytePairModel
    /// Added tokens looked for in the text as it came.
    let addedTokens: AddedTokenFinder
    let normalizer: Normalizer
    /// Added tokens looked for after normalization.
    let normalizedAddedTokens: AddedTokenFinder
    let preTokenizer: PreTokenizer
    let template: Template

    init(
      vocabulary: Vocabulary, model: BytePairModel, addedTokens: AddedTokenFinder, normalizer: Normalizer,
      normalizedAddedTokens: AddedTokenFinder, preTokenizer: PreTokenizer, template: Template
    ) {
      self.vocabulary = vocabulary
      self.model = model
      self.addedTokens = addedTokens
      self.normalizer = normalizer
      self.normalizedAddedTokens = normalizedAddedTokens
      self.preTokenizer = preTokenizer
      self.template = template
    }
  }

  /// - Parameter bytes: the whole of a tokenizer.json.
  /// - Throws: INVALID_ARGUMENT for a file that is malformed or contradicts itself, UNIMPLEMENTED naming what
  ///   it asks for that is not supported, RESOURCE_EXHAUSTED past a limit.
  package init(json bytes: [UInt8]) throws(OctavoError) {
    try self.init(json: bytes, source: "tokenizer.json")
  }

  init(json bytes: [UInt8], source: String) throws(OctavoError) {
    storage = try TokenizerReader(bytes, source: source).storage()
  }

  /// One past the highest id that text can become, added tokens included. Ids below it may be unused.
  package var vocabularyCount: Int { storage.vocabulary.count }
}
