import ArgumentParser
import Core
import Router

/// How the models on a command line run.
struct ModelArguments: ParsableArguments {
  @Option(help: "Arithmetic of the linear layers: int8 or float32.")
  var precision: String = Precision.int8.rawValue
  @Option(help: "The output projection in memory: int8 or stored. Default: int8; stored at float32.")
  var head: String?
  @Option(help: "Tokens of prompt and answer together. Default: as many as the model was made for.")
  var contextLength: Int?
  @Option(help: "Sequences at once.")
  var maxSequences: Int = 16

  func source(_ directory: String) throws(OctavoError) -> ModelSource {
    guard let precision = Precision(rawValue: precision) else {
      throw .invalid("--precision", quoted(precision), "use int8 or float32")
    }
    var configuration: InstanceConfiguration = precision == .int8 ? .int8 : .float32
    if let head {
      guard let format = HeadFormat(rawValue: head), precision == .int8 || format == .stored else {
        throw .invalid("--head", quoted(head), "use int8 or stored; at float32 only stored")
      }
      configuration.head = format
    }
    return ModelSource(
      directory: directory, configuration: configuration, contextLength: contextLength, sequencesMax: maxSequences)
  }
}
