import ArgumentParser
import Core
import Foundation
import Manifests

/// How the models on a command line run.
struct ModelArguments: ParsableArguments {
  @Option(help: "Arithmetic of the linear layers: int8 or float32.")
  var precision: String = Precision.int8.rawValue
  @Option(help: "The output projection in memory: int8 or stored. Default: int8; at float32 stored.")
  var head: String?
  @Option(help: "Keys and values in memory: float16, float32 or int8. Default: float16; at float32 float32.")
  var kv: String?
  @Option(help: "Tokens of prompt and answer together. Default: as many as the model was made for.")
  var contextLength: Int?
  @Option(help: "Sequences at once in one instance.")
  var maxSequences = ModelManifest.maxSequencesByDefault

  /// A checkpoint on the command line, as a manifest would describe it.
  func manifest(_ directory: String) throws(OctavoError) -> ModelManifest {
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
    if let kv {
      guard let format = KeyValueFormat(rawValue: kv) else {
        throw .invalid("--kv", quoted(kv), "use float16, float32 or int8")
      }
      configuration.keyValue = format
    }
    return ModelManifest(
      name: try Self.name(of: directory), source: directory, configuration: configuration,
      contextLength: contextLength, maxSequences: maxSequences)
  }

  /// A model is named like its checkpoint's directory.
  static func name(of directory: String) throws(OctavoError) -> ModelName {
    try ModelName(URL(fileURLWithPath: directory).standardizedFileURL.lastPathComponent)
  }
}
