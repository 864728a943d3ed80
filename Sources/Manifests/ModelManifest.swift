package import Core

/// One of `models`: a checkpoint and how it is served.
package struct ModelManifest: Sendable, Hashable {
  package static let instancesMax = 1_024
  package static let maxSequencesByDefault = 8

  package var name: ModelName
  /// `source`: the checkpoint's directory; relative to the manifest's own.
  package var source: String
  /// `quantization` (`int8` or `float32`, `int8` by default), `head` and `kv` (`float16`, `float32` or `int8`).
  /// Under int8 the head is `int8` and KV `float16` by default; under float32 `stored` and `float32`.
  package var configuration: InstanceConfiguration
  /// `instances`: one number, or `min` and `max`; 1 by default.
  package var instances: ClosedRange<Int>
  /// `contextLength`; absent, what the model was made for.
  package var contextLength: Int?
  /// `maxSequences` open at once in an instance, 8 by default.
  package var maxSequences: Int

  package init(
    name: ModelName, source: String, configuration: InstanceConfiguration = .int8,
    instances: ClosedRange<Int> = 1...1, contextLength: Int? = nil,
    maxSequences: Int = ModelManifest.maxSequencesByDefault
  ) {
    self.name = name
    self.source = source
    self.configuration = configuration
    self.instances = instances
    self.contextLength = contextLength
    self.maxSequences = maxSequences
  }
}
