package import Core

/// One of `models`: a checkpoint and how it is served.
package struct ModelManifest: Sendable, Hashable {
  package static let instancesMax = 1_024
  package static let maxSequencesByDefault = 64
  package static let maxRowsByDefault = 256
  /// What `kvTokens` says for all that memory leaves.
  package static let allMemory = "max"

  package var name: ModelName
  /// `source`: the checkpoint's directory; relative to the manifest's own.
  package var source: String
  /// `quantization` (`int8` or `float32`, `int8` by default), `head`, `kv` (`float16`, `float32` or `int8`) and `wire`
  /// (`exact` or `int8`, `exact` by default). Under int8 the head is `int8` and KV `float16` by default; under float32
  /// `stored` and `float32`.
  package var configuration: InstanceConfiguration
  /// `instances`: one number, or `min` and `max`; 1 by default.
  package var instances: ClosedRange<Int>
  /// `contextLength`; absent, what the model was made for.
  package var contextLength: Int?
  /// `maxSequences` open at once in an instance, 1 to 1,024, 64 by default.
  package var maxSequences: Int
  /// `maxRows` of a microbatch, 16 to 4,096, 256 by default.
  package var maxRows: Int
  /// `maxWaiting` for a place in an instance, 0 to 65,536, 256 by default; one more is refused.
  package var maxWaiting: Int
  /// `kvTokens`, a number or `max`: how many tokens of K and V an instance holds, for all sequences and the prefixes
  /// that are kept. A number is granted in full or the instance is not placed; `max` is all that memory leaves; absent,
  /// it is what memory leaves up to 2,048 tokens for each of `maxSequences`.
  package var keyValueTokens: KeyValueDemand
  /// `optimizeFor`: what the layers are split for, `prefill`, `decode` or `mix`, by default the last.
  package var splitGoal: SplitGoal

  package init(
    name: ModelName, source: String, configuration: InstanceConfiguration = .int8,
    instances: ClosedRange<Int> = 1...1, contextLength: Int? = nil,
    maxSequences: Int = ModelManifest.maxSequencesByDefault, maxRows: Int = ModelManifest.maxRowsByDefault,
    maxWaiting: Int = Limits.requestsWaitingByDefault,
    keyValueTokens: KeyValueDemand = .automatic, splitGoal: SplitGoal = .mix
  ) {
    self.name = name
    self.source = source
    self.configuration = configuration
    self.instances = instances
    self.contextLength = contextLength
    self.maxSequences = maxSequences
    self.maxRows = maxRows
    self.maxWaiting = maxWaiting
    self.keyValueTokens = keyValueTokens
    self.splitGoal = splitGoal
  }
}
