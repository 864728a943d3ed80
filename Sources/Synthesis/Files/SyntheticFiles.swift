internal import Core
internal import JSON
internal import Models
internal import Quantization

/// The files beside the weights, by name.
struct SyntheticFiles {
  private let model: PublicModel
  private let isQuantized: Bool

  init(_ model: PublicModel, isQuantized: Bool) {
    self.model = model
    self.isQuantized = isQuantized
  }

  func texts() throws(OctavoError) -> [(name: String, text: String)] {
    var configuration = ArchitectureConfiguration(model.architecture).members
    if isQuantized { QuantizedConfiguration.addQuantization(to: &configuration) }
    let tokenizer = SyntheticTokenizer(model)
    return [
      ("config.json", try text(configuration)),
      ("generation_config.json", try text(ArchitectureConfiguration(model.architecture).generation)),
      ("tokenizer.json", try JSON.object(tokenizer.members).text() + "\n"),
      ("tokenizer_config.json", try text(tokenizer.configuration)),
    ]
  }

  private func text(_ members: JSON.Object) throws(OctavoError) -> String {
    try JSON.object(members).text(indented: true) + "\n"
  }
}
