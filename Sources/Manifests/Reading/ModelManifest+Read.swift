import Core
import Yams

extension ModelManifest {
  init(_ field: ManifestField) throws(OctavoError) {
    let members = try field.members([
      "name", "source", "quantization", "instances", "contextLength", "maxSequences", "maxRows", "maxWaiting",
      "kvTokens",
      "head", "kv", "wire", "optimizeFor",
    ])
    let name = try members.required("name", "name the model")
    do throws(OctavoError) {
      self.name = try ModelName(name.text())
    } catch {
      throw name.mismatch("use 1 to 128 of A-Z a-z 0-9 . _ -, starting with a letter or a digit")
    }
    source = try members.required("source", "give the checkpoint's directory").text()
    configuration = try Self.configuration(members)
    instances = try Self.instances(members["instances"])
    contextLength = try members["contextLength"]?.integer(in: 1...Limits.contextLengthMax)
    maxSequences =
      try members["maxSequences"]?.integer(in: Limits.instanceSequences) ?? Self.maxSequencesByDefault
    maxRows = try members["maxRows"]?.integer(in: Limits.instanceRows) ?? Self.maxRowsByDefault
    maxWaiting = try members["maxWaiting"]?.integer(in: Limits.instanceWaiting) ?? Limits.requestsWaitingByDefault
    keyValueTokens = try Self.keyValueTokens(members["kvTokens"], contextLength: contextLength ?? 1)
    splitGoal = try members["optimizeFor"]?.choice(of: SplitGoal.self) ?? .mix
  }

  private static func configuration(_ members: ManifestMapping) throws(OctavoError) -> InstanceConfiguration {
    let precision = try members["quantization"]?.choice(of: Precision.self) ?? .int8
    var configuration: InstanceConfiguration = precision == .int8 ? .int8 : .float32
    if let head = members["head"] {
      configuration.head = try head.choice(of: HeadFormat.self)
      guard precision == .int8 || configuration.head == .stored else {
        throw head.mismatch("with quantization float32 the head is stored: leave it out")
      }
    }
    if let keyValue = members["kv"] { configuration.keyValue = try keyValue.choice(of: KeyValueFormat.self) }
    if let wire = members["wire"] { configuration.wire = try wire.choice(of: WireFormat.self) }
    return configuration
  }

  private static func keyValueTokens(
    _ field: ManifestField?, contextLength: Int
  ) throws(OctavoError) -> KeyValueDemand {
    guard let field else { return .automatic }
    if case .scalar(let scalar) = field.node, scalar.string == Self.allMemory { return .most }
    let most = Limits.pagesMax * Limits.tokensPerPage
    guard let count = try? field.integer(in: contextLength...most) else {
      throw field.mismatch("give \(Self.allMemory) or an integer from \(contextLength), one context, to \(most)")
    }
    return .tokens(count)
  }

  private static func instances(_ field: ManifestField?) throws(OctavoError) -> ClosedRange<Int> {
    guard let field else { return 1...1 }
    guard case .mapping = field.node else {
      let count = try field.integer(in: 1...instancesMax)
      return count...count
    }
    let members = try field.members(["min", "max"])
    let least = try members["min"]?.integer(in: 0...instancesMax) ?? 1
    let most = try members.required("max", "give the most instances there may be")
    return least...(try most.integer(in: max(1, least)...instancesMax))
  }
}
