package import COctavoProto
package import Core

/// A model that a router serves.
package struct ModelDescription: Sendable, Hashable {
  package var name: ModelName
  package var isReady: Bool
  package var contextLength: Int
  package var vocabularySize: Int
  package var digest: CheckpointDigest
  package var configuration: InstanceConfiguration

  package init(
    name: ModelName, isReady: Bool, contextLength: Int, vocabularySize: Int, digest: CheckpointDigest,
    configuration: InstanceConfiguration
  ) {
    self.name = name
    self.isReady = isReady
    self.contextLength = contextLength
    self.vocabularySize = vocabularySize
    self.digest = digest
    self.configuration = configuration
  }
}

extension ModelDescription: WireMessage {
  package init(reading wire: Octavo__V1__Model) throws(OctavoError) {
    self.init(
      name: try ModelName(try Reading.text(wire.name, "models.name")), isReady: wire.ready != 0,
      contextLength: Int(wire.context_length), vocabularySize: Int(wire.vocabulary_size),
      digest: try CheckpointDigest(hexadecimal: try Reading.text(wire.digest, "models.digest")),
      configuration: try Reading.message(wire.configuration, "models.configuration"))
  }

  package func write(to wire: inout Octavo__V1__Model, in arena: Arena) {
    wire.name = arena.text(name.text)
    wire.ready = isReady ? 1 : 0
    wire.context_length = UInt32(contextLength)
    wire.vocabulary_size = UInt32(vocabularySize)
    wire.digest = arena.text(digest.hexadecimal)
    wire.configuration = arena.message(configuration)
  }
}
