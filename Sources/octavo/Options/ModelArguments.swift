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
  @Option(help: "Activations between workers: exact or int8, for thin links; answers then depend on the split.")
  var wire: String = WireFormat.exact.rawValue
  @Option(help: "Tokens of prompt and answer together. Default: as many as the model was made for.")
  var contextLength: Int?
  @Option(help: "Sequences at once in one instance, at most \(Limits.instanceSequences.upperBound).")
  var maxSequences = ModelManifest.maxSequencesByDefault
  @Option(help: "Rows of a microbatch, \(Limits.instanceRows.lowerBound) to \(Limits.instanceRows.upperBound).")
  var maxRows = ModelManifest.maxRowsByDefault
  @Option(help: "Requests that wait for a place in one instance, at most \(Limits.instanceWaiting.upperBound).")
  var maxWaiting = Limits.requestsWaitingByDefault
  @Option(
    help: ArgumentHelp(
      "Tokens of keys and values in one instance, for all sequences and kept prefixes; \(ModelManifest.allMemory) for "
        + "all that memory leaves. Default: what it leaves, up to "
        + "\(KeyValueDemand.tokensPerSequenceByDefault) a sequence.", valueName: "n"))
  var kvTokens: String?
  @Option(help: "What the layers are split for: prefill, decode or mix.")
  var optimizeFor: String = SplitGoal.mix.rawValue

  /// A checkpoint on the command line, as a manifest would describe it.
  func manifest(_ directory: String) throws(OctavoError) -> ModelManifest {
    guard let splitGoal = SplitGoal(rawValue: optimizeFor) else {
      throw .invalid("--optimize-for", quoted(optimizeFor), "use prefill, decode or mix")
    }
    return ModelManifest(
      name: try Self.name(of: directory), source: directory, configuration: try configuration(),
      contextLength: contextLength, maxSequences: maxSequences, maxRows: maxRows, maxWaiting: maxWaiting,
      keyValueTokens: try keyValueTokens(),
      splitGoal: splitGoal)
  }

  private func configuration() throws(OctavoError) -> InstanceConfiguration {
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
    guard let format = WireFormat(rawValue: wire) else {
      throw .invalid("--wire", quoted(wire), "use exact or int8")
    }
    configuration.wire = format
    return configuration
  }

  private func keyValueTokens() throws(OctavoError) -> KeyValueDemand {
    guard let kvTokens else { return .automatic }
    if kvTokens == ModelManifest.allMemory { return .most }
    let most = Limits.pagesMax * Limits.tokensPerPage
    guard let count = Int(kvTokens), (1...most).contains(count) else {
      throw .invalid("--kv-tokens", quoted(kvTokens), "use \(ModelManifest.allMemory) or 1 to \(most)")
    }
    return .tokens(count)
  }

  /// A model is named like its checkpoint's directory.
  static func name(of directory: String) throws(OctavoError) -> ModelName {
    try ModelName(URL(fileURLWithPath: directory).standardizedFileURL.lastPathComponent)
  }
}
